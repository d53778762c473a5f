// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IRedeemQueue} from "../../../../contracts/loans/interfaces/IRedeemQueue.sol";
import {Initializable} from "@openzeppelin/contracts-upgradeable/proxy/utils/Initializable.sol";

import {LoanBook} from "../../../../contracts/loans/LoanBook.sol";
import {LoanDesk} from "../../../../contracts/loans/LoanDesk.sol";
import {ILoanLedger, ILoanTokens} from "../../../../contracts/loans/interfaces/ILoanBook.sol";
import {BookTest} from "./BookTest.sol";

/// @notice Pauses, limits, initialisation, plain FIL, the desk at its own address.
contract BookGovernanceTest is BookTest {
    function test_P03_pausesEndAndDoNotFollowEachOther() public {
        vm.startPrank(guardian);
        book.pauseDraws();
        book.pauseAttaches();
        uint256 until = block.number + 7 * DAY;
        assertEq(book.attachesPausedUntil(), until);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_PauseNotAllowed.selector, until + 7 * DAY));
        book.pauseDraws();
        advanceEpochs(14 * DAY - 1);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_PauseNotAllowed.selector, until + 7 * DAY));
        book.pauseAttaches();
        advanceEpochs(1);
        book.pauseDraws();
        book.pauseAttaches();
        vm.stopPrank();
    }

    function test_RevertWhen_AttachesPaused() public {
        (uint256 loanId, address account) = openLoan(100 ether);
        uint64 minerId = newMiner(0, 1 ether);
        propose(minerId, account);
        vm.prank(guardian);
        book.pauseAttaches();
        vm.expectRevert(abi.encodeWithSelector(LoanBook_Paused.selector, block.number + 7 * DAY));
        vm.prank(sp);
        book.attachMiner(loanId, minerId);
    }

    function test_P04_onlyTheGuardianPauses() public {
        address[4] memory others = [keeper, sp, riskAdmin, alice];
        for (uint256 i; i < others.length; ++i) {
            vm.startPrank(others[i]);
            vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, others[i]));
            book.pauseDraws();
            vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, others[i]));
            book.pauseAttaches();
            vm.stopPrank();
        }
    }

    function test_I12_exitsWorkInEveryPausedState() public {
        (uint256 loanId, , uint64 minerId) = provenLoan(200 ether);
        vm.startPrank(guardian);
        book.pauseDraws();
        book.pauseAttaches();
        auction.pauseAuctions();
        vm.stopPrank();
        award(minerId, 50 ether);
        advanceDays(1);
        vm.prank(keeper);
        book.sweep(loanId, 0);
        book.review(loanId);
        book.cure(loanId);
        uint256 debt = book.debtOf(loanId);
        vm.deal(sp, debt);
        vm.prank(sp);
        book.repay{value: debt}(loanId);
        proposeBack(minerId);
        vm.startPrank(sp);
        book.release(loanId, 0, 1 ether);
        book.detachMiner(loanId, 0);
        book.close(loanId);
        vm.stopPrank();
        uint256 most = vault.maxRedeem(alice);
        vm.prank(alice);
        vault.redeemFil(most, alice, alice);
    }

    /// Requests, fillings and claims have no pause either, whatever else is stopped.
    function test_I12_theQueueWorksInEveryPausedState() public {
        provenLoan(200 ether);
        vm.startPrank(guardian);
        book.pauseDraws();
        book.pauseAttaches();
        auction.pauseAuctions();
        control.pauseAuctions();
        posted.pausePostedAuctions();
        vm.stopPrank();
        IRedeemQueue queue = IRedeemQueue(address(vault));
        uint256 shares = vault.balanceOf(alice);
        vm.prank(alice);
        queue.requestRedeem(shares, alice, alice);
        (uint256 filled, uint256 assets) = queue.fulfil();
        assertGt(filled, 0, "filled");
        uint256 wealth = alice.balance;
        vm.startPrank(alice);
        uint256 paid = queue.claimShares(filled / 2, alice, alice, true);
        assertEq(alice.balance, wealth + paid, "in FIL");
        paid += queue.claimShares(filled - filled / 2, alice, alice, false);
        vm.stopPrank();
        assertEq(paid, assets, "all that was set aside");
        assertEq(wfil.balanceOf(alice), assets - (alice.balance - wealth), "in WFIL");
    }

    function test_setMaxFacility_throughItsDelayInsideItsBounds() public {
        asRisk(address(book), abi.encodeCall(book.setMaxFacility, (2_000_000 ether)));
        assertEq(book.maxFacility(), 2_000_000 ether);
        uint256[2] memory bad = [uint256(1_000 ether - 1), 10_000_000 ether + 1];
        for (uint256 i; i < bad.length; ++i) {
            bytes memory data = abi.encodeCall(book.setMaxFacility, (bad[i]));
            vm.prank(riskAdmin);
            manager.schedule(address(book), data, 0);
            advanceDays(2);
            vm.expectRevert(
                abi.encodeWithSelector(
                    LoanBook_OutOfBounds.selector,
                    bytes32("maxFacility"),
                    1_000 ether,
                    10_000_000 ether,
                    bad[i]
                )
            );
            vm.prank(riskAdmin);
            manager.execute(address(book), data);
        }
    }

    function test_U01_nobodyInitialisesAnything() public {
        LoanBook proxy = LoanBook(payable(address(book)));
        vm.expectRevert(Initializable.InvalidInitialization.selector);
        proxy.initialize(keeper, 1_000_000 ether);
        LoanBook bare = newLedger();
        vm.expectRevert(Initializable.InvalidInitialization.selector);
        bare.initialize(keeper, 1_000_000 ether);
    }

    function test_RevertWhen_PlainFil() public {
        vm.deal(keeper, 1 ether);
        vm.prank(keeper);
        (bool ok, bytes memory data) = address(book).call{value: 1 ether}("");
        assertFalse(ok);
        assertEq(data, abi.encodeWithSelector(LoanBook_UnexpectedFil.selector, keeper, 1 ether));
    }

    function test_RevertWhen_TokensAreMintedFromOutside() public {
        vm.expectRevert(abi.encodeWithSelector(LoanBook_OnlyContract.selector, address(book), address(this)));
        ILoanTokens(address(book)).mintLoan(keeper, 77);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_OnlyContract.selector, address(book), address(this)));
        ILoanTokens(address(book)).burnLoan(1);
    }

    function test_deskAtItsOwnAddressDoesNothing() public {
        LoanDesk desk = newDesk();
        vm.expectRevert(abi.encodeWithSelector(LoanBook_LimitExceeded.selector, 0, 100 ether));
        desk.open(oneTranche(100 ether), payee);
        vm.expectRevert(abi.encodeWithSelector(LoanBook_UnknownLoan.selector, 1));
        desk.review(1);
    }

    function test_unknownSelectorFails() public {
        (bool ok, ) = address(book).call(abi.encodeWithSignature("nothing()"));
        assertFalse(ok);
    }

    function test_storageSlotIsTheNamespaces() public pure {
        bytes32 slot =
            keccak256(abi.encode(uint256(keccak256("plimsoll.storage.LoanBook")) - 1)) & ~bytes32(uint256(0xff));
        assertEq(slot, 0xc6a47f2a66aeb000f8ec1cfca93dc4649210eb629dfaf0a4351ac655f3213000);
    }

    function test_U06_onlyTheUpgraderUpgrades() public {
        LoanBook proxy = LoanBook(payable(address(book)));
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, guardian));
        vm.prank(guardian);
        proxy.upgradeToAndCall(address(1), "");
    }

    function test_riskEngine() public view {
        assertEq(address(ILoanLedger(address(book)).riskEngine()), address(risk));
    }

    function test_interfaces() public view {
        assertTrue(book.supportsInterface(0x80ac58cd)); // ERC-721
        assertEq(ILoanLedger(address(book)).loanCount(), 1);
    }
}
