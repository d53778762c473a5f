// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ControlFacts} from "../../../../contracts/loans/interfaces/ILoanEscrow.sol";
import {ControlTaker} from "./doubles/ControlTakers.sol";
import {EscrowTest} from "./EscrowTest.sol";

/// @notice Base of the control auction's tests.
abstract contract ControlTest is EscrowTest {
    uint64 internal buyerId;

    function setUp() public virtual override {
        super.setUp();
        buyerId = idOf(buyer);
    }

    /// @notice A loan in escrow whose health is below 0.95, called, swept, and past its cool-off.
    function sickLoan() internal returns (uint256 loanId, address account, uint64 minerId) {
        (loanId, account, minerId) = stretchedLoan();
        escrow(loanId, account, 0);
        makeSick(loanId);
    }

    function makeSick(uint256 loanId) internal {
        fall(loanId, 0.95e18);
        sweepAll(loanId);
        fall(loanId, 0.95e18);
        advanceEpochs(1);
    }

    function auctioned() internal returns (uint256 loanId, address account, uint64 minerId) {
        (loanId, account, minerId) = sickLoan();
        kick(minerId);
    }

    function kick(uint64 minerId) internal {
        vm.prank(keeper);
        control.kick(minerId);
    }

    /// @notice Pays exactly the price, and is proposed as owner.
    function buy(uint64 minerId) internal returns (uint256 price) {
        (price, , ) = control.quote(minerId);
        vm.deal(buyer, buyer.balance + price);
        vm.prank(buyer);
        control.take{value: price}(minerId, price, buyerId, "");
    }

    function newTaker(uint256 wfilAmount) internal returns (ControlTaker taker) {
        taker = new ControlTaker(control, wfil);
        idOf(address(taker));
        vm.deal(address(this), wfilAmount);
        wfil.deposit{value: wfilAmount}();
        wfil.transfer(address(taker), wfilAmount);
    }

    /// @notice Debt less weighted collateral; what a sale must not raise [attoFIL x wad], negative when there is none.
    function shortfall(uint256 loanId) internal view returns (int256) {
        uint256 limit = book.positionOf(loanId).liquidationLimit;
        return int256(book.debtOf(loanId)) - int256(limit);
    }

    function factsOf(uint64 minerId) internal view returns (ControlFacts memory) {
        return book.controlOf(minerId);
    }
}
