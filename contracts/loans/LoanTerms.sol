// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {FilecoinSend} from "../filecoin/FilecoinSend.sol";
import {IMinerFacts} from "../filecoin/interfaces/IMinerFacts.sol";
import {InterestMath} from "../libraries/InterestMath.sol";
import {EPOCHS_PER_DAY, EPOCHS_PER_YEAR} from "../libraries/Units.sol";
import {IReputation} from "../reputation/interfaces/IReputation.sol";
import {FixedBasis, IFixedBook} from "./interfaces/IFixedBook.sol";
import {ILoanTokens} from "./interfaces/ILoanBook.sol";
import {FixedStatus, ILoanTerms} from "./interfaces/ILoanTerms.sol";
import {IPledgeVault} from "./interfaces/IPledgeVault.sol";
import {IPostedValues} from "./interfaces/IPostedValues.sol";
import {IRiskEngine} from "./interfaces/IRiskEngine.sol";
import {DebtLine, FixedMath} from "./libraries/FixedMath.sol";
import {LoanBookBase} from "./LoanBookBase.sol";
import {LoanDrawing} from "./LoanDrawing.sol";
import {LoanPart} from "./LoanPart.sol";
import {LoanPositions} from "./LoanPositions.sol";
import {AttachedMiner, FixedRates, FixedTerms, Loan, LoanState} from "./LoanTypes.sol";

/// @title The loan book's fourth part: fixed terms, and positions in full
/// @notice Runs in the loan book's storage, by delegatecall from the fallback of LoanEscrow. Called at its own address it knows no loan.
/// @dev INV-I1: whatever changes a loan's line is booked with the vault in the same call, to the last digit (`_setLine` says what).
/// Rates of the moment can be moved by whoever moves much money for a moment; the rate at target cannot, since it drifts. So a quote is
/// never below the rate at target, and what others have to pay (fee, penalty) is reckoned by the rate at target alone.
contract LoanTerms is ILoanTerms, LoanPart, LoanPositions, LoanDrawing {
    using SafeCast for int256;
    using SafeCast for uint256;

    uint256 private constant BPS = 1e4;
    uint256 private constant MIN_TERM_DAYS = 30;
    uint256 private constant MAX_TERM_DAYS = 540;
    uint256 private constant MIN_TERM = MIN_TERM_DAYS * EPOCHS_PER_DAY;
    uint256 private constant MAX_PREMIUM_BPS = 1_000;
    uint256 private constant MAX_SPREAD_BPS = 500;
    uint256 private constant MAX_SHARE_BPS = 8_000;
    /// @dev A fee for repaying early is at most half a year's interest. It covers all of the lenders' loss on 540 days unless rates have
    /// fallen by more than a third.
    uint256 private constant FEE_CAP = 180 * EPOCHS_PER_DAY;
    /// @dev Terms are rolled over from here before maturity on.
    uint256 private constant ROLL_WINDOW = 30 * EPOCHS_PER_DAY;
    /// @dev 2 % a year, rounded up [pico per epoch].
    uint256 private constant PENALTY = (0.02e12 + EPOCHS_PER_YEAR - 1) / EPOCHS_PER_YEAR;

    /// @dev LoanTakeover: the functions of ILoanTakeover, run here by delegatecall. Part of the implementation, changed only by an upgrade.
    address private immutable TAKEOVER;

    constructor(
        IPledgeVault vault,
        IRiskEngine riskEngine,
        IMinerFacts minerFacts,
        address accountBeacon,
        address stripAuction,
        IPostedValues posted,
        IReputation reputation,
        address takeover
    ) LoanBookBase(vault, riskEngine, minerFacts, accountBeacon, stripAuction, posted, reputation) {
        TAKEOVER = takeover;
    }

    /// @dev Hands the functions of ILoanTakeover on, as the ledger hands on those of the desk.
    /// @custom:oz-upgrades-unsafe-allow-reachable delegatecall
    // solhint-disable-next-line no-complex-fallback
    fallback() external {
        (bool ok, bytes memory answer) = TAKEOVER.delegatecall(msg.data);
        assembly ("memory-safe") {
            switch ok
            case 0 {
                revert(add(answer, 32), mload(answer))
            }
            default {
                return(add(answer, 32), mload(answer))
            }
        }
    }

    modifier onlySelf() {
        if (msg.sender != address(this)) revert LoanBook_OnlyContract(address(this), msg.sender);
        _;
    }

    // ---------------------------------------------------------------- the SP

    /// @inheritdoc ILoanTerms
    function drawFixed(
        uint256 loanId,
        uint256 minerIndex,
        uint256 maturity,
        uint256 maxRateRay
    ) external nonReentrant returns (uint256 rateRay) {
        uint256 pausedUntil = _s().drawsPausedUntil;
        if (block.number < pausedUntil) revert LoanBook_Paused(pausedUntil);
        Loan storage loan = _authorised(loanId);
        uint64 minerId = _minerAt(loanId, loan, minerIndex).minerId;
        uint256 amount = _drawable(loanId, loan, loan.drawnCount);
        _joinTerm(loanId, loan, maturity);

        uint256 ratePico = _agree(amount, amount, maturity, loan.tier, maxRateRay);
        (int256 offset, int256 slope) = _addToLine(loanId, amount, ratePico);
        _drawInto(loanId, loan, minerIndex, amount);
        rateRay = ratePico * FixedMath.RAY_PER_PICO;
        emit RateFixed(loanId, rateRay, maturity, amount);
        _book().lendFixed(loanId, minerId, amount, offset, slope);
    }

    function _addToLine(uint256 loanId, uint256 amount, uint256 ratePico) private returns (int256, int256) {
        DebtLine memory more = FixedMath.born(block.number, amount, amount, ratePico);
        DebtLine memory line = _line(loanId);
        return _setLine(loanId, DebtLine(line.offset + more.offset, line.slope + more.slope));
    }

    /// @dev A new term for a loan without debt; else the draw is for the term there is.
    function _joinTerm(uint256 loanId, Loan storage loan, uint256 maturity) private {
        if (loan.scaledDebt != 0) revert LoanBook_NotFixed(loanId);
        FixedTerms storage terms = _s().fixedTerms[loanId];
        if (loan.principal == 0) {
            _requireOffered(maturity);
            _setTerm(loanId, loan, maturity);
            loan.interestSince = block.number.toUint32();
            return;
        }
        if (maturity != terms.maturity) revert LoanBook_OtherMaturity(loanId, terms.maturity, maturity);
        if (block.number >= maturity) revert LoanBook_TermOver(loanId, maturity, block.number);
        if (loan.tier > terms.tier) terms.tier = loan.tier;
    }

    /// @dev The tier is kept with the term: a token that is handed on, if only to its holder, loses its tier, and the fee would fall.
    function _setTerm(uint256 loanId, Loan storage loan, uint256 maturity) private {
        FixedTerms storage terms = _s().fixedTerms[loanId];
        (terms.maturity, terms.tier) = (maturity.toUint32(), loan.tier);
    }

    /// @dev As for any draw.
    function _drawInto(uint256 loanId, Loan storage loan, uint256 minerIndex, uint256 amount) private {
        uint8 index = loan.drawnCount;
        AttachedMiner storage miner = _minerAt(loanId, loan, minerIndex);
        _recordDraw(loan, minerIndex, index, amount);
        uint256 debt = _owed(loanId);
        _startProof(loanId, loan, miner, minerIndex, amount, debt);
        emit TrancheDrawn(loanId, miner.minerId, index, amount, debt);
    }

    /// @inheritdoc ILoanTerms
    function fix(uint256 loanId, uint256 maturity, uint256 maxRateRay) external nonReentrant returns (uint256) {
        Loan storage loan = _authorised(loanId);
        if (_isFixed(loan)) revert LoanBook_FixedTerm(loanId, _s().fixedTerms[loanId].maturity);
        uint256 scaled = loan.scaledDebt;
        if (scaled == 0) revert LoanBook_NoDebt(loanId);
        _requireOffered(maturity);
        uint256 debt = _debtUp(loanId, loan, VAULT.borrowIndex());
        _requireCredit(loanId, loan, debt);
        uint256 ratePico = _agree(0, debt, maturity, loan.tier, maxRateRay);

        loan.scaledDebt = 0;
        _setTerm(loanId, loan, maturity);
        DebtLine memory line = FixedMath.born(block.number, debt, loan.principal, ratePico);
        (int256 offset, int256 slope) = _setLine(loanId, line);
        emit RateFixed(loanId, ratePico * FixedMath.RAY_PER_PICO, maturity, debt);
        _book().bookSwitch(loanId, -scaled.toInt256(), offset, slope, 0);
        return ratePico * FixedMath.RAY_PER_PICO;
    }

    /// @inheritdoc ILoanTerms
    function unfix(uint256 loanId) external nonReentrant returns (uint256 fee) {
        Loan storage loan = _fixedOfSp(loanId);
        if (_isCalled(loan.state)) revert LoanBook_WrongState(loanId, loan.state);
        fee = _fee(loanId, loan);
        _float(loanId, loan, fee);
        if (fee != 0) _requireCredit(loanId, loan, _debtUp(loanId, loan, VAULT.borrowIndex()));
    }

    /// @inheritdoc ILoanTerms
    function roll(uint256 loanId, uint256 maturity, uint256 maxRateRay) external nonReentrant returns (uint256) {
        Loan storage loan = _fixedOfSp(loanId);
        _requireRollable(loanId);
        _requireOffered(maturity);
        uint256 fee = _fee(loanId, loan);
        uint256 ratePico = _agree(0, 0, maturity, loan.tier, maxRateRay);

        _setTerm(loanId, loan, maturity);
        uint256 value = FixedMath.value(_line(loanId), block.number) + fee * FixedMath.PICO;
        DebtLine memory line = FixedMath.through(block.number, value, loan.principal * ratePico);
        (int256 offset, int256 slope) = _setLine(loanId, line);
        _requireCredit(loanId, loan, _owed(loanId));
        emit TermRolled(loanId, ratePico * FixedMath.RAY_PER_PICO, maturity, fee);
        _book().bookSwitch(loanId, 0, offset, slope, fee);
        return ratePico * FixedMath.RAY_PER_PICO;
    }

    // ---------------------------------------------------------------- anyone

    /// @inheritdoc ILoanTerms
    function mature(uint256 loanId) external nonReentrant returns (uint256) {
        Loan storage loan = _existing(loanId);
        if (!_isFixed(loan)) revert LoanBook_NotFixed(loanId);
        FixedTerms storage terms = _s().fixedTerms[loanId];
        uint256 graceEnd = terms.maturity + MATURITY_GRACE;
        if (block.number <= graceEnd) revert LoanBook_NotOverdue(loanId, graceEnd, block.number);
        uint256 current = _frozenPico(loanId, loan);
        uint256 target = FixedMath.toPicoUp(_book().fixedBasis(0).rateAtTargetRay);
        uint256 ratePico = Math.max(terms.overdue ? current - PENALTY : current, target) + PENALTY;
        if (ratePico <= current) {
            revert LoanBook_RateNotRaised(loanId, current * FixedMath.RAY_PER_PICO, ratePico * FixedMath.RAY_PER_PICO);
        }

        terms.overdue = true;
        uint256 value = FixedMath.value(_line(loanId), block.number);
        DebtLine memory line = FixedMath.through(block.number, value, loan.principal * ratePico);
        (int256 offset, int256 slope) = _setLine(loanId, line);
        emit TermOverdue(loanId, ratePico * FixedMath.RAY_PER_PICO);
        _book().bookSwitch(loanId, 0, offset, slope, 0);
        return ratePico * FixedMath.RAY_PER_PICO;
    }

    // ---------------------------------------------------------------- the loan book itself

    /// @inheritdoc ILoanTerms
    function repayFixed(uint256 loanId, address payer, uint256 value) external onlySelf returns (uint256 paid) {
        Loan storage loan = _s().loans[loanId];
        (uint256 applied, uint256 fee) = _split(loanId, loan, value);
        uint256 debt = _owed(loanId);
        if (applied < debt) _requireNoDust(debt - applied);
        paid = applied + fee;
        uint256 left = _apply(loanId, loan, debt, applied, fee, paid);
        emit LoanRepaid(loanId, payer, paid, left);
        if (fee != 0) emit EarlyFeePaid(loanId, fee);
        if (value > paid) FilecoinSend.toAddress(payer, value - paid);
    }

    /// @dev Interest first; of the rest as much principal as it pays together with the fee for it.
    function _split(
        uint256 loanId,
        Loan storage loan,
        uint256 value
    ) private view returns (uint256 applied, uint256 fee) {
        uint256 debt = _owed(loanId);
        uint256 interest = _interest(loan, debt);
        if (value <= interest) return (value, 0);
        uint256 factor = _feeFactor(loanId, loan);
        fee = FixedMath.feeUp(loan.principal, factor);
        if (value >= debt + fee) return (debt, fee);
        applied = interest + FixedMath.principalWithin(value - interest, factor);
        fee = value - applied;
    }

    /// @inheritdoc ILoanTerms
    function payFixed(uint256 loanId, uint256 amount, uint256 value) external onlySelf returns (uint256 left) {
        Loan storage loan = _s().loans[loanId];
        if (!_isFixed(loan)) revert LoanBook_NoDebt(loanId);
        return _apply(loanId, loan, _owed(loanId), amount, 0, value);
    }

    /// @dev A loan at a fixed rate is never impaired, so what it pays is a repayment. `amount` above the debt underflows.
    function _apply(
        uint256 loanId,
        Loan storage loan,
        uint256 debt,
        uint256 amount,
        uint256 fee,
        uint256 value
    ) private returns (uint256 left) {
        left = debt - amount;
        uint256 principal = loan.principal;
        uint256 interest = debt - principal;
        DebtLine memory line; // zero when nothing is left
        if (amount >= interest) {
            loan.interestSince = block.number.toUint32();
            loan.principal = left.toUint96();
        }
        if (left != 0) line = FixedMath.paid(_line(loanId), block.number, amount, principal, loan.principal);
        (int256 offset, int256 slope) = _setLine(loanId, line);
        if (left == 0) delete _s().fixedTerms[loanId];
        _book().bookFixedPayment{value: value}(loanId, amount + fee, fee, offset, slope);
    }

    /// @inheritdoc ILoanTerms
    function floatDefaulted(uint256 loanId) external onlySelf {
        _float(loanId, _s().loans[loanId], 0);
    }

    // ---------------------------------------------------------------- governance

    /// @inheritdoc ILoanTerms
    function setFixedRates(FixedRates calldata next) external {
        ILoanTokens(address(this)).checkCanCall(msg.sender, msg.data);
        _checkAtMost("premium540Bps", MAX_PREMIUM_BPS, next.premium540Bps);
        _checkOrder("premium180Bps", next.premium180Bps, next.premium540Bps);
        _checkOrder("premium30Bps", next.premium30Bps, next.premium180Bps);
        _checkAtMost("spread0Bps", MAX_SPREAD_BPS, next.spread0Bps);
        _checkOrder("spread1Bps", next.spread1Bps, next.spread0Bps);
        _checkOrder("spread2Bps", next.spread2Bps, next.spread1Bps);
        _checkOrder("spread3Bps", next.spread3Bps, next.spread2Bps);
        _checkAtMost("maxShareBps", MAX_SHARE_BPS, next.maxShareBps);
        _checkAtMost("maxTermDays", MAX_TERM_DAYS, next.maxTermDays);
        if (next.maxTermDays != 0 && next.maxTermDays < MIN_TERM_DAYS) {
            revert LoanBook_OutOfBounds("maxTermDays", MIN_TERM_DAYS, MAX_TERM_DAYS, next.maxTermDays);
        }
        emit FixedRatesChanged(_s().fixedRates, next);
        _s().fixedRates = next;
    }

    function _checkAtMost(bytes32 parameter, uint256 upper, uint256 actual) private pure {
        if (actual > upper) revert LoanBook_OutOfBounds(parameter, 0, upper, actual);
    }

    function _checkOrder(bytes32 parameter, uint256 actual, uint256 upper) private pure {
        if (actual > upper) revert LoanBook_BadOrder(parameter, upper, actual);
    }

    // ---------------------------------------------------------------- views

    /// @inheritdoc ILoanTerms
    function quoteFixed(uint256 amount, uint256 term, uint8 tier) external view returns (uint256) {
        (uint256 ratePico, ) = _quote(amount, term, tier);
        return ratePico * FixedMath.RAY_PER_PICO;
    }

    /// @inheritdoc ILoanTerms
    function termsOf(uint256 loanId) external view returns (FixedStatus memory s) {
        Loan storage loan = _existing(loanId);
        s.debt = _debtUp(loanId, loan, VAULT.borrowIndex());
        if (!_isFixed(loan)) return s;
        FixedTerms storage terms = _s().fixedTerms[loanId];
        s.isFixed = true;
        s.ratePerEpochRay = _frozenPico(loanId, loan) * FixedMath.RAY_PER_PICO;
        s.interestPerDay = Math.ceilDiv(terms.slope * EPOCHS_PER_DAY, FixedMath.PICO);
        s.maturity = terms.maturity;
        s.graceEnd = terms.maturity + MATURITY_GRACE;
        s.overdue = terms.overdue;
        s.fee = _fee(loanId, loan);
        s.matured = _isMatured(loanId, loan);
    }

    /// @inheritdoc ILoanTerms
    function fixedRates() external view returns (FixedRates memory) {
        return _s().fixedRates;
    }

    // ---------------------------------------------------------------- rates

    /// @dev The rate of now and what it starts from. Never below the rate at target: a deposit that stays for a moment would else buy
    /// half a year at the rate of an empty pool.
    function _quote(
        uint256 amount,
        uint256 term,
        uint256 tier
    ) private view returns (uint256 ratePico, FixedBasis memory basis) {
        basis = _book().fixedBasis(amount);
        uint256 floating = Math.max(basis.ratePerEpochRay, basis.rateAtTargetRay);
        ratePico = FixedMath.toPicoUp(floating) + FixedMath.marginUp(_s().fixedRates, term, tier);
    }

    /// @dev The rate that both sides take: at most the SP's, and within the share of the pool that may be lent so.
    /// @param drawn goes out of the pool now [attoFIL]
    /// @param added becomes fixed [attoFIL]
    function _agree(
        uint256 drawn,
        uint256 added,
        uint256 maturity,
        uint256 tier,
        uint256 maxRateRay
    ) private view returns (uint256 ratePico) {
        _requireInReach(maturity);
        FixedBasis memory basis;
        (ratePico, basis) = _quote(drawn, maturity - block.number, tier);
        uint256 rateRay = ratePico * FixedMath.RAY_PER_PICO;
        if (rateRay > maxRateRay) revert LoanBook_RateTooHigh(maxRateRay, rateRay);
        if (added == 0) return ratePico;
        uint256 most = (basis.totalAssets * _s().fixedRates.maxShareBps) / BPS;
        if (basis.fixedDebt + added > most) revert LoanBook_FixedShare(most, basis.fixedDebt + added);
    }

    /// @dev A new term.
    function _requireOffered(uint256 maturity) private view {
        if (maturity < block.number + MIN_TERM)
            revert LoanBook_BadMaturity(block.number + MIN_TERM, _latest(), maturity);
    }

    function _requireInReach(uint256 maturity) private view {
        if (maturity > _latest()) revert LoanBook_BadMaturity(block.number + MIN_TERM, _latest(), maturity);
    }

    function _latest() private view returns (uint256) {
        return block.number + _s().fixedRates.maxTermDays * EPOCHS_PER_DAY;
    }

    /// @dev The mean over the draws by principal, rounded up [pico per epoch].
    function _frozenPico(uint256 loanId, Loan storage loan) private view returns (uint256) {
        return Math.ceilDiv(_s().fixedTerms[loanId].slope, loan.principal);
    }

    /// @dev None once the loan is called or its term is over: then repaying is what is asked for [pico].
    function _feeFactor(uint256 loanId, Loan storage loan) private view returns (uint256) {
        FixedTerms storage terms = _s().fixedTerms[loanId];
        uint256 maturity = terms.maturity;
        if (_isCalled(loan.state) || block.number >= maturity) return 0;
        uint256 remaining = maturity - block.number;
        uint256 anew =
            FixedMath.toPicoUp(_book().fixedBasis(0).rateAtTargetRay) +
                FixedMath.marginUp(_s().fixedRates, remaining, terms.tier);
        return FixedMath.feeFactor(_frozenPico(loanId, loan), anew, remaining, FEE_CAP);
    }

    /// @dev For all of the principal, rounded up [attoFIL].
    function _fee(uint256 loanId, Loan storage loan) private view returns (uint256) {
        return FixedMath.feeUp(loan.principal, _feeFactor(loanId, loan));
    }

    // ---------------------------------------------------------------- small parts

    function _book() private view returns (IFixedBook) {
        return IFixedBook(address(VAULT));
    }

    function _fixedOfSp(uint256 loanId) private view returns (Loan storage loan) {
        loan = _authorised(loanId);
        if (!_isFixed(loan)) revert LoanBook_NotFixed(loanId);
    }

    /// @dev What a loan at a fixed rate owes, rounded up.
    function _owed(uint256 loanId) private view returns (uint256) {
        return FixedMath.debtUp(_line(loanId), block.number);
    }

    function _requireRollable(uint256 loanId) private view {
        uint256 maturity = _s().fixedTerms[loanId].maturity;
        uint256 from = Math.saturatingSub(maturity, ROLL_WINDOW);
        uint256 until = maturity + MATURITY_GRACE;
        if (block.number < from || block.number > until) {
            revert LoanBook_NotRollable(loanId, from, until, block.number);
        }
    }

    /// @dev What a new promise of the pool asks for.
    function _requireCredit(uint256 loanId, Loan storage loan, uint256 debt) private view {
        if (loan.state != LoanState.Healthy) revert LoanBook_WrongState(loanId, loan.state);
        _requireDrawTest(loanId, loan, _assess(loanId, loan), debt);
    }

    /// @dev Debt and fee become floating.
    function _float(uint256 loanId, Loan storage loan, uint256 fee) private {
        uint256 debt = _owed(loanId) + fee;
        uint256 scaled = InterestMath.toScaledUp(debt, VAULT.borrowIndex());
        loan.scaledDebt = scaled.toUint96();
        (int256 offset, int256 slope) = _setLine(loanId, DebtLine(0, 0));
        delete _s().fixedTerms[loanId];
        emit RateFloated(loanId, debt, fee);
        _book().bookSwitch(loanId, scaled.toInt256(), offset, slope, fee);
    }

    /// @dev Gives the loan another line, and says what the pool's changes by.
    function _setLine(uint256 loanId, DebtLine memory line) private returns (int256 offset, int256 slope) {
        FixedTerms storage terms = _s().fixedTerms[loanId];
        offset = line.offset - terms.offset;
        slope = line.slope.toInt256() - uint256(terms.slope).toInt256();
        (terms.offset, terms.slope) = (line.offset.toInt144(), line.slope.toUint112());
    }
}
