// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {AccessManagedUpgradeable} from "@openzeppelin/contracts-upgradeable/access/manager/AccessManagedUpgradeable.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {EPOCHS_PER_DAY, WAD} from "../libraries/Units.sol";
import {WEIGHT_RAMP_EPOCHS} from "../libraries/WeightRamp.sol";
import {IPostedCollateral, PostedTerms} from "./interfaces/IPostedCollateral.sol";
import {PostedCollateralBase} from "./PostedCollateralBase.sol";

/// @title Which tokens are accepted, and on which terms
/// @notice Inside bounds that no role can move. What falls for loans that exist falls slowly: only the draw weight and
/// the cap bite at once.
abstract contract PostedCollateralTerms is PostedCollateralBase, AccessManagedUpgradeable {
    using SafeCast for uint256;

    /// @notice The most that any token counts for [wad].
    uint256 public constant MAX_WEIGHT_WAD = 0.9e18;
    /// @notice An auction's least price may not be lower, of the feed's price [wad].
    uint256 public constant MIN_FLOOR_WAD = 0.7e18;
    /// @notice Half an hour, so that takers see a round [epoch].
    uint256 public constant MIN_ROUND_EPOCHS = 60;
    /// @notice A day [epoch].
    uint256 public constant MAX_ROUND_EPOCHS = EPOCHS_PER_DAY;
    /// @notice With fewer decimals one unit is worth too much to round to; with more, prices have no room.
    uint8 public constant MIN_DECIMALS = 6;
    /// @notice See `MIN_DECIMALS`.
    uint8 public constant MAX_DECIMALS = 18;
    /// @notice How long weights for calls and liquidations take to fall to new ones: long enough to repay or to post
    /// something else [epoch].
    uint256 public constant RAMP_EPOCHS = WEIGHT_RAMP_EPOCHS;
    /// @notice How far a feed may be from the price that the RISK role expected when it wrote the call [wad].
    uint256 public constant PRICE_TOLERANCE_WAD = 0.2e18;

    /// @inheritdoc IPostedCollateral
    function list(address token, PostedTerms calldata terms, uint256 expectedPrice) external restricted {
        PostedCollateralStorage storage $ = _s();
        if ($.ledgers[token].id != 0) revert PostedCollateral_AlreadyListed(token);
        uint16 id = ++$.tokenCount;
        uint8 decimals = IERC20Metadata(token).decimals();
        _requireWithin("decimals", MIN_DECIMALS, MAX_DECIMALS, decimals);
        $.ledgers[token].id = id;
        Listing storage listing = $.listings[id];
        (listing.token, listing.decimals, listing.backingWad) = (token, decimals, uint64(WAD));
        _apply($.ledgers[token], listing, terms);
        emit TokenListed(token, id, decimals, terms);
        _storeExpected(token, listing, expectedPrice);
    }

    /// @inheritdoc IPostedCollateral
    function setTerms(address token, PostedTerms calldata terms, uint256 expectedPrice) external restricted {
        (Ledger storage ledger, Listing storage listing) = _listed(token);
        PostedTerms memory previous = _termsOf(ledger, listing);
        _apply(ledger, listing, terms);
        emit TermsChanged(token, previous, terms);
        _storeExpected(token, listing, expectedPrice);
    }

    /// @inheritdoc IPostedCollateral
    function delist(address token) external restricted {
        (Ledger storage ledger, Listing storage listing) = _listed(token);
        ledger.open = false;
        _setWeights(listing, 0, 0, 0);
        emit TokenDelisted(token);
    }

    function _apply(Ledger storage ledger, Listing storage listing, PostedTerms calldata terms) private {
        _requireSound(terms);
        _setWeights(listing, terms.drawWeightWad, terms.callWeightWad, terms.liquidationWeightWad);
        // So that what a sale at the floor takes from the weighted value is less than what it brings, now and on the way
        // down.
        (, uint256 weightWad) = _weightsOf(listing);
        _requireWithin("floorWad", Math.max(MIN_FLOOR_WAD, weightWad + 1), WAD, terms.floorWad);
        (ledger.open, ledger.dustExponent, ledger.cap) = (true, terms.dustExponent, terms.cap);
        (listing.feed, listing.roundEpochs, listing.floorWad) = (terms.feed, terms.roundEpochs, terms.floorWad);
    }

    function _requireSound(PostedTerms calldata terms) private pure {
        _requireWithin("liquidationWeightWad", 0, MAX_WEIGHT_WAD, terms.liquidationWeightWad);
        _requireWithin("callWeightWad", 0, terms.liquidationWeightWad, terms.callWeightWad);
        _requireWithin("drawWeightWad", 0, terms.callWeightWad, terms.drawWeightWad);
        _requireWithin("roundEpochs", MIN_ROUND_EPOCHS, MAX_ROUND_EPOCHS, terms.roundEpochs);
        _requireWithin("dustExponent", 0, 33, terms.dustExponent);
        _requireWithin("cap", 10 ** terms.dustExponent, type(uint112).max, terms.cap);
    }

    /// @dev From what they are now, those for calls and liquidations fall in time; rising, they rise at once.
    function _setWeights(Listing storage listing, uint64 drawWad, uint64 callWad, uint64 liquidationWad) private {
        (uint256 callNow, uint256 liquidationNow) = _weightsOf(listing);
        (listing.drawWeightWad, listing.callWeightWad, listing.liquidationWeightWad) = (
            drawWad,
            callWad,
            liquidationWad
        );
        bool falls = callNow > callWad || liquidationNow > liquidationWad;
        listing.rampStart = falls ? block.number.toUint32() : 0;
        listing.rampEnd = falls ? (block.number + RAMP_EPOCHS).toUint32() : 0;
        if (!falls) return;
        listing.callWeightBeforeWad = Math.max(callNow, callWad).toUint64();
        listing.liquidationWeightBeforeWad = Math.max(liquidationNow, liquidationWad).toUint64();
    }

    function _storeExpected(address token, Listing storage listing, uint256 expectedPrice) private {
        if (!_storePrice(listing, token)) revert PostedCollateral_NoFreshPrice(token);
        uint256 price = listing.lastPrice;
        uint256 tolerance = Math.mulDiv(expectedPrice, PRICE_TOLERANCE_WAD, WAD);
        if (price < expectedPrice - tolerance || price > expectedPrice + tolerance) {
            revert PostedCollateral_UnexpectedPrice(token, expectedPrice, price);
        }
    }

    function _requireWithin(bytes32 parameter, uint256 lower, uint256 upper, uint256 actual) private pure {
        if (actual < lower || actual > upper) revert PostedCollateral_OutOfBounds(parameter, lower, upper, actual);
    }

    function _termsOf(Ledger storage ledger, Listing storage listing) internal view returns (PostedTerms memory terms) {
        (uint256 callWeightWad, uint256 liquidationWeightWad) = _weightsOf(listing);
        (terms.feed, terms.cap, terms.drawWeightWad) = (listing.feed, ledger.cap, listing.drawWeightWad);
        terms.callWeightWad = uint64(callWeightWad); // at most MAX_WEIGHT_WAD
        terms.liquidationWeightWad = uint64(liquidationWeightWad);
        (terms.floorWad, terms.roundEpochs) = (listing.floorWad, listing.roundEpochs);
        terms.dustExponent = ledger.dustExponent;
    }
}
