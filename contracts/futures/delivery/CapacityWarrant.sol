// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ERC1155} from "@openzeppelin/contracts/token/ERC1155/ERC1155.sol";

import {ICapacityWarrant} from "./interfaces/ICapacityWarrant.sol";

/// @title Right to capacity of a run of deliveries, one a lot
/// @dev Cannot be upgraded and has no role: what a holder has is changed by the holder, or by the delivery that promised it.
/// Transfers call no other contract but the receiver, as ERC-1155 wants.
contract CapacityWarrant is ICapacityWarrant, ERC1155 {
    /// @dev What a holder of an id has been credited with.
    struct Account {
        uint256 perWarrant; // of the id, when the account was last settled [atoms]
        uint256 owed; // settled, not taken [atoms]
        uint256 locked; // [lots]
    }

    /// @notice Who mints, accrues and burns.
    address public immutable DELIVERY;

    mapping(uint256 id => uint256 perWarrant) private _perWarrant; // all that was accrued [atoms]
    mapping(uint256 id => mapping(address holder => Account)) private _accounts;
    mapping(uint256 id => uint256 lots) private _supply;

    /// @param delivery its proxy
    constructor(address delivery) ERC1155("") {
        DELIVERY = delivery;
    }

    modifier onlyDelivery() {
        if (msg.sender != DELIVERY) revert CapacityWarrant_NotDelivery(DELIVERY, msg.sender);
        _;
    }

    /// @inheritdoc ICapacityWarrant
    /// @dev `_update`, not `_mint`: a buyer that refuses its warrants would have a way out of what it bought.
    function mint(address to, uint256 id, uint256 lots) external onlyDelivery {
        _change(address(0), to, id, lots);
    }

    /// @inheritdoc ICapacityWarrant
    function burnAll(address from, uint256 id) external onlyDelivery returns (uint256 lots) {
        lots = balanceOf(from, id);
        _accounts[id][from].locked = 0;
        _change(from, address(0), id, lots);
    }

    /// @inheritdoc ICapacityWarrant
    function accrue(uint256 id, uint256 perWarrant) external onlyDelivery {
        _perWarrant[id] += perWarrant;
        emit Accrued(id, perWarrant);
    }

    /// @inheritdoc ICapacityWarrant
    function take(uint256 id, address holder) external onlyDelivery returns (uint256 amount) {
        _settle(id, holder);
        amount = _accounts[id][holder].owed;
        _accounts[id][holder].owed = 0;
        emit Taken(id, holder, amount);
    }

    /// @inheritdoc ICapacityWarrant
    function setLocked(uint256 id, address holder, uint256 lots) external onlyDelivery {
        uint256 balance = balanceOf(holder, id);
        if (lots > balance) revert CapacityWarrant_Locked(id, holder, lots, balance);
        _accounts[id][holder].locked = lots;
    }

    /// @inheritdoc ICapacityWarrant
    function claimable(uint256 id, address holder) public view returns (uint256) {
        Account storage account = _accounts[id][holder];
        return account.owed + balanceOf(holder, id) * (_perWarrant[id] - account.perWarrant);
    }

    /// @inheritdoc ICapacityWarrant
    function lockedOf(uint256 id, address holder) external view returns (uint256) {
        return _accounts[id][holder].locked;
    }

    /// @inheritdoc ICapacityWarrant
    function totalSupply(uint256 id) external view returns (uint256) {
        return _supply[id];
    }

    /// @dev Everything that changes a balance comes through here: first both sides are credited with what they earned so far.
    function _update(address from, address to, uint256[] memory ids, uint256[] memory values) internal override {
        for (uint256 i; i < ids.length; ++i) {
            if (from != address(0)) _settle(ids[i], from);
            if (to != address(0)) _settle(ids[i], to);
        }
        super._update(from, to, ids, values);
        if (from == address(0)) return;
        for (uint256 i; i < ids.length; ++i) {
            uint256 left = balanceOf(from, ids[i]);
            uint256 locked = _accounts[ids[i]][from].locked;
            if (left < locked) revert CapacityWarrant_Locked(ids[i], from, locked, left);
        }
    }

    function _settle(uint256 id, address holder) private {
        Account storage account = _accounts[id][holder];
        account.owed = claimable(id, holder);
        account.perWarrant = _perWarrant[id];
    }

    /// @dev Mint or burn: balances and supply are moved by the same amount.
    function _change(address from, address to, uint256 id, uint256 lots) private {
        (uint256[] memory ids, uint256[] memory values) = (new uint256[](1), new uint256[](1));
        (ids[0], values[0]) = (id, lots);
        _supply[id] = from == address(0) ? _supply[id] + lots : _supply[id] - lots;
        _update(from, to, ids, values);
    }
}
