// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Devnet} from "../../../contracts/devnet/Devnet.sol";
import {Run, SectorStatus} from "../../../contracts/devnet/Types.sol";
import {CborWriter} from "../../../contracts/filecoin/CborWriter.sol";
import {FilecoinMethods} from "../../../contracts/filecoin/FilecoinMethods.sol";
import {LoanHandler} from "./LoanHandler.sol";
import {LoanLedger} from "./LoanLedger.sol";

/// @title The network and the miners: time, rewards, faults, terminations, disputes, economics
contract FilecoinHandler is LoanHandler {
    constructor(LoanLedger ledger_) LoanHandler(ledger_) {
        _expect("advanceEpochs");
        _expect("advanceHours");
        _expect("advanceDays");
        _expect("shock");
        _expect("award");
        _expect("fund");
        _expect("ownerWithdraws");
        _expect("fault");
        _expect("recover");
        _expect("terminate");
        _expect("dispute");
        _expect("missProofs");
    }

    function selectors() external pure override returns (bytes4[] memory list) {
        list = new bytes4[](12);
        list[0] = this.advanceEpochs.selector;
        list[1] = this.advanceHours.selector;
        list[2] = this.advanceDays.selector;
        list[3] = this.shock.selector;
        list[4] = this.liquidatableShock.selector;
        list[5] = this.award.selector;
        list[6] = this.fund.selector;
        list[7] = this.ownerWithdraws.selector;
        list[8] = this.fault.selector;
        list[9] = this.recover.selector;
        list[10] = this.terminate.selector;
        list[11] = this.dispute.selector;
    }

    // ------------------------------------------------------------------------------------------------ time

    function advanceEpochs(uint256 epochs) external step {
        ledger.advance(_bound(epochs, 1, 60));
        _count("advanceEpochs");
    }

    function advanceHours(uint256 hours_) external step {
        ledger.advance(_bound(hours_, 1, 24) * 120);
        _count("advanceHours");
    }

    function advanceDays(uint256 days_, uint64 seed, uint256 missing) external step {
        if (missing % 8 == 0) {
            uint64 miner = miners[seed % miners.length];
            world.setMissing(miner, missing % 16 == 0 ? type(uint48).max : 0);
            _count("missProofs");
        }
        ledger.advance(_bound(days_, 1, 6) * Devnet.DAY);
        _count("advanceDays");
    }

    // ------------------------------------------------------------------------------------------------ value without time

    /// @notice Moves the network's reward so that one loan's health comes near a level of the fuzzer's choice, anywhere.
    function shock(uint256 seed, uint256 health) external step {
        // Now and then everything is worthless.
        if (health % 13 == 0) _setReward(MAX_REWARD);
        else _shock(_indebted(seed), _bound(health, 0.9e18, 1.6e18));
        _count("shock");
    }

    /// @notice The same, into the range in which strips can be sold.
    function liquidatableShock(uint256 seed, uint256 health) external step {
        _shock(_indebted(seed), _bound(health, 0.962e18, 0.999e18));
        _count("shock");
    }

    // ------------------------------------------------------------------------------------------------ money to miners

    function award(uint256 seed, uint256 amount) external step {
        uint64 miner = miners[seed % miners.length];
        amount = _bound(amount, 0.1 ether, 60 ether);
        ledger.allow(Devnet.masked(miner), amount);
        vm.prank(who.network);
        world.award{value: amount}(miner, 0);
        _count("award");
    }

    function fund(uint256 seed, uint256 amount) external step {
        uint64 miner = miners[seed % miners.length];
        amount = _bound(amount, 1, 40 ether);
        ledger.allow(Devnet.masked(miner), amount);
        vm.prank(who.network);
        world.fund{value: amount}(miner);
        _count("fund");
    }

    /// @notice The owner withdraws past the book: the money comes to the account with no code running.
    function ownerWithdraws(uint256 seed, uint256 amount) external step {
        uint64 miner = miners[seed % miners.length];
        uint256 loanId = sys.book.loanOfMiner(miner);
        address to = loanId == 0 ? who.sp : _account(loanId);
        amount = _bound(amount, 0, 20 ether);
        ledger.allow(to, amount);
        bytes32 others = _fingerprint(loanId);
        uint256 debt = loanId == 0 ? 0 : sys.book.debtOf(loanId);
        bytes memory params = CborWriter.finish(
            CborWriter.writeBigUint(CborWriter.writeArray(CborWriter.start(), 1), amount)
        );
        (int256 exitCode, ) = world.callAs(who.sp, miner, FilecoinMethods.WITHDRAW_BALANCE, params);
        if (exitCode != 0) return _refused("ownerWithdraws");
        _count("ownerWithdraws");
        assertEq(_fingerprint(loanId), others, "I18: a withdrawal changed another loan");
        if (loanId != 0) assertEq(sys.book.debtOf(loanId), debt, "I18: a withdrawal paid a debt");
    }

    // ------------------------------------------------------------------------------------------------ sectors

    function fault(uint256 seed, uint256 part) external step {
        (uint64 miner, Run memory run, bool found) = _run(seed, SectorStatus.Active);
        if (!found) return _refused("fault");
        uint32 count = _part(miner, run.count, part);
        _whenMutable(miner, run.first);
        try world.declareFaults(miner, run.first, count) {
            _count("fault");
        } catch {
            _refused("fault");
        }
    }

    function recover(uint256 seed) external step {
        (uint64 miner, Run memory run, bool found) = _run(seed, SectorStatus.Faulty);
        if (!found) return _refused("recover");
        world.setMissing(miner, 0);
        _whenMutable(miner, run.first);
        try world.declareRecoveries(miner, run.first, run.count) {
            world.submitPost(miner, run.deadline);
            _count("recover");
        } catch {
            _refused("recover");
        }
    }

    function terminate(uint256 seed, uint256 part) external step {
        (uint64 miner, Run memory run, bool found) = _run(seed, SectorStatus.Active);
        if (!found || part % 2 == 0) return _refused("terminate");
        uint32 count = _part(miner, run.count, part);
        _whenMutable(miner, run.first);
        try world.terminate(miner, run.first, count) {
            _count("terminate");
        } catch {
            _refused("terminate");
        }
    }

    /// @notice The provider has its own proof found invalid and takes the reporter's reward.
    function dispute(uint256 seed) external step {
        (uint64 miner, Run memory run, bool found) = _run(seed, SectorStatus.Active);
        if (!found) return _refused("dispute");
        ledger.allow(who.sp, 4 ether);
        try world.dispute(miner, run.deadline, who.sp) {
            _count("dispute");
        } catch {
            _refused("dispute");
        }
    }

    function _run(uint256 seed, SectorStatus status) private view returns (uint64, Run memory run, bool) {
        for (uint256 i; i < miners.length; ++i) {
            uint64 miner = miners[((seed % miners.length) + i) % miners.length];
            Run[] memory runs = world.runsOf(miner);
            for (uint256 j; j < runs.length; ++j) {
                run = runs[(j + (seed % 7)) % runs.length];
                if (run.status == status && !run.recovering) return (miner, run, true);
            }
        }
        return (0, run, false);
    }

    /// @dev Up to a quarter, so that the miners last; all of it where the sectors are in many pieces already.
    function _part(uint64 miner, uint32 count, uint256 part) private view returns (uint32) {
        if (world.runsOf(miner).length > 8) return count;
        return uint32(_bound(part, 1, count / 4 + 1));
    }

    function _whenMutable(uint64 miner, uint64 sector) private {
        uint256 ahead = world.nextCloseOf(miner, sector) - ledger.epoch();
        if (ahead < 2 * Devnet.DEADLINE + Devnet.FAULT_CUTOFF) ledger.advance(ahead + 1);
    }
}
