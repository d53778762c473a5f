// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {FilecoinMethods} from "../../../contracts/filecoin/FilecoinMethods.sol";
import {BeneficiaryTerm} from "../../../contracts/filecoin/interfaces/IMinerFacts.sol";
import {CborHarness} from "../../unit/filecoin/CborHarness.sol";
import {EncodingTest} from "../../unit/filecoin/EncodingTest.sol";
import {FilecoinHarness} from "../../unit/filecoin/FilecoinHarness.sol";

contract MinerActorFuzzTest is EncodingTest {
    FilecoinHarness private harness = new FilecoinHarness();
    CborHarness private cbor = new CborHarness();

    /// Entries of every shape, mixed, so that both ways of reading them meet.
    function testFuzz_E11_vestingSum(uint256 seed, uint256 count) public {
        count = bound(count, 0, 40);
        uint256 total;
        bytes memory table = abi.encodePacked(hex"81", cbor.writeArray(count));
        for (uint256 i = 0; i < count; ++i) {
            uint256 random = uint256(keccak256(abi.encode(seed, i)));
            uint128 amount = uint128(random) >> ((random >> 128) % 129);
            int64 epoch = int64(uint64(random >> 192)) >> ((random >> 136) % 64);
            total += amount;
            table = abi.encodePacked(table, hex"82", cbor.writeInt64(epoch), cbor.writeBigUint(amount));
        }
        _answer(MINER, FilecoinMethods.GET_VESTING_FUNDS, "", table);
        assertEq(harness.getVestingFunds(MINER), total);
    }

    /// Any one byte changed: refused, or read as the slow way would. The sum then differs from the true one by what
    /// changed alone.
    function testFuzz_E07_vestingByteFlipped(uint256 at, uint8 flip) public {
        bytes memory table = hex"8182821a005b8d8049004563918244f40000821a005b8d8149004563918244f40000";
        at = bound(at, 0, table.length - 1);
        table[at] ^= bytes1(uint8(bound(flip, 1, 255)));
        _answer(MINER, FilecoinMethods.GET_VESTING_FUNDS, "", table);
        try harness.getVestingFunds(MINER) returns (uint256 total) {
            bool inEpoch = (at > 3 && at < 8) || (at > 19 && at < 24);
            bool inAmount = (at > 9 && at < 18) || (at > 25);
            assertTrue(inEpoch || inAmount);
            assertEq(total == 10 ether, inEpoch);
        } catch {}
    }

    function testFuzz_beneficiaryTerm(
        uint64 beneficiary,
        uint256 quota,
        uint256 used,
        int64 expiration,
        bool pending
    ) public {
        BeneficiaryTerm memory term = BeneficiaryTerm(beneficiary, quota, used, expiration, pending);
        bytes memory id = cbor.writeIdAddress(beneficiary);
        bytes memory end = cbor.writeInt64(expiration);
        bytes memory proposal =
            pending ? abi.encodePacked(hex"85", id, cbor.writeBigUint(used), end, hex"f4f5") : bytes(hex"f6");
        bytes memory active = abi.encodePacked(
            hex"82",
            id,
            hex"83",
            cbor.writeBigUint(quota),
            cbor.writeBigUint(used),
            end
        );
        _answer(MINER, FilecoinMethods.GET_BENEFICIARY, "", abi.encodePacked(hex"82", active, proposal));
        assertEq(abi.encode(harness.getBeneficiary(MINER)), abi.encode(term));
    }

    function testFuzz_changeBeneficiary_params(uint64 beneficiary, uint256 quota, int64 expiration) public {
        bytes memory params = abi.encodePacked(
            hex"83",
            cbor.writeIdAddress(beneficiary),
            cbor.writeBigUint(quota),
            cbor.writeInt64(expiration)
        );
        _answer(MINER, FilecoinMethods.CHANGE_BENEFICIARY, params, "");
        harness.changeBeneficiary(MINER, beneficiary, quota, expiration);
    }

    function testFuzz_E07_invoke_carriesEverything(
        uint64 target,
        uint64 method,
        uint256 value,
        bytes memory params,
        bytes memory result
    ) public {
        uint64 codec = result.length == 0 ? 0 : CBOR;
        _answerRaw(target, method, value, params, abi.encode(int256(0), codec, result));
        assertEq(harness.invoke(target, method, value, params), result);
    }

    function testFuzz_E07_RevertWhen_ExitCodeNonZero(uint64 target, uint64 method, int256 exitCode) public {
        if (exitCode == 0) exitCode = 1;
        _answerExit(target, method, hex"40", exitCode);
        vm.expectRevert(_actorFailed(target, method, exitCode));
        harness.invoke(target, method, 0, hex"40");
    }
}
