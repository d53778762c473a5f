// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ActorCbor} from "../ActorCbor.sol";
import {ActorExit} from "../ActorExit.sol";
import {Devnet} from "../Devnet.sol";
import {IFilecoinWorld} from "../IFilecoinWorld.sol";

/// @title What the two precompiles that call actors have in common
/// @dev Runs in the caller's context by delegatecall, so it owns no storage and the world sees the caller as `msg.sender`.
///      The FIL goes to the world with the message and from there to the receiver; when the actor ends with an error the
///      world's frame is undone and the FIL with it.
abstract contract CallActorBase {
    uint64 internal constant INVOKE_EVM = 3844450837;
    int256 private constant OUT_OF_GAS = 7;
    int256 private constant EVM_REVERTED = 33;
    bytes4 private constant HANDLE_FILECOIN_METHOD = 0x868e10c4;

    struct Request {
        uint64 method;
        uint256 value;
        uint64 flags;
        uint64 codec;
        bytes params;
    }

    /// @dev Ends the call as the precompile does on invalid input: no success, no output.
    function _fail() internal pure {
        assembly ("memory-safe") {
            revert(0, 0)
        }
    }

    /// @dev The precompile's own address.
    function _self() internal pure virtual returns (address);

    function _validate(Request memory q) internal view {
        if (address(this) == _self()) _fail(); // delegatecall only
        if (q.method != 0 && q.method < 1024) _fail();
        if (q.flags > 1) _fail();
        if (q.codec != Devnet.CBOR && (q.codec != Devnet.NO_CODEC || q.params.length != 0)) _fail();
    }

    function _answer(int256 code, uint64 codec, bytes memory data) internal pure returns (bytes memory) {
        return abi.encode(code, codec, data);
    }

    /// @dev Whether FIL can be moved: 0, or the exit code that says why not.
    function _fundsCheck(Request memory q) internal returns (int256) {
        if (q.value == 0) return 0;
        (bool ok, ) = Devnet.WORLD.call{gas: 10_000}(abi.encodeWithSignature("touch()"));
        if (!ok || q.flags == 1) return Devnet.SYS_READ_ONLY;
        return q.value > address(this).balance ? Devnet.SYS_INSUFFICIENT_FUNDS : int256(0);
    }

    function _call(Request memory q, uint64 to) internal returns (bytes memory) {
        if (q.method != 0) {
            (bool isEvm, address eth) = IFilecoinWorld(Devnet.WORLD).evmTarget(to);
            if (isEvm && eth.code.length != 0) return _callContract(q, eth);
        }
        bytes memory message = abi.encodeCall(IFilecoinWorld.invoke, (to, q.method, q.codec == Devnet.CBOR, q.params));
        (bool ok, bytes memory out) = _transmit(q, Devnet.WORLD, message);
        if (!ok) return _exit(out);
        (uint64 codec, bytes memory data) = abi.decode(out, (uint64, bytes));
        return _answer(0, codec, data);
    }

    function _transmit(Request memory q, address to, bytes memory data) internal returns (bool, bytes memory) {
        return q.flags == 1 ? to.staticcall(data) : to.call{value: q.value}(data);
    }

    /// @dev An exit code becomes an answer; anything else is a defect of the simulation and must be seen.
    function _exit(bytes memory out) internal pure returns (bytes memory) {
        if (out.length == 0) return _answer(OUT_OF_GAS, 0, "");
        if (bytes4(out) != ActorExit.selector) {
            assembly ("memory-safe") {
                revert(add(out, 32), mload(out))
            }
        }
        assembly ("memory-safe") {
            let size := sub(mload(out), 4)
            out := add(out, 4)
            mstore(out, size)
        }
        return out;
    }

    // ------------------------------------------------------------------------------------------------ EVM receivers

    function _callContract(Request memory q, address to) private returns (bytes memory) {
        if (q.method == INVOKE_EVM) return _invokeEvm(q, to);
        (bool ok, bytes memory out) = _transmit(
            q,
            to,
            abi.encodeWithSelector(HANDLE_FILECOIN_METHOD, q.method, q.codec, q.params)
        );
        if (!ok) return _answer(EVM_REVERTED, Devnet.CBOR, ActorCbor.writeBytes(out));
        if (out.length == 0) return _answer(0, 0, "");
        (uint32 code, uint64 codec, bytes memory data) = abi.decode(out, (uint32, uint64, bytes));
        return _answer(int256(uint256(code)), codec, data);
    }

    /// @dev Parameters and answer are CBOR byte strings of call data and return data.
    function _invokeEvm(Request memory q, address to) private returns (bytes memory) {
        bytes memory data;
        if (q.codec == Devnet.CBOR) {
            try CallActorBase(payable(_self())).unwrap(q.params) returns (bytes memory inner) {
                data = inner;
            } catch {
                return _answer(Devnet.SERIALIZATION, 0, "");
            }
        }
        (bool ok, bytes memory out) = _transmit(q, to, data);
        return _answer(ok ? int256(0) : EVM_REVERTED, Devnet.CBOR, ActorCbor.writeBytes(out));
    }

    /// @notice The byte string that `params` is; reverts where it is none.
    function unwrap(bytes calldata params) external pure returns (bytes memory data) {
        ActorCbor.Reader memory r = ActorCbor.reader(params);
        data = ActorCbor.readBytes(r);
        ActorCbor.done(r);
    }
}
