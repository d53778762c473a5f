// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ILoanBookEvents} from "../../../../contracts/loans/interfaces/ILoanBook.sol";
import {Covenant} from "../../../../contracts/loans/LoanTypes.sol";
import {ISectorConditions, SectorRange, Unmet} from "../../../../contracts/loans/interfaces/ISectorConditions.sol";
import {SectorTest} from "./SectorTest.sol";

/// @title What a provider could try so that its bad sectors are in no lot
contract SectorAttacksTest is SectorTest {
    uint64 private constant SHORT = 215 * 2_880;
    uint32 private constant ASKED = 300 * 2_880;

    function sealShort(uint64 minerId, uint32 count) private returns (uint64 first) {
        first = world.preCommit(minerId, count, false, uint64(vm.getBlockNumber()) + SHORT);
        advanceEpochs(151);
        world.proveCommit(minerId, first, count, ANY_DEADLINE, 1 ether);
    }

    function postAll(uint64 minerId) private {
        for (uint8 d; d < 48; ++d) world.submitPost(minerId, d);
    }

    /// @dev Names the ranges if the contract lets it, and answers.
    function tryCheck(uint256 loanId, uint64 minerId, SectorRange[] memory ranges) private {
        vm.prank(sp);
        (bool ok, ) = address(conditions).call(abi.encodeCall(ISectorConditions.commit, (loanId, ranges)));
        if (!ok) return;
        advanceEpochs(LOOKAHEAD + 1);
        answer(loanId, minerId, ranges);
    }

    function assertNotProven(uint256 loanId) private {
        vm.expectRevert(
            abi.encodeWithSelector(
                ILoanBookEvents.LoanBook_ConditionsUnmet.selector,
                loanId,
                uint256(0),
                Unmet.SpotCheck
            )
        );
        book.prove(loanId);
    }

    /// @dev A check of the sectors that there were before the draw says nothing of those it pays for.
    function test_check_cannotBePassedBeforeTheDrawIsSealed() public {
        (uint256 loanId, uint64 minerId) = promisedLoan(8, uint32(vm.getBlockNumber()) + ASKED);
        tryCheck(loanId, minerId, range(0, 20));
        sealShort(minerId, 100);
        postAll(minerId);
        assertNotProven(loanId);
    }

    /// @dev Sectors that wait for their first proof, and faulty ones, have no power and need not be named. What is hidden so is seen by a
    /// covenant: pledge without power.
    function test_check_sectorsWithoutPowerShowInTheFaultRatio() public {
        (uint256 loanId, uint64 minerId) = evenLoan();
        seal(minerId, 1, false, 1 ether);
        uint64 first = sealShort(minerId, 99);
        commitRange(loanId, range(0, 101));
        assertEq(uint8(book.covenantOf(loanId)), uint8(Covenant.FaultRatio), "no power yet");
        postAll(minerId);
        assertEq(uint8(book.covenantOf(loanId)), uint8(Covenant.None), "all have power");
        fault(minerId, first, 99);
        assertEq(uint8(book.covenantOf(loanId)), uint8(Covenant.FaultRatio), "faulty");
    }

    /// @dev A miner whose sectors have all the same pledge.
    function evenLoan() private returns (uint256 loanId, uint64 minerId) {
        address account;
        (loanId, account) = openLoan(100 ether);
        promise_(loanId, 8, uint32(vm.getBlockNumber()) + ASKED, 0);
        minerId = newMiner(100, 50 ether);
        attach(loanId, account, minerId);
        vm.prank(sp);
        book.draw(loanId, 0);
        advanceEpochs(1);
    }
}
