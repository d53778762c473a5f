// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {EPOCHS_PER_DAY} from "../../../../contracts/libraries/Units.sol";
import {RiskEngine} from "../../../../contracts/loans/RiskEngine.sol";
import {AttachedMiner} from "../../../../contracts/loans/LoanTypes.sol";
import {Assessment, IRiskEngine, RiskParams} from "../../../../contracts/loans/interfaces/IRiskEngine.sol";
import {RiskTest} from "./RiskTest.sol";

/// @notice Each bound from both sides, and who may move inside them.
contract RiskEngineParamsTest is RiskTest {
    uint256 private constant RAMP = 30 * EPOCHS_PER_DAY;

    function test_constructor_keepsWhatItIsGiven() public {
        vm.expectEmit();
        RiskParams memory none;
        emit IRiskEngine.RiskParamsChanged(none, defaults());
        RiskEngine fresh = new RiskEngine(address(manager), facts, defaults());
        assertEq(abi.encode(fresh.params()), abi.encode(defaults()));
        assertEq(address(fresh.MINER_FACTS()), address(facts));
        assertEq(fresh.authority(), address(manager));
    }

    function test_RevertWhen_theFirstParametersAreOutOfBounds() public {
        RiskParams memory p = defaults();
        p.minDebt = 0;
        vm.expectRevert(_outOfBounds("minDebt", 1 ether, 1_000 ether, 0));
        new RiskEngine(address(manager), facts, p);
    }

    function test_setParams_replacesAllAndTellsBoth() public {
        RiskParams memory p = RiskParams({
            drawWeightWad: 0.5e18,
            callWeightWad: 0.6e18,
            liquidationWeightWad: 0.7e18,
            targetHealthWad: 1.2e18,
            provisionDiscountWad: 0.03e18,
            proofPledgeWad: 0.8e18,
            maxFaultRatioWad: 0.1e18,
            minFaultFeePerPledgeWad: 0.004e18,
            leakBuffer: 40 ether,
            minDebt: 20 ether,
            watchGrace: 2_881,
            interestGrace: 2_882,
            escrowDrawWeightWad: 0.5e18,
            escrowCallWeightWad: 0.55e18,
            escrowLiquidationWeightWad: 0.6e18
        });
        vm.expectEmit(address(engine));
        emit IRiskEngine.RiskParamsChanged(defaults(), p);
        engine.setParams(p);
        (RiskParams memory target, uint256 end) = engine.rampTarget();
        assertEq(abi.encode(target), abi.encode(p));
        assertEq(end, block.number + RAMP);
        vm.roll(end);
        assertEq(abi.encode(engine.params()), abi.encode(p));
    }

    function test_RevertWhen_anyoneElseSetsParameters() public {
        vm.prank(address(0xbad));
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, address(0xbad)));
        engine.setParams(defaults());
    }

    /// Four slots: the valuation of a lien reads two of them. The fifth is read only while weights fall.
    function test_params_arePackedInFourSlots() public view {
        for (uint256 slot = 1; slot < 5; ++slot) assertNotEq(vm.load(address(engine), bytes32(slot)), bytes32(0));
        assertEq(vm.load(address(engine), bytes32(uint256(5))), bytes32(0));
    }

    // ---------------------------------------------------------------- weights on their way down

    function test_L21_weightsForCallsAndLiquidationsFallOverThirtyDays() public {
        vm.roll(1_000);
        RiskParams memory p = _cut();
        engine.setParams(p);
        _assertWeights(0.93e18, 0.96e18, 0.9e18, 0.94e18);
        assertEq(engine.params().drawWeightWad, 0.6e18, "draws follow at once");
        vm.roll(1_000 + RAMP / 2);
        _assertWeights(0.815e18, 0.88e18, 0.75e18, 0.82e18);
        vm.roll(1_000 + RAMP - 1);
        // 0.7e18 + 0.23e18 / 86,400, and so on, each rounded down
        _assertWeights(
            0.700002662037037037e18,
            0.800001851851851851e18,
            0.600003472222222222e18,
            0.700002777777777777e18
        );
        vm.roll(1_000 + RAMP);
        _assertWeights(0.7e18, 0.8e18, 0.6e18, 0.7e18);
        vm.roll(1_000 + 2 * RAMP);
        _assertWeights(0.7e18, 0.8e18, 0.6e18, 0.7e18);
    }

    function test_L21_eachOfTheFourWeightsFallsByItself() public {
        for (uint256 which = 0; which < 4; ++which) {
            RiskEngine fresh = new RiskEngine(address(manager), facts, defaults());
            RiskParams memory p = defaults();
            p.drawWeightWad = p.escrowDrawWeightWad = 0.6e18;
            if (which == 0) p.callWeightWad -= 1;
            if (which == 1) p.liquidationWeightWad -= 1;
            if (which == 2) p.escrowCallWeightWad -= 1;
            if (which == 3) p.escrowLiquidationWeightWad -= 1;
            fresh.setParams(p);
            (, uint256 end) = fresh.rampTarget();
            assertEq(end, block.number + RAMP);
        }
    }

    function test_setParams_raisesAtOnce() public {
        engine.setParams(_cut());
        vm.roll(block.number + RAMP);
        engine.setParams(defaults());
        assertEq(abi.encode(engine.params()), abi.encode(defaults()));
        (, uint256 end) = engine.rampTarget();
        assertEq(end, 0);
    }

    /// One weight rises while another falls: only the second takes its time.
    function test_setParams_raisesAtOnceBesideAFall() public {
        engine.setParams(_cut());
        vm.roll(block.number + RAMP);
        RiskParams memory p = _cut();
        (p.callWeightWad, p.liquidationWeightWad, p.escrowCallWeightWad) = (0.75e18, 0.78e18, 0.59e18);
        p.escrowDrawWeightWad = 0.59e18;
        p.escrowLiquidationWeightWad = 0.71e18;
        p.drawWeightWad = 0.59e18;
        engine.setParams(p);
        _assertWeights(0.75e18, 0.8e18, 0.6e18, 0.71e18);
        vm.roll(block.number + RAMP / 2);
        _assertWeights(0.75e18, 0.79e18, 0.595e18, 0.71e18);
    }

    function test_setParams_startsFromWhereAnEarlierFallIs() public {
        vm.roll(1_000);
        engine.setParams(_cut());
        vm.roll(1_000 + RAMP / 2);
        RiskParams memory p = _cut();
        p.liquidationWeightWad = 0.76e18;
        engine.setParams(p);
        _assertWeights(0.815e18, 0.88e18, 0.75e18, 0.82e18);
        vm.roll(1_000 + RAMP);
        _assertWeights(0.7575e18, 0.82e18, 0.675e18, 0.76e18);
    }

    function test_liquidationTerms_followTheFallingWeight() public {
        vm.roll(1_000);
        engine.setParams(_cut());
        vm.roll(1_000 + RAMP / 2);
        (uint256 weight, , ) = engine.liquidationTerms();
        assertEq(weight, 0.88e18);
        vm.roll(1_000 + RAMP);
        (weight, , ) = engine.liquidationTerms();
        assertEq(weight, 0.8e18);
    }

    function test_assess_weighsEscrowByTheFallingWeights() public {
        vm.roll(1_000);
        AttachedMiner[] memory list = one(attach(1_001, sound()));
        facts.setOwner(1_001, ACCOUNT_ID);
        engine.setParams(_cut());
        vm.roll(1_000 + RAMP / 2);
        Assessment memory a = engine.assess(ACCOUNT, list);
        assertEq(a.escrowCallValue, 795 ether, "1060 x 0.75");
        assertEq(a.escrowLiquidationValue, 869.2 ether, "1060 x 0.82");
        assertEq(a.escrowDrawValue, 636 ether, "1060 x 0.6, at once");
    }

    /// While the weight falls, the provision may not pass what it still leaves.
    function test_RevertWhen_theProvisionWaitsForNoRamp() public {
        RiskParams memory p = _cut();
        p.provisionDiscountWad = 0.04e18 + 1;
        _refuse(p, "provisionDiscountWad", 0, 0.04e18, 0.04e18 + 1);
        p.provisionDiscountWad = 0.04e18;
        engine.setParams(p);
        vm.roll(block.number + RAMP);
        p.provisionDiscountWad = 0.2e18;
        engine.setParams(p);
        p.provisionDiscountWad += 1;
        _refuse(p, "provisionDiscountWad", 0, 0.2e18, 0.2e18 + 1);
    }

    function test_terms_areParameters() public view {
        (uint256 weight, uint256 faults, uint256 grace) = engine.drawTerms(0);
        assertEq(weight, defaults().drawWeightWad);
        assertEq(faults, defaults().maxFaultRatioWad);
        assertEq(grace, defaults().interestGrace);
        (weight, , ) = engine.drawTerms(3);
        assertEq(weight, defaults().drawWeightWad + 0.03e18);
        (weight, , ) = engine.drawTerms(6);
        assertEq(weight, defaults().callWeightWad, "no tier passes the call");
        uint256 target;
        uint256 minimum;
        (weight, target, minimum) = engine.liquidationTerms();
        assertEq(weight, defaults().liquidationWeightWad);
        assertEq(target, defaults().targetHealthWad);
        assertEq(minimum, defaults().minDebt);
    }

    // ---------------------------------------------------------------- bounds

    function test_setParams_liquidationWeight() public {
        RiskParams memory p = defaults();
        p.liquidationWeightWad = 0.96e18;
        engine.setParams(p);
        p.liquidationWeightWad = 0.96e18 + 1;
        _refuse(p, "liquidationWeightWad", 0.5e18, 0.96e18, 0.96e18 + 1);
        (p.drawWeightWad, p.callWeightWad, p.liquidationWeightWad) = (0.5e18, 0.5e18, 0.5e18);
        (p.escrowDrawWeightWad, p.escrowCallWeightWad, p.escrowLiquidationWeightWad) = (0.5e18, 0.5e18, 0.5e18);
        engine.setParams(p);
        p.liquidationWeightWad = 0.5e18 - 1;
        _refuse(p, "liquidationWeightWad", 0.5e18, 0.96e18, 0.5e18 - 1);
    }

    function test_setParams_callWeight() public {
        RiskParams memory p = defaults();
        p.callWeightWad = p.liquidationWeightWad;
        engine.setParams(p);
        p.callWeightWad += 1;
        _refuse(p, "callWeightWad", 0.5e18, 0.96e18, 0.96e18 + 1);
        p.liquidationWeightWad = 0.94e18;
        p.callWeightWad = 0.94e18 + 1;
        _refuse(p, "callWeightWad", 0.5e18, 0.94e18, 0.94e18 + 1);
        p.liquidationWeightWad = 0.96e18;
        (p.drawWeightWad, p.callWeightWad) = (0.5e18, 0.5e18);
        engine.setParams(p);
        p.callWeightWad -= 1;
        _refuse(p, "callWeightWad", 0.5e18, 0.96e18, 0.5e18 - 1);
    }

    function test_setParams_drawWeight() public {
        RiskParams memory p = defaults();
        p.drawWeightWad = p.callWeightWad;
        engine.setParams(p);
        p.drawWeightWad += 1;
        _refuse(p, "drawWeightWad", 0.5e18, 0.93e18, 0.93e18 + 1);
        p.drawWeightWad = 0.5e18;
        engine.setParams(p);
        p.drawWeightWad -= 1;
        _refuse(p, "drawWeightWad", 0.5e18, 0.93e18, 0.5e18 - 1);
    }

    function test_setParams_escrowWeights() public {
        RiskParams memory p = defaults();
        p.escrowLiquidationWeightWad = p.liquidationWeightWad;
        engine.setParams(p);
        p.escrowLiquidationWeightWad += 1;
        _refuse(p, "escrowLiquidationWeightWad", 0.5e18, 0.96e18, 0.96e18 + 1);
        p.escrowLiquidationWeightWad = 0.94e18;
        p.escrowCallWeightWad = 0.94e18;
        engine.setParams(p);
        p.escrowCallWeightWad += 1;
        _refuse(p, "escrowCallWeightWad", 0.5e18, 0.94e18, 0.94e18 + 1);
        p.escrowCallWeightWad = 0.9e18;
        p.escrowDrawWeightWad = 0.9e18;
        engine.setParams(p);
        p.escrowDrawWeightWad += 1;
        _refuse(p, "escrowDrawWeightWad", 0.5e18, 0.9e18, 0.9e18 + 1);
        (p.escrowDrawWeightWad, p.escrowCallWeightWad, p.escrowLiquidationWeightWad) = (0.5e18, 0.5e18, 0.5e18);
        engine.setParams(p);
        p.escrowDrawWeightWad -= 1;
        _refuse(p, "escrowDrawWeightWad", 0.5e18, 0.5e18, 0.5e18 - 1);
        p.escrowDrawWeightWad = 0.5e18;
        p.escrowCallWeightWad -= 1;
        _refuse(p, "escrowCallWeightWad", 0.5e18, 0.5e18, 0.5e18 - 1);
        p.escrowCallWeightWad = 0.5e18;
        p.escrowLiquidationWeightWad -= 1;
        _refuse(p, "escrowLiquidationWeightWad", 0.5e18, 0.96e18, 0.5e18 - 1);
    }

    function test_setParams_targetHealth() public {
        RiskParams memory p = defaults();
        p.targetHealthWad = 1e18 + 1;
        engine.setParams(p);
        p.targetHealthWad = 1e18;
        _refuse(p, "targetHealthWad", 1e18 + 1, 1.25e18, 1e18);
        p.targetHealthWad = 1.25e18;
        engine.setParams(p);
        p.targetHealthWad += 1;
        _refuse(p, "targetHealthWad", 1e18 + 1, 1.25e18, 1.25e18 + 1);
    }

    function test_setParams_provisionDiscount() public {
        RiskParams memory p = defaults();
        p.provisionDiscountWad = 0.04e18;
        engine.setParams(p);
        p.provisionDiscountWad += 1;
        _refuse(p, "provisionDiscountWad", 0, 0.04e18, 0.04e18 + 1);
        p.provisionDiscountWad = 0;
        engine.setParams(p);
    }

    function test_setParams_proofPledge() public {
        RiskParams memory p = defaults();
        p.proofPledgeWad = 1e18;
        engine.setParams(p);
        p.proofPledgeWad += 1;
        _refuse(p, "proofPledgeWad", 0.5e18, 1e18, 1e18 + 1);
        p.proofPledgeWad = 0.5e18;
        engine.setParams(p);
        p.proofPledgeWad -= 1;
        _refuse(p, "proofPledgeWad", 0.5e18, 1e18, 0.5e18 - 1);
    }

    function test_setParams_maxFaultRatio() public {
        RiskParams memory p = defaults();
        p.maxFaultRatioWad = 0.5e18;
        engine.setParams(p);
        p.maxFaultRatioWad += 1;
        _refuse(p, "maxFaultRatioWad", 1, 0.5e18, 0.5e18 + 1);
        p.maxFaultRatioWad = 1;
        engine.setParams(p);
        p.maxFaultRatioWad = 0;
        _refuse(p, "maxFaultRatioWad", 1, 0.5e18, 0);
    }

    function test_setParams_minFaultFeePerPledge() public {
        RiskParams memory p = defaults();
        p.minFaultFeePerPledgeWad = 0.02e18;
        engine.setParams(p);
        p.minFaultFeePerPledgeWad += 1;
        _refuse(p, "minFaultFeePerPledgeWad", 0, 0.02e18, 0.02e18 + 1);
        p.minFaultFeePerPledgeWad = 0;
        engine.setParams(p);
    }

    function test_setParams_leakBuffer() public {
        RiskParams memory p = defaults();
        p.leakBuffer = 1_000 ether;
        engine.setParams(p);
        p.leakBuffer += 1;
        _refuse(p, "leakBuffer", 0, 1_000 ether, 1_000 ether + 1);
        p.leakBuffer = 0;
        engine.setParams(p);
    }

    function test_setParams_minDebt() public {
        RiskParams memory p = defaults();
        p.minDebt = 1_000 ether;
        engine.setParams(p);
        p.minDebt += 1;
        _refuse(p, "minDebt", 1 ether, 1_000 ether, 1_000 ether + 1);
        p.minDebt = 1 ether;
        engine.setParams(p);
        p.minDebt -= 1;
        _refuse(p, "minDebt", 1 ether, 1_000 ether, 1 ether - 1);
    }

    function test_setParams_watchGrace() public {
        RiskParams memory p = defaults();
        p.watchGrace = uint32(90 * EPOCHS_PER_DAY);
        engine.setParams(p);
        p.watchGrace += 1;
        _refuse(p, "watchGrace", 2_880, 259_200, 259_201);
        p.watchGrace = 2_880;
        engine.setParams(p);
        p.watchGrace -= 1;
        _refuse(p, "watchGrace", 2_880, 259_200, 2_879);
    }

    function test_setParams_interestGrace() public {
        RiskParams memory p = defaults();
        p.interestGrace = uint32(90 * EPOCHS_PER_DAY);
        engine.setParams(p);
        p.interestGrace += 1;
        _refuse(p, "interestGrace", 2_880, 259_200, 259_201);
        p.interestGrace = 2_880;
        engine.setParams(p);
        p.interestGrace -= 1;
        _refuse(p, "interestGrace", 2_880, 259_200, 2_879);
    }

    // ---------------------------------------------------------------- helpers

    function _cut() private pure returns (RiskParams memory p) {
        p = defaults();
        (p.drawWeightWad, p.callWeightWad, p.liquidationWeightWad) = (0.6e18, 0.7e18, 0.8e18);
        (p.escrowDrawWeightWad, p.escrowCallWeightWad, p.escrowLiquidationWeightWad) = (0.6e18, 0.6e18, 0.7e18);
    }

    function _assertWeights(
        uint256 call,
        uint256 liquidation,
        uint256 escrowCall,
        uint256 escrowLiquidation
    ) private view {
        RiskParams memory p = engine.params();
        assertEq(p.callWeightWad, call, "call");
        assertEq(p.liquidationWeightWad, liquidation, "liquidation");
        assertEq(p.escrowCallWeightWad, escrowCall, "escrow call");
        assertEq(p.escrowLiquidationWeightWad, escrowLiquidation, "escrow liquidation");
    }

    function _outOfBounds(
        bytes32 name,
        uint256 lower,
        uint256 upper,
        uint256 actual
    ) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IRiskEngine.RiskEngine_OutOfBounds.selector, name, lower, upper, actual);
    }

    function _refuse(RiskParams memory p, bytes32 name, uint256 lower, uint256 upper, uint256 actual) private {
        bytes32 before = keccak256(abi.encode(engine.params()));
        vm.expectRevert(_outOfBounds(name, lower, upper, actual));
        engine.setParams(p);
        assertEq(keccak256(abi.encode(engine.params())), before);
    }
}
