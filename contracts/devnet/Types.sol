// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

enum Kind {
    None,
    System,
    Account,
    Evm,
    Miner
}

/// @notice Of a sector: committed but never proven, proven, missing its proofs, gone (and maybe still to be charged).
enum SectorStatus {
    Unproven,
    Active,
    Faulty,
    Dead,
    Terminating
}

/// @notice What the network would tell the miner actor: parameters here.
struct Economics {
    bool configured;
    uint256 rewardPerEpoch; // [attoFIL/epoch] smoothed, of the whole network
    uint256 networkQaPower; // [bytes] smoothed
    uint256 baselinePower; // [bytes]
    uint256 circulatingSupply; // [attoFIL]
    uint256 networkRawPower; // [bytes] of everybody outside the simulation
    uint32 earlyTerminationLimit; // [sectors] per message or cron event
}

/// @notice A beneficiary's term.
struct Term {
    uint256 quota; // [attoFIL]
    uint256 used; // [attoFIL]
    int64 expiration; // [epoch]
}

/// @notice A proposed beneficiary.
struct Proposal {
    bool exists;
    bool byBeneficiary;
    bool byNominee;
    uint64 nominee;
    int64 expiration; // [epoch]
    uint256 quota; // [attoFIL]
}

/// @notice Consecutive sectors that are alike in everything, kept as one entry.
struct Run {
    uint64 first;
    uint32 count;
    uint8 deadline;
    uint32 partition;
    SectorStatus status;
    bool recovering;
    uint96 dailyFee; // [attoFIL] per sector
    uint64 activation; // [epoch]
    uint64 expiration; // [epoch] nominal
    uint64 faultExpiry; // [epoch] when a faulty sector is terminated
    uint64 terminatedAt; // [epoch]
    uint128 pledge; // [attoFIL] per sector
    uint128 qaPower; // [bytes] per sector
}

/// @notice Consecutive sectors pre-committed together.
struct PreCommit {
    uint64 first;
    uint32 count;
    bool verified;
    uint64 committedAt; // [epoch]
    uint64 cleanupAt; // [epoch] of the deadline close that burns the deposit
    uint64 expiration; // [epoch] of the sectors
    uint256 deposit; // [attoFIL] per sector
}

struct DeadlineState {
    uint32 live; // [sectors]
    uint32 assigned; // [sectors] ever put here since the last compaction
    uint64 disputableUntil; // [epoch]
}

struct Miner {
    uint64 owner;
    uint64 pendingOwner; // 0: none
    uint64 beneficiary;
    uint64 worker;
    uint64 newWorker; // 0: none
    uint64 workerAt; // [epoch]
    uint64 offset; // [epoch] proving period start modulo the period
    uint64 cronDone; // [epoch] the last one whose cron has run
    uint64 earlyWorkAt; // [epoch] 0: none
    uint64 consensusFaultElapsed; // [epoch]
    uint64 nextSector;
    uint48 liveMask; // deadlines that hold live sectors
    uint48 missMask; // deadlines whose proofs the miner does not submit
    uint64 vestLow; // first slot of the vesting table
    uint64 vestHigh; // one past its last slot
    uint32 terminating; // [sectors] terminated and not yet charged
    bool cronActive;
    uint256 pledge; // [attoFIL]
    uint256 deposits; // [attoFIL]
    uint256 locked; // [attoFIL]
    uint256 feeDebt; // [attoFIL]
    uint256 rawPower; // [bytes] proven and not faulty
    uint256 qaPower; // [bytes]
    Term term;
    Proposal proposal;
    uint64[] controls;
    Run[] runs;
    PreCommit[] preCommits;
    mapping(uint64 slot => uint256) vesting; // [attoFIL]
    bytes peerId;
    bytes[] multiaddrs;
}

/// @notice A miner under work: burns are summed and made in one send.
struct Purse {
    uint64 id;
    uint256 balance; // [attoFIL] what the actor has after `burn`
    uint256 burn; // [attoFIL]
}
