// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Observation} from "../../../contracts/futures/interfaces/IFuturesIndex.sol";
import {FuturesIndexTest} from "../../unit/futures/index/FuturesIndexTest.sol";

/// The index against the plainest reading of its specification: a list of all observations, searched from its end.
contract FuturesIndexFuzzTest is FuturesIndexTest {
    struct Plain {
        uint256 epoch;
        uint256 answer;
    }

    uint256 private constant KEPT = 2_048;

    Plain[] private all;
    uint256 private seed;

    function setUp() public override {
        super.setUp();
        all.push(Plain(START, PRICE));
    }

    function _random(uint256 from, uint256 to) private returns (uint256) {
        seed = uint256(keccak256(abi.encode(seed)));
        return from + (seed % (to - from + 1));
    }

    // ---------------------------------------------------------------- the reference

    function _expectObservation(uint256 epoch, uint256 raw, bool valid) private {
        Plain memory last = all[all.length - 1];
        uint256 dt = epoch - last.epoch;
        if (dt < 10 || !valid) return;
        uint256 limit = (last.answer * MOVE * dt) / (10_000 * 2_880);
        uint256 low = limit > last.answer ? 0 : last.answer - limit;
        uint256 high = last.answer + limit;
        all.push(
            Plain(
                epoch,
                raw < low
                    ? low
                    : raw > high
                        ? high
                        : raw
            )
        );
    }

    /// Adds up every stretch from the first observation on, one after the other.
    function _plainCum(uint256 epoch) private view returns (uint256 cum) {
        for (uint256 i = 0; i < all.length && all[i].epoch < epoch; ++i) {
            uint256 end = i + 1 < all.length && all[i + 1].epoch < epoch ? all[i + 1].epoch : epoch;
            cum += all[i].answer * (end - all[i].epoch);
        }
    }

    function _plainAt(uint256 epoch) private view returns (bool covered, uint256 number) {
        uint256 oldest = all.length > KEPT ? all.length - KEPT : 0;
        for (uint256 i = all.length; i > oldest; --i) {
            if (all[i - 1].epoch <= epoch) return (true, i - 1);
        }
    }

    function _plainGood(uint256 from, uint256 to) private view returns (bool) {
        uint256 within;
        uint256 newest;
        for (uint256 i = 0; i < all.length && all[i].epoch <= to; ++i) {
            newest = all[i].epoch;
            if (newest <= from) continue;
            ++within;
            if (i > 0 && newest - all[i - 1].epoch > 240) return false;
        }
        return within >= 6 && to - newest <= 240;
    }

    // ---------------------------------------------------------------- comparison

    function _step() private {
        uint256 kind = _random(0, 19);
        uint256 epochs =
            kind == 0
                ? _random(200, 700)
                : kind < 4
                    ? _random(0, 12)
                    : _random(8, 60);
        uint256 answer = kind == 1 ? _random(1, 200e8) : _random(2.4e8, 2.6e8);
        _show(epochs, answer);
        bool valid = answer > MIN_ANSWER && answer < MAX_ANSWER;
        if (kind == 2) {
            feed.set(int256(answer), block.timestamp + 1);
            valid = false;
        }
        _expectObservation(vm.getBlockNumber(), answer, valid);
        Observation memory o = indices.observe(id);
        Plain memory last = all[all.length - 1];
        assertEq(o.epoch, last.epoch, "epoch");
        assertEq(o.answer, last.answer, "answer");
        assertEq(indices.observationsOf(id), all.length, "number");
    }

    function _compare() private {
        uint256 now_ = vm.getBlockNumber();
        uint256 to = _random(START, now_);
        if (_random(0, 3) == 0) to = all[_random(0, all.length - 1)].epoch;
        uint256 span = _random(0, 1) == 0 ? 400 : now_ - START + 20;
        uint256 from = to - 1 - _random(0, span < to ? span : to - 1);
        (bool covered, uint256 number) = _plainAt(from);
        {
            (bool actual, uint256 answer, uint256 cum) = indices.at(id, uint32(from));
            assertEq(actual, covered, "at: covered");
            assertEq(answer, covered ? all[number].answer : 0, "at: answer");
            assertEq(cum, covered ? _plainCum(from) : 0, "at: cum");
        }
        (bool isCovered, bool good, uint256 average) = indices.twap(id, uint32(from), uint32(to));
        assertEq(isCovered, covered, "twap: covered");
        assertEq(good, covered && _plainGood(from, to), "twap: good");
        assertEq(average, covered ? (_plainCum(to) - _plainCum(from)) / (to - from) : 0, "twap: answer");
    }

    function testFuzz_O11_agreesWithAPlainList(uint256 seed_) public {
        seed = seed_;
        for (uint256 i = 0; i < 60; ++i) {
            _step();
            if (i % 4 == 3) _compare();
        }
    }

    /// Past the end of the ring: slow for the reference, hence one seed.
    function test_O11_agreesWithAPlainListOnceTheRingTurns() public {
        seed = 4;
        for (uint256 i = 0; i < 2_600; ++i) _step();
        assertGt(all.length, KEPT + 100);
        for (uint256 i = 0; i < 30; ++i) _compare();
    }
}
