// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Exit codes of actor calls
/// @notice Negative: the call was refused by the FVM (ref-fvm `ErrorNumber`, sign turned by the EVM actor). 1 to 15:
/// the FVM aborted the receiver. 16 and above: the receiver itself refused (builtin-actors `ActorError`).
library ExitCode {
    int256 internal constant OK = 0;

    int256 internal constant SYS_INSUFFICIENT_FUNDS = -5;
    int256 internal constant SYS_NOT_FOUND = -6;
    int256 internal constant SYS_READ_ONLY = -13;

    int256 internal constant OUT_OF_GAS = 7;

    int256 internal constant USR_ILLEGAL_ARGUMENT = 16;
    int256 internal constant USR_NOT_FOUND = 17;
    int256 internal constant USR_FORBIDDEN = 18;
    int256 internal constant USR_INSUFFICIENT_FUNDS = 19;
    int256 internal constant USR_ILLEGAL_STATE = 20;
    int256 internal constant USR_SERIALIZATION = 21;
    int256 internal constant USR_UNHANDLED_MESSAGE = 22;
    int256 internal constant USR_UNSPECIFIED = 23;
}
