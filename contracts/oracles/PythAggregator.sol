// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {WAD} from "../libraries/Units.sol";
import {AggregatorV3Interface} from "./interfaces/AggregatorV3Interface.sol";
import {IPythAggregator} from "./interfaces/IPythAggregator.sol";
import {IPyth, PythPrice} from "./interfaces/IPyth.sol";

/// @title A Pyth price as an aggregator
/// @notice Reverts where the price is none: not positive, its exponent not what it was at first, or its confidence
/// interval too wide. Age and bounds are judged by the reader, as with every aggregator. A round is named by its time.
contract PythAggregator is IPythAggregator {
    /// @notice A price less certain is no price [wad].
    uint256 public constant MAX_CONFIDENCE_WAD = 0.05e18;

    IPyth public immutable PYTH;
    bytes32 public immutable PRICE_ID;
    int32 public immutable EXPONENT;
    /// @notice Widest confidence interval, of the price [wad].
    uint256 public immutable CONFIDENCE_WAD;

    /// @param priceId Pyth's id of the price
    /// @param confidenceWad see `CONFIDENCE_WAD` [wad]
    constructor(IPyth pyth, bytes32 priceId, uint256 confidenceWad) {
        if (confidenceWad == 0 || confidenceWad > MAX_CONFIDENCE_WAD) {
            revert PythAggregator_BadConfidence(MAX_CONFIDENCE_WAD, confidenceWad);
        }
        int32 exponent = pyth.getPriceUnsafe(priceId).expo;
        if (exponent > 0 || exponent < -18) revert PythAggregator_BadExponent(exponent);
        PYTH = pyth;
        PRICE_ID = priceId;
        EXPONENT = exponent;
        CONFIDENCE_WAD = confidenceWad;
    }

    /// @inheritdoc AggregatorV3Interface
    function latestRoundData()
        external
        view
        returns (uint80 roundId, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound)
    {
        PythPrice memory p = PYTH.getPriceUnsafe(PRICE_ID);
        if (p.expo != EXPONENT) revert PythAggregator_ExponentChanged(EXPONENT, p.expo);
        if (p.price <= 0) revert PythAggregator_NotPositive(p.price);
        // The price is positive.
        if (p.conf * WAD > uint64(p.price) * CONFIDENCE_WAD) {
            revert PythAggregator_Uncertain(p.price, p.conf, CONFIDENCE_WAD);
        }
        roundId = uint80(p.publishTime); // cut only by a time that the reader refuses as future
        return (roundId, p.price, p.publishTime, p.publishTime, roundId);
    }

    /// @inheritdoc AggregatorV3Interface
    function decimals() external view returns (uint8) {
        return uint8(uint32(-EXPONENT)); // 0 to 18
    }

    /// @inheritdoc AggregatorV3Interface
    function description() external pure returns (string memory) {
        return "Pyth";
    }

    /// @inheritdoc AggregatorV3Interface
    function version() external pure returns (uint256) {
        return 1;
    }
}
