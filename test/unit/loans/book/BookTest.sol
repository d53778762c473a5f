// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Loan, LoanState} from "../../../../contracts/loans/LoanTypes.sol";
import {ILoanBookEvents} from "../../../../contracts/loans/interfaces/ILoanBook.sol";
import {RiskParams} from "../../../../contracts/loans/interfaces/IRiskEngine.sol";
import {LoanSystemTest} from "../../../utils/LoanSystemTest.sol";

/// @notice Base of the loan book's unit tests: a pool with money, and an index and a share price with uneven digits.
abstract contract BookTest is LoanSystemTest, ILoanBookEvents {
    uint256 internal constant DAY = 2_880;

    function setUp() public virtual override {
        super.setUp();
        depositFil(alice, 10_000 ether + 7);
        // Another provider's loan has been running for a while.
        (uint256 loanId, , ) = provenLoan(333 ether);
        advanceDays(41);
        vm.deal(bob, 40 ether + 3);
        vm.prank(bob);
        book.repay{value: 40 ether + 3}(loanId);
        assertGt(vault.borrowIndex(), 1e27);
        assertNotEq(vault.borrowIndex() % 1e9, 0);
    }

    function stateOf(uint256 loanId) internal view returns (LoanState) {
        return book.loanOf(loanId).state;
    }

    function assertState(uint256 loanId, LoanState expected) internal view {
        assertEq(uint8(stateOf(loanId)), uint8(expected), "state");
    }

    /// @notice Lets every sector of the miner go faulty: power goes, pledge stays. The first missed day is free of charge.
    function faultAll(uint64 minerId) internal {
        miss(minerId);
        advanceDays(2);
    }

    /// @notice Changes one risk parameter at once, past the manager: the delay is tested elsewhere.
    function withParams(function(RiskParams memory) internal pure change) internal {
        RiskParams memory p = risk.params();
        change(p);
        asRisk(address(risk), abi.encodeCall(risk.setParams, (p)));
    }

    function loanOf(uint256 loanId) internal view returns (Loan memory) {
        return book.loanOf(loanId);
    }

    /// @notice A loan drawn near to what it may be, and proven: 550 FIL of its own pledged, 1,200 FIL drawn.
    function nearlyFullLoan() internal returns (uint256 loanId, address account, uint64 minerId) {
        (loanId, account) = openLoan(1_200 ether);
        minerId = newMiner(550, 1 ether, 60 ether);
        attach(loanId, account, minerId);
        vm.prank(sp);
        book.draw(loanId, 0);
        seal(minerId, 1_200, false, 1 ether);
        book.prove(loanId);
        assertGe(book.positionOf(loanId).healthWad, 1e18);
    }
}
