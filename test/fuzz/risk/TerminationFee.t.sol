// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Test} from "forge-std/Test.sol";

/// @notice I14: T_safe = MaxTerminationFee(Q = 0, P) + MaxTerminationFee(Q, P = 0) is never below the sum of what the
/// sectors would pay one by one. The formulas are those of FIP-0098 and builtin-actors v18,
/// actors/miner/src/monies.rs, written out here; every division floors there as well.
contract TerminationFeeFuzz is Test {
    uint256 private constant MAX_SECTORS = 48;
    uint256 private constant EPOCHS_PER_DAY = 2_880;
    uint256 private constant FEE_AGE = 140 * EPOCHS_PER_DAY; // TERMINATION_LIFETIME_CAP
    uint256 private constant FAULT_FEE_EPOCHS = 10_108; // 3.51 days

    /// BR(P, t) with smoothed estimates at rest: floor(P x t x reward / network power).
    struct Network {
        uint256 reward; // of all miners in one epoch [attoFIL]
        uint256 power; // quality-adjusted [bytes]
    }

    function _faultFee(Network memory n, uint256 power) private pure returns (uint256) {
        return (power * FAULT_FEE_EPOCHS * n.reward) / n.power;
    }

    /// pledge_penalty_for_termination: max(min(1, age / 140 d) x 8.5 % of pledge, 2 % of pledge, 105 % of the fault
    /// fee).
    function _sectorFee(
        Network memory n,
        uint256 pledge,
        uint256 power,
        uint256 age
    ) private pure returns (uint256 fee) {
        uint256 simple = (pledge * 85) / 1_000;
        fee = age >= FEE_AGE ? simple : (simple * age) / FEE_AGE;
        uint256 least = (pledge * 2) / 100;
        if (least > fee) fee = least;
        uint256 fault = (_faultFee(n, power) * 105) / 100;
        if (fault > fee) fee = fault;
    }

    /// What the actor method answers: the same at the age of 140 days.
    function _maxTerminationFee(Network memory n, uint256 power, uint256 pledge) private pure returns (uint256) {
        return _sectorFee(n, pledge, power, FEE_AGE);
    }

    function _safeBound(Network memory n, uint256 power, uint256 pledge) private pure returns (uint256) {
        return _maxTerminationFee(n, 0, pledge) + _maxTerminationFee(n, power, 0);
    }

    function testFuzz_I14_safeBoundIsNeverBelowTheSumOfTheSectorsFees(
        uint256 seed,
        uint256 count,
        uint256 reward,
        uint256 networkPower
    ) public pure {
        Network memory n = Network(bound(reward, 1, 1_000 ether), bound(networkPower, 1 << 50, 1 << 70));
        count = bound(count, 1, MAX_SECTORS);
        uint256 fees = 0;
        uint256 totalPledge = 0;
        uint256 totalPower = 0;
        for (uint256 i = 0; i < count; ++i) {
            uint256 pledge = uint256(keccak256(abi.encode(seed, i, "pledge"))) % 20 ether;
            // Each sector's power spans orders of magnitude, so that either term wins in some.
            uint256 power = (1 << 35) << (uint256(keccak256(abi.encode(seed, i, "power"))) % 12);
            uint256 age = uint256(keccak256(abi.encode(seed, i, "age"))) % (600 * EPOCHS_PER_DAY);
            fees += _sectorFee(n, pledge, power, age);
            totalPledge += pledge;
            totalPower += power;
        }
        assertGe(_safeBound(n, totalPower, totalPledge), fees, "I14");
    }

    /// With the reference, faults do not lower the bound: the fee is asked for the power that the pledge once carried.
    function testFuzz_I14_holdsForFaultySectors(uint256 seed, uint256 count, uint256 faulty) public pure {
        Network memory n = Network(24 ether, 20 << 60);
        count = bound(count, 1, MAX_SECTORS);
        uint256 fees = 0;
        uint256 pledge = 0;
        uint256 powerRef = 0;
        uint256 power = 0;
        for (uint256 i = 0; i < count; ++i) {
            uint256 p = 1 + (uint256(keccak256(abi.encode(seed, i, "pledge"))) % 20 ether);
            uint256 q = (1 << 35) << (uint256(keccak256(abi.encode(seed, i, "power"))) % 12);
            fees += _sectorFee(n, p, q, FEE_AGE);
            pledge += p;
            powerRef += q;
            if ((faulty >> i) & 1 == 0) power += q;
        }
        uint256 expected = (powerRef * pledge + pledge - 1) / pledge; // as MinerFacts, with the pledge as its own reference
        assertGe(_safeBound(n, expected > power ? expected : power, pledge), fees, "I14");
    }

    /// Why the bound is a sum: half of the sectors pay by pledge, half by power, and the method asked once for both
    /// understates it.
    function test_theAggregateUnderstatesMixedPortfolios() public pure {
        Network memory n = Network(24 ether, 20 << 60);
        uint256 dense = 1 << 46;
        uint256 byPledge = _sectorFee(n, 10 ether, 0, FEE_AGE);
        uint256 byPower = _sectorFee(n, 0, dense, FEE_AGE);
        assertGt(byPower, 0);
        assertLt(_maxTerminationFee(n, dense, 10 ether), byPledge + byPower);
        assertEq(_safeBound(n, dense, 10 ether), byPledge + byPower);
    }
}
