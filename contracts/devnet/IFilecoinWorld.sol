// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Economics, Kind, PreCommit, Proposal, Run, Term} from "./Types.sol";

/// @title Everything the simulated Filecoin can be told and asked, at one address
/// @notice The first part is what the precompiles call. The second is the driver: what on Filecoin is done by storage
///         providers with native keys, by block production or by nobody at all. Anyone may call it: local chains only.
/// @dev Driver functions end with `ActorExit(code, 0, "")` where the actor would end with a non-zero exit code.
interface IFilecoinWorld {
    /// @notice Thrown when a miner is created at an id where `NativeActor` was not installed first.
    error World_NoNativeActor(uint64 id, address maskedId);
    /// @notice Thrown when the id given to a driver function is not a miner's.
    error World_NotAMiner(uint64 id);
    /// @notice Thrown when a function reserved for the world itself is called from outside.
    error World_OnlySelf(address expected, address caller);
    /// @notice Thrown when randomness is asked for an epoch that has not come.
    error World_FutureEpoch(uint256 now_, int256 epoch);

    /// @notice Thrown when a piece is said to be in a sector that the miner does not have.
    error World_NoSuchSector(uint64 miner, uint64 sector);

    /// @notice Emitted when a miner has been created.
    event MinerCreated(uint64 indexed id, uint64 indexed owner, uint64 worker);

    // ------------------------------------------------------------------------------------------------ precompiles

    /// @notice Resolves a Filecoin address.
    /// @param raw its byte form
    /// @param caller the asking contract, which exists even while it is being constructed
    /// @return valid whether `raw` is an address at all
    /// @return found whether the actor is known
    /// @return id its id
    function resolve(bytes calldata raw, address caller) external returns (bool valid, bool found, uint64 id);

    /// @notice The f4 address of an actor, empty where it has none.
    function lookup(uint64 id) external view returns (bytes memory raw);

    /// @notice The drand digest of `epoch`.
    function randomness(int256 epoch) external view returns (bytes32);

    /// @notice Whether `id` is an EVM contract or account, and where its code would be.
    function evmTarget(uint64 id) external view returns (bool isEvm, address eth);

    /// @notice A message from `msg.sender` to actor `to`; ends with `ActorExit` on a non-zero exit code.
    /// @param to the receiving actor
    /// @param method the method number
    /// @param hasParams whether a parameter block was sent
    /// @param params the block
    /// @return codec of the answer: 0 for none, 0x51 for CBOR
    /// @return result the answer
    function invoke(
        uint64 to,
        uint64 method,
        bool hasParams,
        bytes calldata params
    ) external payable returns (uint64 codec, bytes memory result);

    /// @notice A method-0 send to an address that may not exist yet.
    function sendTo(bytes calldata raw) external payable;

    // ------------------------------------------------------------------------------------------------ driver: actors

    /// @notice The id that the next miner or account will get.
    /// @dev Install `NativeActor` at its masked address before `createMiner`.
    function nextId() external view returns (uint64);

    /// @notice Gives an EVM address its actor id now.
    function register(address eth) external returns (uint64 id);

    /// @notice Creates a native (f3) account, such as a worker.
    function createAccount() external returns (uint64 id);

    /// @notice Creates a miner with a fresh worker account; the value is locked as its creation deposit [FIP-0077].
    /// @param owner an EVM address or the masked id of any actor
    function createMiner(address owner) external payable returns (uint64 id);

    /// @notice Sends a message as another actor, for what native keys do.
    /// @param from an EVM address or a masked id; the value is taken from the caller of this function instead
    function callAs(
        address from,
        uint64 to,
        uint64 method,
        bytes calldata params
    ) external payable returns (int256 exitCode, bytes memory result);

    /// @notice `invoke` on behalf of an actor id; the world calls this on itself.
    function invokeAs(
        uint64 from,
        uint64 to,
        uint64 method,
        bytes calldata params
    ) external payable returns (bytes memory result);

    // ------------------------------------------------------------------------------------------------ driver: network

    function setEconomics(Economics calldata economics) external;

    /// @notice Fixes the beacon's digest for an epoch.
    function setRandomness(uint64 epoch, bytes32 digest) external;

    /// @notice Runs the cron of all epochs before this block for every miner.
    function tick() external;

    /// @notice The same for one miner, up to and including epoch `until`, which must lie before this block.
    function tickMiner(uint64 miner, uint64 until) external;

    // ------------------------------------------------------------------------------------------------ driver: miners

    /// @notice Sends the value to the miner by method 0.
    function fund(uint64 miner) external payable;

    /// @notice Awards the value as a block reward: a quarter is free at once, the rest vests.
    /// @param penalty what the miner is charged with it [attoFIL]
    function award(uint64 miner, uint256 penalty) external payable;

    /// @notice Pre-commits sectors with the next free numbers.
    /// @param verified whether they carry tenfold quality-adjusted power
    /// @param expiration [epoch]
    function preCommit(uint64 miner, uint32 count, bool verified, uint64 expiration) external returns (uint64 first);

    /// @notice Proves sectors that were pre-committed in one batch.
    /// @param first the batch's next unproven sector
    /// @param deadline where to put them, or 255 for the emptiest that can be changed
    /// @param pledge per sector [attoFIL], or 0 for the network's formula
    function proveCommit(uint64 miner, uint64 first, uint32 count, uint8 deadline, uint128 pledge) external;

    /// @notice One entry of a sector's piece manifest: who is told of which piece [FIP-0076, FIP-0109].
    struct PieceNotice {
        uint64 sector;
        bytes notifee; // raw Filecoin address
        bytes pieceCid; // without the multibase prefix
        uint64 size; // [bytes] padded
        bytes payload;
    }

    /// @notice Emitted after each notification; `exitCode` is 0 when the receiver accepted all pieces.
    event ContentNotified(uint64 indexed miner, bytes notifee, int256 exitCode);

    /// @notice `proveCommit`, then SectorContentChanged to every notifee, one message per distinct raw address.
    /// @param requireSuccess whether a notifee that fails or refuses undoes the commit (exit codes 1000 to 1003)
    function proveCommitNotifying(
        uint64 miner,
        uint64 first,
        uint32 count,
        uint8 deadline,
        uint128 pledge,
        PieceNotice[] calldata notices,
        bool requireSuccess
    ) external;

    /// @notice Submits window PoSt for a deadline without waiting for its turn: a shortcut of the simulation.
    function submitPost(uint64 miner, uint8 deadline) external;

    /// @notice Sets the deadlines whose window PoSt the miner misses from now on, one bit each.
    function setMissing(uint64 miner, uint48 deadlines) external;

    function declareFaults(uint64 miner, uint64 first, uint32 count) external;

    function declareRecoveries(uint64 miner, uint64 first, uint32 count) external;

    function terminate(uint64 miner, uint64 first, uint32 count) external;

    function extend(uint64 miner, uint64 first, uint32 count, uint64 expiration) external;

    /// @notice Has the last window PoSt of a deadline found invalid; `reporter` is paid the reward.
    function dispute(uint64 miner, uint8 deadline, address reporter) external;

    /// @notice Has a consensus fault proven against the miner; `reporter` is paid the reward.
    function reportConsensusFault(uint64 miner, address reporter) external;

    /// @notice Forgets the dead sectors of a deadline.
    function compact(uint64 miner, uint8 deadline) external;

    // ------------------------------------------------------------------------------------------------ lens

    /// @notice A miner's scalar state.
    struct MinerView {
        uint64 owner;
        uint64 pendingOwner;
        uint64 beneficiary;
        uint64 worker;
        uint64 newWorker;
        uint64 workerAt;
        uint64 offset;
        uint64 cronDone;
        uint64 earlyWorkAt;
        uint64 consensusFaultElapsed;
        uint64 nextSector;
        uint48 missMask;
        uint32 terminating;
        bool cronActive;
        uint256 balance;
        uint256 pledge;
        uint256 deposits;
        uint256 locked;
        uint256 feeDebt;
        uint256 rawPower;
        uint256 qaPower;
        Term term;
        Proposal proposal;
        uint64[] controls;
    }

    /// @notice One row of a vesting table.
    struct Vesting {
        uint64 epoch;
        uint256 amount;
    }

    function minerState(uint64 miner) external view returns (MinerView memory);

    function runsOf(uint64 miner) external view returns (Run[] memory);

    function preCommitsOf(uint64 miner) external view returns (PreCommit[] memory);

    function vestingOf(uint64 miner) external view returns (Vesting[] memory);

    /// @notice All of the above at once as one list of words, with the balances [attoFIL] of `watched`: see `WordLens`.
    function words(uint64 miner, address[] calldata watched) external view returns (uint256[] memory);

    function miners() external view returns (uint64[] memory);

    function economics() external view returns (Economics memory);

    function kindOf(uint64 id) external view returns (Kind);

    /// @notice The id an address has or will have.
    function idOf(address eth) external view returns (uint64);

    /// @notice The first epoch at which the deadline that holds `sector` is closed by cron, not before this block.
    function nextCloseOf(uint64 miner, uint64 sector) external view returns (uint64);

    /// @notice The pledge of one sector today [attoFIL].
    function pledgeFor(bool verified) external view returns (uint256);

    /// @notice The deposit of one pre-committed sector today [attoFIL].
    function depositPerSector() external view returns (uint256);
}
