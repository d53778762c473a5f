// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

import {BeneficiaryTerm} from "../../../../contracts/filecoin/interfaces/IMinerFacts.sol";
import {FilecoinMethods} from "../../../../contracts/filecoin/FilecoinMethods.sol";
import {LoanState} from "../../../../contracts/loans/LoanTypes.sol";
import {IControlAuction, IControlTaker} from "../../../../contracts/loans/interfaces/IControlAuction.sol";
import {ControlFacts} from "../../../../contracts/loans/interfaces/ILoanEscrow.sol";
import {ControlTest} from "./ControlTest.sol";
import {ControlTaker} from "./doubles/ControlTakers.sol";

/// @notice Buying: where the price goes, what becomes of the miner, and what takers and buyers may try.
contract ControlTakeTest is ControlTest {
    uint256 private constant NO_LIMIT = type(uint256).max;

    // ------------------------------------------------------------------------------------------------ the sale

    function test_take_paysTheDebtThenTheSpAndProposesTheBuyer() public {
        (uint256 loanId, address account, uint64 minerId) = auctioned();
        uint256 debt = book.debtOf(loanId);
        (uint256 price, , ) = control.quote(minerId);
        assertGt(price, debt, "the first price leaves a surplus");
        uint256 cash = address(vault).balance;
        vm.deal(buyer, price + 5 ether);
        vm.expectEmit(address(control));
        emit IControlAuction.ControlSold(minerId, loanId, buyer, buyerId, price);
        vm.expectEmit(address(book));
        emit MinerSold(loanId, minerId, buyerId, 0, debt, price - debt, 0);
        vm.prank(buyer);
        assertEq(control.take{value: price + 5 ether}(minerId, price, buyerId, ""), price);

        assertEq(buyer.balance, 5 ether, "the rest comes back");
        assertEq(address(vault).balance, cash + debt);
        assertEq(payee.balance, price - debt);
        assertLe(account.balance, 0.1 ether);
        assertEq(book.debtOf(loanId), 0);
        assertEq(book.loanOfMiner(minerId), 0);
        assertEq(loanOf(loanId).minerCount, 0);
        assertEq(control.activeAuctions(), 0);
        assertFalse(control.saleOf(minerId).active);
        assertEq(control.buyerOf(minerId).buyer, buyer);
        assertEq(address(control).balance, 0);
        assertOwner(minerId, idOf(account), buyerId);
        BeneficiaryTerm memory term = facts.beneficiaryTerm(minerId);
        assertEq(abi.encode(term), abi.encode(BeneficiaryTerm(idOf(account), 0, 0, 0, false)), "no lien is left");

        changeOwner(buyer, minerId, buyerId);
        assertOwner(minerId, buyerId, 0);
        assertEq(facts.beneficiaryTerm(minerId).beneficiary, buyerId);
        fundMiner(minerId, 3 ether);
        uint256 before = buyer.balance;
        nativeCall(buyer, minerId, FilecoinMethods.WITHDRAW_BALANCE, hex"814200ff");
        assertEq(buyer.balance, before + 255);
    }

    function test_take_leavesTheRestOfTheDebtAtTheReserve() public {
        (uint256 loanId, , uint64 minerId) = auctioned();
        advanceEpochs(2_880);
        uint256 debt = book.debtOf(loanId);
        int256 before = shortfall(loanId);
        uint256 price = buy(minerId);
        assertLt(price, debt);
        assertApproxEqAbs(book.debtOf(loanId), debt - price, 2);
        assertEq(payee.balance, 0);
        assertLe(shortfall(loanId), before + 2, "the weighted shortfall does not grow");
        assertGe(shortfall(loanId), before - 2, "that is what the reserve price is made of");
        book.review(loanId);
        assertState(loanId, LoanState.Call);
        book.impair(loanId);
        assertState(loanId, LoanState.Impaired);
    }

    function test_take_isARecoveryOfAnImpairedLoan() public {
        (uint256 loanId, , uint64 minerId) = auctioned();
        fall(loanId, 0.85e18);
        book.impair(loanId);
        advanceEpochs(2_880);
        uint256 carrying = loanOf(loanId).carrying;
        uint256 loss = loanOf(loanId).lenderLoss + loanOf(loanId).reserveLoss;
        uint256 price = buy(minerId);
        assertLt(price, carrying);
        assertEq(loanOf(loanId).carrying, carrying - price);
        assertEq(loanOf(loanId).lenderLoss + loanOf(loanId).reserveLoss, loss);
        assertEq(loanOf(loanId).lastRecovery, block.number);
    }

    function test_take_inWfil() public {
        (uint256 loanId, , uint64 minerId) = auctioned();
        (uint256 price, , ) = control.quote(minerId);
        vm.deal(buyer, price);
        vm.startPrank(buyer);
        wfil.deposit{value: price}();
        wfil.approve(address(control), price);
        control.take(minerId, price, buyerId, "");
        vm.stopPrank();
        assertEq(wfil.balanceOf(buyer), 0);
        assertEq(book.debtOf(loanId), 0);
        assertOwner(minerId, idOf(loanOf(loanId).account), buyerId);
    }

    function test_take_callsTheTakerBeforeThePayment() public {
        (uint256 loanId, , uint64 minerId) = auctioned();
        (uint256 price, , ) = control.quote(minerId);
        ControlTaker taker = newTaker(price);
        assertEq(taker.take(minerId, buyerId, hex"beef"), price);
        assertEq(taker.seen(), abi.encode(minerId, loanId, price, hex"beef"));
        assertEq(taker.woken(), 0);
        assertEq(control.buyerOf(minerId).buyer, address(taker));
    }

    function test_take_theSpMayBuyItsOwnMiner() public {
        (uint256 loanId, , uint64 minerId) = auctioned();
        advanceEpochs(1_500);
        (uint256 price, , ) = control.quote(minerId);
        uint64 spId = idOf(sp);
        vm.deal(sp, price);
        vm.prank(sp);
        control.take{value: price}(minerId, price, spId, "");
        changeOwner(sp, minerId, spId);
        assertOwner(minerId, spId, 0);
        assertEq(book.loanOfMiner(minerId), 0);
        assertEq(loanOf(loanId).minerCount, 0);
    }

    // ------------------------------------------------------------------------------------------------ portfolios

    /// Of two escrowed miners the one bought by its id goes, wherever it stands; the other and the lien miner stay.
    function test_take_sellsThatMinerAndMovesTheLastIntoItsPlace() public {
        (uint256 loanId, address account, uint64 first) = stretchedLoan();
        uint64 second = newMiner(50, 1 ether);
        uint64 third = newMiner(60, 1 ether);
        attach(loanId, account, second);
        attach(loanId, account, third);
        escrow(loanId, account, 0);
        escrow(loanId, account, 1);
        fall(loanId, 0.92e18);
        sweepEach(loanId);
        fall(loanId, 0.92e18);
        advanceEpochs(1);
        kick(first);
        kick(second);
        assertEq(control.activeAuctions(), 2);
        uint256 debt = book.debtOf(loanId);
        uint256 price = buy(second);
        assertApproxEqAbs(book.debtOf(loanId), debt - price, 1, "rounded up");
        assertEq(book.minersOf(loanId).length, 2);
        assertEq(book.minersOf(loanId)[0].minerId, first);
        assertEq(book.minersOf(loanId)[1].minerId, third);
        assertEq(book.loanOfMiner(third), loanId);
        vm.expectRevert(abi.encodeWithSelector(IControlAuction.ControlAuction_NotActive.selector, second));
        control.take(second, NO_LIMIT, buyerId, "");
        vm.expectRevert(abi.encodeWithSelector(IControlAuction.ControlAuction_NotActive.selector, third));
        control.take(third, NO_LIMIT, buyerId, "");
        buy(first);
        assertEq(book.minersOf(loanId)[0].minerId, third, "the lien miner");
    }

    function sweepEach(uint256 loanId) private {
        book.review(loanId);
        for (uint256 i; i < loanOf(loanId).minerCount; ++i) {
            try book.sweep(loanId, i) {} catch {}
        }
    }

    /// The draw in progress goes with its miner: what the proof would be measured on is not there any more.
    function test_take_ofTheMinerWithTheUnprovenDrawFreezes() public {
        (uint256 loanId, , uint64 minerId) = unproven();
        kick(minerId);
        buy(minerId);
        assertTrue(loanOf(loanId).frozen);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_NothingToProve.selector, loanId));
        book.prove(loanId);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_NothingToProve.selector, loanId));
        book.reclaim(loanId);
    }

    /// Another miner's draw goes on, and follows its miner to the place of the sold one.
    function test_take_ofAnotherMinerLeavesTheDrawInProgress() public {
        (uint256 loanId, address account) = openLoan(2_500 ether);
        uint64 sold = newMiner(100, 1 ether, 30 ether);
        uint64 drawn = newMiner(1_000, 1 ether, 30 ether);
        attach(loanId, account, sold);
        attach(loanId, account, drawn);
        escrow(loanId, account, 0);
        vm.prank(sp);
        book.draw(loanId, 1);
        commit(drawn, 2_500, false, 1 ether);
        fall(loanId, 0.95e18);
        sweepEach(loanId);
        fall(loanId, 0.95e18);
        advanceEpochs(1);
        kick(sold);
        buy(sold);
        assertFalse(loanOf(loanId).frozen);
        assertEq(loanOf(loanId).drawMinerIndex, 0);
        assertEq(book.minersOf(loanId)[0].minerId, drawn);
        for (uint8 d; d < 48; ++d) world.submitPost(drawn, d);
        book.prove(loanId);
    }

    /// @dev A loan whose draw, committed but not in power, awaits its proof.
    function unproven() private returns (uint256 loanId, address account, uint64 minerId) {
        (loanId, account) = openLoan(2_500 ether);
        minerId = newMiner(1_000, 1 ether, 30 ether);
        attach(loanId, account, minerId);
        escrow(loanId, account, 0);
        vm.prank(sp);
        book.draw(loanId, 0);
        commit(minerId, 2_500, false, 1 ether);
        makeSick(loanId);
        assertEq(loanOf(loanId).provenCount, 0);
    }

    // ------------------------------------------------------------------------------------------------ strips

    /// Strips are senior to the debt: the sale sets them aside at face before anything else.
    function test_take_paysStripsFirst() public {
        (uint256 loanId, address account, uint64 minerId) = stretchedLoan();
        escrow(loanId, account, 0);
        fall(loanId, 0.995e18);
        sweepAll(loanId);
        fall(loanId, 0.995e18);
        advanceEpochs(1);
        vm.prank(keeper);
        auction.kick(loanId);
        advanceEpochs(200);
        (uint256 stripId, uint256 face, ) = takeAll(loanId, bob);
        makeSick(loanId);
        uint256 outstanding = loanOf(loanId).stripSold - loanOf(loanId).stripPaid;
        assertGt(outstanding, 0);
        kick(minerId);
        advanceEpochs(2_880);
        ControlFacts memory f = factsOf(minerId);
        assertEq(f.strips, outstanding);
        (uint256 price, uint256 reserve, ) = control.quote(minerId);
        assertEq(price, reserve);
        assertApproxEqAbs(price, (f.orderlyValue * 94) / 100 + (outstanding * 4) / 100, 3, "dearer by 4 % of them");
        int256 before = shortfall(loanId);
        uint256 debt = book.debtOf(loanId);
        buy(minerId);
        assertEq(loanOf(loanId).stripSold, loanOf(loanId).stripPaid, "paid in full");
        assertApproxEqAbs(book.debtOf(loanId), debt - (price - outstanding), 2);
        assertLe(shortfall(loanId), before + 3);
        assertGe(shortfall(loanId), before - 3);
        uint256 had = bob.balance;
        auction.claim(stripId);
        assertEq(bob.balance, had + face);
        assertGe(account.balance, 0);
    }

    // ------------------------------------------------------------------------------------------------ refusals

    function test_RevertWhen_thePriceIsAboveTheLimitOrThePayment() public {
        (, , uint64 minerId) = auctioned();
        (uint256 price, , ) = control.quote(minerId);
        vm.deal(buyer, price);
        vm.startPrank(buyer);
        vm.expectRevert(abi.encodeWithSelector(IControlAuction.ControlAuction_PriceTooHigh.selector, price - 1, price));
        control.take{value: price}(minerId, price - 1, buyerId, "");
        vm.expectRevert(abi.encodeWithSelector(IControlAuction.ControlAuction_Underpaid.selector, price, price - 1));
        control.take{value: price - 1}(minerId, price, buyerId, "");
        vm.stopPrank();
    }

    function test_RevertWhen_takenThoughTheLoanIsHealthyAgain() public {
        (uint256 loanId, , uint64 minerId) = auctioned();
        vm.deal(bob, 1_000 ether);
        vm.prank(bob);
        book.repay{value: 1_000 ether}(loanId);
        uint256 healthWad = book.positionOf(loanId).healthWad;
        assertGe(healthWad, 0.95e18);
        vm.expectRevert(
            abi.encodeWithSelector(IControlAuction.ControlAuction_Healthy.selector, loanId, 0.95e18, healthWad)
        );
        control.take(minerId, NO_LIMIT, buyerId, "");
    }

    function test_RevertWhen_theNewOwnerIsNobodyOrOurselves() public {
        (, address account, uint64 minerId) = auctioned();
        (uint256 price, , ) = control.quote(minerId);
        vm.deal(buyer, price);
        uint64[3] memory ids = [0, idOf(account), bookId];
        for (uint256 i; i < 3; ++i) {
            vm.expectRevert(abi.encodeWithSelector(LoanBook_InvalidOwner.selector, ids[i]));
            vm.prank(buyer);
            control.take{value: price}(minerId, price, ids[i], "");
        }
    }

    function test_RevertWhen_theCallbackIsWrong() public {
        (, , uint64 minerId) = auctioned();
        (uint256 price, , ) = control.quote(minerId);
        vm.expectRevert(abi.encodeWithSelector(IControlAuction.ControlAuction_BadCallback.selector, buyer, bytes4(0)));
        vm.prank(buyer);
        control.take(minerId, price, buyerId, hex"01");
        ControlTaker taker = newTaker(price);
        taker.setReply(0xdeadbeef);
        vm.expectRevert(
            abi.encodeWithSelector(
                IControlAuction.ControlAuction_BadCallback.selector,
                address(taker),
                bytes4(0xdeadbeef)
            )
        );
        taker.take(minerId, buyerId, hex"01");
        taker.setReply(IControlTaker.onControlTake.selector);
        taker.setShortBy(1);
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, address(control), price - 1, price)
        );
        taker.take(minerId, buyerId, hex"01");
        taker.setShortBy(0);
        taker.take(minerId, buyerId, hex"01");
    }

    function test_RevertWhen_settledWithoutThePrice() public {
        (uint256 loanId, , uint64 minerId) = auctioned();
        uint256 free = book.freeFundsOf(loanId);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_NotPaid.selector, free + 1, free));
        vm.prank(address(control));
        book.settleControl(minerId, free + 1, buyerId);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_UnknownLoan.selector, 0));
        vm.prank(address(control));
        book.settleControl(123, 0, buyerId);
    }

    /// Read back: had the actor not ended the term, or not taken the proposal, the sale would be undone.
    function test_RevertWhen_theActorDoesNotDoWhatItSays() public {
        (uint256 loanId, address account, uint64 minerId) = auctioned();
        (uint256 price, , ) = control.quote(minerId);
        uint64 accountId = idOf(account);
        vm.deal(buyer, price);
        bytes memory call = abi.encodeWithSignature(
            "approveBeneficiary(uint64,uint64,uint256,int64)",
            minerId,
            accountId,
            0,
            0
        );
        vm.mockCall(account, call, "");
        vm.expectRevert(
            abi.encodeWithSelector(
                LoanBook_BadTerm.selector,
                minerId,
                accountId,
                accountId,
                QUOTA,
                type(int64).max,
                false
            )
        );
        vm.prank(buyer);
        control.take{value: price}(minerId, price, buyerId, "");
        vm.clearMockedCalls();
        vm.mockCall(account, abi.encodeWithSignature("changeOwner(uint64,uint64)", minerId, buyerId), "");
        vm.expectRevert(abi.encodeWithSelector(LoanBook_BadOwner.selector, minerId, accountId, accountId, buyerId, 0));
        vm.prank(buyer);
        control.take{value: price}(minerId, price, buyerId, "");
        assertEq(book.loanOfMiner(minerId), loanId);
    }

    // ------------------------------------------------------------------------------------------------ attacks

    function test_theCallbackReentersNothing() public {
        (, , uint64 minerId) = auctioned();
        (uint256 price, , ) = control.quote(minerId);
        ControlTaker taker = newTaker(price);
        bytes[5] memory attacks = [
            abi.encodeCall(control.take, (minerId, NO_LIMIT, buyerId, "")),
            abi.encodeCall(control.kick, (minerId)),
            abi.encodeCall(control.end, (minerId)),
            abi.encodeCall(control.restart, (minerId)),
            abi.encodeCall(control.redirect, (minerId, buyerId))
        ];
        uint256 snapshot = vm.snapshotState();
        for (uint256 i; i < attacks.length; ++i) {
            taker.arm(address(control), attacks[i], 0);
            taker.take(minerId, buyerId, hex"01");
            assertFalse(taker.succeeded());
            assertEq(taker.answer(), abi.encodeWithSignature("ReentrancyGuardReentrantCall()"));
            vm.revertToState(snapshot);
        }
    }

    /// The price was made for this debt and these strips.
    function test_RevertWhen_theCallbackPaysTheDebt() public {
        (uint256 loanId, , uint64 minerId) = auctioned();
        (uint256 price, , ) = control.quote(minerId);
        ControlTaker taker = newTaker(price);
        uint256 debt = book.debtOf(loanId);
        vm.deal(address(taker), 100 ether);
        taker.arm(address(book), abi.encodeCall(book.repay, (loanId)), 100 ether);
        vm.expectRevert(
            abi.encodeWithSelector(
                IControlAuction.ControlAuction_LoanMoved.selector,
                loanId,
                debt,
                debt - 100 ether + 1, // rounded up
                0,
                0
            )
        );
        taker.take(minerId, buyerId, hex"01");
    }

    /// A sweep inside the callback that goes to strips alone leaves the debt as it was, and not the reserve price.
    function test_RevertWhen_theCallbackPaysStrips() public {
        (uint256 loanId, address account, uint64 minerId) = stretchedLoan();
        escrow(loanId, account, 0);
        fall(loanId, 0.995e18);
        sweepAll(loanId);
        fall(loanId, 0.995e18);
        advanceEpochs(1);
        vm.prank(keeper);
        auction.kick(loanId);
        advanceEpochs(200);
        takeAll(loanId, bob);
        makeSick(loanId);
        kick(minerId);
        uint256 strips = factsOf(minerId).strips;
        fundMiner(minerId, strips / 4);
        fall(loanId, 0.95e18);
        uint256 cash = factsOf(minerId).cash;
        assertGe(cash, strips / 4, "fixture: something to sweep");
        assertLt(cash, strips, "fixture: for the strips alone");
        (uint256 price, , ) = control.quote(minerId);
        ControlTaker taker = newTaker(price);
        taker.arm(address(book), abi.encodeCall(book.sweep, (loanId, 0)), 0);
        uint256 debt = book.debtOf(loanId);
        vm.expectRevert(
            abi.encodeWithSelector(
                IControlAuction.ControlAuction_LoanMoved.selector,
                loanId,
                debt,
                debt,
                strips,
                strips - cash
            )
        );
        taker.take(minerId, buyerId, hex"01");
    }

    /// The SP as taker pays the whole debt inside the callback, so that its miner may leave, and takes it out.
    function test_RevertWhen_theCallbackTakesTheMinerOutOfEscrow() public {
        (uint256 loanId, address account, uint64 minerId) = auctioned();
        (uint256 price, , ) = control.quote(minerId);
        ControlTaker taker = newTaker(price);
        vm.prank(sp);
        book.transferFrom(sp, address(taker), loanId);
        uint64 spId = idOf(sp);
        taker.arm(address(book), abi.encodeCall(book.releaseMiner, (loanId, 0, spId)), 0);
        taker.take(minerId, buyerId, hex"01");
        assertFalse(taker.succeeded(), "not in this state");
        assertOwner(minerId, idOf(account), buyerId);
    }

    /// Whatever the auction believes, the loan book asks the actor who owns the miner.
    function test_RevertWhen_settledThoughTheMinerIsNotInEscrow() public {
        (uint256 loanId, , uint64 minerId) = auctioned();
        repayAll(loanId);
        release(loanId, 0, 1_234);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_NotEscrowed.selector, loanId, minerId, bookId, 1_234));
        vm.prank(address(control));
        book.settleControl(minerId, 0, buyerId);
    }

    function test_ownershipAcceptedInTheMiddleOfAnAuction() public {
        (uint256 loanId, address account, uint64 minerId) = auctioned();
        repayAll(loanId);
        uint64 spId = idOf(sp);
        release(loanId, 0, spId);
        bytes memory refusal = abi.encodeWithSelector(
            IControlAuction.ControlAuction_NotEscrowed.selector,
            minerId,
            loanId
        );
        vm.expectRevert(refusal);
        control.take(minerId, NO_LIMIT, buyerId, "");
        changeOwner(sp, minerId, spId);
        vm.expectRevert(refusal);
        control.take(minerId, NO_LIMIT, buyerId, "");
        assertLien(minerId, account);
        // Nor in another loan, in whose escrow it comes to lie: that auction was never opened.
        proposeBack(minerId);
        vm.prank(sp);
        book.detachMiner(loanId, 0);
        (uint256 next, address nextAccount) = openLoan(500 ether);
        attach(next, nextAccount, minerId);
        escrow(next, nextAccount, 0);
        vm.expectRevert(refusal);
        control.take(minerId, NO_LIMIT, buyerId, "");
        ControlFacts memory f = factsOf(minerId);
        f.healthWad = 0.9e18;
        vm.mockCall(address(book), abi.encodeCall(book.controlOf, (minerId)), abi.encode(f));
        vm.expectRevert(refusal);
        control.take(minerId, NO_LIMIT, buyerId, "");
        control.end(minerId);
    }

    // ------------------------------------------------------------------------------------------------ the buyer

    /// Who never accepts has paid, and has nothing; nobody else has it either. Its buyer may name another.
    function test_aBuyerThatNeverAccepts() public {
        (uint256 loanId, address account, uint64 minerId) = auctioned();
        (uint256 price, , ) = control.quote(minerId);
        vm.deal(buyer, price);
        vm.prank(buyer);
        control.take{value: price}(minerId, price, 999_999, "");
        assertEq(book.debtOf(loanId), 0, "the loan has its price");
        vm.prank(sp);
        book.close(loanId);
        advanceDays(30);
        uint64 accountId = idOf(account);
        assertOwner(minerId, accountId, 999_999);
        // The SP has no way to it.
        (int256 code, ) = callAs(sp, minerId, FilecoinMethods.CHANGE_OWNER_ADDRESS, idParams(idOf(sp)));
        assertEq(code, 18);
        (code, ) = callAs(sp, minerId, FilecoinMethods.WITHDRAW_BALANCE, hex"814200ff");
        assertEq(code, 18);
        vm.expectRevert(abi.encodeWithSelector(IControlAuction.ControlAuction_NotBuyer.selector, minerId, buyer, sp));
        vm.prank(sp);
        control.redirect(minerId, 1_234);

        vm.expectEmit(address(control));
        emit IControlAuction.ControlRedirected(minerId, loanId, buyerId);
        vm.prank(buyer);
        control.redirect(minerId, buyerId);
        assertOwner(minerId, accountId, buyerId);
        changeOwner(buyer, minerId, buyerId);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_NotEscrowed.selector, loanId, minerId, buyerId, 0));
        vm.prank(buyer);
        control.redirect(minerId, buyerId);
    }

    function test_RevertWhen_redirectedToNobodyOrOurselves() public {
        (, address account, uint64 minerId) = auctioned();
        buy(minerId);
        uint64[3] memory ids = [0, idOf(account), bookId];
        for (uint256 i; i < 3; ++i) {
            vm.expectRevert(abi.encodeWithSelector(LoanBook_InvalidOwner.selector, ids[i]));
            vm.prank(buyer);
            control.redirect(minerId, ids[i]);
        }
        vm.expectRevert(
            abi.encodeWithSelector(IControlAuction.ControlAuction_NotBuyer.selector, 77, address(0), buyer)
        );
        vm.prank(buyer);
        control.redirect(77, buyerId);
    }

    /// The miner comes back to the same loan's escrow; whoever bought it once has no say in it.
    function test_RevertWhen_aFormerBuyerRedirectsAMinerThatIsBack() public {
        (uint256 loanId, address account, uint64 minerId) = auctioned();
        buy(minerId);
        changeOwner(buyer, minerId, buyerId);
        uint64 spId = idOf(sp);
        changeOwner(buyer, minerId, spId); // sold on, to the SP
        changeOwner(sp, minerId, spId);
        attach(loanId, account, minerId);
        escrow(loanId, account, 0);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_MinerTaken.selector, minerId, loanId));
        vm.prank(buyer);
        control.redirect(minerId, buyerId);
        assertOwner(minerId, idOf(account), 0);
    }
}
