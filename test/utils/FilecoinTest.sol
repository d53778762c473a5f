// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Devnet} from "../../contracts/devnet/Devnet.sol";
import {IFilecoinWorld} from "../../contracts/devnet/IFilecoinWorld.sol";
import {FilecoinInstaller} from "./FilecoinInstaller.sol";

/// @title Base of every Solidity test that needs Filecoin
/// @notice `setUp` installs the simulated Filecoin at epoch 100,000. Storage providers are driven with the helpers below;
///         whatever they lack can be had from `world` (see `IFilecoinWorld`). FIL for them is minted with `vm.deal`.
///         A helper that would end with an exit code reverts with `ActorExit(code, 0, "")`.
abstract contract FilecoinTest is FilecoinInstaller {
    uint64 internal constant START_EPOCH = 100_000;
    uint256 internal constant GENESIS = 1_598_306_400; // [s]
    uint256 internal constant SECONDS_PER_EPOCH = 30;
    uint8 internal constant ANY_DEADLINE = 255;
    /// @notice Lifetime [epochs] that `seal` gives to sectors.
    uint64 internal constant SECTOR_LIFE = 540 * Devnet.DAY;

    function setUp() public virtual {
        _goTo(START_EPOCH);
        installFilecoin();
    }

    // ------------------------------------------------------------------------------------------------ time

    function _goTo(uint256 epoch) private {
        vm.roll(epoch);
        vm.warp(GENESIS + epoch * SECONDS_PER_EPOCH);
    }

    /// @notice Moves on by `epochs` and runs the cron of all that lie between.
    function advanceEpochs(uint256 epochs) internal {
        _goTo(vm.getBlockNumber() + epochs);
        world.tick();
    }

    /// @notice Moves on by `days_` days of 2,880 epochs.
    function advanceDays(uint256 days_) internal {
        advanceEpochs(days_ * Devnet.DAY);
    }

    // ------------------------------------------------------------------------------------------------ miners

    /// @notice Creates a miner without a creation deposit; its worker is a fresh native account.
    function createMiner(address owner) internal returns (uint64 id) {
        installNativeActor(world.nextId());
        return world.createMiner(owner);
    }

    /// @notice The EVM address at which a miner's balance lies.
    function masked(uint64 id) internal pure returns (address) {
        return Devnet.masked(id);
    }

    /// @notice Sends `amount` [attoFIL] of new FIL to the miner.
    function fundMiner(uint64 miner, uint256 amount) internal {
        vm.deal(address(this), address(this).balance + amount);
        world.fund{value: amount}(miner);
    }

    /// @notice Awards `amount` [attoFIL] of new FIL as a block reward: a quarter free, the rest vesting over 180 days.
    function award(uint64 miner, uint256 amount) internal {
        vm.deal(address(this), address(this).balance + amount);
        world.award{value: amount}(miner, 0);
    }

    /// @notice Seals `count` sectors of raw capacity at the network's pledge and proves them at once.
    /// @dev Moves on by 151 epochs, the least between pre-commit and proof; the first window PoSt is submitted then, before
    ///      its turn. The miner must be able to pay deposit and pledge.
    function seal(uint64 miner, uint32 count) internal returns (uint64 first) {
        return seal(miner, count, false, 0);
    }

    /// @notice The same with tenfold quality and a pledge of one's choosing.
    /// @param pledge per sector [attoFIL]; 0 for the network's formula
    function seal(uint64 miner, uint32 count, bool verified, uint128 pledge) internal returns (uint64 first) {
        first = commit(miner, count, verified, pledge);
        for (uint8 d; d < Devnet.DEADLINES; ++d) world.submitPost(miner, d);
    }

    /// @notice Pre-commits and proves sectors without their first window PoSt: pledge is locked, power is not yet there.
    function commit(uint64 miner, uint32 count, bool verified, uint128 pledge) internal returns (uint64 first) {
        first = world.preCommit(miner, count, verified, uint64(vm.getBlockNumber()) + SECTOR_LIFE);
        advanceEpochs(Devnet.CHALLENGE_DELAY + 1);
        world.proveCommit(miner, first, count, ANY_DEADLINE, pledge);
    }

    /// @notice From now on the miner submits no window PoSt at all: its sectors go faulty deadline by deadline.
    function miss(uint64 miner) internal {
        world.setMissing(miner, type(uint48).max);
    }

    /// @notice The miner submits its window PoSts again; what is faulty stays so until it is declared recovered.
    function resume(uint64 miner) internal {
        world.setMissing(miner, 0);
    }

    /// @notice Declares sectors faulty, waiting for the time at which that is allowed.
    function fault(uint64 miner, uint64 first, uint32 count) internal {
        waitUntilMutable(miner, first);
        world.declareFaults(miner, first, count);
    }

    /// @notice Declares sectors recovered, waiting for the time at which that is allowed; their next PoSt makes it true.
    function recover(uint64 miner, uint64 first, uint32 count) internal {
        waitUntilMutable(miner, first);
        world.declareRecoveries(miner, first, count);
    }

    /// @notice Terminates sectors, waiting for the time at which that is allowed.
    function terminate(uint64 miner, uint64 first, uint32 count) internal {
        waitUntilMutable(miner, first);
        world.terminate(miner, first, count);
    }

    /// @notice Moves on until the deadline of `sector` lies far enough ahead to be changed: by 190 epochs at most.
    function waitUntilMutable(uint64 miner, uint64 sector) internal {
        uint64 close = world.nextCloseOf(miner, sector);
        uint256 ahead = close - vm.getBlockNumber();
        if (ahead < 2 * Devnet.DEADLINE + Devnet.FAULT_CUTOFF) advanceEpochs(ahead + 1);
    }

    // ------------------------------------------------------------------------------------------------ native keys

    /// @notice Sends a message to an actor as `from` would with its native key; returns the exit code.
    function callAs(
        address from,
        uint64 to,
        uint64 method,
        bytes memory params
    ) internal returns (int256 exitCode, bytes memory result) {
        return world.callAs(from, to, method, params);
    }

    /// @notice The actor id of an address.
    function idOf(address eth) internal returns (uint64) {
        return world.register(eth);
    }

    function minerState(uint64 miner) internal view returns (IFilecoinWorld.MinerView memory) {
        return world.minerState(miner);
    }
}
