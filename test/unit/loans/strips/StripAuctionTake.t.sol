// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC20Errors, IERC721Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";

import {ActorCall} from "../../../../contracts/filecoin/ActorCall.sol";
import {IStripAuction, Strip} from "../../../../contracts/loans/interfaces/IStripAuction.sol";
import {StripAuctionTest} from "./StripAuctionTest.sol";
import {LoanBookDouble} from "./doubles/LoanBookDouble.sol";
import {HostileAccount} from "./doubles/Takers.sol";

/// Buying with native FIL and with WFIL: sizes, prices, payments, tokens.
contract StripAuctionTakeTest is StripAuctionTest {
    uint256 private constant ALL = type(uint256).max;

    function setUp() public override {
        super.setUp();
        _kick();
    }

    /// ceil(D (T - H) / (T - b w)), written anew.
    function _priceToTarget(uint256 debt, uint256 healthWad, uint256 bonusWad) private pure returns (uint256) {
        uint256 numerator = debt * (TARGET - healthWad) * 1e18;
        uint256 denominator = TARGET * 1e18 - bonusWad * W;
        return (numerator + denominator - 1) / denominator;
    }

    // ---------------------------------------------------------------- what is sold

    function test_take_atFirstSellsAtParWhatRestoresTarget() public {
        uint256 x = _priceToTarget(DEBT, _health(), 1e18);
        uint256 after_ = ((VALUE - x) * W) / (DEBT - x);
        vm.expectEmit(address(auction));
        emit IERC721.Transfer(address(0), alice, 1);
        vm.expectEmit(address(auction));
        emit IStripAuction.StripSold(1, LOAN, alice, x, x, after_);
        vm.expectEmit(address(auction));
        emit IStripAuction.AuctionEnded(LOAN, after_);
        (uint256 id, uint256 face, uint256 price) = _takeAll(alice);

        assertEq(id, 1);
        assertEq(price, x);
        assertEq(face, x, "par");
        assertEq(_health(), after_);
        assertGe(after_, TARGET);
        assertLe(after_, TARGET + 1);
        assertFalse(auction.auctionOf(LOAN).active);
        assertEq(auction.activeAuctions(), 0);
    }

    function test_take_bonusRisesByABasisPointAnEpoch() public {
        _forward(3);
        (uint256 maxFace, uint256 quoted, uint256 bonusWad, uint256 healthWad) = auction.quote(LOAN);
        assertEq(bonusWad, 1.000300030001e18);
        assertEq(healthWad, _health());
        uint256 x = _priceToTarget(DEBT, _health(), bonusWad);
        (, uint256 face, uint256 price) = _takeAll(alice);
        assertEq(price, x);
        assertEq(face, (x * bonusWad) / 1e18);
        assertEq(face, maxFace);
        assertEq(price, quoted);
    }

    function test_take_movesExactlyThePriceToTheVault() public {
        _forward(50);
        uint256 before = alice.balance;
        (, , uint256 price) = _takeAll(alice);
        assertEq(vault.balance, price);
        assertEq(book.vaultCash(), price);
        assertEq(alice.balance, before - price);
        assertEq(address(auction).balance, 0);
    }

    function test_take_recordsTheStrip() public {
        (uint256 id, uint256 face, ) = _take(alice, 100e18);
        assertEq(face, 100e18);
        Strip memory s = auction.stripOf(id);
        assertEq(s.loanId, LOAN);
        assertEq(s.start, 0);
        assertEq(s.face, 100e18);
        assertEq(s.claimed, 0);
        assertEq(auction.ownerOf(id), alice);
        assertEq(auction.stripCount(), 1);
        assertEq(auction.claimable(id), 0);
        assertTrue(auction.auctionOf(LOAN).active, "health is still below 1");
    }

    function test_take_partialPricesTheFaceRoundedUp() public {
        _forward(77);
        (, , uint256 bonusWad, ) = auction.quote(LOAN);
        uint256 wanted = 33_333333333333333331;
        (, uint256 face, uint256 price) = _take(alice, wanted);
        assertEq(face, wanted);
        assertEq(price, (wanted * 1e18 + bonusWad - 1) / bonusWad);
        assertLt((price - 1) * bonusWad, wanted * 1e18, "one less would be too little");
    }

    function test_take_endsAuctionWhenHealthReachesOne() public {
        // Health 1 - 1e-18: the smallest sale lifts it above 1.
        book.set(LOAN, 960e18, 1000e18 - 1);
        (, uint256 face, ) = _take(alice, 1e18);
        assertEq(face, 1e18);
        assertGe(_health(), 1e18);
        assertFalse(auction.auctionOf(LOAN).active);
    }

    function test_take_atReservePriceSellsTheWholeDebt() public {
        // At b w = HF a sale does not move health, so there is no stopping before the end.
        _forward(480);
        uint256 maxBonusWad = auction.auctionOf(LOAN).maxBonusWad;
        (uint256 maxFace, uint256 price, uint256 bonusWad, ) = auction.quote(LOAN);
        assertEq(bonusWad, maxBonusWad);
        assertEq(price, DEBT);
        assertEq(maxFace, (DEBT * maxBonusWad) / 1e18);
        assertLe(maxFace, VALUE);
        _takeAll(alice);
        assertEq(book.debtOf(LOAN), 0);
        assertEq(_health(), type(uint256).max);
        assertFalse(auction.auctionOf(LOAN).active);
    }

    function test_take_offerStandsAfterTheRound() public {
        _forward(480);
        (uint256 face1, uint256 price1, uint256 bonus1, ) = auction.quote(LOAN);
        _forward(10_000);
        (uint256 face2, uint256 price2, uint256 bonus2, ) = auction.quote(LOAN);
        assertEq(face2, face1);
        assertEq(price2, price1);
        assertEq(bonus2, bonus1);
    }

    function test_take_bonusFollowsHealthDown() public {
        _forward(480);
        book.set(LOAN, DEBT, VALUE - 10e18);
        uint256 now_ = (_health() * 1e18) / W;
        assertLt(now_, auction.auctionOf(LOAN).maxBonusWad);
        (, , uint256 bonusWad, ) = auction.quote(LOAN);
        assertEq(bonusWad, now_);
    }

    function test_take_bonusDoesNotFollowHealthUpWithinARound() public {
        _forward(480);
        book.set(LOAN, DEBT, VALUE + 10e18);
        uint256 reserve_ = auction.auctionOf(LOAN).maxBonusWad;
        assertGt((_health() * 1e18) / W, reserve_);
        (, , uint256 bonusWad, ) = auction.quote(LOAN);
        assertEq(bonusWad, reserve_);
    }

    function test_take_isOpenWhilePaused() public {
        vm.prank(guardian);
        auction.pauseAuctions();
        _takeAll(alice);
        assertEq(auction.ownerOf(1), alice);
    }

    function test_take_twoTakersInOneBlock() public {
        _forward(100);
        uint256 h0 = _health();
        (uint256 id1, uint256 face1, uint256 price1) = _take(alice, 100e18);
        uint256 h1 = _health();
        (uint256 id2, uint256 face2, uint256 price2) = _takeAll(bob);
        assertEq(id1, 1);
        assertEq(id2, 2);
        assertEq(auction.stripOf(1).start, 0);
        assertEq(auction.stripOf(2).start, face1);
        assertEq(book.loanOf(LOAN).stripSold, face1 + face2);
        assertEq(vault.balance, price1 + price2);
        assertGe(h1, h0);
        assertGe(_health(), TARGET);
    }

    function test_take_exactlyTheLastAttoFil() public {
        (uint256 maxFace, uint256 price, , ) = auction.quote(LOAN);
        vm.prank(alice);
        (, uint256 face, uint256 paid) = auction.take{value: price}(LOAN, maxFace, 0, alice, "");
        assertEq(face, maxFace);
        assertEq(paid, price);
        assertFalse(auction.auctionOf(LOAN).active);
    }

    /// Each send of the auction is a contract that it creates (see SendPrecompileDouble).
    function test_take_exactPaymentSendsNothingBack() public {
        (uint256 maxFace, uint256 price, , ) = auction.quote(LOAN);
        uint64 sends = vm.getNonce(address(auction));
        vm.prank(alice);
        auction.take{value: price}(LOAN, maxFace, 0, alice, "");
        assertEq(vm.getNonce(address(auction)), sends + 1, "to the vault alone");
    }

    function test_take_thatBringsHealthToOneExactlyEndsTheAuction() public {
        book.set(LOAN, 960.4e18, 1000e18);
        (, uint256 face, uint256 price) = _take(alice, 10e18);
        assertEq(face, 10e18);
        assertEq(price, 10e18, "no bonus in the first epoch");
        assertEq(_health(), 1e18);
        assertFalse(auction.auctionOf(LOAN).active);
    }

    function test_take_oneAttoFilLessThanAllOfTheWholeDebtLeavesTheMinimum() public {
        _forward(480); // the whole debt is on sale
        (uint256 maxFace, , uint256 bonusWad, ) = auction.quote(LOAN);
        (, uint256 face, uint256 price) = _take(alice, maxFace - 1);
        assertEq(price, DEBT - MIN_DEBT, "and not one attoFIL of debt");
        assertEq(face, ((DEBT - MIN_DEBT) * bonusWad) / 1e18);
        assertEq(book.debtOf(LOAN), MIN_DEBT);
        assertTrue(auction.auctionOf(LOAN).active);
    }

    // ---------------------------------------------------------------- refusals

    function test_RevertWhen_take_notActive() public {
        vm.expectRevert(abi.encodeWithSelector(IStripAuction.StripAuction_NotActive.selector, 12));
        auction.take(12, ALL, 0, alice, "");
    }

    function test_L03_takeReadsHealthAnew() public {
        book.set(LOAN, 960e18, 1000e18);
        vm.expectRevert(abi.encodeWithSelector(IStripAuction.StripAuction_Healthy.selector, LOAN, 1e18));
        auction.take(LOAN, ALL, 0, alice, "");
        (uint256 face, uint256 price, uint256 bonusWad, uint256 healthWad) = auction.quote(LOAN);
        assertEq(face + price + bonusWad, 0);
        assertEq(healthWad, 1e18);

        book.set(LOAN, 960e18, 1000e18 - 1);
        _takeAll(alice);
        assertEq(auction.ownerOf(1), alice);
    }

    function test_RevertWhen_take_noDebt() public {
        book.set(LOAN, 0, VALUE);
        vm.expectRevert(abi.encodeWithSelector(IStripAuction.StripAuction_Healthy.selector, LOAN, type(uint256).max));
        auction.take(LOAN, ALL, 0, alice, "");
    }

    function test_RevertWhen_take_underwater() public {
        book.set(LOAN, DEBT, DEBT - 1);
        vm.expectRevert(abi.encodeWithSelector(IStripAuction.StripAuction_Underwater.selector, LOAN, _health(), W));
        auction.take(LOAN, ALL, 0, alice, "");
        (uint256 face, uint256 price, uint256 bonusWad, uint256 healthWad) = auction.quote(LOAN);
        assertEq(face + price + bonusWad, 0);
        assertEq(healthWad, _health());
    }

    function test_take_atHealthOfTheWeightSellsAllAtPar() public {
        book.set(LOAN, DEBT, DEBT);
        (, uint256 face, uint256 price) = _takeAll(alice);
        assertEq(face, DEBT);
        assertEq(price, DEBT);
    }

    function test_RevertWhen_take_bonusTooLow() public {
        _forward(2);
        vm.expectRevert(
            abi.encodeWithSelector(IStripAuction.StripAuction_BonusTooLow.selector, 1.00020001e18 + 1, 1.00020001e18)
        );
        auction.take(LOAN, ALL, 1.00020001e18 + 1, alice, "");
        vm.prank(alice);
        auction.take{value: DEBT}(LOAN, ALL, 1.00020001e18, alice, "");
    }

    function test_RevertWhen_take_tooSmall() public {
        vm.expectRevert(abi.encodeWithSelector(IStripAuction.StripAuction_TooSmall.selector, 1e18, 1e18 - 1));
        auction.take(LOAN, 1e18 - 1, 0, alice, "");
        vm.expectRevert(abi.encodeWithSelector(IStripAuction.StripAuction_TooSmall.selector, 1e18, 0));
        auction.take(LOAN, 0, 0, alice, "");
        _take(alice, 1e18);
        assertEq(auction.stripOf(1).face, 1e18);
    }

    function test_RevertWhen_quote_notActive() public {
        vm.expectRevert(abi.encodeWithSelector(IStripAuction.StripAuction_NotActive.selector, 12));
        auction.quote(12);
    }

    // ---------------------------------------------------------------- dust

    function test_L05_aSaleToTargetThatLeavesDustSellsAll() public {
        // 20 FIL at health 0.975..: 15 FIL would restore target and leave 5.
        book.set(LOAN, 20e18, 20.32e18);
        (uint256 maxFace, uint256 price, , ) = auction.quote(LOAN);
        assertLt(20e18 - _priceToTarget(20e18, _health(), 1e18), MIN_DEBT);
        assertEq(price, 20e18);
        assertEq(maxFace, 20e18);
        _takeAll(alice);
        assertEq(book.debtOf(LOAN), 0);
    }

    function test_L05_aSaleToTargetThatLeavesTheMinimumDoesNot() public {
        book.set(LOAN, 40e18, 41.2e18);
        uint256 x = _priceToTarget(40e18, _health(), 1e18);
        assertGe(40e18 - x, MIN_DEBT);
        (, uint256 price, , ) = auction.quote(LOAN);
        assertEq(price, x);
    }

    function test_L05_aPartThatWouldLeaveDustIsCutDown() public {
        book.set(LOAN, 20e18, 20.32e18);
        (, uint256 face, uint256 price) = _take(alice, 15e18);
        assertEq(price, 10e18);
        assertEq(face, 10e18);
        assertEq(book.debtOf(LOAN), MIN_DEBT);
    }

    function test_L05_whereNoPartCanLeaveTheMinimumOnlyAllIsSold() public {
        book.set(LOAN, 11e18 - 1, 11.1e18);
        vm.expectRevert(abi.encodeWithSelector(IStripAuction.StripAuction_TooSmall.selector, 11e18 - 1, 1e18 - 1));
        auction.take(LOAN, 10e18, 0, alice, "");
        _takeAll(alice);
        assertEq(book.debtOf(LOAN), 0);
    }

    function test_L05_theSmallestDebtOfWhichAPartCanBeSold() public {
        book.set(LOAN, 11e18, 11.1e18);
        (, uint256 face, uint256 price) = _take(alice, 10e18);
        assertEq(price, 1e18);
        assertEq(face, 1e18);
    }

    function test_L05_aDebtBelowTheMinimumIsSoldWhole() public {
        book.set(LOAN, 0.4e18, 0.41e18);
        vm.expectRevert(abi.encodeWithSelector(IStripAuction.StripAuction_TooSmall.selector, 0.4e18, 0));
        auction.take(LOAN, 0.4e18 - 1, 0, alice, "");
        (, uint256 face, uint256 price) = _takeAll(alice);
        assertEq(price, 0.4e18);
        assertEq(face, 0.4e18);
        assertEq(book.debtOf(LOAN), 0);
    }

    // ---------------------------------------------------------------- payment

    function test_L08_overpaymentReturnsEvenToOneThatRefusesFil() public {
        HostileAccount hostile = new HostileAccount();
        vm.deal(address(this), 10_000e18);
        (, , uint256 price) = hostile.take{value: 10_000e18}(auction, LOAN, ALL, address(hostile));
        assertEq(address(hostile).balance, 10_000e18 - price);
        assertEq(vault.balance, price);
        assertEq(address(auction).balance, 0);
        assertEq(auction.ownerOf(1), address(hostile), "no hook is asked for consent");
    }

    function test_RevertWhen_take_underpaid() public {
        (, uint256 price, , ) = auction.quote(LOAN);
        vm.expectRevert(abi.encodeWithSelector(IStripAuction.StripAuction_Underpaid.selector, price, price - 1));
        vm.prank(alice);
        auction.take{value: price - 1}(LOAN, ALL, 0, alice, "");
    }

    /// G-08: money is counted by the call, never by the balance.
    function test_G08_fundsThatLieHerePayForNothing() public {
        vm.deal(address(auction), 1e24);
        (, uint256 price, , ) = auction.quote(LOAN);
        vm.expectRevert(abi.encodeWithSelector(IStripAuction.StripAuction_Underpaid.selector, price, 1));
        vm.prank(alice);
        auction.take{value: 1}(LOAN, ALL, 0, alice, "");
        _takeAll(alice);
        assertEq(address(auction).balance, 1e24);
    }

    /// G-08: there is no batch in which one value could be spent twice.
    function test_G08_thereIsNoMulticall() public {
        bytes[] memory calls = new bytes[](2);
        calls[0] = abi.encodeCall(IStripAuction.take, (LOAN, 100e18, 0, alice, ""));
        calls[1] = calls[0];
        vm.prank(alice);
        (bool ok, ) = address(auction).call{value: 100e18}(abi.encodeWithSignature("multicall(bytes[])", calls));
        assertFalse(ok);
        assertEq(auction.stripCount(), 0);
    }

    function test_take_paysInWfil() public {
        (, uint256 price, , ) = auction.quote(LOAN);
        _giveWfil(alice, price + 7);
        vm.prank(alice);
        wfil.approve(address(auction), price);
        uint256 before = alice.balance;
        vm.prank(alice);
        auction.take(LOAN, ALL, 0, bob, "");
        assertEq(wfil.balanceOf(alice), 7);
        assertEq(alice.balance, before);
        assertEq(wfil.balanceOf(vault), price);
        assertEq(address(auction).balance, 0);
        assertEq(wfil.balanceOf(address(auction)), 0);
        assertEq(auction.ownerOf(1), bob);
    }

    function test_RevertWhen_take_wfilNotAllowed() public {
        (, uint256 price, , ) = auction.quote(LOAN);
        _giveWfil(alice, price);
        vm.prank(alice);
        wfil.approve(address(auction), price - 1);
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, address(auction), price - 1, price)
        );
        vm.prank(alice);
        auction.take(LOAN, ALL, 0, alice, "");
        assertEq(auction.stripCount(), 0);
    }

    function test_take_toAMaskedReceiver() public {
        address masked = address((uint160(0xff) << 152) | 4242);
        vm.prank(alice);
        (uint256 id, , ) = auction.take{value: DEBT}(LOAN, ALL, 0, masked, "");
        assertEq(auction.ownerOf(id), masked);
    }

    function test_RevertWhen_take_theSendToTheVaultFails() public {
        vm.etch(ActorCall.CALL_ACTOR_ADDRESS, hex"fe");
        bytes memory f410 = abi.encodePacked(bytes2(0x040a), vault);
        vm.expectRevert(abi.encodeWithSelector(ActorCall.ActorCall_AddressPrecompileFailed.selector, f410, 0));
        vm.prank(alice);
        auction.take{value: DEBT}(LOAN, ALL, 0, alice, "");
    }

    function test_RevertWhen_take_theBookStartsTheStripElsewhere() public {
        _take(alice, 100e18);
        book.setLineOffset(1);
        vm.expectRevert(
            abi.encodeWithSelector(IStripAuction.StripAuction_LineBroken.selector, LOAN, 100e18, 100e18 + 1)
        );
        vm.prank(bob);
        auction.take{value: DEBT}(LOAN, ALL, 0, bob, "");
    }

    function test_RevertWhen_take_settlementFails() public {
        vm.mockCallRevert(
            address(book),
            abi.encodeWithSelector(LoanBookDouble.settleStrip.selector),
            abi.encodeWithSignature("Refused()")
        );
        vm.expectRevert(abi.encodeWithSignature("Refused()"));
        vm.prank(alice);
        auction.take{value: DEBT}(LOAN, ALL, 0, alice, "");
        assertEq(vault.balance, 0);
        assertEq(auction.stripCount(), 0);
    }

    // ---------------------------------------------------------------- one strip that grows

    function _grow(address taker, uint256 maxFace) private returns (uint256 id, uint256 face, uint256 price) {
        vm.prank(taker);
        return auction.take{value: DEBT}(LOAN, maxFace, 0, address(0), "");
    }

    function test_join_firstTakeMintsToTheCaller() public {
        (uint256 id, , ) = _grow(alice, 10e18);
        assertEq(id, 1);
        assertEq(auction.ownerOf(1), alice);
    }

    function test_join_growsTheCallersLastStrip() public {
        _grow(alice, 10e18);
        uint256 after_ = ((VALUE - 15e18) * W) / (DEBT - 15e18);
        vm.expectEmit(address(auction));
        emit IStripAuction.StripSold(1, LOAN, alice, 5e18, 5e18, after_);
        (uint256 id, uint256 face, uint256 price) = _grow(alice, 5e18);
        assertEq(id, 1);
        assertEq(face, 5e18);
        assertEq(price, 5e18);
        assertEq(auction.stripCount(), 1);
        assertEq(auction.stripOf(1).start, 0);
        assertEq(auction.stripOf(1).face, 15e18);
        assertEq(book.loanOf(LOAN).stripSold, 15e18);
    }

    function test_join_onlyTheEndOfTheLine() public {
        _grow(alice, 10e18);
        _grow(bob, 5e18);
        (uint256 id, , ) = _grow(alice, 3e18);
        assertEq(id, 3);
        assertEq(auction.stripOf(3).start, 15e18);
        assertEq(auction.stripOf(1).face, 10e18);
    }

    function test_join_notAStripThatWasSold() public {
        _grow(alice, 10e18);
        vm.prank(alice);
        auction.transferFrom(alice, bob, 1);
        (uint256 id, , ) = _grow(alice, 3e18);
        assertEq(id, 2);
        assertEq(auction.stripOf(1).face, 10e18);
    }

    function test_join_notWhenAReceiverIsNamed() public {
        _grow(alice, 10e18);
        (uint256 id, , ) = _take(alice, 3e18);
        assertEq(id, 2);
        assertEq(auction.stripOf(1).face, 10e18);
        assertEq(auction.stripOf(2).start, 10e18);
    }

    function test_join_notAcrossLoans() public {
        _grow(alice, 10e18);
        book.set(12, DEBT, VALUE);
        auction.kick(12);
        vm.prank(alice);
        (uint256 id, , ) = auction.take{value: DEBT}(12, 3e18, 0, address(0), "");
        assertEq(id, 2);
        assertEq(auction.stripOf(2).loanId, 12);
        assertEq(auction.stripOf(2).start, 0);
    }

    function test_join_keepsWhatWasClaimed() public {
        _grow(alice, 10e18);
        book.inflow{value: 4e18}(LOAN);
        auction.claim(1);
        _grow(alice, 5e18);
        assertEq(auction.stripOf(1).claimed, 4e18);
        book.inflow{value: 11e18}(LOAN);
        assertEq(auction.claimable(1), 11e18);
        assertEq(auction.claim(1), 11e18);
    }

    // ---------------------------------------------------------------- L-02, L-04, L-09

    /// What is the borrower's: FIL in hand, strips it holds, and what the miners are worth above debt and strips.
    function _wealth(address borrower, uint256 stripFace) private view returns (uint256) {
        return borrower.balance + stripFace + book.positionOf(LOAN).value - book.debtOf(LOAN);
    }

    function test_L02_borrowerGainsNothingByTakingItsOwnStrip() public {
        _forward(150);
        uint256 before = _wealth(alice, 0);
        (, uint256 face, uint256 price) = _takeAll(alice);
        assertGt(face, price, "there is a bonus");
        assertEq(_wealth(alice, face), before);
    }

    function test_L02_aSecondAccountGetsWhatAnyTakerGets() public {
        _forward(150);
        uint256 snapshot = vm.snapshotState();
        (, uint256 faceOfStranger, uint256 priceOfStranger) = _takeAll(bob);
        vm.revertToState(snapshot);
        uint256 before = _wealth(alice, 0);
        uint256 second = bob.balance;
        vm.prank(bob); // alice's own
        (, uint256 face, uint256 price) = auction.take{value: DEBT}(LOAN, ALL, 0, alice, "");
        assertEq(face, faceOfStranger);
        assertEq(price, priceOfStranger);
        assertEq(_wealth(alice, face) + bob.balance, before + second, "nothing gained by both together");
    }

    function test_L04_everyPartImprovesHealth() public {
        uint256 h = _health();
        for (uint256 i; i < 5; ++i) {
            _forward(60);
            (, , uint256 bonusWad, ) = auction.quote(LOAN);
            (, uint256 face, uint256 price) = _take(i % 2 == 0 ? alice : bob, 17_123456789012345678);
            assertGe(_health(), h);
            assertLe(face, (price * bonusWad) / 1e18);
            h = _health();
        }
    }

    function test_L04_sellingInPartsEarnsNoMoreThanAtOnce() public {
        _forward(200);
        uint256 snapshot = vm.snapshotState();
        (, uint256 faceAtOnce, uint256 priceAtOnce) = _takeAll(alice);
        vm.revertToState(snapshot);
        uint256 faces;
        uint256 prices;
        while (auction.auctionOf(LOAN).active) {
            (, uint256 face, uint256 price) = _take(alice, 20e18);
            (faces, prices) = (faces + face, prices + price);
        }
        // Not a better price per face, and no more sold.
        assertLe(faces * priceAtOnce, faceAtOnce * prices);
        assertLe(faces, faceAtOnce);
    }

    function test_L09_aSmallRepaymentBeforeDoesNotStopATake() public {
        (uint256 maxFace, uint256 price, , ) = auction.quote(LOAN);
        book.repay(LOAN, 1);
        vm.prank(alice);
        (, uint256 face, uint256 paid) = auction.take{value: price}(LOAN, maxFace, 1e18, alice, "");
        assertLe(face, maxFace);
        assertLe(paid, price);
        assertGe(_health(), TARGET);
    }

    function test_L09_aRepaymentThatWouldTurnAPartIntoDustDoesNotStopIt() public {
        book.set(LOAN, 20e18, 20.32e18);
        book.repay(LOAN, 1);
        (, uint256 face, uint256 price) = _take(alice, 10e18);
        assertEq(price, 10e18 - 1);
        assertEq(face, 10e18 - 1);
        assertEq(book.debtOf(LOAN), MIN_DEBT);
    }

    function test_L09_cashAtTheMinerDoesNotStopATake() public {
        book.setCash(LOAN, 5e18, 5e18);
        _takeAll(alice);
        assertEq(auction.ownerOf(1), alice);
    }

    // ---------------------------------------------------------------- ERC-721

    function test_erc721_stripMovesAsAnyToken() public {
        _take(alice, 10e18);
        vm.prank(alice);
        auction.approve(bob, 1);
        vm.prank(bob);
        auction.transferFrom(alice, keeper, 1);
        assertEq(auction.ownerOf(1), keeper);
        assertEq(auction.balanceOf(keeper), 1);
        assertTrue(auction.supportsInterface(type(IERC721).interfaceId));
    }

    function test_RevertWhen_unknownStrip() public {
        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721NonexistentToken.selector, 1));
        auction.stripOf(1);
        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721NonexistentToken.selector, 0));
        auction.claimable(0);
    }
}
