// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {LoanState} from "../../../../contracts/loans/LoanTypes.sol";
import {Position} from "../../../../contracts/loans/interfaces/ILoanBook.sol";
import {LoanSystemTest} from "../../../utils/LoanSystemTest.sol";

/// @notice One loan from deposit to close, every part real.
contract LoanLifeTest is LoanSystemTest {
    function test_life_toFullRepayment() public {
        depositFil(alice, 10_000 ether + 7);
        (uint256 loanId, , uint64 minerId) = provenLoan(500 ether);
        Position memory position = book.positionOf(loanId);
        assertGt(position.debt, 500 ether);
        assertGt(position.healthWad, 1e18);

        advanceDays(20);
        award(minerId, 100 ether);
        uint256 before = book.debtOf(loanId);
        vm.prank(keeper);
        book.sweep(loanId, 0);
        assertLt(book.debtOf(loanId), before);

        uint256 debt = book.debtOf(loanId);
        vm.deal(sp, debt + 5 ether);
        vm.prank(sp);
        book.repay{value: debt + 5 ether}(loanId);
        assertEq(book.debtOf(loanId), 0);
        assertEq(sp.balance, 5 ether);

        proposeBack(minerId);
        vm.startPrank(sp);
        book.detachMiner(loanId, 0);
        book.close(loanId);
        vm.stopPrank();
        assertEq(uint8(book.loanOf(loanId).state), uint8(LoanState.Closed));

        uint256 shares = vault.balanceOf(alice);
        vm.prank(alice);
        uint256 assets = vault.redeemFil(shares, alice, alice);
        assertGt(assets, 10_000 ether + 7);
    }
}
