// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ReserveFund} from "../../../../contracts/loans/ReserveFund.sol";
import {IReserveFund} from "../../../../contracts/loans/interfaces/IReserveFund.sol";
import {VaultTest} from "./VaultTest.sol";

contract ReserveFundTest is VaultTest {
    uint256 private constant TIP = 0.1 ether;

    function _fill(uint256 amount) private {
        vm.deal(address(this), amount);
        reserve.deposit{value: amount}();
    }

    function test_deposit_isBookedAndEmits() public {
        _fill(FIL);
        vm.deal(ALICE, FIL);
        vm.expectEmit(address(reserve));
        emit IReserveFund.ReserveIncreased(FIL, 2 * FIL);
        vm.prank(ALICE);
        reserve.deposit{value: FIL}();
        assertEq(reserve.balance(), 2 * FIL);
    }

    function test_skim_booksWhatArrivedByMethod0() public {
        _fill(FIL);
        _force(address(reserve), 3);
        assertEq(reserve.balance(), FIL, "not yet");
        vm.expectEmit(address(reserve));
        emit IReserveFund.ReserveIncreased(3, FIL + 3);
        vm.prank(ALICE);
        assertEq(reserve.skim(), 3);
        assertEq(reserve.balance(), FIL + 3, "now");
    }

    function test_RevertWhen_nothingToSkim() public {
        _fill(FIL);
        vm.expectRevert(abi.encodeWithSelector(IReserveFund.ReserveFund_NothingToSkim.selector));
        reserve.skim();
    }

    function test_cover_paysTheVault() public {
        _fill(5 * FIL);
        uint256 before = address(vault).balance;
        vm.expectEmit(address(reserve));
        emit IReserveFund.LossCovered(2 * FIL, 2 * FIL, 3 * FIL);
        vm.prank(address(vault));
        assertEq(reserve.cover(2 * FIL), 2 * FIL);
        assertEq(address(vault).balance, before + 2 * FIL, "paid");
        assertEq(reserve.balance(), 3 * FIL, "booked");
    }

    function test_cover_asFarAsItGoes_withWhatNobodySkimmed() public {
        _fill(FIL);
        _force(address(reserve), FIL);
        vm.prank(address(vault));
        assertEq(reserve.cover(9 * FIL), 2 * FIL);
        assertEq(reserve.balance(), 0);
        vm.expectEmit(address(reserve));
        emit IReserveFund.LossCovered(1, 0, 0);
        vm.prank(address(vault));
        assertEq(reserve.cover(1), 0, "empty");
    }

    function test_payTip_paysTheKeeper() public {
        _fill(FIL);
        vm.deal(CAROL, 0);
        vm.expectEmit(address(reserve));
        emit IReserveFund.TipPaid(CAROL, TIP, FIL - TIP);
        vm.prank(STRIP_AUCTION);
        assertEq(reserve.payTip(CAROL), TIP);
        assertEq(CAROL.balance, TIP, "paid");
        assertEq(reserve.TIP(), TIP, "constant");
    }

    function test_payTip_neverReverts() public {
        _fill(TIP - 1);
        vm.startPrank(STRIP_AUCTION);
        assertEq(reserve.payTip(CAROL), TIP - 1, "what there is");
        assertEq(reserve.payTip(CAROL), 0, "nothing");
        vm.stopPrank();
    }

    /// The masked address of a keeper without an Ethereum address is paid at its id.
    function test_payTip_maskedKeeper() public {
        _fill(FIL);
        vm.prank(STRIP_AUCTION);
        reserve.payTip(_miner());
        assertEq(_miner().balance, TIP);
    }

    function test_RevertWhen_coverIsAskedByAnother() public {
        vm.expectRevert(
            abi.encodeWithSelector(IReserveFund.ReserveFund_NotAuthorised.selector, address(vault), STRIP_AUCTION)
        );
        vm.prank(STRIP_AUCTION);
        reserve.cover(1);
    }

    function test_RevertWhen_tipIsAskedByAnother() public {
        vm.expectRevert(
            abi.encodeWithSelector(IReserveFund.ReserveFund_NotAuthorised.selector, STRIP_AUCTION, address(vault))
        );
        vm.prank(address(vault));
        reserve.payTip(ALICE);
    }

    function test_RevertWhen_aCounterpartIsZero() public {
        bytes memory expected = abi.encodeWithSelector(IReserveFund.ReserveFund_ZeroAddress.selector);
        vm.expectRevert(expected);
        new ReserveFund(address(0), ALICE);
        vm.expectRevert(expected);
        new ReserveFund(ALICE, address(0));
    }

    function test_plainFilIsRefused() public {
        vm.prank(ALICE);
        (bool ok, ) = address(reserve).call{value: 1}("");
        assertFalse(ok);
        assertEq(reserve.VAULT(), address(vault));
        assertEq(reserve.STRIP_AUCTION(), STRIP_AUCTION);
    }
}
