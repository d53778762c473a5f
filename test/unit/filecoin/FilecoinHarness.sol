// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ActorCall} from "../../../contracts/filecoin/ActorCall.sol";
import {BeaconRandomness} from "../../../contracts/filecoin/BeaconRandomness.sol";
import {CborCursor, CborReader} from "../../../contracts/filecoin/CborReader.sol";
import {CborWriter} from "../../../contracts/filecoin/CborWriter.sol";
import {FilecoinAddress} from "../../../contracts/filecoin/FilecoinAddress.sol";
import {FilecoinSend} from "../../../contracts/filecoin/FilecoinSend.sol";
import {MinerActor} from "../../../contracts/filecoin/MinerActor.sol";
import {PowerActor} from "../../../contracts/filecoin/PowerActor.sol";
import {BeneficiaryProposal, BeneficiaryTerm} from "../../../contracts/filecoin/interfaces/IMinerFacts.sol";

/// Makes the internal functions of the layer callable, one to one.
contract FilecoinHarness {
    // ActorCall

    function invoke(
        uint64 target,
        uint64 method,
        uint256 value,
        bytes memory params
    ) external payable returns (bytes memory) {
        return ActorCall.invoke(target, method, value, params);
    }

    function query(uint64 target, uint64 method, bytes memory params) external view returns (bytes memory) {
        return ActorCall.query(target, method, params);
    }

    function queryBare(uint64 target, uint64 method) external view returns (bytes memory) {
        return ActorCall.query(target, method);
    }

    function tryQuery(
        uint64 target,
        uint64 method,
        bytes memory params
    ) external view returns (int256 exitCode, bytes memory result) {
        return ActorCall.tryQuery(target, method, params);
    }

    function invokeAddress(
        bytes memory target,
        uint64 method,
        uint256 value,
        bytes memory params
    ) external payable returns (bytes memory) {
        return ActorCall.invokeAddress(target, method, value, params);
    }

    /// Memory allocated before and after calls, to see that no answer runs into another.
    function queryTwice(
        uint64 target,
        uint64 method,
        bytes memory params
    ) external view returns (bytes memory before, bytes memory first, bytes memory second, bytes memory later) {
        before = abi.encodePacked(type(uint256).max);
        first = ActorCall.query(target, method, params);
        second = ActorCall.query(target, method, params);
        later = abi.encodePacked(type(uint256).max);
    }

    /// @notice The same with all ones in the memory past the free pointer, as other code may leave them there.
    function queryOverDirt(uint64 target, uint64 method, bytes memory params) external view returns (bytes memory) {
        assembly ("memory-safe") {
            let pointer := mload(0x40)
            for {
                let end := add(pointer, 0x1000)
            } lt(pointer, end) {
                pointer := add(pointer, 0x20)
            } {
                mstore(pointer, not(0))
            }
        }
        return ActorCall.query(target, method, params);
    }

    // FilecoinAddress

    function isMasked(address account) external pure returns (bool) {
        return FilecoinAddress.isMasked(account);
    }

    function toMasked(uint64 id) external pure returns (address) {
        return FilecoinAddress.toMasked(id);
    }

    function maskedId(address account) external pure returns (uint64) {
        return FilecoinAddress.maskedId(account);
    }

    function f410Bytes(address account) external pure returns (bytes memory) {
        return FilecoinAddress.f410Bytes(account);
    }

    function f0Bytes(uint64 id) external pure returns (bytes memory, bytes memory) {
        return (FilecoinAddress.f0Bytes(id), abi.encodePacked(type(uint256).max));
    }

    function toId(address account) external view returns (uint64) {
        return FilecoinAddress.toId(account);
    }

    function normalize(address account) external view returns (address) {
        return FilecoinAddress.normalize(account);
    }

    /// As addresses in answers are read.
    function parseId(bytes memory raw) external view returns (uint64) {
        bytes memory text = CborWriter.finish(CborWriter.writeBytes(CborWriter.start(), raw));
        (bool found, uint64 id, CborCursor c) = CborReader.readIdAddress(CborReader.open(text));
        if (found) {
            CborReader.close(c);
            return id;
        }
        (uint256 pointer, uint256 length, ) = CborReader.readBytes(CborReader.open(text));
        return FilecoinAddress.resolve(pointer, length);
    }

    // FilecoinSend

    function sendToActor(uint64 id, uint256 amount) external payable {
        FilecoinSend.toActor(id, amount);
    }

    function sendToAddress(address to, uint256 amount) external payable {
        FilecoinSend.toAddress(to, amount);
    }

    function burn(uint256 amount) external payable {
        FilecoinSend.burn(amount);
    }

    // BeaconRandomness

    function randomnessAt(uint256 epoch) external view returns (bytes32) {
        return BeaconRandomness.at(epoch);
    }

    // PowerActor

    function isMiner(uint64 id) external view returns (bool) {
        return PowerActor.isMiner(id);
    }

    function rawPowerOrZero(uint64 id) external view returns (uint256) {
        return PowerActor.rawPowerOrZero(id);
    }

    function minerPower(uint64 minerId) external view returns (uint256, uint256) {
        return PowerActor.minerPower(minerId);
    }

    // MinerActor

    function getOwner(uint64 minerId) external view returns (uint64, uint64) {
        return MinerActor.getOwner(minerId);
    }

    function changeOwnerAddress(uint64 minerId, uint64 newOwner) external {
        MinerActor.changeOwnerAddress(minerId, newOwner);
    }

    function isControllingAddress(uint64 minerId, address who) external view returns (bool) {
        return MinerActor.isControllingAddress(minerId, who);
    }

    function changeWorkerAddress(uint64 minerId, uint64 worker, uint64[] memory controls) external {
        MinerActor.changeWorkerAddress(minerId, worker, controls);
    }

    function getBeneficiary(uint64 minerId) external view returns (BeneficiaryTerm memory) {
        return MinerActor.getBeneficiary(minerId);
    }

    function getBeneficiaryProposal(uint64 minerId) external view returns (BeneficiaryProposal memory) {
        return MinerActor.getBeneficiaryProposal(minerId);
    }

    function changeBeneficiary(uint64 minerId, uint64 beneficiary, uint256 quota, int64 expiration) external {
        MinerActor.changeBeneficiary(minerId, beneficiary, quota, expiration);
    }

    function withdrawBalance(uint64 minerId, uint256 amount) external returns (uint256) {
        return MinerActor.withdrawBalance(minerId, amount);
    }

    function repayDebt(uint64 minerId, uint256 value) external payable {
        MinerActor.repayDebt(minerId, value);
    }

    function getAvailableBalance(uint64 minerId) external view returns (int256) {
        return MinerActor.getAvailableBalance(minerId);
    }

    function getVestingFunds(uint64 minerId) external view returns (uint256) {
        return MinerActor.getVestingFunds(minerId);
    }

    function initialPledge(uint64 minerId) external view returns (uint256) {
        return MinerActor.initialPledge(minerId);
    }

    function maxTerminationFee(uint64 minerId, uint256 qaPowerBytes, uint256 pledge) external view returns (uint256) {
        return MinerActor.maxTerminationFee(minerId, qaPowerBytes, pledge);
    }

    function validateSectorStatus(
        uint64 minerId,
        uint64 sector,
        uint8 status,
        bytes memory auxData
    ) external view returns (bool) {
        return MinerActor.validateSectorStatus(minerId, sector, status, auxData);
    }

    function generateSectorLocation(uint64 minerId, uint64 sector) external view returns (bytes memory) {
        return MinerActor.generateSectorLocation(minerId, sector);
    }

    function getNominalSectorExpiration(uint64 minerId, uint64 sector) external view returns (int64) {
        return MinerActor.getNominalSectorExpiration(minerId, sector);
    }

    function getSectorSize(uint64 minerId) external view returns (uint64) {
        return MinerActor.getSectorSize(minerId);
    }
}
