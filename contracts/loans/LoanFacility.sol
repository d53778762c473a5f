// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {BeaconProxy} from "@openzeppelin/contracts/proxy/beacon/BeaconProxy.sol";

import {BeneficiaryTerm, CollateralFacts, MinerSnapshot} from "../filecoin/interfaces/IMinerFacts.sol";
import {EPOCHS_PER_DAY, EPOCHS_PER_YEAR} from "../libraries/Units.sol";
import {ILoanDesk, ILoanTokens} from "./interfaces/ILoanBook.sol";
import {LoanMiners} from "./LoanMiners.sol";
import {AttachedMiner, Covenant, Loan, LoanState, Tranche} from "./LoanTypes.sol";

/// @title The SP's side of a loan: facility, miners, surplus
abstract contract LoanFacility is ILoanDesk, LoanMiners {
    /// @dev A draw must be proven within these bounds: sealing takes a day at least, and half a year is no onboarding.
    uint256 private constant MIN_PROVE_EPOCHS = EPOCHS_PER_DAY;
    uint256 private constant MAX_PROVE_EPOCHS = EPOCHS_PER_YEAR / 2;
    /// @dev A facility is a promise on other people's money; it does not stay open for ever.
    uint256 private constant MAX_DRAW_DELAY = 2 * EPOCHS_PER_YEAR;

    // ---------------------------------------------------------------- facility

    /// @inheritdoc ILoanDesk
    function open(
        Tranche[] calldata tranches,
        address payee
    ) external nonReentrant returns (uint256 loanId, address account) {
        _requireUsable(payee);
        uint256 count = tranches.length;
        if (count == 0 || count > MAX_TRANCHES) revert LoanBook_TrancheCount(MAX_TRANCHES, count);
        LoanBookStorage storage $ = _s();
        loanId = ++$.loanCount;
        uint256 limit = _storeTranches(loanId, tranches);
        if (limit > $.maxFacility) revert LoanBook_LimitExceeded($.maxFacility, limit);

        account = address(new BeaconProxy(ACCOUNT_BEACON, ""));
        Loan storage loan = $.loans[loanId];
        loan.state = LoanState.Healthy;
        loan.trancheCount = uint8(count); // count <= MAX_TRANCHES
        loan.account = account;
        loan.payee = payee;
        ILoanTokens(address(this)).mintLoan(msg.sender, loanId);
        emit LoanOpened(loanId, msg.sender, account, payee, limit);
    }

    function _storeTranches(uint256 loanId, Tranche[] calldata tranches) private returns (uint256 limit) {
        uint256 minimum = RISK_ENGINE.minDebt();
        for (uint256 i; i < tranches.length; ++i) {
            Tranche calldata t = tranches[i];
            bool badDeadline = t.drawDeadline < block.number || t.drawDeadline > block.number + MAX_DRAW_DELAY;
            bool badProof =
                t.proveEpochs < MIN_PROVE_EPOCHS || t.proveEpochs > MAX_PROVE_EPOCHS || t.minPowerDelta == 0;
            if (t.amount < minimum || badDeadline || badProof) revert LoanBook_BadTranche(i, t);
            _s().tranches[loanId][i] = t;
            limit += t.amount;
        }
    }

    /// @inheritdoc ILoanDesk
    function setPayee(uint256 loanId, address payee) external {
        Loan storage loan = _authorised(loanId);
        _requireUsable(payee);
        emit PayeeChanged(loanId, loan.payee, payee);
        loan.payee = payee;
    }

    /// @inheritdoc ILoanDesk
    function close(uint256 loanId) external nonReentrant {
        Loan storage loan = _authorised(loanId);
        uint256 debt = _debtUp(loanId, loan, VAULT.borrowIndex());
        uint256 outstanding = _stripsOutstanding(loan);
        if (debt != 0 || outstanding != 0 || loan.minerCount != 0) {
            revert LoanBook_NotCloseable(loanId, debt, outstanding, loan.minerCount);
        }
        if (loan.hasPosted) revert LoanBook_StillPosted(loanId);
        uint256 rest = _freeFunds(loan);
        _setState(loanId, loan, LoanState.Closed, Covenant.None);
        ILoanTokens(address(this)).burnLoan(loanId);
        emit LoanClosed(loanId);
        if (rest != 0) _payOut(loanId, loan, rest);
    }

    // ---------------------------------------------------------------- miners

    /// @inheritdoc ILoanDesk
    function attachMiner(uint256 loanId, uint64 minerId) external nonReentrant {
        Loan storage loan = _authorised(loanId);
        _requirePlace(loan, minerId);
        MinerSnapshot memory miner = _settledMiner(minerId);
        // An expired or exhausted term of a third party is no lien, but a sign of another lender: it is taken over, or settled by the
        // owner first.
        if (miner.term.beneficiary != miner.owner)
            revert LoanBook_ForeignBeneficiary(minerId, miner.owner, miner.term.beneficiary);
        _addMiner(loanId, loan, minerId, miner);

        uint64 accountId = _account(loan).actorId();
        _account(loan).approveBeneficiary(minerId, accountId, QUOTA, EXPIRATION);
        _requireLien(minerId, accountId);
    }

    /// @inheritdoc ILoanDesk
    function detachMiner(uint256 loanId, uint256 minerIndex) external nonReentrant {
        Loan storage loan = _authorised(loanId);
        uint64 minerId = _minerAt(loanId, loan, minerIndex).minerId;
        uint64 owner = _foreignOwner(loanId, loan, minerId);
        if (_awaitsProof(loan) && loan.drawMinerIndex == minerIndex) {
            if (loan.principal != 0) revert LoanBook_NotProven(loanId, loan.provenCount);
            // The draw is repaid, so its miner may go; with it goes what the proof would be measured on.
            loan.frozen = true;
        }
        uint256 outstanding = _stripsOutstanding(loan);
        if (outstanding != 0) revert LoanBook_StripsOutstanding(loanId, outstanding);
        _removeMiner(loanId, loan, minerIndex);
        emit MinerDetached(loanId, minerId);

        uint256 debt = _debtUp(loanId, loan, VAULT.borrowIndex());
        if (debt != 0) {
            if (loan.state != LoanState.Healthy) revert LoanBook_WrongState(loanId, loan.state);
            _requireDrawTest(loanId, loan, _assess(loanId, loan), debt);
        }
        _giveBack(loan, minerId, owner);
    }

    function _giveBack(Loan storage loan, uint64 minerId, uint64 owner) private {
        _account(loan).approveBeneficiary(minerId, owner, 0, 0);
        BeneficiaryTerm memory term = MINER_FACTS.beneficiaryTerm(minerId);
        if (term.beneficiary != owner) {
            revert LoanBook_BadTerm(minerId, owner, term.beneficiary, 0, term.expiration, term.hasPending);
        }
    }

    /// @inheritdoc ILoanDesk
    function raiseReference(uint256 loanId, uint256 minerIndex) external nonReentrant {
        AttachedMiner storage miner = _minerAt(loanId, _existing(loanId), minerIndex);
        CollateralFacts memory facts = MINER_FACTS.collateral(miner.minerId, 0, 0, false);
        _raiseReference(loanId, miner, facts.initialPledge, facts.qaPowerBytes);
    }

    // ---------------------------------------------------------------- surplus

    /// @inheritdoc ILoanDesk
    function release(uint256 loanId, uint256 minerIndex, uint256 amount) external nonReentrant {
        Loan storage loan = _authorised(loanId);
        if (amount == 0) revert LoanBook_ZeroAmount();
        uint256 outstanding = _stripsOutstanding(loan);
        if (outstanding != 0) revert LoanBook_StripsOutstanding(loanId, outstanding);
        uint256 debt = _debtUp(loanId, loan, VAULT.borrowIndex());
        if (debt != 0) {
            if (loan.state != LoanState.Healthy) revert LoanBook_WrongState(loanId, loan.state);
            // FIL that was drawn to be pledged does not leave for anything else.
            if (_awaitsProof(loan)) revert LoanBook_NotProven(loanId, loan.provenCount);
        }
        uint256 free = _freeFunds(loan);
        if (amount > free) {
            free += _account(loan).withdraw(_minerAt(loanId, loan, minerIndex).minerId, amount - free);
            if (free < amount) revert LoanBook_ReleaseExceeds(loanId, free, amount);
        }
        // After the withdrawal: the test counts only what is still in the miners.
        if (debt != 0) _requireDrawTest(loanId, loan, _assess(loanId, loan), debt);
        _payOut(loanId, loan, amount);
    }

    function _requireUsable(address payee) private view {
        if (payee == address(0) || payee == address(VAULT) || payee == address(this))
            revert LoanBook_InvalidAddress(payee);
    }
}
