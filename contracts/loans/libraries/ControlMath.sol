// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {RAY, WAD} from "../../libraries/Units.sol";
import {ControlFacts} from "../interfaces/ILoanEscrow.sol";

/// @title What the ownership of a miner costs
/// @notice Pure. Prices are rounded up.
library ControlMath {
    /// @notice Below this health an escrowed miner is for sale (loans F7.3) [wad].
    uint256 internal constant HEALTH_WAD = 0.95e18;
    /// @notice The first price, in orderly values. Who goes on running the miner saves the termination fee, 8.5 % of
    /// pledge and more, and has its rewards, so the first price must lie above the orderly value [wad].
    uint256 internal constant START_WAD = 1.2e18;
    /// @notice The price falls by one basis point an epoch: buyers compete by the epoch, so nobody gains more than a
    /// basis point by waiting for a lower price that another takes first. After a round it is at 0.90 of the orderly
    /// value, below every reserve price under the default weights.
    uint256 internal constant CUT_RAY = 1.0001e27;
    /// @notice A day. Whoever buys a miner looks into it, finds the money, and has an owner's key ready: more than a
    /// strip asks for.
    uint256 internal constant ROUND_EPOCHS = 2_880;

    /// @notice What the price is divided by: CUT ^ elapsed, constant after the end of the round.
    /// @param elapsed since the start of the round [epoch]
    /// @return [wad], rounded down
    function curveDown(uint256 elapsed) internal pure returns (uint256) {
        uint256 exponent = Math.min(elapsed, ROUND_EPOCHS);
        uint256 power = RAY;
        uint256 square = CUT_RAY;
        unchecked {
            // No factor exceeds 1.0001^4096 < 1.51 ray, so no product exceeds 2^182.
            for (; exponent > 0; exponent >>= 1) {
                if (exponent & 1 == 1) power = (power * square) / RAY;
                square = (square * square) / RAY;
            }
            return power / (RAY / WAD);
        }
    }

    /// @notice The least price at which a sale may go through, never above the orderly value.
    /// @dev Two floors. What the miner is worth abandoned, because the pool gets that without a buyer. And what it
    /// counts for in the loan's collateral, so that the weighted shortfall, debt less weighted collateral, does not
    /// grow: a sale takes v x escrow weight out of the collateral, and puts in what goes to the debt, in full, and
    /// what goes to strips, at the lien's weight, since strips are subtracted by that. With s of the price going to
    /// strips the sum is price - s (1 - w), so the price must be v x we + s (1 - w), where s is all the strips or, if
    /// they are more than the price, the price itself: v x we / w.
    /// @return [attoFIL], rounded up
    function reserveUp(ControlFacts memory f) internal pure returns (uint256) {
        uint256 weighted = Math.ceilDiv(f.orderlyValue * f.escrowWeightWad, WAD);
        uint256 toStrips = Math.min(f.strips, Math.ceilDiv(weighted * WAD, f.weightWad));
        uint256 lost = Math.ceilDiv(toStrips * (WAD - f.weightWad), WAD);
        return Math.max(f.walkAwayValue, weighted + lost);
    }

    /// @notice The price now: the curve's, by the miner's value of this moment, and never below the reserve price.
    /// @param elapsed since the start of the round [epoch]
    /// @return [attoFIL], rounded up
    function priceUp(ControlFacts memory f, uint256 elapsed) internal pure returns (uint256) {
        return Math.max(Math.ceilDiv(f.orderlyValue * START_WAD, curveDown(elapsed)), reserveUp(f));
    }
}
