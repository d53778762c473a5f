// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {LoanState} from "../../../../contracts/loans/LoanTypes.sol";
import {AttackTest} from "./AttackTest.sol";

/// @notice A pre-commit deposit counts zero until its sectors are proven (SPEC 4), and is as large as the provider likes: so a provider can
/// have a loss booked that ends with the proof. What it is worth to a confederate is bounded.
contract SealingTest is AttackTest {
    uint256 private constant STAKE = 10_000 ether;

    /// @dev Pre-commits sectors until their deposits hold `amount`.
    function lock(uint64 minerId, uint256 amount) private returns (uint64 first, uint32 count) {
        uint256 before = availableOf(minerId);
        uint64 expiration = uint64(vm.getBlockNumber()) + SECTOR_LIFE;
        first = world.preCommit(minerId, 1, false, expiration);
        count = uint32(amount / (before - availableOf(minerId)));
        world.preCommit(minerId, count - 1, false, expiration);
    }

    /// @dev To end the loss by a proof, the deposits must be followed by six times as much pledge of the provider's own; and the lenders
    /// have all back in a week, but for the part that whoever came in between holds for as long.
    function test_V08_lossWhileSealingIsRegainedOverAWeek() public {
        (uint256 loanId, , uint64 minerId) = tightLoan();
        (uint64 first, uint32 count) = lock(minerId, 600 ether);
        uint256 before = vault.totalAssets();
        vm.prank(mallory);
        uint256 loss = book.impair(loanId);
        assertGt(loss, 100 ether, "fixture: a loss");
        assertApproxEqAbs(vault.totalAssets() + loss, before, 10 ether, "less what the reserve covers");
        uint256 shares = depositFil(mallory, STAKE);

        uint256 pledge = uint256(count) * world.pledgeFor(false);
        fundMiner(minerId, pledge);
        advanceEpochs(151);
        world.proveCommit(minerId, first, 1, ANY_DEADLINE, 0);
        world.proveCommit(minerId, first + 1, count - 1, ANY_DEADLINE, 0);
        for (uint8 d; d < 48; ++d) world.submitPost(minerId, d);
        book.prove(loanId);
        book.review(loanId);
        assertState(loanId, LoanState.Healthy);
        assertGt(pledge, 5 * 600 ether, "the price of the proof");
        assertLe(vault.previewRedeem(shares), STAKE + 1 ether, "V-08: nothing at once");

        uint256 interest = book.debtOf(1) + book.debtOf(loanId);
        advanceDays(7);
        interest = book.debtOf(1) + book.debtOf(loanId) - interest;
        uint256 part = (shares * 1e18) / vault.totalSupply();
        assertLe(
            vault.previewRedeem(shares),
            STAKE + 1 ether + ((loss + interest) * part) / 1e18,
            "V-08: its part of it"
        );
        assertGe(vault.totalAssets(), before + STAKE, "the pool has all back");
    }
}
