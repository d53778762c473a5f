// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ActorExit} from "./ActorExit.sol";
import {Devnet} from "./Devnet.sol";
import {IFilecoinWorld} from "./IFilecoinWorld.sol";
import {PreCommit, Run} from "./Types.sol";

/// @title Drives the simulated Filecoin for histories of many thousand steps
/// @notice Keeps a step's exit code instead of reverting, and gives a miner's whole state as one list of words: both because
///         failed transactions and nested structs are what takes the time in a test.
contract StepRecorder {
    struct List {
        uint256[] words;
        uint256 length;
    }

    uint256 private constant CAPACITY = 20_000; // [words]

    /// @notice The exit code of the last step.
    int256 public exitCode;

    /// @notice Calls a driver function with the value.
    function step(bytes calldata data) external payable {
        (bool ok, bytes memory out) = Devnet.WORLD.call{value: msg.value}(data);
        exitCode = ok ? int256(0) : _exitOf(out);
    }

    /// @notice Calls `callAs`, whose own answer holds the exit code.
    function message(bytes calldata data) external payable {
        (bool ok, bytes memory out) = Devnet.WORLD.call{value: msg.value}(data);
        if (!ok) _bubble(out);
        (exitCode, ) = abi.decode(out, (int256, bytes));
    }

    function _exitOf(bytes memory out) private pure returns (int256 code) {
        if (out.length < 36 || bytes4(out) != ActorExit.selector) _bubble(out);
        assembly ("memory-safe") {
            code := mload(add(out, 36))
        }
    }

    function _bubble(bytes memory out) private pure {
        assembly ("memory-safe") {
            revert(add(out, 32), mload(out))
        }
    }

    /// @notice The last exit code, a miner's scalars, controls, sectors, pre-commits and vesting rows, then the balances of
    ///         `watched` [attoFIL]; each list comes with its length first.
    function words(uint64 miner, address[] calldata watched) external view returns (uint256[] memory) {
        List memory list = List(new uint256[](CAPACITY), 0);
        IFilecoinWorld.Dump memory d = IFilecoinWorld(Devnet.WORLD).dump(miner, watched);
        _put(list, uint256(exitCode));
        _putRoles(list, d.state);
        _putMoney(list, d.state);
        _putTerm(list, d.state);
        _put(list, d.runs.length);
        for (uint256 i; i < d.runs.length; ++i) _putRun(list, d.runs[i]);
        _put(list, d.preCommits.length);
        for (uint256 i; i < d.preCommits.length; ++i) _putPreCommit(list, d.preCommits[i]);
        _put(list, d.vesting.length);
        for (uint256 i; i < d.vesting.length; ++i) _put2(list, d.vesting[i].epoch, d.vesting[i].amount);
        _put(list, d.balances.length);
        for (uint256 i; i < d.balances.length; ++i) _put(list, d.balances[i]);
        return _cut(list);
    }

    function _cut(List memory list) private pure returns (uint256[] memory words_) {
        words_ = list.words;
        uint256 length = list.length;
        assembly ("memory-safe") {
            mstore(words_, length)
        }
    }

    function _put(List memory list, uint256 word) private pure {
        list.words[list.length++] = word;
    }

    function _put2(List memory list, uint256 a, uint256 b) private pure {
        _put(list, a);
        _put(list, b);
    }

    function _flag(bool value) private pure returns (uint256) {
        return value ? 1 : 0;
    }

    function _signed(int64 value) private pure returns (uint256) {
        return uint256(int256(value));
    }

    function _putRoles(List memory list, IFilecoinWorld.MinerView memory s) private pure {
        _put2(list, s.owner, s.pendingOwner);
        _put2(list, s.beneficiary, s.worker);
        _put2(list, s.newWorker, s.newWorker == 0 ? 0 : s.workerAt);
        _put2(list, _flag(s.cronActive), s.cronDone);
        _put2(list, s.earlyWorkAt, s.consensusFaultElapsed);
        _put2(list, s.nextSector, s.terminating);
    }

    function _putMoney(List memory list, IFilecoinWorld.MinerView memory s) private pure {
        _put2(list, s.balance, s.pledge);
        _put2(list, s.deposits, s.locked);
        _put(list, s.feeDebt);
        _put2(list, s.rawPower, s.qaPower);
    }

    function _putTerm(List memory list, IFilecoinWorld.MinerView memory s) private pure {
        _put2(list, s.term.quota, s.term.used);
        _put2(list, _signed(s.term.expiration), _flag(s.proposal.exists));
        _put2(list, s.proposal.nominee, s.proposal.quota);
        _put2(list, _signed(s.proposal.expiration), _flag(s.proposal.byBeneficiary));
        _put2(list, _flag(s.proposal.byNominee), s.controls.length);
        for (uint256 i; i < s.controls.length; ++i) _put(list, s.controls[i]);
    }

    function _putRun(List memory list, Run memory r) private pure {
        _put2(list, r.first, r.count);
        _put2(list, r.deadline, r.partition);
        _put2(list, uint256(r.status), _flag(r.recovering));
        _put2(list, r.dailyFee, r.activation);
        _put2(list, r.expiration, r.faultExpiry);
        _put2(list, r.terminatedAt, r.pledge);
        _put(list, r.qaPower);
    }

    function _putPreCommit(List memory list, PreCommit memory c) private pure {
        _put2(list, c.first, c.count);
        _put2(list, _flag(c.verified), c.committedAt);
        _put2(list, c.cleanupAt, c.expiration);
        _put(list, c.deposit);
    }
}
