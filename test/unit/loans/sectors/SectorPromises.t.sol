// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {ILoanBookEvents} from "../../../../contracts/loans/interfaces/ILoanBook.sol";
import {
    Conditions,
    ISectorConditions,
    Policy,
    Unmet
} from "../../../../contracts/loans/interfaces/ISectorConditions.sol";
import {SectorTest} from "./SectorTest.sol";

/// @title What the pool asks of a tranche, and what its SP promises
contract SectorPromisesTest is SectorTest {
    function assertAsked(uint256 loanId, uint8 spotChecks, uint256 minExpiration, uint128 minDataBytes) private view {
        Conditions memory asked = conditions.conditionsOf(loanId, 0);
        assertEq(asked.spotChecks, spotChecks, "spot checks");
        assertEq(asked.minExpiration, minExpiration, "expiration");
        assertEq(asked.minDataBytes, minDataBytes, "data");
    }

    // ---------------------------------------------------------------- the pool

    function test_policy_holdsForTranchesFromItsAmountOn() public {
        setPolicy(100 ether, 4, 180 * 2_880);
        (uint256 small, ) = openLoan(99 ether);
        assertAsked(small, 0, 0, 0);
        (uint256 large, ) = openLoan(100 ether);
        assertAsked(large, 4, vm.getBlockNumber() + 180 * 2_880, 0);
    }

    function test_policy_bindsAProviderThatPromisesNothing() public {
        setPolicy(100 ether, 4, 180 * 2_880);
        (uint256 loanId, , uint64 minerId) = drawnLoan(100 ether);
        uint256 drawEpoch = book.loanOf(loanId).drawEpoch;
        seal(minerId, 100, false, 1 ether);
        vm.expectRevert(
            abi.encodeWithSelector(
                ILoanBookEvents.LoanBook_ConditionsUnmet.selector,
                loanId,
                uint256(0),
                Unmet.SpotCheck
            )
        );
        book.prove(loanId);
        assertAsked(loanId, 4, drawEpoch + 180 * 2_880, 0);
        passCheck(loanId, minerId, 1_100);
        book.prove(loanId);
    }

    /// @dev What is drawn was drawn on the conditions of its day, be they harder or easier since.
    function test_policy_changesNothingForWhatIsDrawn() public {
        (uint256 free, , ) = drawnLoan(100 ether);
        setPolicy(0, 8, 0);
        (uint256 bound, , ) = drawnLoan(100 ether);
        setPolicy(0, 0, 0);
        (uint256 freed, , ) = drawnLoan(100 ether);
        assertAsked(free, 0, 0, 0);
        assertAsked(bound, 8, book.loanOf(bound).drawEpoch, 0);
        assertAsked(freed, 0, 0, 0);
    }

    function test_policy_holdsFromTheNextEpochOn() public {
        Policy memory next = Policy(7 ether, 3, 2_880, 0);
        uint256 before = vm.getBlockNumber() + 2 * 2_880;
        Policy memory none;
        vm.prank(riskAdmin);
        manager.schedule(address(conditions), abi.encodeCall(ISectorConditions.setPolicy, (next)), 0);
        advanceDays(2);
        vm.expectEmit(address(conditions));
        emit ISectorConditions.PolicyChanged(none, Policy(7 ether, 3, 2_880, uint32(before + 1)));
        vm.prank(riskAdmin);
        manager.execute(address(conditions), abi.encodeCall(ISectorConditions.setPolicy, (next)));
        assertEq(abi.encode(conditions.policyAt(before)), abi.encode(none));
        assertEq(
            abi.encode(conditions.policyAt(before + 1)),
            abi.encode(Policy(7 ether, 3, 2_880, uint32(before + 1)))
        );
    }

    function test_policy_theLastOfAnEpochHolds() public {
        Policy memory a = Policy(1, 1, 1, 0);
        Policy memory b = Policy(2, 2, 2, 0);
        vm.startPrank(riskAdmin);
        manager.schedule(address(conditions), abi.encodeCall(ISectorConditions.setPolicy, (a)), 0);
        manager.schedule(address(conditions), abi.encodeCall(ISectorConditions.setPolicy, (b)), 0);
        advanceDays(2);
        manager.execute(address(conditions), abi.encodeCall(ISectorConditions.setPolicy, (a)));
        manager.execute(address(conditions), abi.encodeCall(ISectorConditions.setPolicy, (b)));
        vm.stopPrank();
        uint32 since = uint32(vm.getBlockNumber() + 1);
        assertEq(abi.encode(conditions.policyAt(since)), abi.encode(Policy(2, 2, 2, since)));
        assertEq(abi.encode(conditions.policyAt(since - 1)), abi.encode(Policy(0, 0, 0, 0)));
    }

    function test_RevertWhen_policyIsSetByAnotherThanRisk() public {
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, sp));
        vm.prank(sp);
        conditions.setPolicy(Policy(0, 1, 0, 0));
    }

    function refuses(Policy memory next, bytes32 parameter, uint256 upper, uint256 actual) private {
        vm.prank(riskAdmin);
        manager.schedule(address(conditions), abi.encodeCall(ISectorConditions.setPolicy, (next)), 0);
        advanceDays(2);
        outOfBounds(parameter, upper, actual);
        vm.prank(riskAdmin);
        manager.execute(address(conditions), abi.encodeCall(ISectorConditions.setPolicy, (next)));
    }

    function outOfBounds(bytes32 parameter, uint256 upper, uint256 actual) private {
        bytes4 selector = ISectorConditions.SectorConditions_OutOfBounds.selector;
        vm.expectRevert(abi.encodeWithSelector(selector, parameter, uint256(0), upper, actual));
    }

    function test_RevertWhen_policyIsOutOfBounds() public {
        refuses(Policy(0, 9, 0, 0), "spotChecks", 8, 9);
        refuses(Policy(0, 8, 540 * 2_880 + 1, 0), "minLifetime", 540 * 2_880, 540 * 2_880 + 1);
        setPolicy(0, 8, 540 * 2_880);
    }

    // ---------------------------------------------------------------- the SP

    function test_promise_raisesWhatThePoolAsks() public {
        setPolicy(0, 4, 180 * 2_880);
        (uint256 loanId, ) = openLoan(100 ether);
        uint32 far = uint32(vm.getBlockNumber() + 400 * 2_880);
        promise_(loanId, 2, far, 1 << 40);
        assertAsked(loanId, 4, far, 1 << 40);
        promise_(loanId, 6, far, 1 << 40);
        assertAsked(loanId, 6, far, 1 << 40);
        assertEq(abi.encode(conditions.promiseOf(loanId, 0)), abi.encode(Conditions(6, far, 1 << 40)));
    }

    function test_promise_isTold() public {
        (uint256 loanId, ) = openLoan(100 ether);
        Conditions memory next = Conditions(1, 2, 3);
        vm.expectEmit(address(conditions));
        emit ISectorConditions.ConditionsPromised(loanId, 0, next);
        vm.prank(sp);
        conditions.promiseMore(loanId, 0, next);
    }

    function loosened(uint256 loanId, Conditions memory previous, Conditions memory next) private {
        bytes4 selector = ISectorConditions.SectorConditions_Loosened.selector;
        vm.expectRevert(abi.encodeWithSelector(selector, loanId, uint256(0), previous, next));
        vm.prank(sp);
        conditions.promiseMore(loanId, 0, next);
    }

    function test_RevertWhen_promiseIsLoosened() public {
        (uint256 loanId, ) = openLoan(100 ether);
        Conditions memory previous = Conditions(4, 1_000, 1 << 40);
        vm.prank(sp);
        conditions.promiseMore(loanId, 0, previous);
        loosened(loanId, previous, Conditions(3, 1_000, 1 << 40));
        loosened(loanId, previous, Conditions(8, 999, 1 << 40));
        loosened(loanId, previous, Conditions(8, 1_000, (1 << 40) - 1));
    }

    function test_RevertWhen_nothingIsPromised() public {
        (uint256 loanId, ) = openLoan(100 ether);
        vm.expectRevert(
            abi.encodeWithSelector(ISectorConditions.SectorConditions_NothingPromised.selector, loanId, uint256(0))
        );
        promise_(loanId, 0, 1_000, 0);
    }

    function test_RevertWhen_promiseIsOutOfBounds() public {
        (uint256 loanId, ) = openLoan(100 ether);
        outOfBounds("spotChecks", 8, 9);
        promise_(loanId, 9, 0, 0);
        uint256 last = vm.getBlockNumber() + MAX_COMMITMENT;
        outOfBounds("minExpiration", last, last + 1);
        promise_(loanId, 8, uint32(last + 1), 0);
        promise_(loanId, 8, uint32(last), 0);
    }

    function test_RevertWhen_strangerPromises() public {
        (uint256 loanId, ) = openLoan(100 ether);
        vm.expectRevert(
            abi.encodeWithSelector(ISectorConditions.SectorConditions_NotAuthorised.selector, loanId, keeper)
        );
        vm.prank(keeper);
        conditions.promiseMore(loanId, 0, Conditions(1, 0, 0));
    }

    function test_RevertWhen_trancheIsDrawnOrThereIsNone() public {
        (uint256 loanId, , ) = drawnLoan(100 ether);
        bytes4 selector = ISectorConditions.SectorConditions_NotOpen.selector;
        vm.expectRevert(abi.encodeWithSelector(selector, loanId, uint256(0), uint256(1), uint256(1)));
        promise_(loanId, 1, 0, 0);
        vm.expectRevert(abi.encodeWithSelector(selector, loanId, uint256(1), uint256(1), uint256(1)));
        vm.prank(sp);
        conditions.promiseMore(loanId, 1, Conditions(1, 0, 0));
        vm.expectRevert(abi.encodeWithSelector(selector, loanId, uint256(1), uint256(1), uint256(1)));
        conditions.conditionsOf(loanId, 1);
    }

    function test_unconditional_provesAsBefore() public {
        (uint256 loanId, , ) = provenLoan(100 ether);
        assertEq(book.loanOf(loanId).provenCount, 1);
        assertEq(uint8(conditions.unmet(loanId, 0, 100 ether, 0)), uint8(Unmet.None));
    }
}
