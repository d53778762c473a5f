// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Devnet} from "../../../contracts/devnet/Devnet.sol";
import {FilecoinTest} from "../../utils/FilecoinTest.sol";

contract SmokeTest is FilecoinTest {
    function _ask(
        uint64 to,
        uint64 method,
        uint64 codec,
        bytes memory params
    ) internal returns (int256 code, bytes memory data) {
        (bool ok, bytes memory out) = Devnet.CALL_ACTOR_ID.delegatecall(
            abi.encode(method, uint256(0), uint64(0), codec, params, to)
        );
        assertTrue(ok);
        (code, , data) = abi.decode(out, (int256, uint64, bytes));
    }

    function test_life() public {
        uint64 id = createMiner(address(this));
        fundMiner(id, 1000 ether);
        seal(id, 100);
        (int256 code, bytes memory data) = _ask(id, 3180523767, 0, "");
        assertEq(code, 0);
        emit log_named_bytes("pledge", data);
        award(id, 10 ether);
        advanceDays(30);
        emit log_named_uint("locked", minerState(id).locked);
        emit log_named_uint("burnt", masked(99).balance);
        uint256 before = address(this).balance;
        (code, data) = _ask(id, 2280458852, 0x51, hex"8149000de0b6b3a7640000");
        assertEq(code, 0);
        assertEq(address(this).balance - before, 1 ether);
        (code, data) = _ask(4, 36284446, 0x51, hex"1903e8");
        assertEq(code, 0);
        emit log_named_bytes("power", data);
        miss(id);
        advanceDays(50);
        emit log_named_uint("burnt", masked(99).balance);
        assertEq(minerState(id).pledge, 0);
    }
}
