// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {stdError} from "forge-std/StdError.sol";

import {ActorCall} from "../../../contracts/filecoin/ActorCall.sol";
import {BeaconRandomness} from "../../../contracts/filecoin/BeaconRandomness.sol";
import {FilecoinMethods} from "../../../contracts/filecoin/FilecoinMethods.sol";
import {MinerFacts} from "../../../contracts/filecoin/MinerFacts.sol";
import {
    BeneficiaryProposal,
    BeneficiaryTerm,
    CollateralFacts,
    MinerSnapshot
} from "../../../contracts/filecoin/interfaces/IMinerFacts.sol";
import {EncodingTest} from "./EncodingTest.sol";

contract MinerFactsTest is EncodingTest {
    uint64 private constant POWER = 4;
    address private constant ALICE = 0xd388aB098ed3E84c0D808776440B48F685198498;
    bytes private constant ALICE_F410 = hex"040ad388ab098ed3e84c0d808776440b48f685198498";
    address private constant F01234 = 0xFF000000000000000000000000000000000004d2;
    uint256 private constant TIB = 2 ** 40;

    MinerFacts private facts = new MinerFacts();

    /// 1 TiB raw, 10 TiB quality-adjusted, -5 FIL available, 5 FIL vesting, 1 FIL of pledge, owner f01000, proposed
    /// f02000.
    function _miner() private {
        _answer(POWER, FilecoinMethods.MINER_POWER, hex"1904d2", hex"82470001000000000047000a0000000000");
        _answer(MINER, FilecoinMethods.GET_AVAILABLE_BALANCE, "", hex"49014563918244f40000");
        _answer(MINER, FilecoinMethods.GET_VESTING_FUNDS, "", hex"8181821a005b8d8049004563918244f40000");
        _answer(MINER, FilecoinMethods.INITIAL_PLEDGE, "", hex"49000de0b6b3a7640000");
        _answer(MINER, FilecoinMethods.GET_OWNER, "", hex"824300e8074300d00f");
        _answer(
            MINER,
            FilecoinMethods.GET_BENEFICIARY,
            "",
            hex"82824300d00f834a003635c9adc5dea0000049004563918244f400001a005b8d80f6"
        );
        // what a pledge of 1 FIL costs at most, and 10 TiB
        _answer(MINER, FilecoinMethods.MAX_TERMINATION_FEE, hex"824049000de0b6b3a7640000", hex"43000385");
        _answer(MINER, FilecoinMethods.MAX_TERMINATION_FEE, hex"8247000a000000000040", hex"42000b");
    }

    function test_isMiner_byExitCode() public {
        _miner();
        assertTrue(facts.isMiner(MINER));
        _answerExit(POWER, FilecoinMethods.MINER_POWER, hex"1904d3", 17);
        assertFalse(facts.isMiner(MINER + 1));
    }

    function test_snapshot_readsEverything() public {
        _miner();
        MinerSnapshot memory s = facts.snapshot(MINER);
        assertEq(s.availableBalance, -5 ether);
        assertEq(s.vestingFunds, 5 ether);
        assertEq(s.initialPledge, 1 ether);
        assertEq(s.rawPowerBytes, TIB);
        assertEq(s.qaPowerBytes, 10 * TIB);
        assertEq(s.owner, 1000);
        assertEq(s.pendingOwner, 2000);
        assertEq(abi.encode(s.term), abi.encode(BeneficiaryTerm(2000, 1000 ether, 5 ether, 6_000_000, false)));
    }

    /// Whatever else the actor would answer: the power actor is asked first, and the rest is not asked.
    function test_RevertWhen_SnapshotOfNonMiner() public {
        _answerExit(POWER, FilecoinMethods.MINER_POWER, hex"1904d2", 17);
        vm.expectRevert(_actorFailed(POWER, FilecoinMethods.MINER_POWER, 17));
        facts.snapshot(MINER);
        vm.expectRevert(_actorFailed(POWER, FilecoinMethods.MINER_POWER, 17));
        facts.collateral(MINER, 0, 0, true);
    }

    /// Each of the answers, when it fails, fails the whole.
    function test_E07_RevertWhen_OneAnswerFails() public {
        uint64[5] memory methods = [
            FilecoinMethods.GET_AVAILABLE_BALANCE,
            FilecoinMethods.GET_VESTING_FUNDS,
            FilecoinMethods.INITIAL_PLEDGE,
            FilecoinMethods.GET_OWNER,
            FilecoinMethods.GET_BENEFICIARY
        ];
        for (uint256 i = 0; i < methods.length; ++i) {
            _miner();
            _answerExit(MINER, methods[i], "", 20);
            vm.expectRevert(_actorFailed(MINER, methods[i], 20));
            facts.snapshot(MINER);
        }
    }

    function test_collateral_withoutReference() public {
        _miner();
        CollateralFacts memory c = facts.collateral(MINER, 0, type(uint256).max, true);
        assertEq(c.availableBalance, -5 ether);
        assertEq(c.vestingFunds, 5 ether);
        assertEq(c.initialPledge, 1 ether);
        assertEq(c.rawPowerBytes, TIB);
        assertEq(c.qaPowerBytes, 10 * TIB);
        assertEq(c.faultFeePerDay, 11);
        assertEq(c.terminationFee, 901 + 11);
    }

    function test_collateral_withoutVestingDoesNotAskForIt() public {
        _miner();
        _answerExit(MINER, FilecoinMethods.GET_VESTING_FUNDS, "", 20);
        CollateralFacts memory c = facts.collateral(MINER, 0, 0, false);
        assertEq(c.vestingFunds, 0);
        assertEq(c.terminationFee, 912);
        vm.expectRevert(_actorFailed(MINER, FilecoinMethods.GET_VESTING_FUNDS, 20));
        facts.collateral(MINER, 0, 0, true);
    }

    /// Pledge as at the reference, power down by faults: fees are asked for the reference's 320 GiB x 32 + 1 byte.
    function test_collateral_faultsDoNotLowerTheFee() public {
        _miner();
        _answer(MINER, FilecoinMethods.MAX_TERMINATION_FEE, hex"8247000a000000000140", hex"42000c");
        CollateralFacts memory c = facts.collateral(MINER, 1 ether, 10 * TIB + 1, false);
        assertEq(c.qaPowerBytes, 10 * TIB); // as the power actor says
        assertEq(c.faultFeePerDay, 12);
        assertEq(c.terminationFee, 901 + 12);
    }

    /// Power per pledge as at the reference or above it: fees are asked for the power there is.
    function test_collateral_powerAboveReference() public {
        _miner();
        assertEq(facts.collateral(MINER, 2 ether, 20 * TIB, false).faultFeePerDay, 11);
        assertEq(facts.collateral(MINER, 2 ether, 1, false).faultFeePerDay, 11);
        assertEq(facts.collateral(MINER, 2 ether, 0, false).faultFeePerDay, 11);
    }

    /// 10 TiB + 1/2 byte: the bound of a fee is rounded up.
    function test_collateral_roundsExpectedPowerUp() public {
        _miner();
        _answer(MINER, FilecoinMethods.MAX_TERMINATION_FEE, hex"8247000a000000000140", hex"42000c");
        assertEq(facts.collateral(MINER, 2 ether, 20 * TIB + 1, false).faultFeePerDay, 12);
    }

    /// References are what this contract said before, below 2^128 each; others do not wrap around.
    function test_RevertWhen_ReferenceOverflows() public {
        _miner();
        vm.expectRevert(stdError.arithmeticError);
        facts.collateral(MINER, 1, type(uint256).max, false);
    }

    /// The same as its three parts.
    function test_lien_isCollateralTermAndProposedOwner() public {
        _miner();
        _answer(MINER, FilecoinMethods.MAX_TERMINATION_FEE, hex"8247000a000000000140", hex"42000c");
        (CollateralFacts memory c, BeneficiaryTerm memory term, uint64 owner, uint64 pendingOwner) = facts.lien(
            MINER,
            1 ether,
            10 * TIB + 1,
            true
        );
        assertEq(abi.encode(c), abi.encode(facts.collateral(MINER, 1 ether, 10 * TIB + 1, true)));
        assertEq(c.faultFeePerDay, 12);
        assertEq(abi.encode(term), abi.encode(facts.beneficiaryTerm(MINER)));
        assertEq(owner, 1000);
        assertEq(pendingOwner, 2000);
        _answerExit(POWER, FilecoinMethods.MINER_POWER, hex"1904d2", 17);
        vm.expectRevert(_actorFailed(POWER, FilecoinMethods.MINER_POWER, 17));
        facts.lien(MINER, 0, 0, false);
    }

    function test_beneficiaryTerm_andOwner() public {
        _miner();
        BeneficiaryTerm memory term = facts.beneficiaryTerm(MINER);
        assertEq(abi.encode(term), abi.encode(BeneficiaryTerm(2000, 1000 ether, 5 ether, 6_000_000, false)));
        BeneficiaryProposal memory none;
        assertEq(abi.encode(facts.beneficiaryProposal(MINER)), abi.encode(none));
        (uint64 owner, uint64 pendingOwner) = facts.owner(MINER);
        assertEq(owner, 1000);
        assertEq(pendingOwner, 2000);
    }

    function test_E02_isControlling_bothAliases() public {
        bytes memory f410 = hex"56040ad388ab098ed3e84c0d808776440b48f685198498";
        _answer(MINER, FilecoinMethods.IS_CONTROLLING_ADDRESS, f410, hex"f5");
        _answer(MINER, FilecoinMethods.IS_CONTROLLING_ADDRESS, hex"4300d209", hex"f5");
        assertTrue(facts.isControlling(MINER, ALICE));
        assertTrue(facts.isControlling(MINER, F01234));
    }

    function test_E02_addresses() public {
        _resolvesTo(ALICE_F410, 1234);
        _lookup(1234, ALICE_F410);
        assertEq(facts.actorIdOf(ALICE), 1234);
        assertEq(facts.actorIdOf(F01234), 1234);
        assertEq(facts.normalize(F01234), ALICE);
        assertEq(facts.normalize(ALICE), ALICE);
    }

    function test_beaconRandomness_neverOfTheFuture() public {
        vm.roll(100);
        bytes32 digest = keccak256("drand");
        REGISTRY.set(BeaconRandomness.GET_BEACON_RANDOMNESS, abi.encode(100), false, abi.encode(digest));
        assertEq(facts.beaconRandomness(100), digest);
        vm.expectRevert(abi.encodeWithSelector(BeaconRandomness.BeaconRandomness_FutureEpoch.selector, 100, 101));
        facts.beaconRandomness(101);
    }

    function test_sectors() public {
        _answer(MINER, FilecoinMethods.VALIDATE_SECTOR_STATUS, hex"83182a0143820307", hex"f5");
        assertTrue(facts.sectorStatus(MINER, 42, 1, hex"820307"));
        _answer(MINER, FilecoinMethods.GET_NOMINAL_SECTOR_EXPIRATION, hex"182a", hex"1a005b8d80");
        assertEq(facts.sectorExpiration(MINER, 42), 6_000_000);
    }

    /// On a chain that is not Filecoin nothing is true of any miner.
    function test_E06_RevertWhen_NoPrecompiles() public {
        vm.etch(ActorCall.CALL_ACTOR_ID, "");
        bytes memory reason = _precompileFailed(POWER, FilecoinMethods.MINER_POWER);
        vm.expectRevert(reason);
        facts.isMiner(MINER);
        vm.expectRevert(reason);
        facts.snapshot(MINER);
        vm.expectRevert(reason);
        facts.collateral(MINER, 0, 0, false);
        vm.expectRevert(_precompileFailed(MINER, FilecoinMethods.GET_BENEFICIARY));
        facts.beneficiaryTerm(MINER);
        vm.expectRevert(_precompileFailed(MINER, FilecoinMethods.GET_BENEFICIARY));
        facts.beneficiaryProposal(MINER);
    }
}
