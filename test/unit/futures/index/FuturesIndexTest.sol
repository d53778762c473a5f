// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Test} from "forge-std/Test.sol";

import {FuturesIndex} from "../../../../contracts/futures/FuturesIndex.sol";
import {Observation} from "../../../../contracts/futures/interfaces/IFuturesIndex.sol";
import {IndexTerms} from "../../../../contracts/futures/interfaces/IFuturesIndexRegistry.sol";
import {PlimsollManager} from "../../../../contracts/governance/PlimsollManager.sol";
import {PlimsollProxy} from "../../../../contracts/governance/PlimsollProxy.sol";
import {AggregatorDouble} from "../../oracles/doubles/AggregatorDouble.sol";

/// An index of a feed at 2.5 with 8 decimals, a tick of 0.0001, that may move by a fifth a day. The manager is still in its set-up, so
/// that the RISK role acts at once; the waiting is the manager's matter and tested there.
abstract contract FuturesIndexTest is Test {
    uint256 internal constant NOW = 1_800_000_000;
    uint256 internal constant START = 6_720_000;
    uint32 internal constant AGE = 1 hours;
    uint56 internal constant READ_GAS = 200_000;
    uint80 internal constant MIN_ANSWER = 0.1e8;
    uint80 internal constant MAX_ANSWER = 100e8;
    uint80 internal constant PER_TICK = 0.0001e8;
    uint32 internal constant MOVE = 2_000;
    uint80 internal constant PRICE = 2.5e8;

    address internal stranger = makeAddr("stranger");
    PlimsollManager internal manager;
    FuturesIndex internal indices;
    AggregatorDouble internal feed;
    uint32 internal id;

    function setUp() public virtual {
        vm.warp(NOW);
        vm.roll(START);
        manager = new PlimsollManager();
        indices = FuturesIndex(address(new PlimsollProxy(address(new FuturesIndex()), "")));
        indices.initialize(address(manager));
        feed = new AggregatorDouble(8, int256(uint256(PRICE)));
        id = indices.register(_terms(), PRICE);
    }

    function _terms() internal view returns (IndexTerms memory) {
        return IndexTerms(feed, AGE, 8, READ_GAS, MIN_ANSWER, MAX_ANSWER, PER_TICK, MOVE);
    }

    /// Time goes by; the feed is as it was.
    function _pass(uint256 epochs) internal {
        vm.roll(vm.getBlockNumber() + epochs);
        vm.warp(vm.getBlockTimestamp() + epochs * 30);
    }

    /// Time goes by, and the feed has a new answer.
    function _show(uint256 epochs, uint256 answer) internal {
        _pass(epochs);
        feed.set(int256(answer), vm.getBlockTimestamp());
    }

    function _observe(uint256 epochs, uint256 answer) internal returns (Observation memory) {
        _show(epochs, answer);
        return indices.observe(id);
    }

    function _assertObservation(
        Observation memory o,
        uint256 epoch,
        uint256 answer,
        uint256 cum,
        uint256 gaps
    ) internal pure {
        assertEq(o.epoch, epoch, "epoch");
        assertEq(o.answer, answer, "answer");
        assertEq(o.cum, cum, "cum");
        assertEq(o.gaps, gaps, "gaps");
    }

    /// A due call of `observe` does nothing at all.
    function _assertRefused() internal {
        Observation memory before = indices.newestOf(id);
        Observation memory o = indices.observe(id);
        _assertObservation(o, before.epoch, before.answer, before.cum, before.gaps);
        o = indices.newestOf(id);
        _assertObservation(o, before.epoch, before.answer, before.cum, before.gaps);
    }
}
