// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Fill, IFuturesVenues, Skip, Taker} from "../../../../../contracts/futures/interfaces/IFuturesVenues.sol";

/// A clearing without money: it keeps its own record of what was filled, and skips what a test tells it to.
contract ClearingDouble is IFuturesVenues {
    error ClearingDouble_NothingFilled();

    bytes32 public series;
    Taker private _taker;
    Fill[] private _fills; // of the last trade, skipped ones included
    mapping(address maker => uint256 lots) public lotsOf;
    mapping(address maker => mapping(uint256 ticks => uint256 lots)) public lotsAt;
    mapping(address taker => int256 lots) public positionOf;
    mapping(address maker => Skip why) public skipOf;
    mapping(uint256 place => Skip why) public skipAt;
    uint256 public trades;
    address private _callee;
    bytes private _callData;

    function setSkip(address maker, Skip why) external {
        skipOf[maker] = why;
    }

    function setSkipAt(uint256 place, Skip why) external {
        skipAt[place] = why;
    }

    /// Calls that during a trade.
    function setCall(address callee, bytes calldata callData) external {
        (_callee, _callData) = (callee, callData);
    }

    function trade(
        bytes32 seriesId,
        Taker calldata taker,
        Fill[] calldata fills
    ) external returns (Skip[] memory skips) {
        ++trades;
        (series, _taker) = (seriesId, taker);
        delete _fills;
        if (_callee != address(0)) _call();
        skips = new Skip[](fills.length);
        bool any;
        for (uint256 i = 0; i < fills.length; ++i) {
            Fill calldata f = fills[i];
            _fills.push(f);
            skips[i] = skipAt[i] != Skip.None ? skipAt[i] : skipOf[f.maker];
            if (f.maker == taker.account) skips[i] = Skip.BadMaker;
            if (f.lots == 0) skips[i] = Skip.Zero;
            if (skips[i] != Skip.None) continue;
            any = true;
            lotsOf[f.maker] += f.lots;
            lotsAt[f.maker][f.ticks] += f.lots;
            int256 signed = int256(uint256(f.lots));
            positionOf[taker.account] += taker.buys ? signed : -signed;
            positionOf[f.maker] += taker.buys ? -signed : signed;
        }
        if (!any) revert ClearingDouble_NothingFilled();
    }

    function lastTaker() external view returns (Taker memory) {
        return _taker;
    }

    function lastFills() external view returns (Fill[] memory) {
        return _fills;
    }

    function _call() private {
        (bool ok, bytes memory reason) = _callee.call(_callData);
        if (ok) return;
        assembly ("memory-safe") {
            revert(add(reason, 32), mload(reason))
        }
    }
}
