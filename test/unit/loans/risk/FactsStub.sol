// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {
    BeneficiaryProposal,
    BeneficiaryTerm,
    CollateralFacts,
    IMinerFacts,
    MinerSnapshot
} from "../../../../contracts/filecoin/interfaces/IMinerFacts.sol";

/// @notice Facts as the test sets them. Fees are fixed figures, not asked of anybody; what `lien` was asked can be
/// told apart by `expectCall`.
contract FactsStub is IMinerFacts {
    struct Facts {
        CollateralFacts collateral;
        BeneficiaryTerm term;
        uint64 owner;
        uint64 pendingOwner;
        bytes failure; // reverts with this when not empty
        bool burnsGas;
    }

    error FactsStub_NotStubbed();

    mapping(uint64 minerId => Facts) private _facts;
    mapping(address account => uint64) private _ids;

    function set(uint64 minerId, CollateralFacts memory collateral_) external {
        _facts[minerId].collateral = collateral_;
    }

    function setTerm(uint64 minerId, BeneficiaryTerm memory term) external {
        _facts[minerId].term = term;
    }

    function setOwner(uint64 minerId, uint64 owner_) external {
        _facts[minerId].owner = owner_;
    }

    function setPendingOwner(uint64 minerId, uint64 pendingOwner) external {
        _facts[minerId].pendingOwner = pendingOwner;
    }

    function setFailure(uint64 minerId, bytes memory failure) external {
        _facts[minerId].failure = failure;
    }

    /// @notice From now on reads of the miner end out of gas.
    function setBurnsGas(uint64 minerId, bool burns) external {
        _facts[minerId].burnsGas = burns;
    }

    function setId(address account, uint64 id) external {
        _ids[account] = id;
    }

    function lien(
        uint64 minerId,
        uint256,
        uint256,
        bool withVesting
    )
        external
        view
        returns (CollateralFacts memory facts, BeneficiaryTerm memory term, uint64 ownerId, uint64 pendingOwnerId)
    {
        Facts storage f = _facts[minerId];
        return (collateral(minerId, 0, 0, withVesting), f.term, f.owner, f.pendingOwner);
    }

    function collateral(
        uint64 minerId,
        uint256,
        uint256,
        bool withVesting
    ) public view returns (CollateralFacts memory facts) {
        bytes memory failure = _facts[minerId].failure;
        if (failure.length != 0) {
            assembly ("memory-safe") {
                revert(add(failure, 0x20), mload(failure))
            }
        }
        if (_facts[minerId].burnsGas) {
            assembly ("memory-safe") {
                invalid()
            }
        }
        facts = _facts[minerId].collateral;
        if (!withVesting) facts.vestingFunds = 0;
    }

    function actorIdOf(address account) external view returns (uint64) {
        return _ids[account];
    }

    function beneficiaryTerm(uint64 minerId) external view returns (BeneficiaryTerm memory) {
        return _facts[minerId].term;
    }

    function owner(uint64 minerId) external view returns (uint64, uint64) {
        return (0, _facts[minerId].pendingOwner);
    }

    function beneficiaryProposal(uint64) external pure returns (BeneficiaryProposal memory) {
        revert FactsStub_NotStubbed();
    }

    function isMiner(uint64) external pure returns (bool) {
        return true;
    }

    function normalize(address account) external pure returns (address) {
        return account;
    }

    function snapshot(uint64) external pure returns (MinerSnapshot memory) {
        revert FactsStub_NotStubbed();
    }

    function isControlling(uint64, address) external pure returns (bool) {
        revert FactsStub_NotStubbed();
    }

    function beaconRandomness(uint256) external pure returns (bytes32) {
        revert FactsStub_NotStubbed();
    }

    function sectorStatus(uint64, uint64, uint8, bytes calldata) external pure returns (bool) {
        revert FactsStub_NotStubbed();
    }

    function sectorExpiration(uint64, uint64) external pure returns (int64) {
        revert FactsStub_NotStubbed();
    }
}
