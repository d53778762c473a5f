// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Dutch auction of posted collateral
/// @notice One token of one loan at a time. The price is a share of the feed's price at every moment, which falls from
/// `START_WAD` to the token's floor over one round and so follows the market. It never falls so far that a sale would
/// lower the loan's health, as long as that exceeds the token's liquidation weight. A token without a price that counts
/// is not sold. Keepers get no tip: who kicks may be the first to take.
interface IPostedAuction {
    /// @notice Emitted when a round begins.
    event PostedAuctionStarted(
        uint256 indexed loanId,
        address indexed token,
        address indexed keeper,
        uint256 endsAtEpoch,
        uint256 price,
        uint256 healthWad
    );
    /// @notice Emitted when tokens are sold. `posted` is what the loan has left, `healthWad` its health after the sale.
    event PostedSold(
        uint256 indexed loanId,
        address indexed token,
        address indexed receiver,
        uint256 amount,
        uint256 price,
        uint256 posted,
        uint256 healthWad
    );
    /// @notice Emitted when a round ends early because the loan's health is restored.
    event PostedAuctionEnded(uint256 indexed loanId, address indexed token, uint256 healthWad);
    /// @notice Emitted when the guardian stops new rounds until an epoch.
    event PostedAuctionsPaused(uint256 untilEpoch);

    /// @notice Thrown when the loan's weighted collateral covers its debt.
    error PostedAuction_Healthy(uint256 loanId, uint256 debt, uint256 weightedValue);
    /// @notice Thrown when a round runs already.
    error PostedAuction_AlreadyActive(uint256 loanId, address token, uint256 endsAtEpoch);
    /// @notice Thrown when no round runs.
    error PostedAuction_NotActive(uint256 loanId, address token);
    /// @notice Thrown when the loan has nothing of the token.
    error PostedAuction_NothingPosted(uint256 loanId, address token);
    /// @notice Thrown when the token has no price that counts.
    error PostedAuction_NoPrice(address token);
    /// @notice Thrown in the epoch of a draw or attach.
    error PostedAuction_CoolOff(uint256 loanId, uint256 sinceEpoch);
    /// @notice Thrown while new rounds are paused.
    error PostedAuction_Paused(uint256 untilEpoch);
    /// @notice Thrown when a pause would come before the last one is 7 days over.
    error PostedAuction_PauseNotAllowed(uint256 earliestEpoch);
    /// @notice Thrown when a whole token costs more than the taker wants to pay.
    error PostedAuction_PriceTooHigh(uint256 maximum, uint256 actual);
    /// @notice Thrown when a take is smaller than the minimum.
    error PostedAuction_TooSmall(uint256 minimum, uint256 actual);
    /// @notice Thrown when less is paid than the price.
    error PostedAuction_Underpaid(uint256 price, uint256 paid);
    /// @notice Thrown when a taker's callback answers anything but its selector.
    error PostedAuction_BadCallback(address taker, bytes4 actual);
    /// @notice Thrown when the loan's debt is not what it was before a taker's callback: the price was made for that
    /// debt.
    error PostedAuction_LoanMoved(uint256 loanId, uint256 expectedDebt, uint256 actualDebt);

    /// @notice Begins a round for a loan whose health is below 1; also the next one, when the last has found no buyer.
    /// Anyone.
    function kick(uint256 loanId, address token) external;

    /// @notice Buys tokens. Anyone. Pay with `msg.value` (the rest is returned) or, with none, in WFIL by allowance, after
    /// the callback when `data` is not empty.
    /// @param maxAmount most tokens wanted; sized down to what restores target health, and by the dust rules [token units]
    /// @param maxPrice most accepted [attoFIL per whole token]
    /// @param receiver gets the tokens
    /// @return amount bought [token units]
    /// @return price paid for them [attoFIL], rounded up
    function take(
        uint256 loanId,
        address token,
        uint256 maxAmount,
        uint256 maxPrice,
        address receiver,
        bytes calldata data
    ) external payable returns (uint256 amount, uint256 price);

    /// @notice Stops new rounds for 7 days, then not again for 7 days. Only the GUARDIAN role.
    function pausePostedAuctions() external;

    /// @notice What a take would give now: the most on sale [token units], its price [attoFIL], the price of a whole token
    /// [attoFIL], and the loan's health [wad]. Reverts as a take would.
    function quote(
        uint256 loanId,
        address token
    ) external view returns (uint256 amount, uint256 price, uint256 askPrice, uint256 healthWad);

    /// @notice The last round: its first epoch, 0 before the first round, and the epoch in which it is over, which is 0
    /// when it ended early.
    function roundOf(uint256 loanId, address token) external view returns (uint256 startEpoch, uint256 endsAtEpoch);

    /// @notice First epoch in which rounds may begin again, 0 before the first pause.
    function postedAuctionsPausedUntil() external view returns (uint256);
}
