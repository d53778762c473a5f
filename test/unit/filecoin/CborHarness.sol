// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {CborCursor, CborReader} from "../../../contracts/filecoin/CborReader.sol";
import {CborWriter} from "../../../contracts/filecoin/CborWriter.sol";

/// Reads and writes one item. Reading functions take the whole text and refuse what follows the item.
contract CborHarness {
    function array(bytes calldata text, uint256 length) external pure {
        CborReader.close(CborReader.readArray(CborReader.open(text), length));
    }

    /// Stays at the array's items.
    function arrayLength(bytes calldata text, uint256 maximum) external pure returns (uint256 length) {
        (length, ) = CborReader.readArrayLength(CborReader.open(text), maximum);
    }

    function uint64_(bytes calldata text) external pure returns (uint64 value) {
        CborCursor c;
        (value, c) = CborReader.readUint64(CborReader.open(text));
        CborReader.close(c);
    }

    function int64_(bytes calldata text) external pure returns (int64 value) {
        CborCursor c;
        (value, c) = CborReader.readInt64(CborReader.open(text));
        CborReader.close(c);
    }

    function bool_(bytes calldata text) external pure returns (bool value) {
        CborCursor c;
        (value, c) = CborReader.readBool(CborReader.open(text));
        CborReader.close(c);
    }

    function null_(bytes calldata text) external pure returns (bool isNull) {
        CborCursor c;
        (isNull, c) = CborReader.readNull(CborReader.open(text));
        if (isNull) CborReader.close(c);
    }

    function bytes_(bytes calldata text) external pure returns (bytes memory) {
        (uint256 pointer, uint256 length, CborCursor c) = CborReader.readBytes(CborReader.open(text));
        CborReader.close(c);
        return CborReader.copy(pointer, length);
    }

    function amount(bytes calldata text) external pure returns (uint256 value) {
        CborCursor c;
        (value, c) = CborReader.readAmount(CborReader.open(text));
        CborReader.close(c);
    }

    function signedAmount(bytes calldata text) external pure returns (int256 value) {
        CborCursor c;
        (value, c) = CborReader.readSignedAmount(CborReader.open(text));
        CborReader.close(c);
    }

    function quota(bytes calldata text) external pure returns (uint256 value) {
        CborCursor c;
        (value, c) = CborReader.readQuota(CborReader.open(text));
        CborReader.close(c);
    }

    function skipBigInt(bytes calldata text) external pure {
        CborReader.close(CborReader.skipBigInt(CborReader.open(text)));
    }

    function idAddress(bytes calldata text) external pure returns (bool found, uint64 id) {
        CborCursor c;
        (found, id, c) = CborReader.readIdAddress(CborReader.open(text));
        if (found) CborReader.close(c);
    }

    function writeArray(uint256 length) external pure returns (bytes memory) {
        return CborWriter.finish(CborWriter.writeArray(CborWriter.start(), length));
    }

    function writeUint64(uint64 value) external pure returns (bytes memory) {
        return CborWriter.finish(CborWriter.writeUint64(CborWriter.start(), value));
    }

    function writeInt64(int64 value) external pure returns (bytes memory) {
        return CborWriter.finish(CborWriter.writeInt64(CborWriter.start(), value));
    }

    function writeTrue() external pure returns (bytes memory) {
        return CborWriter.finish(CborWriter.writeTrue(CborWriter.start()));
    }

    function writeBytes(bytes memory data) external pure returns (bytes memory) {
        return CborWriter.finish(CborWriter.writeBytes(CborWriter.start(), data));
    }

    function writeIdAddress(uint64 id) external pure returns (bytes memory) {
        return CborWriter.finish(CborWriter.writeIdAddress(CborWriter.start(), id));
    }

    function writeDelegatedAddress(address account) external pure returns (bytes memory) {
        return CborWriter.finish(CborWriter.writeDelegatedAddress(CborWriter.start(), account));
    }

    function writeBigUint(uint256 value) external pure returns (bytes memory) {
        return CborWriter.finish(CborWriter.writeBigUint(CborWriter.start(), value));
    }

    function writeBigInt(int256 value) external pure returns (bytes memory) {
        return CborWriter.finish(CborWriter.writeBigInt(CborWriter.start(), value));
    }

    /// Two texts in a row: the second must not touch the first, and what is allocated after must not touch either.
    function writeTwice(uint256 a, uint256 b) external pure returns (bytes memory, bytes memory, bytes memory) {
        bytes memory first = CborWriter.finish(CborWriter.writeBigUint(CborWriter.start(), a));
        bytes memory second = CborWriter.finish(CborWriter.writeBigUint(CborWriter.start(), b));
        bytes memory third = abi.encodePacked(type(uint256).max);
        return (first, second, third);
    }
}
