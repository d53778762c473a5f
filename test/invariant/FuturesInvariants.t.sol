// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Phase, Position, Series} from "../../contracts/futures/FuturesTypes.sol";
import {CampaignTest} from "../helpers/CampaignTest.sol";
import {FuturesTest} from "../unit/futures/FuturesTest.sol";
import {FuturesHandler} from "./handlers/FuturesHandler.sol";

/// @title The clearing of futures under random orders of everything
contract FuturesInvariantsTest is FuturesTest, CampaignTest {
    FuturesHandler private handler;

    constructor() CampaignTest("FuturesInvariants") {}

    function setUp() public override {
        super.setUp();
        handler = new FuturesHandler(clearing, indices, venue, usd, [risk, guardian, arbiter]);
        handler.begin();
        _watch(handler);
        targetContract(address(handler));
        targetSelector(FuzzSelector({addr: address(handler), selectors: handler.selectors()}));
    }

    /// FU-1 to FU-4.
    function invariant_futures() public view {
        uint256 owed = _free2() + _insurance() + _fees();
        for (uint256 i; i < 2; ++i) owed += _checkSeries(handler.ids(i));
        // The users of the other unit tests have money here and no part in this.
        owed += clearing.seriesOf(id).funds.cash;
        assertGe(usd.balanceOf(address(clearing)), owed, "FU-2: nothing is missing");
        assertLe(
            usd.balanceOf(address(clearing)),
            owed + 1_000,
            "FU-2: nothing is too much but rounding of series that ended"
        );
    }

    function _free2() private view returns (uint256 free) {
        for (uint256 i; i < 5; ++i) free += _free(handler.users(i));
        free += _free(alice) + _free(bob) + _free(carol) + _free(dave) + _free(address(handler));
    }

    /// @return held cash and bond of the series
    function _checkSeries(bytes32 series) private view returns (uint256 held) {
        Series memory s = clearing.seriesOf(series);
        bool isFinal = s.status.phase == Phase.Final;
        int256 sizes;
        int256 cash;
        uint256 longs;
        uint256 open;
        for (uint256 i; i < 6; ++i) {
            address user = i == 5 ? address(0) : handler.users(i);
            Position memory p = clearing.accountOf(series, user);
            sizes += p.size;
            cash += p.cash + int256(uint256(clearing.pendingOf(series, user).amount));
            cash += int256(p.size) * int256(s.status.finalTicks * TICK);
            if (p.size > 0) longs += uint256(int256(p.size));
            if (p.size != 0 && i != 5) ++open;
        }
        assertEq(s.status.open, open, "FU-1: users with positions");
        if (!isFinal) {
            assertEq(sizes, 0, "FU-1: sizes");
            assertEq(s.status.oi, longs, "FU-1: open interest");
        }
        assertEq(cash, int256(uint256(s.funds.cash) + s.funds.deficit), "FU-3: cash and deficit");
        if (s.funds.deficit != 0) {
            assertLe(uint256(s.funds.cash), uint256(s.funds.cash) + s.funds.deficit, "FU-4: at most all");
        }
        return uint256(s.funds.cash) + (s.status.phase == Phase.Disputed ? s.proposal.bond : 0);
    }

    /// FU-8 and FU-9: from wherever the run stopped both series end, and claims pay the same in any order.
    function afterInvariant() public override {
        super.afterInvariant();
        for (uint256 i; i < 2; ++i) {
            handler.finish(i);
            uint256 snapshot = vm.snapshotState();
            uint256[5] memory forth = handler.claimsInOrder(i, false);
            vm.revertToState(snapshot);
            uint256[5] memory back = handler.claimsInOrder(i, true);
            for (uint256 k; k < 5; ++k) assertApproxEqAbs(forth[k], back[k], 12, "FU-9: in any order");
            _assertEmpty(handler.ids(i));
        }
    }

    function _assertEmpty(bytes32 series) private {
        if (clearing.accountOf(series, address(0)).cash != 0) clearing.claim(series, address(0));
        assertLe(clearing.seriesOf(series).funds.cash, 12, "FU-9: nothing is left but rounding");
        assertLe(clearing.seriesOf(series).funds.deficit, 12, "FU-9: nor lacking");
    }
}
