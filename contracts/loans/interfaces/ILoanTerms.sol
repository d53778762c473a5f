// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {FixedRates} from "../LoanTypes.sol";

/// @notice A loan's fixed term, brought to this epoch. All zero, but the debt, for a loan at the floating rate or without debt.
struct FixedStatus {
    bool isFixed;
    uint256 debt; // rounded up, without the fee [attoFIL]
    uint256 ratePerEpochRay; // frozen, the mean over the draws by principal, rounded up [ray per epoch]
    uint256 interestPerDay; // rounded up [attoFIL per day]
    uint256 maturity; // [epoch]
    uint256 graceEnd; // last epoch of the grace; after it the covenant is broken and the penalty may run [epoch]
    bool overdue; // the penalty runs
    uint256 fee; // for repaying all of the principal now, on top of the debt [attoFIL]
    bool matured; // the covenant is broken
}

/// @title Events and errors of fixed terms, beside those of the loan book
interface ILoanTermsEvents {
    /// @notice Emitted when a draw or a whole debt gets a fixed rate.
    event RateFixed(uint256 indexed loanId, uint256 ratePerEpochRay, uint256 maturity, uint256 amount);
    /// @notice Emitted when a debt at a fixed rate becomes one at the floating rate; `fee` is in the debt.
    event RateFloated(uint256 indexed loanId, uint256 debt, uint256 fee);
    /// @notice Emitted when a fixed term is rolled over; `fee` is added to the debt.
    event TermRolled(uint256 indexed loanId, uint256 ratePerEpochRay, uint256 maturity, uint256 fee);
    /// @notice Emitted when a loan past its grace gets its penalty rate.
    event TermOverdue(uint256 indexed loanId, uint256 ratePerEpochRay);
    /// @notice Emitted when a fee for repaying early is paid, beside `LoanRepaid`, whose amount contains it.
    event EarlyFeePaid(uint256 indexed loanId, uint256 fee);
    /// @notice Emitted when the premiums, spreads and limits of fixed rates change.
    event FixedRatesChanged(FixedRates previous, FixedRates current);

    /// @notice Thrown when a loan owes at the floating rate, and the action is for fixed ones.
    error LoanBook_NotFixed(uint256 loanId);
    /// @notice Thrown when a maturity is outside of what is offered now. `latest` is this epoch while nothing is offered.
    error LoanBook_BadMaturity(uint256 earliest, uint256 latest, uint256 actual);
    /// @notice Thrown when a draw names another maturity than the loan has.
    error LoanBook_OtherMaturity(uint256 loanId, uint256 expected, uint256 actual);
    /// @notice Thrown when the term of a loan is over.
    error LoanBook_TermOver(uint256 loanId, uint256 maturity, uint256 actual);
    /// @notice Thrown when the quote is above what the SP would take [ray per epoch].
    error LoanBook_RateTooHigh(uint256 maximum, uint256 actual);
    /// @notice Thrown when more of the pool's total assets would be owed at fixed rates than may be.
    error LoanBook_FixedShare(uint256 maximum, uint256 actual);
    /// @notice Thrown when a loan is rolled over too early or too late.
    error LoanBook_NotRollable(uint256 loanId, uint256 from, uint256 until, uint256 actual);
    /// @notice Thrown when the penalty rate is asked for before the grace has ended.
    error LoanBook_NotOverdue(uint256 loanId, uint256 graceEnd, uint256 actual);
    /// @notice Thrown when the penalty rate is as high as it should be already [ray per epoch].
    error LoanBook_RateNotRaised(uint256 loanId, uint256 current, uint256 due);
    /// @notice Thrown when premiums fall with the term, or spreads rise with the tier [bps].
    error LoanBook_BadOrder(bytes32 parameter, uint256 expected, uint256 actual);
}

/// @title Fixed terms: a loan whose rate and maturity are agreed on at the draw
/// @notice Reached through the loan book's address, which hands these calls on. A loan owes at one kind of rate at a time. At a fixed rate
/// interest is simple, on principal. Quote = the larger of the floating rate that the draw leads to and the rate at target, plus a premium
/// for the term, plus a spread for the provider's tier. See ADR 0019.
interface ILoanTerms is ILoanTermsEvents {
    /// @notice Draws the next tranche, as `draw` does, at the rate quoted now, which stays until `maturity`. Only the SP, of a loan without
    /// debt or with a fixed term; that term's maturity must be named again. Stopped with draws.
    /// @param maturity 30 days from now at least, for a new term [epoch]
    /// @param maxRateRay the highest rate that is taken [ray per epoch]
    /// @return rateRay the rate of this draw [ray per epoch]
    function drawFixed(
        uint256 loanId,
        uint256 minerIndex,
        uint256 maturity,
        uint256 maxRateRay
    ) external returns (uint256 rateRay);

    /// @notice Fixes the rate of a floating debt until `maturity`, at the quote of now. Only the SP, of a healthy loan that passes the draw
    /// test. Interest up to now stays due as it is, and bears none.
    function fix(uint256 loanId, uint256 maturity, uint256 maxRateRay) external returns (uint256 rateRay);

    /// @notice Turns a debt at a fixed rate into one at the floating rate; the fee of an early repayment is added to it, and when there is
    /// one, the draw test must hold. Only the SP, of a loan that is not called.
    function unfix(uint256 loanId) external returns (uint256 fee);

    /// @notice Agrees on another term at the quote of now, from 30 days before maturity to 7 days after it. Before maturity the fee of an
    /// early repayment is added. Only the SP, of a healthy loan that passes the draw test.
    function roll(uint256 loanId, uint256 maturity, uint256 maxRateRay) external returns (uint256 rateRay);

    /// @notice Once the grace is over: raises the rate to the larger of the frozen rate and the floating rate at target, and 2 points.
    /// Anyone; again whenever the rate at target has risen.
    function mature(uint256 loanId) external returns (uint256 rateRay);

    /// @notice Sets premiums (at most 10 % a year, not falling with the term), spreads (at most 5 % a year, not rising with the tier), the
    /// longest term (30 to 540 days, or 0: nothing new is offered) and the largest share of total assets (at most 80 %). Only the RISK
    /// role. What is agreed on stays.
    function setFixedRates(FixedRates calldata next) external;

    // ---------------------------------------------------------------- only the loan book itself
    /// @notice Applies `value`, which `payer` has just paid in, to a loan at a fixed rate: interest, then principal with its fee; the rest
    /// goes back to `payer`. Only the loan book itself.
    function repayFixed(uint256 loanId, address payer, uint256 value) external returns (uint256 paid);

    /// @notice Applies `amount`, at most the debt, which is in the vault already, or has just been paid in as `value`; no fee, since it is
    /// not the SP's choice. Only the loan book itself.
    function payFixed(uint256 loanId, uint256 amount, uint256 value) external returns (uint256 left);

    /// @notice Turns the debt into a floating one without a fee, before it is impaired. Only the loan book itself.
    function floatDefaulted(uint256 loanId) external;

    // ---------------------------------------------------------------- views
    /// @notice The rate that a draw of `amount` [attoFIL] for `term` [epoch] would get a provider of this tier now [ray per epoch].
    function quoteFixed(uint256 amount, uint256 term, uint8 tier) external view returns (uint256 rateRay);

    /// @notice A loan's fixed term.
    function termsOf(uint256 loanId) external view returns (FixedStatus memory);

    function fixedRates() external view returns (FixedRates memory);
}
