// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// A piece of data that was committed to a sector (FIP-0076).
struct PieceChange {
    /// Piece commitment (CommP): the digest inside the piece CID.
    bytes32 commP;
    /// Padded size, a power of two [bytes].
    uint64 paddedSize;
    /// What the storage provider addressed to the receiver; anything at all, so decode it with care.
    bytes payload;
}

/// Pieces committed to one sector (FIP-0076).
struct SectorChange {
    uint64 sector;
    /// The data stays committed at least until here; the sector may be extended without another notice [epoch].
    int64 minimumCommitmentEpoch;
    PieceChange[] added;
}
