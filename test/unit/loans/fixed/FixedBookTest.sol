// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {RAY} from "../../../../contracts/libraries/Units.sol";
import {IFixedBook} from "../../../../contracts/loans/interfaces/IFixedBook.sol";
import {PoolState} from "../../../../contracts/loans/interfaces/IPledgeVault.sol";
import {VaultTest} from "../vault/VaultTest.sol";

/// @notice A pool with debts at floating and at fixed rates. The test keeps every fixed loan's line by itself, in its own arithmetic.
abstract contract FixedBookTest is VaultTest {
    uint256 internal constant PICO = 1e12;
    /// 14 % a year [pico per epoch].
    uint256 internal constant RATE = 133_182;

    struct Debt {
        uint256 owed; // exact, as of `epoch` [pico-attoFIL]
        uint256 principal;
        uint256 slope;
        uint256 epoch;
    }

    mapping(uint256 loanId => Debt) internal debts;
    uint256 internal constant IDS = 10; // ids are below this

    IFixedBook internal fixedBook;

    function setUp() public virtual override {
        super.setUp();
        fixedBook = IFixedBook(address(vault));
    }

    function _owed(uint256 id) internal view returns (uint256) {
        Debt memory d = debts[id];
        return d.owed + d.slope * (vm.getBlockNumber() - d.epoch);
    }

    function _offset(uint256 id) internal view returns (int256) {
        return int256(debts[id].owed) - int256(debts[id].slope * debts[id].epoch);
    }

    function _debtUp(uint256 id) internal view returns (uint256) {
        return Math.ceilDiv(_owed(id), PICO);
    }

    function _set(uint256 id, uint256 owed, uint256 principal, uint256 slope) internal returns (int256 o, int256 s) {
        (o, s) = (_offset(id), int256(debts[id].slope));
        debts[id] = Debt(owed, principal, slope, vm.getBlockNumber());
        (o, s) = (_offset(id) - o, int256(slope) - s);
    }

    function _lendFixed(uint256 id, uint256 amount, uint256 rate) internal {
        Debt memory d = debts[id];
        (int256 o, int256 s) = _set(id, _owed(id) + amount * PICO, d.principal + amount, d.slope + amount * rate);
        vm.prank(LOAN_BOOK);
        fixedBook.lendFixed(id, MINER, amount, o, s);
    }

    /// Interest first, then principal; by call with value.
    function _payFixed(uint256 id, uint256 amount, uint256 fee) internal {
        (int256 o, int256 s) = _paid(id, amount);
        vm.deal(LOAN_BOOK, amount + fee);
        vm.prank(LOAN_BOOK);
        fixedBook.bookFixedPayment{value: amount + fee}(id, amount + fee, fee, o, s);
    }

    function _paid(uint256 id, uint256 amount) internal returns (int256 o, int256 s) {
        Debt memory d = debts[id];
        uint256 debt = _debtUp(id);
        if (amount == debt) return _set(id, 0, 0, 0);
        uint256 interest = debt - d.principal;
        uint256 left = amount > interest ? d.principal - (amount - interest) : d.principal;
        return _set(id, _owed(id) - amount * PICO, left, Math.mulDiv(d.slope, left, d.principal, Math.Rounding.Ceil));
    }

    function _switch(uint256 id, int256 scaledDebt, int256 o, int256 s, uint256 fee) internal {
        vm.prank(LOAN_BOOK);
        fixedBook.bookSwitch(id, scaledDebt, o, s, fee);
    }

    /// I1, I2, I3 with both kinds of debt.
    function _assertBoth() internal view {
        int256 offset;
        uint256 slope;
        uint256 exact;
        uint256 owed;
        uint256 loans;
        for (uint256 id = 0; id < IDS; ++id) {
            offset += _offset(id);
            slope += debts[id].slope;
            exact += _owed(id);
            owed += _debtUp(id);
            if (debts[id].principal != 0) ++loans;
        }
        (int256 poolOffset, uint256 poolSlope) = fixedBook.fixedLine();
        assertEq(poolOffset, offset, "I1: offsets");
        assertEq(poolSlope, slope, "I1: slopes");
        PoolState memory s = vault.poolState();
        uint256 floating = (scaled * s.borrowIndexRay) / RAY;
        assertEq(s.debt, floating + exact / PICO, "I2: debt");
        assertLe(s.debt, floating + owed, "I2: never above what is owed");
        assertLe(floating + owed - s.debt, loans, "I2: by 1 attoFIL a loan");
        assertEq(s.totalAssets + s.reserveOwed + s.lockedGain, s.cash + s.debt + s.impairedCarrying, "I3: total");
        assertGe(_held(), s.cash + s.setAside, "I3: funded");
        assertEq(_flag(), slope != 0, "flag");
        uint256 lent = s.debt + s.impairedCarrying;
        uint256 free = s.cash > s.waitingAssets ? s.cash - s.waitingAssets : 0;
        assertEq(s.utilisationWad, lent == 0 ? 0 : Math.ceilDiv(lent * 1e18, lent + free), "utilisation");
    }

    /// Whether the ledger's first slot says that slot 4 is to be read.
    function _flag() internal view returns (bool) {
        bytes32 slot = 0x5d767c9cb834329279ac24d6849dc6a9a432a931fd33fb299f6df66f814bc700;
        return uint8(uint256(vm.load(address(vault), slot)) >> 232) != 0;
    }
}
