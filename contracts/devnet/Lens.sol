// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Devnet} from "./Devnet.sol";
import {IFilecoinWorld} from "./IFilecoinWorld.sol";
import {MinerFunds} from "./MinerFunds.sol";
import {MinerMath} from "./MinerMath.sol";
import {WordLens} from "./WordLens.sol";
import {Economics, Kind, Miner, PreCommit, Run} from "./Types.sol";

/// @title Views of the simulated Filecoin for drivers and tests
/// @notice Implements the lens functions of `IFilecoinWorld`, on the world's storage by delegation.
contract Lens is MinerFunds, WordLens {
    /// @notice Thrown when the world has no function of this selector.
    error Lens_UnknownFunction(bytes4 selector);

    fallback() external payable {
        revert Lens_UnknownFunction(msg.sig);
    }

    function nextId() external view returns (uint64) {
        return Devnet.FIRST_NATIVE_ID + _nativeCount;
    }

    function minerState(uint64 miner) public view returns (IFilecoinWorld.MinerView memory v) {
        Miner storage m = _miners[miner];
        (v.owner, v.pendingOwner, v.beneficiary, v.worker) = (m.owner, m.pendingOwner, m.beneficiary, m.worker);
        (v.newWorker, v.workerAt, v.offset, v.cronDone) = (m.newWorker, m.workerAt, m.offset, m.cronDone);
        (v.earlyWorkAt, v.consensusFaultElapsed) = (m.earlyWorkAt, m.consensusFaultElapsed);
        (v.nextSector, v.missMask, v.terminating) = (m.nextSector, m.missMask, m.terminating);
        (v.cronActive, v.balance) = (m.cronActive, Devnet.masked(miner).balance);
        (v.pledge, v.deposits, v.locked, v.feeDebt) = (m.pledge, m.deposits, m.locked, m.feeDebt);
        (v.rawPower, v.qaPower) = (m.rawPower, m.qaPower);
        (v.term, v.proposal, v.controls) = (m.term, m.proposal, m.controls);
    }

    function runsOf(uint64 miner) external view returns (Run[] memory) {
        return _miners[miner].runs;
    }

    function preCommitsOf(uint64 miner) external view returns (PreCommit[] memory) {
        return _miners[miner].preCommits;
    }

    function vestingOf(uint64 miner) public view returns (IFilecoinWorld.Vesting[] memory rows) {
        Miner storage m = _miners[miner];
        uint256 count;
        for (uint64 s = m.vestLow; s < m.vestHigh; ++s) {
            if (m.vesting[s] != 0) ++count;
        }
        rows = new IFilecoinWorld.Vesting[](count);
        for (uint64 s = m.vestHigh; s > m.vestLow; --s) {
            if (m.vesting[s - 1] != 0) rows[--count] = IFilecoinWorld.Vesting(_slotEpoch(m, s - 1), m.vesting[s - 1]);
        }
    }

    function miners() external view returns (uint64[] memory) {
        return _minerIds;
    }

    function economics() external view returns (Economics memory) {
        return _eco();
    }

    function kindOf(uint64 id) external view returns (Kind) {
        return _kindOf(id);
    }

    function idOf(address eth) external view returns (uint64) {
        return _peekId(eth);
    }

    function nextCloseOf(uint64 miner, uint64 sector) external view returns (uint64 epoch) {
        Miner storage m = _miners[miner];
        for (uint256 i; i < m.runs.length; ++i) {
            Run storage r = m.runs[i];
            if (sector < r.first || sector - r.first >= r.count) continue;
            return MinerMath.closeOf(m.offset, r.deadline, uint64(block.number));
        }
    }

    function pledgeFor(bool verified) external view returns (uint256) {
        return MinerMath.initialPledge(_eco(), Devnet.SECTOR_SIZE * (verified ? 10 : 1));
    }

    function depositPerSector() external view returns (uint256) {
        return MinerMath.preCommitDeposit(_eco());
    }
}
