// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {BeneficiaryProposal, BeneficiaryTerm} from "../../../../contracts/filecoin/interfaces/IMinerFacts.sol";
import {InterestMath} from "../../../../contracts/libraries/InterestMath.sol";
import {
    AttachedMiner,
    Covenant,
    FixedRates,
    Loan,
    LoanState,
    Takeover
} from "../../../../contracts/loans/LoanTypes.sol";
import {TakeoverQuote} from "../../../../contracts/loans/interfaces/ILoanTakeover.sol";
import {ILoanTerms} from "../../../../contracts/loans/interfaces/ILoanTerms.sol";
import {IPledgeVault, PoolState} from "../../../../contracts/loans/interfaces/IPledgeVault.sol";
import {IReputation} from "../../../../contracts/reputation/interfaces/IReputation.sol";
import {Conditions} from "../../../../contracts/loans/interfaces/ISectorConditions.sol";
import {FULL_QUOTA, LAST_EPOCH} from "./doubles/Lenders.sol";
import {TakeoverTest} from "./TakeoverTest.sol";

/// @notice Taking over a lien of a lender that approves first and is paid as the actor that it is.
contract TakeoverFlowTest is TakeoverTest {
    // ---------------------------------------------------------------- what it does

    function test_takeover_paysTheLenderAndTakesItsLien() public {
        (uint256 loanId, address account, uint64 minerId) = readyTakeover(600 ether, 500 ether);
        uint256 index = vault.borrowIndex();
        uint256 scaled = InterestMath.toScaledUp(500 ether, index);
        uint256 debt = InterestMath.toDebtUp(scaled, index);
        uint256 funds = masked(minerId).balance;
        PoolState memory before = vault.poolState();
        TakeoverQuote memory q = book.quoteTakeover(loanId, minerId);

        vm.expectEmit(address(book));
        emit MinerAttached(loanId, minerId, 1_000 ether, 1_000 * 32 * uint256(GIB));
        vm.expectEmit(address(book));
        emit LienTakenOver(loanId, minerId, lenderId, 0, 500 ether, debt);
        vm.expectEmit(address(vault));
        emit IPledgeVault.Lent(loanId, lenderId, 500 ether, scaled);
        vm.prank(keeper);
        book.takeover(loanId, minerId);

        assertEq(lender.balance, 500 ether, "the lender is paid");
        assertEq(masked(minerId).balance, funds, "the miner gets nothing");
        assertEq(account.balance, 0);
        BeneficiaryTerm memory term = facts.beneficiaryTerm(minerId);
        assertEq(term.beneficiary, idOf(account), "I8: the lien is the loan's");
        assertEq(term.quota, FULL_QUOTA);
        assertEq(term.usedQuota, 0);
        assertEq(term.expiration, LAST_EPOCH);
        assertFalse(term.hasPending);
        PoolState memory s = vault.poolState();
        assertEq(s.cash, before.cash - 500 ether);
        assertEq(s.totalAssets, before.totalAssets, "I4: to the attoFIL");
        _assertBooked(loanId, minerId, scaled, q);
    }

    function _assertBooked(uint256 loanId, uint64 minerId, uint256 scaled, TakeoverQuote memory q) private view {
        Loan memory loan = loanOf(loanId);
        assertEq(loan.scaledDebt, scaled, "I1");
        assertEq(loan.principal, 500 ether);
        assertEq(loan.drawnCount, 1);
        assertEq(loan.provenCount, 1);
        assertEq(loan.minerCount, 1);
        assertEq(loan.interestSince, vm.getBlockNumber());
        assertEq(loan.coolOffSince, vm.getBlockNumber());
        assertEq(loan.drawEpoch, 0, "no draw that a proof would be measured from");
        assertEq(book.loanOfMiner(minerId), loanId);
        AttachedMiner memory miner = book.minersOf(loanId)[0];
        assertEq(miner.minerId, minerId);
        assertEq(miner.pledgeRef, 1_000 ether);
        assertEq(miner.powerRef, 1_000 * 32 * uint256(GIB));
        assertEq(miner.attachEpoch, vm.getBlockNumber());
        assertEq(book.takeoverOf(loanId, minerId).lender, 0, "the offer is used up");
        assertEq(uint8(book.covenantOf(loanId)), uint8(Covenant.None));
        assertEq(q.debt, book.debtOf(loanId), "quoted: debt");
        assertEq(q.drawLimit, book.positionOf(loanId).drawLimit, "quoted: draw limit");
        assertEq(q.lender, lenderId);
        assertEq(q.payee, lenderId);
        assertEq(q.tranche, 0);
        assertEq(q.amount, 500 ether);
        assertEq(q.lapsing, 100 ether);
    }

    function test_takeover_ofAContractThatRunsNoCode() public {
        uint64 minerId = houseMiner(1_000, 400 ether);
        (uint256 loanId, address account) = openLoan(400 ether);
        offer(loanId, minerId, 400 ether);
        propose(minerId, account);
        house.approve(minerId, idOf(account));
        book.takeover(loanId, minerId);
        assertEq(address(house).balance, 400 ether);
        assertEq(facts.beneficiaryTerm(minerId).beneficiary, idOf(account));
    }

    function test_takeover_approvalAndPaymentInOneTransactionOfTheLender() public {
        uint64 minerId = houseMiner(1_000, 400 ether);
        (uint256 loanId, address account) = openLoan(400 ether);
        offer(loanId, minerId, 400 ether);
        propose(minerId, account);
        house.leave(book, loanId, minerId, idOf(account));
        assertEq(address(house).balance, 400 ether);
        assertEq(house.owed(minerId), 0);
        assertEq(book.loanOfMiner(minerId), loanId);
    }

    function test_takeover_leavesNothingToProveAndEarnsNothing() public {
        (uint256 loanId, , uint64 minerId) = readyTakeover(600 ether, 500 ether);
        vm.expectCall(address(reputation), abi.encodePacked(IReputation.mark.selector), 0);
        book.takeover(loanId, minerId);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_NothingToProve.selector, loanId));
        book.prove(loanId);
        advanceDays(40);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_NothingToProve.selector, loanId));
        book.reclaim(loanId);
        assertEq(uint8(book.covenantOf(loanId)), uint8(Covenant.InterestOverdue), "and no proof is missed");
    }

    /// A miner comes with its debt to a portfolio that has one, between two tranches; what is left of its tranche lapses.
    function test_takeover_intoARunningLoan() public {
        vm.prank(sp);
        (uint256 loanId, address account) = book.open(tranches(3, 300 ether), payee);
        uint64 first = newMiner(1_000, 50 ether);
        attach(loanId, account, first);
        vm.prank(sp);
        book.draw(loanId, 0);
        seal(first, 300, false, 1 ether);
        book.prove(loanId);
        advanceDays(3);
        uint256 since = loanOf(loanId).interestSince;

        uint64 minerId = encumberedMiner(1_000);
        offer(loanId, minerId, 200 ether);
        propose(minerId, account);
        approve(minerId, account);
        TakeoverQuote memory q = book.quoteTakeover(loanId, minerId);
        assertEq(q.tranche, 1);
        assertEq(q.lapsing, 100 ether);
        book.takeover(loanId, minerId);
        assertEq(q.debt, book.debtOf(loanId));
        assertEq(loanOf(loanId).interestSince, since, "interest goes on being due from when it was");
        assertEq(loanOf(loanId).principal, 500 ether);
        vm.prank(sp);
        book.draw(loanId, 1);
        assertEq(loanOf(loanId).principal, 800 ether, "the third tranche as it was");
        assertEq(loanOf(loanId).drawnCount, 3);
        assertEq(loanOf(loanId).provenCount, 2);
    }

    /// Its term run out, the lender keeps no lien, and the proposal counts as approved.
    function test_takeover_ofALienThatHasExpired() public {
        uint64 minerId = newMiner(1_000, 50 ether);
        int64 soon = int64(uint64(vm.getBlockNumber() + 10));
        changeBeneficiary(sp, minerId, lenderId, OLD_QUOTA, soon);
        changeBeneficiary(lender, minerId, lenderId, OLD_QUOTA, soon);
        advanceEpochs(11);
        (uint256 loanId, address account) = openLoan(500 ether);
        offer(loanId, minerId, 300 ether);
        propose(minerId, account);
        book.takeover(loanId, minerId);
        assertEq(lender.balance, 300 ether);
        assertEq(facts.beneficiaryTerm(minerId).beneficiary, idOf(account));
    }

    /// The former lien's quota was used up in part; the loan's is whole.
    function test_takeover_ofALienThatWasUsed() public {
        (uint256 loanId, , uint64 minerId) = readyTakeover(600 ether, 500 ether);
        (int256 code, ) = callAs(lender, minerId, 2280458852, hex"8149004563918244f40000"); // WithdrawBalance, 5 FIL
        assertEq(code, 0);
        assertEq(facts.beneficiaryTerm(minerId).usedQuota, 5 ether);
        book.takeover(loanId, minerId);
        assertEq(facts.beneficiaryTerm(minerId).usedQuota, 0);
        assertEq(lender.balance, 505 ether);
    }

    function test_takeover_minerIsGivenBackAsAnyOther() public {
        (uint256 loanId, , uint64 minerId) = readyTakeover(600 ether, 500 ether);
        book.takeover(loanId, minerId);
        advanceDays(1);
        uint256 debt = book.debtOf(loanId);
        vm.deal(bob, debt);
        vm.prank(bob);
        book.repay{value: debt}(loanId);
        proposeBack(minerId);
        vm.prank(sp);
        book.detachMiner(loanId, 0);
        vm.prank(sp);
        book.close(loanId);
        assertState(loanId, LoanState.Closed);
    }

    /// Rewards that vest count as they do in the position afterwards.
    function test_quote_isThePositionAfterwards() public {
        (uint256 loanId, , uint64 minerId) = readyTakeover(600 ether, 500 ether);
        award(minerId, 100 ether);
        advanceDays(2);
        TakeoverQuote memory q = book.quoteTakeover(loanId, minerId);
        book.takeover(loanId, minerId);
        assertEq(q.debt, book.debtOf(loanId));
        assertEq(q.drawLimit, book.positionOf(loanId).drawLimit);
        assertGt(book.positionOf(loanId).assessment.walkAwayValue, 0);
    }

    // ---------------------------------------------------------------- what it refuses

    function test_L16_takeover_RevertWhen_attachedWithoutPayOff() public {
        (uint256 loanId, , uint64 minerId) = readyTakeover(600 ether, 500 ether);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_ForeignBeneficiary.selector, minerId, idOf(sp), lenderId));
        vm.prank(sp);
        book.attachMiner(loanId, minerId);
    }

    function test_takeover_RevertWhen_loanIsUnknown() public {
        assertBarred(99, 1, abi.encodeWithSelector(LoanBook_UnknownLoan.selector, 99));
    }

    function test_takeover_RevertWhen_nothingIsOffered() public {
        uint64 minerId = encumberedMiner(1_000);
        (uint256 loanId, address account) = openLoan(500 ether);
        propose(minerId, account);
        approve(minerId, account);
        assertBarred(loanId, minerId, abi.encodeWithSelector(LoanBook_NoOffer.selector, loanId, minerId));
    }

    function test_takeover_RevertWhen_offerIsUsedOrAnothersLoan() public {
        (uint256 loanId, , uint64 minerId) = readyTakeover(600 ether, 500 ether);
        (uint256 other, ) = openLoan(600 ether);
        assertBarred(other, minerId, abi.encodeWithSelector(LoanBook_NoOffer.selector, other, minerId));
        book.takeover(loanId, minerId);
        assertBarred(loanId, minerId, abi.encodeWithSelector(LoanBook_NoOffer.selector, loanId, minerId));
    }

    function test_takeover_untilTheDeadlineAndNotAfterIt() public {
        (uint256 loanId, , uint64 minerId) = readyTakeover(600 ether, 500 ether);
        uint256 deadline = book.takeoverOf(loanId, minerId).deadline;
        advanceEpochs(deadline - vm.getBlockNumber());
        book.quoteTakeover(loanId, minerId);
        advanceEpochs(1);
        assertBarred(
            loanId,
            minerId,
            abi.encodeWithSelector(LoanBook_OfferOver.selector, loanId, minerId, deadline, deadline + 1)
        );
    }

    function test_takeover_RevertWhen_drawsArePaused() public {
        (uint256 loanId, , uint64 minerId) = readyTakeover(600 ether, 500 ether);
        vm.prank(guardian);
        book.pauseDraws();
        assertBarred(loanId, minerId, abi.encodeWithSelector(LoanBook_Paused.selector, book.drawsPausedUntil()));
    }

    function test_takeover_RevertWhen_attachesArePaused() public {
        (uint256 loanId, , uint64 minerId) = readyTakeover(600 ether, 500 ether);
        vm.prank(guardian);
        book.pauseAttaches();
        assertBarred(loanId, minerId, abi.encodeWithSelector(LoanBook_Paused.selector, book.attachesPausedUntil()));
    }

    function test_takeover_RevertWhen_loanIsClosed() public {
        (uint256 loanId, , uint64 minerId) = readyTakeover(600 ether, 500 ether);
        vm.prank(sp);
        book.close(loanId);
        assertBarred(loanId, minerId, abi.encodeWithSelector(LoanBook_WrongState.selector, loanId, LoanState.Closed));
    }

    function test_takeover_RevertWhen_aDrawIsUnproven() public {
        vm.prank(sp);
        (uint256 loanId, address account) = book.open(tranches(2, 300 ether), payee);
        uint64 minerId = encumberedMiner(1_000);
        offer(loanId, minerId, 200 ether);
        propose(minerId, account);
        approve(minerId, account);
        attach(loanId, account, newMiner(1_000, 50 ether));
        vm.prank(sp);
        book.draw(loanId, 0);
        assertBarred(loanId, minerId, abi.encodeWithSelector(LoanBook_NotProven.selector, loanId, 0));
    }

    /// With a fixed term a pay-off would be two kinds of debt in one loan.
    function test_takeover_RevertWhen_theDebtIsFixed() public {
        FixedRates memory rates;
        (rates.maxTermDays, rates.maxShareBps) = (540, 8_000);
        asRisk(address(book), abi.encodeCall(ILoanTerms.setFixedRates, (rates)));
        vm.prank(sp);
        (uint256 loanId, address account) = book.open(tranches(2, 300 ether), payee);
        uint64 own = newMiner(1_000, 50 ether);
        attach(loanId, account, own);
        uint256 maturity = inDays(90);
        vm.prank(sp);
        book.drawFixed(loanId, 0, maturity, type(uint256).max);
        seal(own, 300, false, 1 ether);
        book.prove(loanId);
        uint64 minerId = encumberedMiner(1_000);
        offer(loanId, minerId, 200 ether);
        propose(minerId, account);
        approve(minerId, account);
        assertBarred(loanId, minerId, abi.encodeWithSelector(LoanBook_FixedTerm.selector, loanId, maturity));
        vm.prank(sp);
        book.unfix(loanId);
        book.takeover(loanId, minerId);
        assertEq(loanOf(loanId).principal, 500 ether);
    }

    function test_takeover_RevertWhen_facilityIsFrozen() public {
        vm.prank(sp);
        (uint256 loanId, address account) = book.open(tranches(2, 300 ether), payee);
        uint64 minerId = encumberedMiner(1_000);
        vm.prank(sp);
        book.openTakeover(loanId, minerId, 200 ether, inDays(20));
        propose(minerId, account);
        approve(minerId, account);
        attach(loanId, account, newMiner(1_000, 50 ether));
        vm.prank(sp);
        book.draw(loanId, 0);
        advanceDays(11);
        book.reclaim(loanId);
        assertBarred(loanId, minerId, abi.encodeWithSelector(LoanBook_Frozen.selector, loanId));
    }

    function test_takeover_RevertWhen_noTrancheIsLeft() public {
        (uint256 loanId, address account, uint64 minerId) = readyTakeover(300 ether, 200 ether);
        uint64 own = newMiner(1_000, 50 ether);
        attach(loanId, account, own);
        vm.prank(sp);
        book.draw(loanId, 0);
        seal(own, 300, false, 1 ether);
        book.prove(loanId);
        assertBarred(loanId, minerId, abi.encodeWithSelector(LoanBook_NoTrancheLeft.selector, loanId));
    }

    function test_takeover_RevertWhen_theNextTrancheIsTooSmall() public {
        vm.startPrank(sp);
        (uint256 loanId, address account) = book.open(tranches(2, 300 ether), payee);
        vm.stopPrank();
        uint64 minerId = encumberedMiner(1_000);
        offer(loanId, minerId, 300 ether);
        propose(minerId, account);
        approve(minerId, account);
        // Storage: the tranches of a facility are equal here, so the offer is raised beyond them by hand.
        Takeover memory t = book.takeoverOf(loanId, minerId);
        bytes32 slot = _offerSlot(loanId, minerId);
        assertEq(uint256(vm.load(address(book), slot)) & type(uint96).max, t.amount, "fixture: the slot");
        uint256 word = uint256(vm.load(address(book), slot)) + 1;
        vm.store(address(book), slot, bytes32(word));
        assertBarred(
            loanId,
            minerId,
            abi.encodeWithSelector(LoanBook_BadPayOff.selector, 10 ether, 300 ether, 300 ether + 1)
        );
    }

    function _offerSlot(uint256 loanId, uint64 minerId) private pure returns (bytes32) {
        uint256 base = 0xc6a47f2a66aeb000f8ec1cfca93dc4649210eb629dfaf0a4351ac655f3213000 + 8;
        return keccak256(abi.encode(uint256(minerId), keccak256(abi.encode(loanId, base))));
    }

    function test_takeover_RevertWhen_theTrancheHasExpired() public {
        uint64 minerId = encumberedMiner(1_000);
        (uint256 loanId, address account) = openLoan(500 ether);
        advanceDays(28);
        uint256 deadline = book.tranchesOf(loanId)[0].drawDeadline;
        vm.prank(sp);
        book.openTakeover(loanId, minerId, 500 ether, deadline);
        propose(minerId, account);
        approve(minerId, account);
        advanceEpochs(deadline - vm.getBlockNumber());
        book.quoteTakeover(loanId, minerId);
        advanceEpochs(1);
        assertBarred(
            loanId,
            minerId,
            abi.encodeWithSelector(LoanBook_OfferOver.selector, loanId, minerId, deadline, deadline + 1)
        );
    }

    function test_takeover_RevertWhen_trancheIsPromised() public {
        (uint256 loanId, , uint64 minerId) = readyTakeover(600 ether, 500 ether);
        vm.prank(sp);
        conditions.promiseMore(loanId, 0, Conditions({spotChecks: 0, minExpiration: 0, minDataBytes: 1}));
        assertBarred(loanId, minerId, abi.encodeWithSelector(LoanBook_TranchePromised.selector, loanId, 0));
    }

    function test_takeover_RevertWhen_trancheIsPromisedToBeChecked() public {
        (uint256 loanId, , uint64 minerId) = readyTakeover(600 ether, 500 ether);
        vm.prank(sp);
        conditions.promiseMore(loanId, 0, Conditions({spotChecks: 1, minExpiration: 0, minDataBytes: 0}));
        assertBarred(loanId, minerId, abi.encodeWithSelector(LoanBook_TranchePromised.selector, loanId, 0));
    }

    function test_takeover_RevertWhen_eightMinersAreAttached() public {
        (uint256 loanId, address account, uint64 minerId) = readyTakeover(600 ether, 500 ether);
        for (uint256 i; i < 8; ++i) attach(loanId, account, newMiner(0, 1 ether));
        assertBarred(loanId, minerId, abi.encodeWithSelector(LoanBook_TooManyMiners.selector, 8));
    }

    function test_takeover_RevertWhen_minerSecuresALoan() public {
        (uint256 loanId, , uint64 minerId) = readyTakeover(600 ether, 500 ether);
        (uint256 other, address account) = openLoan(600 ether);
        offer(other, minerId, 500 ether);
        propose(minerId, account);
        approve(minerId, account);
        book.takeover(other, minerId);
        assertBarred(loanId, minerId, abi.encodeWithSelector(LoanBook_MinerTaken.selector, minerId, other));
    }

    function test_takeover_RevertWhen_ownerIsChanging() public {
        (uint256 loanId, , uint64 minerId) = readyTakeover(600 ether, 500 ether);
        changeOwner(sp, minerId, idOf(bob));
        assertBarred(loanId, minerId, abi.encodeWithSelector(LoanBook_OwnerChangePending.selector, minerId, idOf(bob)));
    }

    /// With the owner the proposal goes, and what the lender had approved of.
    function test_takeover_RevertWhen_ownerHasChanged() public {
        (uint256 loanId, address account, uint64 minerId) = readyTakeover(600 ether, 500 ether);
        changeOwner(sp, minerId, idOf(bob));
        changeOwner(bob, minerId, idOf(bob));
        assertBarred(loanId, minerId, _notProposed(minerId, account, 0, 0, 0));
    }

    function test_takeover_RevertWhen_lenderHasLetGo() public {
        (uint256 loanId, , uint64 minerId) = readyTakeover(600 ether, 500 ether);
        proposeBack(minerId);
        changeBeneficiary(lender, minerId, idOf(sp), 0, 0);
        assertBarred(loanId, minerId, abi.encodeWithSelector(LoanBook_NoForeignLien.selector, minerId, idOf(sp)));
    }

    function test_takeover_RevertWhen_anotherLenderHasTheLien() public {
        (uint256 loanId, , uint64 minerId) = readyTakeover(600 ether, 500 ether);
        int64 later = int64(uint64(vm.getBlockNumber() + 500 * DAY));
        changeBeneficiary(sp, minerId, houseId, OLD_QUOTA, later);
        changeBeneficiary(lender, minerId, houseId, OLD_QUOTA, later);
        house.lend(minerId, OLD_QUOTA, later, 1);
        assertBarred(
            loanId,
            minerId,
            abi.encodeWithSelector(LoanBook_OtherLender.selector, minerId, lenderId, houseId)
        );
    }

    function test_takeover_RevertWhen_lenderIsNoLongerListed() public {
        (uint256 loanId, , uint64 minerId) = readyTakeover(600 ether, 500 ether);
        unlist(lenderId);
        assertBarred(loanId, minerId, abi.encodeWithSelector(LoanBook_NotListed.selector, minerId, lenderId));
    }

    // ---------------------------------------------------------------- the proposal

    function test_takeover_RevertWhen_nothingIsProposed() public {
        uint64 minerId = encumberedMiner(1_000);
        (uint256 loanId, address account) = openLoan(600 ether);
        offer(loanId, minerId, 500 ether);
        assertBarred(loanId, minerId, _notProposed(minerId, account, 0, 0, 0));
    }

    /// The owner proposes another in the last moment: the approval is gone, and so is the takeover.
    function test_takeover_RevertWhen_proposalIsSwapped() public {
        (uint256 loanId, address account, uint64 minerId) = readyTakeover(600 ether, 500 ether);
        changeBeneficiary(sp, minerId, idOf(bob), FULL_QUOTA, LAST_EPOCH);
        assertBarred(loanId, minerId, _notProposed(minerId, account, idOf(bob), FULL_QUOTA, LAST_EPOCH));
        propose(minerId, account);
        assertBarred(loanId, minerId, abi.encodeWithSelector(LoanBook_NotApproved.selector, minerId, lenderId));
    }

    function test_takeover_RevertWhen_quotaIsAnother() public {
        _assertOtherTerms(FULL_QUOTA - 1, LAST_EPOCH);
        _assertOtherTerms(FULL_QUOTA + 1, LAST_EPOCH);
    }

    function test_takeover_RevertWhen_expirationIsAnother() public {
        _assertOtherTerms(FULL_QUOTA, LAST_EPOCH - 1);
    }

    function _assertOtherTerms(uint256 quota, int64 expiration) private {
        uint64 minerId = encumberedMiner(1_000);
        (uint256 loanId, address account) = openLoan(600 ether);
        offer(loanId, minerId, 500 ether);
        changeBeneficiary(sp, minerId, idOf(account), quota, expiration);
        changeBeneficiary(lender, minerId, idOf(account), quota, expiration);
        BeneficiaryProposal memory p = facts.beneficiaryProposal(minerId);
        assertTrue(p.approvedByBeneficiary);
        assertFalse(p.approvedByNominee);
        assertBarred(loanId, minerId, _notProposed(minerId, account, idOf(account), quota, expiration));
    }

    function test_takeover_RevertWhen_lenderHasNotApproved() public {
        uint64 minerId = encumberedMiner(1_000);
        (uint256 loanId, address account) = openLoan(600 ether);
        offer(loanId, minerId, 500 ether);
        propose(minerId, account);
        assertBarred(loanId, minerId, abi.encodeWithSelector(LoanBook_NotApproved.selector, minerId, lenderId));
        assertEq(lender.balance, 0);
    }

    function _notProposed(
        uint64 minerId,
        address account,
        uint64 nominee,
        uint256 quota,
        int64 expiration
    ) private returns (bytes memory) {
        return
            abi.encodeWithSelector(
                LoanBook_NotProposed.selector,
                minerId,
                idOf(account),
                nominee,
                FULL_QUOTA,
                quota,
                LAST_EPOCH,
                expiration
            );
    }

    // ---------------------------------------------------------------- money and tests

    function test_takeover_RevertWhen_poolIsShort() public {
        (uint256 loanId, , uint64 minerId) = readyTakeover(600 ether, 500 ether);
        uint256 leave = vault.maxWithdraw(alice) - 300 ether;
        vm.prank(alice);
        vault.withdrawFil(leave, alice, alice);
        uint256 lendable = vault.lendable();
        assertLt(lendable, 500 ether);
        assertBarred(
            loanId,
            minerId,
            abi.encodeWithSelector(IPledgeVault.PledgeVault_InsufficientLiquidity.selector, lendable, 500 ether)
        );
    }

    function test_I6_takeover_RevertWhen_drawTestFails() public {
        (uint256 loanId, , uint64 minerId) = readyTakeover(900 ether, 750 ether);
        vm.expectRevert();
        book.quoteTakeover(loanId, minerId);
        bytes memory reason;
        try book.quoteTakeover(loanId, minerId) {} catch (bytes memory thrown) {
            reason = thrown;
        }
        assertEq(bytes4(reason), LoanBook_DrawTest.selector);
        assertBarred(loanId, minerId, reason);
        assertEq(facts.beneficiaryTerm(minerId).beneficiary, lenderId, "the lender keeps its lien");
        assertTrue(facts.beneficiaryProposal(minerId).approvedByBeneficiary);
        assertEq(lender.balance, 0);
        assertEq(loanOf(loanId).principal, 0);
        assertEq(book.loanOfMiner(minerId), 0);
    }

    /// What the quote says is the limit is the limit.
    function test_I6_takeover_upToTheDrawLimit() public {
        (uint256 loanId, , uint64 minerId) = readyTakeover(900 ether, 500 ether);
        uint256 limit = book.quoteTakeover(loanId, minerId).drawLimit;
        vm.prank(sp);
        uint256 deadline = book.takeoverOf(loanId, minerId).deadline;
        vm.prank(sp);
        book.openTakeover(loanId, minerId, limit, deadline);
        // An attoFIL may be rounded up.
        uint256 snapshot = vm.snapshotState();
        uint256 index = vault.borrowIndex();
        uint256 debt = InterestMath.toDebtUp(InterestMath.toScaledUp(limit, index), index);
        if (debt > limit) {
            assertBarred(loanId, minerId, abi.encodeWithSelector(LoanBook_DrawTest.selector, loanId, limit, debt));
        } else {
            book.takeover(loanId, minerId);
        }
        vm.revertToState(snapshot);
        vm.prank(sp);
        book.openTakeover(loanId, minerId, limit + 2, deadline);
        debt = InterestMath.toDebtUp(InterestMath.toScaledUp(limit + 2, index), index);
        assertBarred(loanId, minerId, abi.encodeWithSelector(LoanBook_DrawTest.selector, loanId, limit, debt));
    }

    function test_takeover_RevertWhen_aCovenantIsBroken() public {
        vm.prank(sp);
        (uint256 loanId, address account) = book.open(tranches(2, 300 ether), payee);
        uint64 first = newMiner(1_000, 50 ether);
        attach(loanId, account, first);
        vm.prank(sp);
        book.draw(loanId, 0);
        seal(first, 300, false, 1 ether);
        book.prove(loanId);
        uint64 minerId = encumberedMiner(1_000);
        offer(loanId, minerId, 200 ether);
        propose(minerId, account);
        approve(minerId, account);
        propose(first, bob); // a proposal at another miner of the loan
        assertBarred(
            loanId,
            minerId,
            abi.encodeWithSelector(LoanBook_CovenantBroken.selector, loanId, Covenant.BeneficiaryTampered)
        );
    }

    /// The day's limit on draws is one on pay-offs.
    function test_takeover_RevertWhen_theDaysLimitIsUsed() public {
        vault.setFlowLimits(10_000 ether, 1_000 ether); // as ADMIN
        (uint256 loanId, , uint64 minerId) = readyTakeover(600 ether, 500 ether);
        (uint256 other, , ) = preparedLoan(600 ether);
        vm.prank(sp);
        book.draw(other, 0);
        uint256 left = vault.lendable();
        assertLt(left, 500 ether);
        vm.expectRevert(
            abi.encodeWithSelector(IPledgeVault.PledgeVault_InsufficientLiquidity.selector, left, 500 ether)
        );
        book.quoteTakeover(loanId, minerId);
        vm.expectRevert(abi.encodeWithSelector(IPledgeVault.PledgeVault_DrawLimit.selector, left, 500 ether));
        book.takeover(loanId, minerId);
        advanceDays(1);
        uint256 before = vault.lendable();
        book.takeover(loanId, minerId);
        assertEq(vault.lendable(), before - 500 ether, "and a pay-off uses it");
    }

    function test_takeover_RevertWhen_calledAtItsOwnAddress() public {
        bytes memory args = abi.encode(vault, risk, facts, beacon, auction, posted, reputation, conditions);
        address part = deployCode("contracts/loans/LoanTakeover.sol:LoanTakeover", args);
        (bool ok, bytes memory reason) = part.call(abi.encodeCall(book.takeover, (1, 1)));
        assertFalse(ok);
        assertEq(reason, abi.encodeWithSelector(LoanBook_UnknownLoan.selector, 1));
    }
}
