// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";

import {Auction, IStripAuction} from "../../../../contracts/loans/interfaces/IStripAuction.sol";
import {StripAuction} from "../../../../contracts/loans/StripAuction.sol";
import {LoanBookDouble} from "./doubles/LoanBookDouble.sol";
import {StripAuctionTest} from "./StripAuctionTest.sol";
import {HostileAccount} from "./doubles/Takers.sol";

/// Opening, restarting, buying in and ending; the guardian; initialisation and upgrade.
contract StripAuctionKickTest is StripAuctionTest {
    uint256 private constant ROUND = 480;

    function _assertAuction(uint256 start, uint8 round, uint256 maxBonusWad, bool active) private view {
        Auction memory a = auction.auctionOf(LOAN);
        assertEq(a.startEpoch, start, "start");
        assertEq(a.round, round, "round");
        assertEq(a.maxBonusWad, maxBonusWad, "bonus");
        assertEq(a.active, active, "active");
    }

    // ---------------------------------------------------------------- kick

    function test_kick_opensAuctionAndTipsKeeper() public {
        uint256 maxBonusWad = (_health() * 1e18) / W;
        vm.expectEmit(address(auction));
        emit IStripAuction.AuctionStarted(LOAN, keeper, _health(), maxBonusWad, 0.1e18);
        _kick();
        _assertAuction(START, 0, maxBonusWad, true);
        assertEq(auction.activeAuctions(), 1);
        assertEq(keeper.balance, 0.1e18);
    }

    function test_kick_reportsWhatTheReservePaid() public {
        vm.deal(address(reserve), 5);
        vm.expectEmit(address(auction));
        emit IStripAuction.AuctionStarted(LOAN, keeper, _health(), (_health() * 1e18) / W, 5);
        _kick();
        assertEq(keeper.balance, 5);
    }

    function test_kick_tipsLoanOnceIn30Days() public {
        _kick();
        book.set(LOAN, DEBT, 2 * DEBT);
        auction.end(LOAN);
        book.set(LOAN, DEBT, VALUE);

        vm.roll(START + 86_399);
        _kick();
        assertEq(keeper.balance, 0.1e18, "one epoch too early");

        book.set(LOAN, DEBT, 2 * DEBT);
        auction.end(LOAN);
        book.set(LOAN, DEBT, VALUE);
        vm.roll(START + 86_400);
        _kick();
        assertEq(keeper.balance, 0.2e18);
    }

    function test_kick_givesNoTipForSmallDebt() public {
        book.set(LOAN, 100e18 - 1, 101e18);
        _kick();
        assertEq(keeper.balance, 0);
        assertTrue(auction.auctionOf(LOAN).active);
    }

    function test_kick_tipsFromTheLeastDebtOn() public {
        book.set(LOAN, 100e18, 101e18);
        _kick();
        assertEq(keeper.balance, 0.1e18);
    }

    function test_kick_keepsTipMarkThroughEmptyReserve() public {
        vm.deal(address(reserve), 0);
        _kick();
        book.set(LOAN, DEBT, 2 * DEBT);
        auction.end(LOAN);
        book.set(LOAN, DEBT, VALUE);
        vm.deal(address(reserve), 1e18);
        _kick();
        assertEq(keeper.balance, 0);
    }

    function test_L08_keeperThatRefusesFilIsTipped() public {
        HostileAccount hostile = new HostileAccount();
        hostile.kick(auction, LOAN);
        assertEq(address(hostile).balance, 0.1e18);
    }

    function test_RevertWhen_kick_unknownLoan() public {
        vm.expectRevert(abi.encodeWithSelector(LoanBookDouble.LoanBookDouble_UnknownLoan.selector, 12));
        auction.kick(12);
    }

    function test_RevertWhen_kick_active() public {
        _kick();
        vm.expectRevert(abi.encodeWithSelector(IStripAuction.StripAuction_AlreadyActive.selector, LOAN));
        auction.kick(LOAN);
    }

    function test_RevertWhen_kick_noDebt() public {
        book.set(LOAN, 0, VALUE);
        vm.expectRevert(abi.encodeWithSelector(IStripAuction.StripAuction_Healthy.selector, LOAN, type(uint256).max));
        auction.kick(LOAN);
    }

    /// 96 x 1 / 96 = 1: the value at which health is exactly 1.
    function test_L03_kickAtHealthOneFailsAndOneAttoFilBelowSucceeds() public {
        book.set(LOAN, 960e18, 1000e18);
        vm.expectRevert(abi.encodeWithSelector(IStripAuction.StripAuction_Healthy.selector, LOAN, 1e18));
        auction.kick(LOAN);

        book.set(LOAN, 960e18, 1000e18 + 1);
        vm.expectRevert(abi.encodeWithSelector(IStripAuction.StripAuction_Healthy.selector, LOAN, 1e18));
        auction.kick(LOAN);

        book.set(LOAN, 960e18, 1000e18 - 1);
        assertEq(_health(), 1e18 - 1);
        auction.kick(LOAN);
        _assertAuction(START, 0, (uint256(1e18 - 1) * 1e18) / W, true);
    }

    function test_L03_kickReadsDebtWithItsInterest() public {
        book.set(LOAN, 960e18, 1000e18);
        vm.expectRevert(abi.encodeWithSelector(IStripAuction.StripAuction_Healthy.selector, LOAN, 1e18));
        auction.kick(LOAN);
        book.set(LOAN, 960e18 + 1000, 1000e18); // an epoch's interest
        auction.kick(LOAN);
        assertTrue(auction.auctionOf(LOAN).active);
    }

    function test_kick_atHealthOfTheWeightHasBonusOne() public {
        book.set(LOAN, DEBT, DEBT);
        assertEq(_health(), W);
        _kick();
        assertEq(auction.auctionOf(LOAN).maxBonusWad, 1e18);
    }

    function test_RevertWhen_kick_underwater() public {
        book.set(LOAN, DEBT, DEBT - 1);
        vm.expectRevert(abi.encodeWithSelector(IStripAuction.StripAuction_Underwater.selector, LOAN, _health(), W));
        auction.kick(LOAN);
    }

    function test_RevertWhen_kick_cashAtMiner() public {
        book.setCash(LOAN, 0.1e18 + 1, 0);
        vm.expectRevert(
            abi.encodeWithSelector(IStripAuction.StripAuction_SweepFirst.selector, LOAN, 0.1e18 + 1, 0.1e18)
        );
        auction.kick(LOAN);
    }

    function test_RevertWhen_kick_cashInAccount() public {
        book.setCash(LOAN, 0.06e18, 0.04e18 + 1);
        vm.expectRevert(
            abi.encodeWithSelector(IStripAuction.StripAuction_SweepFirst.selector, LOAN, 0.1e18 + 1, 0.1e18)
        );
        auction.kick(LOAN);
    }

    function test_kick_ignoresDustCash() public {
        book.setCash(LOAN, 0.06e18, 0.04e18);
        _kick();
        assertTrue(auction.auctionOf(LOAN).active);
    }

    function test_RevertWhen_kick_inEpochOfDraw() public {
        book.setCoolOff(LOAN, uint32(START));
        vm.expectRevert(abi.encodeWithSelector(IStripAuction.StripAuction_CoolOff.selector, LOAN, START));
        auction.kick(LOAN);
        _forward(1);
        _kick();
        assertTrue(auction.auctionOf(LOAN).active);
    }

    function test_RevertWhen_kick_tooMany() public {
        for (uint256 i = 1; i <= 64; ++i) {
            book.set(100 + i, DEBT, VALUE);
            auction.kick(100 + i);
        }
        assertEq(auction.activeAuctions(), 64);
        vm.expectRevert(abi.encodeWithSelector(IStripAuction.StripAuction_TooMany.selector, 64));
        auction.kick(LOAN);

        book.set(101, DEBT, 2 * DEBT);
        auction.end(101);
        _kick();
        assertEq(auction.activeAuctions(), 64);
    }

    // ---------------------------------------------------------------- restart

    function test_restart_startsOverWithFreshReserve() public {
        _kick();
        vm.roll(START + ROUND);
        book.set(LOAN, DEBT, VALUE - 1e18);
        uint256 maxBonusWad = (_health() * 1e18) / W;
        vm.expectEmit(address(auction));
        emit IStripAuction.AuctionRestarted(LOAN, 1, maxBonusWad);
        auction.restart(LOAN);
        _assertAuction(START + ROUND, 1, maxBonusWad, true);
        assertEq(auction.activeAuctions(), 1);
        assertEq(keeper.balance, 0.1e18, "no second tip");
    }

    function test_RevertWhen_restart_early() public {
        _kick();
        vm.roll(START + ROUND - 1);
        vm.expectRevert(abi.encodeWithSelector(IStripAuction.StripAuction_NotExpired.selector, LOAN, START + ROUND));
        auction.restart(LOAN);
    }

    function test_RevertWhen_restart_notActive() public {
        vm.expectRevert(abi.encodeWithSelector(IStripAuction.StripAuction_NotActive.selector, LOAN));
        auction.restart(LOAN);
    }

    function test_RevertWhen_restart_noRoundsLeft() public {
        _kick();
        _runOut();
        vm.expectRevert(abi.encodeWithSelector(IStripAuction.StripAuction_NoRoundsLeft.selector, LOAN, 3));
        auction.restart(LOAN);
    }

    function test_RevertWhen_restart_healthy() public {
        _kick();
        _forward(ROUND);
        book.set(LOAN, 960e18, 1000e18);
        vm.expectRevert(abi.encodeWithSelector(IStripAuction.StripAuction_Healthy.selector, LOAN, 1e18));
        auction.restart(LOAN);
    }

    function test_RevertWhen_restart_underwater() public {
        _kick();
        _forward(ROUND);
        book.set(LOAN, DEBT, DEBT - 1);
        vm.expectRevert(abi.encodeWithSelector(IStripAuction.StripAuction_Underwater.selector, LOAN, _health(), W));
        auction.restart(LOAN);
    }

    function test_P01_restartGoesOnWhilePaused() public {
        _kick();
        vm.prank(guardian);
        auction.pauseAuctions();
        _forward(ROUND);
        auction.restart(LOAN);
        assertEq(auction.auctionOf(LOAN).round, 1);
    }

    // ---------------------------------------------------------------- buy-in

    /// To the end of the last round.
    function _runOut() private {
        _forward(ROUND);
        auction.restart(LOAN);
        _forward(ROUND);
        auction.restart(LOAN);
        _forward(ROUND);
    }

    function test_buyIn_closesAfterTheLastRoundAndBarsKicksForADay() public {
        _kick();
        _runOut();
        vm.expectEmit(address(auction));
        emit IStripAuction.BoughtIn(LOAN, _health());
        auction.buyIn(LOAN);
        uint256 until = START + 3 * ROUND + 2880;
        assertFalse(auction.auctionOf(LOAN).active);
        assertEq(auction.activeAuctions(), 0);

        vm.roll(until - 1);
        vm.expectRevert(abi.encodeWithSelector(IStripAuction.StripAuction_NotExpired.selector, LOAN, until));
        auction.kick(LOAN);
        vm.roll(until);
        _kick();
        _assertAuction(until, 0, (_health() * 1e18) / W, true);
    }

    function test_RevertWhen_buyIn_early() public {
        _kick();
        _runOut();
        vm.roll(START + 3 * ROUND - 1);
        vm.expectRevert(
            abi.encodeWithSelector(IStripAuction.StripAuction_NotExpired.selector, LOAN, START + 3 * ROUND)
        );
        auction.buyIn(LOAN);
    }

    function test_RevertWhen_buyIn_roundsLeft() public {
        _kick();
        _forward(ROUND);
        vm.expectRevert(abi.encodeWithSelector(IStripAuction.StripAuction_RoundsLeft.selector, LOAN, 0, 3));
        auction.buyIn(LOAN);
        auction.restart(LOAN);
        _forward(ROUND);
        vm.expectRevert(abi.encodeWithSelector(IStripAuction.StripAuction_RoundsLeft.selector, LOAN, 1, 3));
        auction.buyIn(LOAN);
    }

    function test_RevertWhen_buyIn_roundsLeftAtHealthOfTheWeight() public {
        _kick();
        _forward(ROUND);
        book.set(LOAN, DEBT, DEBT);
        vm.expectRevert(abi.encodeWithSelector(IStripAuction.StripAuction_RoundsLeft.selector, LOAN, 0, 3));
        auction.buyIn(LOAN);
    }

    function test_buyIn_closesUnderwaterLoanWithRoundsLeft() public {
        _kick();
        _forward(ROUND);
        book.set(LOAN, DEBT, DEBT - 1);
        auction.buyIn(LOAN);
        assertFalse(auction.auctionOf(LOAN).active);
    }

    function test_RevertWhen_buyIn_healthy() public {
        _kick();
        _runOut();
        book.set(LOAN, 960e18, 1000e18);
        vm.expectRevert(abi.encodeWithSelector(IStripAuction.StripAuction_Healthy.selector, LOAN, 1e18));
        auction.buyIn(LOAN);
    }

    function test_RevertWhen_buyIn_notActive() public {
        vm.expectRevert(abi.encodeWithSelector(IStripAuction.StripAuction_NotActive.selector, LOAN));
        auction.buyIn(LOAN);
    }

    // ---------------------------------------------------------------- end

    function test_L03_endNeedsHealthOne() public {
        _kick();
        book.set(LOAN, 960e18, 1000e18 - 1);
        vm.expectRevert(abi.encodeWithSelector(IStripAuction.StripAuction_Unhealthy.selector, LOAN, 1e18 - 1));
        auction.end(LOAN);

        book.set(LOAN, 960e18, 1000e18);
        vm.expectEmit(address(auction));
        emit IStripAuction.AuctionEnded(LOAN, 1e18);
        auction.end(LOAN);
        assertFalse(auction.auctionOf(LOAN).active);
        assertEq(auction.activeAuctions(), 0);
    }

    function test_end_whenDebtIsPaid() public {
        _kick();
        book.set(LOAN, 0, VALUE);
        vm.expectEmit(address(auction));
        emit IStripAuction.AuctionEnded(LOAN, type(uint256).max);
        auction.end(LOAN);
    }

    function test_end_allowsANewKickAtOnce() public {
        _kick();
        book.set(LOAN, DEBT, 2 * DEBT);
        auction.end(LOAN);
        book.set(LOAN, DEBT, VALUE);
        _kick();
        assertTrue(auction.auctionOf(LOAN).active);
    }

    function test_RevertWhen_end_notActive() public {
        vm.expectRevert(abi.encodeWithSelector(IStripAuction.StripAuction_NotActive.selector, LOAN));
        auction.end(LOAN);
    }

    // ---------------------------------------------------------------- the guardian

    function test_P03_pauseStopsKicksAndEndsByItself() public {
        vm.expectEmit(address(auction));
        emit IStripAuction.AuctionsPaused(START + 20_160);
        vm.prank(guardian);
        auction.pauseAuctions();
        assertEq(auction.auctionsPausedUntil(), START + 20_160);

        vm.roll(START + 20_159);
        vm.expectRevert(abi.encodeWithSelector(IStripAuction.StripAuction_Paused.selector, START + 20_160));
        auction.kick(LOAN);
        vm.roll(START + 20_160);
        _kick();
        assertTrue(auction.auctionOf(LOAN).active);
    }

    function test_P03_pauseCannotFollowAPause() public {
        vm.prank(guardian);
        auction.pauseAuctions();
        uint256 earliest = START + 2 * 20_160;
        for (uint256 i; i < 3; ++i) {
            uint256[3] memory at = [START, START + 20_160, earliest - 1];
            vm.roll(at[i]);
            vm.expectRevert(abi.encodeWithSelector(IStripAuction.StripAuction_PauseNotAllowed.selector, earliest));
            vm.prank(guardian);
            auction.pauseAuctions();
        }
        vm.roll(earliest);
        vm.prank(guardian);
        auction.pauseAuctions();
        assertEq(auction.auctionsPausedUntil(), earliest + 20_160);
    }

    function test_P04_onlyTheGuardianPauses() public {
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, alice));
        vm.prank(alice);
        auction.pauseAuctions();
        assertEq(auction.auctionsPausedUntil(), 0);
    }

    function test_P04_theGuardianCannotUpgrade() public {
        address next = address(_implementation());
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, guardian));
        vm.prank(guardian);
        auction.upgradeToAndCall(next, "");
    }

    // ---------------------------------------------------------------- initialisation and upgrade

    function test_initialize_setsNamesAndAuthority() public view {
        assertEq(auction.name(), "Plimsoll Claim Strip");
        assertEq(auction.symbol(), "plSTRIP");
        assertEq(auction.authority(), address(manager));
        assertEq(address(auction.LOAN_BOOK()), address(book));
        assertEq(auction.VAULT(), vault);
        assertEq(address(auction.RESERVE_FUND()), address(reserve));
        assertEq(address(auction.WFIL()), address(wfil));
    }

    function test_U01_initializeTwiceAndOnImplementationFail() public {
        vm.expectRevert(Initializable.InvalidInitialization.selector);
        auction.initialize(alice);
        StripAuction implementation = _implementation();
        vm.expectRevert(Initializable.InvalidInitialization.selector);
        implementation.initialize(alice);
    }

    function test_U08_upgradeKeepsState() public {
        _kick();
        (uint256 id, , ) = _take(alice, 100e18);
        bytes memory before = abi.encode(
            auction.auctionOf(LOAN),
            auction.stripOf(id),
            auction.ownerOf(id),
            auction.activeAuctions(),
            auction.stripCount()
        );
        auction.upgradeToAndCall(address(_implementation()), ""); // this test is ADMIN
        bytes memory afterwards = abi.encode(
            auction.auctionOf(LOAN),
            auction.stripOf(id),
            auction.ownerOf(id),
            auction.activeAuctions(),
            auction.stripCount()
        );
        assertEq(afterwards, before);
    }

    function test_storageIsAtItsNamespace() public {
        bytes32 slot =
            keccak256(abi.encode(uint256(keccak256("plimsoll.storage.StripAuction")) - 1)) & ~bytes32(uint256(0xff));
        _kick();
        _take(alice, 100e18);
        // stripCount 1, activeAuctions 1, never paused
        assertEq(vm.load(address(auction), bytes32(uint256(slot) + 2)), bytes32((uint256(1) << 64) | 1));
    }

    function test_RevertWhen_plainFilIsSent() public {
        vm.prank(alice);
        (bool ok, bytes memory reason) = address(auction).call{value: 3}("");
        assertFalse(ok);
        assertEq(reason, abi.encodeWithSelector(IStripAuction.StripAuction_UnexpectedFil.selector, alice, 3));
        assertEq(address(auction).balance, 0);
    }
}
