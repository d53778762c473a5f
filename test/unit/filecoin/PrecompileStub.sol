// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// Answers to give, keyed by the precompile asked and the exact bytes of the question.
contract StubRegistry {
    struct Answer {
        bool known;
        bool fails;
        bytes output;
    }

    mapping(bytes32 question => Answer) private _answers;

    function set(address precompile, bytes calldata input, bool fails, bytes calldata output) external {
        _answers[keccak256(abi.encodePacked(precompile, input))] = Answer(true, fails, output);
    }

    /// A question is the precompile's address, then its input. One that nobody expected fails, as a refusal would.
    fallback(bytes calldata question) external returns (bytes memory) {
        Answer storage answer = _answers[keccak256(question)];
        require(answer.known && !answer.fails);
        return answer.output;
    }
}

/// Etched at a precompile's address. A delegatecall runs it in its caller's storage, so it has none and asks the
/// registry.
contract PrecompileStub {
    StubRegistry internal constant REGISTRY = StubRegistry(0x5dB5c7643D01eb8bC6d5CF03aeb1BD09bA5B6ff3);

    address private immutable SELF;
    bool private immutable DELEGATECALL_ONLY;

    constructor(address self, bool delegatecallOnly) {
        SELF = self;
        DELEGATECALL_ONLY = delegatecallOnly;
    }

    fallback() external {
        bool ok = !DELEGATECALL_ONLY || address(this) != SELF;
        bytes memory output;
        if (ok) (ok, output) = address(REGISTRY).staticcall(abi.encodePacked(SELF, msg.data));
        assembly ("memory-safe") {
            if iszero(ok) {
                revert(0, 0)
            }
            return(add(output, 0x20), mload(output))
        }
    }
}
