// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ActorCall} from "../../../../contracts/filecoin/ActorCall.sol";
import {CborReader} from "../../../../contracts/filecoin/CborReader.sol";
import {ExitCode} from "../../../../contracts/filecoin/ExitCode.sol";
import {FilecoinMethods} from "../../../../contracts/filecoin/FilecoinMethods.sol";
import {BeneficiaryTerm, CollateralFacts, IMinerFacts} from "../../../../contracts/filecoin/interfaces/IMinerFacts.sol";
import {AttachedMiner} from "../../../../contracts/loans/LoanTypes.sol";
import {Assessment, IRiskEngine, RiskParams} from "../../../../contracts/loans/interfaces/IRiskEngine.sol";
import {RiskTest} from "./RiskTest.sol";

contract RiskEngineTest is RiskTest {
    uint64 private constant A = 1_001;
    uint64 private constant B = 1_002;
    uint64 private constant POWER_ACTOR = 4;

    // ---------------------------------------------------------------- value of one miner

    function test_assess_valuesAMiner() public {
        Assessment memory a = engine.assess(ACCOUNT, one(attach(A, sound())));
        assertEq(a.orderlyValue, 1_060 ether, "100 + 50 + 1000 - 90");
        assertEq(a.walkAwayValue, 858 ether, "1060 - 43 x 4 - 30");
        assertEq(a.available, 100 ether);
        assertEq(a.faultRatioWad, 0);
        assertFalse(a.tampered);
        assertFalse(a.ownerChangePending);
    }

    function test_assess_raisesTheFaultFeeToTheFloor() public {
        CollateralFacts memory f = sound();
        f.faultFeePerDay = 1 ether;
        Assessment memory a = engine.assess(ACCOUNT, one(attach(A, f)));
        assertEq(a.walkAwayValue, 901 ether, "1060 - 43 x 3 - 30: 0.3 % of 1,000");
        assertEq(a.orderlyValue, 1_060 ether);
    }

    function test_assess_countsNegativeAvailableInFullButNotAsAvailable() public {
        CollateralFacts memory f = sound();
        f.availableBalance = -60 ether;
        Assessment memory a = engine.assess(ACCOUNT, one(attach(A, f)));
        assertEq(a.orderlyValue, 900 ether);
        assertEq(a.walkAwayValue, 698 ether);
        assertEq(a.available, 0);
    }

    function test_assess_stopsAtZero() public {
        CollateralFacts memory f = sound();
        f.availableBalance = -960 ether + 1;
        Assessment memory a = engine.assess(ACCOUNT, one(attach(A, f)));
        assertEq(a.orderlyValue, 1);
        assertEq(a.walkAwayValue, 0);
        f.availableBalance = -5_000 ether;
        a = engine.assess(ACCOUNT, one(attach(A, f)));
        assertEq(a.orderlyValue, 0);
    }

    function test_assess_emptyPortfolioIsWorthNothing() public view {
        Assessment memory a = engine.assess(ACCOUNT, new AttachedMiner[](0));
        assertEq(abi.encode(a), abi.encode(Assessment(0, 0, 0, 0, 0, 0, 0, 0, false, false)));
    }

    function test_assess_asksWithTheReferencesAndVesting() public {
        AttachedMiner memory m = attach(A, sound());
        (m.pledgeRef, m.powerRef) = (777 ether, 99);
        vm.expectCall(address(facts), abi.encodeCall(IMinerFacts.lien, (A, 777 ether, 99, true)), 1);
        engine.assess(ACCOUNT, one(m));
    }

    // ---------------------------------------------------------------- portfolios

    function test_assess_addsMinersUp() public {
        CollateralFacts memory g = sound();
        g.availableBalance = 300 ether;
        Assessment memory a = engine.assess(ACCOUNT, two(attach(A, sound()), attach(B, g)));
        assertEq(a.orderlyValue, 1_060 ether + 1_260 ether);
        assertEq(a.walkAwayValue, 858 ether + 1_058 ether);
        assertEq(a.available, 400 ether);
    }

    function test_assess_doesNotChargeAMinersDebtToAnother() public {
        CollateralFacts memory f = sound();
        f.availableBalance = -5_000 ether;
        Assessment memory a = engine.assess(ACCOUNT, two(attach(A, f), attach(B, sound())));
        assertEq(a.orderlyValue, 1_060 ether);
        assertEq(a.walkAwayValue, 858 ether);
    }

    // ---------------------------------------------------------------- escrow

    /// The account owns it, so it is wound up in order: no fault burn, no leak, and the escrow weights.
    function test_assess_escrowedMinerCountsOrderly() public {
        AttachedMiner[] memory list = two(attach(A, sound()), attach(B, sound()));
        facts.setOwner(B, ACCOUNT_ID);
        Assessment memory a = engine.assess(ACCOUNT, list);
        assertEq(a.walkAwayValue, 858 ether, "the lien miner alone");
        assertEq(a.escrowValue, 1_060 ether);
        assertEq(a.orderlyValue, 2_120 ether);
        assertEq(a.escrowDrawValue, 911.6 ether, "0.86");
        assertEq(a.escrowCallValue, 954 ether, "0.90");
        assertEq(a.escrowLiquidationValue, 996.4 ether, "0.94");
        assertFalse(a.tampered);
    }

    /// Who is proposed may take the ownership at any moment, and the beneficiary would go with it.
    function test_assess_escrowEndsWithAProposedOwner() public {
        AttachedMiner[] memory list = one(attach(A, sound()));
        facts.setOwner(A, ACCOUNT_ID);
        facts.setPendingOwner(A, 1_234);
        Assessment memory a = engine.assess(ACCOUNT, list);
        assertEq(a.escrowValue, 0);
        assertEq(a.walkAwayValue, 0);
        assertTrue(a.ownerChangePending);
        assertTrue(a.tampered);
    }

    /// Owning is not being paid.
    function test_assess_escrowedMinerMustPayTheAccountToo() public {
        AttachedMiner[] memory list = one(attach(A, sound()));
        facts.setOwner(A, ACCOUNT_ID);
        BeneficiaryTerm memory term = goodTerm();
        term.beneficiary = ACCOUNT_ID + 1;
        facts.setTerm(A, term);
        Assessment memory a = engine.assess(ACCOUNT, list);
        assertEq(a.escrowValue, 0);
        assertEq(a.walkAwayValue, 0);
        assertTrue(a.tampered);
    }

    // ---------------------------------------------------------------- faults

    function test_assess_faultRatioIsTheShareOfPowerLost() public {
        AttachedMiner memory m = attach(A, sound());
        CollateralFacts memory f = sound();
        f.qaPowerBytes = 93 * TIB;
        facts.set(A, f);
        assertEq(engine.assess(ACCOUNT, one(m)).faultRatioWad, 0.07e18);
    }

    function test_assess_faultRatioIsZeroWithoutReferencesOrPledge() public {
        AttachedMiner memory m = attach(A, sound());
        (m.pledgeRef, m.powerRef) = (0, 0);
        assertEq(engine.assess(ACCOUNT, one(m)).faultRatioWad, 0);
        m = attach(A, sound());
        CollateralFacts memory f = sound();
        (f.initialPledge, f.qaPowerBytes) = (0, 0);
        facts.set(A, f);
        assertEq(engine.assess(ACCOUNT, one(m)).faultRatioWad, 0);
    }

    /// A newcomer with ten times the power per pledge leaves half of the pledge dead. By the ratio of the sums it
    /// would be 9 %.
    function test_assess_denseNewcomerDoesNotHideADeadMiner() public {
        AttachedMiner memory dead = attach(A, sound());
        CollateralFacts memory f = sound();
        f.qaPowerBytes = 0;
        facts.set(A, f);
        CollateralFacts memory dense = sound();
        dense.qaPowerBytes = 1_000 * TIB;
        assertEq(engine.assess(ACCOUNT, two(dead, attach(B, dense))).faultRatioWad, 0.5e18);
    }

    function test_assess_growthBeyondTheReferenceDoesNotHideADeadMiner() public {
        AttachedMiner memory dead = attach(A, sound());
        AttachedMiner memory grown = attach(B, sound());
        CollateralFacts memory f = sound();
        f.qaPowerBytes = 0;
        facts.set(A, f);
        f.qaPowerBytes = 10_000 * TIB;
        facts.set(B, f);
        assertEq(engine.assess(ACCOUNT, two(dead, grown)).faultRatioWad, 0.5e18);
    }

    function test_assess_faultRatioWeighsByPledge() public {
        AttachedMiner memory dead = attach(A, sound());
        CollateralFacts memory f = sound();
        f.qaPowerBytes = 0;
        facts.set(A, f);
        CollateralFacts memory big = sound();
        big.initialPledge = 3_000 ether;
        assertEq(engine.assess(ACCOUNT, two(dead, attach(B, big))).faultRatioWad, 0.25e18);
    }

    function test_assess_aMinerThatDoesNotPayTheAccountDoesNotDiluteFaults() public {
        AttachedMiner memory dead = attach(A, sound());
        CollateralFacts memory f = sound();
        f.qaPowerBytes = 0;
        facts.set(A, f);
        AttachedMiner memory foreign = attach(B, sound());
        BeneficiaryTerm memory t = goodTerm();
        t.beneficiary = 7;
        facts.setTerm(B, t);
        assertEq(engine.assess(ACCOUNT, two(dead, foreign)).faultRatioWad, 1e18);
    }

    // ---------------------------------------------------------------- liens

    function test_assess_foreignBeneficiaryCountsZero() public {
        BeneficiaryTerm memory t = goodTerm();
        t.beneficiary = ACCOUNT_ID + 1;
        _assertWorthless(t);
    }

    function test_assess_anyExpirationButTheLastCountsZero() public {
        BeneficiaryTerm memory t = goodTerm();
        t.expiration = type(int64).max - 1;
        _assertWorthless(t);
        t.expiration = 0;
        _assertWorthless(t);
        t.expiration = -1;
        _assertWorthless(t);
    }

    function test_assess_quotaThatRunsLowCountsZero() public {
        uint256 least = engine.MIN_QUOTA();
        BeneficiaryTerm memory t = goodTerm();
        t.quota = t.usedQuota + least;
        _assertSound(t);
        t.quota -= 1;
        _assertWorthless(t);
        (t.quota, t.usedQuota) = (least, least + 1);
        _assertWorthless(t);
    }

    function test_assess_pendingProposalIsTamperingButTakesNoValue() public {
        AttachedMiner memory m = attach(A, sound());
        BeneficiaryTerm memory t = goodTerm();
        t.hasPending = true;
        facts.setTerm(A, t);
        Assessment memory a = engine.assess(ACCOUNT, one(m));
        assertTrue(a.tampered);
        assertEq(a.walkAwayValue, 858 ether);
        assertEq(a.available, 100 ether);
    }

    function test_assess_reportsAnOwnerChange() public {
        AttachedMiner memory m = attach(A, sound());
        facts.setPendingOwner(A, 99);
        Assessment memory a = engine.assess(ACCOUNT, one(m));
        assertTrue(a.ownerChangePending);
        assertFalse(a.tampered);
        assertEq(a.walkAwayValue, 858 ether);
    }

    function test_assess_reportsAnOwnerChangeOfAWorthlessMinerToo() public {
        AttachedMiner memory m = attach(A, sound());
        BeneficiaryTerm memory t = goodTerm();
        t.beneficiary = 7;
        facts.setTerm(A, t);
        facts.setPendingOwner(A, 99);
        Assessment memory a = engine.assess(ACCOUNT, one(m));
        assertTrue(a.ownerChangePending && a.tampered);
    }

    function test_assess_oneBadMinerLeavesTheOthersTheirValue() public {
        AttachedMiner memory bad = attach(A, sound());
        BeneficiaryTerm memory t = goodTerm();
        t.beneficiary = 7;
        facts.setTerm(A, t);
        Assessment memory a = engine.assess(ACCOUNT, two(bad, attach(B, sound())));
        assertTrue(a.tampered);
        assertEq(a.walkAwayValue, 858 ether);
        assertEq(a.orderlyValue, 1_060 ether);
        assertEq(a.available, 100 ether);
    }

    // ---------------------------------------------------------------- reads that fail

    function test_assess_minerWithoutAPowerClaimCountsZero() public {
        _assertBroken(_failed(POWER_ACTOR, FilecoinMethods.MINER_POWER, ExitCode.USR_NOT_FOUND));
    }

    function test_assess_minerThatLockedMoreThanItHasCountsZero() public {
        _assertBroken(_failed(A, FilecoinMethods.GET_AVAILABLE_BALANCE, ExitCode.USR_ILLEGAL_STATE));
    }

    function test_RevertWhen_anActorFailsInAnotherWay() public {
        _assertReverts(_failed(POWER_ACTOR, FilecoinMethods.MINER_POWER, ExitCode.USR_ILLEGAL_STATE));
        _assertReverts(_failed(POWER_ACTOR, FilecoinMethods.MINER_POWER, ExitCode.USR_UNHANDLED_MESSAGE));
        _assertReverts(_failed(POWER_ACTOR, FilecoinMethods.MINER_POWER, ExitCode.OUT_OF_GAS));
        _assertReverts(_failed(A, FilecoinMethods.MINER_POWER, ExitCode.USR_NOT_FOUND));
        _assertReverts(_failed(A, FilecoinMethods.GET_AVAILABLE_BALANCE, ExitCode.USR_UNHANDLED_MESSAGE));
        _assertReverts(_failed(A, FilecoinMethods.GET_AVAILABLE_BALANCE, ExitCode.OUT_OF_GAS));
        _assertReverts(_failed(A, FilecoinMethods.GET_AVAILABLE_BALANCE, ExitCode.SYS_NOT_FOUND));
        _assertReverts(_failed(A, FilecoinMethods.MAX_TERMINATION_FEE, ExitCode.USR_ILLEGAL_STATE));
        _assertReverts(_failed(B, FilecoinMethods.GET_AVAILABLE_BALANCE, ExitCode.USR_ILLEGAL_STATE));
    }

    function test_RevertWhen_anAnswerCannotBeRead() public {
        _assertReverts(abi.encodeWithSelector(CborReader.CborReader_UnexpectedArrayLength.selector, 2, 3));
        _assertReverts(
            abi.encodeWithSelector(ActorCall.ActorCall_PrecompileFailed.selector, A, FilecoinMethods.INITIAL_PLEDGE)
        );
        // The right bytes with something behind them are not the failure they seem to be.
        bytes memory failure = _failed(POWER_ACTOR, FilecoinMethods.MINER_POWER, ExitCode.USR_NOT_FOUND);
        _assertReverts(bytes.concat(failure, hex"00"));
    }

    /// With little gas the reader runs out of it, and the engine is left with a 64th. It must not answer that the
    /// miner is worthless.
    function test_RevertWhen_theReaderRunsOutOfGas() public {
        AttachedMiner memory m = attach(A, sound());
        facts.setBurnsGas(A, true);
        vm.expectRevert(bytes(""));
        engine.assess(ACCOUNT, one(m));
    }

    function test_assess_neverChangesItsAnswerWithTheGasGiven() public {
        AttachedMiner[] memory list = two(attach(A, sound()), attach(B, sound()));
        bytes memory call_ = abi.encodeCall(IRiskEngine.assess, (ACCOUNT, list));
        bytes32 expected = keccak256(abi.encode(engine.assess(ACCOUNT, list)));
        uint256 answered = 0;
        for (uint256 gas_ = 1_000; gas_ < 150_000; gas_ += 500) {
            (bool ok, bytes memory answer) = address(engine).staticcall{gas: gas_}(call_);
            if (!ok) continue;
            assertEq(keccak256(answer), expected);
            ++answered;
        }
        assertGt(answered, 0);
    }

    // ---------------------------------------------------------------- draws

    function test_assessDraw_leavesVestingOutAndAddsTheDraw() public {
        AttachedMiner[] memory list = two(attach(A, sound()), attach(B, sound()));
        (Assessment memory a, uint256 pledge, uint256 power) = engine.assessDraw(ACCOUNT, list, 1, 200 ether);
        assertEq(a.orderlyValue, 1_010 ether + 1_210 ether);
        assertEq(a.walkAwayValue, 808 ether + 1_008 ether);
        assertEq(a.available, 400 ether);
        assertEq(pledge, 1_000 ether);
        assertEq(power, 100 * TIB);
    }

    function test_assessDraw_returnsPledgeAndPowerOfTheDrawingMiner() public {
        CollateralFacts memory g = sound();
        (g.initialPledge, g.qaPowerBytes) = (555 ether, 44 * TIB);
        AttachedMiner[] memory list = two(attach(A, sound()), attach(B, g));
        (, uint256 pledge, uint256 power) = engine.assessDraw(ACCOUNT, list, 1, 0);
        assertEq(pledge, 555 ether);
        assertEq(power, 44 * TIB);
        (, pledge, power) = engine.assessDraw(ACCOUNT, list, 0, 0);
        assertEq(pledge, 1_000 ether);
        assertEq(power, 100 * TIB);
    }

    function test_assessDraw_fillsTheHoleOfTheMinerFirst() public {
        CollateralFacts memory f = sound();
        f.availableBalance = -910 ether - 100 ether; // without vesting 100 below zero
        AttachedMiner[] memory list = one(attach(A, f));
        (Assessment memory a, , ) = engine.assessDraw(ACCOUNT, list, 0, 100 ether);
        assertEq(a.orderlyValue, 0);
        (a, , ) = engine.assessDraw(ACCOUNT, list, 0, 150 ether);
        assertEq(a.orderlyValue, 50 ether);
        assertEq(a.walkAwayValue, 0);
        (a, , ) = engine.assessDraw(ACCOUNT, list, 0, 303 ether);
        assertEq(a.walkAwayValue, 1 ether);
    }

    function test_assessDraw_asksWithoutVesting() public {
        AttachedMiner memory m = attach(A, sound());
        vm.expectCall(address(facts), abi.encodeCall(IMinerFacts.lien, (A, 1_000 ether, 100 * TIB, false)), 1);
        engine.assessDraw(ACCOUNT, one(m), 0, 0);
    }

    function test_assessDraw_aDrawIntoAMinerThatDoesNotPayTheAccountAddsNothing() public {
        AttachedMiner memory m = attach(A, sound());
        BeneficiaryTerm memory t = goodTerm();
        t.beneficiary = 7;
        facts.setTerm(A, t);
        (Assessment memory a, , ) = engine.assessDraw(ACCOUNT, one(m), 0, 1_000 ether);
        assertEq(a.walkAwayValue, 0);
        assertEq(a.available, 0);
        assertTrue(a.tampered);
    }

    function test_RevertWhen_theDrawingMinerIsNotInThePortfolio() public {
        AttachedMiner[] memory list = one(attach(A, sound()));
        vm.expectRevert(abi.encodeWithSelector(IRiskEngine.RiskEngine_NoSuchMiner.selector, 1, 1));
        engine.assessDraw(ACCOUNT, list, 1, 0);
        vm.expectRevert(abi.encodeWithSelector(IRiskEngine.RiskEngine_NoSuchMiner.selector, 0, 0));
        engine.assessDraw(ACCOUNT, new AttachedMiner[](0), 0, 0);
    }

    // ---------------------------------------------------------------- parameters at work

    function test_setParams_governsTheValuation() public {
        AttachedMiner[] memory list = one(attach(A, sound()));
        RiskParams memory p = defaults();
        (p.minFaultFeePerPledgeWad, p.leakBuffer) = (0.01e18, 70 ether);
        engine.setParams(p);
        assertEq(engine.assess(ACCOUNT, list).walkAwayValue, 560 ether, "1060 - 43 x 10 - 70");
    }

    // ---------------------------------------------------------------- helpers

    function _failed(uint64 target, uint64 method, int256 exitCode) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ActorCall.ActorCall_ActorFailed.selector, target, method, exitCode);
    }

    function _assertSound(BeneficiaryTerm memory t) private {
        AttachedMiner memory m = attach(A, sound());
        facts.setTerm(A, t);
        Assessment memory a = engine.assess(ACCOUNT, one(m));
        assertEq(a.walkAwayValue, 858 ether);
        assertFalse(a.tampered);
    }

    function _assertWorthless(BeneficiaryTerm memory t) private {
        AttachedMiner memory m = attach(A, sound());
        facts.setTerm(A, t);
        Assessment memory a = engine.assess(ACCOUNT, one(m));
        assertEq(abi.encode(a), abi.encode(Assessment(0, 0, 0, 0, 0, 0, 0, 0, true, false)));
    }

    function _assertBroken(bytes memory failure) private {
        AttachedMiner[] memory list = two(attach(A, sound()), attach(B, sound()));
        facts.setFailure(A, failure);
        Assessment memory a = engine.assess(ACCOUNT, list);
        assertTrue(a.tampered);
        assertEq(a.walkAwayValue, 858 ether, "the other miner's");
        uint256 pledge;
        uint256 power;
        (a, pledge, power) = engine.assessDraw(ACCOUNT, list, 0, 1_000 ether);
        assertTrue(a.tampered);
        assertEq(a.walkAwayValue, 808 ether);
        assertEq(pledge, 0);
        assertEq(power, 0);
    }

    function _assertReverts(bytes memory failure) private {
        AttachedMiner[] memory list = two(attach(A, sound()), attach(B, sound()));
        facts.setFailure(A, failure);
        vm.expectRevert(failure);
        engine.assess(ACCOUNT, list);
        vm.expectRevert(failure);
        engine.assessDraw(ACCOUNT, list, 1, 0);
    }
}
