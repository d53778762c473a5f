// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Devnet} from "../Devnet.sol";
import {CallActorBase} from "./CallActorBase.sol";

/// @title call_actor_id, 0xfe..05: a message to an actor by its id
/// @notice Input `abi.encode(uint64 method, uint256 value, uint64 flags, uint64 codec, bytes params, uint64 id)`, output
///         `abi.encode(int256 exitCode, uint64 codec, bytes data)`.
contract CallActorId is CallActorBase {
    fallback(bytes calldata input) external payable returns (bytes memory) {
        Request memory q;
        uint64 to;
        (q.method, q.value, q.flags, q.codec, q.params, to) = abi.decode(
            input,
            (uint64, uint256, uint64, uint64, bytes, uint64)
        );
        _validate(q);
        int256 refused = _fundsCheck(q);
        return refused == 0 ? _call(q, to) : _answer(refused, 0, "");
    }

    function _self() internal pure override returns (address) {
        return Devnet.CALL_ACTOR_ID;
    }
}
