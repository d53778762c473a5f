// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @notice Implemented by a taker that has no capital: called before the miner is paid for.
interface IControlTaker {
    /// @notice Must leave `price` WFIL with an allowance for the auction, and return
    /// `IControlTaker.onControlTake.selector`.
    /// @param minerId the miner whose ownership is bought [actor id]
    /// @param loanId the loan in liquidation
    /// @param price what it costs [attoFIL]
    /// @param data as passed to `take`
    function onControlTake(
        uint64 minerId,
        uint256 loanId,
        uint256 price,
        bytes calldata data
    ) external returns (bytes4);
}

/// @notice The auction of one miner. One slot: 8 + 4 + 1 + 1 + 4 = 18.
struct ControlSale {
    uint64 loanId; // that the miner secured when the auction opened
    uint32 startEpoch; // of the round [epoch]
    uint8 round; // 0 for the first, MAX_ROUNDS - 1 for the last
    bool active;
    uint32 closedUntil; // after an auction without a buyer, exclusive [epoch]
}

/// @notice The last sale of a miner. One slot: 8 + 20.
struct ControlBuyer {
    uint64 loanId; // that the miner secured; the loan's account owns it until the new owner accepts
    address buyer; // who paid, and may name another owner until then
}

/// @title Dutch auction of miners' ownership
/// @notice Sells a miner in owner escrow when the health of its loan is below 0.95: the price starts above the miner's orderly value and
/// falls to a reserve price at which the pool loses nothing by the sale. The price pays strips, then the debt, then the SP; the account's
/// lien ends, and the buyer's owner is proposed, which accepts by itself. A miner that finds no buyer stays with the loan.
interface IControlAuction {
    /// @notice Emitted when an auction opens.
    event ControlAuctionStarted(
        uint64 indexed minerId,
        uint256 indexed loanId,
        address indexed keeper,
        uint256 healthWad,
        uint256 reserve
    );
    /// @notice Emitted when an unsold auction starts over.
    event ControlAuctionRestarted(uint64 indexed minerId, uint256 indexed loanId, uint8 round, uint256 reserve);
    /// @notice Emitted when a miner is sold. `newOwner` must accept the ownership with a message of its own.
    event ControlSold(
        uint64 indexed minerId,
        uint256 indexed loanId,
        address indexed buyer,
        uint64 newOwner,
        uint256 price
    );
    /// @notice Emitted when an auction ends without a sale; `unsold` when its rounds are over.
    event ControlAuctionEnded(uint64 indexed minerId, uint256 indexed loanId, bool unsold);
    /// @notice Emitted when a buyer names another owner.
    event ControlRedirected(uint64 indexed minerId, uint256 indexed loanId, uint64 newOwner);
    /// @notice Emitted when the guardian stops new auctions until an epoch.
    event ControlAuctionsPaused(uint256 untilEpoch);

    /// @notice Thrown when the miner is not in the escrow of the loan: not attached to it, or not owned by its account.
    error ControlAuction_NotEscrowed(uint64 minerId, uint256 loanId);
    /// @notice Thrown when the loan's health is not below 0.95.
    error ControlAuction_Healthy(uint256 loanId, uint256 maximumWad, uint256 healthWad);
    /// @notice Thrown when the miner's orderly value is 0.
    error ControlAuction_Worthless(uint64 minerId);
    /// @notice Thrown when an auction runs already.
    error ControlAuction_AlreadyActive(uint64 minerId);
    /// @notice Thrown when no auction runs.
    error ControlAuction_NotActive(uint64 minerId);
    /// @notice Thrown when cash can still be swept at par; no discount is given for cash.
    error ControlAuction_SweepFirst(uint256 loanId, uint256 available, uint256 dust);
    /// @notice Thrown in the epoch of a draw, attach or escrow.
    error ControlAuction_CoolOff(uint256 loanId, uint256 sinceEpoch);
    /// @notice Thrown when too many auctions run.
    error ControlAuction_TooMany(uint256 limit);
    /// @notice Thrown while new auctions are paused.
    error ControlAuction_Paused(uint256 untilEpoch);
    /// @notice Thrown when a pause would come before the last one is 7 days over.
    error ControlAuction_PauseNotAllowed(uint256 earliestEpoch);
    /// @notice Thrown when the price is above what the taker wants to pay.
    error ControlAuction_PriceTooHigh(uint256 maxPrice, uint256 actual);
    /// @notice Thrown when less is paid than the price.
    error ControlAuction_Underpaid(uint256 price, uint256 paid);
    /// @notice Thrown when a taker's callback answers anything but its selector.
    error ControlAuction_BadCallback(address taker, bytes4 actual);
    /// @notice Thrown when a taker's callback has changed the loan's debt or strips: the price was made for those.
    error ControlAuction_LoanMoved(
        uint256 loanId,
        uint256 expectedDebt,
        uint256 actualDebt,
        uint256 expectedStrips,
        uint256 actualStrips
    );
    /// @notice Thrown when an auction may not start over or end yet, or, after one without a buyer, may not be opened again yet.
    error ControlAuction_NotExpired(uint64 minerId, uint256 endsAtEpoch);
    /// @notice Thrown when no rounds are left.
    error ControlAuction_NoRoundsLeft(uint64 minerId, uint8 maxRounds);
    /// @notice Thrown when another than the buyer names the owner of a miner that was sold.
    error ControlAuction_NotBuyer(uint64 minerId, address buyer, address caller);
    /// @notice Thrown when plain FIL is sent by anyone but WFIL.
    error ControlAuction_UnexpectedFil(address sender, uint256 amount);

    /// @notice Opens the auction of an escrowed miner of a loan whose health is below 0.95. Anyone; without a tip.
    function kick(uint64 minerId) external;

    /// @notice Buys a miner's ownership. Anyone. Pay with `msg.value` (the rest is returned) or, with none, in WFIL by allowance, after the
    /// callback when `data` is not empty. The miner is named by its id, not by its place in the loan, which another sale may change.
    /// @param maxPrice most to pay [attoFIL]
    /// @param newOwner who is proposed as owner, and must accept with ChangeOwnerAddress [actor id]
    /// @return price paid [attoFIL], rounded up
    function take(
        uint64 minerId,
        uint256 maxPrice,
        uint64 newOwner,
        bytes calldata data
    ) external payable returns (uint256 price);

    /// @notice Names another owner of a miner that was sold and that nobody has accepted. Only its buyer. Never paused.
    function redirect(uint64 minerId, uint64 newOwner) external;

    /// @notice Starts an unsold round over, while rounds are left. Anyone.
    function restart(uint64 minerId) external;

    /// @notice Ends an auction whose rounds are over, or whose miner can no longer be sold because the loan's health is back at 0.95 or the
    /// miner is no longer in its escrow. Anyone.
    function end(uint64 minerId) external;

    /// @notice Stops new auctions for at most 7 days, then not again for 7 days. Only the GUARDIAN role.
    function pauseAuctions() external;

    /// @notice What a take would cost now, the reserve price, and the loan's health. Both prices are 0 while the miner cannot be sold.
    function quote(uint64 minerId) external view returns (uint256 price, uint256 reserve, uint256 healthWad);

    function saleOf(uint64 minerId) external view returns (ControlSale memory);

    /// @notice The last sale of a miner.
    function buyerOf(uint64 minerId) external view returns (ControlBuyer memory);

    function activeAuctions() external view returns (uint256);

    /// @notice The miners whose auctions run, 64 at most, in no order; also those that cannot be sold any more and wait for `end` [actor
    /// ids].
    function minersOnSale() external view returns (uint256[] memory);

    /// @notice First epoch in which auctions may be opened again, 0 before the first pause.
    function auctionsPausedUntil() external view returns (uint256);
}
