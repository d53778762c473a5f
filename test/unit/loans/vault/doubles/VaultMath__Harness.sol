// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {InterestMath} from "../../../../../contracts/libraries/InterestMath.sol";
import {ShareMath} from "../../../../../contracts/libraries/ShareMath.sol";

/// @notice The pool's formulas, many cases to a call.
contract VaultMath__Harness {
    function toScaled(
        uint256[] calldata amounts,
        uint256[] calldata indices
    ) external pure returns (uint256[] memory down, uint256[] memory up) {
        (down, up) = _pair(amounts.length);
        for (uint256 i = 0; i < amounts.length; ++i) {
            down[i] = InterestMath.toScaledDown(amounts[i], indices[i]);
            up[i] = InterestMath.toScaledUp(amounts[i], indices[i]);
        }
    }

    function toDebt(
        uint256[] calldata scaled,
        uint256[] calldata indices
    ) external pure returns (uint256[] memory down, uint256[] memory up) {
        (down, up) = _pair(scaled.length);
        for (uint256 i = 0; i < scaled.length; ++i) {
            down[i] = InterestMath.toDebtDown(scaled[i], indices[i]);
            up[i] = InterestMath.toDebtUp(scaled[i], indices[i]);
        }
    }

    function accrueIndex(
        uint256[] calldata indices,
        uint256[] calldata rates,
        uint256[] calldata elapsed
    ) external pure returns (uint256[] memory next) {
        next = new uint256[](indices.length);
        for (uint256 i = 0; i < next.length; ++i) {
            next[i] = InterestMath.accrueIndexDown(indices[i], rates[i], elapsed[i]);
        }
    }

    function expMinusOne(uint256[] calldata exponents) external pure returns (uint256[] memory result) {
        result = new uint256[](exponents.length);
        for (uint256 i = 0; i < result.length; ++i) result[i] = InterestMath.expMinusOneDown(exponents[i]);
    }

    function toShares(
        uint256[] calldata assets,
        uint256[] calldata supplies,
        uint256[] calldata totals
    ) external pure returns (uint256[] memory down, uint256[] memory up) {
        (down, up) = _pair(assets.length);
        for (uint256 i = 0; i < assets.length; ++i) {
            down[i] = ShareMath.toSharesDown(assets[i], supplies[i], totals[i]);
            up[i] = ShareMath.toSharesUp(assets[i], supplies[i], totals[i]);
        }
    }

    function toAssets(
        uint256[] calldata shares,
        uint256[] calldata supplies,
        uint256[] calldata totals
    ) external pure returns (uint256[] memory down, uint256[] memory up) {
        (down, up) = _pair(shares.length);
        for (uint256 i = 0; i < shares.length; ++i) {
            down[i] = ShareMath.toAssetsDown(shares[i], supplies[i], totals[i]);
            up[i] = ShareMath.toAssetsUp(shares[i], supplies[i], totals[i]);
        }
    }

    function maxSharesWorth(
        uint256[] calldata assets,
        uint256[] calldata supplies,
        uint256[] calldata totals
    ) external pure returns (uint256[] memory most) {
        most = new uint256[](assets.length);
        for (uint256 i = 0; i < most.length; ++i) {
            most[i] = ShareMath.maxSharesWorth(assets[i], supplies[i], totals[i]);
        }
    }

    function _pair(uint256 length) private pure returns (uint256[] memory down, uint256[] memory up) {
        (down, up) = (new uint256[](length), new uint256[](length));
    }
}
