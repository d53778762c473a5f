// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IFuturesIndexRegistry} from "../../../../contracts/futures/interfaces/IFuturesIndexRegistry.sol";
import {FuturesIndexTest} from "./FuturesIndexTest.sol";

contract FuturesIndexAveragesTest is FuturesIndexTest {
    uint32 private constant T = uint32(START);

    function _twap(uint256 from, uint256 to) private view returns (bool covered, bool good, uint256 answer) {
        return indices.twap(id, uint32(from), uint32(to));
    }

    function _assertTwap(uint256 from, uint256 to, bool good, uint256 answer) private view {
        (bool isCovered, bool isGood, uint256 actual) = _twap(from, to);
        assertTrue(isCovered, "covered");
        assertEq(isGood, good, "good");
        assertEq(actual, answer, "answer");
    }

    // ---------------------------------------------------------------- at

    function test_at_holdsUntilTheNextObservation() public {
        _observe(100, 2.51e8);
        _observe(100, 2.52e8);
        _pass(50);
        uint256[6] memory epochs = [uint256(0), 99, 100, 150, 200, 250];
        uint256[6] memory answers = [uint256(2.5e8), 2.5e8, 2.51e8, 2.51e8, 2.52e8, 2.52e8];
        uint256[6] memory sums = [
            uint256(0),
            99 * 2.5e8,
            100 * 2.5e8,
            100 * 2.5e8 + 50 * 2.51e8,
            100 * 2.5e8 + 100 * 2.51e8,
            100 * 2.5e8 + 100 * 2.51e8 + 50 * 2.52e8
        ];
        for (uint256 i = 0; i < epochs.length; ++i) {
            (bool covered, uint256 answer, uint256 cum) = indices.at(id, T + uint32(epochs[i]));
            assertTrue(covered);
            assertEq(answer, answers[i]);
            assertEq(cum, sums[i]);
        }
    }

    function test_at_isNothingBeforeTheFirst() public view {
        (bool covered, uint256 answer, uint256 cum) = indices.at(id, T - 1);
        assertFalse(covered);
        assertEq(answer, 0);
        assertEq(cum, 0);
    }

    function test_RevertWhen_EpochInTheFuture() public {
        bytes memory error = abi.encodeWithSelector(
            IFuturesIndexRegistry.FuturesIndex_FutureEpoch.selector,
            START,
            START + 1
        );
        vm.expectRevert(error);
        indices.at(id, T + 1);
        vm.expectRevert(error);
        indices.twap(id, T, T + 1);
    }

    // ---------------------------------------------------------------- twap

    function test_O11_twap_weighsByTimeNotByCount() public {
        for (uint256 i = 0; i < 10; ++i) _observe(10, 2.5e8);
        _observe(200, 2.52e8);
        _pass(200);
        // 300 epochs at 2.5, 200 at 2.52
        _assertTwap(T, T + 500, true, 2.508e8);
    }

    function test_twap_roundsDown() public {
        _observe(10, 2.5e8 + 1);
        _pass(10);
        _assertTwap(T, T + 20, false, 2.5e8);
        _assertTwap(T + 9, T + 11, false, 2.5e8);
    }

    function test_twap_isNothingIfNotCovered() public {
        _observe(10, 2.5e8);
        (bool covered, bool good, uint256 answer) = _twap(T - 1, T + 10);
        assertFalse(covered);
        assertFalse(good);
        assertEq(answer, 0);
    }

    function test_twap_needsSixObservations() public {
        for (uint256 i = 0; i < 5; ++i) _observe(10, 2.5e8);
        _pass(10);
        _assertTwap(T, T + 60, false, 2.5e8);
        _observe(1, 2.5e8);
        _assertTwap(T, T + 60, false, 2.5e8); // the sixth came after it
        _assertTwap(T, T + 61, true, 2.5e8);
        _assertTwap(T + 9, T + 61, true, 2.5e8);
        _assertTwap(T + 10, T + 61, false, 2.5e8); // that at its start does not count
    }

    function test_O11_twap_isNotGoodWithAGap() public {
        for (uint256 i = 0; i < 7; ++i) _observe(10, 2.5e8);
        _observe(241, 2.5e8); // ends at 311
        for (uint256 i = 0; i < 7; ++i) _observe(10, 2.5e8);
        _assertTwap(T, T + 381, false, 2.5e8);
        _assertTwap(T, T + 310, true, 2.5e8); // 240 after the last before it
        _assertTwap(T + 310, T + 381, false, 2.5e8); // the gap ends within
        _assertTwap(T + 311, T + 381, true, 2.5e8); // it ended before
    }

    function test_O11_twap_isNotGoodWithAGapThatReachesItsEnd() public {
        for (uint256 i = 0; i < 7; ++i) _observe(10, 2.5e8);
        _pass(240);
        _assertTwap(T, T + 310, true, 2.5e8);
        _pass(1);
        _assertTwap(T, T + 311, false, 2.5e8);
    }

    function test_RevertWhen_SpanEmptyOrBackwards() public {
        vm.expectRevert(abi.encodeWithSelector(IFuturesIndexRegistry.FuturesIndex_BadSpan.selector, T, T));
        indices.twap(id, T, T);
        vm.expectRevert(abi.encodeWithSelector(IFuturesIndexRegistry.FuturesIndex_BadSpan.selector, T, T - 1));
        indices.twap(id, T, T - 1);
    }

    // ---------------------------------------------------------------- ticks

    function test_toTicks_roundsToTheNearestHalfUp() public view {
        assertEq(indices.toTicks(id, 0), 0);
        assertEq(indices.toTicks(id, PER_TICK / 2 - 1), 0);
        assertEq(indices.toTicks(id, PER_TICK / 2), 1);
        assertEq(indices.toTicks(id, PER_TICK), 1);
        assertEq(indices.toTicks(id, (3 * PER_TICK) / 2 - 1), 1);
        assertEq(indices.toTicks(id, (3 * PER_TICK) / 2), 2);
        assertEq(indices.toTicks(id, PRICE), 25_000);
    }

    function test_toTicks_stopsAtTheLargest() public view {
        uint256 most = type(uint32).max;
        assertEq(indices.toTicks(id, most * PER_TICK), most);
        assertEq(indices.toTicks(id, most * PER_TICK - PER_TICK), most - 1);
        assertEq(indices.toTicks(id, most * PER_TICK + PER_TICK), most);
        assertEq(indices.toTicks(id, type(uint256).max), most);
        assertEq(indices.toTicks(id, type(uint256).max / 2), most);
        assertEq(indices.toTicks(id, type(uint256).max / 2 - 1), most);
    }

    // ---------------------------------------------------------------- single observations

    function test_observationAt_givesEach() public {
        _observe(10, 2.501e8);
        _assertObservation(indices.observationAt(id, 0), START, PRICE, 0, 0);
        _assertObservation(indices.observationAt(id, 1), START + 10, 2.501e8, 25e8, 0);
    }

    function test_RevertWhen_ObservationNotMadeYet() public {
        vm.expectRevert(abi.encodeWithSelector(IFuturesIndexRegistry.FuturesIndex_NotKept.selector, 0, 0, 1));
        indices.observationAt(id, 1);
    }
}
