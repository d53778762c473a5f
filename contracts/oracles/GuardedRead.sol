// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @dev Words of the longest answer that is read, that of `latestRoundData`.
uint256 constant MAX_WORDS = 5;

/// @title Reads that a stranger's contract cannot spoil
/// @notice A read with a bounded amount of gas and of returned data. Whatever the stranger does, the caller goes on.
library GuardedRead {
    /// @notice Calls a function without arguments.
    /// @dev A call gets at most 63/64 of the gas that is left (EIP-150; the FVM's EVM keeps the rule), so a caller
    /// with little gas could starve the read and pass that off as an outage. Hence the demand for a quarter more than
    /// the read may burn, for that 64th and for the call itself. Where it is not met, this spends all gas: a true "out
    /// of gas" is what Filecoin nodes look for when they search for a transaction's gas; a revert would end the search.
    /// @param target may be anything; without code it gives no data and the read fails
    /// @param readGas most gas that the read may burn, in the gas of the chain at hand
    /// @param selector of the function
    /// @param words how many the answer must have at least, at most `MAX_WORDS`; the rest is not even copied
    function tryRead(
        address target,
        uint256 readGas,
        bytes4 selector,
        uint256 words
    ) internal view returns (bool ok, uint256[MAX_WORDS] memory answer) {
        assembly ("memory-safe") {
            if lt(gas(), add(readGas, div(readGas, 4))) {
                for {} 1 {} {}
            }
            mstore(0, selector)
            ok := staticcall(readGas, target, 0, 4, answer, shl(5, words))
            if lt(returndatasize(), shl(5, words)) {
                ok := 0
            }
        }
    }

    /// @notice Asks something that one word answers; the gas is seen to as in `tryRead`.
    /// @param target as in `tryRead`
    /// @param readGas as in `tryRead`
    /// @param question calldata
    /// @return ok whether the target answered, with a word at least
    /// @return answer its first word; the rest is not even copied
    function tryAsk(
        address target,
        uint256 readGas,
        bytes memory question
    ) internal view returns (bool ok, bytes32 answer) {
        assembly ("memory-safe") {
            if lt(gas(), add(readGas, div(readGas, 4))) {
                for {} 1 {} {}
            }
            ok := staticcall(readGas, target, add(question, 32), mload(question), 0, 32)
            if lt(returndatasize(), 32) {
                ok := 0
            }
            answer := mload(0)
        }
    }
}
