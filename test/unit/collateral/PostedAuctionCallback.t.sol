// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {IPostedAuction} from "../../../contracts/collateral/interfaces/IPostedAuction.sol";
import {CollateralLedgerDouble} from "./doubles/CollateralLedgerDouble.sol";
import {CallbackPostedTaker} from "./doubles/PostedTakers.sol";
import {PostedAuctionTest} from "./PostedAuctionTest.sol";

contract PostedAuctionCallbackTest is PostedAuctionTest {
    CallbackPostedTaker internal taker;

    function setUp() public override {
        super.setUp();
        taker = new CallbackPostedTaker(posted, IERC20(address(wfil)));
        taker.setBuyer(bob);
        _giveWfil(bob, 1_000e18);
        vm.prank(bob);
        wfil.approve(address(taker), type(uint256).max);
        _kick();
        _forwardFresh(240);
    }

    function _callbackTake(uint256 maxAmount) private returns (uint256 amount, uint256 price) {
        return taker.take(LOAN, address(eth), maxAmount, address(taker), "hello");
    }

    function test_Callback_sellsWhatItBuys() public {
        (uint256 amount, uint256 price) = _callbackTake(0.2e18);
        assertEq(amount, 0.2e18);
        assertEq(price, 100e18);
        assertEq(eth.balanceOf(bob), 100_000.2e18);
        assertEq(wfil.balanceOf(vault), 100e18);
        assertEq(_debt(LOAN), DEBT - 100e18);
        CallbackPostedTaker.Seen memory seen = taker.seen();
        assertEq(seen.loanId, LOAN);
        assertEq(seen.token, address(eth));
        assertEq(seen.amount, 0.2e18);
        assertEq(seen.price, 100e18);
        assertEq(seen.data, "hello");
        assertEq(seen.balance, 0.2e18); // had before it paid
    }

    function test_Callback_onlyWithData() public {
        vm.prank(address(taker));
        _expect(abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, address(posted), 0, 100e18));
        posted.take(LOAN, address(eth), 0.2e18, ALL, address(taker), "");
    }

    function test_Callback_notWhenValueIsSent() public {
        vm.deal(address(this), 200e18);
        taker.take{value: 100e18}(LOAN, address(eth), 0.2e18, address(taker), "hello");
        assertEq(taker.seen().price, 0);
        // What is too much comes back although the taker refuses plain FIL.
        taker.take{value: 51e18}(LOAN, address(eth), 0.1e18, address(taker), "hello");
        assertEq(address(taker).balance, 1e18);
    }

    function test_RevertWhen_TheCallbackReverts() public {
        taker.setUnwilling(true);
        _expect(abi.encodeWithSelector(CallbackPostedTaker.CallbackPostedTaker_Unwilling.selector));
        _callbackTake(0.2e18);
        assertEq(_postedAmount(LOAN, address(eth)), ETH);
        // It keeps nobody else from it.
        _take(alice, 0.2e18);
    }

    function test_RevertWhen_TheAnswerIsWrong() public {
        taker.setAnswer(0x12345678);
        _expect(
            abi.encodeWithSelector(
                IPostedAuction.PostedAuction_BadCallback.selector,
                address(taker),
                bytes4(0x12345678)
            )
        );
        _callbackTake(0.2e18);
    }

    function test_RevertWhen_TheCallbackAllowsTooLittle() public {
        taker.setShortBy(1);
        _expect(
            abi.encodeWithSelector(
                IERC20Errors.ERC20InsufficientAllowance.selector,
                address(posted),
                100e18 - 1,
                100e18
            )
        );
        _callbackTake(0.2e18);
    }

    function test_RevertWhen_TheDebtChangesInTheCallback() public {
        taker.setCall(address(book), abi.encodeCall(book.repay, (LOAN, 1)));
        _expect(abi.encodeWithSelector(IPostedAuction.PostedAuction_LoanMoved.selector, LOAN, DEBT, DEBT - 1));
        _callbackTake(0.2e18);
    }

    function _expectInside(bytes memory reason) private {
        _expect(abi.encodeWithSelector(CallbackPostedTaker.CallbackPostedTaker_CallFailed.selector, reason));
        _callbackTake(0.2e18);
    }

    function test_RevertWhen_Reentering() public {
        bytes memory guard = abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        bytes[8] memory calls = [
            abi.encodeCall(posted.take, (LOAN, address(eth), 1e18, ALL, alice, "")),
            abi.encodeCall(posted.kick, (LOAN, address(eth))),
            abi.encodeCall(posted.post, (LOAN, address(eth), 1e18)),
            abi.encodeCall(posted.unpost, (LOAN, address(eth), 1e18, alice)),
            abi.encodeCall(posted.abandon, (LOAN, address(eth))),
            abi.encodeCall(posted.poke, (address(eth))),
            abi.encodeCall(posted.weightedValues, (LOAN)),
            abi.encodeCall(posted.quote, (LOAN, address(eth)))
        ];
        book.setOperator(LOAN, address(taker));
        for (uint256 i; i < calls.length; ++i) {
            taker.setCall(address(posted), calls[i]);
            _expectInside(guard);
        }
    }

    /// V-09: between the debit of the tokens and the payment nobody can have the loan book value the loan, neither while
    /// a part is sold nor when the last token goes.
    function test_V09_RevertWhen_TheLoanIsValuedInTheCallback() public {
        bytes memory guard = abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        taker.setCall(address(book), abi.encodeCall(book.liquidationValueOf, (LOAN)));
        _expectInside(guard);
        book.set(LOAN, 1_000e18, 0, 0); // now all is on sale
        _expect(abi.encodeWithSelector(CallbackPostedTaker.CallbackPostedTaker_CallFailed.selector, guard));
        _callbackTake(ALL);
        taker.setCall(address(book), abi.encodeCall(book.draw, (LOAN, 1)));
        _expect(abi.encodeWithSelector(CallbackPostedTaker.CallbackPostedTaker_CallFailed.selector, guard));
        _callbackTake(ALL);
        taker.setCall(address(0), "");
        _callbackTake(ALL);
        assertFalse(_noted(LOAN));
        assertEq(book.liquidationValueOf(LOAN), 0);
    }

    /// The price must be in the vault before it is booked, and no more than the debt.
    function test_RevertWhen_ADebtIsPaidInATransferOfWfil() public {
        vm.prank(sp);
        _expect(abi.encodeWithSelector(CollateralLedgerDouble.LedgerDouble_OnlyPosted.selector, sp));
        book.settlePosted(LOAN, 1);
    }
}
