// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ActorExit} from "../../../contracts/devnet/ActorExit.sol";
import {Devnet} from "../../../contracts/devnet/Devnet.sol";
import {FilecoinTest} from "../../utils/FilecoinTest.sol";

/// @title Base of the simulation's own tests: speaks to actors in bytes, as a contract would, without the protocol's library
abstract contract DevnetTest is FilecoinTest {
    uint64 internal constant GET_OWNER = 3275365574;
    uint64 internal constant CHANGE_OWNER = 1010589339;
    uint64 internal constant IS_CONTROLLING = 348244887;
    uint64 internal constant GET_SECTOR_SIZE = 3858292296;
    uint64 internal constant GET_AVAILABLE = 4026106874;
    uint64 internal constant GET_VESTING = 1726876304;
    uint64 internal constant INITIAL_PLEDGE = 3180523767;
    uint64 internal constant MAX_TERMINATION_FEE = 4127382196;
    uint64 internal constant GENERATE_LOCATION = 1321604665;
    uint64 internal constant VALIDATE_STATUS = 3092458564;
    uint64 internal constant GET_EXPIRATION = 3010055991;
    uint64 internal constant GET_BENEFICIARY = 4158972569;
    uint64 internal constant CHANGE_BENEFICIARY = 1570634796;
    uint64 internal constant WITHDRAW = 2280458852;
    uint64 internal constant REPAY_DEBT = 3665352697;
    uint64 internal constant CHANGE_WORKER = 3302309124;
    uint64 internal constant CONFIRM_WORKER = 2354970453;
    uint64 internal constant MINER_POWER = 36284446;
    uint64 internal constant MINER_RAW_POWER = 3753401894;
    uint64 internal constant INVOKE_EVM = 3844450837;

    struct Answer {
        int256 code;
        uint64 codec;
        bytes data;
    }

    receive() external payable {}

    /// @dev Sends from this contract; a parameter block goes with it unless `params` is empty.
    function call(uint64 to, uint64 method, bytes memory params) internal returns (Answer memory) {
        return callWith(to, method, 0, 0, params);
    }

    function callWith(
        uint64 to,
        uint64 method,
        uint256 value,
        uint64 flags,
        bytes memory params
    ) internal returns (Answer memory) {
        uint64 codec = params.length == 0 ? 0 : 0x51;
        (bool ok, Answer memory a) = callRaw(abi.encode(method, value, flags, codec, params, to));
        assertTrue(ok, "the precompile refused the call");
        return a;
    }

    function callRaw(bytes memory input) internal returns (bool ok, Answer memory a) {
        bytes memory out;
        (ok, out) = Devnet.CALL_ACTOR_ID.delegatecall(input);
        if (ok) (a.code, a.codec, a.data) = abi.decode(out, (int256, uint64, bytes));
        else assertEq(out.length, 0, "a refused call has no output");
    }

    function assertAnswer(Answer memory a, int256 code, bytes memory data) internal pure {
        assertEq(a.code, code, "exit code");
        assertEq(a.data, data, "answer");
        assertEq(a.codec, data.length == 0 ? 0 : 0x51, "codec");
    }

    /// @dev Expects the next driver call to end with an exit code.
    function expectExit(int256 code) internal {
        vm.expectRevert(abi.encodeWithSelector(ActorExit.selector, code, uint64(0), ""));
    }

    function sendAs(address from, uint64 to, uint64 method, bytes memory params) internal returns (int256 code) {
        (code, ) = world.callAs(from, to, method, params);
    }
}
