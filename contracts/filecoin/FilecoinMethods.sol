// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Numbers of the builtin actors' exported methods
/// @notice FRC-42: the first four-byte big-endian word of blake2b-512("1|" ++ Name) that is at least 2^24. The name is
/// the constant's, in Pascal case; test/unit/filecoin/methods.ts computes each number from it.
library FilecoinMethods {
    /// Bare transfer of FIL; runs no code of the receiver.
    uint64 internal constant SEND = 0;

    // miner actor
    uint64 internal constant GET_OWNER = 3275365574;
    uint64 internal constant CHANGE_OWNER_ADDRESS = 1010589339;
    uint64 internal constant IS_CONTROLLING_ADDRESS = 348244887;
    uint64 internal constant GET_SECTOR_SIZE = 3858292296;
    uint64 internal constant GET_AVAILABLE_BALANCE = 4026106874;
    uint64 internal constant GET_VESTING_FUNDS = 1726876304;
    uint64 internal constant INITIAL_PLEDGE = 3180523767;
    uint64 internal constant MAX_TERMINATION_FEE = 4127382196;
    uint64 internal constant GENERATE_SECTOR_LOCATION = 1321604665;
    uint64 internal constant VALIDATE_SECTOR_STATUS = 3092458564;
    uint64 internal constant GET_NOMINAL_SECTOR_EXPIRATION = 3010055991;
    uint64 internal constant GET_BENEFICIARY = 4158972569;
    uint64 internal constant CHANGE_BENEFICIARY = 1570634796;
    uint64 internal constant WITHDRAW_BALANCE = 2280458852;
    uint64 internal constant REPAY_DEBT = 3665352697;
    uint64 internal constant CHANGE_WORKER_ADDRESS = 3302309124;
    uint64 internal constant CONFIRM_CHANGE_WORKER_ADDRESS = 2354970453;

    // power actor
    uint64 internal constant MINER_POWER = 36284446;

    // sent by miner actors to the contracts they notify
    uint64 internal constant SECTOR_CONTENT_CHANGED = 2034386435;
}
