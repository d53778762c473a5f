// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ActorCbor} from "./ActorCbor.sol";
import {Devnet} from "./Devnet.sol";
import {ForceSend} from "./ForceSend.sol";
import {DeadlineState, Economics, Kind, Miner} from "./Types.sol";

/// @title The one storage that all modules of the simulated Filecoin share
/// @dev The world delegates to its modules, so each of them inherits this contract and nothing else that has storage.
abstract contract WorldState {
    mapping(uint64 id => Kind) internal _kind;
    mapping(uint64 id => address) internal _ethOf;
    mapping(address eth => uint64) internal _idOfEth;
    /// @dev Native accounts by the hash of their f1 or f3 address.
    mapping(bytes32 rawHash => uint64) internal _idOfKey;
    uint64 internal _nativeCount;
    uint64[] internal _minerIds;
    mapping(uint64 id => Miner) internal _miners;
    mapping(uint64 id => mapping(uint64 deadline => DeadlineState)) internal _deadlines;
    Economics internal _economics;
    mapping(uint64 epoch => bytes32) internal _beacon;

    // ------------------------------------------------------------------------------------------------ actors

    function _kindOf(uint64 id) internal view returns (Kind) {
        if (id <= Devnet.DATACAP_ID || id == Devnet.EAM_ID) return Kind.System;
        if (id == Devnet.BURN_ID) return Kind.Account;
        return _kind[id];
    }

    /// @notice The id that `eth` has, or will have once it is registered.
    /// @dev An id must be answered in static calls too, where nothing can be stored: so it follows from the address.
    function _peekId(address eth) internal view returns (uint64 id) {
        if (Devnet.isMasked(eth)) return Devnet.idOf(eth);
        id = _idOfEth[eth];
        if (id != 0) return id;
        id = Devnet.FIRST_EVM_ID + uint32(uint256(keccak256(abi.encodePacked(eth))));
        while (_kind[id] != Kind.None) ++id;
    }

    function _register(address eth) internal returns (uint64 id) {
        id = _peekId(eth);
        if (Devnet.isMasked(eth) || _idOfEth[eth] != 0) return id;
        _idOfEth[eth] = id;
        _ethOf[id] = eth;
        _kind[id] = Kind.Evm;
    }

    function _newNativeId() internal returns (uint64) {
        return Devnet.FIRST_NATIVE_ID + _nativeCount++;
    }

    /// @notice Where an actor's FIL lies: an EVM actor's own address, else the masked id.
    function _home(uint64 id) internal view returns (address payable) {
        return payable(_kind[id] == Kind.Evm ? _ethOf[id] : Devnet.masked(id));
    }

    /// @notice Resolves the byte form of an address as the FVM does: an f0 address without asking whether it exists.
    function _resolve(bytes memory raw, address caller) internal view returns (bool found, uint64 id) {
        uint8 protocol = uint8(raw[0]);
        if (protocol == 0) return (true, ActorCbor.idOf(raw));
        if (protocol != 4) {
            id = _idOfKey[keccak256(raw)];
            return (id != 0, id);
        }
        if (raw.length != 22 || uint8(raw[1]) != Devnet.EAM_ID) return (false, 0);
        address eth = _ethOfF410(raw);
        // Whoever sends the message exists.
        // solhint-disable-next-line avoid-tx-origin
        found = _idOfEth[eth] != 0 || eth.code.length != 0 || eth.balance != 0 || eth == caller || eth == tx.origin;
        return (found, found ? _peekId(eth) : 0);
    }

    /// @notice The same, and gives an EVM actor its id for good.
    function _resolveForGood(bytes memory raw) internal returns (bool found, uint64 id) {
        (found, id) = _resolve(raw, address(0));
        if (found && uint8(raw[0]) == 4) _register(_ethOfF410(raw));
    }

    /// @dev The f410 address made from a masked id is another account than the actor itself; it stands elsewhere in this
    ///      EVM, so that FIL sent there is lost as it is on Filecoin.
    function _ethOfF410(bytes memory raw) internal pure returns (address eth) {
        assembly ("memory-safe") {
            eth := shr(96, mload(add(raw, 34)))
        }
        if (Devnet.isMasked(eth)) eth = address(uint160(uint256(keccak256(abi.encodePacked("f410", eth)))));
    }

    // ------------------------------------------------------------------------------------------------ value and context

    /// @notice Moves FIL of the world itself by a method-0 send.
    function _force(address payable to, uint256 amount) internal {
        if (amount != 0) new ForceSend{value: amount}(to);
    }

    /// @notice Whether state may not be changed in this call.
    function _isStatic() internal returns (bool) {
        (bool ok, ) = address(this).call{gas: 5000}(abi.encodeWithSelector(this.touch.selector));
        return !ok;
    }

    /// @dev Fails in a static call and does nothing else.
    function touch() external {
        assembly {
            tstore(0, 0)
        }
    }

    // ------------------------------------------------------------------------------------------------ economics

    /// @notice The network's figures; mainnet-like until the driver sets others (README.md derives them).
    function _eco() internal view returns (Economics memory e) {
        e = _economics;
        if (e.configured) return e;
        e = Economics({
            configured: true,
            rewardPerEpoch: 24 ether,
            networkQaPower: 20 << 60,
            baselinePower: 172 << 60,
            circulatingSupply: 680_000_000 ether,
            networkRawPower: 3 << 60,
            earlyTerminationLimit: 25_000
        });
    }
}
