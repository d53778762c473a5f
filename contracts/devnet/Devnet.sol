// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Where the simulated Filecoin lives, and the numbers of the network it imitates
/// @dev Precompile addresses, actor ids, exit codes and policy constants are those of builtin-actors v18 (nv28); the
///      five 0xf11ec0... addresses belong to the simulation alone.
library Devnet {
    // --- the simulation's own contracts
    address internal constant WORLD = 0xf11Ec01100000000000000000000000000000001;
    address internal constant MINER_ACTOR = 0xF11EC01100000000000000000000000000000002;
    address internal constant DRIVER = 0xf11Ec01100000000000000000000000000000003;
    address internal constant LENS = 0xF11ec01100000000000000000000000000000004;

    address internal constant NOTIFIER = 0xF11ec01100000000000000000000000000000005;

    // --- precompiles (0xfe..04 is disabled on the real network: no code, so a call succeeds with empty output)
    address internal constant RESOLVE_ADDRESS = 0xFE00000000000000000000000000000000000001;
    address internal constant LOOKUP_DELEGATED_ADDRESS = 0xfE00000000000000000000000000000000000002;
    address internal constant CALL_ACTOR = 0xfe00000000000000000000000000000000000003;
    address internal constant CALL_ACTOR_ID = 0xfe00000000000000000000000000000000000005;
    address internal constant BEACON_RANDOMNESS = 0xfE00000000000000000000000000000000000006;

    // --- singleton actors
    uint64 internal constant SYSTEM_ID = 0;
    uint64 internal constant POWER_ID = 4;
    uint64 internal constant DATACAP_ID = 7;
    uint64 internal constant EAM_ID = 10;
    uint64 internal constant BURN_ID = 99;

    // --- exit codes
    int256 internal constant SYS_INSUFFICIENT_FUNDS = -5;
    int256 internal constant SYS_NOT_FOUND = -6;
    int256 internal constant SYS_READ_ONLY = -13;
    int256 internal constant ILLEGAL_ARGUMENT = 16;
    int256 internal constant NOT_FOUND = 17;
    int256 internal constant FORBIDDEN = 18;
    int256 internal constant INSUFFICIENT_FUNDS = 19;
    int256 internal constant ILLEGAL_STATE = 20;
    int256 internal constant SERIALIZATION = 21;
    int256 internal constant UNHANDLED_MESSAGE = 22;
    int256 internal constant READ_ONLY = 25;

    // --- codecs
    uint64 internal constant NO_CODEC = 0;
    uint64 internal constant CBOR = 0x51;

    // --- time [epochs]
    uint64 internal constant DAY = 2880;
    uint64 internal constant DEADLINE = 60;
    uint64 internal constant DEADLINES = 48;
    uint64 internal constant FAULT_MAX_AGE = 42 * DAY;
    uint64 internal constant FAULT_CUTOFF = 70;
    uint64 internal constant DISPUTE_WINDOW = 1800;
    uint64 internal constant WORKER_DELAY = 900;
    uint64 internal constant CONSENSUS_FAULT_INELIGIBILITY = 900;
    uint64 internal constant CHALLENGE_DELAY = 150;
    uint64 internal constant MAX_PROVE_COMMIT = 30 * DAY + CHALLENGE_DELAY;
    uint64 internal constant PRE_COMMIT_CLEANUP_DELAY = 8 * 120;
    uint64 internal constant MIN_LIFETIME = 180 * DAY;
    uint64 internal constant MAX_EXTENSION = 1278 * DAY;
    uint64 internal constant MAX_LIFETIME = 5 * 365 * DAY;
    uint64 internal constant VEST_PERIOD = 180 * DAY;
    uint64 internal constant VEST_QUANTUM = DAY / 2;
    uint64 internal constant FAULT_FEE_PERIOD = 10_108; // 3.51 days, floored
    uint64 internal constant INVALID_POST_PERIOD = FAULT_FEE_PERIOD + 2 * DAY;
    uint64 internal constant TERMINATION_CAP = 140 * DAY;

    // --- sizes
    uint256 internal constant SECTOR_SIZE = 32 << 30; // [bytes]
    uint256 internal constant CONSENSUS_MINIMUM = 10 << 40; // [bytes]
    uint256 internal constant MAX_CONTROLS = 10;
    uint64 internal constant POST_PROOF_32_GIB = 13; // StackedDRGWindow32GiBV1P1

    /// @notice First id given to a miner or an account that the driver creates.
    uint64 internal constant FIRST_NATIVE_ID = 1000;
    /// @notice Ids of EVM actors are this plus 32 bits of the hash of their address: see `WorldState._hashId`.
    uint64 internal constant FIRST_EVM_ID = 1_000_000;

    /// @notice The address under which the EVM knows an actor by its id.
    function masked(uint64 id) internal pure returns (address) {
        return address(uint160((uint256(0xff) << 152) | id));
    }

    /// @notice Whether an EVM address is of the masked-id form.
    function isMasked(address a) internal pure returns (bool) {
        return uint160(a) >> 64 == 0xff0000000000000000000000;
    }

    function idOf(address maskedId) internal pure returns (uint64) {
        return uint64(uint160(maskedId));
    }
}
