// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {AggregatorV3Interface} from "../../../../contracts/oracles/interfaces/AggregatorV3Interface.sol";

/// An aggregator that a test makes answer, lie or fail.
contract AggregatorDouble is AggregatorV3Interface {
    enum Manner {
        Answer,
        Revert,
        RevertLong, // with a megabyte of reason
        BurnGas,
        Invalid,
        Short, // one byte less than a round
        Empty,
        Long, // a megabyte more than a round
        BurnDecimals,
        ShortDecimals,
        WideDecimals // 2^8 more than they are
    }

    error AggregatorDouble_Down();

    uint8 internal _decimals;
    uint80 public round = 7;
    uint80 public answeredIn = 7;
    int256 public answer;
    uint256 public updatedAt;
    Manner public manner;
    uint256 public work; // gas to be used up before an answer

    constructor(uint8 decimals_, int256 answer_) {
        _decimals = decimals_;
        answer = answer_;
        updatedAt = block.timestamp;
    }

    function set(int256 answer_, uint256 updatedAt_) external {
        (answer, updatedAt) = (answer_, updatedAt_);
    }

    function setRounds(uint80 round_, uint80 answeredIn_) external {
        (round, answeredIn) = (round_, answeredIn_);
    }

    function setDecimals(uint8 decimals_) external {
        _decimals = decimals_;
    }

    function setManner(Manner manner_) external {
        manner = manner_;
    }

    function setWork(uint256 gas_) external {
        work = gas_;
    }

    function decimals() external view returns (uint8) {
        if (manner == Manner.BurnDecimals) _burn(0);
        if (manner == Manner.ShortDecimals) _return(31);
        if (manner == Manner.WideDecimals) {
            uint256 wide = uint256(_decimals) + 256;
            assembly ("memory-safe") {
                mstore(0, wide)
                return(0, 32)
            }
        }
        return _decimals;
    }

    function description() external pure returns (string memory) {
        return "double";
    }

    function version() external pure returns (uint256) {
        return 1;
    }

    function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80) {
        if (manner == Manner.Revert) revert AggregatorDouble_Down();
        if (manner == Manner.RevertLong) {
            assembly ("memory-safe") {
                revert(0, 1000000)
            }
        }
        if (manner == Manner.BurnGas) _burn(0);
        if (manner == Manner.Invalid) {
            assembly ("memory-safe") {
                invalid()
            }
        }
        if (manner == Manner.Short) _return(159);
        if (manner == Manner.Empty) _return(0);
        if (manner == Manner.Long) {
            (uint256 a, uint256 b, uint256 c, uint256 d) = (round, uint256(answer), updatedAt, answeredIn);
            assembly ("memory-safe") {
                let p := mload(0x40)
                mstore(p, a)
                mstore(add(p, 32), b)
                mstore(add(p, 64), c)
                mstore(add(p, 96), c)
                mstore(add(p, 128), d)
                return(p, 1000000)
            }
        }
        if (work != 0) _burn(gasleft() > work ? gasleft() - work : 0);
        return (round, answer, updatedAt, updatedAt, answeredIn);
    }

    /// Down to so much gas.
    function _burn(uint256 left) private view {
        uint256 sum;
        while (left == 0 || gasleft() > left) ++sum;
    }

    function _return(uint256 length) private pure {
        assembly ("memory-safe") {
            return(0x80, length)
        }
    }
}

/// One slot and nothing else, as little as an aggregator can do.
contract PlainAggregator is AggregatorV3Interface {
    uint8 public constant decimals = 8;
    string public constant description = "plain";
    uint256 public constant version = 1;

    int128 internal _answer;
    uint64 internal _updatedAt;
    uint64 internal _round = 1;

    constructor(int128 answer) {
        (_answer, _updatedAt) = (answer, uint64(block.timestamp));
    }

    function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80) {
        return (_round, _answer, _updatedAt, _updatedAt, _round);
    }
}
