// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {AccessManagedUpgradeable} from "@openzeppelin/contracts-upgradeable/access/manager/AccessManagedUpgradeable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";

import {IFuturesSeries} from "../interfaces/IFuturesSeries.sol";
import {CapacityDeliveryBase} from "./CapacityDeliveryBase.sol";
import {DeliveryNotice} from "./DeliveryNotice.sol";
import {DeliveryRuns} from "./DeliveryRuns.sol";
import {Entry, ICapacityDelivery, Run, Side} from "./interfaces/ICapacityDelivery.sol";
import {ICapacityWarrant} from "./interfaces/ICapacityWarrant.sol";
import {IPowerRegistry} from "./interfaces/IPowerRegistry.sol";

/// @title Physical delivery of storage capacity
/// @dev Trusts the clearing in terms, prices, positions and tokens, the registry in power, and its own warrant. Series that share a token
/// share a balance; each entry and run moves its own money alone. No role but UPGRADER.
contract CapacityDelivery is DeliveryNotice, DeliveryRuns, AccessManagedUpgradeable, UUPSUpgradeable {
    /// @custom:oz-upgrades-unsafe-allow constructor state-variable-immutable
    constructor(
        IFuturesSeries clearing,
        IPowerRegistry registry,
        ICapacityWarrant warrant,
        address use
    ) CapacityDeliveryBase(clearing, registry, warrant, use) {
        _disableInitializers();
    }

    /// @notice Sets up the proxy. Once.
    /// @param manager the AccessManager
    function initialize(address manager) external initializer {
        __AccessManaged_init(manager);
    }

    /// @inheritdoc ICapacityDelivery
    function entryOf(bytes32 seriesId, Side side, uint256 index) external view returns (Entry memory) {
        return _entry(seriesId, side, index);
    }

    /// @inheritdoc ICapacityDelivery
    function entryCount(bytes32 seriesId, Side side) external view returns (uint256) {
        return _s().books[seriesId].entries[side].length;
    }

    /// @inheritdoc ICapacityDelivery
    function indexOf(bytes32 seriesId, Side side, address holder, uint64 miner) external view returns (uint256) {
        uint256 place = _s().books[seriesId].places[side][holder][miner];
        if (place == 0) revert CapacityDelivery_NoEntry(seriesId, side, type(uint256).max);
        return place - 1;
    }

    /// @inheritdoc ICapacityDelivery
    function confirmedLots(bytes32 seriesId, Side side) external view returns (uint64) {
        return _s().books[seriesId].confirmed[side];
    }

    /// @inheritdoc ICapacityDelivery
    function isPairDone(bytes32 seriesId, uint256 intentIndex, uint256 tenderIndex) external view returns (bool) {
        return _s().books[seriesId].done[intentIndex][tenderIndex];
    }

    /// @inheritdoc ICapacityDelivery
    function runOf(uint256 id) external view returns (Run memory run) {
        run = _s().runs[id];
        if (run.seller == address(0)) revert CapacityDelivery_UnknownRun(id);
    }

    /// @inheritdoc ICapacityDelivery
    function runIdOf(bytes32 seriesId, uint64 miner, address seller) external pure returns (uint256) {
        return _runId(seriesId, miner, seller);
    }

    /// @inheritdoc ICapacityDelivery
    function shownOn(uint256 id, uint256 day) external view returns (bool read, uint64 proven) {
        uint64 shown = _s().days_[id].shown[day];
        return shown == 0 ? (false, 0) : (true, shown - 1);
    }

    /// @inheritdoc ICapacityDelivery
    function owedTo(address token, address account) external view returns (uint256) {
        return _s().owed[token][account];
    }

    function _authorizeUpgrade(address) internal override restricted {}
}
