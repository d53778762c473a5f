// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Devnet} from "../Devnet.sol";
import {IFilecoinWorld} from "../IFilecoinWorld.sol";
import {CallActorBase} from "./CallActorBase.sol";

/// @title call_actor, 0xfe..03: a message to an actor by its address
/// @notice Input `abi.encode(uint64 method, uint256 value, uint64 flags, uint64 codec, bytes params, bytes address)`, output
///         `abi.encode(int256 exitCode, uint64 codec, bytes data)`.
contract CallActor is CallActorBase {
    fallback(bytes calldata input) external payable returns (bytes memory) {
        Request memory q;
        bytes memory raw;
        (q.method, q.value, q.flags, q.codec, q.params, raw) = abi.decode(
            input,
            (uint64, uint256, uint64, uint64, bytes, bytes)
        );
        _validate(q);
        (bool valid, bool found, uint64 to) = IFilecoinWorld(Devnet.WORLD).resolve(raw, address(this));
        if (!valid) _fail();
        int256 refused = _fundsCheck(q);
        if (refused != 0) return _answer(refused, 0, "");
        return found ? _call(q, to) : _create(q, raw);
    }

    /// @dev The first message to a key or Ethereum address creates its account, which accepts whatever is exported.
    function _create(Request memory q, bytes memory raw) private returns (bytes memory) {
        (bool ok, bytes memory out) = _transmit(q, Devnet.WORLD, abi.encodeCall(IFilecoinWorld.sendTo, (raw)));
        return ok ? _answer(0, 0, "") : _exit(out);
    }

    function _self() internal pure override returns (address) {
        return Devnet.CALL_ACTOR;
    }
}
