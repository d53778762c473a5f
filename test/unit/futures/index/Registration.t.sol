// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {FuturesIndex} from "../../../../contracts/futures/FuturesIndex.sol";
import {IFuturesIndexRegistry, IndexTerms} from "../../../../contracts/futures/interfaces/IFuturesIndexRegistry.sol";
import {AggregatorV3Interface} from "../../../../contracts/oracles/interfaces/AggregatorV3Interface.sol";
import {AggregatorDouble} from "../../oracles/doubles/AggregatorDouble.sol";
import {FuturesIndexTest} from "./FuturesIndexTest.sol";

contract FuturesIndexRegistrationTest is FuturesIndexTest {
    function _outOfBounds(bytes32 what, uint256 low, uint256 high, uint256 actual) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IFuturesIndexRegistry.FuturesIndex_OutOfBounds.selector, what, low, high, actual);
    }

    function _assertRefused(IndexTerms memory terms, bytes32 what, uint256 low, uint256 high, uint256 actual) private {
        vm.expectRevert(_outOfBounds(what, low, high, actual));
        indices.register(terms, PRICE);
    }

    function test_register_freezesTheTermsAndObserves() public {
        _pass(3);
        IndexTerms memory terms = _terms();
        vm.expectEmit(address(indices));
        emit IFuturesIndexRegistry.IndexRegistered(id + 1, address(feed), terms);
        vm.expectEmit(address(indices));
        emit IFuturesIndexRegistry.Observed(id + 1, PRICE, PRICE);
        assertEq(indices.register(terms, PRICE), id + 1);
        assertEq(indices.count(), 2);
        assertEq(abi.encode(indices.termsOf(id + 1)), abi.encode(terms));
        _assertObservation(indices.newestOf(id + 1), START + 3, PRICE, 0, 0);
        assertEq(indices.observationsOf(id + 1), 1);
    }

    function test_register_idsStartAt1() public view {
        assertEq(id, 1);
        assertEq(indices.count(), 1);
    }

    function test_RevertWhen_RegisteredByAStranger() public {
        IndexTerms memory terms = _terms();
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, stranger));
        vm.prank(stranger);
        indices.register(terms, PRICE);
    }

    function test_RevertWhen_UpgradedByAStranger() public {
        address next = address(new FuturesIndex());
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, stranger));
        vm.prank(stranger);
        indices.upgradeToAndCall(next, "");
    }

    function test_upgrade_keepsAllObservations() public {
        _observe(10, 2.501e8);
        indices.upgradeToAndCall(address(new FuturesIndex()), "");
        _assertObservation(indices.newestOf(id), START + 10, 2.501e8, 25e8, 0);
        assertEq(indices.count(), 1);
    }

    function test_RevertWhen_InitializedTwice() public {
        vm.expectRevert(Initializable.InvalidInitialization.selector);
        indices.initialize(stranger);
        FuturesIndex implementation = new FuturesIndex();
        vm.expectRevert(Initializable.InvalidInitialization.selector);
        implementation.initialize(stranger);
    }

    // ---------------------------------------------------------------- O-09: a wrong feed

    function test_O09_RevertWhen_TheFeedShowsSomethingElse() public {
        IndexTerms memory terms = _terms();
        for (uint256 i = 0; i < 2; ++i) {
            uint80 expected = i == 0 ? 3.125e8 + 1 : 2.08333333e8; // 4/5 of it is above, 6/5 of it below
            vm.expectRevert(
                abi.encodeWithSelector(
                    IFuturesIndexRegistry.FuturesIndex_UnexpectedAnswer.selector,
                    feed,
                    expected,
                    PRICE
                )
            );
            indices.register(terms, expected);
        }
        indices.register(terms, 3.125e8);
        indices.register(terms, 2.08333334e8);
    }

    function test_O09_RevertWhen_TheFeedHasNoValidAnswer() public {
        IndexTerms memory terms = _terms();
        bytes memory none = abi.encodeWithSelector(IFuturesIndexRegistry.FuturesIndex_NoValidAnswer.selector, feed);
        terms.decimals = 18;
        vm.expectRevert(none);
        indices.register(terms, PRICE);
        terms.decimals = 8;
        feed.setManner(AggregatorDouble.Manner.Revert);
        vm.expectRevert(none);
        indices.register(terms, PRICE);
        feed.setManner(AggregatorDouble.Manner.Answer);
        feed.set(int256(uint256(PRICE)), block.timestamp - AGE - 1);
        vm.expectRevert(none);
        indices.register(terms, PRICE);
        terms.feed = AggregatorV3Interface(stranger);
        vm.expectRevert(abi.encodeWithSelector(IFuturesIndexRegistry.FuturesIndex_NoValidAnswer.selector, stranger));
        indices.register(terms, PRICE);
    }

    // ---------------------------------------------------------------- bounds

    function test_RevertWhen_MaxAgeOutOfBounds() public {
        IndexTerms memory terms = _terms();
        terms.maxAge = 0;
        _assertRefused(terms, "maxAge", 1, 2 days, 0);
        terms.maxAge = 2 days + 1;
        _assertRefused(terms, "maxAge", 1, 2 days, 2 days + 1);
        terms.maxAge = 2 days;
        indices.register(terms, PRICE);
    }

    function test_RevertWhen_NoGasToRead() public {
        IndexTerms memory terms = _terms();
        terms.readGas = 0;
        _assertRefused(terms, "readGas", 1, type(uint56).max, 0);
    }

    function test_F13_RevertWhen_ATickIsNothing() public {
        IndexTerms memory terms = _terms();
        terms.answerPerTick = 0;
        _assertRefused(terms, "answerPerTick", 1, type(uint80).max, 0);
    }

    function test_F13_RevertWhen_AnAnswerCouldBeNoTicks() public {
        IndexTerms memory terms = _terms();
        terms.minAnswer = PER_TICK - 1;
        _assertRefused(terms, "minAnswer", PER_TICK, MAX_ANSWER - 2, PER_TICK - 1);
        terms.minAnswer = MAX_ANSWER - 1;
        _assertRefused(terms, "minAnswer", PER_TICK, MAX_ANSWER - 2, MAX_ANSWER - 1);
    }

    function test_F13_RevertWhen_AnAnswerCouldBeMoreTicksThanAPriceHolds() public {
        IndexTerms memory terms = _terms();
        terms.answerPerTick = 1;
        terms.maxAnswer = uint80(type(uint32).max) + 1;
        _assertRefused(terms, "maxAnswer", 3, type(uint32).max, uint256(type(uint32).max) + 1);
        terms.maxAnswer = 2;
        _assertRefused(terms, "maxAnswer", 3, type(uint32).max, 2);
        terms.maxAnswer = type(uint32).max;
        indices.register(terms, PRICE);
    }

    function test_register_anAnswerHas80BitsAtMost() public {
        IndexTerms memory terms = _terms();
        terms.answerPerTick = 2 ** 79;
        terms.maxAnswer = type(uint80).max;
        terms.minAnswer = 2 ** 79;
        feed.set(int256(2 ** 79 + 1), block.timestamp);
        uint32 other = indices.register(terms, 2 ** 79);
        assertEq(indices.toTicks(other, type(uint80).max), 2);
    }

    function test_RevertWhen_AnIndexCouldStandStill() public {
        // least step of 100 in 10 epochs: 1e8 * x * 10 / 28.8e6 >= 100 from x = 3 on
        IndexTerms memory terms = _terms();
        terms.minAnswer = 1e8;
        terms.maxMoveBpsPerDay = 2;
        _assertRefused(terms, "maxMoveBpsPerDay", 3, 100_000, 2);
        terms.maxMoveBpsPerDay = 3;
        indices.register(terms, PRICE);
        terms.maxMoveBpsPerDay = 100_001;
        _assertRefused(terms, "maxMoveBpsPerDay", 3, 100_000, 100_001);
        terms.maxMoveBpsPerDay = 100_000;
        indices.register(terms, PRICE);
    }

    function test_register_theCoarsestIndexStillMovesAtTheLeastSpacing() public {
        IndexTerms memory terms = _terms();
        terms.minAnswer = 1e8;
        terms.maxMoveBpsPerDay = 3;
        feed.set(1e8 + 1, block.timestamp);
        uint32 other = indices.register(terms, 1e8);
        _show(10, 2e8);
        assertEq(indices.observe(other).answer, 1e8 + 1 + 104);
    }
}
