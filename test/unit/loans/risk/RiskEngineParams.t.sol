// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {EPOCHS_PER_DAY} from "../../../../contracts/libraries/Units.sol";
import {RiskEngine} from "../../../../contracts/loans/RiskEngine.sol";
import {IRiskEngine, RiskParams} from "../../../../contracts/loans/interfaces/IRiskEngine.sol";
import {RiskTest} from "./RiskTest.sol";

/// @notice Each bound from both sides, and who may move inside them.
contract RiskEngineParamsTest is RiskTest {
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
            provisionDiscountWad: 0.25e18,
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
        assertEq(abi.encode(engine.params()), abi.encode(p));
    }

    function test_RevertWhen_anyoneElseSetsParameters() public {
        vm.prank(address(0xbad));
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, address(0xbad)));
        engine.setParams(defaults());
    }

    /// Four slots: the valuation of a lien reads two of them.
    function test_params_arePackedInFourSlots() public view {
        for (uint256 slot = 1; slot < 5; ++slot) assertNotEq(vm.load(address(engine), bytes32(slot)), bytes32(0));
        assertEq(vm.load(address(engine), bytes32(uint256(5))), bytes32(0));
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
