// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Vm} from "forge-std/Vm.sol";

import {ERC4626Upgradeable} from "@openzeppelin/contracts-upgradeable/token/ERC20/extensions/ERC4626Upgradeable.sol";

import {Covenant, LoanState, Tranche} from "../../../../contracts/loans/LoanTypes.sol";
import {Position} from "../../../../contracts/loans/interfaces/ILoanBook.sol";
import {IStripTaker} from "../../../../contracts/loans/interfaces/IStripAuction.sol";
import {WFIL} from "../../../../contracts/devnet/WFIL.sol";
import {BookTest} from "./BookTest.sol";

/// @notice Answers a sale with a megabyte behind the selector that is asked for.
contract VerboseTaker is IStripTaker {
    function onStripTake(uint256, uint256, uint256, uint256, bytes calldata) external pure returns (bytes4) {
        assembly ("memory-safe") {
            let at := mload(0x40)
            mstore(at, shl(224, shr(224, calldataload(0))))
            return(at, 1048576)
        }
    }

    function prepare(WFIL wfil, address auction) external payable {
        wfil.deposit{value: msg.value}();
        wfil.approve(auction, type(uint256).max);
    }
}

/// @notice Rows of the attack catalogue that concern the loan book as a whole and have no better place.
contract CatalogueTest is BookTest {
    // ------------------------------------------------------------------------------------------------ pauses

    function test_P05_interestRunsThroughAPauseWithoutACliff() public {
        (uint256 loanId, , ) = provenLoan(200 ether);
        uint256 snapshot = vm.snapshotState();
        advanceDays(8);
        uint256 unpaused = book.debtOf(loanId);
        vm.revertToState(snapshot);
        vm.startPrank(guardian);
        book.pauseDraws();
        book.pauseAttaches();
        auction.pauseAuctions();
        vm.stopPrank();
        advanceEpochs(7 * DAY - 1);
        uint256 last = book.debtOf(loanId);
        advanceEpochs(1); // the pause is over
        assertGe(book.debtOf(loanId), last);
        assertLe(book.debtOf(loanId) - last, last / 1e5, "no cliff");
        advanceDays(1);
        assertEq(book.debtOf(loanId), unpaused, "the same as without a pause");
    }

    function test_P07_payingInFullWorksInEveryState() public {
        for (uint256 i; i < 4; ++i) {
            uint256 snapshot = vm.snapshotState();
            (uint256 loanId, , uint64 minerId) = nearlyFullLoan();
            if (i == 1 || i == 2) {
                advanceDays(31);
                book.review(loanId);
                if (i == 2) {
                    advanceDays(15);
                    book.review(loanId);
                }
            }
            if (i == 3) {
                shock(loanId, 0.9e18);
                book.impair(loanId);
            }
            LoanState[4] memory expected = [LoanState.Healthy, LoanState.Watch, LoanState.Call, LoanState.Impaired];
            assertState(loanId, expected[i]);
            uint256 debt = book.debtOf(loanId);
            vm.deal(sp, debt);
            vm.prank(sp);
            book.repay{value: debt}(loanId);
            assertEq(book.debtOf(loanId), 0, "P-07");
            proposeBack(minerId);
            vm.startPrank(sp);
            book.release(loanId, 0, 1 ether);
            book.detachMiner(loanId, 0);
            book.close(loanId);
            vm.stopPrank();
            assertState(loanId, LoanState.Closed);
            vm.revertToState(snapshot);
        }
    }

    // ------------------------------------------------------------------------------------------------ the chain

    function test_E09_nullRoundsOnlyMoveTheClock() public {
        (uint256 loanId, , ) = provenLoan(200 ether);
        uint256 snapshot = vm.snapshotState();
        for (uint256 i; i < 9; ++i) vm.roll(vm.getBlockNumber() + 100);
        uint256 steps = book.debtOf(loanId);
        vm.revertToState(snapshot);
        vm.roll(vm.getBlockNumber() + 900);
        assertEq(book.debtOf(loanId), steps, "interest counts epochs, not blocks");
        // A deadline that falls into the gap is past after it, not skipped.
        (uint256 next, address account) = openLoan(10 ether);
        attach(next, account, newMiner(100, 20 ether));
        uint256 deadline = book.tranchesOf(next)[0].drawDeadline;
        vm.roll(deadline + 17);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_DrawExpired.selector, next, deadline, deadline + 17));
        vm.prank(sp);
        book.draw(next, 0);
    }

    // ------------------------------------------------------------------------------------------------ arithmetic

    function test_G01_amountsBeyondTheLedgerAreRefused() public {
        uint256 room = vault.maxDeposit(bob);
        assertLe(room, type(uint96).max);
        vm.deal(bob, type(uint128).max);
        vm.expectRevert(
            abi.encodeWithSelector(ERC4626Upgradeable.ERC4626ExceededMaxDeposit.selector, bob, room + 1, room)
        );
        vm.prank(bob);
        vault.depositFil{value: room + 1}(bob);
        vm.prank(bob);
        vault.depositFil{value: room}(bob);
    }

    function testFuzz_G02_healthMultipliesBeforeItDivides(uint256 days_) public {
        (uint256 loanId, , ) = provenLoan(200 ether);
        vm.roll(vm.getBlockNumber() + bound(days_, 0, 300) * DAY);
        Position memory p = book.positionOf(loanId);
        assertEq(p.healthWad, (p.value * 0.96e18) / p.debt, "G-02");
        // Dividing first would lose up to a whole unit of the last place times the weight.
        assertGe(p.healthWad, (p.value / p.debt) * 0.96e18);
        assertEq(p.interest, p.debt - loanOf(loanId).principal);
    }

    function test_G15_widthsAtTheirLimits() public {
        Tranche memory t = tranche(type(uint96).max);
        Tranche[] memory list = new Tranche[](1);
        list[0] = t;
        vm.expectRevert(
            abi.encodeWithSelector(LoanBook_LimitExceeded.selector, 1_000_000 ether, uint256(type(uint96).max))
        );
        book.open(list, payee);
        list[0] = tranche(10 ether);
        list[0].drawDeadline = type(uint32).max;
        vm.expectRevert(abi.encodeWithSelector(LoanBook_BadTranche.selector, 0, list[0]));
        book.open(list, payee);
        list[0] = tranche(10 ether);
        list[0].proveEpochs = type(uint32).max;
        vm.expectRevert(abi.encodeWithSelector(LoanBook_BadTranche.selector, 0, list[0]));
        book.open(list, payee);
        // The largest power that can be asked for is added, not wrapped.
        list[0] = tranche(10 ether);
        list[0].minPowerDelta = type(uint72).max;
        vm.prank(sp);
        (uint256 loanId, address account) = book.open(list, payee);
        uint64 minerId = newMiner(100, 20 ether);
        attach(loanId, account, minerId);
        vm.prank(sp);
        book.draw(loanId, 0);
        seal(minerId, 10, false, 1 ether);
        uint256 power = facts.snapshot(minerId).qaPowerBytes;
        uint256 due = uint256(loanOf(loanId).powerBase) + type(uint72).max;
        vm.expectRevert(abi.encodeWithSelector(LoanBook_PowerNotGrown.selector, loanId, due, power));
        book.prove(loanId);
    }

    // ------------------------------------------------------------------------------------------------ calls and blocks

    function test_G06_aMegabyteOfAnswerHurtsNobody() public {
        uint256 loanId = _kicked();
        (, uint256 price, , ) = auction.quote(loanId);
        VerboseTaker taker = new VerboseTaker();
        vm.deal(address(this), price);
        taker.prepare{value: price}(wfil, address(auction));
        uint256 debt = book.debtOf(loanId);
        vm.prank(address(taker));
        (, , uint256 paid) = auction.take(loanId, type(uint96).max, 1e18, address(taker), hex"01");
        assertApproxEqAbs(book.debtOf(loanId), debt - paid, 2);
    }

    function _kicked() private returns (uint256 loanId) {
        (loanId, , ) = nearlyFullLoan();
        shock(loanId, 0.99e18);
        book.review(loanId);
        book.sweep(loanId, 0);
        auction.kick(loanId);
    }

    function test_G07_aProofKeptOutOfItsDeadlineIsNotLost() public {
        (uint256 loanId, , uint64 minerId) = drawnLoan(100 ether);
        seal(minerId, 100, false, 1 ether);
        // Nobody got a message in until after the deadline; then the first one is a reclaim.
        advanceDays(11);
        uint256 debt = book.debtOf(loanId);
        vm.prank(keeper);
        book.reclaim(loanId);
        assertEq(loanOf(loanId).provenCount, 1);
        assertFalse(loanOf(loanId).frozen);
        assertEq(book.debtOf(loanId), debt);
    }

    function test_G13_twoPaymentsInOneTransactionBothCount() public {
        (uint256 loanId, , ) = provenLoan(200 ether);
        advanceDays(3);
        uint256 debt = book.debtOf(loanId);
        uint256 cash = vault.poolState().cash;
        vm.deal(address(this), 50 ether);
        book.repay{value: 20 ether}(loanId);
        book.repay{value: 30 ether}(loanId);
        assertApproxEqAbs(book.debtOf(loanId), debt - 50 ether, 2);
        assertEq(vault.poolState().cash, cash + 50 ether);
    }

    function test_G12_everyChangeOfALoanIsAnEvent() public {
        vm.recordLogs();
        (uint256 loanId, address account) = openLoan(100 ether);
        _expectEvent(LoanOpened.selector);
        uint64 minerId = newMiner(1_000, 50 ether);
        propose(minerId, account);
        vm.recordLogs();
        vm.prank(sp);
        book.attachMiner(loanId, minerId);
        _expectEvent(MinerAttached.selector);
        vm.prank(sp);
        book.setPayee(loanId, bob);
        _expectEvent(PayeeChanged.selector);
        vm.prank(sp);
        book.draw(loanId, 0);
        _expectEvent(TrancheDrawn.selector);
        seal(minerId, 100, false, 1 ether);
        vm.recordLogs();
        book.prove(loanId);
        _expectEvent(TrancheProven.selector);
        advanceDays(31);
        vm.recordLogs();
        book.review(loanId);
        _expectEvent(StateChanged.selector);
        book.sweep(loanId, 0);
        _expectEvent(LoanSwept.selector);
        vm.deal(address(this), 200 ether);
        book.cure{value: 20 ether}(loanId);
        _expectEvent(LoanRepaid.selector);
        vm.prank(sp);
        book.release(loanId, 0, 1 ether);
        _expectEvent(SurplusReleased.selector);
        book.repay{value: 150 ether}(loanId);
        _expectEvent(LoanRepaid.selector);
        proposeBack(minerId);
        vm.recordLogs();
        vm.prank(sp);
        book.detachMiner(loanId, 0);
        _expectEvent(MinerDetached.selector);
        vm.prank(sp);
        book.close(loanId);
        _expectEvent(LoanClosed.selector);
        assertEq(uint8(book.covenantOf(loanId)), uint8(Covenant.None));
    }

    /// @dev Among what was logged since the last look; starts anew.
    function _expectEvent(bytes32 topic) private {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        bool found;
        for (uint256 i; i < logs.length; ++i) {
            if (logs[i].emitter == address(book) && logs[i].topics[0] == topic) found = true;
        }
        assertTrue(found, "G-12");
        vm.recordLogs();
    }

    /// @notice Taken back by repay when more is paid than owed.
    receive() external payable {}
}
