// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {Loan, LoanState, Tranche} from "../../../../contracts/loans/LoanTypes.sol";
import {ILoanTerms} from "../../../../contracts/loans/interfaces/ILoanTerms.sol";
import {PoolState} from "../../../../contracts/loans/interfaces/IPledgeVault.sol";
import {FixedTest} from "./FixedTest.sol";

/// @notice Any order of what can happen to loans at fixed and floating rates, on the whole system; what must hold after each step.
contract FixedSystemFuzzTest is FixedTest {
    uint256 private constant STEPS = 16;

    uint256[4] private _ids;
    uint64[4] private _miners;
    uint256 private _price;

    function setUp() public override {
        super.setUp();
        for (uint256 i = 0; i < 4; ++i) {
            Tranche[] memory list = tranches(6, 70 ether);
            for (uint256 k = 0; k < 6; ++k) list[k].drawDeadline += uint32(700 * DAY);
            vm.prank(sp);
            (uint256 id, address account) = book.open(list, payee);
            _miners[i] = newMiner(600, 50 ether);
            attach(id, account, _miners[i]);
            _ids[i] = id;
            if (i % 2 == 0) _try(abi.encodeCall(book.draw, (id, 0)));
            else _draw(id, i);
            _prove(id, _miners[i]);
        }
    }

    function testFuzz_I1_I2_I3_I4_anyOrderOfFixedAndFloating(uint256 seed) public {
        for (uint256 i = 0; i < STEPS; ++i) {
            seed = uint256(keccak256(abi.encode(seed, i)));
            advanceEpochs(1 + ((seed >> 200) % (3 * DAY)));
            _price = _sharePrice();
            _step(_ids[seed % 4], _miners[seed % 4], (seed >> 8) % 9, seed >> 16);
            assertSums();
            assertGe(_sharePrice(), _price, "I4: no step of a borrower lowers the share price");
        }
        _windDown();
    }

    function _sharePrice() private view returns (uint256) {
        return vault.convertToAssets(1e30);
    }

    function _step(uint256 id, uint64 minerId, uint256 what, uint256 x) private {
        uint256 debt = book.debtOf(id);
        if (what >= 3 && what <= 6 && x % 4 != 0) _prepare(id, what, x);
        if (what == 0) _try(abi.encodeCall(book.draw, (id, 0)));
        else if (what == 1) _draw(id, x);
        else if (what == 2 && debt != 0) _pay(id, 1 + (x % (debt + 5 ether)));
        else if (what == 3) _keep(id, abi.encodeCall(ILoanTerms.fix, (id, inDays(30 + (x % 500)), ANY_RATE)));
        else if (what == 4) _keep(id, abi.encodeCall(ILoanTerms.unfix, (id)));
        else if (what == 5) _keep(id, abi.encodeCall(ILoanTerms.roll, (id, inDays(30 + (x % 500)), ANY_RATE)));
        else if (what == 6) _keep(id, abi.encodeCall(ILoanTerms.mature, (id)));
        else if (what == 7) _prove(id, minerId);
        else if (x % 2 == 0) depositFil(alice, 1 + (x % 4_000 ether));
        else _leave(x);
    }

    /// Interest is paid, and for a roll or a penalty its time has come.
    function _prepare(uint256 id, uint256 what, uint256 x) private {
        uint256 maturity = book.termsOf(id).maturity;
        uint256 due = what == 5 ? maturity - Math.min(maturity, (x >> 8) % (30 * DAY)) : maturity + 8 * DAY;
        if (what >= 5 && maturity != 0 && due > vm.getBlockNumber()) {
            _price = _sharePrice();
            advanceEpochs(due - vm.getBlockNumber());
            assertGe(_sharePrice(), _price, "I4: nor does time");
            _price = _sharePrice();
        }
        payInterest(id);
        book.review(id);
    }

    function _draw(uint256 id, uint256 x) private {
        uint256 maturity = book.termsOf(id).maturity;
        if (maturity == 0) maturity = inDays(30 + (x % 500));
        uint256 debt = book.debtOf(id);
        if (!_try(abi.encodeCall(ILoanTerms.drawFixed, (id, 0, maturity, ANY_RATE)))) return;
        assertEq(book.debtOf(id), debt + 70 ether, "a draw adds what is drawn");
    }

    /// Switching never makes a debt smaller.
    function _keep(uint256 id, bytes memory call_) private {
        uint256 debt = book.debtOf(id);
        _try(call_);
        assertGe(book.debtOf(id), debt, "I16: a switch costs, or costs nothing");
    }

    function _pay(uint256 id, uint256 amount) private {
        Loan memory loan = book.loanOf(id);
        uint256 debt = book.debtOf(id);
        vm.deal(bob, amount);
        vm.prank(bob);
        (bool ok, ) = address(book).call{value: amount}(abi.encodeCall(book.repay, (id)));
        if (!ok) return;
        uint256 paid = amount - bob.balance;
        assertLe(debt - book.debtOf(id), paid, "a debt falls by what is paid at most");
        assertLe(book.loanOf(id).principal, loan.principal);
        assertEq(address(book).balance, 0, "the loan book keeps nothing");
    }

    function _prove(uint256 id, uint64 minerId) private {
        Loan memory loan = book.loanOf(id);
        if (loan.provenCount == loan.drawnCount) return;
        seal(minerId, 70, false, 1 ether);
        _try(abi.encodeCall(book.prove, (id))); // not where sectors have expired meanwhile
        book.review(id);
    }

    function _leave(uint256 x) private {
        uint256 most = vault.maxWithdraw(alice);
        if (most == 0) return;
        vm.prank(alice);
        vault.withdrawFil(1 + (x % most), alice, alice);
    }

    function _try(bytes memory call_) private returns (bool ok) {
        vm.prank(sp);
        (ok, ) = address(book).call(call_);
    }

    /// Whatever came before, every loan can be paid off, and then nothing is left of the line.
    function _windDown() private {
        for (uint256 i = 0; i < 4; ++i) {
            uint256 debt = book.debtOf(_ids[i]);
            if (debt == 0) continue;
            assertTrue(book.loanOf(_ids[i]).state != LoanState.Impaired);
            repay(_ids[i], 2 * debt);
            assertEq(book.debtOf(_ids[i]), 0, "I12: paid off");
            assertSums();
        }
        (int256 offset, uint256 slope) = fixedBook.fixedLine();
        assertEq(offset, 0, "I1: nothing is left");
        assertEq(slope, 0, "I1: nothing is left");
        PoolState memory s = vault.poolState();
        assertLe(book.debtOf(FLOATER) - s.debt, 1, "only the other provider's");
    }
}
