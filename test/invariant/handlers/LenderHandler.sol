// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IRedeemQueue} from "../../../contracts/loans/interfaces/IRedeemQueue.sol";
import {LoanHandler} from "./LoanHandler.sol";
import {LoanLedger} from "./LoanLedger.sol";

/// @title Lenders: deposits, redemptions, round trips, transfers of shares
contract LenderHandler is LoanHandler {
    constructor(LoanLedger ledger_) LoanHandler(ledger_) {
        _expect("depositFil");
        _expect("deposit");
        _expect("mint");
        _expect("redeemFil");
        _expect("redeem");
        _expect("withdrawFil");
        _expect("withdraw");
        _expect("roundTrip");
        _expect("transferShares");
    }

    function selectors() external pure override returns (bytes4[] memory list) {
        list = new bytes4[](5);
        list[0] = this.depositFil.selector;
        list[1] = this.depositWfil.selector;
        list[2] = this.redeem.selector;
        list[3] = this.roundTrip.selector;
        list[4] = this.transferShares.selector;
    }

    function depositFil(uint256 seed, uint256 amount) external step {
        address lender = who.lenders[seed % 3];
        amount = _bound(amount, 1e6, 400 ether);
        if (_worthless(lender, amount)) return _refused("depositFil");
        ledger.allow(address(sys.vault), amount);
        uint256 shares = sys.vault.balanceOf(lender);
        _must(
            "depositFil",
            lender,
            address(sys.vault),
            amount,
            abi.encodeCall(sys.vault.depositFil, (lender)),
            "deposit"
        );
        assertGt(sys.vault.balanceOf(lender), shares, "shares for a deposit");
    }

    function depositWfil(uint256 seed, uint256 amount, bool byShares) external step {
        address lender = who.lenders[seed % 3];
        amount = _bound(amount, 1e6, 400 ether);
        if (_worthless(lender, amount)) return _refused(byShares ? bytes32("mint") : bytes32("deposit"));
        ledger.allow(address(sys.vault), amount);
        ledger.allow(address(sys.wfil), amount);
        _wrap(lender, amount + 1);
        uint256 shares = sys.vault.previewDeposit(amount);
        bytes memory data =
            byShares
                ? abi.encodeCall(sys.vault.mint, (shares, lender))
                : abi.encodeCall(sys.vault.deposit, (amount, lender));
        _must(byShares ? bytes32("mint") : bytes32("deposit"), lender, address(sys.vault), 0, data, "deposit");
        _unwrapAll(lender);
    }

    /// @notice Up to `maxRedeem` everyone can leave, always.
    function redeem(uint256 seed, uint256 shares, uint256 way) external step {
        address lender = who.lenders[seed % 3];
        if (_hasClaims(lender)) return _refused("redeem"); // then it is a claim: QueueHandler makes those
        uint256 most = sys.vault.maxRedeem(lender);
        shares = way % 8 == 0 ? most : _bound(shares, 0, most);
        uint256 assets = sys.vault.previewRedeem(shares);
        if (assets == 0) return _refused("redeem");
        ledger.allow(lender, assets);
        ledger.allow(address(sys.wfil), assets);
        _leave(lender, shares, assets, way % 4);
        _unwrapAll(lender);
    }

    function _leave(address lender, uint256 shares, uint256 assets, uint256 way) private {
        address vault = address(sys.vault);
        string memory why = "I12: up to maxRedeem a lender can leave";
        if (way == 0) {
            _must("redeemFil", lender, vault, 0, abi.encodeCall(sys.vault.redeemFil, (shares, lender, lender)), why);
        } else if (way == 1) {
            _must("redeem", lender, vault, 0, abi.encodeCall(sys.vault.redeem, (shares, lender, lender)), why);
        } else if (way == 2) {
            _must(
                "withdrawFil",
                lender,
                vault,
                0,
                abi.encodeCall(sys.vault.withdrawFil, (assets, lender, lender)),
                why
            );
        } else {
            _must("withdraw", lender, vault, 0, abi.encodeCall(sys.vault.withdraw, (assets, lender, lender)), why);
        }
    }

    /// @dev Whether the pool takes no such deposit; that may be so only for want of a price, when it has lost nearly everything.
    function _worthless(address lender, uint256 amount) private view returns (bool) {
        if (amount <= sys.vault.maxDeposit(lender)) return false;
        uint256 shares = sys.vault.previewDeposit(amount);
        assertGt(sys.vault.totalSupply() + shares, 1 << 120, "I16: a deposit is refused while shares have a price");
        return true;
    }

    function _hasClaims(address lender) private view returns (bool) {
        (uint256 shares, ) = IRedeemQueue(address(sys.vault)).claimable(lender);
        return shares != 0;
    }

    /// @notice In and out in one epoch, by any pair of doors; where others wait, or the buffer is short, there is no way out at once.
    function roundTrip(uint256 seed, uint256 amount, uint256 way) external step {
        address lender = who.lenders[seed % 3];
        amount = _bound(amount, 1e6, 400 ether);
        if (_worthless(lender, amount)) return _refused("roundTrip");
        uint256 wealth = lender.balance;
        uint256 had = sys.vault.balanceOf(lender);
        ledger.allow(address(sys.vault), amount);
        ledger.allow(address(sys.wfil), amount);
        vm.prank(lender);
        sys.vault.depositFil{value: amount}(lender);
        uint256 shares = sys.vault.balanceOf(lender) - had;
        uint256 assets = sys.vault.previewRedeem(shares);
        if (assets == 0 || _hasClaims(lender) || sys.vault.maxRedeem(lender) < shares) return _refused("roundTrip");
        _leave(lender, shares, assets, way % 4);
        _unwrapAll(lender);
        assertLe(lender.balance, wealth, "I16: a round trip paid");
        assertGe(lender.balance + 2, wealth, "I16: a round trip cost more than rounding");
        assertGe(sys.vault.balanceOf(lender), had, "I16: a round trip cost shares");
        _count("roundTrip");
    }

    function transferShares(uint256 seed, uint256 shares) external step {
        address from = who.lenders[seed % 3];
        address to = who.lenders[(seed / 3) % 3];
        shares = _bound(shares, 0, sys.vault.balanceOf(from));
        vm.prank(from);
        sys.vault.transfer(to, shares);
        _count("transferShares");
    }

    function _wrap(address lender, uint256 amount) private {
        ledger.allow(address(sys.wfil), amount);
        vm.startPrank(lender);
        sys.wfil.deposit{value: amount}();
        sys.wfil.approve(address(sys.vault), amount);
        vm.stopPrank();
    }

    function _unwrapAll(address lender) private {
        uint256 amount = sys.wfil.balanceOf(lender);
        if (amount == 0) return;
        vm.prank(lender);
        sys.wfil.withdraw(amount);
    }
}
