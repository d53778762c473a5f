// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IFuturesVenues} from "./IFuturesVenues.sol";

/// @title The clearing of futures: money, trades, claims
/// @notice One contract owns all positions and all money of all series (docs/SPEC-futures.md). Each series has its own cash: what goes
/// wrong in one costs no other.
interface IFuturesClearing is IFuturesVenues {
    /// @notice Takes tokens in, by allowance, for `receiver`. Anyone.
    /// @dev `TokenNotListed`; `WrongAmount` when a token takes a fee of its own; `TooLarge`.
    /// @param token a listed one
    /// @param amount above 0, at most 2^126 [token units]
    /// @param receiver not the zero address
    function deposit(address token, uint256 amount, address receiver) external;

    /// @notice Sends the caller's tokens out, of those in no series. Never paused.
    /// @param token of a former deposit
    /// @param amount above 0 [token units]
    /// @param to not the zero address, not this contract
    function withdraw(address token, uint256 amount, address to) external;

    /// @notice Puts the caller's tokens into a series, as margin. Until the price is final.
    /// @dev `NotFree`; `TooLarge` when the series would hold more than 2^126, so that no account's cash can leave its 128 bits.
    /// @param seriesId of a listed series
    /// @param amount above 0 [token units]
    function allocate(bytes32 seriesId, uint256 amount) external;

    /// @notice Pays, out of the caller's tokens, for losses that nothing covered. Anyone.
    /// @param seriesId of a listed series
    /// @param amount at most this, and no more than is missing [token units]
    /// @return paid [token units]
    function recapitalise(bytes32 seriesId, uint256 amount) external returns (uint256 paid);

    /// @notice Pays into insurance, out of the caller's tokens. Anyone.
    /// @dev `NotFree`; `TooLarge` when insurance would hold more than its 112 bits.
    /// @param token a listed one
    /// @param amount above 0 [token units]
    function fund(address token, uint256 amount) external;

    /// @notice Sends the fees of a token to the recipient named at set-up, but for 64 rewards of write-offs. Anyone.
    /// @param token a listed one
    /// @return amount sent [token units]
    function collectFees(address token) external returns (uint256 amount);

    /// @notice Pays out what a series owes a user (or, for the zero address, insurance), once claims are open. Anyone.
    /// @dev `NothingOwed` for a claim of nothing. Turns the position into cash first, if nobody did.
    /// @param seriesId of a series whose price is final
    /// @param user whose tokens they are
    /// @return paid in tokens outside of any series; rounded down, twice [token units]
    function claim(bytes32 seriesId, address user) external returns (uint256 paid);

    /// @notice Whether the caller of a part's function may call it. This contract itself only.
    /// @param caller of the function
    /// @param data of the call
    function checkCanCall(address caller, bytes calldata data) external;
}
