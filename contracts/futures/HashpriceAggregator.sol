// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {MinerActor} from "../filecoin/MinerActor.sol";
import {PowerActor} from "../filecoin/PowerActor.sol";
import {EPOCHS_PER_DAY} from "../libraries/Units.sol";
import {AggregatorV3Interface} from "../oracles/interfaces/AggregatorV3Interface.sol";
import {IHashpriceAggregator} from "./interfaces/IHashpriceAggregator.sol";

/// @title HashpriceAggregator
/// @notice The block reward that 1 TiB of quality-adjusted power is expected to earn in a day, as the network itself reckons it. Nobody
/// reports it and nobody can move it but by moving the network's reward or power.
/// @dev Without pledge, a miner's largest termination fee is 1.05 times the fault fee of the power asked about (FIP-0098, network version
/// 25; builtin-actors, actors/miner monies.rs, `pledge_penalty_for_termination`), and the fault fee is the reward that the power is
/// expected to earn in floor(2,880 x 351 / 100) = 10,108 epochs (monies.rs, `CONTINUED_FAULT_PROJECTION_PERIOD`,
/// `expected_reward_for_power`), from the smoothed estimates of the reward and of the network's power. Every miner gives the same answer,
/// since the power is an argument. Reverts with the errors of `ActorCall` where the actor does not answer.
contract HashpriceAggregator is IHashpriceAggregator {
    /// @notice Power that is asked about [bytes].
    uint256 public constant POWER = 1 << 40;
    /// @notice Time for which the fault fee is the expected reward [epoch].
    uint256 public constant FAULT_FEE_EPOCHS = 10_108;
    /// @notice Termination fee without pledge, of the fault fee [percent].
    uint256 public constant FAULT_FEE_PERCENT = 105;

    /// @notice The miner that is asked [actor id].
    uint64 public immutable MINER_ID;

    /// @param minerId any miner: an actor's kind never changes, so it is enough to see once that it is one
    constructor(uint64 minerId) {
        if (!PowerActor.isMiner(minerId)) revert HashpriceAggregator_NotAMiner(minerId);
        MINER_ID = minerId;
    }

    /// @inheritdoc AggregatorV3Interface
    /// @dev The answer is the expected reward of 1 TiB of quality-adjusted power in a day [attoFIL], rounded down.
    function latestRoundData()
        external
        view
        returns (uint80 roundId, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound)
    {
        uint256 fee = MinerActor.maxTerminationFee(MINER_ID, POWER, 0);
        answer = SafeCast.toInt256((fee * EPOCHS_PER_DAY * 100) / (FAULT_FEE_PERCENT * FAULT_FEE_EPOCHS));
        roundId = uint80(block.number); // an epoch fits 63 bits
        return (roundId, answer, block.timestamp, block.timestamp, roundId);
    }

    /// @inheritdoc AggregatorV3Interface
    function decimals() external pure returns (uint8) {
        return 18;
    }

    /// @inheritdoc AggregatorV3Interface
    function description() external pure returns (string memory) {
        return "FIL per TiB QAP and day";
    }

    /// @inheritdoc AggregatorV3Interface
    function version() external pure returns (uint256) {
        return 1;
    }
}
