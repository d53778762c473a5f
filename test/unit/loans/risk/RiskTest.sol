// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {Test} from "forge-std/Test.sol";

import {BeneficiaryTerm, CollateralFacts} from "../../../../contracts/filecoin/interfaces/IMinerFacts.sol";
import {EPOCHS_PER_DAY} from "../../../../contracts/libraries/Units.sol";
import {AttachedMiner} from "../../../../contracts/loans/LoanTypes.sol";
import {RiskEngine} from "../../../../contracts/loans/RiskEngine.sol";
import {RiskParams} from "../../../../contracts/loans/interfaces/IRiskEngine.sol";
import {FactsStub} from "./FactsStub.sol";

/// @notice A risk engine over stubbed facts. The test contract is administrator of the access manager.
abstract contract RiskTest is Test {
    address internal constant ACCOUNT = address(0xacc0);
    uint64 internal constant ACCOUNT_ID = 4_242;
    uint256 internal constant TIB = 1 << 40;

    AccessManager internal manager;
    FactsStub internal facts;
    RiskEngine internal engine;

    function setUp() public virtual {
        manager = new AccessManager(address(this));
        facts = new FactsStub();
        facts.setId(ACCOUNT, ACCOUNT_ID);
        engine = new RiskEngine(address(manager), facts, defaults());
    }

    function defaults() internal pure returns (RiskParams memory) {
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
                watchGrace: uint32(14 * EPOCHS_PER_DAY),
                interestGrace: uint32(30 * EPOCHS_PER_DAY),
                escrowDrawWeightWad: 0.86e18,
                escrowCallWeightWad: 0.9e18,
                escrowLiquidationWeightWad: 0.94e18
            });
    }

    /// @notice 100 FIL available, 50 vesting, 1,000 pledge, 100 TiB, fee 90, fault fee 4 a day: orderly 1,060,
    /// walk-away 858.
    function sound() internal pure returns (CollateralFacts memory) {
        return
            CollateralFacts({
                availableBalance: 100 ether,
                vestingFunds: 50 ether,
                initialPledge: 1_000 ether,
                rawPowerBytes: 100 * TIB,
                qaPowerBytes: 100 * TIB,
                terminationFee: 90 ether,
                faultFeePerDay: 4 ether
            });
    }

    function goodTerm() internal pure returns (BeneficiaryTerm memory) {
        return
            BeneficiaryTerm({
                beneficiary: ACCOUNT_ID,
                quota: 2 ** 200,
                usedQuota: 12 ether,
                expiration: type(int64).max,
                hasPending: false
            });
    }

    /// @notice A miner with these facts and a good term, attached at its present pledge and power.
    function attach(uint64 id, CollateralFacts memory f) internal returns (AttachedMiner memory) {
        facts.set(id, f);
        facts.setTerm(id, goodTerm());
        return AttachedMiner(id, uint88(f.initialPledge), uint72(f.qaPowerBytes), 1);
    }

    function one(AttachedMiner memory a) internal pure returns (AttachedMiner[] memory list) {
        list = new AttachedMiner[](1);
        list[0] = a;
    }

    function two(AttachedMiner memory a, AttachedMiner memory b) internal pure returns (AttachedMiner[] memory list) {
        list = new AttachedMiner[](2);
        (list[0], list[1]) = (a, b);
    }
}
