// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Devnet} from "../../../../contracts/devnet/Devnet.sol";
import {Economics} from "../../../../contracts/devnet/Types.sol";
import {ActorCall} from "../../../../contracts/filecoin/ActorCall.sol";
import {FilecoinMethods} from "../../../../contracts/filecoin/FilecoinMethods.sol";
import {FuturesIndex} from "../../../../contracts/futures/FuturesIndex.sol";
import {HashpriceAggregator} from "../../../../contracts/futures/HashpriceAggregator.sol";
import {IHashpriceAggregator} from "../../../../contracts/futures/interfaces/IHashpriceAggregator.sol";
import {IndexTerms} from "../../../../contracts/futures/interfaces/IFuturesIndexRegistry.sol";
import {PlimsollManager} from "../../../../contracts/governance/PlimsollManager.sol";
import {PlimsollProxy} from "../../../../contracts/governance/PlimsollProxy.sol";
import {FilecoinTest} from "../../../utils/FilecoinTest.sol";

contract HashpriceAggregatorTest is FilecoinTest {
    uint256 private constant NETWORK = 20 << 60; // 20 EiB
    uint256 private constant REWARD = 60 ether; // an epoch, of the whole network

    address private sp = makeAddr("sp");
    uint64 private miner;
    HashpriceAggregator private aggregator;

    function setUp() public override {
        super.setUp();
        miner = createMiner(sp);
        _setEconomics(REWARD, NETWORK);
        aggregator = new HashpriceAggregator(miner);
    }

    function _setEconomics(uint256 reward, uint256 power) private {
        Economics memory e = Economics(true, reward, power, power, 700_000_000 ether, power, 100);
        world.setEconomics(e);
    }

    function _answer() private view returns (uint256) {
        (, int256 answer, , , ) = aggregator.latestRoundData();
        return uint256(answer);
    }

    /// By hand: 60 FIL x 2,880 epochs over 20 x 2^20 TiB.
    function test_F07_answer_isTheRewardOfATebibyteAndDay() public view {
        uint256 byHand = (uint256(60 ether) * 2_880) / (20 * 2 ** 20);
        assertApproxEqAbs(_answer(), byHand, 2, "two roundings of the actor's, one here");
        assertEq(byHand, 8239746093750000); // 0.00824 FIL
    }

    function testFuzz_F07_answer_isLinearInRewardAndPower(uint256 reward, uint256 power) public {
        reward = bound(reward, 1 ether, 1_000 ether);
        power = bound(power, 1 << 50, 1 << 66);
        _setEconomics(reward, power);
        assertApproxEqAbs(_answer(), (reward * 2_880 * 2 ** 40) / power, 2);
    }

    function test_latestRoundData_isOfNow() public {
        advanceEpochs(5);
        (uint80 round, , uint256 startedAt, uint256 updatedAt, uint80 answeredIn) = aggregator.latestRoundData();
        assertEq(round, block.number);
        assertEq(answeredIn, round);
        assertEq(startedAt, block.timestamp);
        assertEq(updatedAt, block.timestamp);
    }

    function test_answer_isTheSameOfEveryMiner() public {
        uint64 other = createMiner(makeAddr("other"));
        fundMiner(other, 1_000 ether);
        seal(other, 32);
        HashpriceAggregator second = new HashpriceAggregator(other);
        (, int256 answer, , , ) = second.latestRoundData();
        assertEq(uint256(answer), _answer());
    }

    function test_metadata() public view {
        assertEq(aggregator.decimals(), 18);
        assertEq(aggregator.description(), "FIL per TiB QAP and day");
        assertEq(aggregator.version(), 1);
        assertEq(aggregator.MINER_ID(), miner);
        assertEq(aggregator.FAULT_FEE_EPOCHS(), (uint256(2_880) * 351) / 100);
    }

    function test_RevertWhen_NoMinerHasTheId() public {
        vm.expectRevert(
            abi.encodeWithSelector(IHashpriceAggregator.HashpriceAggregator_NotAMiner.selector, uint64(999_999))
        );
        new HashpriceAggregator(999_999);
    }

    /// A contract could answer whatever it likes, were it asked.
    function test_RevertWhen_TheIdIsAContracts() public {
        uint64 id = idOf(address(this));
        vm.expectRevert(abi.encodeWithSelector(IHashpriceAggregator.HashpriceAggregator_NotAMiner.selector, id));
        new HashpriceAggregator(id);
    }

    // ---------------------------------------------------------------- both answers of the call are checked

    function test_RevertWhen_TheActorFails() public {
        vm.mockCall(Devnet.CALL_ACTOR_ID, bytes(""), abi.encode(int256(22), uint64(0), bytes("")));
        vm.expectRevert(
            abi.encodeWithSelector(
                ActorCall.ActorCall_ActorFailed.selector,
                miner,
                FilecoinMethods.MAX_TERMINATION_FEE,
                int256(22)
            )
        );
        aggregator.latestRoundData();
    }

    function test_RevertWhen_ThePrecompileFails() public {
        vm.mockCallRevert(Devnet.CALL_ACTOR_ID, bytes(""), bytes(""));
        bytes memory failed = abi.encodeWithSelector(
            ActorCall.ActorCall_PrecompileFailed.selector,
            miner,
            FilecoinMethods.MAX_TERMINATION_FEE
        );
        vm.expectRevert(failed);
        aggregator.latestRoundData();
        vm.clearMockedCalls();
        vm.etch(Devnet.CALL_ACTOR_ID, "");
        vm.expectRevert(failed);
        aggregator.latestRoundData();
    }

    // ---------------------------------------------------------------- as an index

    function test_O05_anIndexOfItLivesThroughAnOutage() public {
        FuturesIndex indices = FuturesIndex(address(new PlimsollProxy(address(new FuturesIndex()), "")));
        indices.initialize(address(new PlimsollManager()));
        IndexTerms memory terms = IndexTerms(aggregator, 60, 18, 5_000_000, 1e12, 1e18, 1e11, 2_000);
        uint32 id = indices.register(terms, 0.00824e18);
        uint256 before = _answer();
        assertEq(indices.newestOf(id).answer, before);
        assertEq(indices.toTicks(id, before), 82_397);
        advanceEpochs(10);
        vm.mockCallRevert(Devnet.CALL_ACTOR_ID, bytes(""), bytes(""));
        assertEq(indices.observe(id).epoch, block.number - 10);
        vm.clearMockedCalls();
        _setEconomics(REWARD * 2, NETWORK);
        assertEq(indices.observe(id).answer, before + (before * 2_000 * 10) / 28_800_000);
    }
}
