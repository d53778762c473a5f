// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {
    Pending,
    Position,
    Series,
    SeriesDates,
    SeriesTerms,
    Standing,
    State,
    TokenTerms,
    TokenView
} from "../FuturesTypes.sol";
import {IFuturesIndex} from "./IFuturesIndex.sol";

/// @title The clearing of futures: listing, terms, views
interface IFuturesDesk {
    /// @notice Lists a series. RISK only.
    /// @dev `AlreadyListed`, `TokenNotListed`, `StaleIndex`, `OutOfBounds`, `ThinMargin` (sections 3 and 11).
    /// @param dates what never changes
    /// @param terms what may change
    /// @return seriesId hash of the chain, this contract, the unit and what never changes
    function list(SeriesDates calldata dates, SeriesTerms calldata terms) external returns (bytes32 seriesId);

    /// @notice Sets the caps and margins of a series. RISK only. Under open interest margins rise slowly, and the band narrows
    /// slowly (section 11).
    /// @dev `OutOfBounds`, `ThinMargin`; `TooEarly` when they did a day ago.
    /// @param seriesId of a listed series
    /// @param terms within their bounds
    function setSeriesTerms(bytes32 seriesId, SeriesTerms calldata terms) external;

    /// @notice Lists a token, or sets its terms. RISK only.
    /// @param token an ERC-20 token that moves what it says
    /// @param terms within their bounds
    function setToken(address token, TokenTerms calldata terms) external;

    /// @notice Lets a contract trade, or no longer. RISK only.
    /// @param venue that hands in trades its users signed for or sent
    /// @param allowed whether it may
    function setVenue(address venue, bool allowed) external;

    /// @notice Stops increases of a series, and nothing else. GUARDIAN only.
    /// @param seriesId of a listed series
    /// @param until at most 7 days ahead [epoch]
    function halt(bytes32 seriesId, uint256 until) external;

    /// @notice The id of a series, listed or not.
    /// @param dates what never changes
    function seriesIdOf(SeriesDates calldata dates) external view returns (bytes32);

    /// @notice All that is stored of a series.
    /// @param seriesId of a listed series
    function seriesOf(bytes32 seriesId) external view returns (Series memory);

    /// @notice What a series may be used for now; `None` if it is not listed.
    /// @param seriesId of any series
    function stateOf(bytes32 seriesId) external view returns (State);

    /// @notice A user's account in a series; the residual account's for the zero address.
    /// @param seriesId of any series
    /// @param user of it
    function accountOf(bytes32 seriesId, address user) external view returns (Position memory);

    /// @notice What a user has released that has not left yet.
    /// @param seriesId of any series
    /// @param user of it
    function pendingOf(bytes32 seriesId, address user) external view returns (Pending memory);

    /// @notice What a user has in no series [token units].
    /// @param token of it
    /// @param user of it
    function freeOf(address token, address user) external view returns (uint256);

    /// @notice The mark now, from the last reading of the index that was taken over, and whether that is fresh.
    /// @param seriesId of a listed series
    function markOf(bytes32 seriesId) external view returns (uint256 ticks, bool fresh);

    /// @notice A user's equity and margins at the mark now.
    /// @param seriesId of a listed series
    /// @param user of it
    function standingOf(bytes32 seriesId, address user) external view returns (Standing memory);

    /// @notice How a token stands; all zero if it was never listed.
    /// @param token any
    function tokenOf(address token) external view returns (TokenView memory);

    /// @notice Whether a contract may trade.
    /// @param venue any
    function isVenue(address venue) external view returns (bool);

    /// @notice Who gets the fees.
    function feesRecipient() external view returns (address);

    /// @notice The indices that series are marked by.
    function index() external view returns (IFuturesIndex);
}
