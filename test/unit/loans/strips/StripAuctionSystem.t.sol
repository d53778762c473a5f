// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Position} from "../../../../contracts/loans/interfaces/ILoanBook.sol";
import {IRiskEngine, RiskParams} from "../../../../contracts/loans/interfaces/IRiskEngine.sol";
import {IStripAuction} from "../../../../contracts/loans/interfaces/IStripAuction.sol";
import {LoanSystemTest} from "../../../utils/LoanSystemTest.sol";

/// The auction with the real loan book, vault, reserve and risk engine over the simulated Filecoin.
contract StripAuctionSystemTest is LoanSystemTest {
    uint96 private constant DRAWN = 2_100 ether;

    uint256 private loan;
    address private account;
    uint64 private miner;
    address private taker = makeAddr("taker");

    function setUp() public override {
        super.setUp();
        depositFil(alice, 10_000 ether + 17);
        (loan, account, miner) = provenLoan(DRAWN);
        vm.deal(address(reserve), 3 ether);
        reserve.skim();
        vm.deal(taker, 1e26);
        _lowerValue();
    }

    /// RISK reckons with more loss by hostile miners, by so much that health falls to 0.98; then the loan is called and all cash swept.
    function _lowerValue() private {
        Position memory p = book.positionOf(loan);
        RiskParams memory params = risk.params();
        params.leakBuffer += uint96(p.value - (p.debt * 0.98e18) / params.liquidationWeightWad);
        asRisk(address(risk), abi.encodeCall(IRiskEngine.setParams, (params)));
        book.review(loan); // to call: sweeps take everything from now on
        book.sweep(loan, 0);
        assertLt(book.positionOf(loan).healthWad, 0.985e18);
        assertGt(book.positionOf(loan).healthWad, 0.975e18);
    }

    function _kick() private {
        vm.prank(keeper);
        auction.kick(loan);
    }

    function _take(uint256 maxFace) private returns (uint256 id, uint256 face, uint256 price) {
        vm.prank(taker);
        return auction.take{value: 5_000 ether}(loan, maxFace, 0, address(0), "");
    }

    function test_kick_tipsFromTheRealReserve() public {
        _kick();
        assertEq(keeper.balance, 0.1 ether);
        assertEq(reserve.balance(), 2.9 ether);
    }

    function test_take_isBookedByVaultAndBook() public {
        _kick();
        advanceEpochs(60);
        uint256 debt = book.debtOf(loan);
        uint256 health = book.positionOf(loan).healthWad;
        uint256 cash = vault.poolState().cash;
        uint256 wealth = taker.balance;
        (uint256 id, uint256 face, uint256 price) = _take(100 ether);

        assertEq(face, 100 ether);
        assertEq(vault.poolState().cash, cash + price);
        assertGe(address(vault).balance, cash + price);
        assertEq(taker.balance, wealth - price, "the rest came back");
        // The book rounds what it burns of the debt down, by an attoFIL or two.
        assertApproxEqAbs(book.debtOf(loan), debt - price, 2);
        assertGe(book.debtOf(loan), debt - price);
        assertGe(book.positionOf(loan).healthWad + 2, health, "I10");
        assertEq(book.loanOf(loan).stripSold, face);
        assertEq(auction.ownerOf(id), taker);
    }

    function test_take_toTargetEndsTheAuction() public {
        _kick();
        advanceEpochs(60);
        _take(50 ether);
        _take(type(uint256).max);
        assertEq(auction.stripCount(), 1, "grown, not minted");
        assertEq(auction.activeAuctions(), 0);
        assertGe(book.positionOf(loan).healthWad + 2, 1.03e18);
        vm.expectRevert(abi.encodeWithSelector(IStripAuction.StripAuction_NotActive.selector, loan));
        _take(1 ether);
    }

    function test_take_inWfil() public {
        _kick();
        (, uint256 price, , ) = auction.quote(loan);
        vm.startPrank(taker);
        wfil.deposit{value: price}();
        wfil.approve(address(auction), price);
        uint256 cash = vault.poolState().cash;
        auction.take(loan, type(uint256).max, 0, taker, "");
        vm.stopPrank();
        assertEq(vault.poolState().cash, cash + price);
        assertEq(wfil.balanceOf(taker), 0);
    }

    function test_claim_paysOutOfTheMinersRealInflow() public {
        _kick();
        advanceEpochs(60);
        (uint256 id, uint256 face, uint256 price) = _take(100 ether);
        assertGt(face, price);
        assertEq(auction.claimable(id), 0);
        vm.expectRevert(abi.encodeWithSelector(IStripAuction.StripAuction_NothingDue.selector, id));
        auction.claim(id);

        fundMiner(miner, 3_000 ether); // somebody's FIL, beyond all fee debt
        book.sweep(loan, 0);
        assertEq(auction.claimable(id), face);
        uint256 before = taker.balance;
        assertEq(auction.claim(id), face);
        assertEq(taker.balance, before + face);
        assertEq(auction.claimable(id), 0);
    }
}
