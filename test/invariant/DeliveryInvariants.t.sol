// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {DevToken} from "../../contracts/devnet/DevToken.sol";
import {CapacityDelivery} from "../../contracts/futures/delivery/CapacityDelivery.sol";
import {CapacityUse} from "../../contracts/futures/delivery/CapacityUse.sol";
import {CapacityWarrant} from "../../contracts/futures/delivery/CapacityWarrant.sol";
import {Entry, Run, Side} from "../../contracts/futures/delivery/interfaces/ICapacityDelivery.sol";
import {Bootstrap} from "../../contracts/governance/Bootstrap.sol";
import {PlimsollProxy} from "../../contracts/governance/PlimsollProxy.sol";
import {CampaignTest} from "../helpers/CampaignTest.sol";
import {PowerTest} from "../unit/futures/delivery/PowerTest.sol";
import {SeriesDouble} from "../unit/futures/delivery/doubles/SeriesDouble.sol";
import {DeliveryHandler} from "./handlers/DeliveryHandler.sol";

/// @title Stateful campaign over physical delivery
/// @notice Up to four series one after the other, with the real registry over the simulated Filecoin. After every call: FU-7 (power,
/// warrants, and the ledger of each run, to the atom), FU-11 and FU-12; at the end of every run that all of it ends, and nothing is
/// left (FU-13).
contract DeliveryInvariantsTest is PowerTest, CampaignTest {
    CapacityDelivery private delivery;
    CapacityWarrant private warrant;
    DevToken private token;
    DeliveryHandler private handler;
    address[] private buyers;
    address[] private sellers;
    uint64[] private miners;

    constructor() CampaignTest("delivery") {}

    function setUp() public override {
        super.setUp();
        (SeriesDouble clearing, DevToken token_) = (new SeriesDouble(), new DevToken("Token", "TKN"));
        token = token_;
        delivery = CapacityDelivery(address(new PlimsollProxy(address(new Bootstrap(address(this))), "")));
        warrant = new CapacityWarrant(address(delivery));
        CapacityUse use = new CapacityUse(delivery, warrant);
        delivery.upgradeToAndCall(
            address(new CapacityDelivery(clearing, registry, warrant, address(use))),
            abi.encodeCall(CapacityDelivery.initialize, (address(manager)))
        );
        registry.setModule(address(delivery), true);
        buyers = [makeAddr("alice"), makeAddr("bob"), makeAddr("carol")];
        sellers = [sp, makeAddr("second sp")];
        for (uint256 i; i < 2; ++i) miners.push(registered(sellers[i], uint32(i + 1)));
        for (uint256 i; i < 5; ++i) _wealth(i < 3 ? buyers[i] : sellers[i - 3]);
        handler = new DeliveryHandler(delivery, clearing, token, buyers, sellers, miners);
        targetContract(address(handler));
        targetSelector(FuzzSelector(address(handler), handler.selectors()));
        _watch(handler);
    }

    function _wealth(address who) private {
        token.mint(who, 1e30);
        vm.prank(who);
        token.approve(address(delivery), type(uint256).max);
    }

    function invariant_delivery() public view {
        uint256 sum;
        for (uint256 i; i < handler.seriesCount(); ++i) {
            bytes32 id = handler.series(i);
            sum += _heldBy(id, Side.Buyer) + _heldBy(id, Side.Seller);
        }
        for (uint256 i; i < handler.runCount(); ++i) sum += _checkRun(handler.runs(i));
        for (uint256 i; i < 3; ++i) sum += delivery.owedTo(address(token), buyers[i]);
        for (uint256 i; i < 2; ++i) sum += delivery.owedTo(address(token), sellers[i]);
        assertEq(token.balanceOf(address(delivery)), sum, "FU-12: the balance is what is held and owed");
        _checkPower();
    }

    function _heldBy(bytes32 id, Side side) private view returns (uint256 sum) {
        for (uint256 i; i < delivery.entryCount(id, side); ++i) sum += delivery.entryOf(id, side, i).held;
    }

    function _checkRun(uint256 id) private view returns (uint256 held) {
        Run memory run = delivery.runOf(id);
        uint256 balances;
        held = uint256(run.unearned) + run.bond + run.carry;
        assertLe(run.bond, handler.bonded(id), "FU-11");
        for (uint256 i; i < 3; ++i) {
            held += warrant.claimable(id, buyers[i]);
            balances += warrant.balanceOf(buyers[i], id);
        }
        assertEq(
            handler.toSeller(id) + handler.toHolders(id) + held,
            handler.funded(id),
            "FU-7: paid + given back + held = funded"
        );
        assertEq(warrant.totalSupply(id), balances, "FU-7: supply");
        if (!run.closed) assertEq(balances, run.lots, "FU-7: a warrant for each lot");
    }

    /// @dev What is promised is what is tendered and not free again, and what open runs have; never more than there was.
    function _checkPower() private view {
        for (uint256 m; m < 2; ++m) {
            uint256 promised;
            for (uint256 i; i < handler.seriesCount(); ++i) promised += _promisedIn(handler.series(i), miners[m]);
            for (uint256 i; i < handler.runCount(); ++i) {
                Run memory run = delivery.runOf(handler.runs(i));
                if (run.miner == miners[m] && !run.closed) promised += run.lots;
            }
            assertEq(registry.encumberedBy(miners[m], address(delivery)), promised, "FU-7: promised power");
            assertLe(promised, 10 * (m + 1), "FU-7: capacity");
        }
    }

    function _promisedIn(bytes32 id, uint64 miner) private view returns (uint256 sum) {
        for (uint256 i; i < delivery.entryCount(id, Side.Seller); ++i) {
            Entry memory e = delivery.entryOf(id, Side.Seller, i);
            if (e.miner == miner) sum += e.lots - e.assigned - e.freed;
        }
    }

    /// FU-13: whatever happened, time and calls of anyone end all of it, and everybody has the last atom.
    function afterInvariant() public override {
        super.afterInvariant();
        vm.roll(vm.getBlockNumber() + 60 * 2_880);
        for (uint256 i; i < handler.seriesCount(); ++i) {
            _refundAll(handler.series(i), Side.Buyer);
            _refundAll(handler.series(i), Side.Seller);
        }
        for (uint256 i; i < handler.runCount(); ++i) {
            uint256 id = handler.runs(i);
            if (!delivery.runOf(id).closed) handler.settleRun(id);
            assertTrue(delivery.runOf(id).closed, "FU-13: every run ends");
            for (uint256 j; j < 3; ++j) handler.collectAs(id, buyers[j]);
        }
        invariant_delivery();
        for (uint256 i; i < 5; ++i) {
            address who = i < 3 ? buyers[i] : sellers[i - 3];
            if (delivery.owedTo(address(token), who) != 0) delivery.withdraw(address(token), who);
        }
        assertEq(token.balanceOf(address(delivery)), 0, "FU-13: nothing is left");
        for (uint256 m; m < 2; ++m) assertEq(registry.encumberedBy(miners[m], address(delivery)), 0, "FU-13: power");
    }

    function _refundAll(bytes32 id, Side side) private {
        for (uint256 i; i < delivery.entryCount(id, side); ++i) {
            Entry memory e = delivery.entryOf(id, side, i);
            bool power = side == Side.Seller && e.lots != e.assigned + e.freed;
            if (e.held != 0 || power) delivery.refund(id, side, i);
        }
    }
}
