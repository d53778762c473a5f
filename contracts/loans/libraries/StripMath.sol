// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {RAY, WAD} from "../../libraries/Units.sol";
import {Standing} from "../interfaces/ILoanBook.sol";
import {Strip} from "../interfaces/IStripAuction.sol";
import {RiskMath} from "./RiskMath.sol";

/// @notice All that is on sale at one moment.
struct Offer {
    uint256 bonusWad; // face per FIL paid [wad]
    uint256 face; // [attoFIL]
    uint256 price; // of all of it [attoFIL]
    uint256 leastPrice; // a take pays at least this [attoFIL]
}

/// @title What a strip auction asks and gives
/// @notice Pure. Prices are rounded up, faces and bonuses down: the pool never gives more than the curve says.
library StripMath {
    /// @notice One basis point an epoch. Takers compete by the epoch, so nobody gains more than a basis point by
    /// waiting for a better offer that another takes first; and a round passes 1.049, more than 1 / 0.96, the most
    /// that health below 1 allows under the default liquidation weight. Where a lower weight allows more than a round
    /// reaches, the pool merely gives less.
    uint256 internal constant CUT_RAY = 1.0001e27;
    /// @notice 4 hours: long enough for takers in any time zone to see all prices in three rounds, short against what
    /// a fault costs.
    uint256 internal constant ROUND_EPOCHS = 480;
    /// @notice A smaller strip is worth less than the gas of taking and claiming it [attoFIL].
    uint256 internal constant MIN_TAKE = 1e18;

    /// @notice Bonus of the curve: CUT ^ elapsed, from 1 on; constant after the end of the round.
    /// @param elapsed since the start of the round [epoch]
    /// @return [wad], rounded down. Products are too, which costs less than 1e-23 in all: for every epoch of a round
    /// the result is the exact power, rounded down, see the tests.
    function curveDown(uint256 elapsed) internal pure returns (uint256) {
        uint256 exponent = Math.min(elapsed, ROUND_EPOCHS);
        uint256 power = RAY;
        uint256 square = CUT_RAY;
        unchecked {
            // No factor exceeds 1.0001^512 < 1.06 ray, so no product exceeds 2^181.
            for (; exponent > 0; exponent >>= 1) {
                if (exponent & 1 == 1) power = (power * square) / RAY;
                square = (square * square) / RAY;
            }
            return power / (RAY / WAD);
        }
    }

    /// @notice All that may be sold of an unhealthy loan: what restores target health, or everything when less than
    /// the minimum debt would be left.
    /// @dev The bonus is at most `maxBonusDown`, so RiskMath's lemmas hold: face <= value, and health does not fall.
    function offer(Standing memory loan, uint256 curveWad) internal pure returns (Offer memory o) {
        uint256 debt = loan.debt;
        o.bonusWad = Math.min(curveWad, RiskMath.maxBonusDown(loan.healthWad, loan.weightWad));
        o.price = RiskMath.priceToTargetUp(debt, loan.healthWad, loan.targetHealthWad, o.bonusWad, loan.weightWad);
        o.price = RiskMath.withoutDustUp(o.price, debt, loan.minDebt);
        o.face = RiskMath.faceDown(o.price, o.bonusWad);
        // Only where posted tokens carry a part of the debt: strips are paid by the miners alone.
        if (o.face > loan.value) (o.face, o.price) = partOf(o, loan.value, debt, loan.minDebt);
        // Where even the smallest take would leave dust, only the whole is on sale.
        bool divisible = Math.saturatingSub(debt, loan.minDebt) >= MIN_TAKE;
        o.leastPrice = divisible ? Math.min(MIN_TAKE, o.price) : o.price;
    }

    /// @notice The part of an offer that a taker who wants at most `maxFace` gets; cut down, not refused, where it
    /// would leave dust, so that a small payment just before it cannot make it fail.
    /// @return face [attoFIL], rounded down
    /// @return price [attoFIL], rounded up; below `leastPrice` when the part is too small
    function partOf(
        Offer memory o,
        uint256 maxFace,
        uint256 debt,
        uint256 minDebt
    ) internal pure returns (uint256 face, uint256 price) {
        if (maxFace >= o.face) return (o.face, o.price);
        price = RiskMath.priceUp(maxFace, o.bonusWad);
        if (price < debt) price = Math.min(price, Math.saturatingSub(debt, minDebt));
        face = Math.min(maxFace, RiskMath.faceDown(price, o.bonusWad));
    }

    /// @notice What a strip may claim: as far as the loan's line has been paid over it, less what it had.
    /// @param stripPaid of the loan [attoFIL]
    /// @return [attoFIL]
    function claimableOf(Strip memory strip, uint256 stripPaid) internal pure returns (uint256) {
        return Math.min(Math.saturatingSub(stripPaid, strip.start), strip.face) - strip.claimed;
    }
}
