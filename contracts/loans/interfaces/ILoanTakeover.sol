// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Lienholder, Takeover} from "../LoanTypes.sol";

/// @notice What a takeover comes to.
struct TakeoverQuote {
    uint64 lender; // whose lien is paid off [actor id]
    uint64 payee; // who gets the FIL: the lender, or its adapter [actor id]
    uint8 tranche; // which is drawn for it, from 0
    uint256 amount; // [attoFIL]
    uint256 lapsing; // of that tranche, not to be drawn any more [attoFIL]
    uint256 debt; // afterwards, rounded up [attoFIL]
    uint256 drawLimit; // debt up to which the draw weights carry afterwards [attoFIL]
}

/// @title Events and errors of takeovers, beside those of the loan book
interface ILoanTakeoverEvents {
    /// @notice Emitted when a loan offers a lender to pay it off.
    event TakeoverOpened(
        uint256 indexed loanId,
        uint64 indexed minerId,
        uint64 indexed lender,
        uint256 amount,
        uint256 deadline
    );
    /// @notice Emitted when a lender is paid off, beside `MinerAttached`. `debt` is the loan's, afterwards.
    event LienTakenOver(
        uint256 indexed loanId,
        uint64 indexed minerId,
        uint64 indexed lender,
        uint8 tranche,
        uint256 amount,
        uint256 debt
    );
    /// @notice Emitted when a lender is listed, listed otherwise or no longer.
    event LienholderChanged(uint64 indexed lender, bool listed, address adapter);

    /// @notice Thrown when a pay-off is below the least debt or above the tranche that it is drawn from.
    error LoanBook_BadPayOff(uint256 lower, uint256 upper, uint256 actual);
    /// @notice Thrown when an offer's deadline is past, or further than 30 days away or than the tranche's.
    error LoanBook_BadDeadline(uint256 earliest, uint256 latest, uint256 actual);
    /// @notice Thrown when an offer to the same lender would be lower, or end sooner, than it was.
    error LoanBook_OfferReduced(uint256 amount, uint256 actual, uint256 deadline, uint256 actualDeadline);
    /// @notice Thrown when a lender has approved, and the offer that it saw would be replaced by one that it did not.
    error LoanBook_AlreadyApproved(uint256 loanId, uint64 minerId, uint64 lender);
    /// @notice Thrown when a miner is its owner's own: it is attached, not taken over.
    error LoanBook_NoForeignLien(uint64 minerId, uint64 owner);
    /// @notice Thrown when the RISK role has not listed the miner's beneficiary as one that may be paid off.
    error LoanBook_NotListed(uint64 minerId, uint64 lender);
    /// @notice Thrown when the loan offers nothing for the miner.
    error LoanBook_NoOffer(uint256 loanId, uint64 minerId);
    /// @notice Thrown when an offer has ended.
    error LoanBook_OfferOver(uint256 loanId, uint64 minerId, uint256 deadline, uint256 actual);
    /// @notice Thrown when another holds the lien than the one to whom the offer was made.
    error LoanBook_OtherLender(uint64 minerId, uint64 expected, uint64 actual);
    /// @notice Thrown when the miner's owner has not proposed the loan's account as beneficiary, with its quota and expiration.
    error LoanBook_NotProposed(
        uint64 minerId,
        uint64 expectedNominee,
        uint64 nominee,
        uint256 expectedQuota,
        uint256 quota,
        int64 expectedExpiration,
        int64 expiration
    );
    /// @notice Thrown when a lender that is paid itself has not approved the proposal.
    error LoanBook_NotApproved(uint64 minerId, uint64 lender);
    /// @notice Thrown when the tranche that would be drawn is promised to be proven otherwise, see ISectorConditions.
    error LoanBook_TranchePromised(uint256 loanId, uint8 tranche);
    /// @notice Thrown when the null actor, the pool or the loan book would be listed, or an adapter for a lender that is not.
    error LoanBook_InvalidLienholder(uint64 lender, bool listed, address adapter);
}

/// @title Taking over another lender's lien
/// @notice Reached through the loan book's address, which hands these calls on. A miner whose beneficiary is another lender comes into a
/// loan in one transaction: the loan draws its next tranche, pays the lender off, and its account becomes the beneficiary; or nothing
/// happens at all. Before it, in this order: the SP opens the offer, the miner's owner proposes the loan's account (as for `attachMiner`),
/// the lender approves. See ADR 0021.
interface ILoanTakeover is ILoanTakeoverEvents {
    /// @notice Offers to pay off the beneficiary of a miner. Only the SP, of a loan that may draw its next tranche; the beneficiary must be
    /// listed and not the owner. An offer to one lender is never lowered nor shortened, and once the lender has approved it can only be
    /// raised: another deadline needs another proposal of the miner's owner, which takes the approval back.
    /// @param amount what the lender gets, at most the tranche [attoFIL]
    /// @param deadline last epoch in which it can be taken, at most 30 days away and not beyond the tranche's [epoch]
    function openTakeover(uint256 loanId, uint64 minerId, uint256 amount, uint256 deadline) external;

    /// @notice Pays off the lender, attaches the miner and makes the loan's account its beneficiary. Anyone, until the offer's deadline.
    /// The pay-off is a draw of the next tranche at the floating rate; it leaves nothing to prove, and the rest of the tranche lapses.
    /// Stopped with draws and with attaches. The draw test must hold for all of the portfolio, with the new debt.
    function takeover(uint256 loanId, uint64 minerId) external;

    /// @notice Lists a lender as one whose liens may be paid off, or no longer. Only the RISK role. None is listed at first.
    /// @param lender [actor id]
    /// @param adapter 0 for a lender that approves first and is then paid as the actor that it is, without its code running; else the
    /// contract that is paid and makes the lender approve, see ILienAdapter
    function setLienholder(uint64 lender, bool listed, address adapter) external;

    // ---------------------------------------------------------------- views
    /// @notice What `takeover` would come to now. Reverts with the error that it would revert with; where the pool or the day's limit is
    /// short, with PledgeVault_InsufficientLiquidity. A lender with an adapter has yet to approve; whether it will, nobody can say before.
    /// @dev Faults of the portfolio count without the newcomer's pledge, so this may refuse where a takeover would pass, by a hair.
    function quoteTakeover(uint256 loanId, uint64 minerId) external view returns (TakeoverQuote memory);

    /// @notice What a loan offers for a miner; all zero when nothing. It stands here after its deadline, too.
    function takeoverOf(uint256 loanId, uint64 minerId) external view returns (Takeover memory);

    /// @notice Whether a lender may be paid off, and through which adapter.
    function lienholderOf(uint64 lender) external view returns (Lienholder memory);
}
