// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

import {MinerMath} from "../../../../contracts/devnet/MinerMath.sol";
import {Economics, Run} from "../../../../contracts/devnet/Types.sol";
import {IFilecoinWorld} from "../../../../contracts/devnet/IFilecoinWorld.sol";
import {FilecoinAddress} from "../../../../contracts/filecoin/FilecoinAddress.sol";
import {MinerActor} from "../../../../contracts/filecoin/MinerActor.sol";
import {MinerFacts} from "../../../../contracts/filecoin/MinerFacts.sol";
import {BeneficiaryTerm, CollateralFacts} from "../../../../contracts/filecoin/interfaces/IMinerFacts.sol";
import {AttachedMiner} from "../../../../contracts/loans/LoanTypes.sol";
import {RiskEngine} from "../../../../contracts/loans/RiskEngine.sol";
import {Assessment, RiskParams} from "../../../../contracts/loans/interfaces/IRiskEngine.sol";
import {LienTest} from "./LienTest.sol";

/// @notice The engine with the real MinerFacts on the simulated Filecoin: from here on no fact is made up.
contract RiskEngineOnFilecoinTest is LienTest {
    MinerFacts private facts;
    RiskEngine private engine;
    uint64 private miner;

    function setUp() public override {
        super.setUp();
        facts = new MinerFacts();
        engine = new RiskEngine(address(new AccessManager(address(this))), facts, _params());
        miner = pledgedMiner(2_000 ether);
        seal(miner, 20, false, 50 ether);
        award(miner, 100 ether);
    }

    function _params() private pure returns (RiskParams memory) {
        return
            RiskParams({
                drawWeightWad: 0.88e18,
                callWeightWad: 0.93e18,
                liquidationWeightWad: 0.96e18,
                targetHealthWad: 1.03e18,
                provisionDiscountWad: 0.02e18,
                proofPledgeWad: 0.9e18,
                maxFaultRatioWad: 0.05e18,
                minFaultFeePerPledgeWad: 0.003e18,
                leakBuffer: 30 ether,
                minDebt: 10 ether,
                watchGrace: 40_320,
                interestGrace: 86_400,
                escrowDrawWeightWad: 0.86e18,
                escrowCallWeightWad: 0.9e18,
                escrowLiquidationWeightWad: 0.94e18
            });
    }

    function _attached() private view returns (AttachedMiner[] memory list) {
        list = new AttachedMiner[](1);
        CollateralFacts memory f = facts.collateral(miner, 0, 0, false);
        list[0] = AttachedMiner(miner, uint88(f.initialPledge), uint72(f.qaPowerBytes), uint32(block.number));
    }

    function test_lien_isWhatItsPartsSay() public {
        MinerActor.changeOwnerAddress(miner, 1_000);
        (CollateralFacts memory f, BeneficiaryTerm memory t, , uint64 pending) = facts.lien(
            miner,
            900 ether,
            2 ** 50,
            true
        );
        assertEq(abi.encode(f), abi.encode(facts.collateral(miner, 900 ether, 2 ** 50, true)));
        assertEq(abi.encode(t), abi.encode(facts.beneficiaryTerm(miner)));
        assertEq(pending, 1_000);
        (f, , , ) = facts.lien(miner, 0, 0, false);
        assertEq(f.vestingFunds, 0);
    }

    /// From the miner's state and the network's formulas, written out.
    function test_assess_isTheFormula() public view {
        IFilecoinWorld.MinerView memory m = minerState(miner);
        Economics memory e = world.economics();
        uint256 dayOfFaults = (MinerMath.faultFee(e, m.qaPower) * 105) / 100;
        uint256 orderly = m.balance - m.deposits - m.feeDebt - (m.pledge * 85) / 1_000 - dayOfFaults;
        uint256 floor_ = (m.pledge * 3) / 1_000;
        uint256 fee = dayOfFaults > floor_ ? dayOfFaults : floor_;
        Assessment memory a = engine.assess(address(account), _attached());
        assertEq(a.orderlyValue, orderly);
        assertEq(a.walkAwayValue, orderly - 43 * fee - 30 ether);
        assertEq(a.available, m.balance - m.deposits - m.feeDebt - m.pledge - m.locked);
        assertEq(a.faultRatioWad, 0);
        assertFalse(a.tampered || a.ownerChangePending);
    }

    /// The bound of the fees on chain is never below the sum of what the sectors would pay, young and old, dense and
    /// plain.
    function test_assess_orderlyValueIsNeverMoreThanTerminationLeaves() public {
        advanceDays(100);
        seal(miner, 5, true, 0.001 ether); // these pay by their power, the others by their pledge
        advanceDays(50);
        Economics memory e = world.economics();
        Run[] memory runs = world.runsOf(miner);
        uint256 fees = 0;
        for (uint256 i = 0; i < runs.length; ++i) {
            uint256 age = block.number - runs[i].activation;
            fees +=
                runs[i].count * MinerMath.terminationFee(runs[i].pledge, age, MinerMath.faultFee(e, runs[i].qaPower));
        }
        IFilecoinWorld.MinerView memory m = minerState(miner);
        uint256 left = m.balance - m.deposits - m.feeDebt - fees;
        assertLe(engine.assess(address(account), _attached()).orderlyValue, left);
    }

    /// The miner is abandoned today. What the account collects until everything has vested is at least the value of
    /// today.
    function test_assess_walkAwayValueIsWhatAnAbandonedMinerBrings() public {
        uint256 value = engine.assess(address(account), _attached()).walkAwayValue;
        miss(miner);
        advanceDays(46);
        uint256 collected = account.withdraw(miner, type(uint96).max);
        assertEq(minerState(miner).pledge, 0, "terminated by the network");
        advanceDays(181);
        collected += account.withdraw(miner, type(uint96).max);
        assertEq(address(account).balance, collected);
        assertGe(collected, value);
    }

    /// Faults lower the power that fees are reckoned by; the reference keeps them up.
    function test_assess_faultsDoNotRaiseTheValue() public {
        AttachedMiner[] memory list = _attached();
        Assessment memory before = engine.assess(address(account), list);
        fault(miner, world.runsOf(miner)[0].first, 20);
        Assessment memory a = engine.assess(address(account), list);
        assertEq(a.faultRatioWad, 1e18);
        assertEq(facts.collateral(miner, 0, 0, false).qaPowerBytes, 0);
        assertLe(a.walkAwayValue, before.walkAwayValue);
    }

    function test_assess_faultRatioIsTheShareOfFaultySectors() public {
        AttachedMiner[] memory list = _attached();
        fault(miner, world.runsOf(miner)[0].first, 3);
        assertEq(engine.assess(address(account), list).faultRatioWad, 0.15e18);
    }

    function test_assess_proposalOfTheOwnerIsSeenAndTakesNoValue() public {
        uint256 value = engine.assess(address(account), _attached()).walkAwayValue;
        MinerActor.changeBeneficiary(miner, world.idOf(address(this)), 0, 0);
        Assessment memory a = engine.assess(address(account), _attached());
        assertTrue(a.tampered);
        assertEq(a.walkAwayValue, value);
    }

    function test_assess_aLienGivenBackCountsZero() public {
        uint64 owner = world.idOf(address(this));
        MinerActor.changeBeneficiary(miner, owner, 0, 0);
        account.approveBeneficiary(miner, owner, 0, 0);
        Assessment memory a = engine.assess(address(account), _attached());
        assertTrue(a.tampered);
        assertEq(a.walkAwayValue, 0);
        assertEq(a.available, 0);
    }

    function test_assess_anotherAccountsMinerCountsZero() public {
        Assessment memory a = engine.assess(address(newAccount()), _attached());
        assertTrue(a.tampered);
        assertEq(a.walkAwayValue, 0);
    }

    function test_assess_ownerChangeIsSeenUntilItIsTakenBack() public {
        MinerActor.changeOwnerAddress(miner, 1_000);
        assertTrue(engine.assess(address(account), _attached()).ownerChangePending);
        MinerActor.changeOwnerAddress(miner, world.idOf(address(this)));
        assertFalse(engine.assess(address(account), _attached()).ownerChangePending);
    }

    function test_assessDraw_leavesVestingOutAndCountsTheDrawInFull() public view {
        AttachedMiner[] memory list = _attached();
        uint256 vesting = minerState(miner).locked;
        assertGt(vesting, 0);
        Assessment memory full = engine.assess(address(account), list);
        (Assessment memory a, uint256 pledge, uint256 power) = engine.assessDraw(address(account), list, 0, 77 ether);
        assertEq(a.walkAwayValue, full.walkAwayValue - vesting + 77 ether);
        assertEq(a.available, full.available + 77 ether);
        assertEq(pledge, 1_000 ether);
        assertEq(power, minerState(miner).qaPower);
    }

    function test_RevertWhen_theAccountDoesNotExist() public {
        AttachedMiner[] memory list = _attached();
        address nobody = address(0xdead01);
        vm.expectRevert(abi.encodeWithSelector(FilecoinAddress.FilecoinAddress_ActorNotFound.selector, nobody));
        engine.assess(nobody, list);
    }
}
