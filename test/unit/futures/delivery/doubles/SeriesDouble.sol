// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IFuturesSeries, SeriesTerms} from "../../../../../contracts/futures/interfaces/IFuturesSeries.sol";

/// The clearing as delivery sees it: what a test says of its series.
contract SeriesDouble is IFuturesSeries {
    mapping(bytes32 id => SeriesTerms terms) private _terms;
    mapping(bytes32 id => mapping(address holder => int64 lots)) public positionOf;
    mapping(bytes32 id => uint32 value) public markOf;
    mapping(bytes32 id => uint32 value) public indexTicksOf;
    mapping(bytes32 id => uint32 value) private _final;
    mapping(bytes32 id => uint32 value) private _finalAt;

    function list(bytes32 id, SeriesTerms calldata terms) external {
        _terms[id] = terms;
    }

    function setPosition(bytes32 id, address who, int64 lots) external {
        positionOf[id][who] = lots;
    }

    function setMark(bytes32 id, uint32 ticks) external {
        markOf[id] = ticks;
    }

    function setIndex(bytes32 id, uint32 ticks) external {
        indexTicksOf[id] = ticks;
    }

    function setFinal(bytes32 id, uint32 ticks) external {
        (_final[id], _finalAt[id]) = (ticks, uint32(block.number));
    }

    function termsOf(bytes32 id) external view returns (SeriesTerms memory) {
        return _terms[id];
    }

    function finalOf(bytes32 id) external view returns (uint32, uint32) {
        return (_final[id], _finalAt[id]);
    }
}
