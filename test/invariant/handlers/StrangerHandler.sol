// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {LoanHandler} from "./LoanHandler.sol";
import {LoanLedger} from "./LoanLedger.sol";

/// @title Those who send FIL unasked, and the guardian
contract StrangerHandler is LoanHandler {
    constructor(LoanLedger ledger_) LoanHandler(ledger_) {
        _expect("giveByMethod0");
        _expect("giveWfil");
        _expect("depositToReserve");
        _expect("pauseDraws");
        _expect("pauseAttaches");
        _expect("pauseAuctions");
    }

    function selectors() external pure override returns (bytes4[] memory list) {
        list = new bytes4[](4);
        list[0] = this.give.selector;
        list[1] = this.giveWfil.selector;
        list[2] = this.depositToReserve.selector;
        list[3] = this.pause.selector;
    }

    // ------------------------------------------------------------------------------------------------ gifts

    /// @notice By method 0, anywhere; a plain transfer to a contract that wants none is refused.
    function give(uint256 seed, uint256 amount) external step {
        amount = _bound(amount, 1, 30 ether);
        uint256 loanId = 1 + ((seed / 8) % sys.book.loanCount());
        address[5] memory places = [
            address(sys.vault),
            address(sys.book),
            address(sys.auction),
            address(sys.reserve),
            _account(loanId)
        ];
        address to = places[seed % 5];
        (bytes32 before, uint256 assets) = (_facts(), sys.vault.totalAssets());
        vm.prank(who.stranger);
        (bool taken, ) = to.call{value: amount}("");
        assertFalse(taken, "I18: a plain transfer was accepted");
        ledger.allow(to, amount);
        ledger.giveUnasked(to, amount);
        _count("giveByMethod0");
        assertEq(sys.vault.totalAssets(), assets, "I18: a gift changed total assets");
        assertEq(_facts(), before, "I18: a gift changed a debt, a value or a share price");
    }

    function giveWfil(uint256 seed, uint256 amount) external step {
        amount = _bound(amount, 1, 30 ether);
        address[4] memory places = [address(sys.vault), address(sys.book), address(sys.auction), address(sys.reserve)];
        bytes32 before = _facts();
        ledger.allow(address(sys.wfil), amount);
        vm.startPrank(who.stranger);
        sys.wfil.deposit{value: amount}();
        sys.wfil.transfer(places[seed % 4], amount);
        if (seed % 4 == 0) ledger.noteWrapped(amount);
        vm.stopPrank();
        _count("giveWfil");
        assertEq(_facts(), before, "I18: a gift changed a debt, a value or a share price");
    }

    function depositToReserve(uint256 amount) external step {
        amount = _bound(amount, 1, 5 ether);
        ledger.allow(address(sys.reserve), amount);
        vm.prank(who.stranger);
        sys.reserve.deposit{value: amount}();
        _count("depositToReserve");
    }

    /// @dev What no gift may change: the pool, and of every loan its ledger, debt and health. What an account holds is its loan's own.
    function _facts() private view returns (bytes32 hash) {
        hash = keccak256(abi.encode(sys.vault.poolState(), sys.vault.totalSupply()));
        uint256 count = sys.book.loanCount();
        for (uint256 id = 1; id <= count; ++id) {
            hash = keccak256(abi.encode(hash, sys.book.loanOf(id), sys.book.debtOf(id)));
        }
    }

    // ------------------------------------------------------------------------------------------------ pauses

    function pause(uint256 what) external step {
        what %= 9; // seldom: a week's pause is a long time in a run
        if (what == 0) _try("pauseDraws", who.guardian, address(sys.book), abi.encodeCall(sys.book.pauseDraws, ()));
        if (what == 1)
            _try("pauseAttaches", who.guardian, address(sys.book), abi.encodeCall(sys.book.pauseAttaches, ()));
        if (what == 2)
            _try("pauseAuctions", who.guardian, address(sys.auction), abi.encodeCall(sys.auction.pauseAuctions, ()));
    }
}
