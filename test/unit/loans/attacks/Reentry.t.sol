// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {Loan} from "../../../../contracts/loans/LoanTypes.sol";
import {PoolState} from "../../../../contracts/loans/interfaces/IPledgeVault.sol";
import {IStripAuction} from "../../../../contracts/loans/interfaces/IStripAuction.sol";
import {AttackTest} from "./AttackTest.sol";
import {HostileTaker} from "./HostileTaker.sol";

/// @notice The one place where a stranger's code runs is the taker's callback; payments run none. From there, as the borrower itself,
/// everything is tried. FIL that arrives unasked changes nobody's claim; FIL that arrives once counts once.
contract ReentryAttackTest is AttackTest {
    uint256 private loanId;
    address private account;
    uint64 private minerId;
    HostileTaker private taker;
    uint256 private price;

    function setUp() public override {
        super.setUp();
        (loanId, account, minerId) = tightLoan();
        seal(minerId, 1_200, false, 1 ether);
        book.prove(loanId);
        makeKickable(loanId);
        auction.kick(loanId);
        taker = new HostileTaker(address(auction));
        (, price, , ) = auction.quote(loanId);
        vm.deal(address(this), 2 * price);
        wfil.deposit{value: price}();
        wfil.transfer(address(taker), price);
        taker.run(address(wfil), abi.encodeCall(wfil.approve, (address(auction), type(uint256).max)), 0);
        vm.prank(sp);
        book.transferFrom(sp, address(taker), loanId);
    }

    function _take() private returns (bool ok, bytes memory result) {
        return
            taker.run(
                address(auction),
                abi.encodeCall(auction.take, (loanId, type(uint96).max, 0, address(0), hex"01")),
                0
            );
    }

    /// @dev Inside the callback the call fails, and the sale goes on as if nothing had been tried.
    function _assertRefused(address to, bytes memory data, uint256 value, string memory what) private {
        uint256 snapshot = vm.snapshotState();
        vm.deal(address(taker), value);
        taker.arm(to, data, value);
        (bool ok, ) = _take();
        assertTrue(ok, what);
        assertFalse(taker.succeeded(), what);
        vm.revertToState(snapshot);
    }

    function test_G10_callbackCannotTouchTheAuction() public {
        bytes[] memory calls = new bytes[](6);
        calls[0] = abi.encodeCall(auction.kick, (loanId));
        calls[1] = abi.encodeCall(auction.restart, (loanId));
        calls[2] = abi.encodeCall(auction.buyIn, (loanId));
        calls[3] = abi.encodeCall(auction.end, (loanId));
        calls[4] = abi.encodeCall(auction.take, (loanId, 2 ether, 0, address(0), ""));
        calls[5] = abi.encodeCall(auction.claim, (1));
        for (uint256 i; i < calls.length; ++i) {
            uint256 snapshot = vm.snapshotState();
            taker.arm(address(auction), calls[i], 0);
            (bool ok, ) = _take();
            assertTrue(ok);
            assertFalse(taker.succeeded(), "G-10");
            assertEq(
                bytes4(taker.answer()),
                ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector,
                "G-10: by the guard"
            );
            vm.revertToState(snapshot);
        }
    }

    /// @dev Before the price is paid and the line is longer, the borrower gets nothing out.
    function test_G10_callbackCannotTakeCollateralOut() public {
        _assertRefused(address(book), abi.encodeCall(book.draw, (loanId, 0)), 0, "draw");
        _assertRefused(address(book), abi.encodeCall(book.release, (loanId, 0, 1)), 0, "release");
        _assertRefused(address(book), abi.encodeCall(book.close, (loanId)), 0, "close");
        _assertRefused(address(book), abi.encodeCall(book.settleStrip, (loanId, 1, 1)), 0, "settleStrip");
        _assertRefused(address(book), abi.encodeCall(book.payStrip, (loanId, address(taker), 1)), 0, "payStrip");
        _assertRefused(
            address(book),
            abi.encodeWithSignature("mintLoan(address,uint256)", address(taker), 99),
            0,
            "mintLoan"
        );
        _assertRefused(address(book), abi.encodeCall(book.reclaim, (loanId)), 0, "reclaim");
        _assertRefused(address(book), abi.encodeCall(book.writeOff, (loanId)), 0, "writeOff");
    }

    function test_G10_callbackCannotDetach() public {
        proposeBack(minerId);
        _assertRefused(address(book), abi.encodeCall(book.detachMiner, (loanId, 0)), 0, "detachMiner");
    }

    /// @dev What changes the debt undoes the sale that was sized for it.
    function test_G10_callbackCannotChangeTheDebt() public {
        uint256 debt = book.debtOf(loanId);
        vm.deal(address(taker), 50 ether);
        taker.arm(address(book), abi.encodeCall(book.repay, (loanId)), 50 ether);
        (bool ok, bytes memory result) = _take();
        assertFalse(ok);
        assertEq(bytes4(result), IStripAuction.StripAuction_LoanMoved.selector);
        assertEq(book.debtOf(loanId), debt, "undone");
        assertEq(address(taker).balance, 50 ether);
    }

    /// @dev The share price is no other inside the sale than before it: a lender's round trip in there gains nothing.
    function test_V09_sharePriceDuringTheSale() public {
        uint256 worth = vault.previewRedeem(1e24);
        taker.arm(address(vault), abi.encodeCall(vault.previewRedeem, (1e24)), 0);
        (bool ok, ) = _take();
        assertTrue(ok);
        assertEq(abi.decode(taker.answer(), (uint256)), worth, "V-09");
        assertGe(vault.previewRedeem(1e24) + 1, worth);
    }

    /// @dev Refunds, tips, claims and surplus go by method 0: the recipient's code does not run, so it can neither re-enter nor refuse.
    function test_E01_paymentsRunNoCode() public {
        taker.arm(address(book), abi.encodeCall(book.sweep, (loanId, 0)), 0);
        uint256 debt = book.debtOf(loanId);
        vm.deal(address(this), debt + 5 ether);
        (bool ok, ) = taker.run{value: debt + 5 ether}(
            address(book),
            abi.encodeCall(book.repay, (loanId)),
            debt + 5 ether
        );
        assertTrue(ok);
        assertEq(address(taker).balance, 5 ether, "the refund came");
        vm.prank(address(taker));
        book.setPayee(loanId, address(taker));
        award(minerId, 8 ether);
        uint256 available = availableOf(minerId);
        vm.prank(address(taker));
        book.release(loanId, 0, available);
        assertEq(address(taker).balance, 5 ether + available, "the surplus came");
        assertEq(taker.woken(), 0, "E-01");
        assertFalse(taker.succeeded());
    }

    function test_E03_forcedFilChangesNoClaim() public {
        PoolState memory pool = vault.poolState();
        uint256 debt = book.debtOf(loanId);
        uint256 worth = vault.previewRedeem(1e24);
        uint256 strips = auction.stripCount();
        address[5] memory all = [address(vault), address(book), address(auction), address(reserve), address(risk)];
        for (uint256 i; i < all.length; ++i) vm.deal(all[i], all[i].balance + 77 ether);
        assertEq(keccak256(abi.encode(vault.poolState())), keccak256(abi.encode(pool)), "E-03: ledger");
        assertEq(book.debtOf(loanId), debt, "E-03: debt");
        assertEq(vault.previewRedeem(1e24), worth, "E-03: shares");
        // Nor does it pay for a strip.
        vm.prank(mallory);
        vm.expectRevert();
        auction.take(loanId, type(uint96).max, 0, mallory, "");
        assertEq(auction.stripCount(), strips);
    }

    function test_G08_oneValueCountsOnce() public {
        uint256 debt = book.debtOf(loanId);
        uint256 cash = vault.poolState().cash;
        vm.deal(mallory, 500 ether);
        vm.prank(mallory);
        book.cure{value: 300 ether}(loanId);
        assertApproxEqAbs(book.debtOf(loanId), debt - 300 ether, 1, "G-08: debt");
        assertEq(vault.poolState().cash, cash + 300 ether, "G-08: cash");
        assertEq(mallory.balance, 200 ether);
        bytes[] memory two = new bytes[](2);
        two[0] = abi.encodeCall(book.repay, (loanId));
        two[1] = two[0];
        vm.prank(mallory);
        (bool ok, ) = address(book).call{value: 20 ether}(abi.encodeWithSignature("multicall(bytes[])", two));
        assertFalse(ok, "G-08: no batch");
        assertEq(address(book).balance, 0);
        Loan memory loan = loanOf(loanId);
        assertGt(loan.scaledDebt, 0);
    }
}
