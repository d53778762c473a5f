// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IPriceFeed} from "../../oracles/interfaces/IPriceFeed.sol";

/// @notice On which terms a token is accepted.
struct PostedTerms {
    IPriceFeed feed; // attoFIL per whole token
    uint112 cap; // most that may be posted for all loans together [token units]
    uint64 drawWeightWad; // share of the value that counts for draws [wad]
    uint64 callWeightWad; // the same below which a loan is called [wad]
    uint64 liquidationWeightWad; // and below which it is liquidated [wad]
    uint64 floorWad; // least price in an auction, of the feed's price [wad]
    uint24 roundEpochs; // how long an auction falls from the start to the floor [epoch]
    uint8 dustExponent; // a loan has none of the token, or at least 10 ^ this [token units]
}

/// @notice How a listed token stands.
struct PostedToken {
    uint16 id; // from 1, 0 when never listed
    bool open; // whether it may be posted
    uint8 decimals;
    uint112 total; // claims of all loans [token units]
    uint64 backingWad; // what a claim is good for; below 1 when tokens are missing [wad]
    uint128 lastPrice; // the last good price that was stored [attoFIL per whole token]
    uint40 lastFreshUntil; // last second in which it was not late [seconds]
    PostedTerms terms; // with the weights as they are now, on their way down included
}

/// @title Tokens posted beside the miners
/// @notice ERC-20 tokens that secure one loan each, besides its miners. The RISK role lists a token with a cap, weights and
/// a price feed. A loan has up to 8 of them. "The SP" is the holder of the loan's token, or its approved operator.
/// @dev Taking tokens back is never paused, and asks no feed while there is no debt.
interface IPostedCollateral {
    /// @notice Emitted when tokens are posted: `amount` is what arrived, `posted` what the loan has now.
    event Posted(uint256 indexed loanId, address indexed token, address indexed from, uint256 amount, uint256 posted);
    /// @notice Emitted when tokens are taken back: `amount` is the claim given up, `posted` what the loan has left.
    event Unposted(uint256 indexed loanId, address indexed token, address indexed to, uint256 amount, uint256 posted);
    /// @notice Emitted when the SP gives up what it has of a token.
    event Abandoned(uint256 indexed loanId, address indexed token, uint256 amount);
    /// @notice Emitted when a token is listed.
    event TokenListed(address indexed token, uint16 id, uint8 decimals, PostedTerms terms);
    /// @notice Emitted when a token's terms change. Weights that fall do so over `RAMP_EPOCHS`, but for the draw weight.
    event TermsChanged(address indexed token, PostedTerms previous, PostedTerms current);
    /// @notice Emitted when a token is no longer accepted.
    event TokenDelisted(address indexed token);
    /// @notice Emitted when a good price is stored for an outage.
    event PriceStored(address indexed token, uint256 previous, uint256 current, uint256 freshUntil);
    /// @notice Emitted when tokens turn out to be missing, or to be there again.
    event BackingChanged(address indexed token, uint256 previousWad, uint256 currentWad);

    /// @notice Thrown when a token is not listed.
    error PostedCollateral_NotListed(address token);
    /// @notice Thrown when a token is listed already.
    error PostedCollateral_AlreadyListed(address token);
    /// @notice Thrown when a token is not accepted, or no longer.
    error PostedCollateral_NotOpen(address token);
    /// @notice Thrown when a parameter is outside its hard bounds.
    error PostedCollateral_OutOfBounds(bytes32 parameter, uint256 lower, uint256 upper, uint256 actual);
    /// @notice Thrown when a token's feed has no price in time.
    error PostedCollateral_NoFreshPrice(address token);
    /// @notice Thrown when a feed's price is not near what the RISK role expected.
    error PostedCollateral_UnexpectedPrice(address token, uint256 expected, uint256 actual);
    /// @notice Thrown when the caller is not the SP.
    error PostedCollateral_NotAuthorised(uint256 loanId, address caller);
    /// @notice Thrown when the receiver cannot be one.
    error PostedCollateral_BadReceiver(address receiver);
    /// @notice Thrown when a loan would have more tokens than it may.
    error PostedCollateral_TooManyTokens(uint256 loanId, uint256 maximum);
    /// @notice Thrown when more of a token would be posted than its cap.
    error PostedCollateral_CapExceeded(address token, uint256 cap, uint256 actual);
    /// @notice Thrown when a loan would have less of a token than is worth an auction.
    error PostedCollateral_Dust(address token, uint256 minimum, uint256 actual);
    /// @notice Thrown when nothing arrived.
    error PostedCollateral_NothingArrived(address token);
    /// @notice Thrown when the loan has less of the token than asked for, or nothing is asked for.
    error PostedCollateral_ExceedsPosted(uint256 loanId, address token, uint256 posted, uint256 asked);
    /// @notice Thrown when tokens are missing, so that new ones would make up for them.
    error PostedCollateral_Short(address token, uint256 expected, uint256 actual);
    /// @notice Thrown when a transfer took another amount out than it should have.
    error PostedCollateral_BadTransfer(address token, uint256 expected, uint256 actual);
    /// @notice Thrown when plain FIL is sent by anyone but WFIL.
    error PostedCollateral_UnexpectedFil(address sender, uint256 amount);

    // ---------------------------------------------------------------- posting

    /// @notice Posts tokens for a loan, by allowance. Anyone, for any loan: they become the SP's. The loan is credited
    /// with what arrives. A token that the loan does not have yet takes one of its 8 places; strangers may take the
    /// first 4 only.
    /// @param amount to send [token units]
    /// @return received what arrived and was credited [token units]
    function post(uint256 loanId, address token, uint256 amount) external returns (uint256 received);

    /// @notice Takes tokens back, when the rest of the loan's collateral passes the draw test or there is no debt. Only the
    /// SP. Never paused.
    /// @param amount of the claim; leaves nothing or no dust [token units]
    /// @param to receiver of the tokens
    /// @return paid what was sent: `amount`, or the same part of what is there when tokens are missing [token units],
    /// rounded down
    function unpost(uint256 loanId, address token, uint256 amount, address to) external returns (uint256 paid);

    /// @notice Gives up all that the loan has of a token, under the draw test: a token that can no longer be moved need
    /// not keep a loan from being closed. Only the SP.
    function abandon(uint256 loanId, address token) external;

    // ---------------------------------------------------------------- prices

    /// @notice Stores the token's price for a coming outage, if it is in time, and whether all its tokens are there.
    /// Anyone.
    /// @return fresh whether a price was stored
    function poke(address token) external returns (bool fresh);

    // ---------------------------------------------------------------- the RISK role

    /// @notice Lists a token. Its decimals are frozen. Only the RISK role.
    /// @param expectedPrice what the feed must show to a fifth, so that a wrong feed is not listed [attoFIL per whole token]
    function list(address token, PostedTerms calldata terms, uint256 expectedPrice) external;

    /// @notice Changes a listed token's terms and accepts it (again). Only the RISK role.
    /// @param expectedPrice as in `list`
    function setTerms(address token, PostedTerms calldata terms, uint256 expectedPrice) external;

    /// @notice Accepts a token no longer; its weights fall to zero, that for draws at once. Only the RISK role.
    function delist(address token) external;

    // ---------------------------------------------------------------- views

    /// @notice What the loan's tokens count for, each at a price in time; for calls and liquidations also, while a feed is
    /// out, at the last good price for a day. Reverts while this contract is in the middle of a change.
    /// @return drawValue times draw weights [attoFIL], rounded down
    /// @return callValue times call weights [attoFIL], rounded down
    /// @return liquidationValue times liquidation weights [attoFIL], rounded down
    function weightedValues(
        uint256 loanId
    ) external view returns (uint256 drawValue, uint256 callValue, uint256 liquidationValue);

    /// @notice The tokens that the loan has and how much of each [token units].
    function postedOf(uint256 loanId) external view returns (address[] memory tokens, uint256[] memory amounts);

    /// @notice The price that counts for calls and liquidations, 0 when there is none, and whether it counts for draws.
    function priceOf(address token) external view returns (uint256 price, bool fresh);

    /// @notice How a token stands; all zero when it was never listed.
    function tokenOf(address token) external view returns (PostedToken memory);

    /// @notice The listed token of an id, zero when there is none. Ids are 1 to `tokenCount`.
    function tokenAt(uint256 id) external view returns (address);

    /// @notice How many tokens were ever listed.
    function tokenCount() external view returns (uint256);
}
