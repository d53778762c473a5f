// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Devnet} from "../../../contracts/devnet/Devnet.sol";
import {Loan, LoanState, Tranche} from "../../../contracts/loans/LoanTypes.sol";
import {LoanHandler} from "./LoanHandler.sol";
import {LoanLedger} from "./LoanLedger.sol";

/// @title The storage provider: facilities, miners, draws, sealing, repaying, leaving
contract ProviderHandler is LoanHandler {
    uint256 private constant MAX_LOANS = 9; // ever opened in one run
    uint256 private constant MAX_LIVE = 3;

    constructor(LoanLedger ledger_) LoanHandler(ledger_) {
        _expect("open");
        _expect("attach");
        _expect("draw");
        _expect("seal");
        _expect("proveOwn");
        _expect("detach");
        _expect("release");
        _expect("repay");
        _expect("repayAll");
        _expect("close");
        _expect("tamper");
    }

    function selectors() external pure override returns (bytes4[] memory list) {
        list = new bytes4[](10);
        list[0] = this.openAndAttach.selector;
        list[1] = this.attach.selector;
        list[2] = this.draw.selector;
        list[3] = this.seal.selector;
        list[4] = this.detach.selector;
        list[5] = this.release.selector;
        list[6] = this.repay.selector;
        list[7] = this.windDown.selector;
        list[8] = this.tamper.selector;
        list[9] = this.onboard.selector;
    }

    // ------------------------------------------------------------------------------------------------ facility

    function openAndAttach(uint256 seed, uint96 first, uint96 second) external step {
        if (sys.book.loanCount() == MAX_LOANS || _live() >= MAX_LIVE) return _refused("open");
        _open(seed, first, second);
    }

    function _open(uint256 seed, uint96 first, uint96 second) private {
        Tranche[] memory list = new Tranche[](2);
        list[0] = _tranche(uint96(_bound(first, 10 ether, 250 ether)));
        list[1] = _tranche(uint96(_bound(second, 10 ether, 250 ether)));
        (bool ok, bytes memory answer) = _try(
            "open",
            who.sp,
            address(sys.book),
            abi.encodeCall(sys.book.open, (list, who.payee))
        );
        if (!ok) return;
        (uint256 loanId, address account) = abi.decode(answer, (uint256, address));
        ledger.watch(account);
        _attach(loanId, seed);
    }

    function _tranche(uint96 amount) private view returns (Tranche memory) {
        uint32 deadline = uint32(ledger.epoch() + 180 * Devnet.DAY);
        return
            Tranche({
                amount: amount,
                minPowerDelta: 32 << 30,
                drawDeadline: deadline,
                proveEpochs: uint32(6 * Devnet.DAY)
            });
    }

    function _live() private view returns (uint256 live) {
        uint256 count = sys.book.loanCount();
        for (uint256 id = 1; id <= count; ++id) {
            if (sys.book.loanOf(id).state != LoanState.Closed) ++live;
        }
    }

    // ------------------------------------------------------------------------------------------------ miners

    function attach(uint256 seed, uint256 loanSeed) external step {
        uint256 loanId = _loan(loanSeed);
        if (loanId == 0 || sys.book.loanOf(loanId).minerCount == MAX_MINERS) return _refused("attach");
        _attach(loanId, seed);
    }

    function _attach(uint256 loanId, uint256 seed) private {
        for (uint256 i; i < miners.length; ++i) {
            uint64 miner = miners[((seed % miners.length) + i) % miners.length];
            if (sys.book.loanOfMiner(miner) != 0) continue;
            _propose(miner, world.idOf(_account(loanId)), QUOTA, type(int64).max);
            _try("attach", who.sp, address(sys.book), abi.encodeCall(sys.book.attachMiner, (loanId, miner)));
            return;
        }
        _refused("attach");
    }

    function detach(uint256 seed, uint256 minerSeed) external step {
        uint256 loanId = _loan(seed);
        for (uint256 i = 1; loanId != 0 && i < 3 && sys.book.loanOf(loanId).minerCount < 2; ++i)
            loanId = _loan(seed / 2 + i);
        if (loanId == 0 || sys.book.loanOf(loanId).minerCount == 0) return _refused("detach");
        if (!_owned(sys.book.minersOf(loanId)[_minerIndex(loanId, minerSeed)].minerId)) return _refused("detach");
        // A refused hand-over would leave the proposal behind.
        try this.detachOrUndo(loanId, _minerIndex(loanId, minerSeed)) {
            _count("detach");
            _checkDrawTest(loanId);
        } catch (bytes memory reason) {
            assertTrue(bytes4(reason) != bytes4(0x4e487b71), "panic: detach");
            _refused("detach");
        }
    }

    /// @dev For `detach` alone; not among the targets.
    function detachOrUndo(uint256 loanId, uint256 index) external {
        _detach(loanId, index);
    }

    function _detach(uint256 loanId, uint256 index) private {
        _propose(sys.book.minersOf(loanId)[index].minerId, world.idOf(who.sp), 0, 0);
        vm.prank(who.sp);
        sys.book.detachMiner(loanId, index);
    }

    /// @notice What a hostile owner can do: propose another owner (and take it back), or propose another beneficiary.
    function tamper(uint256 seed, uint256 kind) external step {
        uint64 miner = miners[seed % miners.length];
        if (!_owned(miner)) return _refused("tamper");
        kind %= 16;
        if (kind == 0) {
            _propose(miner, world.idOf(who.takers[0]), QUOTA, type(int64).max);
        } else {
            _changeOwner(who.sp, miner, world.idOf(kind < 6 ? who.takers[0] : who.sp));
        }
        _count("tamper");
    }

    // ------------------------------------------------------------------------------------------------ draws and proofs

    function draw(uint256 seed, uint256 minerSeed) external step {
        uint256 loanId = _drawable(seed);
        if (loanId == 0) return _refused("draw");
        if (minerSeed % 2 == 0) _shock(loanId, 1.4e18);
        _draw(loanId, _minerIndex(loanId, minerSeed));
    }

    function _draw(uint256 loanId, uint256 index) private returns (bool ok) {
        Loan memory loan = sys.book.loanOf(loanId);
        uint64 miner = sys.book.minersOf(loanId)[index].minerId;
        uint256 amount = sys.book.tranchesOf(loanId)[loan.drawnCount].amount;
        ledger.allow(Devnet.masked(miner), amount);
        (ok, ) = _try("draw", who.sp, address(sys.book), abi.encodeCall(sys.book.draw, (loanId, index)));
        if (!ok) return false;
        assertEq(loan.drawnCount, loan.provenCount, "I7: drawn although the last draw is not proven");
        _checkDrawTest(loanId);
    }

    /// @notice Seals what a miner can pay for, first of all where a draw awaits its proof.
    function seal(uint256 seed, uint256 share) external step {
        uint256 loanId = _awaiting(seed);
        uint64 miner = loanId == 0 ? miners[seed % miners.length] : _drawMiner(loanId);
        _seal(miner, share % 4 == 0 ? 50 : 100);
    }

    /// @notice A draw and its onboarding in one go.
    function onboard(uint256 seed, uint256 minerSeed) external step {
        uint256 loanId = _drawable(seed);
        if (loanId == 0) return _refused("draw");
        if (minerSeed % 2 == 0) _shock(loanId, 1.4e18);
        uint256 index = _minerIndex(loanId, minerSeed);
        if (!_draw(loanId, index)) return;
        if (!_seal(sys.book.minersOf(loanId)[index].minerId, 100)) return;
        _try("proveOwn", who.sp, address(sys.book), abi.encodeCall(sys.book.prove, (loanId)));
    }

    // ------------------------------------------------------------------------------------------------ money

    function release(uint256 seed, uint256 minerSeed, uint256 amount) external step {
        uint256 loanId = _loan(seed);
        if (loanId == 0 || sys.book.loanOf(loanId).minerCount == 0) return _refused("release");
        uint256 index = _minerIndex(loanId, minerSeed);
        int256 available = sys.facts.collateral(sys.book.minersOf(loanId)[index].minerId, 0, 0, false).availableBalance;
        uint256 most = (available > 0 ? uint256(available) : 0) + sys.book.freeFundsOf(loanId);
        amount = _bound(amount, 1, most / 3 + 1);
        ledger.allow(who.payee, amount);
        ledger.allow(_account(loanId), amount);
        (bool ok, ) = _try(
            "release",
            who.sp,
            address(sys.book),
            abi.encodeCall(sys.book.release, (loanId, index, amount))
        );
        if (ok) _checkDrawTest(loanId);
    }

    function repay(uint256 seed, uint256 amount) external step {
        uint256 loanId = _loan(seed);
        if (loanId == 0) return _refused("repay");
        uint256 debt = sys.book.debtOf(loanId);
        // A tenth at most, or loans never live long enough to fail.
        amount = _bound(amount, 1, debt / 10 + 1);
        ledger.allow(address(sys.vault), amount);
        _try("repay", who.sp, address(sys.book), amount, abi.encodeCall(sys.book.repay, (loanId)));
    }

    function windDown(uint256 seed, uint256 chance) external step {
        uint256 loanId = _loan(seed);
        if (loanId == 0 || chance % 2 != 0) return _refused("close");
        uint256 debt = sys.book.debtOf(loanId);
        if (debt != 0) {
            debt += sys.book.termsOf(loanId).fee;
            ledger.allow(address(sys.vault), debt);
            bytes memory data = abi.encodeCall(sys.book.repay, (loanId));
            _must("repayAll", who.sp, address(sys.book), debt + 1 ether, data, "I12: a borrower can repay in full");
            assertEq(sys.book.debtOf(loanId), 0, "I12: paid in full");
        }
        Loan memory loan = sys.book.loanOf(loanId);
        if (loan.stripSold != loan.stripPaid) return _refused("close");
        for (uint256 left = loan.minerCount; left != 0; --left) {
            _freeFromEscrow(loanId, left - 1);
            _detach(loanId, left - 1);
        }
        _unpostAll(loanId);
        uint256 rest = sys.book.freeFundsOf(loanId);
        ledger.allow(who.payee, rest);
        _must("close", who.sp, address(sys.book), 0, abi.encodeCall(sys.book.close, (loanId)), "I12: close");
        assertEq(
            loan.account.balance,
            loan.stripPaid - loan.stripClaimed,
            "I5: what a closed loan keeps is strip holders'"
        );
    }

    function _unpostAll(uint256 loanId) private {
        (address[] memory tokens, uint256[] memory amounts) = sys.posted.postedOf(loanId);
        for (uint256 i; i < tokens.length; ++i) {
            bytes memory data = abi.encodeCall(sys.posted.unpost, (loanId, tokens[i], amounts[i], who.sp));
            _must("unpostAll", who.sp, address(sys.posted), 0, data, "I12: without debt tokens come back");
        }
    }
}
