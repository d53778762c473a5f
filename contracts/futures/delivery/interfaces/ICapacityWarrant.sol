// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC1155} from "@openzeppelin/contracts/token/ERC1155/IERC1155.sol";

/// @title Right to capacity of a run of deliveries, one a lot
/// @notice ERC-1155. What the delivery gives back to the holders of an id is counted here in whole atoms a warrant, and stays
/// with who held the warrant then (docs/SPEC-delivery.md, section 5). Holds no money.
interface ICapacityWarrant is IERC1155 {
    /// @notice Emitted when the holders of an id become entitled to `perWarrant` more each [atoms].
    event Accrued(uint256 indexed id, uint256 perWarrant);
    /// @notice Emitted when what a holder is entitled to is handed to the delivery for payment [atoms].
    event Taken(uint256 indexed id, address indexed holder, uint256 amount);

    /// @notice Thrown when a call is reserved for the delivery.
    error CapacityWarrant_NotDelivery(address expected, address actual);
    /// @notice Thrown when a transfer would touch warrants that are locked for a request [lots].
    error CapacityWarrant_Locked(uint256 id, address holder, uint256 locked, uint256 left);

    /// @notice Makes warrants, without asking the receiver. The delivery only.
    /// @param to receiver
    /// @param id of the run
    /// @param lots how many
    function mint(address to, uint256 id, uint256 lots) external;

    /// @notice Ends all warrants of a holder. The delivery only.
    /// @param from holder
    /// @param id of the run
    /// @return lots how many there were
    function burnAll(address from, uint256 id) external returns (uint256 lots);

    /// @notice Entitles the present holders. The delivery only.
    /// @param id of the run
    /// @param perWarrant for each warrant [atoms]
    function accrue(uint256 id, uint256 perWarrant) external;

    /// @notice Counts what a holder is entitled to as paid. The delivery only, which pays it.
    /// @param id of the run
    /// @param holder to be paid
    /// @return amount [atoms]
    function take(uint256 id, address holder) external returns (uint256 amount);

    /// @notice Sets how many of a holder's warrants cannot be transferred. The delivery only.
    /// @param id of the run
    /// @param holder of the warrants
    /// @param lots at most what it has
    function setLocked(uint256 id, address holder, uint256 lots) external;

    /// @notice What a holder is entitled to and was not paid [atoms].
    /// @param id of the run
    /// @param holder to ask about
    function claimable(uint256 id, address holder) external view returns (uint256);

    /// @notice How many of a holder's warrants cannot be transferred.
    /// @param id of the run
    /// @param holder to ask about
    function lockedOf(uint256 id, address holder) external view returns (uint256);

    /// @notice How many warrants of a run there are.
    /// @param id of the run
    function totalSupply(uint256 id) external view returns (uint256);
}
