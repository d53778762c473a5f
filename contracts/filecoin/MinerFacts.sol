// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {BeaconRandomness} from "./BeaconRandomness.sol";
import {FilecoinAddress} from "./FilecoinAddress.sol";
import {MinerActor} from "./MinerActor.sol";
import {PowerActor} from "./PowerActor.sol";
import {
    BeneficiaryProposal,
    BeneficiaryTerm,
    CollateralFacts,
    IMinerFacts,
    MinerSnapshot
} from "./interfaces/IMinerFacts.sol";

/// @title MinerFacts
/// @notice Stateless and immutable: another version is another contract at another address.
/// @dev `snapshot` and `collateral` ask the power actor before the miner, so an actor that is no miner is never asked
/// what it is worth.
contract MinerFacts is IMinerFacts {
    /// @inheritdoc IMinerFacts
    function isMiner(uint64 minerId) external view returns (bool) {
        return PowerActor.isMiner(minerId);
    }

    /// @inheritdoc IMinerFacts
    function snapshot(uint64 minerId) external view returns (MinerSnapshot memory s) {
        (s.rawPowerBytes, s.qaPowerBytes) = PowerActor.minerPower(minerId);
        s.availableBalance = MinerActor.getAvailableBalance(minerId);
        s.vestingFunds = MinerActor.getVestingFunds(minerId);
        s.initialPledge = MinerActor.initialPledge(minerId);
        (s.owner, s.pendingOwner) = MinerActor.getOwner(minerId);
        s.term = MinerActor.getBeneficiary(minerId);
    }

    /// @inheritdoc IMinerFacts
    function collateral(
        uint64 minerId,
        uint256 pledgeRef,
        uint256 qaPowerRef,
        bool withVesting
    ) external view returns (CollateralFacts memory) {
        return _collateral(minerId, pledgeRef, qaPowerRef, withVesting);
    }

    /// @inheritdoc IMinerFacts
    function lien(
        uint64 minerId,
        uint256 pledgeRef,
        uint256 qaPowerRef,
        bool withVesting
    )
        external
        view
        returns (CollateralFacts memory facts, BeneficiaryTerm memory term, uint64 ownerId, uint64 pendingOwnerId)
    {
        facts = _collateral(minerId, pledgeRef, qaPowerRef, withVesting);
        term = MinerActor.getBeneficiary(minerId);
        (ownerId, pendingOwnerId) = MinerActor.getOwner(minerId);
    }

    /// @inheritdoc IMinerFacts
    function beneficiaryTerm(uint64 minerId) external view returns (BeneficiaryTerm memory) {
        return MinerActor.getBeneficiary(minerId);
    }

    /// @inheritdoc IMinerFacts
    function beneficiaryProposal(uint64 minerId) external view returns (BeneficiaryProposal memory) {
        return MinerActor.getBeneficiaryProposal(minerId);
    }

    /// @inheritdoc IMinerFacts
    function owner(uint64 minerId) external view returns (uint64 ownerId, uint64 pendingOwnerId) {
        return MinerActor.getOwner(minerId);
    }

    /// @inheritdoc IMinerFacts
    function isControlling(uint64 minerId, address who) external view returns (bool) {
        return MinerActor.isControllingAddress(minerId, who);
    }

    /// @inheritdoc IMinerFacts
    function actorIdOf(address account) external view returns (uint64) {
        return FilecoinAddress.toId(account);
    }

    /// @inheritdoc IMinerFacts
    function normalize(address account) external view returns (address) {
        return FilecoinAddress.normalize(account);
    }

    /// @inheritdoc IMinerFacts
    function beaconRandomness(uint256 epoch) external view returns (bytes32) {
        return BeaconRandomness.at(epoch);
    }

    /// @inheritdoc IMinerFacts
    function sectorStatus(
        uint64 minerId,
        uint64 sector,
        uint8 status,
        bytes calldata auxData
    ) external view returns (bool) {
        return MinerActor.validateSectorStatus(minerId, sector, status, auxData);
    }

    /// @inheritdoc IMinerFacts
    function sectorExpiration(uint64 minerId, uint64 sector) external view returns (int64) {
        return MinerActor.getNominalSectorExpiration(minerId, sector);
    }

    function _collateral(
        uint64 minerId,
        uint256 pledgeRef,
        uint256 qaPowerRef,
        bool withVesting
    ) private view returns (CollateralFacts memory facts) {
        (facts.rawPowerBytes, facts.qaPowerBytes) = PowerActor.minerPower(minerId);
        facts.availableBalance = MinerActor.getAvailableBalance(minerId);
        if (withVesting) facts.vestingFunds = MinerActor.getVestingFunds(minerId);
        uint256 pledge = MinerActor.initialPledge(minerId);
        facts.initialPledge = pledge;
        uint256 qaPower = facts.qaPowerBytes;
        if (pledgeRef != 0) {
            uint256 expected = Math.ceilDiv(qaPowerRef * pledge, pledgeRef); // up: more power, more fee
            if (expected > qaPower) qaPower = expected;
        }
        uint256 faultFee = MinerActor.maxTerminationFee(minerId, qaPower, 0);
        facts.faultFeePerDay = faultFee;
        facts.terminationFee = faultFee + MinerActor.maxTerminationFee(minerId, 0, pledge);
    }
}
