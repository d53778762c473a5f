// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC721Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

import {ActorCall} from "../../../../contracts/filecoin/ActorCall.sol";
import {FilecoinMethods} from "../../../../contracts/filecoin/FilecoinMethods.sol";
import {BeneficiaryTerm, IMinerFacts} from "../../../../contracts/filecoin/interfaces/IMinerFacts.sol";
import {AttachedMiner, Covenant, LoanState, Tranche} from "../../../../contracts/loans/LoanTypes.sol";
import {BookTest} from "./BookTest.sol";

/// @notice open, setPayee, attachMiner, detachMiner, close.
contract FacilityTest is BookTest {
    // ------------------------------------------------------------------------------------------------ open

    function test_open_createsTokenAndAccount() public {
        uint256 before = book.loanCount();
        (uint256 loanId, address account) = openLoan(500 ether);
        assertEq(loanId, before + 1);
        assertEq(book.ownerOf(loanId), sp);
        assertEq(loanOf(loanId).account, account);
        assertGt(account.code.length, 0);
        assertEq(loanOf(loanId).payee, payee);
        assertState(loanId, LoanState.Healthy);
        assertEq(book.tranchesOf(loanId).length, 1);
        assertEq(book.minersOf(loanId).length, 0);
        assertEq(book.debtOf(loanId), 0);
        assertEq(uint8(book.covenantOf(loanId)), uint8(Covenant.None));
    }

    function test_RevertWhen_OpenWithoutTranche() public {
        vm.expectRevert(abi.encodeWithSelector(LoanBook_TrancheCount.selector, 8, 0));
        book.open(new Tranche[](0), payee);
    }

    function test_RevertWhen_OpenWithNineTranches() public {
        Tranche[] memory list = tranches(9, 10 ether);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_TrancheCount.selector, 8, 9));
        book.open(list, payee);
    }

    function test_open_takesEightTranches() public {
        (uint256 loanId, ) = book.open(tranches(8, 10 ether), payee);
        assertEq(book.tranchesOf(loanId).length, 8);
    }

    function _expectBadTranche(Tranche memory t) private {
        Tranche[] memory list = new Tranche[](2);
        list[0] = tranche(10 ether);
        list[1] = t;
        vm.expectRevert(abi.encodeWithSelector(LoanBook_BadTranche.selector, 1, t));
        book.open(list, payee);
    }

    function test_RevertWhen_TrancheIsBad() public {
        Tranche memory t = tranche(10 ether - 1);
        _expectBadTranche(t);
        t = tranche(10 ether);
        t.drawDeadline = uint32(block.number - 1);
        _expectBadTranche(t);
        t.drawDeadline = uint32(block.number + 2 * 1_051_200 + 1);
        _expectBadTranche(t);
        t = tranche(10 ether);
        t.proveEpochs = 2_879;
        _expectBadTranche(t);
        t.proveEpochs = 525_601;
        _expectBadTranche(t);
        t = tranche(10 ether);
        t.minPowerDelta = 0;
        _expectBadTranche(t);
    }

    function test_open_takesTheBounds() public {
        Tranche[] memory list = new Tranche[](2);
        list[0] = tranche(10 ether);
        list[0].drawDeadline = uint32(block.number);
        list[0].proveEpochs = 2_880;
        list[1] = tranche(10 ether);
        list[1].drawDeadline = uint32(block.number + 2 * 1_051_200);
        list[1].proveEpochs = 525_600;
        book.open(list, payee);
    }

    function test_RevertWhen_FacilityTooLarge() public {
        Tranche[] memory list = tranches(2, 500_000 ether);
        book.open(list, payee);
        list[1].amount += 1;
        vm.expectRevert(abi.encodeWithSelector(LoanBook_LimitExceeded.selector, 1_000_000 ether, 1_000_000 ether + 1));
        book.open(list, payee);
    }

    function test_RevertWhen_PayeeUnusable() public {
        Tranche[] memory list = oneTranche(10 ether);
        address[3] memory bad = [address(0), address(vault), address(book)];
        for (uint256 i; i < bad.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(LoanBook_InvalidAddress.selector, bad[i]));
            book.open(list, bad[i]);
        }
    }

    function test_setPayee() public {
        (uint256 loanId, ) = openLoan(10 ether);
        vm.expectEmit(address(book));
        emit PayeeChanged(loanId, payee, bob);
        vm.prank(sp);
        book.setPayee(loanId, bob);
        assertEq(loanOf(loanId).payee, bob);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_InvalidAddress.selector, address(0)));
        vm.prank(sp);
        book.setPayee(loanId, address(0));
        vm.expectRevert(abi.encodeWithSelector(LoanBook_NotAuthorised.selector, loanId, keeper));
        vm.prank(keeper);
        book.setPayee(loanId, keeper);
    }

    function test_operatorActsForTheHolder() public {
        (uint256 loanId, ) = openLoan(10 ether);
        assertFalse(book.isAuthorised(loanId, keeper));
        vm.prank(sp);
        book.approve(keeper, loanId);
        assertTrue(book.isAuthorised(loanId, keeper));
        vm.prank(keeper);
        book.setPayee(loanId, bob);
    }

    function test_RevertWhen_LoanUnknown() public {
        bytes memory unknown = abi.encodeWithSelector(LoanBook_UnknownLoan.selector, 99);
        vm.expectRevert(unknown);
        book.loanOf(99);
        vm.expectRevert(unknown);
        book.draw(99, 0);
        vm.expectRevert(unknown);
        book.repay{value: 1}(99);
        vm.expectRevert(unknown);
        book.sweep(99, 0);
        vm.expectRevert(unknown);
        book.review(99);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_UnknownLoan.selector, 0));
        book.setPayee(0, payee);
    }

    // ------------------------------------------------------------------------------------------------ attach

    function test_attach_takesTheLien() public {
        (uint256 loanId, address account) = openLoan(500 ether);
        uint64 minerId = newMiner(10, 50 ether);
        propose(minerId, account);
        vm.expectEmit(address(book));
        emit MinerAttached(loanId, minerId, 10 ether, 10 * 32 * uint256(GIB));
        vm.prank(sp);
        book.attachMiner(loanId, minerId);

        assertEq(book.loanOfMiner(minerId), loanId);
        AttachedMiner[] memory list = book.minersOf(loanId);
        assertEq(list.length, 1);
        assertEq(list[0].minerId, minerId);
        assertEq(list[0].pledgeRef, 10 ether);
        assertEq(list[0].powerRef, 10 * 32 * GIB);
        assertEq(list[0].attachEpoch, block.number);
        assertEq(loanOf(loanId).coolOffSince, block.number);
        assertEq(facts.beneficiaryTerm(minerId).beneficiary, idOf(account));
    }

    function test_RevertWhen_AttachByAnother() public {
        (uint256 loanId, address account) = openLoan(500 ether);
        uint64 minerId = newMiner(0, 1 ether);
        propose(minerId, account);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_NotAuthorised.selector, loanId, keeper));
        vm.prank(keeper);
        book.attachMiner(loanId, minerId);
    }

    function test_RevertWhen_AttachWithoutProposal() public {
        (uint256 loanId, address account) = openLoan(500 ether);
        uint64 minerId = newMiner(0, 1 ether);
        vm.expectRevert(
            abi.encodeWithSelector(
                ActorCall.ActorCall_ActorFailed.selector,
                minerId,
                FilecoinMethods.CHANGE_BENEFICIARY,
                int256(18)
            )
        );
        vm.prank(sp);
        book.attachMiner(loanId, minerId);
        assertEq(book.loanOfMiner(minerId), 0);
        assertEq(loanOf(loanId).minerCount, 0);
        assertEq(facts.beneficiaryTerm(minerId).beneficiary, idOf(sp));
        assertGt(account.code.length, 0);
    }

    function test_RevertWhen_ProposalHasOtherTerms() public {
        (uint256 loanId, address account) = openLoan(500 ether);
        uint64 minerId = newMiner(0, 1 ether);
        bytes[2] memory proposals = [
            beneficiaryParams(idOf(account), QUOTA - 1, type(int64).max),
            beneficiaryParams(idOf(account), QUOTA, type(int64).max - 1)
        ];
        for (uint256 i; i < proposals.length; ++i) {
            nativeCall(sp, minerId, FilecoinMethods.CHANGE_BENEFICIARY, proposals[i]);
            vm.expectRevert(
                abi.encodeWithSelector(
                    ActorCall.ActorCall_ActorFailed.selector,
                    minerId,
                    FilecoinMethods.CHANGE_BENEFICIARY,
                    int256(16)
                )
            );
            vm.prank(sp);
            book.attachMiner(loanId, minerId);
        }
    }

    /// @notice The next reads of the miner's term see this one, whatever the approval has done.
    function _pretend(uint64 minerId, BeneficiaryTerm memory term) private {
        vm.mockCall(address(facts), abi.encodeCall(IMinerFacts.beneficiaryTerm, (minerId)), abi.encode(term));
    }

    function _expectNoLien(uint256 loanId, uint64 minerId, BeneficiaryTerm memory term, uint256 quotaLeft) private {
        _pretend(minerId, term);
        vm.expectRevert(
            abi.encodeWithSelector(
                LoanBook_BadTerm.selector,
                minerId,
                idOf(loanOf(loanId).account),
                term.beneficiary,
                quotaLeft,
                term.expiration,
                term.hasPending
            )
        );
        vm.prank(sp);
        book.attachMiner(loanId, minerId);
    }

    function test_RevertWhen_TheApprovalDidNotMakeALien() public {
        (uint256 loanId, address account) = openLoan(500 ether);
        uint64 minerId = newMiner(0, 1 ether);
        propose(minerId, account);
        uint256 leastLeft = 1 << 100;
        BeneficiaryTerm memory term = BeneficiaryTerm(idOf(sp), QUOTA, 0, type(int64).max, false);
        _expectNoLien(loanId, minerId, term, QUOTA);
        term = BeneficiaryTerm(idOf(account), QUOTA, QUOTA - leastLeft + 1, type(int64).max, false);
        _expectNoLien(loanId, minerId, term, leastLeft - 1);
        term = BeneficiaryTerm(idOf(account), QUOTA, QUOTA + 1, type(int64).max, false);
        _expectNoLien(loanId, minerId, term, 0);
        term = BeneficiaryTerm(idOf(account), QUOTA, 0, type(int64).max - 1, false);
        _expectNoLien(loanId, minerId, term, QUOTA);
        term = BeneficiaryTerm(idOf(account), QUOTA, 0, type(int64).max, true);
        _expectNoLien(loanId, minerId, term, QUOTA);
        assertEq(book.loanOfMiner(minerId), 0);

        _pretend(minerId, BeneficiaryTerm(idOf(account), QUOTA, QUOTA - leastLeft, type(int64).max, false));
        vm.prank(sp);
        book.attachMiner(loanId, minerId);
        assertEq(book.loanOfMiner(minerId), loanId);
    }

    function test_RevertWhen_NotAMiner() public {
        (uint256 loanId, ) = openLoan(500 ether);
        uint64 notMiner = idOf(bob);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_NotMiner.selector, notMiner));
        vm.prank(sp);
        book.attachMiner(loanId, notMiner);
    }

    function test_L16_RevertWhen_MinerSecuresAnotherLoan() public {
        (uint256 first, address firstAccount) = openLoan(500 ether);
        (uint256 second, address secondAccount) = openLoan(500 ether);
        uint64 minerId = newMiner(10, 1 ether);
        attach(first, firstAccount, minerId);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_MinerTaken.selector, minerId, first));
        vm.prank(sp);
        book.attachMiner(second, minerId);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_MinerTaken.selector, minerId, first));
        vm.prank(sp);
        book.attachMiner(first, minerId);
        // Nor by way of a proposal to the second account: the first one's consent is missing.
        propose(minerId, secondAccount);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_MinerTaken.selector, minerId, first));
        vm.prank(sp);
        book.attachMiner(second, minerId);
        assertEq(facts.beneficiaryTerm(minerId).beneficiary, idOf(firstAccount));
    }

    function test_RevertWhen_AnotherHoldsTheLien() public {
        (uint256 loanId, address account) = openLoan(500 ether);
        uint64 minerId = newMiner(0, 1 ether);
        uint64 bobId = idOf(bob);
        uint64 spId = idOf(sp);
        nativeCall(
            sp,
            minerId,
            FilecoinMethods.CHANGE_BENEFICIARY,
            beneficiaryParams(bobId, 100 ether, int64(uint64(block.number + 10)))
        );
        nativeCall(
            bob,
            minerId,
            FilecoinMethods.CHANGE_BENEFICIARY,
            beneficiaryParams(bobId, 100 ether, int64(uint64(block.number + 10)))
        );
        propose(minerId, account);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_ForeignBeneficiary.selector, minerId, spId, bobId));
        vm.prank(sp);
        book.attachMiner(loanId, minerId);
        // An expired term is still no free lien (GLIF H-1).
        advanceEpochs(20);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_ForeignBeneficiary.selector, minerId, spId, bobId));
        vm.prank(sp);
        book.attachMiner(loanId, minerId);
    }

    function test_E08_RevertWhen_OwnerChangePendingAtAttach() public {
        (uint256 loanId, address account) = openLoan(500 ether);
        uint64 minerId = newMiner(0, 1 ether);
        propose(minerId, account);
        uint64 bobId = idOf(bob);
        nativeCall(sp, minerId, FilecoinMethods.CHANGE_OWNER_ADDRESS, _idParam(bobId));
        vm.expectRevert(abi.encodeWithSelector(LoanBook_OwnerChangePending.selector, minerId, bobId));
        vm.prank(sp);
        book.attachMiner(loanId, minerId);
    }

    function _idParam(uint64 id) private pure returns (bytes memory) {
        bytes memory whole = beneficiaryParams(id, 0, 0);
        bytes memory out = new bytes(whole.length - 3);
        for (uint256 i; i < out.length; ++i) out[i] = whole[i + 1];
        return out;
    }

    function test_RevertWhen_NinthMiner() public {
        (uint256 loanId, address account) = openLoan(500 ether);
        for (uint256 i; i < 8; ++i) attach(loanId, account, newMiner(0, 1 ether));
        uint64 ninth = newMiner(0, 1 ether);
        propose(ninth, account);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_TooManyMiners.selector, 8));
        vm.prank(sp);
        book.attachMiner(loanId, ninth);
    }

    // ------------------------------------------------------------------------------------------------ detach

    function test_detach_givesTheLienBack() public {
        (uint256 loanId, address account) = openLoan(500 ether);
        uint64 first = newMiner(10, 1 ether);
        uint64 second = newMiner(20, 1 ether);
        attach(loanId, account, first);
        attach(loanId, account, second);
        proposeBack(first);
        vm.expectEmit(address(book));
        emit MinerDetached(loanId, first);
        vm.prank(sp);
        book.detachMiner(loanId, 0);
        assertEq(book.loanOfMiner(first), 0);
        assertEq(book.minersOf(loanId)[0].minerId, second);
        assertEq(facts.beneficiaryTerm(first).beneficiary, idOf(sp));
    }

    function test_RevertWhen_DetachWithoutProposal() public {
        (uint256 loanId, , uint64 minerId) = preparedLoan(500 ether);
        vm.expectRevert(
            abi.encodeWithSelector(
                ActorCall.ActorCall_ActorFailed.selector,
                minerId,
                FilecoinMethods.CHANGE_BENEFICIARY,
                int256(18)
            )
        );
        vm.prank(sp);
        book.detachMiner(loanId, 0);
        assertEq(book.loanOfMiner(minerId), loanId);
    }

    function test_RevertWhen_TheDetachedMinerIsNotGivenBack() public {
        (uint256 loanId, address account, uint64 minerId) = preparedLoan(500 ether);
        proposeBack(minerId);
        BeneficiaryTerm memory kept = BeneficiaryTerm(idOf(account), QUOTA, 0, type(int64).max, true);
        _pretend(minerId, kept);
        vm.expectRevert(
            abi.encodeWithSelector(
                LoanBook_BadTerm.selector,
                minerId,
                idOf(sp),
                idOf(account),
                0,
                type(int64).max,
                true
            )
        );
        vm.prank(sp);
        book.detachMiner(loanId, 0);
        assertEq(book.loanOfMiner(minerId), loanId);
    }

    function test_RevertWhen_DetachNoSuchMiner() public {
        (uint256 loanId, , ) = preparedLoan(500 ether);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_NoSuchMiner.selector, loanId, 1, 1));
        vm.prank(sp);
        book.detachMiner(loanId, 1);
    }

    function test_L18_RevertWhen_DetachBreaksTheDrawTest() public {
        (uint256 loanId, , uint64 minerId) = provenLoan(500 ether);
        proposeBack(minerId);
        uint256 debt = book.debtOf(loanId);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_DrawTest.selector, loanId, 0, debt));
        vm.prank(sp);
        book.detachMiner(loanId, 0);
        assertEq(book.loanOfMiner(minerId), loanId);
    }

    function test_RevertWhen_DetachWhileTheDrawIsUnproven() public {
        (uint256 loanId, , uint64 minerId) = drawnLoan(100 ether);
        proposeBack(minerId);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_NotProven.selector, loanId, 0));
        vm.prank(sp);
        book.detachMiner(loanId, 0);
    }

    function test_detach_repaidButUnprovenFreezes() public {
        (uint256 loanId, , uint64 minerId) = drawnLoan(100 ether);
        uint256 debt = book.debtOf(loanId);
        vm.deal(sp, debt);
        vm.prank(sp);
        book.repay{value: debt}(loanId);
        proposeBack(minerId);
        vm.prank(sp);
        book.detachMiner(loanId, 0);
        assertTrue(loanOf(loanId).frozen);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_NothingToProve.selector, loanId));
        book.prove(loanId);
    }

    function test_detach_theDrawFollowsItsMiner() public {
        (uint256 loanId, address account) = openLoan(100 ether);
        uint64 first = newMiner(10, 1 ether);
        uint64 second = newMiner(1_000, 1 ether);
        attach(loanId, account, first);
        attach(loanId, account, second);
        vm.prank(sp);
        book.draw(loanId, 1);
        proposeBack(first);
        vm.prank(sp);
        book.detachMiner(loanId, 0);
        assertEq(loanOf(loanId).drawMinerIndex, 0);
        seal(second, 100, false, 1 ether);
        book.prove(loanId);
        assertEq(loanOf(loanId).provenCount, 1);
    }

    // ------------------------------------------------------------------------------------------------ close

    function test_RevertWhen_CloseWithMiner() public {
        (uint256 loanId, , ) = preparedLoan(500 ether);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_NotCloseable.selector, loanId, 0, 0, 1));
        vm.prank(sp);
        book.close(loanId);
    }

    function test_close_paysWhatIsLeftAndBurnsTheToken() public {
        (uint256 loanId, address account) = openLoan(500 ether);
        vm.deal(account, 3 ether);
        vm.prank(sp);
        book.close(loanId);
        assertEq(payee.balance, 3 ether);
        assertState(loanId, LoanState.Closed);
        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721NonexistentToken.selector, loanId));
        book.ownerOf(loanId);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_WrongState.selector, loanId, LoanState.Closed));
        vm.prank(sp);
        book.close(loanId);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_WrongState.selector, loanId, LoanState.Closed));
        book.review(loanId);
    }
}
