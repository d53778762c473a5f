// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @notice What the quote of a fixed rate starts from.
struct FixedBasis {
    uint256 ratePerEpochRay; // floating, as it will be after a draw of the amount asked about [ray per epoch]
    uint256 rateAtTargetRay; // as it has drifted by now [ray per epoch]
    uint256 fixedDebt; // owed at fixed rates, rounded down [attoFIL]
    uint256 totalAssets; // [attoFIL]
}

/// @title The pool's book of loans at fixed rates
/// @notice Reached through the pool's address, which hands these calls on to `PledgeVaultDesk`. The pool keeps one line, the sum of the
/// loans' lines (see `FixedMath`); the loan book passes what it changes on a loan's line, and the same is changed on the pool's.
/// Performing debt in `poolState` is floating and fixed together.
interface IFixedBook {
    /// @notice Emitted when FIL is paid into a miner at a fixed rate.
    event LentFixed(uint256 indexed loanId, uint64 indexed minerId, uint256 amount, int256 offset, int256 slope);
    /// @notice Emitted when FIL for a loan at a fixed rate is booked; of it `fee` is for repaying early.
    event RepaidFixed(uint256 indexed loanId, uint256 amount, uint256 fee, int256 offset, int256 slope);
    /// @notice Emitted when a debt changes its rate: between floating and fixed, or from one fixed rate to another.
    event RateSwitched(uint256 indexed loanId, int256 scaledDebt, int256 offset, int256 slope, uint256 fee);

    /// @notice Thrown when a booking would take more from the line, or from the scaled debt, than is there.
    error PledgeVault_NotOwed(int256 remains);

    /// @notice As `IPledgeVault.lend`, at a fixed rate: same limits, same order behind the queue. The line must rise by `amount` now.
    /// Only the loan book.
    function lendFixed(uint256 loanId, uint64 minerId, uint256 amount, int256 offset, int256 slope) external;

    /// @notice Books `amount` FIL that has just arrived (as `msg.value` or by method 0), of which `fee` was paid for repaying early: after
    /// the reserve fund's share it drips to share holders over 7 days. The rest extinguishes what the line falls by, and is never less.
    /// Only the loan book.
    function bookFixedPayment(
        uint256 loanId,
        uint256 amount,
        uint256 fee,
        int256 offset,
        int256 slope
    ) external payable;

    /// @notice Books a debt that changes its rate. What the pool is owed must not fall, and must rise by `fee`, which is shared as in
    /// `bookFixedPayment`. Only the loan book.
    /// @param scaledDebt change of floating debt [attoFIL / ray]
    /// @param offset change of the line [pico-attoFIL]
    /// @param slope change of the line [pico-attoFIL per epoch]
    function bookSwitch(uint256 loanId, int256 scaledDebt, int256 offset, int256 slope, uint256 fee) external;

    /// @notice What the quote of a fixed rate for `amount` starts from, now.
    function fixedBasis(uint256 amount) external view returns (FixedBasis memory);

    /// @notice The line of all loans at fixed rates.
    /// @return offset [pico-attoFIL]
    /// @return slope [pico-attoFIL per epoch]
    function fixedLine() external view returns (int256 offset, uint256 slope);
}
