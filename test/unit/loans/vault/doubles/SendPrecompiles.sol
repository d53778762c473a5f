// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @notice Delivers what it is created with, without running code of the receiver.
contract Parcel {
    constructor(address payable receiver) payable {
        selfdestruct(receiver);
    }
}

/// @notice call_actor_id and call_actor, for sends alone: the value leaves the caller's balance, because the caller
/// reaches this by delegatecall, and no code of the receiver runs. An actor's FIL is held at its masked address.
/// @dev A balance that is short answers exit code -5, as the FVM does.
abstract contract SendPrecompile {
    int256 private constant SYS_ERR_INSUFFICIENT_FUNDS = -5;

    /// For calls that are no sends.
    error SendPrecompile_NotASend(uint64 method, uint256 paramsLength);

    function _send(uint64 method, uint256 value, bytes memory params, address target) internal {
        if (method != 0 || params.length != 0) revert SendPrecompile_NotASend(method, params.length);
        int256 exitCode = value > address(this).balance ? SYS_ERR_INSUFFICIENT_FUNDS : int256(0);
        if (exitCode == 0 && value != 0) new Parcel{value: value}(payable(target));
        bytes memory answer = abi.encode(exitCode, uint64(0), bytes(""));
        assembly ("memory-safe") {
            return(add(answer, 0x20), mload(answer))
        }
    }
}

/// @notice At 0xfe..05.
contract SendToId is SendPrecompile {
    fallback() external payable {
        (uint64 method, uint256 value, , , bytes memory params, uint64 id) = abi.decode(
            msg.data,
            (uint64, uint256, uint64, uint64, bytes, uint64)
        );
        _send(method, value, params, address(uint160((uint256(0xff) << 152) | id)));
    }
}

/// @notice At 0xfe..03; knows f410 addresses.
contract SendToAddress is SendPrecompile {
    error SendPrecompile_NotF410(bytes target);

    fallback() external payable {
        (uint64 method, uint256 value, , , bytes memory params, bytes memory target) = abi.decode(
            msg.data,
            (uint64, uint256, uint64, uint64, bytes, bytes)
        );
        if (target.length != 22 || bytes2(target) != 0x040a) revert SendPrecompile_NotF410(target);
        address to;
        assembly ("memory-safe") {
            to := shr(96, mload(add(target, 0x22)))
        }
        _send(method, value, params, to);
    }
}
