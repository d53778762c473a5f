// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {PoolState} from "../../../../contracts/loans/interfaces/IPledgeVault.sol";
import {IRedeemQueue, IRedeemRequests} from "../../../../contracts/loans/interfaces/IRedeemQueue.sol";
import {AttackTest} from "./AttackTest.sol";

/// @notice Lenders against lenders: coming for gains, leaving before losses, moving the rate with borrowed money, running the pool dry.
contract PoolAttackTest is AttackTest {
    uint256 private loanId;
    uint64 private minerId;
    IRedeemQueue private queue;

    function setUp() public override {
        super.setUp();
        queue = IRedeemQueue(address(vault));
        (loanId, , minerId) = tightLoan();
        seal(minerId, 1_200, false, 1 ether);
        book.prove(loanId);
    }

    function _exit(address who) private returns (uint256 assets) {
        uint256 shares = vault.maxRedeem(who);
        vm.prank(who);
        return vault.redeemFil(shares, who, who);
    }

    // ------------------------------------------------------------------------------------------------ V-08, L-07

    function _impairedAndNothingCarried() private {
        shock(loanId, 0.95e18);
        book.impair(loanId);
        uint256 carrying = loanOf(loanId).carrying;
        vm.deal(keeper, carrying);
        vm.prank(keeper);
        book.repay{value: carrying}(loanId);
        assertGt(loanOf(loanId).lenderLoss, 0);
    }

    /// @dev All that comes from here on is a gain: whoever comes for it alone gets nothing of it at once,
    /// and in a day no more than a day's.
    function test_V08_gainsAreNotForTheMoment() public {
        _impairedAndNothingCarried();
        uint256 stake = 50_000 ether;
        depositFil(mallory, stake);
        vm.deal(keeper, 20 ether);
        vm.prank(keeper);
        uint256 gain = book.repay{value: 20 ether}(loanId);
        assertEq(gain, 20 ether);
        uint256 worth = vault.previewRedeem(vault.balanceOf(mallory));
        assertLe(worth, stake, "V-08: at once");
        PoolState memory a = vault.poolState();
        advanceDays(1);
        uint256 interest = vault.poolState().debt - a.debt;
        worth = vault.previewRedeem(vault.balanceOf(mallory));
        assertLe(worth - stake, gain / 7 + interest + 1, "V-08: in a day");
        advanceDays(7);
        assertGt(vault.previewRedeem(vault.balanceOf(mallory)), worth);
    }

    /// @dev Nothing can be read from the chain before it is there: who leaves first, leaves at the old price. Bounded by what is lost in
    /// all, and by the idle cash; those who stay bear no more than the loss.
    function test_L07_leavingBeforeALossIsBounded() public {
        depositFil(bob, 1_000 ether);
        shock(loanId, 0.95e18);
        uint256 bobs = vault.previewRedeem(vault.balanceOf(bob));
        uint256 cash = vault.poolState().cash;
        uint256 worth = vault.previewRedeem(vault.balanceOf(alice));
        uint256 left = _exit(alice);
        assertLe(left, cash, "L-07: no more than the idle cash");
        book.impair(loanId);
        uint256 loss = loanOf(loanId).lenderLoss;
        uint256 alices = left + vault.previewRedeem(vault.balanceOf(alice));
        uint256 bobsLoss = bobs - vault.previewRedeem(vault.balanceOf(bob));
        assertLe(alices, worth, "L-07: no gain, only a loss avoided");
        assertLe(bobsLoss, loss + 1, "L-07: never more than the loss");
        assertApproxEqAbs(bobsLoss + (worth - alices), loss, 1e9, "shared in full among those who are there");
    }

    // ------------------------------------------------------------------------------------------------ L-14

    /// Exits at once end at the buffer, the queue takes that too; then who is left waits for cash, and nothing else stops.
    function test_L14_emptyPoolLocksNothing() public {
        _exit(alice);
        uint256 rest = vault.balanceOf(alice);
        vm.prank(alice);
        queue.requestRedeem(rest, alice, alice);
        queue.fulfil();
        assertGt(_claimAll(alice), 0);
        assertLt(vault.poolState().cash, 2);
        uint256 waiting = vault.poolState().waitingShares;
        assertGt(waiting, 0, "fixture: more is wanted than is there");
        vm.prank(bob);
        vm.expectRevert(abi.encodeWithSelector(IRedeemRequests.PledgeVault_Queued.selector, waiting));
        vault.withdrawFil(1 ether, bob, bob);
        makeKickable(loanId); // reviews and sweeps
        auction.kick(loanId);
        (, uint256 face, uint256 price) = takeAll(loanId, bob);
        assertGt(face, 0);
        assertGe(vault.poolState().cash, price, "what the sale brought is there for lenders");
        queue.fulfil();
        assertGe(_claimAll(alice), price < 1 ether ? price : 1 ether, "and pays who waits");
        uint256 debt = book.debtOf(loanId);
        vm.deal(sp, debt);
        vm.prank(sp);
        book.repay{value: debt}(loanId);
        assertEq(book.debtOf(loanId), 0);
    }

    function _claimAll(address lender) private returns (uint256 assets) {
        (uint256 shares, ) = queue.claimable(lender);
        vm.prank(lender);
        return queue.claimShares(shares, lender, lender, true);
    }

    // ------------------------------------------------------------------------------------------------ L-15

    /// @dev Borrowed money in and out within one epoch: the rate is what it would have been without, but for the drift of the rate at
    /// target over the epochs since it was last set (here one).
    function test_L15_depositAccrueRedeemLeavesNoRateBehind() public {
        vault.accrue();
        advanceEpochs(1);
        uint256 snapshot = vm.snapshotState();
        vault.accrue();
        uint256 honest = vault.poolState().ratePerEpochRay;
        vm.revertToState(snapshot);
        depositFil(mallory, 500_000 ether);
        vault.accrue();
        assertLt(vault.poolState().ratePerEpochRay, (honest * 9) / 10, "lowered meanwhile");
        uint256 out = _exit(mallory);
        assertLe(out, 500_000 ether, "no profit");
        assertApproxEqRel(vault.poolState().ratePerEpochRay, honest, 2e13, "L-15: SP's way");
    }

    /// @dev And the other way: a lender takes the cash out, has the rate raised, and puts it back.
    function test_L15_redeemAccrueDepositLeavesNoRateBehind() public {
        vault.accrue();
        advanceEpochs(1);
        uint256 snapshot = vm.snapshotState();
        vault.accrue();
        uint256 honest = vault.poolState().ratePerEpochRay;
        vm.revertToState(snapshot);
        uint256 out = _exit(alice);
        vault.accrue();
        assertGt(vault.poolState().ratePerEpochRay, (honest * 11) / 10, "raised meanwhile");
        vm.prank(alice);
        vault.depositFil{value: out}(alice);
        assertApproxEqRel(vault.poolState().ratePerEpochRay, honest, 2e13, "L-15: lender's way");
    }

    /// @dev Borrowed money may stand in for the liquidity buffer for a moment; it gains nobody anything,
    /// and nothing beyond the cash is lent.
    function test_L15_flashDepositDrawRedeemGainsNothing() public {
        (uint256 next, address account) = openLoan(600 ether);
        attach(next, account, newMiner(1_000, 1 ether, 0));
        uint256 assets = vault.totalAssets();
        depositFil(mallory, 20_000 ether);
        vm.prank(sp);
        book.draw(next, 0);
        uint256 out = _exit(mallory);
        assertLe(out, 20_000 ether, "L-15: no profit");
        assertGe(vault.totalAssets(), assets, "L-15: no loss");
        assertEq(address(vault).balance, vault.poolState().cash);
    }
}
