// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title Shares and assets of a pool with virtual shares
/// @notice The pool counts as if it had 1 attoFIL and 10^6 shares more than it has. That fixes the price of an empty
/// pool, and makes it cost a million times the gain to move the price against the next depositor.
/// @dev The technique is that of OpenZeppelin's ERC-4626. Results too large for 256 bits come back as the largest
/// number, so that previews answer whatever they are asked.
library ShareMath {
    uint256 internal constant VIRTUAL_ASSETS = 1;
    uint256 internal constant VIRTUAL_SHARES = 1e6;
    /// @dev Decimals that shares have more than FIL: log10 of VIRTUAL_SHARES.
    uint8 internal constant DECIMALS_OFFSET = 6;

    /// @notice Shares for assets that come in, rounded down.
    function toSharesDown(uint256 assets, uint256 supply, uint256 totalAssets) internal pure returns (uint256) {
        return mulDivDown(assets, supply + VIRTUAL_SHARES, totalAssets + VIRTUAL_ASSETS);
    }

    /// @notice Shares for assets that go out, rounded up.
    function toSharesUp(uint256 assets, uint256 supply, uint256 totalAssets) internal pure returns (uint256) {
        return mulDivUp(assets, supply + VIRTUAL_SHARES, totalAssets + VIRTUAL_ASSETS);
    }

    /// @notice Assets for shares that are burnt, rounded down.
    function toAssetsDown(uint256 shares, uint256 supply, uint256 totalAssets) internal pure returns (uint256) {
        return mulDivDown(shares, totalAssets + VIRTUAL_ASSETS, supply + VIRTUAL_SHARES);
    }

    /// @notice Assets for shares that are minted, rounded up.
    function toAssetsUp(uint256 shares, uint256 supply, uint256 totalAssets) internal pure returns (uint256) {
        return mulDivUp(shares, totalAssets + VIRTUAL_ASSETS, supply + VIRTUAL_SHARES);
    }

    /// @notice The most shares that are worth at most `assets` when burnt.
    /// @dev The largest s with floor(s x a / b) <= assets is the largest with s x a < (assets + 1) x b.
    function maxSharesWorth(uint256 assets, uint256 supply, uint256 totalAssets) internal pure returns (uint256) {
        return mulDivUp(assets + 1, supply + VIRTUAL_SHARES, totalAssets + VIRTUAL_ASSETS) - 1;
    }

    /// @notice floor(x * y / d), the largest number when that is too large. `d` must not be 0.
    function mulDivDown(uint256 x, uint256 y, uint256 d) internal pure returns (uint256) {
        (uint256 high, uint256 low) = Math.mul512(x, y);
        if (high == 0) return low / d;
        return high < d ? Math.mulDiv(x, y, d) : type(uint256).max;
    }

    /// @notice ceil(x * y / d), the largest number when that is too large. `d` must not be 0.
    function mulDivUp(uint256 x, uint256 y, uint256 d) internal pure returns (uint256) {
        uint256 down = mulDivDown(x, y, d);
        if (mulmod(x, y, d) == 0 || down == type(uint256).max) return down;
        unchecked {
            return down + 1; // down is less than the largest number
        }
    }
}
