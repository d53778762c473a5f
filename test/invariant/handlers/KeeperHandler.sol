// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Loan, LoanState} from "../../../contracts/loans/LoanTypes.sol";
import {Position} from "../../../contracts/loans/interfaces/ILoanBook.sol";
import {PoolState} from "../../../contracts/loans/interfaces/IPledgeVault.sol";
import {LoanHandler} from "./LoanHandler.sol";
import {LoanLedger} from "./LoanLedger.sol";

/// @title What anyone may do: collect, review, prove, take back, provision, write off
contract KeeperHandler is LoanHandler {
    constructor(LoanLedger ledger_) LoanHandler(ledger_) {
        _expect("accrue");
        _expect("payReserve");
        _expect("skimVault");
        _expect("skimReserve");
        _expect("sweep");
        _expect("review");
        _expect("restore");
        _expect("cure");
        _expect("prove");
        _expect("reclaim");
        _expect("raiseReference");
        _expect("impair");
        _expect("writeOff");
    }

    function selectors() external pure override returns (bytes4[] memory list) {
        list = new bytes4[](11);
        list[0] = this.accrue.selector;
        list[1] = this.payReserve.selector;
        list[2] = this.skim.selector;
        list[3] = this.sweep.selector;
        list[4] = this.review.selector;
        list[5] = this.cure.selector;
        list[6] = this.prove.selector;
        list[7] = this.reclaim.selector;
        list[8] = this.raiseReference.selector;
        list[9] = this.impair.selector;
        list[10] = this.writeOff.selector;
    }

    // ------------------------------------------------------------------------------------------------ the pool

    function accrue() external step {
        vm.prank(who.keeper);
        sys.vault.accrue();
        bytes32 once = keccak256(abi.encode(sys.vault.poolState()));
        vm.prank(who.keeper);
        sys.vault.accrue();
        assertEq(keccak256(abi.encode(sys.vault.poolState())), once, "I15: accruing twice");
        _count("accrue");
    }

    function payReserve() external step {
        PoolState memory pool = sys.vault.poolState();
        ledger.allow(address(sys.reserve), pool.reserveOwed);
        vm.prank(who.keeper);
        if (sys.vault.payReserve() == 0) _refused("payReserve");
        else _count("payReserve");
    }

    function skim() external step {
        uint256 stray = ledger.strayInVault();
        ledger.allow(address(sys.reserve), stray);
        vm.prank(who.keeper);
        uint256 amount = sys.vault.skim();
        assertEq(amount, stray, "I18: what is skimmed is what was given");
        ledger.noteSkimmed(amount);
        if (amount != 0) _count("skimVault");
        _try("skimReserve", who.keeper, address(sys.reserve), abi.encodeCall(sys.reserve.skim, ()));
    }

    // ------------------------------------------------------------------------------------------------ loans

    function sweep(uint256 seed, uint256 minerSeed) external step {
        uint256 loanId = _loan(seed);
        if (loanId == 0 || sys.book.loanOf(loanId).minerCount == 0) return _refused("sweep");
        Position memory p = sys.book.positionOf(loanId);
        ledger.allow(who.keeper, 0.05 ether);
        _allowCollected(loanId);
        bytes memory data = abi.encodeCall(sys.book.sweep, (loanId, _minerIndex(loanId, minerSeed)));
        (bool ok, ) = _try("sweep", who.keeper, address(sys.book), data);
        // A tip of 1 in 100 is a bonus of 1.01: it lowers health only where the value is less than that many times the debt.
        if (ok && p.value * 100 >= p.debt * 101) _checkHealth(loanId, p);
    }

    function _checkHealth(uint256 loanId, Position memory before) private view {
        Position memory p = sys.book.positionOf(loanId);
        if (p.debt > 2) assertGe(p.value * before.debt, before.value * (p.debt - 2), "I10: a sweep lowered health");
    }

    /// @notice Sometimes after value has come back, to an impaired loan where there is one.
    function review(uint256 seed, uint256 health) external step {
        bool recovery = health % 2 == 0;
        uint256 loanId = recovery ? _inState(seed, LoanState.Impaired) : 0;
        if (loanId == 0) loanId = _loan(seed);
        if (loanId == 0) return _refused("review");
        if (recovery) _mend(loanId);
        Loan memory old = sys.book.loanOf(loanId);
        _must("review", who.keeper, address(sys.book), 0, abi.encodeCall(sys.book.review, (loanId)), "review");
        bool impaired = old.state == LoanState.Impaired || old.state == LoanState.WrittenOff;
        if (impaired && sys.book.loanOf(loanId).state == LoanState.Healthy) _count("restore");
    }

    /// @dev Value comes back in full, and the interest that is overdue is paid.
    function _mend(uint256 loanId) private {
        _setReward(MIN_REWARD);
        Position memory p = sys.book.positionOf(loanId);
        if (p.interest == 0 || p.interest + 20 ether > p.debt) return;
        ledger.allow(address(sys.vault), p.interest + 1);
        vm.prank(who.sp);
        sys.book.repay{value: p.interest + 1}(loanId);
    }

    function cure(uint256 seed, uint256 amount) external step {
        uint256 loanId = _loan(seed);
        if (loanId == 0) return _refused("cure");
        amount = _bound(amount, 0, sys.book.debtOf(loanId) / 4);
        ledger.allow(address(sys.vault), amount);
        _try("cure", who.sp, address(sys.book), amount, abi.encodeCall(sys.book.cure, (loanId)));
    }

    /// @notice Mostly once the provider has sealed.
    function prove(uint256 seed, uint256 share) external step {
        uint256 id = _awaiting(seed);
        if (id == 0) return _refused("prove");
        if (share % 4 != 0) _seal(_drawMiner(id), 100);
        _try("prove", who.keeper, address(sys.book), abi.encodeCall(sys.book.prove, (id)));
    }

    /// @notice Half of the time after the deadline.
    function reclaim(uint256 seed, bool late) external step {
        uint256 id = _awaiting(seed);
        if (id == 0) return _refused("reclaim");
        Loan memory loan = sys.book.loanOf(id);
        uint256 deadline = uint256(loan.drawEpoch) + sys.book.tranchesOf(id)[loan.provenCount].proveEpochs;
        if (late && ledger.epoch() <= deadline) ledger.advance(deadline + 1 - ledger.epoch());
        _allowCollected(id);
        _try("reclaim", who.keeper, address(sys.book), abi.encodeCall(sys.book.reclaim, (id)));
    }

    function raiseReference(uint256 seed, uint256 minerSeed) external step {
        uint256 loanId = _loan(seed);
        if (loanId == 0 || sys.book.loanOf(loanId).minerCount == 0) return _refused("raiseReference");
        bytes memory data = abi.encodeCall(sys.book.raiseReference, (loanId, _minerIndex(loanId, minerSeed)));
        _must("raiseReference", who.keeper, address(sys.book), 0, data, "raiseReference");
    }

    // ------------------------------------------------------------------------------------------------ losses

    /// @notice Sometimes the network makes the loan ripe for it.
    function impair(uint256 seed, uint256 health) external {
        ledger.begin();
        uint256 loanId = _indebted(seed);
        bool ok;
        if (loanId == 0) _refused("impair");
        else ok = _impair(loanId, health % 3 == 0 ? _bound(health, 0.85e18, 0.955e18) : 0);
        ledger.end(ok);
    }

    function _impair(uint256 loanId, uint256 health) private returns (bool ok) {
        if (health != 0) _shock(loanId, health);
        PoolState memory before = sys.vault.poolState();
        Loan memory old = sys.book.loanOf(loanId);
        ledger.allow(address(sys.vault), type(uint256).max); // from the reserve fund
        bytes memory answer;
        (ok, answer) = _try("impair", who.keeper, address(sys.book), abi.encodeCall(sys.book.impair, (loanId)));
        if (ok) _checkLoss(loanId, before, old, abi.decode(answer, (uint256)));
    }

    /// @notice Sometimes of a loan impaired for it, mostly after everything has become worthless.
    function writeOff(uint256 seed, uint256 crash) external {
        ledger.begin();
        bool lossBooked;
        uint256 loanId = _inState(seed, LoanState.Impaired);
        if (loanId == 0 && crash % 3 == 0) {
            loanId = _indebted(seed);
            if (loanId != 0 && !(lossBooked = _impair(loanId, 0.9e18))) loanId = 0;
        }
        if (loanId == 0) _refused("writeOff");
        else if (_writeOff(loanId, crash % 4 != 0)) lossBooked = true;
        ledger.end(lossBooked);
    }

    function _writeOff(uint256 loanId, bool crash) private returns (bool ok) {
        if (crash) _setReward(MAX_REWARD);
        PoolState memory before = sys.vault.poolState();
        Loan memory old = sys.book.loanOf(loanId);
        ledger.allow(address(sys.vault), type(uint256).max); // from the reserve fund
        (ok, ) = _try("writeOff", who.keeper, address(sys.book), abi.encodeCall(sys.book.writeOff, (loanId)));
        if (ok) _checkLoss(loanId, before, old, old.carrying);
    }

    /// @dev Once, and no more than what the loss is, less what the reserve fund bears.
    function _checkLoss(uint256 loanId, PoolState memory before, Loan memory old, uint256 loss) private view {
        Loan memory loan = sys.book.loanOf(loanId);
        uint256 toLenders = loan.lenderLoss - old.lenderLoss;
        assertEq(toLenders + loan.reserveLoss - old.reserveLoss, loss, "I3: a loss is borne once");
        uint256 unvested = toLenders < before.lockedGain ? toLenders : before.lockedGain;
        assertApproxEqAbs(
            sys.vault.totalAssets() + toLenders - unvested,
            before.totalAssets,
            2,
            "I3, I4: a loss is what was booked"
        );
    }

    function _inState(uint256 seed, LoanState state) private view returns (uint256) {
        uint256 count = sys.book.loanCount();
        for (uint256 i; i < count; ++i) {
            uint256 id = 1 + (((seed % count) + i) % count);
            if (sys.book.loanOf(id).state == state) return id;
        }
        return 0;
    }
}
