// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {RiskMath} from "../../../../contracts/loans/libraries/RiskMath.sol";
import {Loan} from "../../../../contracts/loans/LoanTypes.sol";
import {Position} from "../../../../contracts/loans/interfaces/ILoanBook.sol";
import {IRiskEngine, RiskParams} from "../../../../contracts/loans/interfaces/IRiskEngine.sol";
import {AttackTest} from "./AttackTest.sol";

/// @notice No function makes a healthy loan unhealthy; a liquidation never lowers health, nor pays the borrower to liquidate itself.
contract HealthAttackTest is AttackTest {
    uint256 private constant WAD = 1e18;

    uint256 private loanId;
    address private account;
    uint64 private minerId;
    uint64 private spare;

    function setUp() public override {
        super.setUp();
        (loanId, account, minerId) = tightLoan();
        seal(minerId, 1_200, false, 1 ether);
        book.prove(loanId);
        spare = newMiner(40, 5 ether);
        advanceDays(3); // interest is due
        vm.deal(mallory, 10_000 ether);
        vm.deal(sp, 10_000 ether);
    }

    // ------------------------------------------------------------------------------------------------ L-01

    /// @dev Every function that anyone but the protocol itself may call, by the one who may do most.
    function _call(uint256 which, uint256 amount) private view returns (address to, bytes memory data) {
        if (which < 16) return (address(book), _bookCall(which, amount));
        to = address(auction);
        if (which == 16) data = abi.encodeCall(auction.kick, (loanId));
        if (which == 17) data = abi.encodeCall(auction.restart, (loanId));
        if (which == 18) data = abi.encodeCall(auction.buyIn, (loanId));
        if (which == 19) data = abi.encodeCall(auction.end, (loanId));
        if (which == 20) data = abi.encodeCall(auction.take, (loanId, amount, 0, sp, ""));
        if (which == 21) data = abi.encodeCall(auction.claim, (1));
        if (which == 22) return (address(vault), abi.encodeCall(vault.accrue, ()));
        if (which == 23) return (address(vault), abi.encodeCall(vault.payReserve, ()));
        if (which == 24) return (address(vault), abi.encodeCall(vault.skim, ()));
    }

    function _bookCall(uint256 which, uint256 amount) private view returns (bytes memory) {
        if (which == 0) return abi.encodeCall(book.draw, (loanId, 0));
        if (which == 1) return abi.encodeCall(book.repay, (loanId));
        if (which == 2) return abi.encodeCall(book.sweep, (loanId, 0));
        if (which == 3) return abi.encodeCall(book.cure, (loanId));
        if (which == 4) return abi.encodeCall(book.attachMiner, (loanId, spare));
        if (which == 5) return abi.encodeCall(book.detachMiner, (loanId, 0));
        if (which == 6) return abi.encodeCall(book.release, (loanId, 0, amount));
        if (which == 7) return abi.encodeCall(book.setPayee, (loanId, sp));
        if (which == 8) return abi.encodeCall(book.close, (loanId));
        if (which == 9) return abi.encodeCall(book.prove, (loanId));
        if (which == 10) return abi.encodeCall(book.reclaim, (loanId));
        if (which == 11) return abi.encodeCall(book.raiseReference, (loanId, 0));
        if (which == 12) return abi.encodeCall(book.impair, (loanId));
        if (which == 13) return abi.encodeCall(book.writeOff, (loanId));
        if (which == 14) return abi.encodeCall(book.review, (loanId));
        return abi.encodeCall(book.transferFrom, (sp, mallory, loanId));
    }

    function testFuzz_L01_everyFunctionLeavesAHealthyLoanHealthy(uint256 which, uint256 amount, bool second) public {
        which = bound(which, 0, 24);
        amount = bound(amount, 1, 100 ether);
        if (second) attach(loanId, account, spare);
        else propose(spare, account);
        assertGe(book.positionOf(loanId).healthWad, WAD);
        (address to, bytes memory data) = _call(which, amount);
        bool payable_ = which == 1 || which == 3 || which == 20;
        vm.prank(sp);
        (bool ok, ) = to.call{value: payable_ ? amount : 0}(data);
        ok;
        assertGe(book.positionOf(loanId).healthWad, WAD, "L-01");
    }

    /// @dev The release above has teeth: exactly what the draw test allows leaves, and health stays far from 1.
    function test_L01_releaseStopsAtTheDrawTest() public {
        uint256 released;
        vm.startPrank(sp);
        for (uint256 step = 64 ether; step > 1e9; step /= 2) {
            (bool ok, ) = address(book).call(abi.encodeCall(book.release, (loanId, 0, step)));
            if (ok) released += step;
        }
        vm.stopPrank();
        assertGt(released, 1 ether);
        Position memory p = book.positionOf(loanId);
        assertGe((p.value * 88) / 100, p.debt, "the draw test holds");
        assertGe(p.healthWad, 1.09e18);
    }

    // ------------------------------------------------------------------------------------------------ L-02, L-04

    /// @dev What the borrower has: wallet, the strips it holds, and its equity.
    function _wealth(uint256 strips) private view returns (uint256) {
        Position memory p = book.positionOf(loanId);
        return sp.balance + strips + p.value - p.debt;
    }

    function testFuzz_L02_selfLiquidationGainsNothing(uint256 epochs, uint256 maxFace) public {
        makeKickable(loanId);
        auction.kick(loanId);
        advanceEpochs(bound(epochs, 0, 470));
        maxFace = bound(maxFace, 2 ether, 1_300 ether);
        if (book.positionOf(loanId).healthWad < 0.96e18) return;
        uint256 before = _wealth(0);
        vm.prank(sp);
        (, uint256 face, ) = auction.take{value: 5_000 ether}(loanId, maxFace, 0, sp, "");
        assertLe(_wealth(face), before + 2, "L-02");
        assertGe(_wealth(face) + 2, before, "and takes nothing either");
    }

    function testFuzz_L04_liquidationImprovesHealth(uint256 epochs, uint256 maxFace) public {
        makeKickable(loanId);
        auction.kick(loanId);
        advanceEpochs(bound(epochs, 0, 470));
        (uint256 all, uint256 price, uint256 bonus, uint256 health) = auction.quote(loanId);
        if (all == 0) return;
        maxFace = bound(maxFace, 2 ether, all);
        vm.prank(mallory);
        uint256 face;
        (, face, price) = auction.take{value: 5_000 ether}(loanId, maxFace, 0, mallory, "");
        // The book burns debt rounded down, so a unit in the last place may be missing.
        assertGe(book.positionOf(loanId).healthWad, health - 2, "L-04: health");
        assertLe(face, (price * bonus) / WAD, "L-04: bonus");
        assertLe((bonus * 0.96e18) / WAD, health, "L-04: reserve price");
    }

    // ------------------------------------------------------------------------------------------------ L-10

    /// @dev Loops are over at most 8 miners: an auction's start costs at most 8 times that of a loan with one; a sweep is of one miner.
    function test_L10_eightMinersBoundEveryLoop() public {
        shock(loanId, 0.99e18);
        book.review(loanId);
        uint256 sweepOne = _sweepGas();
        shock(loanId, 0.98e18);
        sweepAll(loanId);
        uint256 snapshot = vm.snapshotState();
        uint256 kickOne = _kickGas();
        vm.revertToState(snapshot);
        for (uint256 i = 1; i < 8; ++i) attach(loanId, account, newMiner(0, 0));
        advanceEpochs(1);
        for (uint256 i = 1; i < 8; ++i) {
            vm.prank(keeper);
            book.sweep(loanId, i); // the 10 FIL that `newMiner` leaves
        }
        shock(loanId, 0.98e18);
        uint256 kickEight = _kickGas();
        assertLt(kickEight, 8 * kickOne, "L-10: kick");
        assertGt(kickEight, 2 * kickOne, "all eight were read");
        award(minerId, 40 ether);
        assertLt(_sweepGas(), (sweepOne * 12) / 10, "L-10: sweep");
    }

    function _sweepGas() private returns (uint256 used) {
        used = gasleft();
        book.sweep(loanId, 0);
        used -= gasleft();
    }

    function _kickGas() private returns (uint256 used) {
        used = gasleft();
        auction.kick(loanId);
        used -= gasleft();
    }

    // ------------------------------------------------------------------------------------------------ L-20, L-21

    /// @dev For every weight that the setter takes and every health that can be sold: weight x bonus <= health < 1.
    function testFuzz_L20_bonusNeverPassesTheCollateral(uint256 weight, uint256 health, uint256 debt) public pure {
        weight = bound(weight, 0.5e18, 0.96e18);
        health = bound(health, weight, WAD - 1);
        debt = bound(debt, 10 ether, 1e27);
        uint256 bonus = RiskMath.maxBonusDown(health, weight);
        assertLe(bonus * weight, health * WAD, "L-20: bonus");
        uint256 value = Math.mulDiv(health, debt, weight); // rounded down: no more than stands behind that health
        assertLe(RiskMath.faceDown(debt, bonus), value + debt / WAD + 1, "L-20: the whole debt sold");
    }

    function test_L20_RevertWhen_WeightLeavesNoRoomForABonus() public {
        RiskParams memory p = risk.params();
        p.liquidationWeightWad = 0.96e18 + 1;
        bytes memory data = abi.encodeCall(IRiskEngine.setParams, (p));
        vm.prank(riskAdmin);
        manager.schedule(address(risk), data, 0);
        advanceDays(2);
        vm.expectRevert(
            abi.encodeWithSelector(
                IRiskEngine.RiskEngine_OutOfBounds.selector,
                bytes32("liquidationWeightWad"),
                0.5e18,
                0.96e18,
                0.96e18 + 1
            )
        );
        vm.prank(riskAdmin);
        manager.execute(address(risk), data);
    }

    /// @dev Tighter parameters may make a loan unhealthy, but never without two days in which the borrower can act on the public notice.
    function test_L21_parametersComeWithNotice() public {
        RiskParams memory p = risk.params();
        (p.drawWeightWad, p.callWeightWad, p.liquidationWeightWad, p.provisionDiscountWad) = (
            0.6e18,
            0.65e18,
            0.7e18,
            0.02e18
        );
        (p.escrowDrawWeightWad, p.escrowCallWeightWad, p.escrowLiquidationWeightWad) = (0.6e18, 0.65e18, 0.7e18);
        bytes memory data = abi.encodeCall(IRiskEngine.setParams, (p));
        vm.prank(riskAdmin);
        manager.schedule(address(risk), data, 0);
        advanceDays(1);
        vm.prank(riskAdmin);
        vm.expectRevert();
        manager.execute(address(risk), data);
        assertGe(book.positionOf(loanId).healthWad, WAD, "untouched during the notice");
        uint256 most = (book.positionOf(loanId).value * 0.6e18) / WAD;
        uint256 debt = book.debtOf(loanId);
        vm.prank(sp);
        book.repay{value: debt - most + 1 ether}(loanId);
        advanceDays(1);
        vm.prank(riskAdmin);
        manager.execute(address(risk), data);
        assertGe(book.positionOf(loanId).healthWad, WAD, "L-21");
        Loan memory loan = loanOf(loanId);
        assertGt(loan.scaledDebt, 0);
    }
}
