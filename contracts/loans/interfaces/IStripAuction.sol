// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";

/// @notice Implemented by a taker that has no capital: called after the strip is minted and before it is paid for.
interface IStripTaker {
    /// @notice Must leave `price` WFIL with an allowance for the auction, and return
    /// `IStripTaker.onStripTake.selector`.
    /// @param stripId the strip just minted to the receiver
    /// @param loanId the loan in liquidation
    /// @param face what the strip will pay [attoFIL]
    /// @param price what it costs [attoFIL]
    /// @param data as passed to `take`
    function onStripTake(
        uint256 stripId,
        uint256 loanId,
        uint256 face,
        uint256 price,
        bytes calldata data
    ) external returns (bytes4);
}

/// @notice One running auction; a loan has at most one.
struct Auction {
    uint32 startEpoch; // this round [epoch]
    uint8 round; // 0 for the first, MAX_ROUNDS - 1 for the last
    uint64 maxBonusWad; // reserve price: face per FIL paid may not exceed it [wad]
    bool active;
}

/// @notice A claim on the next `face` FIL that the loan's miners bring in, from `start` on: it is paid when the line
/// `stripPaid` of the loan has passed over it.
struct Strip {
    uint64 loanId;
    uint96 start; // face sold before it [attoFIL]
    uint96 face; // [attoFIL]
    uint96 claimed; // [attoFIL]
}

/// @title Dutch auction of claim strips
/// @notice Debt and collateral are both FIL, so liquidation sells only time: a senior claim of face y on the miners'
/// inflows for x FIL now. The bonus b = y / x starts at 1 and rises until someone takes it or the reserve price is
/// reached; it never passes the point at which a sale would lower the loan's health. What finds no buyer stays with
/// the pool (buy-in). An ERC-721 token per strip.
interface IStripAuction is IERC721 {
    /// @notice Emitted when an auction opens.
    event AuctionStarted(
        uint256 indexed loanId,
        address indexed keeper,
        uint256 healthWad,
        uint256 maxBonusWad,
        uint256 tip
    );
    /// @notice Emitted when an unsold auction starts over.
    event AuctionRestarted(uint256 indexed loanId, uint8 round, uint256 maxBonusWad);
    /// @notice Emitted when a strip is sold, or grows by a sale to its holder: `face` and `price` are those of this
    /// sale, `healthWad` is the loan's health after it.
    event StripSold(
        uint256 indexed stripId,
        uint256 indexed loanId,
        address indexed receiver,
        uint256 face,
        uint256 price,
        uint256 healthWad
    );
    /// @notice Emitted when an auction ends because nothing is left to sell.
    event AuctionEnded(uint256 indexed loanId, uint256 healthWad);
    /// @notice Emitted when an auction ends without a buyer and the pool keeps the claim.
    event BoughtIn(uint256 indexed loanId, uint256 healthWad);
    /// @notice Emitted when a strip holder is paid.
    event StripClaimed(uint256 indexed stripId, address indexed holder, uint256 amount);
    /// @notice Emitted when the guardian stops new auctions until an epoch.
    event AuctionsPaused(uint256 untilEpoch);

    /// @notice Thrown when the loan's health is not below 1.
    error StripAuction_Healthy(uint256 loanId, uint256 healthWad);
    /// @notice Thrown when an auction is to end although the loan's health is below 1.
    error StripAuction_Unhealthy(uint256 loanId, uint256 healthWad);
    /// @notice Thrown when an auction runs already.
    error StripAuction_AlreadyActive(uint256 loanId);
    /// @notice Thrown when no auction runs.
    error StripAuction_NotActive(uint256 loanId);
    /// @notice Thrown when cash can still be swept at par; no discount is given for cash.
    error StripAuction_SweepFirst(uint256 loanId, uint256 available, uint256 dust);
    /// @notice Thrown when no bonus of at least 1 would keep the loan's health; impair the loan instead.
    error StripAuction_Underwater(uint256 loanId, uint256 healthWad, uint256 minimumWad);
    /// @notice Thrown in the epoch of a draw or attach.
    error StripAuction_CoolOff(uint256 loanId, uint256 sinceEpoch);
    /// @notice Thrown when too many auctions run.
    error StripAuction_TooMany(uint256 limit);
    /// @notice Thrown while new auctions are paused.
    error StripAuction_Paused(uint256 untilEpoch);
    /// @notice Thrown when the bonus has not reached what the taker wants.
    error StripAuction_BonusTooLow(uint256 minBonusWad, uint256 actualWad);
    /// @notice Thrown when a take is smaller than the minimum.
    error StripAuction_TooSmall(uint256 minimum, uint256 actual);
    /// @notice Thrown when less is paid than the price.
    error StripAuction_Underpaid(uint256 price, uint256 paid);
    /// @notice Thrown when a taker's callback answers anything but its selector.
    error StripAuction_BadCallback(address taker, bytes4 actual);
    /// @notice Thrown when the loan's debt is not what it was before a taker's callback: the price was made for that
    /// debt.
    error StripAuction_LoanMoved(uint256 loanId, uint256 expectedDebt, uint256 actualDebt);
    /// @notice Thrown when the loan book starts a strip elsewhere than where the last one ends.
    error StripAuction_LineBroken(uint256 loanId, uint256 expectedStart, uint256 actualStart);
    /// @notice Thrown when an auction may not start over or end yet, or, after a buy-in, may not be opened again yet.
    error StripAuction_NotExpired(uint256 loanId, uint256 endsAtEpoch);
    /// @notice Thrown when rounds are left, so the auction must start over instead of ending.
    error StripAuction_RoundsLeft(uint256 loanId, uint8 round, uint8 maxRounds);
    /// @notice Thrown when no rounds are left.
    error StripAuction_NoRoundsLeft(uint256 loanId, uint8 maxRounds);
    /// @notice Thrown when nothing is due to a strip.
    error StripAuction_NothingDue(uint256 stripId);
    /// @notice Thrown when plain FIL is sent by anyone but WFIL.
    error StripAuction_UnexpectedFil(address sender, uint256 amount);
    /// @notice Thrown when a pause would come too early or last too long.
    error StripAuction_PauseNotAllowed(uint256 earliestEpoch);

    /// @notice Opens the auction of a loan whose health is below 1. Anyone; the keeper's tip comes from the reserve
    /// fund.
    function kick(uint256 loanId) external;

    /// @notice Buys a strip. Anyone. Pay with `msg.value` (the rest is returned) or, with none, in WFIL by allowance,
    /// after the callback when `data` is not empty.
    /// @param maxFace most face wanted; sized down to what restores target health, and by the dust rule [attoFIL]
    /// @param minBonusWad least face per FIL accepted [wad]
    /// @param receiver gets a new strip; the zero address stands for the caller and for adding to the loan's last
    /// strip, where that is the caller's, instead of minting (cheaper; the strip keeps its id and its start, and its
    /// face grows)
    /// @return stripId the strip minted or grown
    /// @return face bought by this call [attoFIL], rounded down
    /// @return price paid by this call [attoFIL], rounded up
    function take(
        uint256 loanId,
        uint256 maxFace,
        uint256 minBonusWad,
        address receiver,
        bytes calldata data
    ) external payable returns (uint256 stripId, uint256 face, uint256 price);

    /// @notice Starts an unsold round over with fresh health, while rounds are left. Anyone.
    function restart(uint256 loanId) external;

    /// @notice Ends an auction that found no buyer in its last round, or in a round at whose end nothing can be sold
    /// without lowering health; the pool keeps the claim and goes on sweeping. Anyone.
    function buyIn(uint256 loanId) external;

    /// @notice Ends an auction of a loan whose health is back at 1 or more, or whose debt is paid. Anyone.
    function end(uint256 loanId) external;

    /// @notice Pays what is due to a strip to its holder. Anyone. Never paused.
    function claim(uint256 stripId) external returns (uint256 amount);

    /// @notice Stops new auctions for at most 7 days, then not again for 7 days. Only the GUARDIAN role.
    function pauseAuctions() external;

    /// @notice What a take would give now: the most face on sale, its price, the bonus, and the health on which it
    /// rests. All but the health are 0 while nothing can be sold.
    function quote(
        uint256 loanId
    ) external view returns (uint256 maxFace, uint256 price, uint256 bonusWad, uint256 healthWad);

    function auctionOf(uint256 loanId) external view returns (Auction memory);

    function stripOf(uint256 stripId) external view returns (Strip memory);

    /// @notice What `claim` would pay now [attoFIL].
    function claimable(uint256 stripId) external view returns (uint256);

    function activeAuctions() external view returns (uint256);

    function stripCount() external view returns (uint256);

    /// @notice First epoch in which auctions may be opened again, 0 before the first pause.
    function auctionsPausedUntil() external view returns (uint256);
}
