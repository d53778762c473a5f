// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @notice Lots of a run that a holder wants to use.
struct Request {
    // slot 0: 20 + 8 + 1 = 29
    address holder;
    uint64 lots;
    uint8 dueDay; // from which on what is not taken up is idle
    // slot 1: 8 + 16 = 24
    uint64 takenUp; // [lots]
    uint128 stored; // told of by the miner [bytes]
    // slot 2
    bytes32 ref; // names the data, for the seller to know
}

/// @title Use of delivered capacity
/// @notice Power shows that capacity exists, not that it is free. So a holder may ask for it, and the seller then has three days to take
/// the data in (docs/SPEC-delivery.md, section 6).
interface ICapacityUse {
    /// @notice Emitted when a holder asks for capacity; what is not taken up by day `dueDay` is idle.
    event Requested(
        uint256 indexed id,
        uint256 indexed number,
        address indexed holder,
        uint64 lots,
        bytes32 ref,
        uint256 dueDay
    );
    /// @notice Emitted when a miner tells of data of a request [bytes].
    event Stored(uint256 indexed id, uint256 indexed number, uint64 indexed sector, uint256 size, uint256 total);
    /// @notice Emitted when lots of a request are taken up; `total` is all of them.
    event TakenUp(uint256 indexed id, uint256 indexed number, uint64 lots, uint64 total);

    /// @notice Thrown when a request is for more than the caller has, and has not asked for already [lots].
    error CapacityUse_ExceedsWarrants(uint256 id, address holder, uint256 free, uint256 lots);
    /// @notice Thrown when nothing is requested or accepted.
    error CapacityUse_Zero();
    /// @notice Thrown when there is no such request.
    error CapacityUse_NoRequest(uint256 id, uint256 number);
    /// @notice Thrown when a caller did not make the request.
    error CapacityUse_NotHolder(address expected, address actual);
    /// @notice Thrown when more is accepted than is left of a request [lots].
    error CapacityUse_ExceedsRequest(uint256 id, uint256 number, uint64 left, uint64 lots);

    /// @notice Asks for capacity; locks as many of the caller's warrants until the run ends.
    /// @param id of the run
    /// @param lots at most what the caller has and has not asked for
    /// @param ref names the data, for the seller to know
    /// @return number of the request
    function request(uint256 id, uint64 lots, bytes32 ref) external returns (uint256 number);

    /// @notice Says that lots of a request are taken up. Who made it.
    /// @param id of the run
    /// @param number of the request
    /// @param lots above 0, at most what is left
    function accept(uint256 id, uint256 number, uint64 lots) external;

    /// @notice A request.
    /// @param id of the run
    /// @param number of the request
    function requestOf(uint256 id, uint256 number) external view returns (Request memory);

    /// @notice How many requests a run has.
    /// @param id of the run
    function requestCount(uint256 id) external view returns (uint256);
}
