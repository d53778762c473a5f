// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Devnet} from "../../../contracts/devnet/Devnet.sol";
import {Loan} from "../../../contracts/loans/LoanTypes.sol";
import {Position} from "../../../contracts/loans/interfaces/ILoanBook.sol";
import {LoanHandler} from "./LoanHandler.sol";
import {LoanLedger} from "./LoanLedger.sol";

/// @title Liquidation: kicks, takes, restarts, ends, claims
contract LiquidationHandler is LoanHandler {
    constructor(LoanLedger ledger_) LoanHandler(ledger_) {
        _expect("kick");
        _expect("take");
        _expect("takeWfil");
        _expect("restart");
        _expect("buyIn");
        _expect("end");
        _expect("claim");
        _expect("transferStrip");
    }

    function selectors() external pure override returns (bytes4[] memory list) {
        list = new bytes4[](6);
        list[0] = this.kick.selector;
        list[1] = this.take.selector;
        list[2] = this.finish.selector;
        list[3] = this.claim.selector;
        list[4] = this.transferStrip.selector;
        list[5] = this.takeBit.selector;
    }

    // ------------------------------------------------------------------------------------------------ opening and ending

    /// @notice As a keeper does: reviews, sweeps, kicks. Where no loan is ripe, the network makes one so.
    function kick(uint256 seed, uint256 health) external step {
        uint256 loanId = _unhealthy(seed);
        if (loanId == 0) {
            loanId = _indebted(seed);
            if (loanId == 0 || sys.auction.auctionOf(loanId).active) return _refused("kick");
            _shock(loanId, _bound(health, 0.962e18, 0.998e18));
        }
        _kick(loanId);
    }

    function _kick(uint256 loanId) private {
        ledger.allow(who.keeper, 0.2 ether); // two sweeps, one kick
        _allowCollected(loanId);
        vm.prank(who.keeper);
        sys.book.review(loanId);
        _sweepAll(loanId);
        _try("kick", who.keeper, address(sys.auction), abi.encodeCall(sys.auction.kick, (loanId)));
    }

    function _sweepAll(uint256 loanId) private {
        uint256 count = sys.book.loanOf(loanId).minerCount;
        for (uint256 i; i < count; ++i) {
            vm.prank(who.keeper);
            try sys.book.sweep(loanId, i) {} catch {}
        }
    }

    function _unhealthy(uint256 seed) private returns (uint256) {
        uint256 count = sys.book.loanCount();
        for (uint256 i; i < count; ++i) {
            uint256 id = 1 + (((seed % count) + i) % count);
            if (!ledger.owes(sys.book.loanOf(id))) continue;
            if (sys.auction.auctionOf(id).active) continue;
            uint256 health = sys.book.positionOf(id).healthWad;
            if (health < 0.96e18) ledger.noteUnderwater();
            if (health < 1e18 && health >= 0.96e18) return id;
        }
        return 0;
    }

    /// @notice Ends, restarts or buys in, whatever is due; half of the time after the round is over, sometimes below health w.
    function finish(uint256 seed, uint256 how) external step {
        uint256 loanId = _running(seed);
        if (loanId == 0) return _refused("end");
        if (how % 4 == 0) _shock(loanId, 0.93e18);
        else if (how % 4 != 3) _shock(loanId, 0.98e18);
        if (how % 2 == 0) ledger.advance(480);
        bytes memory end = abi.encodeCall(sys.auction.end, (loanId));
        bytes memory restart = abi.encodeCall(sys.auction.restart, (loanId));
        bytes memory buyIn = abi.encodeCall(sys.auction.buyIn, (loanId));
        (bool ok, ) = _try("end", who.keeper, address(sys.auction), end);
        if (!ok) (ok, ) = _try("restart", who.keeper, address(sys.auction), restart);
        if (!ok) _try("buyIn", who.keeper, address(sys.auction), buyIn);
    }

    // ------------------------------------------------------------------------------------------------ buying

    /// @notice Takes from a running auction; where none runs, from one that it has opened.
    function take(uint256 seed, uint256 maxFace, bool wrapped, uint256 wait) external step {
        _open(seed, wait);
        _take(seed, _bound(maxFace, 1 ether, 2_000 ether), wrapped);
    }

    function takeBit(uint256 seed, uint256 maxFace, bool wrapped, uint256 wait) external step {
        _open(seed, wait);
        _take(seed, _bound(maxFace, 1 ether, 20 ether), wrapped);
    }

    function _open(uint256 seed, uint256 wait) private {
        uint256 loanId = _running(seed);
        if (loanId == 0) {
            loanId = _indebted(seed);
            if (loanId == 0) return;
            _shock(loanId, _bound(wait, 0.965e18, 0.985e18));
            _kick(loanId);
        } else if (wait % 2 == 0) {
            _shock(loanId, _bound(wait, 0.965e18, 0.998e18));
        }
        ledger.advance(_bound(wait, 1, 400));
    }

    /// @dev One purchase; `receiver` 0 grows the taker's last strip.
    struct Purchase {
        uint256 loanId;
        address taker;
        address receiver;
        uint256 maxFace;
        bool wrapped;
        uint256 wealth; // of the taker before [attoFIL]
        bool ok;
        uint256 face; // [attoFIL]
        uint256 price; // [attoFIL]
    }

    function _take(uint256 seed, uint256 maxFace, bool wrapped) private {
        Purchase memory b;
        b.loanId = _running(seed);
        if (b.loanId == 0) return _refused("take");
        Position memory before = sys.book.positionOf(b.loanId);
        if (before.healthWad < 0.96e18) ledger.noteUnderwater();
        b.taker = who.takers[seed % 2];
        b.receiver = seed % 4 == 0 ? b.taker : address(0);
        (b.maxFace, b.wrapped, b.wealth) = (maxFace, wrapped, _wealth(b.taker));
        _buy(b);
        if (!b.ok) return;
        assertEq(_wealth(b.taker), b.wealth - b.price, "I5: a taker pays the price and no more");
        Position memory p = sys.book.positionOf(b.loanId);
        _checkHealthNotLower(before, p, "I10: a strip sale lowered health");
        assertLe(b.face, before.value, "I9: more face than value");
        assertGe(p.debt + b.price, before.debt, "I2: a price burns no more debt than it is");
        assertLe(p.debt + b.price, before.debt + 2, "I2: a price burns its debt");
    }

    function _wealth(address taker) private view returns (uint256) {
        return taker.balance + sys.wfil.balanceOf(taker);
    }

    function _buy(Purchase memory b) private {
        ledger.allow(address(sys.vault), type(uint256).max);
        uint256 most = 5_000 ether;
        if (b.wrapped) {
            vm.startPrank(b.taker);
            sys.wfil.deposit{value: most}();
            sys.wfil.approve(address(sys.auction), most);
            vm.stopPrank();
        }
        bytes memory data = abi.encodeCall(sys.auction.take, (b.loanId, b.maxFace, 0, b.receiver, ""));
        bytes32 name = b.wrapped ? bytes32("takeWfil") : bytes32("take");
        bytes memory answer;
        (b.ok, answer) = _try(name, b.taker, address(sys.auction), b.wrapped ? 0 : most, data);
        if (b.ok) (, b.face, b.price) = abi.decode(answer, (uint256, uint256, uint256));
        // The vault keeps WFIL as it comes: the price stays wrapped.
        if (b.wrapped && b.ok) ledger.allow(address(sys.wfil), b.price);
        uint256 rest = sys.wfil.balanceOf(b.taker);
        if (rest == 0) return;
        vm.prank(b.taker);
        sys.wfil.withdraw(rest);
    }

    // ------------------------------------------------------------------------------------------------ strips

    /// @notice Whoever calls, the holder is paid, and all that is due. Where nothing is, the network sends a miner something first.
    function claim(uint256 seed, uint256 amount) external step {
        uint256 id = _due(seed);
        if (id == 0) {
            _feedLine(seed, _bound(amount, 0.1 ether, 40 ether));
            id = _due(seed);
        }
        if (id == 0) return _refused("claim");
        uint256 due = sys.auction.claimable(id);
        address holder = sys.auction.ownerOf(id);
        uint256 wealth = holder.balance;
        ledger.allow(holder, due);
        _must("claim", who.keeper, address(sys.auction), 0, abi.encodeCall(sys.auction.claim, (id)), "I12: claim");
        assertEq(holder.balance, wealth + due, "I5: the holder is paid");
    }

    function _due(uint256 seed) private view returns (uint256) {
        uint256 count = sys.auction.stripCount();
        for (uint256 i; i < count; ++i) {
            uint256 id = 1 + (((seed % count) + i) % count);
            if (sys.auction.claimable(id) != 0) return id;
        }
        return 0;
    }

    /// @dev The inflow goes to the front of the line: as far as strips are outstanding, nothing to the debt.
    function _feedLine(uint256 seed, uint256 amount) private {
        uint256 loanId = _inLine(seed);
        if (loanId == 0) return;
        Loan memory loan = sys.book.loanOf(loanId);
        address miner = Devnet.masked(sys.book.minersOf(loanId)[0].minerId);
        ledger.allow(miner, amount);
        ledger.allow(who.keeper, 0.1 ether);
        _allowCollected(loanId);
        vm.prank(who.network);
        world.fund{value: amount}(Devnet.idOf(miner));
        uint256 debt = sys.book.debtOf(loanId);
        _sweepAll(loanId);
        uint256 paid = sys.book.loanOf(loanId).stripPaid - loan.stripPaid;
        if (loan.stripPaid + paid < loan.stripSold)
            assertEq(sys.book.debtOf(loanId), debt, "I9: debt paid before strips");
    }

    function _inLine(uint256 seed) private view returns (uint256) {
        uint256 count = sys.book.loanCount();
        for (uint256 i; i < count; ++i) {
            uint256 id = 1 + (((seed % count) + i) % count);
            Loan memory loan = sys.book.loanOf(id);
            if (loan.stripSold != loan.stripPaid && loan.minerCount != 0) return id;
        }
        return 0;
    }

    function transferStrip(uint256 seed) external step {
        uint256 count = sys.auction.stripCount();
        if (count == 0) return _refused("transferStrip");
        uint256 id = 1 + (seed % count);
        address from = sys.auction.ownerOf(id);
        address to = from == who.takers[0] ? who.takers[1] : who.takers[0];
        vm.prank(from);
        sys.auction.transferFrom(from, to, id);
        _count("transferStrip");
    }
}
