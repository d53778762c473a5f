// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Position} from "../../../contracts/loans/interfaces/ILoanBook.sol";
import {LoanHandler} from "./LoanHandler.sol";
import {LoanLedger} from "./LoanLedger.sol";

/// @title Ownership in escrow: given, taken back, sold
contract EscrowHandler is LoanHandler {
    uint256 private constant SALE_HEALTH = 0.95e18; // below which ownership is sold [wad]

    constructor(LoanLedger ledger_) LoanHandler(ledger_) {
        _expect("escrow");
        _expect("leaveEscrow");
        _expect("acceptOwner");
        _expect("kickControl");
        _expect("takeControl");
        _expect("finishControl");
    }

    function selectors() external pure override returns (bytes4[] memory list) {
        list = new bytes4[](5);
        list[0] = this.escrow.selector;
        list[1] = this.leaveEscrow.selector;
        list[2] = this.kickControl.selector;
        list[3] = this.takeControl.selector;
        list[4] = this.finishControl.selector;
    }

    // ------------------------------------------------------------------------------------------------ in and out

    /// @notice From the SP, or back from the loan book while nobody has accepted.
    function escrow(uint256 seed, uint256 minerSeed) external step {
        uint256 loanId = _loan(seed);
        if (loanId == 0 || sys.book.loanOf(loanId).minerCount == 0) return _refused("escrow");
        _escrow(loanId, _minerIndex(loanId, minerSeed));
    }

    function _escrow(uint256 loanId, uint256 index) private {
        uint64 miner = sys.book.minersOf(loanId)[index].minerId;
        bool own = _owned(miner);
        if (own) _changeOwner(who.sp, miner, world.idOf(_account(loanId)));
        bytes memory data = abi.encodeCall(sys.book.escrowMiner, (loanId, index));
        (bool ok, ) = _try("escrow", who.sp, address(sys.book), data);
        // A proposal of oneself takes one's proposal back.
        if (!ok && own) _changeOwner(who.sp, miner, world.idOf(who.sp));
    }

    /// @notice The SP accepts at once, or leaves the change pending.
    function leaveEscrow(uint256 seed, uint256 minerSeed) external step {
        uint256 loanId = _loan(seed);
        if (loanId == 0 || sys.book.loanOf(loanId).minerCount == 0) return _refused("leaveEscrow");
        uint256 index = _minerIndex(loanId, minerSeed);
        uint64 miner = sys.book.minersOf(loanId)[index].minerId;
        uint64 spId = world.idOf(who.sp);
        (uint64 owner, uint64 pending) = sys.facts.owner(miner);
        if (owner != world.idOf(address(sys.book)) || pending != spId) {
            bytes memory data = abi.encodeCall(sys.book.releaseMiner, (loanId, index, spId));
            (bool ok, ) = _try("leaveEscrow", who.sp, address(sys.book), data);
            if (!ok) return;
            _checkDrawTest(loanId);
            if (minerSeed % 4 == 0) return;
        }
        _changeOwner(who.sp, miner, spId);
        _count("acceptOwner");
    }

    // ------------------------------------------------------------------------------------------------ sales

    /// @notice Of a miner in escrow, where there is one; else of one that is put there first.
    function kickControl(uint256 seed) external step {
        _kick(seed);
    }

    function _kick(uint256 seed) private returns (uint64 miner) {
        uint256 loanId;
        (loanId, miner) = _escrowed(seed);
        if (loanId == 0) {
            loanId = _indebted(seed);
            if (loanId != 0 && sys.book.loanOf(loanId).minerCount != 0) _escrow(loanId, _minerIndex(loanId, seed));
            (loanId, miner) = _escrowed(seed);
        }
        if (loanId == 0) {
            _refused("kickControl");
            return 0;
        }
        _sicken(loanId);
        ledger.allow(who.keeper, 0.5 ether); // sweeps' tips
        _allowCollected(loanId);
        uint256 count = sys.book.loanOf(loanId).minerCount;
        vm.startPrank(who.keeper);
        sys.book.review(loanId);
        for (uint256 i; i < count; ++i) try sys.book.sweep(loanId, i) {} catch {}
        vm.stopPrank();
        ledger.advance(1);
        (bool ok, ) = _try("kickControl", who.keeper, address(sys.control), abi.encodeCall(sys.control.kick, (miner)));
        if (!ok) return 0;
    }

    /// @dev A miner in escrow whose loan owes something.
    function _escrowed(uint256 seed) private view returns (uint256, uint64) {
        for (uint256 i; i < miners.length; ++i) {
            uint64 miner = miners[((seed % miners.length) + i) % miners.length];
            uint256 loanId = sys.book.loanOfMiner(miner);
            if (loanId == 0 || !ledger.owes(sys.book.loanOf(loanId))) continue;
            (uint64 owner, ) = sys.facts.owner(miner);
            if (owner == world.idOf(_account(loanId))) return (loanId, miner);
        }
        return (0, 0);
    }

    /// @dev In escrow only the termination fee counts, so the reward has far to go.
    function _sicken(uint256 loanId) private {
        for (uint256 i; i < 6 && sys.book.positionOf(loanId).healthWad >= SALE_HEALTH; ++i) {
            uint256 reward = world.economics().rewardPerEpoch;
            if (reward >= 64 * MAX_REWARD) return;
            _setReward(reward * 4);
        }
    }

    /// @dev One purchase.
    struct Purchase {
        uint64 miner;
        uint256 loanId;
        address account;
        address taker;
        uint256 price; // [attoFIL]
        uint256 wealth; // of the taker, before [attoFIL]
        int256 shortfall; // debt less weighted collateral, before [attoFIL]
    }

    /// @notice A taker buys a miner for the SP: it can be attached again.
    function takeControl(uint256 seed, uint256 wait) external step {
        Purchase memory b;
        b.miner = _onSale(seed);
        if (b.miner == 0) b.miner = _kick(seed);
        if (b.miner == 0) return;
        ledger.advance(_bound(wait, 1, 2_000));
        b.loanId = sys.book.loanOfMiner(b.miner);
        b.taker = who.takers[seed % 2];
        if (b.loanId == 0 || !_buy(b)) return _refused("takeControl");
        assertEq(b.taker.balance, b.wealth - b.price, "I5: a taker pays the price and no more");
        assertLe(_shortfall(b.loanId), b.shortfall + 4, "I10: a sale of a miner left more uncovered");
        assertEq(sys.book.loanOfMiner(b.miner), 0, "I13: a sold miner secures a loan");
        assertEq(sys.facts.beneficiaryTerm(b.miner).beneficiary, world.idOf(who.sp), "I8: a sold miner is its owner's");
    }

    function _buy(Purchase memory b) private returns (bool ok) {
        b.account = _account(b.loanId);
        (b.wealth, b.shortfall) = (b.taker.balance, _shortfall(b.loanId));
        uint64 spId = world.idOf(who.sp);
        ledger.allow(b.account, type(uint256).max); // strips are set aside there
        ledger.allow(address(sys.vault), type(uint256).max);
        ledger.allow(who.payee, type(uint256).max); // the surplus
        bytes memory data = abi.encodeCall(sys.control.take, (b.miner, type(uint256).max, spId, ""));
        bytes memory answer;
        (ok, answer) = _try("takeControl", b.taker, address(sys.control), 20_000 ether, data);
        if (!ok) return false;
        b.price = abi.decode(answer, (uint256));
        _changeOwner(who.sp, b.miner, spId);
    }

    function _shortfall(uint256 loanId) private view returns (int256) {
        Position memory p = sys.book.positionOf(loanId);
        return int256(p.debt) - int256(p.liquidationLimit);
    }

    function _onSale(uint256 seed) private view returns (uint64) {
        for (uint256 i; i < miners.length; ++i) {
            uint64 miner = miners[((seed % miners.length) + i) % miners.length];
            if (sys.control.saleOf(miner).active) return miner;
        }
        return 0;
    }

    /// @notice The next round, or the end.
    function finishControl(uint256 seed, bool late) external step {
        uint64 miner = _onSale(seed);
        if (miner == 0) return _refused("finishControl");
        if (late) ledger.advance(2_880);
        (bool ok, ) = address(sys.control).call(abi.encodeCall(sys.control.restart, (miner)));
        if (!ok) (ok, ) = address(sys.control).call(abi.encodeCall(sys.control.end, (miner)));
        if (ok) _count("finishControl");
        else _refused("finishControl");
    }
}
