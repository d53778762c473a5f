// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {EPOCHS_PER_DAY} from "../../libraries/Units.sol";
import {IFuturesSeries, SeriesTerms} from "../interfaces/IFuturesSeries.sol";
import {Entry, ICapacityDelivery, Run, Side} from "./interfaces/ICapacityDelivery.sol";
import {ICapacityWarrant} from "./interfaces/ICapacityWarrant.sol";
import {IPowerRegistry} from "./interfaces/IPowerRegistry.sol";

/// @title What the parts of the delivery share: storage, constants, the moving of tokens
abstract contract CapacityDeliveryBase is ICapacityDelivery, ReentrancyGuardTransient {
    using SafeCast for uint256;
    using SafeERC20 for IERC20;

    /// @dev What is known of a series.
    struct Book {
        mapping(Side => Entry[]) entries;
        mapping(Side => mapping(address holder => mapping(uint64 miner => uint256))) places; // index + 1
        mapping(Side => uint64) confirmed; // [lots]
        mapping(Side => mapping(address holder => uint64)) backed; // of the holder's position, by confirmed entries [lots]
        mapping(uint256 intentIndex => mapping(uint256 tenderIndex => bool)) done;
    }

    /// @dev What is known of the days of a run. All in lots.
    struct Days {
        uint64[30] shown; // least that a checkpoint showed, plus one; 0 without any
        uint64[30] fallsIdle; // asked for three days before, and not taken up by then
        uint64[30] takenUp; // of those, from this day on
    }

    /// @custom:storage-location erc7201:plimsoll.storage.CapacityDelivery
    struct CapacityDeliveryStorage {
        mapping(bytes32 seriesId => Book) books;
        mapping(uint256 id => Run) runs;
        mapping(uint256 id => Days) days_;
        mapping(address token => mapping(address account => uint256)) owed; // [atoms]
    }

    // keccak256(abi.encode(uint256(keccak256("plimsoll.storage.CapacityDelivery")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant CAPACITY_DELIVERY_STORAGE =
        0x1a7b3ea15993e30f7cef52eca15356aba9e338e88f7eba1a4306081385c92600;

    uint256 internal constant BPS = 10_000;
    /// @notice How long before the end of trading intents and tenders are taken [epoch].
    uint256 public constant NOTICE = 5 * EPOCHS_PER_DAY;
    /// @notice What an intent pays in, of the mark [bps].
    uint256 public constant FUNDING_BPS = 12_000;
    /// @notice What a seller stakes, of the price [bps].
    uint256 public constant BOND_BPS = 2_500;
    /// @notice What a side pays that leaves a pair without its money, of the price [bps].
    uint256 public constant PENALTY_BPS = 500;
    /// @notice Least damages of a failed lot, of its price [bps].
    uint256 public constant DAMAGE_BPS = 2_000;
    /// @notice How long a delivery lasts [days].
    uint256 public constant DELIVERY_DAYS = 30;
    /// @notice How long a seller has to take data in [days].
    uint256 public constant TAKE_UP_DAYS = 3;
    /// @notice A run with more failed days ends.
    uint256 public constant MAX_FAILED_DAYS = 3;

    IFuturesSeries public immutable CLEARING;
    IPowerRegistry public immutable REGISTRY;
    ICapacityWarrant public immutable WARRANT;
    /// @notice Who keeps what holders ask for, and hears what miners tell of it, of runs that begin from now on.
    address public immutable USE;

    constructor(IFuturesSeries clearing, IPowerRegistry registry, ICapacityWarrant warrant, address use) {
        (CLEARING, REGISTRY, WARRANT, USE) = (clearing, registry, warrant, use);
    }

    // ---------------------------------------------------------------- series

    function _termsOf(bytes32 seriesId) internal view returns (SeriesTerms memory terms) {
        terms = CLEARING.termsOf(seriesId);
        if (terms.token == address(0) || !terms.physical) revert CapacityDelivery_NotPhysical(seriesId);
    }

    /// @dev The final price [ticks] and its epoch.
    function _finalOf(bytes32 seriesId) internal view returns (uint256 ticks, uint256 finalAt) {
        (ticks, finalAt) = CLEARING.finalOf(seriesId);
        if (finalAt == 0) revert CapacityDelivery_PriceNotFinal(seriesId);
    }

    function _requireWithin(uint256 from, uint256 until) internal view {
        if (block.number < from || block.number >= until) {
            revert CapacityDelivery_OutsideWindow(from, until, block.number);
        }
    }

    /// @dev What a lot costs a side at a price: the price itself, or the bond.
    /// @param ticks price of a lot
    /// @return [atoms per lot]
    function _perLotUp(Side side, uint256 ticks, uint256 tickValue) internal pure returns (uint256) {
        if (side == Side.Buyer) return ticks * tickValue;
        return Math.ceilDiv(ticks * BOND_BPS, BPS) * tickValue;
    }

    // ---------------------------------------------------------------- entries and runs

    function _entry(bytes32 seriesId, Side side, uint256 index) internal view returns (Entry storage) {
        Entry[] storage entries = _s().books[seriesId].entries[side];
        if (index >= entries.length) revert CapacityDelivery_NoEntry(seriesId, side, index);
        return entries[index];
    }

    /// @dev Lots of both sides below this meet; the rest is not delivered.
    function _assignable(Book storage book) internal view returns (uint256) {
        return Math.min(book.confirmed[Side.Buyer], book.confirmed[Side.Seller]);
    }

    function _openRun(uint256 id) internal view returns (Run storage run) {
        run = _s().runs[id];
        if (run.seller == address(0)) revert CapacityDelivery_UnknownRun(id);
        if (run.closed) revert CapacityDelivery_RunClosed(id);
    }

    function _runId(bytes32 seriesId, uint64 miner, address seller) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(seriesId, miner, seller)));
    }

    // ---------------------------------------------------------------- money

    function _owe(address token, address account, uint256 amount) internal {
        _s().owed[token][account] += amount;
    }

    /// @dev From the caller; exactly `amount` must arrive.
    function _pull(address token, uint256 amount) internal {
        uint256 before = IERC20(token).balanceOf(address(this));
        IERC20(token).safeTransferFrom(msg.sender, address(this), amount);
        uint256 received = IERC20(token).balanceOf(address(this)) - before;
        if (received != amount) revert CapacityDelivery_WrongAmount(token, amount, received);
    }

    function _pay(address token, address account, uint256 amount) internal {
        IERC20(token).safeTransfer(account, amount);
    }

    function _s() internal pure returns (CapacityDeliveryStorage storage $) {
        assembly ("memory-safe") {
            $.slot := CAPACITY_DELIVERY_STORAGE
        }
    }
}
