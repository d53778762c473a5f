// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Receives calls of native actors
/// @notice The FVM delivers every method from 1,024 on that a native actor calls on a contract through this one
/// function (FIP-0054).
interface INativeCallReceiver {
    /// @notice Thrown when the caller is not a native actor: native callers appear under their masked address.
    error NativeCallReceiver_NotNativeActor(address caller);
    /// @notice Thrown when the caller is no miner; anybody can send these bytes.
    error NativeCallReceiver_NotMiner(uint64 actorId);
    /// @notice Thrown when the method is not SectorContentChanged.
    error NativeCallReceiver_UnknownMethod(uint64 expected, uint64 actual);
    /// @notice Thrown when the parameters are in another encoding than CBOR.
    error NativeCallReceiver_UnexpectedCodec(uint64 expected, uint64 actual);
    /// @notice Thrown when a piece is not named by a piece CID: fil-commitment-unsealed, sha2-256-trunc254-padded.
    error NativeCallReceiver_NotPieceCid(bytes cid);

    /// @notice SectorContentChanged (FIP-0076, FIP-0109), sent by miner actors when sectors with pieces that name this
    /// contract as one to notify are proven. Every piece is answered with `true`: whether the notice counts is decided
    /// here, and a refusal could only spoil the storage provider's work.
    /// @dev Selector 0x868e10c4. Not payable.
    /// @param method FRC-42 number.
    /// @param codec 0x51, CBOR.
    /// @param params `[[sector, minimumCommitmentEpoch, [[CID, paddedSize, payload], ..]], ..]`
    /// @return exitCode 0
    /// @return returnCodec 0x51
    /// @return returnData `[[true, ..], ..]`, in the shape of the notice.
    // solhint-disable-next-line func-name-mixedcase
    function handle_filecoin_method(
        uint64 method,
        uint64 codec,
        bytes calldata params
    ) external returns (uint32 exitCode, uint64 returnCodec, bytes memory returnData);
}
