// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ActorCall} from "./ActorCall.sol";
import {CborCursor, CborReader} from "./CborReader.sol";
import {CborWriter} from "./CborWriter.sol";
import {ExitCode} from "./ExitCode.sol";
import {FilecoinMethods} from "./FilecoinMethods.sol";

/// @title The storage power actor
/// @notice Knows every miner and its power (builtin-actors, actors/power).
library PowerActor {
    uint64 internal constant ID = 4;

    /// @notice Whether an actor is a miner. What any other actor answers to a miner's methods is worth nothing.
    function isMiner(uint64 id) internal view returns (bool) {
        (int256 exitCode, ) = ActorCall.tryQuery(ID, FilecoinMethods.MINER_POWER, _params(id));
        if (exitCode == ExitCode.OK) return true;
        if (exitCode == ExitCode.USR_NOT_FOUND) return false;
        revert ActorCall.ActorCall_ActorFailed(ID, FilecoinMethods.MINER_POWER, exitCode);
    }

    /// @notice Active power of a miner: proven, not faulty.
    /// @dev Reverts with exit code 17 when `minerId` is no miner.
    /// @return rawBytes [bytes]
    /// @return qaBytes Quality-adjusted [bytes].
    function minerPower(uint64 minerId) internal view returns (uint256 rawBytes, uint256 qaBytes) {
        CborCursor c = CborReader.open(ActorCall.query(ID, FilecoinMethods.MINER_POWER, _params(minerId)));
        c = CborReader.readArray(c, 2);
        (rawBytes, c) = CborReader.readAmount(c);
        (qaBytes, c) = CborReader.readAmount(c);
        CborReader.close(c);
    }

    /// @notice Raw active power of an id that may be no miner's, in one call; 0 if it is none [bytes].
    /// @dev Only "not found" counts as an answer: whatever else goes wrong, want of gas included, says nothing of the miner.
    function rawPowerOrZero(uint64 id) internal view returns (uint256 rawBytes) {
        (int256 exitCode, bytes memory answer) = ActorCall.tryQuery(ID, FilecoinMethods.MINER_POWER, _params(id));
        if (exitCode == ExitCode.USR_NOT_FOUND) return 0;
        if (exitCode != ExitCode.OK) revert ActorCall.ActorCall_ActorFailed(ID, FilecoinMethods.MINER_POWER, exitCode);
        CborCursor c = CborReader.readArray(CborReader.open(answer), 2);
        (rawBytes, c) = CborReader.readAmount(c);
        (, c) = CborReader.readAmount(c);
        CborReader.close(c);
    }

    function _params(uint64 id) private pure returns (bytes memory) {
        return CborWriter.finish(CborWriter.writeUint64(CborWriter.start(), id));
    }
}
