// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ActorCbor} from "../../../contracts/devnet/ActorCbor.sol";
import {Devnet} from "../../../contracts/devnet/Devnet.sol";
import {MinerMath} from "../../../contracts/devnet/MinerMath.sol";
import {Economics, Run, SectorStatus} from "../../../contracts/devnet/Types.sol";
import {DevnetTest} from "./DevnetTest.sol";

/// @title Sealing, proofs, faults, terminations, expiry: filecoin.md 2.4, 2.5 and 3
contract MinerSectorsTest is DevnetTest {
    uint64 private miner;
    uint256 private pledge; // of one raw sector
    uint256 private faultFee; // FF of one raw sector
    address private reporter = makeAddr("reporter");

    function setUp() public override {
        super.setUp();
        miner = createMiner(address(this));
        fundMiner(miner, 10_000 ether);
        pledge = world.pledgeFor(false);
        faultFee = MinerMath.faultFee(world.economics(), Devnet.SECTOR_SIZE);
    }

    function burnt() private view returns (uint256) {
        return masked(99).balance;
    }

    function run(uint256 index) private view returns (Run memory) {
        return world.runsOf(miner)[index];
    }

    function stopDailyFees() private {
        Economics memory e = world.economics();
        e.circulatingSupply = 0;
        world.setEconomics(e);
        pledge = world.pledgeFor(false);
    }

    // ------------------------------------------------------------------------------------------------ sealing

    function test_PreCommit_locksTheDeposit() public {
        world.preCommit(miner, 3, false, uint64(block.number) + SECTOR_LIFE);
        assertEq(minerState(miner).deposits, 3 * world.depositPerSector());
        advanceEpochs(151);
        world.proveCommit(miner, 0, 3, ANY_DEADLINE, 0);
        assertEq(minerState(miner).deposits, 0);
        assertEq(minerState(miner).pledge, 3 * pledge);
    }

    function test_PreCommit_boundsOfTheLifetime() public {
        uint64 now_ = uint64(block.number);
        uint64 least = now_ + 30 * Devnet.DAY + 150 + 180 * Devnet.DAY;
        expectExit(16);
        world.preCommit(miner, 1, false, least - 1);
        world.preCommit(miner, 1, false, least);
        expectExit(16);
        world.preCommit(miner, 1, false, now_ + 1278 * Devnet.DAY + 1);
        world.preCommit(miner, 1, false, now_ + 1278 * Devnet.DAY);
    }

    function test_PreCommit_insufficientFunds() public {
        uint64 poor = createMiner(address(this));
        expectExit(19);
        world.preCommit(poor, 1, false, uint64(block.number) + SECTOR_LIFE);
    }

    function test_ProveCommit_tooEarlyAndTooLate() public {
        uint64 first = world.preCommit(miner, 2, false, uint64(block.number) + SECTOR_LIFE);
        advanceEpochs(150);
        expectExit(18);
        world.proveCommit(miner, first, 1, ANY_DEADLINE, 0);
        advanceEpochs(1);
        world.proveCommit(miner, first, 1, ANY_DEADLINE, 0);
        advanceEpochs(30 * Devnet.DAY - 1);
        world.proveCommit(miner, first + 1, 1, ANY_DEADLINE, 0); // the last possible epoch
        first = world.preCommit(miner, 1, false, uint64(block.number) + SECTOR_LIFE);
        advanceEpochs(30 * Devnet.DAY + 151);
        expectExit(16);
        world.proveCommit(miner, first, 1, ANY_DEADLINE, 0);
    }

    function test_ProveCommit_insufficientFundsForThePledge() public {
        uint64 poor = createMiner(address(this));
        fundMiner(poor, world.depositPerSector());
        uint64 first = world.preCommit(poor, 1, false, uint64(block.number) + SECTOR_LIFE);
        advanceEpochs(151);
        expectExit(19);
        world.proveCommit(poor, first, 1, ANY_DEADLINE, 0);
    }

    function test_PreCommit_unprovenDepositIsBurnt() public {
        world.preCommit(miner, 3, false, uint64(block.number) + SECTOR_LIFE);
        uint256 deposits = minerState(miner).deposits;
        advanceEpochs(30 * Devnet.DAY + 150 + 960);
        assertEq(minerState(miner).deposits, deposits);
        advanceEpochs(121);
        assertEq(minerState(miner).deposits, 0);
        assertEq(burnt(), deposits);
    }

    function test_Debt_blocksSealing() public {
        uint64 poor = createMiner(address(this));
        world.award(poor, 1 ether);
        expectExit(19);
        world.preCommit(poor, 1, false, uint64(block.number) + SECTOR_LIFE);
    }

    // ------------------------------------------------------------------------------------------------ power

    function test_Power_comesWithTheFirstPost() public {
        commit(miner, 4, false, 0);
        assertEq(minerState(miner).pledge, 4 * pledge);
        assertEq(minerState(miner).rawPower, 0);
        assertAnswer(call(4, MINER_POWER, hex"1903e8"), 0, hex"824040");
        advanceDays(1);
        assertEq(minerState(miner).rawPower, 4 * Devnet.SECTOR_SIZE);
        assertEq(minerState(miner).qaPower, 4 * Devnet.SECTOR_SIZE);
    }

    function test_Power_vectorOneTiBOfVerifiedData() public {
        seal(miner, 32, true, 0);
        assertAnswer(call(4, MINER_POWER, hex"1903e8"), 0, hex"82470001000000000047000a0000000000");
        assertAnswer(
            call(4, MINER_RAW_POWER, hex"1903e8"),
            0,
            hex"8247000100000000"
            hex"00"
            hex"f4"
        );
    }

    function test_Power_notAMiner() public {
        assertAnswer(call(4, MINER_POWER, hex"1904d2"), 17, "");
        assertAnswer(call(4, MINER_RAW_POWER, hex"1904d2"), 16, "");
        assertAnswer(call(4, MINER_POWER, ""), 16, "");
        assertAnswer(call(4, MINER_POWER, hex"4300e807"), 21, "");
        assertAnswer(call(4, 9_999_999_999, ""), 22, "");
    }

    function test_Power_network() public {
        assertAnswer(call(4, 931722534, ""), 0, ActorCbor.writeBigInt(3 << 60));
        assertAnswer(call(4, 1987646258, ""), 0, hex"01");
        assertAnswer(call(4, 196739875, ""), 0, hex"00");
        seal(miner, 320);
        assertAnswer(call(4, 931722534, ""), 0, ActorCbor.writeBigInt((3 << 60) + (10 << 40)));
        assertAnswer(call(4, 196739875, ""), 0, hex"01");
        assertEq(call(4, MINER_RAW_POWER, hex"1903e8").data, hex"8247000a0000000000f5");
    }

    // ------------------------------------------------------------------------------------------------ faults

    function test_Fault_firstMissedDayIsFreeThenFaultFees() public {
        stopDailyFees();
        seal(miner, 10);
        miss(miner);
        uint64 close = world.nextCloseOf(miner, 0);
        advanceEpochs(close - block.number + 1);
        assertEq(minerState(miner).rawPower, 0);
        assertEq(burnt(), 0);
        advanceDays(1);
        assertEq(burnt(), MinerMath.faultFee(world.economics(), 10 * Devnet.SECTOR_SIZE));
        advanceDays(2);
        assertEq(burnt(), 3 * MinerMath.faultFee(world.economics(), 10 * Devnet.SECTOR_SIZE));
        assertEq(minerState(miner).pledge, 10 * pledge, "pledge stays");
    }

    function test_Fault_declaredPaysFromTheFirstClose() public {
        stopDailyFees();
        seal(miner, 10);
        fault_(0, 3);
        assertEq(minerState(miner).rawPower, 7 * Devnet.SECTOR_SIZE);
        advanceDays(1);
        assertEq(burnt(), MinerMath.faultFee(world.economics(), 3 * Devnet.SECTOR_SIZE));
    }

    function fault_(uint64 first, uint32 count) private {
        fault(miner, first, count);
    }

    function test_Fault_cutoff() public {
        seal(miner, 1);
        uint64 opens = world.nextCloseOf(miner, 0) - 59;
        if (opens < block.number + 71) {
            advanceEpochs(100);
            opens = world.nextCloseOf(miner, 0) - 59;
        }
        advanceEpochs(opens - 70 - block.number);
        expectExit(16);
        world.declareFaults(miner, 0, 1);
        expectExit(16);
        world.declareRecoveries(miner, 0, 1);
        vm.roll(block.number - 1);
        world.declareFaults(miner, 0, 1);
    }

    function test_Recovery_endsTheFees() public {
        stopDailyFees();
        seal(miner, 10);
        fault_(0, 10);
        recover(miner, 0, 10);
        assertEq(minerState(miner).rawPower, 0, "only the next PoSt makes it true");
        advanceDays(1);
        assertEq(minerState(miner).rawPower, 10 * Devnet.SECTOR_SIZE);
        uint256 paid = burnt();
        advanceDays(2);
        assertEq(burnt(), paid);
    }

    function test_Recovery_missedAgainPays() public {
        stopDailyFees();
        seal(miner, 10);
        fault_(0, 10);
        recover(miner, 0, 10);
        miss(miner);
        uint256 paid = burnt();
        advanceDays(1);
        assertEq(burnt() - paid, MinerMath.faultFee(world.economics(), 10 * Devnet.SECTOR_SIZE));
        assertFalse(run(0).recovering);
    }

    function test_Recovery_needsTheDebtPaid() public {
        seal(miner, 10);
        fault_(0, 10);
        waitUntilMutable(miner, 0);
        world.award(miner, 1_000_000 ether);
        expectExit(19);
        world.declareRecoveries(miner, 0, 10);
    }

    function test_Abandoned_terminatesItselfAfter42Days() public {
        stopDailyFees();
        seal(miner, 10);
        miss(miner);
        uint64 detected = world.nextCloseOf(miner, 0);
        advanceEpochs(detected + 42 * Devnet.DAY - block.number);
        assertEq(uint256(run(0).status), uint256(SectorStatus.Faulty));
        uint256 perDay = MinerMath.faultFee(world.economics(), 10 * Devnet.SECTOR_SIZE);
        assertEq(burnt(), 41 * perDay);
        uint256 age = detected + 42 * Devnet.DAY - run(0).activation;
        advanceEpochs(1);
        assertEq(uint256(run(0).status), uint256(SectorStatus.Dead));
        assertEq(minerState(miner).pledge, 0);
        assertEq(burnt(), 42 * perDay + 10 * MinerMath.terminationFee(pledge, age, faultFee));
    }

    // ------------------------------------------------------------------------------------------------ terminations

    function test_Terminate_chargesBySectorAndReleasesPledge() public {
        stopDailyFees();
        seal(miner, 10);
        advanceDays(70);
        waitUntilMutable(miner, 0);
        uint256 age = block.number - run(0).activation;
        uint256 before = burnt();
        world.terminate(miner, 2, 3);
        assertEq(burnt() - before, 3 * MinerMath.terminationFee(pledge, age, faultFee));
        assertEq(minerState(miner).pledge, 7 * pledge);
        assertEq(minerState(miner).rawPower, 7 * Devnet.SECTOR_SIZE);
        expectExit(17);
        world.terminate(miner, 2, 1);
    }

    function test_Terminate_openAndNextDeadlineAreImmutable() public {
        seal(miner, 1);
        uint64 opens = world.nextCloseOf(miner, 0) - 59;
        if (opens < block.number + 60) {
            advanceEpochs(200);
            opens = world.nextCloseOf(miner, 0) - 59;
        }
        advanceEpochs(opens - 60 - block.number);
        expectExit(16);
        world.terminate(miner, 0, 1);
        vm.roll(block.number - 1);
        world.terminate(miner, 0, 1);
    }

    function test_Expiry_onTimeReleasesPledgeForNothing() public {
        stopDailyFees();
        uint64 first = world.preCommit(miner, 5, false, uint64(block.number) + 220 * Devnet.DAY);
        advanceEpochs(151);
        world.proveCommit(miner, first, 5, ANY_DEADLINE, 0);
        advanceDays(222);
        assertEq(minerState(miner).pledge, 0);
        assertEq(minerState(miner).rawPower, 0);
        assertEq(burnt(), 0);
        assertFalse(minerState(miner).cronActive);
    }

    function test_Expiry_ofFaultySectorsWithinTheir42Days() public {
        stopDailyFees();
        uint64 first = world.preCommit(miner, 5, false, uint64(block.number) + 220 * Devnet.DAY);
        advanceEpochs(151);
        world.proveCommit(miner, first, 5, ANY_DEADLINE, 0);
        advanceDays(200);
        miss(miner);
        advanceDays(22);
        assertEq(minerState(miner).pledge, 0);
        assertEq(minerState(miner).feeDebt, 0);
        assertLe(burnt(), 21 * MinerMath.faultFee(world.economics(), 5 * Devnet.SECTOR_SIZE), "no termination fee");
    }

    function test_Extend_keepsTheDailyFee() public {
        seal(miner, 5);
        uint96 fee = run(0).dailyFee;
        Economics memory e = world.economics();
        e.circulatingSupply *= 2;
        world.setEconomics(e);
        uint64 later = uint64(block.number) + 1278 * Devnet.DAY;
        expectExit(16);
        world.extend(miner, 0, 5, later + 1);
        world.extend(miner, 0, 5, later);
        assertEq(run(0).expiration, later);
        assertEq(run(0).dailyFee, fee);
        expectExit(16);
        world.extend(miner, 0, 5, later - 1); // never shorter
    }

    function test_Extend_fiveYearsAtMost() public {
        seal(miner, 1);
        uint64 activation = run(0).activation;
        world.extend(miner, 0, 1, uint64(block.number) + 1278 * Devnet.DAY);
        advanceDays(1000);
        expectExit(16);
        world.extend(miner, 0, 1, activation + 1825 * Devnet.DAY + 1);
        world.extend(miner, 0, 1, activation + 1825 * Devnet.DAY);
    }

    // ------------------------------------------------------------------------------------------------ fees and penalties

    function test_DailyFee_isPaidEachDayCappedByReward() public {
        seal(miner, 10);
        uint256 fees = 10 * uint256(run(0).dailyFee);
        uint256 cap = MinerMath.expectedReward(world.economics(), 10 * Devnet.SECTOR_SIZE, Devnet.DAY) / 2;
        assertLt(fees, cap);
        advanceDays(3);
        assertEq(burnt(), 3 * fees);
        Economics memory e = world.economics();
        e.rewardPerEpoch /= 1000;
        world.setEconomics(e);
        uint256 before = burnt();
        advanceDays(1);
        assertEq(burnt() - before, MinerMath.expectedReward(e, 10 * Devnet.SECTOR_SIZE, Devnet.DAY) / 2);
    }

    function test_Dispute_costs20FilAndRewardPlusTheReporters4() public {
        stopDailyFees();
        seal(miner, 10);
        uint64 close = world.nextCloseOf(miner, 0);
        advanceEpochs(close - block.number + 1);
        uint8 deadline = run(0).deadline;
        world.dispute(miner, deadline, reporter);
        uint256 penalty =
            MinerMath.expectedReward(world.economics(), 10 * Devnet.SECTOR_SIZE, 10_108 + 5_760) + 20 ether;
        assertEq(burnt(), penalty);
        assertEq(reporter.balance, 4 ether);
        assertEq(minerState(miner).rawPower, 0, "the disputed sectors are faulty");
        expectExit(18);
        world.dispute(miner, deadline, reporter);
    }

    function test_Dispute_windowOf1800Epochs() public {
        seal(miner, 10);
        uint64 close = world.nextCloseOf(miner, 0);
        advanceEpochs(close - block.number);
        uint8 deadline = run(0).deadline;
        expectExit(18);
        world.dispute(miner, deadline, address(this)); // still open
        advanceEpochs(1801);
        expectExit(18);
        world.dispute(miner, deadline, address(this));
        vm.roll(block.number - 1);
        world.dispute(miner, deadline, address(this));
    }

    function test_ConsensusFault_oneEpochRewardAndNoSealingFor900Epochs() public {
        world.reportConsensusFault(miner, reporter);
        assertEq(burnt(), 24 ether - 1.2 ether);
        assertEq(reporter.balance, 1.2 ether);
        expectExit(18);
        world.preCommit(miner, 1, false, uint64(block.number) + SECTOR_LIFE);
        advanceEpochs(901);
        world.preCommit(miner, 1, false, uint64(block.number) + SECTOR_LIFE);
    }

    // ------------------------------------------------------------------------------------------------ status and place

    /// @dev Sector 42 at deadline 3, partition 7, as in the vectors: seven full partitions go before it.
    function sector42() private {
        fundMiner(miner, 100_000 ether);
        world.preCommit(miner, 42, false, uint64(block.number) + SECTOR_LIFE);
        world.preCommit(miner, 1, false, uint64(block.number) + SECTOR_LIFE);
        world.preCommit(miner, 7 * 2349, false, uint64(block.number) + SECTOR_LIFE);
        advanceEpochs(151);
        uint256 period = (block.number - minerState(miner).offset) % Devnet.DAY;
        if (period < 4 * 60) advanceEpochs(4 * 60);
        world.proveCommit(miner, 43, 7 * 2349, 3, 0);
        world.proveCommit(miner, 42, 1, 3, 0);
    }

    function test_Status_vectors() public {
        sector42();
        assertAnswer(call(miner, GENERATE_LOCATION, hex"81182a"), 0, hex"820143820307");
        assertAnswer(call(miner, VALIDATE_STATUS, hex"83182a0143820307"), 0, hex"f5");
        assertAnswer(call(miner, VALIDATE_STATUS, hex"83182a0243820307"), 0, hex"f4");
        assertAnswer(call(miner, VALIDATE_STATUS, hex"83182a0043822020"), 17, ""); // it is in the table
        assertAnswer(call(miner, GET_EXPIRATION, hex"182a"), 0, ActorCbor.writeUint(START_EPOCH + SECTOR_LIFE));
        assertAnswer(call(miner, GET_EXPIRATION, hex"1a000186a0"), 17, "");
    }

    function test_Status_neverCommitted() public {
        assertAnswer(call(miner, GENERATE_LOCATION, hex"81182a"), 0, hex"820043822020");
        assertAnswer(call(miner, VALIDATE_STATUS, hex"83182a0043822020"), 0, hex"f5");
        assertAnswer(call(miner, VALIDATE_STATUS, hex"83182a0143822020"), 0, hex"f4");
        assertAnswer(call(miner, VALIDATE_STATUS, hex"83182a0143820307"), 17, "");
    }

    function test_Status_refusals() public {
        sector42();
        assertAnswer(call(miner, VALIDATE_STATUS, hex"83182a0143820407"), 17, ""); // wrong deadline
        assertAnswer(call(miner, VALIDATE_STATUS, hex"83182a0143820306"), 17, ""); // wrong partition
        assertAnswer(call(miner, VALIDATE_STATUS, hex"83182a0143822007"), 16, ""); // only one of them -1
        assertAnswer(call(miner, VALIDATE_STATUS, hex"83182a0343820307"), 21, ""); // no such status
        assertAnswer(call(miner, VALIDATE_STATUS, hex"83182a01428203"), 21, "");
    }

    function test_Status_faultyAndDead() public {
        seal(miner, 2);
        fault_(0, 1);
        bytes memory at = ActorCbor.writeBytes(
            bytes.concat(hex"82", ActorCbor.writeUint(run(0).deadline), ActorCbor.writeUint(0))
        );
        assertAnswer(call(miner, VALIDATE_STATUS, bytes.concat(hex"830002", at)), 0, hex"f5");
        assertAnswer(call(miner, VALIDATE_STATUS, bytes.concat(hex"830001", at)), 0, hex"f4");
        assertAnswer(call(miner, VALIDATE_STATUS, bytes.concat(hex"830101", at)), 0, hex"f5");
        uint64 expiration = run(0).expiration;
        terminate(miner, 0, 1);
        assertAnswer(call(miner, VALIDATE_STATUS, bytes.concat(hex"830000", at)), 0, hex"f5");
        assertAnswer(call(miner, GET_EXPIRATION, hex"00"), 0, ActorCbor.writeUint(expiration)); // proves nothing
    }

    function test_Compact_forgetsDeadSectors() public {
        seal(miner, 2);
        uint8 deadline = run(0).deadline;
        terminate(miner, 0, 1);
        uint64 close = world.nextCloseOf(miner, 1);
        advanceEpochs(close - block.number + 1);
        expectExit(18);
        world.compact(miner, deadline); // the last proofs can still be disputed
        advanceEpochs(1800);
        world.compact(miner, deadline);
        assertAnswer(call(miner, GET_EXPIRATION, hex"00"), 17, "");
        assertAnswer(call(miner, VALIDATE_STATUS, hex"83000043822020"), 0, hex"f5");
        assertEq(call(miner, GET_EXPIRATION, hex"01").code, 0);
    }

    function test_Deadline_automaticIsTheEmptiestMutable() public {
        commit(miner, 1, false, 0);
        uint8 first = run(0).deadline;
        commit(miner, 1, false, 0);
        assertTrue(run(1).deadline != first);
        expectExit(17);
        world.proveCommit(miner, 77, 1, ANY_DEADLINE, 0);
    }

    // ------------------------------------------------------------------------------------------------ catching up

    /// @dev Many small ticks leave the state that one large tick leaves.
    function test_Tick_lazyEqualsStepByStep() public {
        seal(miner, 20);
        award(miner, 50 ether);
        fault_(3, 5);
        world.preCommit(miner, 2, false, uint64(block.number) + SECTOR_LIFE);
        miss(miner);
        uint256 snapshot = vm.snapshotState();
        uint64 end = uint64(block.number) + 60 * Devnet.DAY;
        vm.roll(end);
        world.tick();
        bytes memory lazy = abi.encode(minerState(miner), world.runsOf(miner), world.vestingOf(miner));
        uint256 burntLazily = burnt();
        vm.revertToState(snapshot);
        while (block.number < end) {
            uint256 next = block.number + 777;
            vm.roll(next < end ? next : end);
            world.tick();
        }
        bytes memory stepwise = abi.encode(minerState(miner), world.runsOf(miner), world.vestingOf(miner));
        assertEq(keccak256(lazy), keccak256(stepwise));
        assertEq(burntLazily, burnt());
    }
}
