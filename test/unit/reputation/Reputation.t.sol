// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Test} from "forge-std/Test.sol";

import {ILoanBook} from "../../../contracts/loans/interfaces/ILoanBook.sol";
import {Loan, LoanState} from "../../../contracts/loans/LoanTypes.sol";
import {IReputation, Mark, Record} from "../../../contracts/reputation/interfaces/IReputation.sol";
import {Reputation} from "../../../contracts/reputation/Reputation.sol";

/// @notice The formula alone: loans are what the test says.
contract ReputationTest is Test {
    uint256 private constant DAY = 2_880;
    uint256 private constant YEAR = 1_051_200;
    uint256 private constant LOAN = 7;

    address private sp = makeAddr("sp");
    address private other = makeAddr("other");
    Reputation private reputation;
    Loan private _loan;
    address private _holder;

    function setUp() public {
        vm.roll(3_000_000);
        reputation = new Reputation(ILoanBook(address(this)));
        _loan.state = LoanState.Healthy;
        _loan.principal = 1_000.9 ether;
        _holder = sp;
    }

    // what the reputation asks of a loan book
    function loanOf(uint256) external view returns (Loan memory) {
        return _loan;
    }

    function ownerOf(uint256) external view returns (address) {
        return _holder;
    }

    function _pass(uint256 epochs) private {
        vm.roll(block.number + epochs);
    }

    function _earn(uint256 days_) private {
        reputation.credit(LOAN);
        _pass(days_ * DAY);
        reputation.credit(LOAN);
    }

    // ---------------------------------------------------------------- days

    function test_credit_countsWholeFilTimesDays() public {
        assertEq(reputation.credit(LOAN), 0, "the first call only sets the checkpoint");
        _pass(DAY / 2);
        vm.expectEmit(address(reputation));
        emit IReputation.Credited(LOAN, sp, 500e18, 500e18);
        assertEq(reputation.credit(LOAN), 500e18);
        assertEq(reputation.credit(LOAN), 0, "twice in an epoch is once");
        _pass(1);
        assertEq(reputation.credit(LOAN), uint256(1_000e18) / 2_880);
    }

    function test_credit_countsTheSmallerPrincipal() public {
        reputation.credit(LOAN);
        _pass(DAY);
        _loan.principal = 9_000 ether;
        assertEq(reputation.credit(LOAN), 1_000e18, "a draw does not count backwards");
        _pass(DAY);
        _loan.principal = 10 ether;
        assertEq(reputation.credit(LOAN), 10e18, "nor does what was repaid meanwhile");
    }

    function test_credit_nothingForALoanThatIsOrWasNotHealthy() public {
        reputation.credit(LOAN);
        _pass(DAY);
        _loan.state = LoanState.Watch;
        assertEq(reputation.credit(LOAN), 0, "is not");
        _pass(DAY);
        _loan.state = LoanState.Healthy;
        assertEq(reputation.credit(LOAN), 0, "was not");
        _pass(DAY);
        assertEq(reputation.credit(LOAN), 1_000e18);
    }

    function test_credit_doesNotGoWithTheToken() public {
        _earn(10);
        _pass(DAY);
        _holder = other;
        assertEq(reputation.credit(LOAN), 0, "days under two holders are nobody's");
        assertEq(reputation.scoreOf(other), 0);
        _pass(DAY);
        assertEq(reputation.credit(LOAN), 1_000e18);
        assertEq(reputation.scoreOf(other), 1_000e18);
        assertLt(reputation.scoreOf(sp), 10_000e18);
        assertGt(reputation.scoreOf(sp), 9_900e18);
    }

    function test_credit_aMarkMeanwhileTakesTheDays() public {
        reputation.credit(LOAN);
        _pass(DAY);
        reputation.mark(LOAN, sp, Mark.Called, 0);
        _pass(DAY);
        assertEq(reputation.credit(LOAN), 0);
        _pass(DAY);
        assertEq(reputation.credit(LOAN), 1_000e18);
    }

    // ---------------------------------------------------------------- marks

    function test_RevertWhen_anotherMarks() public {
        vm.expectRevert(abi.encodeWithSelector(IReputation.Reputation_NotLoanBook.selector, address(this), sp));
        vm.prank(sp);
        reputation.mark(LOAN, sp, Mark.Proven, 1 ether);
    }

    function test_mark_proofsCountTenDays() public {
        vm.expectEmit(address(reputation));
        emit IReputation.Marked(LOAN, sp, Mark.Proven, 1_000e18);
        reputation.mark(LOAN, sp, Mark.Proven, 100 ether);
        assertEq(reputation.recordOf(sp).proofs, 1);
        assertEq(reputation.recordOf(sp).since, block.number);
    }

    function test_mark_callHalvesAndReclaimTakesAQuarter() public {
        reputation.mark(LOAN, sp, Mark.Proven, 100 ether);
        reputation.mark(LOAN, sp, Mark.Called, 0);
        assertEq(reputation.scoreOf(sp), 500e18);
        assertEq(reputation.recordOf(sp).calls, 1);
        reputation.mark(LOAN, sp, Mark.Reclaimed, 0);
        assertEq(reputation.scoreOf(sp), 375e18);
    }

    function test_mark_impairmentTakesAllAndBars() public {
        reputation.mark(LOAN, sp, Mark.Proven, 10_000_000 ether);
        _pass(90 * DAY);
        assertEq(reputation.tierOf(sp), 3);
        reputation.mark(LOAN, sp, Mark.Impaired, 0);
        assertEq(reputation.scoreOf(sp), 0);
        Record memory r = reputation.recordOf(sp);
        assertEq(r.since, 0);
        assertEq(r.barredUntil, block.number + 180 * DAY);
        reputation.mark(LOAN, sp, Mark.Proven, 10_000_000 ether);
        _pass(180 * DAY - 1);
        assertEq(reputation.tierOf(sp), 0, "barred");
        _pass(1);
        assertEq(reputation.tierOf(sp), 3);
    }

    // ---------------------------------------------------------------- decay and tiers

    function test_score_halvesInAYearAndFallsStraightBetween() public {
        reputation.mark(LOAN, sp, Mark.Proven, 100 ether);
        _pass(YEAR / 2);
        assertEq(reputation.scoreOf(sp), 750e18);
        _pass(YEAR / 2 - 1);
        assertEq(reputation.scoreOf(sp), 500e18 + uint256(1_000e18) / (2 * YEAR));
        _pass(1);
        assertEq(reputation.scoreOf(sp), 500e18);
        _pass(YEAR);
        assertEq(reputation.scoreOf(sp), 250e18);
        _pass(500 * YEAR);
        assertEq(reputation.scoreOf(sp), 0);
    }

    function test_tiers_startAtTheirScores() public {
        assertEq(reputation.tierOf(sp), 0, "nobody knows it");
        uint256[3] memory scores = [uint256(10_000), 100_000, 1_000_000];
        for (uint256 i; i < 3; ++i) {
            address one = address(uint160(1_000 + i));
            reputation.mark(LOAN, one, Mark.Proven, 1 ether); // its time starts
            _pass(90 * DAY);
            uint256 missing = scores[i] * 1e18 - reputation.scoreOf(one);
            reputation.mark(LOAN, one, Mark.Proven, missing / 10);
            assertEq(reputation.tierOf(one), reputation.scoreOf(one) == scores[i] * 1e18 ? i + 1 : i, "at");
            reputation.mark(LOAN, one, Mark.Proven, 1);
            assertEq(reputation.tierOf(one), i + 1, "above");
        }
    }

    function test_tiers_needNinetyDays() public {
        reputation.mark(LOAN, sp, Mark.Proven, 1_000_000 ether);
        _pass(90 * DAY - 1);
        assertEq(reputation.tierOf(sp), 0);
        _pass(1);
        assertEq(reputation.tierOf(sp), 3);
    }

    /// Counting often or seldom comes to the same, but for decay in between and a unit of rounding a call.
    function testFuzz_credit_isNotWorthMoreInParts(uint256 epochs, uint256 part) public {
        epochs = bound(epochs, 2, YEAR);
        part = bound(part, 1, epochs - 1);
        uint256 start = block.number;
        uint256 snapshot = vm.snapshotState();
        reputation.credit(LOAN);
        vm.roll(start + epochs);
        reputation.credit(LOAN);
        uint256 once = reputation.scoreOf(sp);
        vm.revertToState(snapshot);
        reputation.credit(LOAN);
        vm.roll(start + part);
        reputation.credit(LOAN);
        vm.roll(start + epochs);
        reputation.credit(LOAN);
        assertLe(reputation.scoreOf(sp), once);
        assertGe(reputation.scoreOf(sp) + once / 2 + 2, once);
    }

    /// A score never grows by waiting.
    function testFuzz_score_onlyFalls(uint112 score, uint256 first, uint256 second) public {
        reputation.mark(LOAN, sp, Mark.Proven, uint256(score) / 10);
        _pass(bound(first, 0, 10 * YEAR));
        uint256 before = reputation.scoreOf(sp);
        _pass(bound(second, 0, 10 * YEAR));
        assertLe(reputation.scoreOf(sp), before);
    }
}
