// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {Test} from "forge-std/Test.sol";

import {WFIL} from "../../../contracts/devnet/WFIL.sol";

contract WFILTest is Test {
    WFIL private wfil;
    bool private refuse;

    receive() external payable {
        require(!refuse, "refused");
    }

    function setUp() public {
        wfil = new WFIL();
        vm.deal(address(this), 10 ether);
    }

    function test_Deposit_mintsOneForOne() public {
        vm.expectEmit(address(wfil));
        emit WFIL.Deposit(address(this), 3 ether);
        wfil.deposit{value: 3 ether}();
        assertEq(wfil.balanceOf(address(this)), 3 ether);
        assertEq(wfil.totalSupply(), address(wfil).balance);
    }

    function test_Receive_wraps() public {
        (bool success, ) = address(wfil).call{value: 1 ether}("");
        assertTrue(success);
        assertEq(wfil.balanceOf(address(this)), 1 ether);
    }

    function test_Withdraw_burnsAndPays() public {
        wfil.deposit{value: 3 ether}();
        vm.expectEmit(address(wfil));
        emit WFIL.Withdrawal(address(this), 2 ether);
        wfil.withdraw(2 ether);
        assertEq(wfil.balanceOf(address(this)), 1 ether);
        assertEq(address(this).balance, 9 ether);
    }

    function test_RevertWhen_moreIsUnwrappedThanHeld() public {
        wfil.deposit{value: 1 ether}();
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, address(this), 1 ether, 1 ether + 1)
        );
        wfil.withdraw(1 ether + 1);
    }

    function test_RevertWhen_theReceiverRefuses() public {
        wfil.deposit{value: 1 ether}();
        refuse = true;
        vm.expectRevert(abi.encodeWithSelector(WFIL.WFIL_PaymentRefused.selector, address(this), 1 ether));
        wfil.withdraw(1 ether);
    }
}
