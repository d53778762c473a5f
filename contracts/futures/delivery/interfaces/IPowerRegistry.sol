// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Which power of which miner is promised
/// @notice Keeps what modules (delivery, clearing) promise of a miner's proven power from passing what it has
/// (docs/SPEC-delivery.md, section 2). Lots of 1 TiB.
interface IPowerRegistry {
    /// @notice Emitted when who speaks for a miner changes.
    event OperatorRegistered(uint64 indexed miner, address indexed previous, address indexed operator);
    /// @notice Emitted when a module is put on the list or taken off it.
    event ModuleSet(address indexed module, bool allowed);
    /// @notice Emitted when power is promised; `total` is what is promised of the miner by all modules [lots].
    event Encumbered(uint64 indexed miner, address indexed module, uint64 lots, uint64 total);
    /// @notice Emitted when promised power is free again.
    event Freed(uint64 indexed miner, address indexed module, uint64 lots, uint64 total);
    /// @notice Emitted when a miner failed; `barredUntil` is 0 unless it is barred now [epoch].
    event Struck(uint64 indexed miner, address indexed module, uint32 barredUntil);

    /// @notice Thrown when the power actor knows no such miner.
    error PowerRegistry_NotMiner(uint64 miner);
    /// @notice Thrown when an address is neither owner nor worker nor a control address of the miner.
    error PowerRegistry_NotControlling(uint64 miner, address account);
    /// @notice Thrown when somebody else speaks for the miner.
    error PowerRegistry_NotOperator(uint64 miner, address expected, address actual);
    /// @notice Thrown when a caller is not on the list of modules.
    error PowerRegistry_NotModule(address caller);
    /// @notice Thrown when no power, or no module, is named.
    error PowerRegistry_Zero();
    /// @notice Thrown when more would be promised than the miner has [lots].
    error PowerRegistry_ExceedsCapacity(uint64 miner, uint256 capacity, uint256 encumbered);
    /// @notice Thrown when a module would free more than it has promised [lots].
    error PowerRegistry_ExceedsEncumbered(uint64 miner, address module, uint64 encumbered, uint64 lots);
    /// @notice Thrown when a miner failed too often of late [epoch].
    error PowerRegistry_Barred(uint64 miner, uint256 until, uint256 current);

    /// @notice Makes the caller the miner's operator; the former one's promises stay. Who controls the miner.
    /// @param miner actor id
    function register(uint64 miner) external;

    /// @notice Promises power of a miner. Modules only.
    /// @param miner actor id
    /// @param operator who speaks for it, and still controls it
    /// @param lots above 0 [TiB]
    function encumber(uint64 miner, address operator, uint64 lots) external;

    /// @notice Ends a promise. Any module, for what it promised, whether it is still on the list or not.
    /// @param miner actor id
    /// @param lots at most what the caller has promised of it [TiB]
    function free(uint64 miner, uint64 lots) external;

    /// @notice Records a failure; the third within 360 days bars the miner for 180. Modules on the list, or with promises of it.
    /// @param miner actor id
    function strike(uint64 miner) external;

    /// @notice Lists a module, or takes it off. The RISK role.
    /// @param module that may promise power
    /// @param allowed whether it may from now on
    function setModule(address module, bool allowed) external;

    /// @notice What the miner can promise at this moment, and what is promised of it.
    /// @param miner actor id
    /// @return capacity of its proven power, less the safety margin, rounded down; 0 if there is no such miner [lots]
    /// @return encumbered by all modules [lots]
    function coverage(uint64 miner) external view returns (uint256 capacity, uint256 encumbered);

    /// @notice Who speaks for a miner; zero if nobody does.
    /// @param miner actor id
    function operatorOf(uint64 miner) external view returns (address);

    /// @notice What one module promised of a miner [lots].
    /// @param miner actor id
    /// @param module that promised
    function encumberedBy(uint64 miner, address module) external view returns (uint64);

    /// @notice Whether a module is on the list.
    /// @param module to ask about
    function isModule(address module) external view returns (bool);

    /// @notice The epochs of a miner's last three failures, newest first, and until when it is barred; 0 for none [epoch].
    /// @param miner actor id
    function strikesOf(uint64 miner) external view returns (uint32[3] memory strikes, uint32 barredUntil);
}
