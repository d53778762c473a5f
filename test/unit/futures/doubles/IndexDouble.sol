// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IFuturesIndex, Observation} from "../../../../contracts/futures/interfaces/IFuturesIndex.sol";

/// An index that a test sets: what is set is observed at the next observation, and no earlier than 10 epochs after the last one. Its
/// answers are in hundredths of a tick. One for all ids, without limits on moves.
contract IndexDouble is IFuturesIndex {
    uint256 public constant PER_TICK = 100;
    uint256 private constant SPACING = 10;
    uint256 private constant MAX_GAP = 240;

    Observation[] private _all;
    uint80 public next;
    bool public silent;
    bool public forgetful;
    uint256 public calls;

    /// What the feed answers from now on [ticks].
    function set(uint256 ticks) external {
        next = uint80(ticks * PER_TICK);
    }

    /// The same, in hundredths.
    function setRaw(uint80 answer) external {
        next = answer;
    }

    /// The feed stops.
    function setSilent(bool silent_) external {
        silent = silent_;
    }

    /// Everything before the newest observation is lost.
    function setForgetful(bool forgetful_) external {
        forgetful = forgetful_;
    }

    function observe(uint32) external returns (Observation memory newest) {
        ++calls;
        if (_all.length != 0) newest = _all[_all.length - 1];
        if (silent || next == 0) return newest;
        if (newest.epoch != 0 && block.number - newest.epoch < SPACING) return newest;
        uint256 dt = newest.epoch == 0 ? 0 : block.number - newest.epoch;
        newest = Observation(
            uint32(block.number),
            next,
            uint112(newest.cum + newest.answer * dt),
            newest.gaps + (dt > MAX_GAP ? 1 : 0)
        );
        _all.push(newest);
    }

    function newestOf(uint32) external view returns (Observation memory newest) {
        if (_all.length != 0) newest = _all[_all.length - 1];
    }

    function at(uint32, uint32 epoch) public view returns (bool covered, uint256 answer, uint256 cum) {
        (bool found, Observation memory o, ) = _find(epoch);
        if (!found) return (false, 0, 0);
        return (true, o.answer, o.cum + uint256(o.answer) * (epoch - o.epoch));
    }

    function twap(uint32 id, uint32 from, uint32 to) external view returns (bool covered, bool good, uint256 answer) {
        (bool known, Observation memory a, uint256 i) = _find(from);
        if (!known) return (false, false, 0);
        (, Observation memory b, uint256 j) = _find(to);
        good = j - i >= 6 && b.gaps == a.gaps && to - b.epoch <= MAX_GAP;
        (, , uint256 cumFrom) = at(id, from);
        (, , uint256 cumTo) = at(id, to);
        return (true, good, (cumTo - cumFrom) / (to - from));
    }

    function toTicks(uint32, uint256 answer) external pure returns (uint32) {
        return uint32((answer + PER_TICK / 2) / PER_TICK);
    }

    function _find(uint256 epoch) private view returns (bool, Observation memory o, uint256 i) {
        uint256 first = forgetful && _all.length != 0 ? _all.length - 1 : 0;
        for (i = _all.length; i > first; --i) {
            o = _all[i - 1];
            if (o.epoch <= epoch) return (true, o, i - 1);
        }
        delete o;
        return (false, o, 0);
    }
}
