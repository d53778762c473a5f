// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// What the miner actor holds about its beneficiary (GetBeneficiary, FIP-0029). Actor ids, not addresses.
struct BeneficiaryTerm {
    /// Who receives withdrawals; equal to the owner when nobody else was named [actor id].
    uint64 beneficiary;
    /// Most the beneficiary may ever receive, 0 when it is the owner [attoFIL].
    uint256 quota;
    /// Received so far under this beneficiary [attoFIL].
    uint256 usedQuota;
    /// The term is live while `expiration > block.number` [epoch].
    int64 expiration;
    /// A proposal to replace the term is open.
    bool hasPending;
}

/// An open proposal to replace the beneficiary (GetBeneficiary, FIP-0029): it takes effect when both have approved. All zero when none is
/// open. The owner's next proposal replaces it, and its approvals with it.
struct BeneficiaryProposal {
    /// Who is to be beneficiary, 0 when no proposal is open [actor id].
    uint64 nominee;
    /// Quota proposed [attoFIL].
    uint256 quota;
    /// Expiration proposed [epoch].
    int64 expiration;
    /// Given by the beneficiary, or by nobody where its term has run out.
    bool approvedByBeneficiary;
    bool approvedByNominee;
}

/// One consistent view of a miner, all of it read in the same call.
struct MinerSnapshot {
    /// balance - vesting - pre-commit deposits - initial pledge - fee debt; negative when the debt is larger. Vested
    /// amounts that no message has unlocked yet are still counted in `vestingFunds` [attoFIL].
    int256 availableBalance;
    /// Sum of the vesting table, matured but not yet unlocked entries included [attoFIL].
    uint256 vestingFunds;
    /// Pledge locked by all live sectors [attoFIL].
    uint256 initialPledge;
    /// Active (proven and not faulty) raw power [bytes].
    uint256 rawPowerBytes;
    /// Active (proven and not faulty) quality-adjusted power [bytes].
    uint256 qaPowerBytes;
    /// [actor id]
    uint64 owner;
    /// Proposed owner, 0 when none is proposed [actor id].
    uint64 pendingOwner;
    BeneficiaryTerm term;
}

/// What one miner's collateral is worth before weights.
struct CollateralFacts {
    /// As in `MinerSnapshot` [attoFIL].
    int256 availableBalance;
    /// As in `MinerSnapshot`; 0 when read without vesting [attoFIL].
    uint256 vestingFunds;
    /// As in `MinerSnapshot` [attoFIL].
    uint256 initialPledge;
    /// As in `MinerSnapshot` [bytes].
    uint256 rawPowerBytes;
    /// As in `MinerSnapshot` [bytes].
    uint256 qaPowerBytes;
    /// MaxTerminationFee(Qv = 0, P) + MaxTerminationFee(Qv, P = 0): never below the sum of the fees of the single
    /// sectors, unlike MaxTerminationFee(Qv, P), because a sum of maxima is at least the maximum of the sums [attoFIL].
    uint256 terminationFee;
    /// MaxTerminationFee(Qv, P = 0) = 1.05 x the fee of one day of continued faults (FIP-0098) [attoFIL].
    uint256 faultFeePerDay;
}

/// @title Reads facts of miner actors, typed and checked
/// @notice Stateless. Every read asks the actors themselves, in the current call; no operator and no oracle can change
/// an answer.
/// @dev All functions revert with `ActorCall_PrecompileFailed` where the actor call precompile refuses or is absent,
/// with `ActorCall_ActorFailed` where the actor answers a non-zero exit code, and with an error of the CBOR reader
/// where the answer is not exactly what builtin-actors v18 (network version 28) encodes. Miners are named by actor id.
interface IMinerFacts {
    /// @notice Whether `minerId` is a miner actor, asked of the power actor.
    /// @dev True for exit code 0, false for 17 (not found); every other exit code reverts.
    function isMiner(uint64 minerId) external view returns (bool);

    /// @notice Balances, powers, owner and beneficiary of one miner.
    function snapshot(uint64 minerId) external view returns (MinerSnapshot memory);

    /// @notice What collateral valuation needs, with the safe bound of the termination fee.
    /// @dev Fees are asked for Qv = max(qaPower, qaPowerRef * pledge / pledgeRef), rounded up, when `pledgeRef > 0`,
    /// else for qaPower: faults lower power but not pledge, so without the reference a miner would look better for
    /// being faulty.
    /// @param minerId [actor id]
    /// @param pledgeRef Initial pledge at the reference point, 0 for no reference [attoFIL].
    /// @param qaPowerRef Quality-adjusted power at the reference point [bytes].
    /// @param withVesting False leaves `vestingFunds` at 0: cheaper, and never overstates the collateral.
    function collateral(
        uint64 minerId,
        uint256 pledgeRef,
        uint256 qaPowerRef,
        bool withVesting
    ) external view returns (CollateralFacts memory);

    /// @notice What a lender asks of a miner, in one call: `collateral`, `beneficiaryTerm` and the proposed owner.
    /// @param minerId [actor id]
    /// @param pledgeRef As in `collateral` [attoFIL].
    /// @param qaPowerRef As in `collateral` [bytes].
    /// @param withVesting As in `collateral`.
    /// @return facts As `collateral` returns them.
    /// @return term As `beneficiaryTerm` returns it.
    /// @return ownerId [actor id].
    /// @return pendingOwnerId 0 when no owner is proposed [actor id].
    function lien(
        uint64 minerId,
        uint256 pledgeRef,
        uint256 qaPowerRef,
        bool withVesting
    )
        external
        view
        returns (CollateralFacts memory facts, BeneficiaryTerm memory term, uint64 ownerId, uint64 pendingOwnerId);

    /// @notice The beneficiary's term, and whether a proposal to replace it is open.
    function beneficiaryTerm(uint64 minerId) external view returns (BeneficiaryTerm memory);

    /// @notice The open proposal to replace the beneficiary, and who has approved it.
    function beneficiaryProposal(uint64 minerId) external view returns (BeneficiaryProposal memory);

    /// @notice Owner and proposed owner.
    /// @return ownerId [actor id]
    /// @return pendingOwnerId 0 when none is proposed [actor id].
    function owner(uint64 minerId) external view returns (uint64 ownerId, uint64 pendingOwnerId);

    /// @notice Whether `who` is the miner's owner, worker or one of its control addresses (IsControllingAddress).
    function isControlling(uint64 minerId, address who) external view returns (bool);

    /// @notice The actor id behind an address: the id inside a masked address, else the id the f410 address resolves
    /// to.
    /// @dev Reverts with `FilecoinAddress_ActorNotFound` when there is none. A masked id is not checked for existence.
    function actorIdOf(address account) external view returns (uint64);

    /// @notice The address an actor has as `msg.sender`: the f410 form where the actor has one, else the masked id.
    /// @dev Each actor has two addresses inside the EVM; use this on every address a user supplies before storing or
    /// comparing it.
    function normalize(address account) external view returns (address);

    /// @notice Drand beacon randomness of a past or current epoch (FIP-0095).
    /// @dev Reverts with `BeaconRandomness_FutureEpoch` when `epoch > block.number`.
    function beaconRandomness(uint256 epoch) external view returns (bytes32);

    /// @notice Whether a sector has the given status: 0 dead, 1 active, 2 faulty (FIP-0112).
    /// @param auxData Location of the sector, as GenerateSectorLocation returns it; changes with compaction, so never
    /// store it.
    function sectorStatus(
        uint64 minerId,
        uint64 sector,
        uint8 status,
        bytes calldata auxData
    ) external view returns (bool);

    /// @notice Nominal expiration of a sector [epoch].
    /// @dev A terminated sector keeps it, so it proves nothing without `sectorStatus(.., 1, ..)`.
    function sectorExpiration(uint64 minerId, uint64 sector) external view returns (int64);
}
