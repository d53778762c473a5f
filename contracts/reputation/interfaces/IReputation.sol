// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @notice What a loan did that its provider is remembered for.
enum Mark {
    None,
    Proven, // a drawn tranche was proven in time
    Called, // the loan was called
    Reclaimed, // a draw was not proven, and taken back
    Impaired // the pool booked a provision
}

/// @notice What is kept of a provider. One slot: 14 + 4 + 4 + 4 + 2 + 2 = 30.
struct Record {
    uint112 score; // at `scoredAt` [FIL-days, whole FIL x epochs / 2,880, in wad]
    uint32 scoredAt; // [epoch]
    uint32 since; // first credit after the last default [epoch]
    uint32 barredUntil; // after a default, exclusive [epoch]
    uint16 proofs; // tranches proven in time
    uint16 calls; // loans called
}

/// @title Readable by anyone who prices a storage provider: loans, margins, storage markets
interface ITiers {
    /// @notice Tier of a provider, 0 (new or in default) to 3, brought to this epoch.
    function tierOf(address provider) external view returns (uint8);

    /// @notice Score behind the tier, decayed to this epoch [FIL-days, wad].
    function scoreOf(address provider) external view returns (uint256);
}

/// @title Reputation earned on chain
/// @notice A provider earns FIL-days: FIL owed times the days for which the loan was in good standing. The score halves every year, halves
/// with every call, loses a quarter with every draw taken back, and is lost with a provision. Nobody grants, buys or transfers it: it
/// belongs to whoever holds the loan's token while the days pass, and a token that changes hands takes none of it along.
/// @dev See loans F11. A fixed formula without parameters, roles or upgrades: what others build on must not be moved.
interface IReputation is ITiers {
    /// @notice Emitted when days in good standing were credited.
    event Credited(uint256 indexed loanId, address indexed provider, uint256 filDaysWad, uint256 scoreWad);
    /// @notice Emitted when the loan book reported a mark.
    event Marked(uint256 indexed loanId, address indexed provider, Mark mark, uint256 scoreWad);

    /// @notice Thrown when another than the loan book reports a mark.
    error Reputation_NotLoanBook(address expected, address actual);

    /// @notice Credits the days since the loan's last checkpoint and sets a new one. Anyone. Days count at the smaller of the principals
    /// at both ends, if the loan is healthy at both, had no mark against it meanwhile and the same holder.
    /// @return filDaysWad credited [FIL-days, wad], rounded down
    function credit(uint256 loanId) external returns (uint256 filDaysWad);

    /// @notice Books what happened to a loan. Only the loan book.
    /// @param amount of a proven tranche, which counts as if it had stood for ten days; 0 otherwise [attoFIL]
    function mark(uint256 loanId, address provider, Mark what, uint256 amount) external;

    /// @notice Everything kept of a provider, not decayed.
    function recordOf(address provider) external view returns (Record memory);
}
