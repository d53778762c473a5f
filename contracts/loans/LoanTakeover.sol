// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {BeneficiaryProposal, CollateralFacts, IMinerFacts, MinerSnapshot} from "../filecoin/interfaces/IMinerFacts.sol";
import {InterestMath} from "../libraries/InterestMath.sol";
import {EPOCHS_PER_DAY, WAD} from "../libraries/Units.sol";
import {IReputation} from "../reputation/interfaces/IReputation.sol";
import {ILienAdapter} from "./interfaces/ILienAdapter.sol";
import {ILoanTokens} from "./interfaces/ILoanBook.sol";
import {ILoanTakeover, TakeoverQuote} from "./interfaces/ILoanTakeover.sol";
import {IPledgeVault} from "./interfaces/IPledgeVault.sol";
import {IPostedValues} from "./interfaces/IPostedValues.sol";
import {Assessment, IRiskEngine, RiskParams} from "./interfaces/IRiskEngine.sol";
import {Conditions, ISectorConditions} from "./interfaces/ISectorConditions.sol";
import {RiskMath} from "./libraries/RiskMath.sol";
import {LoanBookBase} from "./LoanBookBase.sol";
import {LoanDrawing} from "./LoanDrawing.sol";
import {LoanMiners} from "./LoanMiners.sol";
import {LoanPart} from "./LoanPart.sol";
import {Covenant, Lienholder, Loan, Takeover} from "./LoanTypes.sol";

/// @title The loan book's fifth part: taking over another lender's lien
/// @notice Runs in the loan book's storage, by delegatecall from the fallback of LoanTerms. Called at its own address it knows no loan.
/// @dev What the miner actor gives and does not give (FIP-0029, actors/miner change_beneficiary): while the lender's term is live, a
/// proposal of the owner takes effect with the approvals of the lender and the nominee, in either order. An approval cannot be taken back
/// by who gave it, carries no conditions, and has no end; only the owner's next proposal deletes it. So an approval that was given for an
/// offer must not be of use for a worse one, whatever became of the offer meanwhile; see `_requireNoWorse`. And the loan's account
/// approves after the payment, as the last of the three.
contract LoanTakeover is ILoanTakeover, LoanPart, LoanMiners, LoanDrawing {
    using SafeCast for uint256;

    /// @dev An offer binds the facility; nor should a lender's approval be worth more later than it was thought to be.
    uint256 private constant MAX_OFFER = 30 * EPOCHS_PER_DAY;

    ISectorConditions private immutable CONDITIONS;

    /// @dev A takeover that may go ahead.
    struct HandOver {
        uint64 lender; // [actor id]
        uint64 accountId; // [actor id]
        uint64 payee; // [actor id]
        address adapter;
        uint8 tranche;
        uint256 amount; // [attoFIL]
        uint256 drawable; // [attoFIL]
        MinerSnapshot miner;
    }

    constructor(
        IPledgeVault vault,
        IRiskEngine riskEngine,
        IMinerFacts minerFacts,
        address accountBeacon,
        address stripAuction,
        IPostedValues posted,
        IReputation reputation,
        ISectorConditions conditions
    ) LoanBookBase(vault, riskEngine, minerFacts, accountBeacon, stripAuction, posted, reputation) {
        CONDITIONS = conditions;
    }

    // ---------------------------------------------------------------- the SP

    /// @inheritdoc ILoanTakeover
    function openTakeover(uint256 loanId, uint64 minerId, uint256 amount, uint256 deadline) external nonReentrant {
        Loan storage loan = _authorised(loanId);
        uint8 index = loan.drawnCount;
        uint256 most = _drawable(loanId, loan, index);
        uint256 least = RISK_ENGINE.minDebt();
        if (amount < least || amount > most) revert LoanBook_BadPayOff(least, most, amount);
        uint256 latest = Math.min(block.number + MAX_OFFER, _s().tranches[loanId][index].drawDeadline);
        if (deadline < block.number || deadline > latest) revert LoanBook_BadDeadline(block.number, latest, deadline);
        _requirePlace(loan, minerId);
        uint64 lender = _lendersMiner(minerId).term.beneficiary;
        _listed(minerId, lender);
        _requireNoWorse(loanId, loan, minerId, Takeover(amount.toUint96(), lender, deadline.toUint32()));

        _s().takeovers[loanId][minerId] = Takeover(amount.toUint96(), lender, deadline.toUint32());
        emit TakeoverOpened(loanId, minerId, lender, amount, deadline);
    }

    /// @dev An approval of the lender that is on record was given after the offer on record was made, and says yes to that one. A lender
    /// without a contract may have sent it but not seen it mined, hence the first rule, which holds for an offer that is over as well.
    function _requireNoWorse(uint256 loanId, Loan storage loan, uint64 minerId, Takeover memory next) private view {
        Takeover memory offer = _s().takeovers[loanId][minerId];
        bool same = offer.lender == next.lender;
        if (same && (next.amount < offer.amount || next.deadline < offer.deadline)) {
            revert LoanBook_OfferReduced(offer.amount, next.amount, offer.deadline, next.deadline);
        }
        if (same && next.deadline == offer.deadline) return;
        BeneficiaryProposal memory proposal = MINER_FACTS.beneficiaryProposal(minerId);
        if (proposal.nominee == _account(loan).actorId() && proposal.approvedByBeneficiary) {
            revert LoanBook_AlreadyApproved(loanId, minerId, next.lender);
        }
    }

    // ---------------------------------------------------------------- anyone

    /// @inheritdoc ILoanTakeover
    function takeover(uint256 loanId, uint64 minerId) external nonReentrant {
        Loan storage loan = _existing(loanId);
        HandOver memory h = _ready(loanId, loan, minerId);
        delete _s().takeovers[loanId][minerId];
        _addMiner(loanId, loan, minerId, h.miner);
        uint256 debt = _recordPayOff(loan, h.amount);
        emit LienTakenOver(loanId, minerId, h.lender, h.tranche, h.amount, debt);

        VAULT.lend(loanId, h.payee, h.amount);
        // The one call in the loan book that runs code of others. The loan has its debt by now and not yet the lien, and looks worse than
        // it is; but it is in its cool-off, in which no auction starts.
        if (h.adapter != address(0)) ILienAdapter(h.adapter).payOff(minerId, h.lender, h.accountId, h.amount);
        _account(loan).approveBeneficiary(minerId, h.accountId, QUOTA, EXPIRATION);
        _requireLien(minerId, h.accountId);
        _requireDrawTest(loanId, loan, _assess(loanId, loan), debt);
    }

    /// @dev A draw that pledges nothing: there is nothing to prove, nothing to take back, and no merit in it.
    function _recordPayOff(Loan storage loan, uint256 amount) private returns (uint256 debt) {
        if (loan.scaledDebt == 0) loan.interestSince = block.number.toUint32();
        uint96 scaled;
        (scaled, debt) = _debtWith(loan, amount);
        loan.scaledDebt = scaled;
        loan.principal += amount.toUint96();
        ++loan.drawnCount;
        ++loan.provenCount;
    }

    // ---------------------------------------------------------------- governance

    /// @inheritdoc ILoanTakeover
    function setLienholder(uint64 lender, bool listed, address adapter) external {
        ILoanTokens(address(this)).checkCanCall(msg.sender, msg.data);
        bool own = lender == 0 || lender == _selfId() || lender == MINER_FACTS.actorIdOf(address(VAULT));
        if (own || (adapter != address(0) && !listed)) revert LoanBook_InvalidLienholder(lender, listed, adapter);
        emit LienholderChanged(lender, listed, adapter);
        _s().lienholders[lender] = Lienholder(listed, adapter);
    }

    // ---------------------------------------------------------------- views

    /// @inheritdoc ILoanTakeover
    function quoteTakeover(uint256 loanId, uint64 minerId) external view returns (TakeoverQuote memory q) {
        Loan storage loan = _existing(loanId);
        HandOver memory h = _ready(loanId, loan, minerId);
        uint256 lendable = VAULT.lendable();
        if (h.amount > lendable) revert IPledgeVault.PledgeVault_InsufficientLiquidity(lendable, h.amount);
        (q.lender, q.payee, q.tranche) = (h.lender, h.payee, h.tranche);
        q.amount = h.amount;
        q.lapsing = h.drawable - h.amount;
        (, q.debt) = _debtWith(loan, h.amount);
        q.drawLimit = _limitWith(loanId, loan, minerId, h.miner);
        if (q.drawLimit < q.debt) revert LoanBook_DrawTest(loanId, q.drawLimit, q.debt);
    }

    /// @inheritdoc ILoanTakeover
    function takeoverOf(uint256 loanId, uint64 minerId) external view returns (Takeover memory) {
        return _s().takeovers[loanId][minerId];
    }

    /// @inheritdoc ILoanTakeover
    function lienholderOf(uint64 lender) external view returns (Lienholder memory) {
        return _s().lienholders[lender];
    }

    // ---------------------------------------------------------------- what must hold

    /// @dev All that a takeover asks for before FIL moves.
    function _ready(uint256 loanId, Loan storage loan, uint64 minerId) private view returns (HandOver memory h) {
        LoanBookStorage storage $ = _s();
        Takeover memory offer = $.takeovers[loanId][minerId];
        if (offer.lender == 0) revert LoanBook_NoOffer(loanId, minerId);
        if (block.number > offer.deadline) revert LoanBook_OfferOver(loanId, minerId, offer.deadline, block.number);
        if (block.number < $.drawsPausedUntil) revert LoanBook_Paused($.drawsPausedUntil);
        _requirePlace(loan, minerId);
        (h.lender, h.amount, h.tranche) = (offer.lender, offer.amount, loan.drawnCount);
        h.drawable = _requireTranche(loanId, loan, h.tranche, h.amount);

        h.miner = _lendersMiner(minerId);
        if (h.miner.term.beneficiary != h.lender) {
            revert LoanBook_OtherLender(minerId, h.lender, h.miner.term.beneficiary);
        }
        h.adapter = _listed(minerId, h.lender);
        h.payee = h.adapter == address(0) ? h.lender : MINER_FACTS.actorIdOf(h.adapter);
        h.accountId = _account(loan).actorId();
        _requireProposal(minerId, h);
    }

    function _requireTranche(
        uint256 loanId,
        Loan storage loan,
        uint8 index,
        uint256 amount
    ) private view returns (uint256 most) {
        if (_isFixed(loan)) revert LoanBook_FixedTerm(loanId, _s().fixedTerms[loanId].maturity);
        most = _drawable(loanId, loan, index);
        if (amount > most) revert LoanBook_BadPayOff(RISK_ENGINE.minDebt(), most, amount);
        Conditions memory promised = CONDITIONS.promiseOf(loanId, index);
        if (promised.spotChecks != 0 || promised.minDataBytes != 0) revert LoanBook_TranchePromised(loanId, index);
    }

    /// @dev A miner that pays another than its owner.
    function _lendersMiner(uint64 minerId) private view returns (MinerSnapshot memory miner) {
        miner = _settledMiner(minerId);
        if (miner.term.beneficiary == miner.owner) revert LoanBook_NoForeignLien(minerId, miner.owner);
    }

    function _listed(uint64 minerId, uint64 lender) private view returns (address adapter) {
        Lienholder memory holder = _s().lienholders[lender];
        if (!holder.listed) revert LoanBook_NotListed(minerId, lender);
        return holder.adapter;
    }

    function _requireProposal(uint64 minerId, HandOver memory h) private view {
        BeneficiaryProposal memory p = MINER_FACTS.beneficiaryProposal(minerId);
        if (p.nominee != h.accountId || p.quota != QUOTA || p.expiration != EXPIRATION) {
            revert LoanBook_NotProposed(minerId, h.accountId, p.nominee, QUOTA, p.quota, EXPIRATION, p.expiration);
        }
        if (h.adapter == address(0) && !p.approvedByBeneficiary) revert LoanBook_NotApproved(minerId, h.lender);
    }

    // ---------------------------------------------------------------- amounts

    /// @dev The floating debt with `amount` more, as a draw makes it.
    function _debtWith(Loan storage loan, uint256 amount) private view returns (uint96 scaled, uint256 debt) {
        uint256 indexRay = VAULT.borrowIndex();
        scaled = loan.scaledDebt + InterestMath.toScaledUp(amount, indexRay).toUint96();
        debt = InterestMath.toDebtUp(scaled, indexRay);
    }

    /// @dev The draw limit once the miner is in the portfolio under the lien, if the covenants hold without it.
    function _limitWith(
        uint256 loanId,
        Loan storage loan,
        uint64 minerId,
        MinerSnapshot memory miner
    ) private view returns (uint256) {
        Assessment memory a = _assess(loanId, loan);
        (uint256 weightWad, uint256 maxFaultRatioWad, uint256 interestGrace) = RISK_ENGINE.drawTerms(loan.tier);
        uint256 debt = _debtUp(loanId, loan, VAULT.borrowIndex());
        Covenant reason = _conduct(loanId, loan, a, maxFaultRatioWad, interestGrace, debt);
        if (reason != Covenant.None) revert LoanBook_CovenantBroken(loanId, reason);
        uint256 value = a.walkAwayValue + _valueOf(minerId, miner);
        uint256 weighted = a.escrowDrawValue + _posted(loanId, loan).draw;
        return _collateralWad(loan, value, weightWad, weighted) / WAD;
    }

    /// @dev What the miner will count under the lien, its references being what it has now.
    function _valueOf(uint64 minerId, MinerSnapshot memory miner) private view returns (uint256) {
        RiskParams memory p = RISK_ENGINE.params();
        CollateralFacts memory f = MINER_FACTS.collateral(minerId, miner.initialPledge, miner.qaPowerBytes, false);
        int256 net = RiskMath.orderlyNet(f.availableBalance, miner.vestingFunds, f.initialPledge, f.terminationFee);
        uint256 faultFee = RiskMath.faultFeeUp(f.faultFeePerDay, f.initialPledge, p.minFaultFeePerPledgeWad);
        return RiskMath.walkAwayValueDown(net, faultFee, p.leakBuffer);
    }
}
