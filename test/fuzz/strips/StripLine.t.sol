// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {StripAuctionTest} from "../../unit/loans/strips/StripAuctionTest.sol";

/// A line of up to 8 strips of several takers, inflows and claims in any order: every strip gets what a model without
/// the contract says, to the attoFIL.
contract StripLineFuzz is StripAuctionTest {
    uint256 private constant TAKERS = 3;

    struct Model {
        uint256 start;
        uint256 face;
        uint256 claimed;
    }

    Model[] private strips;
    uint256 private sold;
    uint256 private paid;

    function _taker(uint256 index) private pure returns (address) {
        return address(uint160(0x7a4e5000 + index));
    }

    function _buy(uint256 random) private {
        (uint256 most, uint256 price, , ) = auction.quote(LOAN);
        if (most < 2e18) return;
        address taker = _taker(random % TAKERS);
        bool join = (random >> 8) % 2 == 0;
        uint256 wanted = bound(random >> 16, 2e18, most);
        vm.deal(taker, price);
        uint256 cashBefore = book.vaultCash();
        vm.prank(taker);
        (uint256 id, uint256 face, uint256 cost) = auction.take{value: price}(
            LOAN,
            wanted,
            1e18,
            join ? address(0) : taker,
            ""
        );
        assertEq(book.vaultCash(), cashBefore + cost);
        assertEq(taker.balance, price - cost);
        uint256 count = strips.length;
        if (join && count > 0 && auction.ownerOf(count) == taker) {
            assertEq(id, count);
            strips[count - 1].face += face;
        } else {
            assertEq(id, count + 1);
            strips.push(Model(sold, face, 0));
        }
        sold += face;
    }

    /// Faults set in again whenever an auction has healed the loan.
    function _reopen() private returns (bool) {
        (uint256 debt, , , ) = book.facts(LOAN);
        if (debt < 20e18) return false;
        if (_health() >= 1e18) book.set(LOAN, debt, sold - paid + (debt * 102) / 100);
        if (!auction.auctionOf(LOAN).active) _kick();
        return true;
    }

    function _inflow(uint256 random) private {
        uint256 amount = bound(random, 1, 200e18);
        (uint256 debt, , , ) = book.facts(LOAN);
        uint256 outstanding = sold - paid;
        if (amount > outstanding + debt / 2) amount = outstanding + debt / 2;
        if (amount == 0) return;
        vm.deal(address(this), amount);
        book.inflow{value: amount}(LOAN);
        paid += amount < outstanding ? amount : outstanding;
    }

    function _due(Model memory s) private view returns (uint256) {
        uint256 covered = paid <= s.start ? 0 : paid - s.start;
        return (covered < s.face ? covered : s.face) - s.claimed;
    }

    function _claim(uint256 random) private {
        if (strips.length == 0) return;
        uint256 id = (random % strips.length) + 1;
        Model storage s = strips[id - 1];
        uint256 due = _due(s);
        assertEq(auction.claimable(id), due);
        if (due == 0) return;
        address holder = auction.ownerOf(id);
        vm.deal(holder, 0);
        assertEq(auction.claim(id), due);
        assertEq(holder.balance, due);
        s.claimed += due;
    }

    function testFuzz_line_paysEveryStripItsFace(uint256[24] memory random) public {
        book.set(LOAN, 10 * DEBT, 10 * VALUE);
        for (uint256 i; i < random.length; ++i) {
            uint256 action = random[i] % 4;
            uint256 rest = random[i] >> 2;
            if (action == 0 && _reopen()) _buy(rest);
            else if (action == 1) _inflow(rest);
            else if (action == 2) _claim(rest);
            else _forward(rest % 40);
        }
        assertEq(book.loanOf(LOAN).stripSold, sold);
        assertEq(book.loanOf(LOAN).stripPaid, paid);
        assertEq(auction.stripCount(), strips.length);
        _closeLine();
    }

    /// Pays the line out; then every strip has had its face, and the line is the sum of its strips.
    function _closeLine() private {
        if (sold > paid) {
            vm.deal(address(this), sold - paid);
            book.inflow{value: sold - paid}(LOAN);
            paid = sold;
        }
        uint256 end;
        for (uint256 i = strips.length; i > 0; --i) {
            if (strips[i - 1].claimed < strips[i - 1].face) auction.claim(i);
            assertEq(auction.stripOf(i).claimed, strips[i - 1].face);
            assertEq(auction.stripOf(i).start, strips[i - 1].start);
            end += strips[i - 1].face;
        }
        assertEq(end, sold);
        assertEq(book.claimed(LOAN), sold);
        assertEq(address(auction).balance, 0);
    }
}
