// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Economics} from "../../../../contracts/devnet/Types.sol";
import {FilecoinMethods} from "../../../../contracts/filecoin/FilecoinMethods.sol";
import {Position} from "../../../../contracts/loans/interfaces/ILoanBook.sol";
import {BookTest} from "../book/BookTest.sol";

/// @notice Base of the attacks on the loan system: what a hostile miner's owner, lender or keeper can do beside the contracts.
abstract contract AttackTest is BookTest {
    address internal mallory = makeAddr("mallory");

    /// @notice WithdrawBalance by the miner's owner: the FIL goes to the beneficiary, the loan's account.
    function ownerWithdraws(uint64 minerId, uint256 amount) internal {
        nativeCall(sp, minerId, FilecoinMethods.WITHDRAW_BALANCE, abi.encodePacked(hex"81", _amount(amount)));
    }

    function _amount(uint256 v) private pure returns (bytes memory) {
        uint256 n;
        for (uint256 x = v; x != 0; x >>= 8) ++n;
        bytes memory magnitude = new bytes(n);
        for (uint256 i; i < n; ++i) magnitude[n - 1 - i] = bytes1(uint8(v >> (8 * i)));
        return abi.encodePacked(uint8(0x41 + n), hex"00", magnitude); // at most 22 bytes: 2^168
    }

    function availableOf(uint64 minerId) internal view returns (uint256) {
        int256 available = facts.snapshot(minerId).availableBalance;
        return available > 0 ? uint256(available) : 0;
    }

    /// @notice A loan drawn to what its collateral carries, so that little moves its health: 1,200 FIL on 550 FIL of pledge.
    function tightLoan() internal returns (uint256 loanId, address account, uint64 minerId) {
        (loanId, account) = openLoan(1_200 ether);
        minerId = newMiner(550, 1 ether, 60 ether);
        attach(loanId, account, minerId);
        vm.prank(sp);
        book.draw(loanId, 0);
        advanceEpochs(1);
    }

    /// @notice Brings an unhealthy loan to where it may be kicked: called, and swept.
    function sweepAll(uint256 loanId) internal {
        book.review(loanId);
        if (book.positionOf(loanId).assessment.available + book.freeFundsOf(loanId) > 0.1 ether) {
            vm.prank(keeper);
            book.sweep(loanId, 0);
        }
    }

    /// @notice Health between liquidation weight and 1, nothing left to sweep.
    function makeKickable(uint256 loanId) internal returns (Position memory p) {
        shock(loanId, 0.99e18);
        sweepAll(loanId);
        p = shock(loanId, 0.99e18);
        assertGe(p.healthWad, 0.96e18, "not under water");
    }

    /// @notice Buys all that is on sale, for `taker`'s own FIL.
    function takeAll(uint256 loanId, address taker) internal returns (uint256 stripId, uint256 face, uint256 price) {
        (, price,,) = auction.quote(loanId);
        vm.deal(taker, taker.balance + price);
        vm.prank(taker);
        return auction.take{value: price}(loanId, type(uint96).max, 1e18, taker, "");
    }

    /// @notice From now on the miner refuses withdrawals (exit code 18): more terminations than one cron event gets through.
    function blockWithdrawals(uint64 minerId, uint64 first, uint32 count) internal {
        Economics memory e = world.economics();
        e.earlyTerminationLimit = 1;
        e.configured = true;
        world.setEconomics(e);
        terminate(minerId, first, count);
    }
}
