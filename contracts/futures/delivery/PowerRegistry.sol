// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {AccessManagedUpgradeable} from "@openzeppelin/contracts-upgradeable/access/manager/AccessManagedUpgradeable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {MinerActor} from "../../filecoin/MinerActor.sol";
import {PowerActor} from "../../filecoin/PowerActor.sol";
import {EPOCHS_PER_DAY} from "../../libraries/Units.sol";
import {IPowerRegistry} from "./interfaces/IPowerRegistry.sol";

/// @title Which power of which miner is promised
/// @dev Holds no money. Trusts the power actor, miner actors that it vouches for, and modules in what they promise, not in what they free.
contract PowerRegistry is IPowerRegistry, AccessManagedUpgradeable, UUPSUpgradeable {
    using SafeCast for uint256;

    /// @dev What is known of a miner.
    struct Miner {
        // slot 0: 20 + 8 + 4 = 32
        address operator;
        uint64 encumbered; // by all modules [lots]
        uint32 barredUntil; // [epoch], exclusive
        // slot 1: 3 x 4 = 12
        uint32[3] strikes; // newest first [epoch]
    }

    /// @custom:storage-location erc7201:plimsoll.storage.PowerRegistry
    struct PowerRegistryStorage {
        mapping(uint64 miner => Miner) miners;
        mapping(uint64 miner => mapping(address module => uint64)) encumberedBy; // [lots]
        mapping(address module => bool) modules;
    }

    // keccak256(abi.encode(uint256(keccak256("plimsoll.storage.PowerRegistry")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant POWER_REGISTRY_STORAGE =
        0x0408d7cf1b30e6b36e62bb6c65234dcc0cf01105763f236c3c03ea7042815800;

    /// @notice Of a miner's power that is not promised: a few sectors may fail without a promise failing [bps].
    uint256 public constant SAFETY_BPS = 500;
    /// @notice 1 TiB [bytes].
    uint256 public constant LOT_BYTES = 1 << 40;
    /// @notice How long a failure counts [epoch].
    uint256 public constant STRIKE_LIFE = 360 * EPOCHS_PER_DAY;
    /// @notice How long a miner is barred [epoch].
    uint256 public constant BAR = 180 * EPOCHS_PER_DAY;

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor() {
        _disableInitializers();
    }

    /// @notice Sets up the proxy. Once.
    /// @param manager the AccessManager
    function initialize(address manager) external initializer {
        __AccessManaged_init(manager);
    }

    // ---------------------------------------------------------------- operators

    /// @inheritdoc IPowerRegistry
    function register(uint64 miner) external {
        if (!PowerActor.isMiner(miner)) revert PowerRegistry_NotMiner(miner);
        _requireControl(miner, msg.sender);
        Miner storage m = _s().miners[miner];
        emit OperatorRegistered(miner, m.operator, msg.sender);
        m.operator = msg.sender;
    }

    // ---------------------------------------------------------------- promises

    /// @inheritdoc IPowerRegistry
    function encumber(uint64 miner, address operator, uint64 lots) external {
        if (!_s().modules[msg.sender]) revert PowerRegistry_NotModule(msg.sender);
        if (lots == 0) revert PowerRegistry_Zero();
        Miner storage m = _s().miners[miner];
        if (operator == address(0) || m.operator != operator) {
            revert PowerRegistry_NotOperator(miner, m.operator, operator);
        }
        if (block.number < m.barredUntil) revert PowerRegistry_Barred(miner, m.barredUntil, block.number);
        uint256 total = uint256(m.encumbered) + lots;
        uint256 capacity = _capacity(miner);
        if (total > capacity) revert PowerRegistry_ExceedsCapacity(miner, capacity, total);
        _requireControl(miner, operator);
        m.encumbered = total.toUint64();
        _s().encumberedBy[miner][msg.sender] += lots; // at most the total
        emit Encumbered(miner, msg.sender, lots, m.encumbered);
    }

    /// @inheritdoc IPowerRegistry
    function free(uint64 miner, uint64 lots) external {
        uint64 held = _s().encumberedBy[miner][msg.sender];
        if (lots == 0) revert PowerRegistry_Zero();
        if (lots > held) revert PowerRegistry_ExceedsEncumbered(miner, msg.sender, held, lots);
        _s().encumberedBy[miner][msg.sender] = held - lots;
        uint64 total = _s().miners[miner].encumbered - lots;
        _s().miners[miner].encumbered = total;
        emit Freed(miner, msg.sender, lots, total);
    }

    /// @inheritdoc IPowerRegistry
    function strike(uint64 miner) external {
        if (!_s().modules[msg.sender] && _s().encumberedBy[miner][msg.sender] == 0) {
            revert PowerRegistry_NotModule(msg.sender);
        }
        Miner storage m = _s().miners[miner];
        m.strikes = [block.number.toUint32(), m.strikes[0], m.strikes[1]];
        uint32 third = m.strikes[2];
        bool barred = third != 0 && block.number < third + STRIKE_LIFE;
        if (barred) m.barredUntil = (block.number + BAR).toUint32();
        emit Struck(miner, msg.sender, barred ? m.barredUntil : 0);
    }

    // ---------------------------------------------------------------- the list

    /// @inheritdoc IPowerRegistry
    function setModule(address module, bool allowed) external restricted {
        if (module == address(0)) revert PowerRegistry_Zero();
        _s().modules[module] = allowed;
        emit ModuleSet(module, allowed);
    }

    // ---------------------------------------------------------------- views

    /// @inheritdoc IPowerRegistry
    function coverage(uint64 miner) external view returns (uint256 capacity, uint256 encumbered) {
        // Not a blanket catch: a caller could let the actor run out of gas, and show a miner without power.
        capacity = _lotsDown(PowerActor.rawPowerOrZero(miner));
        encumbered = _s().miners[miner].encumbered;
    }

    /// @inheritdoc IPowerRegistry
    function operatorOf(uint64 miner) external view returns (address) {
        return _s().miners[miner].operator;
    }

    /// @inheritdoc IPowerRegistry
    function encumberedBy(uint64 miner, address module) external view returns (uint64) {
        return _s().encumberedBy[miner][module];
    }

    /// @inheritdoc IPowerRegistry
    function isModule(address module) external view returns (bool) {
        return _s().modules[module];
    }

    /// @inheritdoc IPowerRegistry
    function strikesOf(uint64 miner) external view returns (uint32[3] memory strikes, uint32 barredUntil) {
        Miner storage m = _s().miners[miner];
        return (m.strikes, m.barredUntil);
    }

    // ---------------------------------------------------------------- small parts

    function _capacity(uint64 miner) private view returns (uint256) {
        (uint256 rawPower, ) = PowerActor.minerPower(miner);
        return _lotsDown(rawPower);
    }

    function _lotsDown(uint256 rawPower) private pure returns (uint256) {
        return (rawPower * (10_000 - SAFETY_BPS)) / (10_000 * LOT_BYTES);
    }

    /// @dev Of ids that the power actor vouches for alone: any contract can answer that somebody controls it.
    function _requireControl(uint64 miner, address account) private view {
        if (!MinerActor.isControllingAddress(miner, account)) revert PowerRegistry_NotControlling(miner, account);
    }

    function _authorizeUpgrade(address) internal override restricted {}

    function _s() private pure returns (PowerRegistryStorage storage $) {
        assembly ("memory-safe") {
            $.slot := POWER_REGISTRY_STORAGE
        }
    }
}
