// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {ERC4626Upgradeable} from "@openzeppelin/contracts-upgradeable/token/ERC20/extensions/ERC4626Upgradeable.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC4626} from "@openzeppelin/contracts/interfaces/IERC4626.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IPledgeVault, PoolState} from "../../../../contracts/loans/interfaces/IPledgeVault.sol";
import {
    IRedeemClaims,
    IRedeemQueue,
    IRedeemRequests,
    QueueState
} from "../../../../contracts/loans/interfaces/IRedeemQueue.sol";
import {RedeemQueueTest} from "./RedeemQueueTest.sol";

/// @notice Requests, fillings and claims, one behaviour each; every refusal with its values.
contract RedeemQueueUnitTest is RedeemQueueTest {
    Math.Rounding private constant DOWN = Math.Rounding.Floor;

    // ---------------------------------------------------------------- requests

    function test_requestRedeem_takesSharesAndEmits() public {
        uint256 held = vault.balanceOf(ALICE);
        uint256 total = vault.totalAssets();
        uint256 supply = vault.totalSupply();
        vm.expectEmit(address(vault));
        emit IERC20.Transfer(ALICE, address(vault), 7e24 + 3);
        vm.expectEmit(address(vault));
        emit IRedeemRequests.RedeemRequest(ALICE, ALICE, _id(ALICE, 1), ALICE, 7e24 + 3);
        assertEq(_request(ALICE, 7e24 + 3), _id(ALICE, 1), "id");
        assertEq(vault.balanceOf(ALICE), held - 7e24 - 3, "left the owner");
        assertEq(vault.balanceOf(address(vault)), 7e24 + 3, "in custody");
        assertEq(vault.totalSupply(), supply, "not burnt yet");
        assertEq(vault.totalAssets(), total, "still the pool's");
        assertEq(queue.pendingRedeemRequest(_id(ALICE, 1), ALICE), 7e24 + 3, "pending");
        assertEq(queue.claimableRedeemRequest(_id(ALICE, 1), ALICE), 0, "not claimable");
        _assertQueue();
    }

    function test_requestRedeem_numbersEachControllersRequests() public {
        assertEq(_request(ALICE, 1e24), _id(ALICE, 1));
        assertEq(_request(BOB, 1e24), _id(BOB, 1));
        assertEq(_request(ALICE, 2e24), _id(ALICE, 2));
        (uint256 made, uint256 claimed) = queue.requestsOf(ALICE);
        assertEq(made, 2);
        assertEq(claimed, 0);
        assertEq(queue.pendingRedeemRequest(_id(ALICE, 2), ALICE), 2e24);
        assertEq(queue.pendingRedeemRequest(_id(ALICE, 2), BOB), 0, "not his");
        assertEq(queue.claimableRedeemRequest(_id(ALICE, 2), BOB), 0, "not his");
        assertEq(queue.claimableAssets(_id(ALICE, 2), BOB), 0, "not his");
        assertEq(queue.pendingRedeemRequest(_id(ALICE, 3), ALICE), 0, "not made");
    }

    /// How much is filled before a request is: known from the start, and only ever less.
    function test_sharesAhead_countsDown() public {
        _request(ALICE, 30e24);
        _request(BOB, 200e24);
        _request(ALICE, 5e24);
        assertEq(queue.sharesAhead(_id(ALICE, 1), ALICE), 0, "first");
        assertEq(queue.sharesAhead(_id(BOB, 1), BOB), 30e24, "second");
        assertEq(queue.sharesAhead(_id(ALICE, 2), ALICE), 230e24, "third");
        (uint256 shares, ) = queue.fulfil();
        assertGt(shares, 30e24, "fixture: into the second");
        assertLt(shares, 230e24, "fixture: not through it");
        assertEq(queue.sharesAhead(_id(ALICE, 1), ALICE), 0, "filled");
        assertEq(queue.sharesAhead(_id(BOB, 1), BOB), 0, "being filled");
        assertEq(queue.sharesAhead(_id(ALICE, 2), ALICE), 230e24 - shares, "nearer");
        assertEq(queue.sharesAhead(_id(ALICE, 2), BOB), 0, "not his");
        _claimAll(ALICE);
        _claimAll(BOB); // of a part: then the request begins where it was claimed
        assertEq(queue.sharesAhead(_id(BOB, 1), BOB), 0, "claimed in part");
        assertEq(queue.sharesAhead(_id(ALICE, 2), ALICE), 230e24 - shares, "the same");
    }

    function test_requestRedeem_byAllowance() public {
        vm.prank(ALICE);
        vault.approve(DAVE, 3e24);
        vm.prank(DAVE);
        queue.requestRedeem(2e24, DAVE, ALICE);
        assertEq(vault.allowance(ALICE, DAVE), 1e24, "used up");
        assertEq(queue.pendingRedeemRequest(_id(DAVE, 1), DAVE), 2e24, "the caller controls it");
    }

    function test_requestRedeem_byOperator() public {
        vm.prank(ALICE);
        vm.expectEmit(address(vault));
        emit IRedeemClaims.OperatorSet(ALICE, DAVE, true);
        assertTrue(queue.setOperator(DAVE, true));
        assertTrue(queue.isOperator(ALICE, DAVE));
        vm.prank(DAVE);
        queue.requestRedeem(2e24, ALICE, ALICE);
        assertEq(queue.pendingRedeemRequest(_id(ALICE, 1), ALICE), 2e24);
        vm.prank(ALICE);
        queue.setOperator(DAVE, false);
        assertFalse(queue.isOperator(ALICE, DAVE));
        vm.expectRevert(abi.encodeWithSelector(IRedeemRequests.PledgeVault_NotController.selector, CAROL, DAVE));
        vm.prank(DAVE);
        queue.requestRedeem(2e24, CAROL, ALICE);
    }

    /// Shares may go to another controller only if the caller acts for it: nobody gets a request he did not want.
    function test_RevertWhen_controllerIsAStranger() public {
        vm.expectRevert(abi.encodeWithSelector(IRedeemRequests.PledgeVault_NotController.selector, BOB, ALICE));
        vm.prank(ALICE);
        queue.requestRedeem(1e24, BOB, ALICE);
        vm.prank(BOB);
        queue.setOperator(ALICE, true);
        vm.prank(ALICE);
        assertEq(queue.requestRedeem(1e24, BOB, ALICE), _id(BOB, 1));
    }

    function test_V06_RevertWhen_requestHasNoAllowance() public {
        vm.prank(ALICE);
        vault.approve(DAVE, 1e24 - 1);
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, DAVE, 1e24 - 1, 1e24));
        vm.prank(DAVE);
        queue.requestRedeem(1e24, DAVE, ALICE);
    }

    function test_RevertWhen_requestExceedsBalance() public {
        uint256 held = vault.balanceOf(ALICE);
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, ALICE, held, held + 1));
        _request(ALICE, held + 1);
    }

    function test_RevertWhen_requestIsTooLarge() public {
        _request(ALICE, 1e24);
        uint256 huge = type(uint128).max;
        vm.expectRevert(abi.encodeWithSignature("SafeCastOverflowedUintDowncast(uint8,uint256)", 128, huge + 1e24));
        _request(BOB, huge);
        vm.expectRevert(abi.encodeWithSignature("Panic(uint256)", 0x11));
        _request(BOB, type(uint256).max);
    }

    function test_RevertWhen_requestIsNothing() public {
        vm.expectRevert(abi.encodeWithSelector(IPledgeVault.PledgeVault_ZeroAmount.selector));
        _request(ALICE, 0);
        vm.expectRevert(abi.encodeWithSelector(IPledgeVault.PledgeVault_ZeroAmount.selector));
        _request(DAVE, 0); // all that he has
    }

    function test_RevertWhen_controllerCannotBe() public {
        address[2] memory bad = [address(0), address(vault)];
        for (uint256 i = 0; i < 2; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IPledgeVault.PledgeVault_InvalidReceiver.selector, bad[i]));
            vm.prank(ALICE);
            queue.requestRedeem(1e24, bad[i], ALICE);
        }
    }

    function test_RevertWhen_requestIsDust() public {
        vm.expectRevert(abi.encodeWithSelector(IRedeemRequests.PledgeVault_RequestTooSmall.selector, 1e23, 1e23 - 1));
        _request(ALICE, 1e23 - 1);
        _request(ALICE, 1e23);
    }

    /// A small lender is not locked in: all that he has is never too small.
    function test_requestRedeem_ofAllThatIsLeft() public {
        vm.prank(ALICE);
        vault.transfer(DAVE, 5);
        assertEq(_request(DAVE, 5), _id(DAVE, 1));
    }

    // ---------------------------------------------------------------- exits at once

    function test_RevertWhen_exitingAtOnceWhileOthersWait() public {
        _deposit(BOB, 100 * FIL);
        assertGt(vault.maxRedeem(BOB), 0, "fixture");
        _request(ALICE, 1e24);
        assertEq(vault.maxRedeem(BOB), 0);
        assertEq(vault.maxWithdraw(BOB), 0);
        bytes memory expected = abi.encodeWithSelector(IRedeemRequests.PledgeVault_Queued.selector, 1e24);
        vm.startPrank(BOB);
        vm.expectRevert(expected);
        vault.redeem(1e24, BOB, BOB);
        vm.expectRevert(expected);
        vault.withdraw(FIL, BOB, BOB);
        vm.expectRevert(expected);
        vault.redeemFil(1e24, BOB, BOB);
        vm.expectRevert(expected);
        vault.withdrawFil(FIL, BOB, BOB);
        vm.stopPrank();
        queue.fulfil();
        _redeem(BOB, 1e24);
        _assertQueue();
    }

    // ---------------------------------------------------------------- filling

    function test_fulfil_burnsAtThePriceOfNow() public {
        _deposit(BOB, 50 * FIL);
        _request(ALICE, 10e24 + 7);
        skip_(3_000);
        uint256 assets = _assetsRef(10e24 + 7, DOWN);
        uint256 supply = vault.totalSupply();
        PoolState memory a = vault.poolState();
        vm.expectEmit(address(vault));
        emit IRedeemRequests.RedeemsFilled(10e24 + 7, assets, 10e24 + 7);
        (uint256 shares, uint256 paid) = queue.fulfil();
        assertEq(shares, 10e24 + 7, "all");
        assertEq(paid, assets, "at the price of now");
        assertEq(vault.totalSupply(), supply - shares, "burnt");
        PoolState memory b = vault.poolState();
        assertEq(b.cash, a.cash - assets, "out of cash");
        assertEq(b.setAside, assets, "set aside");
        assertEq(b.totalAssets, a.totalAssets - assets, "no longer the pool's");
        assertEq(queue.claimableRedeemRequest(_id(ALICE, 1), ALICE), shares, "claimable");
        assertEq(queue.claimableAssets(_id(ALICE, 1), ALICE), assets, "for");
        assertEq(queue.pendingRedeemRequest(_id(ALICE, 1), ALICE), 0, "not pending");
        _assertQueue();
    }

    function test_fulfil_doesNothingWithoutRequests() public {
        vm.recordLogs();
        (uint256 shares, uint256 assets) = queue.fulfil();
        assertEq(shares + assets, 0);
        assertEq(vm.getRecordedLogs().length, 0, "silent");
    }

    function test_fulfil_takesTheBufferToo() public {
        uint256 cash = vault.poolState().cash;
        assertGt(cash, FIL, "fixture: the buffer");
        assertEq(vault.lendable(), 0, "fixture");
        _request(ALICE, vault.balanceOf(ALICE));
        (, uint256 assets) = queue.fulfil();
        assertLe(assets, cash);
        assertGe(assets + 1, cash, "all of it");
        assertEq(vault.poolState().cash, cash - assets);
        _assertQueue();
    }

    /// In parts, each at its own price; the rest goes on waiting.
    function test_fulfil_inParts() public {
        _request(ALICE, vault.balanceOf(ALICE));
        uint256 all = vault.poolState().waitingShares;
        uint256 sum;
        for (uint256 i = 1; i <= 3; ++i) {
            (uint256 shares, uint256 assets) = queue.fulfil();
            assertGt(shares, 0, "something");
            sum += assets;
            all -= shares;
            assertEq(queue.pendingRedeemRequest(_id(ALICE, 1), ALICE), all, "the rest waits");
            skip_(2_000);
            _repay(1, i * 7 * FIL + i);
        }
        assertEq(queue.claimableAssets(_id(ALICE, 1), ALICE), sum, "the sum of its parts");
        uint256 before = wfil.balanceOf(ALICE);
        assertEq(_claimAll(ALICE), sum, "claimed");
        assertEq(wfil.balanceOf(ALICE), before + sum, "paid");
        _assertQueue();
    }

    function test_fulfil_isFifo() public {
        _request(ALICE, 20e24);
        _request(BOB, 200e24);
        _request(ALICE, 5e24);
        (uint256 shares, ) = queue.fulfil();
        assertGt(shares, 20e24, "fixture: more than the first");
        assertLt(shares, 220e24, "fixture: less than both");
        assertEq(queue.claimableRedeemRequest(_id(ALICE, 1), ALICE), 20e24, "first");
        assertEq(queue.claimableRedeemRequest(_id(BOB, 1), BOB), shares - 20e24, "then");
        assertEq(queue.claimableRedeemRequest(_id(ALICE, 2), ALICE), 0, "not yet");
    }

    function test_fulfil_needsMoreThanAnAttoFil() public {
        _request(ALICE, 50e24);
        queue.fulfil();
        (uint256 shares, uint256 assets) = queue.fulfil();
        assertEq(shares + assets, 0, "nothing left to fill with");
    }

    /// Shares worth less than an attoFIL must not keep everybody else waiting.
    function test_fulfil_dropsDust() public {
        vm.prank(ALICE);
        vault.transfer(DAVE, 5);
        _request(DAVE, 5);
        (uint256 shares, uint256 assets) = queue.fulfil();
        assertEq(shares, 5);
        assertEq(assets, 0);
        assertEq(vault.poolState().waitingShares, 0, "nobody waits");
        assertEq(queue.claimableRedeemRequest(_id(DAVE, 1), DAVE), 5);
        assertEq(_claimAll(DAVE), 0, "worth nothing");
        (, uint256 claimed) = queue.requestsOf(DAVE);
        assertEq(claimed, 1);
        _assertQueue();
    }

    /// After a total loss requests wait for what is recovered; nobody burns them for nothing.
    function test_fulfil_notAfterATotalLoss() public {
        _keepNoBuffer();
        _lend(1, vault.lendable());
        _request(ALICE, 900e24);
        PoolState memory s = vault.poolState();
        vm.startPrank(LOAN_BOOK);
        vault.bookWriteDown(2, s.impairedCarrying);
        vault.bookImpairment(1, scaled, 0);
        vm.stopPrank();
        scaled = 0;
        assertEq(vault.totalAssets(), 0, "fixture");
        uint256 waiting = vault.poolState().waitingShares;
        (uint256 shares, uint256 assets) = queue.fulfil();
        assertEq(shares + assets, 0);
        assertEq(vault.poolState().waitingShares, waiting);
    }

    // ---------------------------------------------------------------- priority and rate

    function test_lendable_comesAfterTheQueue() public {
        _deposit(BOB, 100 * FIL);
        uint256 lendable = vault.lendable();
        _request(ALICE, 30e24);
        uint256 worth = vault.poolState().waitingAssets;
        assertEq(vault.lendable(), lendable - worth, "lendable");
        vm.expectRevert(
            abi.encodeWithSelector(IPledgeVault.PledgeVault_InsufficientLiquidity.selector, lendable - worth, lendable)
        );
        vm.prank(LOAN_BOOK);
        vault.lend(1, MINER, lendable);
        _request(ALICE, 200e24);
        assertEq(vault.lendable(), 0, "the queue takes all");
    }

    function test_payReserve_comesAfterTheQueue() public {
        skip_(10_000);
        assertGt(vault.poolState().reserveOwed, 0, "fixture");
        _request(ALICE, 500e24);
        assertEq(vault.payReserve(), 0);
    }

    /// Who waits counts as lent to; filling changes nothing.
    function test_utilisation_countsTheQueueAsUsed() public {
        _deposit(BOB, 200 * FIL);
        vault.accrue();
        PoolState memory a = vault.poolState();
        _request(ALICE, 100e24);
        PoolState memory b = vault.poolState();
        uint256 lent = b.debt + b.impairedCarrying;
        assertEq(b.utilisationWad, Math.ceilDiv(lent * 1e18, lent + b.cash - b.waitingAssets), "used");
        assertGt(b.utilisationWad, a.utilisationWad);
        assertGt(b.ratePerEpochRay, a.ratePerEpochRay, "a large request sets the rate at once");
        queue.fulfil();
        PoolState memory c = vault.poolState();
        assertApproxEqAbs(c.utilisationWad, b.utilisationWad, 1, "filling changes nothing");
        assertApproxEqRel(c.ratePerEpochRay, b.ratePerEpochRay, 1e3, "nor the rate");
    }

    function test_requestRedeem_smallLeavesTheRate() public {
        skip_(100);
        uint256 rate = vault.poolState().ratePerEpochRay;
        uint32 last = vault.poolState().lastAccrual;
        _request(ALICE, 1e24);
        assertEq(vault.poolState().ratePerEpochRay, rate);
        assertEq(vault.poolState().lastAccrual, last);
    }

    // ---------------------------------------------------------------- claims

    function _filled() private returns (uint256 shares, uint256 assets) {
        _request(ALICE, 10e24 + 1);
        (shares, assets) = queue.fulfil();
    }

    function test_redeem_claimsWhatIsClaimable() public {
        (uint256 shares, uint256 assets) = _filled();
        assertEq(vault.maxRedeem(ALICE), shares, "maxRedeem");
        assertEq(vault.maxWithdraw(ALICE), assets, "maxWithdraw");
        uint256 held = vault.balanceOf(ALICE);
        uint256 before = wfil.balanceOf(BOB);
        vm.expectEmit(address(vault));
        emit IERC4626.Withdraw(ALICE, BOB, ALICE, assets, shares);
        vm.prank(ALICE);
        assertEq(vault.redeem(shares, BOB, ALICE), assets);
        assertEq(wfil.balanceOf(BOB), before + assets, "paid");
        assertEq(vault.balanceOf(ALICE), held, "no more shares");
        assertEq(vault.poolState().setAside, 0);
        _assertQueue();
    }

    function test_redeemFil_claimsWhatIsClaimable() public {
        (uint256 shares, uint256 assets) = _filled();
        uint256 before = BOB.balance;
        vm.prank(ALICE);
        assertEq(vault.redeemFil(shares, BOB, ALICE), assets);
        assertEq(BOB.balance, before + assets, "paid");
        _assertQueue();
    }

    function test_withdraw_claimsWhatIsClaimable() public {
        (uint256 shares, uint256 assets) = _filled();
        vm.startPrank(ALICE);
        uint256 first = vault.withdraw(assets / 3, BOB, ALICE);
        assertEq(queue.claimableRedeemRequest(_id(ALICE, 1), ALICE), shares - first);
        assertEq(queue.claimableAssets(_id(ALICE, 1), ALICE), assets - assets / 3, "exactly");
        uint256 rest = vault.withdrawFil(assets - assets / 3, BOB, ALICE);
        vm.stopPrank();
        assertEq(first, Math.ceilDiv((assets / 3) * shares, assets), "rounded up");
        assertEq(first + rest, shares, "all");
        assertEq(vault.poolState().setAside, 0);
        _assertQueue();
    }

    /// Once everything is claimed, exits are at once again.
    function test_redeem_exitsAtOnceAfterwards() public {
        (uint256 shares, ) = _filled();
        _deposit(BOB, 100 * FIL);
        vm.startPrank(ALICE);
        vault.redeem(shares, ALICE, ALICE);
        uint256 held = vault.balanceOf(ALICE);
        vault.redeem(1e24, ALICE, ALICE);
        vm.stopPrank();
        assertEq(vault.balanceOf(ALICE), held - 1e24, "of her shares");
    }

    function test_claim_acrossRequestsAndInParts() public {
        _request(ALICE, 3e24);
        _request(BOB, 2e24);
        _request(ALICE, 4e24);
        _request(ALICE, 5e24);
        (, uint256 assets) = queue.fulfil();
        (uint256 shares, uint256 sum) = queue.claimable(ALICE);
        assertEq(shares, 12e24);
        uint256 got = _claimShares(ALICE, 1e24);
        assertEq(queue.claimableRedeemRequest(_id(ALICE, 1), ALICE), 2e24, "of the oldest");
        got += _claimShares(ALICE, 7e24);
        (, uint256 claimed) = queue.requestsOf(ALICE);
        assertEq(claimed, 2, "two in full");
        assertEq(queue.claimableRedeemRequest(_id(ALICE, 3), ALICE), 4e24, "one of the third");
        got += _claimShares(ALICE, 4e24);
        assertEq(got, sum, "all she is due");
        assertEq(_claimAll(BOB), assets - sum, "and he");
        assertEq(vault.poolState().setAside, 0, "to the attoFIL");
        _assertQueue();
    }

    function test_claimAssets_acrossRequests() public {
        _request(ALICE, 3e24);
        _request(ALICE, 4e24);
        (, uint256 assets) = queue.fulfil();
        vm.prank(ALICE);
        assertEq(queue.claimAssets(assets, DAVE, ALICE, true), 7e24);
        assertEq(DAVE.balance, assets);
    }

    function test_claim_byOperatorToAnyReceiver() public {
        (uint256 shares, uint256 assets) = _filled();
        vm.prank(ALICE);
        queue.setOperator(DAVE, true);
        vm.prank(DAVE);
        queue.claimShares(shares, CAROL, ALICE, true);
        assertGe(CAROL.balance, assets);
    }

    function test_V10_RevertWhen_claimIsByAStranger() public {
        (uint256 shares, uint256 assets) = _filled();
        vm.prank(ALICE);
        vault.approve(DAVE, type(uint256).max); // an allowance is not enough: the shares are gone
        bytes memory expected = abi.encodeWithSelector(IRedeemClaims.PledgeVault_NotOperator.selector, ALICE, DAVE);
        vm.startPrank(DAVE);
        vm.expectRevert(expected);
        queue.claimShares(shares, DAVE, ALICE, false);
        vm.expectRevert(expected);
        queue.claimAssets(assets, DAVE, ALICE, false);
        vm.expectRevert(expected);
        vault.redeem(shares, DAVE, ALICE);
        vm.stopPrank();
    }

    function test_V10_RevertWhen_claimingTwice() public {
        (uint256 shares, uint256 assets) = _filled();
        _claimShares(ALICE, shares);
        vm.expectRevert(abi.encodeWithSelector(ERC4626Upgradeable.ERC4626ExceededMaxRedeem.selector, ALICE, shares, 0));
        _claimShares(ALICE, shares);
        vm.expectRevert(
            abi.encodeWithSelector(ERC4626Upgradeable.ERC4626ExceededMaxWithdraw.selector, ALICE, assets, 0)
        );
        vm.prank(ALICE);
        queue.claimAssets(assets, ALICE, ALICE, false);
    }

    /// @dev What the queue waits for is worth as many of the shares as there then are, new ones included.
    function test_utilisation_afterALargeDepositWhileSharesWait() public {
        _request(ALICE, 400e24);
        _deposit(BOB, 900 * FIL);
        PoolState memory s = vault.poolState();
        assertGt(s.utilisationWad, 0);
        assertLt(s.utilisationWad, 1e18, "fixture: cash that nobody waits for");
        (uint256 rate, ) = rateModel.quote(s.utilisationWad, s.rateAtTargetRay, 0);
        assertEq(s.ratePerEpochRay, rate);
    }

    /// @dev The next request of the same controller lies beyond what is filled of the whole queue.
    function test_RevertWhen_claimingIntoARequestThatWaits() public {
        (uint256 shares, uint256 assets) = _filled();
        _request(BOB, 2e24);
        _request(ALICE, 2e24);
        vm.expectRevert(
            abi.encodeWithSelector(ERC4626Upgradeable.ERC4626ExceededMaxRedeem.selector, ALICE, shares + 1, shares)
        );
        _claimShares(ALICE, shares + 1);
        vm.expectRevert(
            abi.encodeWithSelector(ERC4626Upgradeable.ERC4626ExceededMaxWithdraw.selector, ALICE, assets + 1, assets)
        );
        vm.prank(ALICE);
        queue.claimAssets(assets + 1, ALICE, ALICE, false);
    }

    function test_RevertWhen_claimingMoreThanIsFilled() public {
        (uint256 shares, uint256 assets) = _filled();
        _request(ALICE, 900e24);
        queue.fulfil();
        (uint256 most, uint256 worth) = queue.claimable(ALICE);
        assertGt(most, shares, "fixture: in the second");
        assertGt(worth, assets, "fixture");
        vm.expectRevert(
            abi.encodeWithSelector(ERC4626Upgradeable.ERC4626ExceededMaxRedeem.selector, ALICE, most + 1, most)
        );
        _claimShares(ALICE, most + 1);
        vm.expectRevert(
            abi.encodeWithSelector(ERC4626Upgradeable.ERC4626ExceededMaxWithdraw.selector, ALICE, worth + 1, worth)
        );
        vm.prank(ALICE);
        queue.claimAssets(worth + 1, ALICE, ALICE, false);
    }

    function test_RevertWhen_claimingNothingOrToNobody() public {
        _filled();
        vm.startPrank(ALICE);
        vm.expectRevert(abi.encodeWithSelector(IPledgeVault.PledgeVault_ZeroAmount.selector));
        queue.claimShares(0, ALICE, ALICE, false);
        vm.expectRevert(abi.encodeWithSelector(IPledgeVault.PledgeVault_ZeroAmount.selector));
        queue.claimAssets(0, ALICE, ALICE, false);
        vm.expectRevert(abi.encodeWithSelector(IPledgeVault.PledgeVault_InvalidReceiver.selector, address(0)));
        queue.claimShares(1, address(0), ALICE, false);
        vm.expectRevert(abi.encodeWithSelector(IPledgeVault.PledgeVault_InvalidReceiver.selector, address(vault)));
        queue.claimAssets(1, address(vault), ALICE, true);
        vm.stopPrank();
    }

    /// A call without amounts looks at 32 requests; the rest can be claimed by the next.
    function test_claimable_looksAtThirtyTwoRequests() public {
        for (uint256 i = 0; i < 33; ++i) _request(ALICE, 0.2e24);
        queue.fulfil();
        (uint256 shares, ) = queue.claimable(ALICE);
        assertEq(shares, 32 * 0.2e24);
        assertEq(vault.maxRedeem(ALICE), shares);
        _claimShares(ALICE, shares);
        assertEq(vault.maxRedeem(ALICE), 0.2e24);
        _claimShares(ALICE, 0.2e24);
        assertEq(vault.poolState().setAside, 0);
    }

    // ---------------------------------------------------------------- what is set aside is nobody else's

    function test_setAside_isNeitherLentNorSkimmedNorWithdrawn() public {
        _deposit(BOB, 100 * FIL);
        _request(ALICE, 60e24);
        (, uint256 assets) = queue.fulfil();
        vault.skim();
        assertEq(vault.skim(), 0, "not skimmed");
        uint256 most = vault.lendable();
        if (most != 0) _lend(1, most);
        most = vault.maxWithdraw(BOB);
        if (most != 0) {
            vm.prank(BOB);
            vault.withdrawFil(most, BOB, BOB);
        }
        vault.payReserve();
        assertGe(_held(), assets, "there");
        _claimAll(ALICE);
        _assertQueue();
    }

    /// Losses after the filling are the others'.
    function test_setAside_bearsNoLoss() public {
        (, uint256 assets) = _filled();
        _impair(1, scaled / 2, 0);
        assertEq(_claimAll(ALICE), assets);
    }

    function test_RevertWhen_aBookingWouldUseWhatIsSetAside() public {
        _filled();
        PoolState memory s = vault.poolState();
        uint256 amount = _held() - s.cash - s.setAside + 1;
        vm.expectRevert(
            abi.encodeWithSelector(IPledgeVault.PledgeVault_Unfunded.selector, _held(), s.cash + s.setAside + amount)
        );
        vm.prank(LOAN_BOOK);
        vault.bookRepayment(1, amount, 0);
    }

    // ---------------------------------------------------------------- ERC-165

    function test_supportsInterface() public view {
        assertTrue(queue.supportsInterface(0x01ffc9a7), "ERC-165");
        assertTrue(queue.supportsInterface(0xe3bc4e65), "ERC-7540 operators");
        assertTrue(queue.supportsInterface(0x620ee8e4), "ERC-7540 redeem requests");
        assertTrue(queue.supportsInterface(0x2f0a18c5), "ERC-7575");
        assertFalse(queue.supportsInterface(0xce3bbe50), "deposits are at once");
        assertFalse(queue.supportsInterface(0xffffffff));
        assertEq(queue.share(), address(vault));
        assertEq(IRedeemClaims.setOperator.selector ^ IRedeemClaims.isOperator.selector, bytes4(0xe3bc4e65));
        bytes4 redeems =
            IRedeemRequests.requestRedeem.selector ^
                IRedeemClaims.pendingRedeemRequest.selector ^
                IRedeemClaims.claimableRedeemRequest.selector;
        assertEq(redeems, bytes4(0x620ee8e4));
    }

    function test_queueState() public {
        _request(ALICE, 30e24);
        _request(BOB, 40e24);
        (uint256 shares, uint256 assets) = queue.fulfil();
        _claimShares(ALICE, 10e24);
        QueueState memory q = queue.queueState();
        assertEq(q.requestedShares, 70e24);
        assertEq(q.filledShares, shares);
        assertEq(q.filledAssets, assets);
        assertLt(q.setAside, assets);
        assertEq(q.fills, 1);
        IRedeemQueue(address(vault)).fulfil();
    }
}
