// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ActorCbor} from "../../../contracts/devnet/ActorCbor.sol";
import {Devnet} from "../../../contracts/devnet/Devnet.sol";
import {IFilecoinWorld} from "../../../contracts/devnet/IFilecoinWorld.sol";
import {MinerMath} from "../../../contracts/devnet/MinerMath.sol";
import {Economics} from "../../../contracts/devnet/Types.sol";
import {DevnetTest} from "./DevnetTest.sol";

/// @title Withdrawal, vesting, fee debt, rewards: filecoin.md 2.2 and 3
contract MinerMoneyTest is DevnetTest {
    bytes private constant ONE_FIL = hex"8149000de0b6b3a7640000";
    uint64 private miner;

    function setUp() public override {
        super.setUp();
        miner = createMiner(address(this));
    }

    function withdraw(uint256 amount) private returns (Answer memory) {
        return call(miner, WITHDRAW, bytes.concat(hex"81", ActorCbor.writeBigInt(amount)));
    }

    function available() private returns (bytes memory) {
        return call(miner, GET_AVAILABLE, "").data;
    }

    // ------------------------------------------------------------------------------------------------ withdrawal

    function test_Withdraw_vectorPaysTheOwner() public {
        fundMiner(miner, 3 ether);
        uint256 before = address(this).balance;
        assertAnswer(call(miner, WITHDRAW, ONE_FIL), 0, hex"49000de0b6b3a7640000");
        assertEq(address(this).balance, before + 1 ether);
        assertEq(masked(miner).balance, 2 ether);
    }

    function test_Withdraw_atMostWhatIsAvailable() public {
        fundMiner(miner, 3 ether);
        assertAnswer(withdraw(1000 ether), 0, ActorCbor.writeBigInt(3 ether));
        assertAnswer(withdraw(1000 ether), 0, hex"40");
    }

    function test_Withdraw_negativeAmount() public {
        assertAnswer(call(miner, WITHDRAW, hex"81420101"), 16, "");
    }

    function test_Withdraw_strangerIsForbidden() public {
        assertEq(sendAs(address(0xbad), miner, WITHDRAW, ONE_FIL), 18);
        assertEq(sendAs(masked(minerState(miner).worker), miner, WITHDRAW, ONE_FIL), 18);
    }

    function test_Withdraw_goesToTheBeneficiaryWhoeverCalls() public {
        fundMiner(miner, 10 ether);
        _lend(3 ether);
        uint256 before = address(this).balance;
        assertAnswer(call(miner, WITHDRAW, ONE_FIL), 0, hex"49000de0b6b3a7640000"); // called by the owner
        assertEq(address(this).balance, before);
        assertEq(address(0x1e4de1).balance, 1 ether);
        assertAnswer(withdraw(9 ether), 0, ActorCbor.writeBigInt(2 ether)); // the quota's rest
        assertAnswer(call(miner, WITHDRAW, ONE_FIL), 18, "");
    }

    function _lend(uint256 quota) private {
        uint64 lender = idOf(address(0x1e4de1));
        bytes memory params = bytes.concat(
            hex"83",
            ActorCbor.writeAddress(lender),
            ActorCbor.writeBigInt(quota),
            ActorCbor.writeInt(6_000_000)
        );
        assertEq(call(miner, CHANGE_BENEFICIARY, params).code, 0);
        assertEq(sendAs(address(0x1e4de1), miner, CHANGE_BENEFICIARY, params), 0);
    }

    function test_Withdraw_forbiddenWhileTerminationsWait() public {
        fundMiner(miner, 100 ether);
        uint64 first = seal(miner, 10);
        Economics memory e = world.economics();
        e.earlyTerminationLimit = 4;
        world.setEconomics(e);
        terminate(miner, first, 10);
        assertEq(minerState(miner).terminating, 6);
        assertAnswer(withdraw(1), 18, "");
        advanceEpochs(1); // cron of the next epoch has not run yet
        assertAnswer(withdraw(1), 18, "");
        advanceEpochs(1);
        assertEq(minerState(miner).terminating, 2);
        advanceEpochs(1);
        assertEq(minerState(miner).terminating, 0);
        assertEq(withdraw(1).code, 0);
        assertEq(minerState(miner).pledge, 0);
    }

    function test_Withdraw_needsTheFeeDebtPaid() public {
        fundMiner(miner, 1 ether);
        world.award(miner, 5 ether); // a penalty of 5 FIL takes all there is
        assertEq(masked(miner).balance, 0);
        assertEq(minerState(miner).feeDebt, 4 ether);
        assertEq(available(), ActorCbor.writeSigned(-4 ether), "available is negative");
        assertAnswer(withdraw(1), 19, "");
        fundMiner(miner, 6 ether);
        assertAnswer(withdraw(10 ether), 0, ActorCbor.writeBigInt(2 ether));
        assertEq(minerState(miner).feeDebt, 0);
        assertEq(masked(99).balance, 5 ether);
    }

    /// @dev The vectors' -5 FIL, as the getter gives it.
    function test_Available_negativeVector() public {
        world.award(miner, 5 ether);
        assertAnswer(call(miner, GET_AVAILABLE, ""), 0, hex"49014563918244f40000");
    }

    function test_Available_illegalStateWhenBalanceIsShort() public {
        fundMiner(miner, 10 ether);
        seal(miner, 10);
        vm.deal(masked(miner), 0); // cannot happen on chain
        assertAnswer(call(miner, GET_AVAILABLE, ""), 20, "");
    }

    function test_BalanceIdentity_holds() public {
        fundMiner(miner, 100 ether);
        seal(miner, 50);
        world.preCommit(miner, 7, false, uint64(block.number) + SECTOR_LIFE);
        award(miner, 12 ether);
        IFilecoinWorld.MinerView memory s = minerState(miner);
        assertGt(s.deposits, 0);
        int256 free = int256(s.balance) - int256(s.locked + s.deposits + s.pledge + s.feeDebt);
        assertEq(available(), ActorCbor.writeSigned(free));
        assertAnswer(call(miner, INITIAL_PLEDGE, ""), 0, ActorCbor.writeBigInt(s.pledge));
    }

    // ------------------------------------------------------------------------------------------------ debt

    function test_RepayDebt_byOwnerWorkerOrControlOnly() public {
        fundMiner(miner, 1 ether);
        world.award(miner, 5 ether);
        vm.deal(address(this), 2 ether);
        assertAnswer(callWith(miner, REPAY_DEBT, 2 ether, 0, ""), 0, "");
        assertEq(minerState(miner).feeDebt, 2 ether);
        assertEq(sendAs(masked(minerState(miner).worker), miner, REPAY_DEBT, ""), 0);
        _lendInDebt();
        assertEq(sendAs(address(0x1e4de1), miner, REPAY_DEBT, ""), 18, "not the beneficiary");
    }

    function _lendInDebt() private {
        _lend(1 ether);
    }

    function test_Debt_isPaidFromVestingSoonestFirst() public {
        award(miner, 240 ether); // 60 free, 180 vesting
        IFilecoinWorld.Vesting[] memory before = world.vestingOf(miner);
        uint256 firstTwo = before[0].amount + before[1].amount;
        world.award(miner, firstTwo + 1);
        IFilecoinWorld.Vesting[] memory rows = world.vestingOf(miner);
        assertEq(rows[0].epoch, before[2].epoch);
        assertEq(rows[0].amount, before[2].amount - 1);
        assertEq(minerState(miner).feeDebt, 0);
        assertEq(available(), ActorCbor.writeBigInt(60 ether), "what is free was not touched");
    }

    function test_Debt_isPaidFromFreeFundsAfterVesting() public {
        award(miner, 240 ether);
        world.award(miner, 200 ether);
        assertEq(minerState(miner).locked, 0);
        assertEq(available(), ActorCbor.writeBigInt(40 ether));
        assertEq(masked(99).balance, 200 ether);
    }

    function test_Debt_cronPaysItFromWhatArrives() public {
        fundMiner(miner, 10 ether);
        seal(miner, 10);
        world.award(miner, 100 ether);
        uint256 debt = minerState(miner).feeDebt;
        assertGt(debt, 0);
        fundMiner(miner, 1 ether);
        assertEq(minerState(miner).feeDebt, debt);
        advanceEpochs(61);
        assertLe(minerState(miner).feeDebt, debt - 0.9 ether);
    }

    // ------------------------------------------------------------------------------------------------ vesting

    function test_Award_threeQuartersVest() public {
        award(miner, 10 ether);
        assertEq(minerState(miner).locked, 7.5 ether);
        assertEq(available(), ActorCbor.writeBigInt(2.5 ether));
    }

    function test_Vesting_isLinearInDailyStepsOfHalfDaySlots() public {
        award(miner, 240 ether);
        IFilecoinWorld.Vesting[] memory rows = world.vestingOf(miner);
        uint256 phase = minerState(miner).offset % (Devnet.DAY / 2);
        assertLe(rows.length, 181);
        uint256 sum;
        for (uint256 i; i < rows.length; ++i) {
            assertEq(rows[i].epoch % (Devnet.DAY / 2), phase);
            if (i != 0) assertEq(rows[i].epoch - rows[i - 1].epoch, Devnet.DAY);
            sum += rows[i].amount;
            uint256 elapsed = rows[i].epoch - block.number;
            uint256 target = elapsed >= 180 * Devnet.DAY ? 180 ether : (180 ether * elapsed) / (180 * Devnet.DAY);
            assertEq(sum, target);
        }
        assertEq(sum, 180 ether);
    }

    function test_Vesting_paysOutTheEpochAfterItsSlot() public {
        award(miner, 240 ether);
        IFilecoinWorld.Vesting[] memory rows = world.vestingOf(miner);
        vm.roll(rows[0].epoch);
        assertAnswer(withdraw(1000 ether), 0, ActorCbor.writeBigInt(60 ether));
        vm.roll(rows[0].epoch + 1);
        assertAnswer(withdraw(1000 ether), 0, ActorCbor.writeBigInt(rows[0].amount));
    }

    function test_Vesting_getterListsWhatIsMaturedButNotUnlocked() public {
        award(miner, 240 ether);
        IFilecoinWorld.Vesting[] memory rows = world.vestingOf(miner);
        bytes memory before = call(miner, GET_VESTING, "").data;
        vm.roll(rows[1].epoch + 1); // a miner without deadline cron: nothing unlocks by itself
        assertEq(call(miner, GET_VESTING, "").data, before);
        withdraw(1);
        assertTrue(keccak256(call(miner, GET_VESTING, "").data) != keccak256(before));
    }

    function test_Vesting_vectors() public {
        assertAnswer(call(miner, GET_VESTING, ""), 0, hex"8180");
        uint64 last = 6_000_000;
        vm.roll(1_000_000);
        uint64 id = world.nextId();
        while (uint256(keccak256(abi.encode(id, block.number))) % 1440 != last % 1440) vm.roll(block.number + 1);
        miner = createMiner(address(this));
        vm.roll(last - 180 * Devnet.DAY);
        award(miner, 1600 ether);
        world.award(miner, 1200 ether - 5 ether);
        assertAnswer(call(miner, GET_VESTING, ""), 0, hex"8181821a005b8d8049004563918244f40000");
    }

    function test_CreationDeposit_vestsAsRewardsDo() public {
        installNativeActor(world.nextId());
        vm.deal(address(this), 4 ether);
        uint64 id = world.createMiner{value: 4 ether}(address(this));
        assertEq(world.minerState(id).locked, 4 ether);
        advanceDays(182);
        assertEq(world.minerState(id).locked, 0, "its cron unlocks");
        assertFalse(world.minerState(id).cronActive, "and then ends");
    }

    // ------------------------------------------------------------------------------------------------ formulas

    function test_MaxTerminationFee_vectors() public {
        Answer memory a = call(miner, MAX_TERMINATION_FEE, hex"824600500000000049000de0b6b3a7640000");
        assertAnswer(a, 0, ActorCbor.writeBigInt(0.085 ether));
        uint256 fault = (uint256(320 << 30) * 10_108 * 24 ether) / (20 << 60);
        a = call(miner, MAX_TERMINATION_FEE, hex"824600500000000040");
        assertAnswer(a, 0, ActorCbor.writeBigInt((fault * 105) / 100));
        assertAnswer(
            call(
                miner,
                MAX_TERMINATION_FEE,
                hex"82420101"
                hex"40"
            ),
            16,
            ""
        );
        assertAnswer(call(miner, MAX_TERMINATION_FEE, hex"8140"), 21, "");
    }

    function test_TerminationFee_examples() public pure {
        assertEq(MinerMath.terminationFee(100 ether, 0, 0), 2 ether);
        assertApproxEqAbs(MinerMath.terminationFee(100 ether, 33 * Devnet.DAY, 0), 2.0036 ether, 0.0001 ether);
        assertEq(MinerMath.terminationFee(100 ether, 70 * Devnet.DAY, 0), 4.25 ether);
        assertEq(MinerMath.terminationFee(100 ether, 140 * Devnet.DAY, 0), 8.5 ether);
        assertEq(MinerMath.terminationFee(100 ether, 1000 * Devnet.DAY, 0), 8.5 ether);
        assertEq(MinerMath.terminationFee(100 ether, 1000 * Devnet.DAY, 10 ether), 10.5 ether);
    }

    function test_DailyFee_example() public view {
        Economics memory e = world.economics();
        assertApproxEqRel(MinerMath.dailyFee(e, 32 << 30), 3.78e12, 0.001e18);
        assertEq(MinerMath.dailyFee(e, 320 << 30) / 10, MinerMath.dailyFee(e, 32 << 30));
    }

    function test_Economics_defaultsAreMainnetLike() public view {
        uint256 pledge = world.pledgeFor(false);
        uint256 daily = MinerMath.expectedReward(world.economics(), 32 << 30, Devnet.DAY);
        assertGe((daily * 1e18) / pledge, 0.0006e18);
        assertLe((daily * 1e18) / pledge, 0.0012e18);
        assertApproxEqRel(world.depositPerSector(), 200 * daily, 1e6);
    }
}
