// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {FilecoinSend} from "../filecoin/FilecoinSend.sol";
import {IMinerFacts} from "../filecoin/interfaces/IMinerFacts.sol";
import {InterestMath} from "../libraries/InterestMath.sol";
import {WAD} from "../libraries/Units.sol";
import {IReputation} from "../reputation/interfaces/IReputation.sol";
import {ICollateralAccount} from "./interfaces/ICollateralAccount.sol";
import {ILoanBookEvents} from "./interfaces/ILoanBook.sol";
import {IPledgeVault} from "./interfaces/IPledgeVault.sol";
import {ILoanTerms} from "./interfaces/ILoanTerms.sol";
import {IPostedValues, PostedValue} from "./interfaces/IPostedValues.sol";
import {Assessment, IRiskEngine, RiskParams} from "./interfaces/IRiskEngine.sol";
import {DebtLine, FixedMath} from "./libraries/FixedMath.sol";
import {MAX_MIN_DEBT, RiskMath} from "./libraries/RiskMath.sol";
import {
    AttachedMiner,
    Covenant,
    FixedRates,
    FixedTerms,
    Lienholder,
    Loan,
    LoanState,
    Takeover,
    Tranche
} from "./LoanTypes.sol";

/// @title Storage, counterparts and the facts every part of the loan book shares
/// @dev The index is read, not booked: every call of the vault that books money accrues in the same transaction, at the same index.
/// Money rules kept here: debt is rounded up, value down; a payment burns debt rounded down; interest is paid before principal.
abstract contract LoanBookBase is ILoanBookEvents, ReentrancyGuardTransient {
    using SafeCast for uint256;

    /// @custom:storage-location erc7201:plimsoll.storage.LoanBook
    struct LoanBookStorage {
        mapping(uint256 loanId => Loan) loans;
        mapping(uint256 loanId => mapping(uint256 index => Tranche)) tranches;
        mapping(uint256 loanId => mapping(uint256 index => AttachedMiner)) miners;
        mapping(uint64 minerId => uint256 loanId) loanOfMiner;
        // one slot, read by every draw: 8 + 4 + 4 + 12 = 28
        uint64 loanCount; // ids are 1 to this
        uint32 drawsPausedUntil; // [epoch], exclusive
        uint32 attachesPausedUntil; // [epoch], exclusive
        uint96 maxFacility; // most that a new facility's tranches may add up to [attoFIL]
        mapping(uint256 loanId => FixedTerms) fixedTerms;
        FixedRates fixedRates; // one slot
        mapping(uint64 actorId => Lienholder) lienholders;
        mapping(uint256 loanId => mapping(uint64 minerId => Takeover)) takeovers;
    }

    // keccak256(abi.encode(uint256(keccak256("plimsoll.storage.LoanBook")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant LOAN_BOOK_STORAGE = 0xc6a47f2a66aeb000f8ec1cfca93dc4649210eb629dfaf0a4351ac655f3213000;

    uint256 internal constant MAX_TRANCHES = 8;
    uint256 internal constant MAX_MINERS = 8;
    /// @dev What the owner must propose as quota: more FIL than will ever exist (2^91 attoFIL), small enough for a 128-bit guard.
    uint256 internal constant QUOTA = 1 << 120;
    /// @dev The last epoch there is: while a term is live its beneficiary cannot be replaced without its consent (FIP-0029).
    int64 internal constant EXPIRATION = type(int64).max;
    /// @dev After maturity the frozen rate goes on for 7 days, and no covenant is broken.
    uint256 internal constant MATURITY_GRACE = 20_160;
    /// @dev A pause lasts 7 days, and none follows within 7 days of its end.
    uint256 internal constant PAUSE_EPOCHS = 20_160;

    IPledgeVault internal immutable VAULT;
    IRiskEngine internal immutable RISK_ENGINE;
    IMinerFacts internal immutable MINER_FACTS;
    address internal immutable ACCOUNT_BEACON;
    address internal immutable STRIP_AUCTION;
    IPostedValues internal immutable POSTED;
    IReputation internal immutable REPUTATION;

    /// @custom:oz-upgrades-unsafe-allow constructor state-variable-immutable
    constructor(
        IPledgeVault vault,
        IRiskEngine riskEngine,
        IMinerFacts minerFacts,
        address accountBeacon,
        address stripAuction,
        IPostedValues posted,
        IReputation reputation
    ) {
        VAULT = vault;
        RISK_ENGINE = riskEngine;
        MINER_FACTS = minerFacts;
        ACCOUNT_BEACON = accountBeacon;
        STRIP_AUCTION = stripAuction;
        POSTED = posted;
        REPUTATION = reputation;
    }

    function _s() internal pure returns (LoanBookStorage storage $) {
        assembly ("memory-safe") {
            $.slot := LOAN_BOOK_STORAGE
        }
    }

    // ---------------------------------------------------------------- who and which

    function _existing(uint256 loanId) internal view returns (Loan storage loan) {
        loan = _s().loans[loanId];
        if (loan.state == LoanState.None) revert LoanBook_UnknownLoan(loanId);
    }

    /// @dev The holder of the token or whom it approved, and only of a loan that is not closed.
    function _authorised(uint256 loanId) internal view returns (Loan storage loan) {
        loan = _existing(loanId);
        if (loan.state == LoanState.Closed) revert LoanBook_WrongState(loanId, LoanState.Closed);
        if (!_isSp(loanId, msg.sender)) revert LoanBook_NotAuthorised(loanId, msg.sender);
    }

    /// @dev Whether `who` holds the loan's token or is approved for it. The ledger keeps the tokens; the desk asks it.
    function _isSp(uint256 loanId, address who) internal view virtual returns (bool);

    function _minerAt(uint256 loanId, Loan storage loan, uint256 index) internal view returns (AttachedMiner storage) {
        uint256 count = loan.minerCount;
        if (index >= count) revert LoanBook_NoSuchMiner(loanId, count, index);
        return _s().miners[loanId][index];
    }

    function _minerList(uint256 loanId, uint256 count) internal view returns (AttachedMiner[] memory list) {
        list = new AttachedMiner[](count);
        for (uint256 i; i < count; ++i) {
            list[i] = _s().miners[loanId][i];
        }
    }

    // ---------------------------------------------------------------- amounts

    /// @dev Whether the debt has a fixed rate. A loan has a principal exactly as long as it has a debt.
    function _isFixed(Loan storage loan) internal view returns (bool) {
        return loan.scaledDebt == 0 && loan.principal != 0;
    }

    /// @dev Rounded up: what a borrower owes.
    function _debtUp(uint256 loanId, Loan storage loan, uint256 indexRay) internal view returns (uint256) {
        uint256 scaled = loan.scaledDebt;
        if (scaled != 0) return InterestMath.toDebtUp(scaled, indexRay);
        return loan.principal == 0 ? 0 : FixedMath.debtUp(_line(loanId), block.number);
    }

    function _line(uint256 loanId) internal view returns (DebtLine memory) {
        FixedTerms storage terms = _s().fixedTerms[loanId];
        return DebtLine(terms.offset, terms.slope);
    }

    function _isMatured(uint256 loanId, Loan storage loan) internal view returns (bool) {
        return _isFixed(loan) && block.number > _s().fixedTerms[loanId].maturity + MATURITY_GRACE;
    }

    function _interest(Loan storage loan, uint256 debt) internal view returns (uint256) {
        return Math.saturatingSub(debt, loan.principal);
    }

    function _stripsOutstanding(Loan storage loan) internal view returns (uint256) {
        return loan.stripSold - loan.stripPaid;
    }

    /// @dev FIL in the account that strip holders have no claim on yet.
    function _freeFunds(Loan storage loan) internal view returns (uint256) {
        // What a strip's holder may take was set aside when the strip was paid; the account never spends it otherwise.
        return Math.saturatingSub(loan.account.balance, loan.stripPaid - loan.stripClaimed);
    }

    /// @dev What the miners are worth, after strips.
    function _netValue(Loan storage loan, Assessment memory a) internal view returns (uint256) {
        return Math.saturatingSub(a.walkAwayValue + a.escrowValue, _stripsOutstanding(loan));
    }

    function _posted(uint256 loanId, Loan storage loan) internal view returns (PostedValue memory none) {
        return loan.hasPosted ? POSTED.weightedValues(loanId) : none;
    }

    /// @dev All collateral by one kind of weights [attoFIL x wad], see RiskMath.
    function _collateralWad(
        Loan storage loan,
        uint256 lienValue,
        uint256 weightWad,
        uint256 weighted
    ) internal view returns (uint256) {
        return RiskMath.collateralWad(lienValue, _stripsOutstanding(loan), weightWad, weighted);
    }

    function _assess(uint256 loanId, Loan storage loan) internal view returns (Assessment memory) {
        return RISK_ENGINE.assess(loan.account, _minerList(loanId, loan.minerCount));
    }

    // ---------------------------------------------------------------- covenants

    function _awaitsProof(Loan storage loan) internal view returns (bool) {
        return !loan.frozen && loan.provenCount < loan.drawnCount;
    }

    /// @dev Last epoch, inclusive, in which the drawn tranche may be proven.
    function _proofDeadline(uint256 loanId, Loan storage loan) internal view returns (uint256) {
        return uint256(loan.drawEpoch) + _s().tranches[loanId][loan.provenCount].proveEpochs;
    }

    function _proofMissed(uint256 loanId, Loan storage loan) internal view returns (bool) {
        return _awaitsProof(loan) && block.number > _proofDeadline(loanId, loan);
    }

    /// @dev The first broken covenant of a loan with debt: one without has none to break.
    function _covenant(
        uint256 loanId,
        Loan storage loan,
        Assessment memory a,
        RiskParams memory p,
        uint256 debt
    ) internal view returns (Covenant) {
        uint256 weighted = a.escrowCallValue + _posted(loanId, loan).call;
        if (_collateralWad(loan, a.walkAwayValue, p.callWeightWad, weighted) / WAD < debt) return Covenant.CallHealth;
        return _conduct(loanId, loan, a, p.maxFaultRatioWad, p.interestGrace, debt);
    }

    /// @dev The covenants that do not depend on health.
    function _conduct(
        uint256 loanId,
        Loan storage loan,
        Assessment memory a,
        uint256 maxFaultRatioWad,
        uint256 interestGrace,
        uint256 debt
    ) internal view returns (Covenant) {
        if (a.faultRatioWad > maxFaultRatioWad) return Covenant.FaultRatio;
        if (a.tampered) return Covenant.BeneficiaryTampered;
        if (a.ownerChangePending) return Covenant.OwnerChangePending;
        if (_interest(loan, debt) > 0 && block.number > uint256(loan.interestSince) + interestGrace)
            return Covenant.InterestOverdue;
        if (_proofMissed(loanId, loan)) return Covenant.ProofMissed;
        if (_isMatured(loanId, loan)) return Covenant.Matured;
        return Covenant.None;
    }

    function _setState(uint256 loanId, Loan storage loan, LoanState next, Covenant reason) internal {
        LoanState previous = loan.state;
        loan.state = next;
        loan.watchSince = next == LoanState.Watch ? block.number.toUint32() : 0;
        emit StateChanged(loanId, previous, next, reason);
    }

    /// @dev Value x draw weight must carry the debt, and no covenant may be broken.
    function _requireDrawTest(uint256 loanId, Loan storage loan, Assessment memory a, uint256 debt) internal view {
        _requireDrawTest(loanId, loan, a, debt, _posted(loanId, loan).draw);
    }

    /// @dev The same for a debt, with posted tokens counted at the value given.
    function _requireDrawTest(
        uint256 loanId,
        Loan storage loan,
        Assessment memory a,
        uint256 debt,
        uint256 posted
    ) internal view {
        (uint256 weightWad, uint256 maxFaultRatioWad, uint256 interestGrace) = RISK_ENGINE.drawTerms(loan.tier);
        Covenant reason = _conduct(loanId, loan, a, maxFaultRatioWad, interestGrace, debt);
        if (reason != Covenant.None) revert LoanBook_CovenantBroken(loanId, reason);
        uint256 limit = _collateralWad(loan, a.walkAwayValue, weightWad, a.escrowDrawValue + posted) / WAD;
        if (limit < debt) revert LoanBook_DrawTest(loanId, limit, debt);
    }

    /// @dev Only ever towards more power per pledge: what faults take away must not be forgotten.
    function _raiseReference(uint256 loanId, AttachedMiner storage miner, uint256 pledge, uint256 power) internal {
        if (pledge == 0) return;
        // uint72 x uint88 on either side, so no overflow
        if (miner.pledgeRef != 0 && power * miner.pledgeRef <= pledge * miner.powerRef) return;
        miner.pledgeRef = pledge.toUint88();
        miner.powerRef = power.toUint72();
        emit ReferenceRaised(loanId, miner.minerId, pledge, power);
    }

    // ---------------------------------------------------------------- payments

    function _isCalled(LoanState state) internal pure returns (bool) {
        return state == LoanState.Call || state == LoanState.Impaired || state == LoanState.WrittenOff;
    }

    function _repay(uint256 loanId, Loan storage loan) internal returns (uint256 paid) {
        if (msg.value == 0) revert LoanBook_ZeroAmount();
        uint256 scaled = loan.scaledDebt;
        if (scaled == 0) {
            if (loan.principal == 0) revert LoanBook_NoDebt(loanId);
            return ILoanTerms(address(this)).repayFixed(loanId, msg.sender, msg.value);
        }
        uint256 indexRay = VAULT.borrowIndex();
        uint256 debt = InterestMath.toDebtUp(scaled, indexRay);
        // Clamped, not refused: interest, or a payment of a few attoFIL by someone else, must not block a payer.
        paid = Math.min(msg.value, debt);
        if (paid < debt) _requireNoDust(debt - paid);
        uint256 left = _applyPayment(loanId, loan, indexRay, debt, paid, paid);
        emit LoanRepaid(loanId, msg.sender, paid, left);
        if (msg.value > paid) FilecoinSend.toAddress(msg.sender, msg.value - paid);
    }

    /// @dev Applies `amount` <= debt that is in the vault already (or comes along as `value`). Returns the debt left.
    function _applyPayment(
        uint256 loanId,
        Loan storage loan,
        uint256 indexRay,
        uint256 debt,
        uint256 amount,
        uint256 value
    ) internal returns (uint256 left) {
        uint96 scaled = loan.scaledDebt;
        if (scaled == 0) return ILoanTerms(address(this)).payFixed(loanId, amount, value);
        uint256 interest = _interest(loan, debt);
        uint96 burned = amount == debt ? scaled : InterestMath.toScaledDown(amount, indexRay).toUint96();
        scaled -= burned;
        loan.scaledDebt = scaled;
        left = InterestMath.toDebtUp(scaled, indexRay);
        if (amount >= interest) {
            loan.principal = left == 0 ? 0 : loan.principal - (amount - interest).toUint96();
            loan.interestSince = block.number.toUint32();
        }
        LoanState state = loan.state;
        if (state == LoanState.Impaired || state == LoanState.WrittenOff) {
            _recover(loanId, loan, amount, value);
            if (left == 0) _setState(loanId, loan, LoanState.Healthy, Covenant.None);
        } else {
            VAULT.bookRepayment{value: value}(loanId, amount, burned);
        }
    }

    /// @dev Carrying first, then what share holders lost, then what the reserve lost; interest since is share holders'.
    function _recover(uint256 loanId, Loan storage loan, uint256 amount, uint256 value) private {
        uint256 carryingPaid = Math.min(amount, loan.carrying);
        uint256 rest = amount - carryingPaid;
        uint256 toLenders = Math.min(rest, loan.lenderLoss);
        uint256 toReserve = Math.min(rest - toLenders, loan.reserveLoss);
        loan.carrying -= carryingPaid.toUint96();
        loan.lenderLoss -= toLenders.toUint96();
        loan.reserveLoss -= toReserve.toUint96();
        loan.lastRecovery = block.number.toUint32();
        VAULT.bookRecovery{value: value}(loanId, carryingPaid, rest - toReserve, toReserve);
    }

    /// @dev Withdraws up to `wanted` from a miner. One that cannot pay now (fee debt, terminations in progress) must not lock up
    /// what the account holds already: the `free` funds are collected without it.
    function _withdraw(Loan storage loan, uint64 minerId, uint256 wanted, uint256 free) internal returns (uint256) {
        try _account(loan).withdraw(minerId, wanted) returns (uint256 sent) {
            return sent;
        } catch (bytes memory reason) {
            if (free != 0) return 0;
            assembly ("memory-safe") {
                revert(add(reason, 32), mload(reason))
            }
        }
    }

    function _requireNoDust(uint256 left) internal view {
        if (left >= MAX_MIN_DEBT) return; // whatever the parameter says, and without asking for it
        uint256 minimum = RISK_ENGINE.minDebt();
        if (left < minimum) revert LoanBook_DustDebt(minimum, left);
    }

    function _account(Loan storage loan) internal view returns (ICollateralAccount) {
        return ICollateralAccount(loan.account);
    }
}
