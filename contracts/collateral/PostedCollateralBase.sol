// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {WAD} from "../libraries/Units.sol";
import {WeightRamp} from "../libraries/WeightRamp.sol";
import {IPriceFeed} from "../oracles/interfaces/IPriceFeed.sol";
import {ICollateralLedger} from "./interfaces/ICollateralLedger.sol";
import {IPostedCollateral} from "./interfaces/IPostedCollateral.sol";
import {MAX_ENTRIES, PostedEntries, PostedEntry} from "./libraries/PostedEntries.sol";
import {PostedMath} from "./libraries/PostedMath.sol";

/// @title What posting, terms and auctions of posted collateral share: the storage, the valuation, the moving of tokens
abstract contract PostedCollateralBase is IPostedCollateral, ReentrancyGuardTransient {
    using PostedEntries for PostedEntry;
    using PostedEntries for PostedEntry[MAX_ENTRIES];
    using SafeCast for uint256;
    using SafeERC20 for IERC20;

    /// @dev What moving a token needs. One slot: 2 + 1 + 1 + 14 + 14 = 32.
    struct Ledger {
        uint16 id; // from 1
        bool open;
        uint8 dustExponent;
        uint112 total; // claims of all loans [token units]
        uint112 cap; // [token units]
    }

    /// @dev What valuing and selling a token needs.
    struct Listing {
        // slot 0: 20 + 1 + 8 + 3 = 32
        IPriceFeed feed;
        uint8 decimals;
        uint64 backingWad; // of a claim, at most 1 [wad]
        uint24 roundEpochs;
        // slot 1: 3 x 8 + 2 x 4 = 32
        uint64 drawWeightWad;
        uint64 callWeightWad; // at the end of the ramp
        uint64 liquidationWeightWad; // at the end of the ramp
        uint32 rampStart; // [epoch]
        uint32 rampEnd; // [epoch]
        // slot 2: 16 + 5 + 8 = 29
        uint128 lastPrice; // [attoFIL per whole token]
        uint40 lastFreshUntil; // [seconds]
        uint64 floorWad;
        // slot 3: 2 x 8 = 16
        uint64 callWeightBeforeWad; // at the start of the ramp
        uint64 liquidationWeightBeforeWad;
        // slot 4
        address token;
    }

    /// @dev One round of an auction. One slot: 2 x 4 + 8 = 16.
    struct Round {
        uint32 startEpoch; // [epoch]
        uint32 endsAtEpoch; // exclusive; 0 when it ended early [epoch]
        uint64 floorWad; // the token's when it began [wad]
    }

    /// @custom:storage-location erc7201:plimsoll.storage.PostedCollateral
    struct PostedCollateralStorage {
        mapping(address token => Ledger) ledgers;
        mapping(uint256 id => Listing) listings;
        mapping(uint256 loanId => PostedEntry[MAX_ENTRIES]) entries;
        mapping(uint256 loanId => mapping(uint256 id => Round)) rounds;
        // one slot: 2 + 4 = 6
        uint16 tokenCount; // ids are 1 to this
        uint32 auctionsPausedUntil; // [epoch], exclusive
    }

    /// @dev One token of a loan, found while all are valued.
    struct Found {
        uint256 id; // of the token that is looked for; 0 for none
        uint256 index; // its place among the loan's
        uint256 posted; // [token units]
        uint256 price; // that counts for liquidations [attoFIL per whole token]
    }

    /// @dev What the tokens of a loan count for, each weight's sum [attoFIL].
    struct Values {
        uint256 draw;
        uint256 call;
        uint256 liquidation;
    }

    // keccak256(abi.encode(uint256(keccak256("plimsoll.storage.PostedCollateral")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant POSTED_COLLATERAL_STORAGE =
        0x9e3157681dd489f4917de25c074feef5b3e55cf2defa2f091efa0410e7ec6f00;

    /// @notice How long the last good price stands in for a feed without one. A feed is repaired or replaced (RISK role, 2
    /// days) slowly, but the loan's miners are worth what they are meanwhile [seconds].
    uint256 public constant OUTAGE_GRACE = 1 days;
    /// @notice A feed that shows more shows nonsense: arithmetic ends there [attoFIL per whole token].
    uint256 public constant MAX_PRICE = 1e36;

    ICollateralLedger public immutable LOAN_BOOK;

    constructor(ICollateralLedger loanBook) {
        LOAN_BOOK = loanBook;
    }

    // ---------------------------------------------------------------- valuation

    /// @dev Sums over at most 8 tokens. A feed without a price takes its token's value, and nothing else.
    /// @param found id of the token to look for; the rest is filled in
    function _valuesOf(uint256 loanId, Found memory found) internal view returns (Values memory v) {
        PostedEntry[MAX_ENTRIES] storage entries = _s().entries[loanId];
        for (uint256 i; i < MAX_ENTRIES; ++i) {
            PostedEntry entry = entries[i];
            if (entry.idOf() == 0) break;
            Listing storage listing = _s().listings[entry.idOf()];
            (uint256 price, bool fresh) = _priceOf(listing);
            if (entry.idOf() == found.id) (found.index, found.posted, found.price) = (i, entry.amountOf(), price);
            uint256 value = _valueDown(listing, entry.amountOf(), price);
            (uint256 callWeightWad, uint256 liquidationWeightWad) = _weightsOf(listing);
            // Where tokens are missing nobody knows whether more will be.
            if (fresh && listing.backingWad == WAD) v.draw += PostedMath.weighedDown(value, listing.drawWeightWad);
            v.call += PostedMath.weighedDown(value, callWeightWad);
            v.liquidation += PostedMath.weighedDown(value, liquidationWeightWad);
        }
    }

    /// @dev The price that counts for calls and liquidations, 0 when none, and whether it counts for draws.
    function _priceOf(Listing storage listing) internal view returns (uint256 price, bool fresh) {
        uint256 freshUntil;
        (fresh, price, freshUntil) = listing.feed.tryRead();
        if (price > MAX_PRICE) (fresh, price, freshUntil) = (false, 0, 0);
        if (fresh) return (price, true);
        // A late answer, or the stored price where that was in time longer.
        if (listing.lastFreshUntil > freshUntil) (price, freshUntil) = (listing.lastPrice, listing.lastFreshUntil);
        if (block.timestamp > freshUntil + OUTAGE_GRACE) price = 0;
    }

    function _valueDown(Listing storage listing, uint256 amount, uint256 price) internal view returns (uint256) {
        return PostedMath.valueDown(amount, _claimPrice(listing, price), 10 ** listing.decimals);
    }

    /// @dev Price of a whole token's claim.
    function _claimPrice(Listing storage listing, uint256 price) internal view returns (uint256) {
        return PostedMath.weighedDown(price, listing.backingWad);
    }

    /// @dev Weights now, on their way down included [wad].
    function _weightsOf(
        Listing storage listing
    ) internal view returns (uint256 callWeightWad, uint256 liquidationWeightWad) {
        (callWeightWad, liquidationWeightWad) = (listing.callWeightWad, listing.liquidationWeightWad);
        (uint256 start, uint256 end) = (listing.rampStart, listing.rampEnd);
        if (block.number >= end) return (callWeightWad, liquidationWeightWad);
        callWeightWad = WeightRamp.rampDown(listing.callWeightBeforeWad, callWeightWad, start, end, block.number);
        liquidationWeightWad = WeightRamp.rampDown(
            listing.liquidationWeightBeforeWad,
            liquidationWeightWad,
            start,
            end,
            block.number
        );
    }

    // ---------------------------------------------------------------- prices and backing

    /// @dev Stores a price that is in time.
    function _storePrice(Listing storage listing, address token) internal returns (bool fresh) {
        uint256 price;
        uint256 freshUntil;
        (fresh, price, freshUntil) = listing.feed.tryRead();
        fresh = fresh && price <= MAX_PRICE;
        if (!fresh) return false;
        uint256 previous = listing.lastPrice;
        (listing.lastPrice, listing.lastFreshUntil) = (uint128(price), freshUntil.toUint40());
        emit PriceStored(token, previous, price, freshUntil);
    }

    /// @dev Sees whether all claims are backed.
    /// @return balance tokens that are here [token units]
    function _checkBacking(address token, uint256 total, Listing storage listing) internal returns (uint256 balance) {
        balance = IERC20(token).balanceOf(address(this));
        uint256 backingWad = balance >= total ? WAD : (balance * WAD) / total;
        uint256 previousWad = listing.backingWad;
        if (backingWad == previousWad) return balance;
        listing.backingWad = uint64(backingWad); // at most 1e18
        emit BackingChanged(token, previousWad, backingWad);
    }

    // ---------------------------------------------------------------- moving tokens

    /// @dev Takes claims off a loan.
    /// @return empty whether the loan has no token left
    function _debit(
        uint256 loanId,
        Ledger storage ledger,
        uint256 index,
        uint256 posted,
        uint256 amount
    ) internal returns (bool empty) {
        ledger.total -= uint112(amount); // a part of the total
        return _s().entries[loanId].set(index, ledger.id, posted - amount);
    }

    /// @dev Sends what claims already debited are good for: as many tokens, or their part of what is there. The balance must
    /// fall by just that, or a token that charges its sender would charge the other loans.
    /// @param balance of this contract, before [token units]
    function _send(
        address token,
        Ledger storage ledger,
        uint256 claims,
        address to,
        uint256 balance
    ) internal returns (uint256 amount) {
        uint256 total = ledger.total + claims;
        amount = balance >= total ? claims : Math.mulDiv(claims, balance, total);
        if (amount == 0) return 0; // some tokens refuse to move nothing
        IERC20(token).safeTransfer(to, amount);
        uint256 left = IERC20(token).balanceOf(address(this));
        if (left + amount != balance) {
            revert PostedCollateral_BadTransfer(token, amount, Math.saturatingSub(balance, left));
        }
    }

    // ---------------------------------------------------------------- small parts

    function _listed(address token) internal view returns (Ledger storage ledger, Listing storage listing) {
        ledger = _s().ledgers[token];
        uint256 id = ledger.id;
        if (id == 0) revert PostedCollateral_NotListed(token);
        listing = _s().listings[id];
    }

    function _requireReceiver(address receiver) internal view {
        if (receiver == address(0) || receiver == address(this)) revert PostedCollateral_BadReceiver(receiver);
    }

    function _dustOf(Ledger storage ledger) internal view returns (uint256) {
        return 10 ** ledger.dustExponent;
    }

    function _s() internal pure returns (PostedCollateralStorage storage $) {
        assembly ("memory-safe") {
            $.slot := POSTED_COLLATERAL_STORAGE
        }
    }
}
