// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @notice A price as Pyth keeps it: `price` +- `conf`, both x 10^`expo`.
struct PythPrice {
    int64 price;
    uint64 conf;
    int32 expo;
    uint256 publishTime; // [seconds]
}

/// @title The part of Pyth's contract that the adapter uses
interface IPyth {
    /// @notice The last price that somebody brought, however old. Reverts when there is none.
    function getPriceUnsafe(bytes32 id) external view returns (PythPrice memory);
}
