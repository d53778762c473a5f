// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IWFIL} from "../loans/interfaces/IWFIL.sol";
import {ICollateralLedger} from "./interfaces/ICollateralLedger.sol";
import {IPostedCollateral, PostedToken} from "./interfaces/IPostedCollateral.sol";
import {MAX_ENTRIES, PostedEntries, PostedEntry} from "./libraries/PostedEntries.sol";
import {PostedAuction} from "./PostedAuction.sol";
import {PostedCollateralBase} from "./PostedCollateralBase.sol";
import {PostedCollateralTerms} from "./PostedCollateralTerms.sol";

/// @title Tokens posted beside the miners
/// @dev Trusts the loan book, the vault, WFIL, and a listed feed to be a `PriceFeed`. Trusts no token: each has its own
/// ledger here, is only moved by calls that name it, and is not asked for anything when another is moved or a loan is
/// valued. What a token does wrong is borne by the loans that have it. Tokens that others send here are nobody's, except
/// that they make up for missing ones.
contract PostedCollateral is PostedCollateralTerms, PostedAuction, UUPSUpgradeable {
    using PostedEntries for PostedEntry;
    using PostedEntries for PostedEntry[MAX_ENTRIES];
    using SafeERC20 for IERC20;

    /// @notice Places of a loan that strangers may take with a token new to it: their dust must not keep the SP from
    /// posting.
    uint256 public constant OPEN_PLACES = 4;

    /// @custom:oz-upgrades-unsafe-allow constructor state-variable-immutable
    constructor(
        ICollateralLedger loanBook,
        address vault,
        IWFIL wfil
    ) PostedCollateralBase(loanBook) PostedAuction(vault, wfil) {
        _disableInitializers();
    }

    /// @notice Sets up the proxy. Once.
    /// @param manager the AccessManager
    function initialize(address manager) external initializer {
        __AccessManaged_init(manager);
    }

    /// @notice FIL comes with `take`; what is sent plainly would pay for nothing.
    receive() external payable {
        revert PostedCollateral_UnexpectedFil(msg.sender, msg.value);
    }

    // ---------------------------------------------------------------- posting

    /// @inheritdoc IPostedCollateral
    /// @dev Reads no price: a feed that is out keeps nobody from adding collateral.
    function post(uint256 loanId, address token, uint256 amount) external nonReentrant returns (uint256 received) {
        Ledger storage ledger = _s().ledgers[token];
        Ledger memory known = ledger;
        if (!known.open) revert PostedCollateral_NotOpen(token);
        received = _pull(token, known.total, amount);
        PostedEntry[MAX_ENTRIES] storage entries = _s().entries[loanId];
        (uint256 index, uint256 posted) = entries.find(known.id);
        if (posted == 0) _requirePlace(loanId, index);
        uint256 total = known.total + received;
        if (total > known.cap) revert PostedCollateral_CapExceeded(token, known.cap, total);
        _requireNoDust(token, 10 ** known.dustExponent, posted + received);
        ledger.total = uint112(total); // at most the cap
        entries.set(index, known.id, posted + received); // at most the total
        emit Posted(loanId, token, msg.sender, received, posted + received);
        // A loan that has something already is known to exist.
        if (posted == 0 && index == 0) LOAN_BOOK.notePosted(loanId, true);
    }

    /// @inheritdoc IPostedCollateral
    function unpost(
        uint256 loanId,
        address token,
        uint256 amount,
        address to
    ) external nonReentrant returns (uint256 paid) {
        _requireReceiver(to);
        (Ledger storage ledger, Listing storage listing) = _listed(token);
        uint256 balance = _checkBacking(token, ledger.total, listing);
        uint256 left = _release(loanId, token, ledger, amount);
        emit Unposted(loanId, token, to, amount, left);
        paid = _send(token, ledger, amount, to, balance);
    }

    /// @inheritdoc IPostedCollateral
    function abandon(uint256 loanId, address token) external nonReentrant {
        (Ledger storage ledger, ) = _listed(token);
        (, uint256 posted) = _s().entries[loanId].find(ledger.id);
        _release(loanId, token, ledger, posted);
        emit Abandoned(loanId, token, posted);
    }

    // ---------------------------------------------------------------- prices

    /// @inheritdoc IPostedCollateral
    function poke(address token) external nonReentrant returns (bool fresh) {
        (Ledger storage ledger, Listing storage listing) = _listed(token);
        fresh = _storePrice(listing, token);
        _checkBacking(token, ledger.total, listing);
    }

    // ---------------------------------------------------------------- views

    /// @inheritdoc IPostedCollateral
    function weightedValues(
        uint256 loanId
    ) external view nonReentrantView returns (uint256 drawValue, uint256 callValue, uint256 liquidationValue) {
        Found memory none;
        Values memory v = _valuesOf(loanId, none);
        return (v.draw, v.call, v.liquidation);
    }

    /// @inheritdoc IPostedCollateral
    function postedOf(uint256 loanId) external view returns (address[] memory tokens, uint256[] memory amounts) {
        PostedEntry[MAX_ENTRIES] storage entries = _s().entries[loanId];
        uint256 count;
        while (count < MAX_ENTRIES && entries[count].idOf() != 0) ++count;
        (tokens, amounts) = (new address[](count), new uint256[](count));
        for (uint256 i; i < count; ++i) {
            (tokens[i], amounts[i]) = (_s().listings[entries[i].idOf()].token, entries[i].amountOf());
        }
    }

    /// @inheritdoc IPostedCollateral
    function priceOf(address token) external view returns (uint256 price, bool fresh) {
        (, Listing storage listing) = _listed(token);
        return _priceOf(listing);
    }

    /// @inheritdoc IPostedCollateral
    function tokenOf(address token) external view returns (PostedToken memory t) {
        Ledger storage ledger = _s().ledgers[token];
        Listing storage listing = _s().listings[ledger.id];
        (t.id, t.open, t.total) = (ledger.id, ledger.open, ledger.total);
        (t.decimals, t.backingWad) = (listing.decimals, listing.backingWad);
        (t.lastPrice, t.lastFreshUntil) = (listing.lastPrice, listing.lastFreshUntil);
        t.terms = _termsOf(ledger, listing);
    }

    /// @inheritdoc IPostedCollateral
    function tokenAt(uint256 id) external view returns (address) {
        return _s().listings[id].token;
    }

    /// @inheritdoc IPostedCollateral
    function tokenCount() external view returns (uint256) {
        return _s().tokenCount;
    }

    // ---------------------------------------------------------------- parts

    /// @dev Takes tokens in and counts what came. While tokens are missing, new ones would make up for them.
    function _pull(address token, uint256 total, uint256 amount) private returns (uint256 received) {
        uint256 balance = IERC20(token).balanceOf(address(this));
        if (balance < total) revert PostedCollateral_Short(token, total, balance);
        IERC20(token).safeTransferFrom(msg.sender, address(this), amount);
        received = Math.saturatingSub(IERC20(token).balanceOf(address(this)), balance);
        if (received == 0) revert PostedCollateral_NothingArrived(token);
    }

    /// @dev Takes claims off a loan on behalf of the SP, under the draw test.
    function _release(
        uint256 loanId,
        address token,
        Ledger storage ledger,
        uint256 amount
    ) private returns (uint256 left) {
        if (!LOAN_BOOK.isAuthorised(loanId, msg.sender)) revert PostedCollateral_NotAuthorised(loanId, msg.sender);
        (uint256 index, uint256 posted) = _s().entries[loanId].find(ledger.id);
        if (amount == 0 || amount > posted) revert PostedCollateral_ExceedsPosted(loanId, token, posted, amount);
        left = posted - amount;
        if (left != 0) _requireNoDust(token, _dustOf(ledger), left);
        if (_debit(loanId, ledger, index, posted, amount)) LOAN_BOOK.notePosted(loanId, false);
        // Without debt no feed is asked: none of them can keep anyone in.
        if (LOAN_BOOK.debtOf(loanId) == 0) return left;
        Found memory none;
        LOAN_BOOK.requireDrawTest(loanId, _valuesOf(loanId, none).draw);
    }

    function _requirePlace(uint256 loanId, uint256 index) private view {
        if (index == MAX_ENTRIES) revert PostedCollateral_TooManyTokens(loanId, MAX_ENTRIES);
        if (index >= OPEN_PLACES && !LOAN_BOOK.isAuthorised(loanId, msg.sender)) {
            revert PostedCollateral_NotAuthorised(loanId, msg.sender);
        }
    }

    function _requireNoDust(address token, uint256 least, uint256 actual) private pure {
        if (actual < least) revert PostedCollateral_Dust(token, least, actual);
    }

    function _authorizeUpgrade(address) internal override restricted {}
}
