// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// Etched at the addresses of the two precompiles that call actors. Knows one method, the bare send. Runs by
/// delegatecall, in the sender's context, and has no storage.
contract SendPrecompileDouble {
    int256 internal constant INSUFFICIENT_FUNDS = -5;

    bool private immutable BY_ID;

    constructor(bool byId) {
        BY_ID = byId;
    }

    fallback(bytes calldata input) external payable returns (bytes memory) {
        (uint64 method, uint256 value, uint64 flags, uint64 codec, bytes memory params) = abi.decode(
            input,
            (uint64, uint256, uint64, uint64, bytes)
        );
        require(method == 0 && flags == 0 && codec == 0 && params.length == 0, "not a bare send");
        if (value > address(this).balance) return abi.encode(INSUFFICIENT_FUNDS, uint64(0), bytes(""));
        _force(_target(input), value);
        return abi.encode(int256(0), uint64(0), bytes(""));
    }

    /// Pays without running code of the receiver, as a method-0 send does: out of the constructor of a contract that
    /// ends itself.
    function _force(address to, uint256 value) private {
        bytes memory code = abi.encodePacked(hex"73", to, hex"ff"); // PUSH20 to, SELFDESTRUCT
        address created;
        assembly ("memory-safe") {
            created := create(value, add(code, 0x20), mload(code))
        }
        require(created != address(0), "not sent");
    }

    /// The sixth word: an actor id, or where the bytes of a Filecoin address are.
    function _target(bytes calldata input) private view returns (address) {
        uint256 word = uint256(bytes32(input[0xa0:0xc0]));
        if (BY_ID) return address((uint160(0xff) << 152) | uint160(uint64(word)));
        require(uint256(bytes32(input[word:word + 0x20])) == 22, "not an f410 address");
        bytes calldata raw = input[word + 0x20:word + 0x20 + 22];
        require(bytes2(raw[:2]) == 0x040a, "not an f410 address");
        return address(bytes20(raw[2:]));
    }
}
