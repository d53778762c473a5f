// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @dev Ratios [wad].
uint256 constant WAD = 1e18;
/// @dev Indices and rates per epoch [ray].
uint256 constant RAY = 1e27;
/// @dev 30 seconds an epoch (builtin-actors: EPOCH_DURATION_SECONDS) [epoch].
uint256 constant EPOCHS_PER_DAY = 2_880;
/// @dev 365 days [epoch].
uint256 constant EPOCHS_PER_YEAR = 1_051_200;
