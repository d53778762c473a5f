// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Devnet} from "./Devnet.sol";
import {IFilecoinWorld} from "./IFilecoinWorld.sol";
import {MinerFunds} from "./MinerFunds.sol";
import {Kind, Miner} from "./Types.sol";

/// @title How miners and native accounts come into the world
abstract contract MinerBirth is MinerFunds {
    function _newAccount() internal returns (uint64 id) {
        id = _newNativeId();
        _kind[id] = Kind.Account;
        _idOfKey[keccak256(abi.encodePacked(bytes1(0x03), new bytes(40), id))] = id;
    }

    /// @notice Creates a miner without funds; `worker` 0 stands for a fresh account.
    function _newMiner(uint64 owner, uint64 worker) internal returns (uint64 id) {
        id = _newNativeId();
        address masked = Devnet.masked(id);
        if (masked.code.length == 0) revert IFilecoinWorld.World_NoNativeActor(id, masked);
        _kind[id] = Kind.Miner;
        _minerIds.push(id);
        Miner storage m = _miners[id];
        (m.owner, m.beneficiary) = (owner, owner);
        m.worker = worker == 0 ? _newAccount() : worker;
        m.offset = uint64(uint256(keccak256(abi.encode(id, block.number))) % Devnet.DAY);
        m.cronDone = block.number == 0 ? 0 : uint64(block.number) - 1;
        emit IFilecoinWorld.MinerCreated(id, owner, m.worker);
    }

    /// @notice Locks `deposit` [attoFIL] of a new miner's balance; it vests as rewards do [FIP-0077].
    function _lockCreationDeposit(uint64 id, uint256 deposit) internal {
        if (deposit == 0) return;
        _lock(_miners[id], deposit, uint64(block.number));
        _miners[id].cronActive = true;
    }
}
