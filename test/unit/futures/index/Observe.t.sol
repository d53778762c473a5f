// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Observation} from "../../../../contracts/futures/interfaces/IFuturesIndex.sol";
import {IFuturesIndexRegistry, IndexTerms} from "../../../../contracts/futures/interfaces/IFuturesIndexRegistry.sol";
import {AggregatorDouble} from "../../oracles/doubles/AggregatorDouble.sol";
import {FuturesIndexTest} from "./FuturesIndexTest.sol";

contract FuturesIndexObserveTest is FuturesIndexTest {
    function test_observe_addsWhatTheFeedShows() public {
        _show(10, 2.501e8);
        vm.expectEmit(address(indices));
        emit IFuturesIndexRegistry.Observed(id, 2.501e8, 2.501e8);
        Observation memory o = indices.observe(id);
        _assertObservation(o, START + 10, 2.501e8, 10 * uint256(PRICE), 0);
        o = _observe(100, 2.49e8);
        _assertObservation(o, START + 110, 2.49e8, 10 * uint256(PRICE) + 100 * 2.501e8, 0);
        o = indices.newestOf(id);
        _assertObservation(o, START + 110, 2.49e8, 10 * uint256(PRICE) + 100 * 2.501e8, 0);
        assertEq(indices.observationsOf(id), 3);
    }

    function test_observe_anyoneMay() public {
        _show(10, 2.501e8);
        vm.prank(stranger);
        assertEq(indices.observe(id).answer, 2.501e8);
    }

    function test_observe_waitsForItsSpacing() public {
        _show(9, 2.501e8);
        _assertRefused();
        _show(1, 2.501e8);
        assertEq(indices.observe(id).epoch, START + 10);
        _assertRefused();
    }

    function test_observe_doesNotReadTheFeedWithinTheSpacing() public {
        feed.setManner(AggregatorDouble.Manner.BurnGas);
        _pass(9);
        uint256 before = gasleft();
        _assertRefused();
        assertLt(before - gasleft(), READ_GAS);
    }

    function test_observe_oneIndexChangesNoOther() public {
        AggregatorDouble second = new AggregatorDouble(18, 3e18);
        uint32 other = indices.register(IndexTerms(second, AGE, 18, READ_GAS, 0.1e18, 100e18, 0.0001e18, MOVE), 3e18);
        _observe(10, 2.501e8);
        assertEq(indices.observationsOf(other), 1);
        second.set(3.002e18, block.timestamp);
        _assertObservation(indices.observe(other), START + 10, 3.002e18, 30e18, 0);
        assertEq(indices.observationsOf(id), 2);
    }

    // ---------------------------------------------------------------- how far the index moves

    function test_O06_observe_movesNoFurtherThanTimeAllows() public {
        // a fifth a day of 2.5 is 0.5; a tenth of a day 0.05
        _show(288, 10e8);
        vm.expectEmit(address(indices));
        emit IFuturesIndexRegistry.Observed(id, 10e8, 2.55e8);
        assertEq(indices.observe(id).answer, 2.55e8);
        assertEq(_observe(288, 0.2e8).answer, 2.499e8);
        assertEq(_observe(10, 2.49e8).answer, 2.499e8 - uint256(2.499e8 * 20_000) / 28_800_000, "rounded down");
    }

    function test_O06_observe_followsUpToTheLimitItself() public {
        assertEq(_observe(288, 2.55e8).answer, 2.55e8);
        assertEq(_observe(288, 2.499e8).answer, 2.499e8);
    }

    function test_O06_observe_afterALongSilenceFollowsAnywhere() public {
        // 5 days and more: the limit is above the last answer
        _observe(20 * 2_880, 0.2e8);
        assertEq(indices.newestOf(id).answer, 0.2e8);
    }

    // ---------------------------------------------------------------- O-01: time

    function test_O01_observe_takesAnAnswerInTime() public {
        _pass(120); // an hour
        feed.set(2.501e8, block.timestamp - AGE);
        assertEq(indices.observe(id).answer, 2.501e8);
    }

    function test_O01_observe_takesNoLateAnswer() public {
        _pass(120);
        feed.set(2.501e8, block.timestamp - AGE - 1);
        _assertRefused();
    }

    function test_O01_observe_takesNoAnswerFromTheFuture() public {
        _pass(10);
        feed.set(2.501e8, block.timestamp + 1);
        _assertRefused();
        feed.set(2.501e8, type(uint256).max);
        _assertRefused();
    }

    function test_O01_observe_takesNoAnswerWithoutATime() public {
        _pass(10);
        feed.set(2.501e8, 0);
        _assertRefused();
    }

    function test_O01_observe_takesNoAnswerOfAnOldRound() public {
        _show(10, 2.501e8);
        feed.setRounds(8, 7);
        _assertRefused();
        feed.setRounds(8, 8);
        assertEq(indices.observe(id).answer, 2.501e8);
    }

    function test_O01_observe_takesNoAnswerWithoutARound() public {
        _show(10, 2.501e8);
        feed.setRounds(0, 0);
        _assertRefused();
    }

    // ---------------------------------------------------------------- O-02: the answer

    function test_O02_observe_takesNoAnswerAtOrBeyondABound() public {
        _pass(10);
        int256[8] memory answers = [
            int256(0),
            -1,
            type(int256).min,
            type(int256).max,
            int256(uint256(MIN_ANSWER)),
            int256(uint256(MIN_ANSWER) - 1),
            int256(uint256(MAX_ANSWER)),
            int256(uint256(MAX_ANSWER) + 1)
        ];
        for (uint256 i = 0; i < answers.length; ++i) {
            feed.set(answers[i], block.timestamp);
            _assertRefused();
        }
    }

    function test_O02_observe_takesWhatLiesJustBetween() public {
        _show(100 * 2_880, MAX_ANSWER - 1);
        assertEq(indices.observe(id).answer, 52.5e8, "2.5 and a fifth a day for 100 days");
        _observe(100 * 2_880, MAX_ANSWER - 1);
        assertEq(indices.newestOf(id).answer, MAX_ANSWER - 1);
        _observe(100 * 2_880, MIN_ANSWER + 1);
        assertEq(indices.newestOf(id).answer, MIN_ANSWER + 1);
    }

    // ---------------------------------------------------------------- O-03: decimals

    function test_O03_observe_takesNoAnswerInOtherDecimals() public {
        _show(10, 2.501e8);
        feed.setDecimals(18);
        _assertRefused();
        feed.setDecimals(8);
        feed.setManner(AggregatorDouble.Manner.WideDecimals); // 256 + 8
        _assertRefused();
        feed.setManner(AggregatorDouble.Manner.Answer);
        assertEq(indices.observe(id).answer, 2.501e8);
    }

    // ---------------------------------------------------------------- O-05: a feed that fails

    function test_O05_observe_survivesWhateverTheFeedDoes() public {
        _show(10, 2.501e8);
        for (uint256 i = 1; i <= uint256(type(AggregatorDouble.Manner).max); ++i) {
            feed.setManner(AggregatorDouble.Manner(i));
            uint256 before = gasleft();
            _assertRefused();
            assertLt(before - gasleft(), 3 * uint256(READ_GAS), "gas");
        }
        feed.setManner(AggregatorDouble.Manner.Answer);
        assertEq(indices.observe(id).epoch, START + 10);
    }

    function test_O05_observe_doesNotCopyMoreThanARound() public {
        IndexTerms memory terms = _terms();
        terms.readGas = 5_000_000; // enough for the feed to build a megabyte
        uint32 other = indices.register(terms, PRICE);
        _show(10, 2.501e8);
        feed.setManner(AggregatorDouble.Manner.Long);
        uint256 before = gasleft();
        assertEq(indices.observe{gas: 9_000_000}(other).answer, 2.501e8);
        assertLt(before - gasleft(), 3_000_000, "the megabyte is paid for once");
    }

    function test_O05_observe_cannotBeStarvedIntoSilence() public {
        _show(10, 2.501e8);
        feed.setWork(READ_GAS / 2);
        // Too little gas for the read is the caller's failure, not the feed's.
        (bool ok, ) = address(indices).call{gas: READ_GAS}(abi.encodeCall(indices.observe, (id)));
        assertFalse(ok);
        assertEq(indices.observe(id).answer, 2.501e8);
    }

    // ---------------------------------------------------------------- O-11: gaps

    function test_O11_observe_countsGaps() public {
        assertEq(_observe(240, PRICE).gaps, 0);
        assertEq(_observe(241, PRICE).gaps, 1);
        assertEq(_observe(10, PRICE).gaps, 1);
        assertEq(_observe(10_000, PRICE).gaps, 2);
    }

    // ---------------------------------------------------------------- ring and gas

    function test_observe_ringKeepsTheLast2048() public {
        for (uint256 i = 1; i < 2_048; ++i) _observe(10, PRICE + i);
        assertEq(indices.observationsOf(id), 2_048);
        (bool covered, uint256 answer, ) = indices.at(id, uint32(START));
        assertTrue(covered, "the first is still kept");
        assertEq(answer, PRICE);
        _observe(10, 2.6e8);
        (covered, answer, ) = indices.at(id, uint32(START));
        assertFalse(covered, "the first is gone");
        (covered, , ) = indices.at(id, uint32(START) + 9);
        assertFalse(covered);
        uint256 cum;
        (covered, answer, cum) = indices.at(id, uint32(START) + 10);
        assertTrue(covered);
        assertEq(answer, PRICE + 1);
        assertEq(cum, 10 * uint256(PRICE));
        vm.expectRevert(abi.encodeWithSelector(IFuturesIndexRegistry.FuturesIndex_NotKept.selector, 1, 2_048, 0));
        indices.observationAt(id, 0);
        assertEq(indices.observationAt(id, 1).epoch, START + 10);
        assertEq(indices.observationAt(id, 2_048).epoch, START + 20_480);
    }

    function test_FU10_observe_costsTheSameAfterAnyNumber() public {
        this.observeTimes(2_047);
        uint256 at2048 = this.gasOfObserve();
        this.observeTimes(2_047);
        assertApproxEqAbs(this.gasOfObserve(), at2048, 10, "flat");
    }

    /// In calls of their own, so that the memory they take is not counted later.
    function observeTimes(uint256 times) external {
        for (uint256 i = 0; i < times; ++i) _observe(10, PRICE);
    }

    function gasOfObserve() external returns (uint256 used) {
        _show(10, PRICE);
        vm.cool(address(indices));
        vm.cool(address(feed));
        uint256 before = gasleft();
        indices.observe(id);
        used = before - gasleft();
        emit log_named_uint("observe", used);
    }

    function test_RevertWhen_IndexUnknown() public {
        bytes memory unknown = abi.encodeWithSelector(IFuturesIndexRegistry.FuturesIndex_Unknown.selector, 9);
        vm.expectRevert(unknown);
        indices.observe(9);
        vm.expectRevert(unknown);
        indices.newestOf(9);
        vm.expectRevert(unknown);
        indices.at(9, uint32(START));
        vm.expectRevert(unknown);
        indices.twap(9, uint32(START) - 1, uint32(START));
        vm.expectRevert(unknown);
        indices.toTicks(9, 1);
        vm.expectRevert(unknown);
        indices.termsOf(9);
        vm.expectRevert(unknown);
        indices.observationsOf(9);
        vm.expectRevert(unknown);
        indices.observationAt(9, 0);
    }
}
