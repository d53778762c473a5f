// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC721Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

import {IStripAuction} from "../../../../contracts/loans/interfaces/IStripAuction.sol";
import {HostileAccount} from "./doubles/Takers.sol";
import {StripAuctionTest} from "./StripAuctionTest.sol";

/// The line of strips and what its holders are paid.
contract StripAuctionClaimTest is StripAuctionTest {
    address internal carol = makeAddr("carol");

    /// Three strips: [0, 50), [50, 120), [120, 150).
    function setUp() public override {
        super.setUp();
        _kick();
        _take(alice, 50e18);
        _take(bob, 70e18);
        vm.deal(carol, 1e27);
        _take(carol, 30e18);
        vm.deal(alice, 0);
        vm.deal(bob, 0);
        vm.deal(carol, 0);
        vm.deal(address(this), 1e27);
    }

    function _claimables() private view returns (uint256, uint256, uint256) {
        return (auction.claimable(1), auction.claimable(2), auction.claimable(3));
    }

    function _assertClaimables(uint256 first, uint256 second, uint256 third) private view {
        (uint256 a, uint256 b, uint256 c) = _claimables();
        assertEq(a, first, "first");
        assertEq(b, second, "second");
        assertEq(c, third, "third");
    }

    function test_claim_lineIsPaidFromItsFront() public {
        _assertClaimables(0, 0, 0);
        book.inflow{value: 20e18}(LOAN);
        _assertClaimables(20e18, 0, 0);
        book.inflow{value: 30e18}(LOAN);
        _assertClaimables(50e18, 0, 0);
        book.inflow{value: 1}(LOAN);
        _assertClaimables(50e18, 1, 0);
        book.inflow{value: 99e18}(LOAN);
        _assertClaimables(50e18, 70e18, 29e18 + 1);
        book.inflow{value: 10e18}(LOAN);
        _assertClaimables(50e18, 70e18, 30e18);
        assertEq(book.loanOf(LOAN).stripPaid, 150e18, "the rest went to the debt");
    }

    function test_claim_paysTheHolderOnce() public {
        book.inflow{value: 20e18}(LOAN);
        vm.expectEmit(address(auction));
        emit IStripAuction.StripClaimed(1, alice, 20e18);
        assertEq(auction.claim(1), 20e18);
        assertEq(alice.balance, 20e18);
        assertEq(auction.stripOf(1).claimed, 20e18);

        vm.expectRevert(abi.encodeWithSelector(IStripAuction.StripAuction_NothingDue.selector, 1));
        auction.claim(1);

        book.inflow{value: 30e18}(LOAN);
        assertEq(auction.claim(1), 30e18);
        assertEq(alice.balance, 50e18);
        book.inflow{value: 100e18}(LOAN);
        vm.expectRevert(abi.encodeWithSelector(IStripAuction.StripAuction_NothingDue.selector, 1));
        auction.claim(1);
    }

    function test_claim_everyOrderGivesTheSame() public {
        uint256[3][6] memory orders = [
            [uint256(1), 2, 3],
            [uint256(1), 3, 2],
            [uint256(2), 1, 3],
            [uint256(2), 3, 1],
            [uint256(3), 1, 2],
            [uint256(3), 2, 1]
        ];
        uint256 snapshot = vm.snapshotState();
        for (uint256 i; i < 6; ++i) {
            book.inflow{value: 145e18}(LOAN);
            for (uint256 j; j < 3; ++j) auction.claim(orders[i][j]);
            book.inflow{value: 5e18}(LOAN);
            auction.claim(3);
            assertEq(alice.balance, 50e18);
            assertEq(bob.balance, 70e18);
            assertEq(carol.balance, 30e18);
            assertEq(address(book).balance, 0);
            vm.revertToState(snapshot);
        }
    }

    function test_claim_goesToTheHolderOfTheMoment() public {
        book.inflow{value: 20e18}(LOAN);
        vm.prank(alice);
        auction.transferFrom(alice, carol, 1);
        vm.prank(alice);
        auction.claim(1);
        assertEq(alice.balance, 0);
        assertEq(carol.balance, 20e18);
    }

    function test_claim_paysAMaskedHolder() public {
        address masked = address((uint160(0xff) << 152) | 4242);
        vm.prank(alice);
        auction.transferFrom(alice, masked, 1);
        book.inflow{value: 20e18}(LOAN);
        auction.claim(1);
        assertEq(masked.balance, 20e18);
    }

    function test_L08_holderThatRefusesFilIsPaid() public {
        HostileAccount hostile = new HostileAccount();
        vm.prank(alice);
        auction.transferFrom(alice, address(hostile), 1);
        book.inflow{value: 60e18}(LOAN);
        auction.claim(1);
        assertEq(address(hostile).balance, 50e18);
        auction.claim(2);
        assertEq(bob.balance, 10e18, "nobody else waits for it");
    }

    function test_claim_keepsTheTokenAndItsHistory() public {
        book.inflow{value: 50e18}(LOAN);
        auction.claim(1);
        assertEq(auction.ownerOf(1), alice);
        assertEq(auction.stripOf(1).face, 50e18);
        assertEq(auction.stripOf(1).claimed, 50e18);
    }

    function test_P01_claimWorksWhilePausedAndAfterTheAuction() public {
        vm.prank(guardian);
        auction.pauseAuctions();
        book.set(LOAN, DEBT, 2 * DEBT);
        auction.end(LOAN);
        book.inflow{value: 10e18}(LOAN);
        auction.claim(1);
        assertEq(alice.balance, 10e18);
    }

    function test_claim_lineOfAnotherLoanIsItsOwn() public {
        book.set(12, DEBT, VALUE);
        auction.kick(12);
        vm.deal(alice, 1e27);
        vm.prank(alice);
        (uint256 id, , ) = auction.take{value: DEBT}(12, 5e18, 0, alice, "");
        book.inflow{value: 50e18}(LOAN);
        assertEq(auction.claimable(id), 0);
        book.inflow{value: 4e18}(12);
        assertEq(auction.claimable(id), 4e18);
        assertEq(auction.claimable(1), 50e18);
    }

    function test_G09_claimTwiceInOneEpochFails() public {
        book.inflow{value: 20e18}(LOAN);
        auction.claim(1);
        vm.expectRevert(abi.encodeWithSelector(IStripAuction.StripAuction_NothingDue.selector, 1));
        auction.claim(1);
    }

    function test_RevertWhen_claim_nothingDue() public {
        book.inflow{value: 50e18}(LOAN);
        vm.expectRevert(abi.encodeWithSelector(IStripAuction.StripAuction_NothingDue.selector, 2));
        auction.claim(2);
    }

    function test_RevertWhen_claim_unknownStrip() public {
        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721NonexistentToken.selector, 4));
        auction.claim(4);
        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721NonexistentToken.selector, 0));
        auction.claim(0);
    }
}
