// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Devnet} from "./Devnet.sol";
import {Economics} from "./Types.sol";

/// @title The actors' formulas (miner `monies.rs` and `policy.rs` of builtin-actors v18)
/// @dev Every division floors. The smoothed estimates carry no velocity here, so the projected reward is one product.
library MinerMath {
    uint256 private constant DAILY_FEE_NUMERATOR = 161_817; // FIP-0100
    uint256 private constant DAILY_FEE_DENOMINATOR = 1e30;
    uint256 private constant PLEDGE_CAP_PER_BYTE = uint256(1 ether) / (32 << 30);

    function min(uint256 a, uint256 b) internal pure returns (uint256) {
        return a < b ? a : b;
    }

    function max(uint256 a, uint256 b) internal pure returns (uint256) {
        return a > b ? a : b;
    }

    /// @notice BR(P, t): the reward [attoFIL] that `qaPower` [bytes] is expected to earn in `epochs`.
    function expectedReward(Economics memory e, uint256 qaPower, uint256 epochs) internal pure returns (uint256) {
        if (e.networkQaPower == 0) return e.rewardPerEpoch;
        return (qaPower * epochs * e.rewardPerEpoch) / e.networkQaPower;
    }

    /// @notice FF(P): what one more day of fault costs.
    function faultFee(Economics memory e, uint256 qaPower) internal pure returns (uint256) {
        return expectedReward(e, qaPower, Devnet.FAULT_FEE_PERIOD);
    }

    /// @notice The fee for ending a sector early, `age` epochs after its activation [FIP-0098].
    function terminationFee(uint256 pledge, uint256 age, uint256 fault) internal pure returns (uint256) {
        uint256 simple = (pledge * 85) / 1000;
        uint256 base = min(simple, (age * simple) / Devnet.TERMINATION_CAP);
        return max(base, max((pledge * 2) / 100, (fault * 105) / 100));
    }

    /// @notice The deposit for one pre-committed sector, as if it were all verified.
    function preCommitDeposit(Economics memory e) internal pure returns (uint256) {
        return max(1, expectedReward(e, 10 * Devnet.SECTOR_SIZE, 20 * Devnet.DAY));
    }

    /// @notice The initial pledge of one sector [FIP-0081, ramp finished].
    function initialPledge(Economics memory e, uint256 qaPower) internal pure returns (uint256) {
        uint256 base = max(1, expectedReward(e, qaPower, 20 * Devnet.DAY));
        uint256 lock = e.circulatingSupply * 3 * qaPower;
        uint256 simpleShare = max(e.networkQaPower, qaPower);
        uint256 baselineShare = max(simpleShare, e.baselinePower);
        uint256 additional = (700 * lock) / (baselineShare * 10 * 1000) + (300 * lock) / (simpleShare * 10 * 1000);
        return min(base + additional, PLEDGE_CAP_PER_BYTE * qaPower);
    }

    /// @notice The daily fee of one sector [FIP-0100].
    function dailyFee(Economics memory e, uint256 qaPower) internal pure returns (uint256) {
        return (DAILY_FEE_NUMERATOR * e.circulatingSupply * qaPower) / DAILY_FEE_DENOMINATOR;
    }

    /// @notice What a deadline pays of its daily fees: at most half of a day's expected reward.
    function payableFee(Economics memory e, uint256 fees, uint256 liveQaPower) internal pure returns (uint256) {
        return min(fees, expectedReward(e, liveQaPower, Devnet.DAY) / 2);
    }

    /// @notice The penalty for a proof found invalid, without the reporter's reward.
    function invalidPostPenalty(Economics memory e, uint256 qaPower) internal pure returns (uint256) {
        return expectedReward(e, qaPower, Devnet.INVALID_POST_PERIOD) + 20 ether;
    }

    // ------------------------------------------------------------------------------------------------ deadlines

    /// @notice The first deadline close after `epoch`.
    function closeAfter(uint64 offset, uint64 epoch) internal pure returns (uint64) {
        uint64 phase = (offset + Devnet.DEADLINE - 1) % Devnet.DEADLINE;
        if (epoch < phase) return phase;
        return phase + ((epoch - phase) / Devnet.DEADLINE + 1) * Devnet.DEADLINE;
    }

    /// @notice The deadline that is open at `epoch`.
    function deadlineAt(uint64 offset, uint64 epoch) internal pure returns (uint64) {
        return ((epoch + Devnet.DAY - offset) % Devnet.DAY) / Devnet.DEADLINE;
    }

    /// @notice The first epoch not before `epoch` at which `deadline` is closed by cron.
    function closeOf(uint64 offset, uint64 deadline, uint64 epoch) internal pure returns (uint64) {
        uint64 phase = (offset + (deadline + 1) * Devnet.DEADLINE - 1) % Devnet.DAY;
        if (epoch <= phase) return phase;
        return phase + ((epoch - phase + Devnet.DAY - 1) / Devnet.DAY) * Devnet.DAY;
    }
}
