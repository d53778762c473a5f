// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ActorCall} from "../../../../contracts/filecoin/ActorCall.sol";
import {ExitCode} from "../../../../contracts/filecoin/ExitCode.sol";
import {FilecoinMethods} from "../../../../contracts/filecoin/FilecoinMethods.sol";
import {CollateralFacts} from "../../../../contracts/filecoin/interfaces/IMinerFacts.sol";
import {AttachedMiner, Covenant, Loan, LoanState, Tranche} from "../../../../contracts/loans/LoanTypes.sol";
import {LoanLens} from "../../../../contracts/loans/LoanLens.sol";
import {ILoanBook, ILoanDesk, ILoanLedger, Position} from "../../../../contracts/loans/interfaces/ILoanBook.sol";
import {
    CheckResult,
    DrawCheck,
    DrawPreview,
    ILoanLens,
    LoanStatus,
    MaxDraw,
    MinerStatus,
    VaultStatus
} from "../../../../contracts/loans/interfaces/ILoanLens.sol";
import {IPledgeVault} from "../../../../contracts/loans/interfaces/IPledgeVault.sol";
import {IReserveFund} from "../../../../contracts/loans/interfaces/IReserveFund.sol";
import {Auction, IStripAuction} from "../../../../contracts/loans/interfaces/IStripAuction.sol";
import {LoanSystemStub} from "./LoanSystemStub.sol";
import {RiskTest} from "./RiskTest.sol";

/// @notice The lens over the real risk engine; loan book, vault, auction and reserve fund answer what the test sets.
contract LoanLensTest is RiskTest {
    uint64 private constant A = 1_001;
    uint64 private constant B = 1_002;
    uint256 private constant LOAN = 1;
    uint256 private constant NOW = 50_000;
    uint256 private constant RAY = 1e27;

    LoanSystemStub private stub;
    LoanLens private lens;

    function setUp() public override {
        super.setUp();
        vm.roll(NOW);
        stub = new LoanSystemStub();
        lens = new LoanLens(
            ILoanBook(address(stub)),
            IPledgeVault(address(stub)),
            engine,
            facts,
            IStripAuction(address(stub)),
            IReserveFund(address(stub))
        );
        stub.setPool(1_000 ether, RAY, 0);
        stub.setLoan(LOAN, _loan());
        stub.addTranche(LOAN, Tranche(100 ether, 1, uint32(NOW), 2_880));
        stub.addTranche(LOAN, Tranche(200 ether, 1, uint32(NOW + 9), 2_880));
        stub.addMiner(LOAN, attach(A, sound()));
    }

    /// One tranche of two drawn and proven; debt 100.
    function _loan() private pure returns (Loan memory loan) {
        loan.scaledDebt = 100 ether;
        loan.principal = 100 ether;
        loan.state = LoanState.Healthy;
        (loan.minerCount, loan.trancheCount, loan.drawnCount, loan.provenCount) = (1, 2, 1, 1);
        loan.account = ACCOUNT;
    }

    function _position(uint256 debt, uint256 value, uint256 health) private pure returns (Position memory p) {
        (p.debt, p.value, p.healthWad) = (debt, value, health);
        p.interest = debt / 100;
        p.liquidationLimit = (p.value * 0.96e18) / 1e18;
    }

    // ---------------------------------------------------------------- previewDraw

    function test_previewDraw_allChecksPass() public view {
        DrawPreview memory p = lens.previewDraw(LOAN, 0);
        assertTrue(p.canDraw);
        assertEq(uint256(p.binding), uint256(DrawCheck.None));
        assertEq(p.tranche, 1);
        assertEq(p.amount, 200 ether);
        assertEq(p.checks.length, 10);
        for (uint256 i = 0; i < 10; ++i) {
            assertTrue(p.checks[i].passed);
            assertEq(uint256(p.checks[i].check), i + 1, "in the order of the enumeration");
        }
        // 808 without vesting, 200 drawn; debt 100 + 200
        _assertCheck(p.checks[9], true, 887.04 ether, 300 ether);
        _assertCheck(p.checks[8], true, 1_000 ether, 200 ether);
    }

    function test_previewDraw_state() public {
        for (uint8 s = uint8(LoanState.Watch); s <= uint8(LoanState.Closed); ++s) {
            Loan memory loan = _loan();
            loan.state = LoanState(s);
            stub.setLoan(LOAN, loan);
            _assertBinding(DrawCheck.State, 1, s);
        }
        Loan memory none;
        stub.setLoan(LOAN, none);
        _assertBinding(DrawCheck.State, 1, 0);
    }

    function test_previewDraw_paused() public {
        stub.setCounters(0, 0, 0, NOW + 1, 0);
        _assertBinding(DrawCheck.Paused, NOW + 1, NOW);
        stub.setCounters(0, 0, 0, NOW, 0);
        assertTrue(lens.previewDraw(LOAN, 0).canDraw);
    }

    function test_previewDraw_noSuchMiner() public view {
        DrawPreview memory p = lens.previewDraw(LOAN, 1);
        assertEq(uint256(p.binding), uint256(DrawCheck.Miner));
        assertEq(p.limit, 1);
        assertEq(p.actual, 1);
        _assertCheck(p.checks[9], false, 0, 300 ether);
    }

    function test_previewDraw_noTrancheLeft() public {
        Loan memory loan = _loan();
        (loan.drawnCount, loan.provenCount) = (2, 2);
        stub.setLoan(LOAN, loan);
        _assertBinding(DrawCheck.TrancheLeft, 2, 2);
        assertEq(lens.previewDraw(LOAN, 0).amount, 0);
    }

    function test_previewDraw_notProven() public {
        Loan memory loan = _loan();
        loan.provenCount = 0;
        stub.setLoan(LOAN, loan);
        _assertBinding(DrawCheck.Proven, 1, 0);
    }

    function test_previewDraw_deadlineIsInclusive() public {
        vm.roll(NOW + 9);
        assertTrue(lens.previewDraw(LOAN, 0).canDraw);
        vm.roll(NOW + 10);
        _assertBinding(DrawCheck.Deadline, NOW + 9, NOW + 10);
    }

    function test_previewDraw_frozen() public {
        Loan memory loan = _loan();
        loan.frozen = true;
        stub.setLoan(LOAN, loan);
        _assertBinding(DrawCheck.Frozen, 0, 1);
    }

    function test_previewDraw_covenant() public {
        stub.setCovenant(LOAN, Covenant.OwnerChangePending);
        _assertBinding(DrawCheck.Covenant, 0, uint256(Covenant.OwnerChangePending));
    }

    function test_previewDraw_liquidity() public {
        stub.setPool(200 ether, RAY, 0);
        assertTrue(lens.previewDraw(LOAN, 0).canDraw);
        stub.setPool(200 ether - 1, RAY, 0);
        _assertBinding(DrawCheck.Liquidity, 200 ether - 1, 200 ether);
    }

    function test_previewDraw_drawTest() public {
        // 0.88 x (808 + 200) = 887.04: debt up to 687.04 before the draw
        Loan memory loan = _loan();
        loan.scaledDebt = 687.04 ether;
        stub.setLoan(LOAN, loan);
        assertTrue(lens.previewDraw(LOAN, 0).canDraw);
        loan.scaledDebt += 1;
        stub.setLoan(LOAN, loan);
        _assertBinding(DrawCheck.DrawTest, 887.04 ether, 887.04 ether + 1);
    }

    function test_previewDraw_takesStripsOff() public {
        Loan memory loan = _loan();
        (loan.stripSold, loan.stripPaid) = (700 ether, 92 ether);
        stub.setLoan(LOAN, loan);
        _assertCheck(lens.previewDraw(LOAN, 0).checks[9], true, 352 ether, 300 ether);
        (loan.stripSold, loan.stripPaid) = (2_000 ether, 0);
        stub.setLoan(LOAN, loan);
        _assertBinding(DrawCheck.DrawTest, 0, 300 ether);
    }

    function test_previewDraw_countsPostedTokens() public {
        Loan memory loan = _loan();
        loan.hasPosted = true;
        stub.setLoan(LOAN, loan);
        Position memory position = _position(100 ether, 0, 0);
        position.posted.draw = 48 ether + 5;
        stub.setPosition(LOAN, position);
        // 808 without vesting and 200 drawn, by 0.88, and the tokens by weights of their own
        _assertCheck(lens.previewDraw(LOAN, 0).checks[9], true, 887.04 ether + 48 ether + 5, 300 ether);
    }

    function test_previewDraw_addsTheDrawInScaledUnits() public {
        stub.setPool(1_000 ether, 1.5e27 + 1, 0);
        uint256 scaled = 100 ether + (200 ether * RAY + 1.5e27) / (1.5e27 + 1); // up
        uint256 debt = (scaled * (1.5e27 + 1) + RAY - 1) / RAY; // up
        assertEq(lens.previewDraw(LOAN, 0).checks[9].actual, debt);
    }

    /// The first failure binds, in the order of the loan book.
    function test_previewDraw_reportsEveryFailureAndTheFirst() public {
        Loan memory loan = _loan();
        (loan.frozen, loan.provenCount, loan.scaledDebt) = (true, 0, 5_000 ether);
        stub.setLoan(LOAN, loan);
        stub.setPool(0, RAY, 0);
        DrawPreview memory p = lens.previewDraw(LOAN, 0);
        assertEq(uint256(p.binding), uint256(DrawCheck.Proven));
        bool[10] memory passed = [true, true, true, true, false, true, false, true, false, false];
        for (uint256 i = 0; i < 10; ++i) assertEq(p.checks[i].passed, passed[i]);
    }

    function test_RevertWhen_theLoanIsUnknown() public {
        bytes memory unknown = abi.encodeWithSelector(LoanSystemStub.LoanSystemStub_Unknown.selector, 9);
        vm.expectRevert(unknown);
        lens.previewDraw(9, 0);
        vm.expectRevert(unknown);
        lens.maxDraw(9, 0);
        vm.expectRevert(unknown);
        lens.status(9);
        vm.expectRevert(unknown);
        lens.portfolio(9);
    }

    // ---------------------------------------------------------------- maxDraw

    function test_maxDraw_boundByTheTranche() public {
        stub.setPosition(LOAN, _position(100 ether, 0, 0));
        MaxDraw memory m = lens.maxDraw(LOAN, 0);
        assertEq(m.amount, 200 ether);
        assertEq(uint256(m.binding), uint256(DrawCheck.TrancheLeft));
        assertEq(m.tranche, 200 ether);
        assertEq(m.liquidity, 1_000 ether);
        // (0.88 x 808 - 100) / 0.12 = 5092
        assertApproxEqAbs(m.portfolio, 5_092 ether, 100);
        assertLe(m.portfolio, 5_092 ether);
    }

    function test_maxDraw_boundByLiquidity() public {
        stub.setPosition(LOAN, _position(100 ether, 0, 0));
        stub.setPool(150 ether, RAY, 0);
        MaxDraw memory m = lens.maxDraw(LOAN, 0);
        assertEq(m.amount, 150 ether);
        assertEq(uint256(m.binding), uint256(DrawCheck.Liquidity));
    }

    function test_maxDraw_boundByThePortfolio() public {
        _debt(699.04 ether); // (711.04 - 699.04) / 0.12 = 100
        MaxDraw memory m = lens.maxDraw(LOAN, 0);
        assertEq(uint256(m.binding), uint256(DrawCheck.DrawTest));
        assertEq(m.amount, m.portfolio);
        assertApproxEqAbs(m.amount, 100 ether, 100);
    }

    function test_maxDraw_isZeroAboveTheLimit() public {
        _debt(712 ether);
        MaxDraw memory m = lens.maxDraw(LOAN, 0);
        assertEq(m.amount, 0);
        assertEq(uint256(m.binding), uint256(DrawCheck.DrawTest));
    }

    function test_maxDraw_isZeroWhenACheckFails() public {
        stub.setCovenant(LOAN, Covenant.FaultRatio);
        MaxDraw memory m = lens.maxDraw(LOAN, 0);
        assertEq(m.amount, 0);
        assertEq(uint256(m.binding), uint256(DrawCheck.Covenant));
        m = lens.maxDraw(LOAN, 7);
        assertEq(uint256(m.binding), uint256(DrawCheck.Miner));
        assertEq(m.portfolio, 0);
    }

    /// A miner 300 below zero next to a sound one: 611.04 - 100 = 511.04 of headroom fills the hole, the rest draws
    /// on itself.
    function test_maxDraw_fillsTheHoleOfTheMinerFirst() public {
        CollateralFacts memory f = sound();
        f.availableBalance = -1_008 ether; // orderly -98 without vesting, burn 202: hole 300
        stub.addMiner(LOAN, attach(B, f));
        _debt(100 ether);
        // headroom 611.04: 300 + 311.04 / 0.12 = 2892
        assertApproxEqAbs(lens.maxDraw(LOAN, 1).portfolio, 2_892 ether, 100);
        _debt(511.04 ether); // headroom 200 does not fill it
        assertApproxEqAbs(lens.maxDraw(LOAN, 1).portfolio, 200 ether, 100);
        assertApproxEqAbs(lens.maxDraw(LOAN, 0).portfolio, (uint256(200 ether) * 100) / 12, 100);
    }

    /// In escrow nothing burns, and what is drawn counts by the escrow weight.
    function test_maxDraw_intoAMinerInEscrow() public {
        facts.setOwner(A, ACCOUNT_ID);
        _debt(100 ether);
        // 1,010 x 0.86 - 100 = 768.6, by 1 - 0.86
        assertApproxEqAbs(lens.maxDraw(LOAN, 0).portfolio, 5_490 ether, 100);
    }

    /// What maxDraw says passes the loan book's test, and a little more does not.
    function testFuzz_maxDraw_isTheEdgeOfTheDrawTest(
        int256 available,
        uint256 debt,
        uint256 index,
        uint256 strips
    ) public {
        index = bound(index, RAY, 10 * RAY);
        CollateralFacts memory f = sound();
        f.availableBalance = bound(available, -3_000 ether, 3_000 ether);
        stub.addMiner(LOAN, attach(B, f));
        Loan memory loan = _loan();
        loan.stripSold = uint96(bound(strips, 0, 500 ether));
        loan.scaledDebt = uint96((bound(debt, 0, 700 ether) * RAY) / index);
        stub.setLoan(LOAN, loan);
        stub.setPosition(LOAN, _position((loan.scaledDebt * index + RAY - 1) / RAY, 0, 0));
        stub.setPool(0, index, 0);
        uint256 most = lens.maxDraw(LOAN, 1).portfolio;
        if (most > 0) assertTrue(_passes(loan, most), "passes");
        assertFalse(_passes(loan, most + 1_000), "1,000 attoFIL more fails");
    }

    /// Whether a tranche of this amount passes the draw test.
    function _passes(Loan memory loan, uint256 amount) private returns (bool) {
        loan.trancheCount += 1;
        stub.addTranche(LOAN, Tranche(uint96(amount), 1, type(uint32).max, 1));
        loan.drawnCount = loan.provenCount = loan.trancheCount - 1;
        stub.setLoan(LOAN, loan);
        return lens.previewDraw(LOAN, 1).checks[9].passed;
    }

    function _debt(uint256 debt) private {
        Loan memory loan = _loan();
        loan.scaledDebt = uint96(debt);
        stub.setLoan(LOAN, loan);
        stub.setPosition(LOAN, _position(debt, 0, 0));
    }

    // ---------------------------------------------------------------- status

    function test_status_putsEverythingTogether() public {
        Loan memory loan = _loan();
        (loan.stripSold, loan.stripPaid) = (50 ether, 8 ether);
        stub.setLoan(LOAN, loan);
        stub.setPosition(LOAN, _position(400 ether, 800 ether, 1.92e18));
        stub.setCovenant(LOAN, Covenant.InterestOverdue);
        stub.setFreeFunds(LOAN, 3 ether);
        stub.setAuction(Auction(7, 1, 1.02e18, true));
        LoanStatus memory s = lens.status(LOAN);
        assertEq(abi.encode(s.loan), abi.encode(loan));
        assertEq(s.tranches.length, 2);
        assertEq(abi.encode(s.position), abi.encode(_position(400 ether, 800 ether, 1.92e18)));
        assertEq(uint256(s.covenant), uint256(Covenant.InterestOverdue));
        assertEq(s.stripsOutstanding, 42 ether);
        assertEq(s.freeFunds, 3 ether);
        assertEq(abi.encode(s.auction), abi.encode(Auction(7, 1, 1.02e18, true)));
        assertEq(s.due, 46 ether, "strips and interest");
        assertEq(s.sweepable, 46 ether);
    }

    function test_status_daysToLiquidation() public {
        // (768 - 400) / (0.96 x 4) = 95.83
        stub.setPosition(LOAN, _position(400 ether, 800 ether, 1.92e18));
        assertEq(lens.status(LOAN).daysToLiquidation, 95);
        // 1 % a day on 400 more: 368 / 7.84 = 46.9
        stub.setPool(0, RAY, 0.01e27 / uint256(2_880));
        assertEq(lens.status(LOAN).daysToLiquidation, 46);
        stub.setPosition(LOAN, _position(768 ether + 1, 800 ether, 1e18 - 1));
        assertEq(lens.status(LOAN).daysToLiquidation, 0);
        stub.setPosition(LOAN, _position(0, 800 ether, type(uint256).max));
        assertEq(lens.status(LOAN).daysToLiquidation, type(uint256).max);
    }

    function test_status_neverLiquidatedWhenNothingBurns() public {
        stub.setLoan(2, _loan());
        stub.setPosition(2, _position(400 ether, 800 ether, 1.92e18));
        assertEq(lens.status(2).daysToLiquidation, type(uint256).max);
    }

    function test_status_theWholeDebtIsDueUnderCallImpairmentAndLiquidation() public {
        stub.setPosition(LOAN, _position(400 ether, 800 ether, 1e18));
        LoanState[3] memory states = [LoanState.Call, LoanState.Impaired, LoanState.WrittenOff];
        for (uint256 i = 0; i < 3; ++i) {
            Loan memory loan = _loan();
            loan.state = states[i];
            stub.setLoan(LOAN, loan);
            assertEq(lens.status(LOAN).due, 400 ether);
        }
        stub.setLoan(LOAN, _loan());
        assertEq(lens.status(LOAN).due, 4 ether);
        stub.setPosition(LOAN, _position(400 ether, 400 ether, 1e18 - 1));
        assertEq(lens.status(LOAN).due, 400 ether);
        assertEq(lens.status(LOAN).sweepable, 100 ether, "what the miner has");
    }

    function test_status_leavesADrawInTimeAlone() public {
        stub.setPosition(LOAN, _position(400 ether, 800 ether, 1e18));
        Loan memory loan = _loan();
        (loan.state, loan.provenCount, loan.drawEpoch) = (LoanState.Call, 0, uint32(NOW - 2_880));
        stub.setLoan(LOAN, loan);
        assertEq(lens.status(LOAN).sweepable, 0, "100 available, 100 drawn and in its last epoch");
        vm.roll(NOW + 1);
        assertEq(lens.status(LOAN).sweepable, 100 ether, "overdue");
        vm.roll(NOW);
        stub.setPosition(LOAN, _position(400 ether, 400 ether, 1e18 - 1));
        assertEq(lens.status(LOAN).sweepable, 100 ether, "health below 1");
    }

    // ---------------------------------------------------------------- portfolio

    function test_portfolio_showsEachMiner() public {
        CollateralFacts memory f = sound();
        f.faultFeePerDay = 1 ether;
        stub.addMiner(LOAN, attach(B, f));
        facts.setPendingOwner(B, 77);
        MinerStatus[] memory m = lens.portfolio(LOAN);
        assertEq(m.length, 2);
        assertTrue(m[0].readable && m[1].readable);
        assertEq(abi.encode(m[0].facts), abi.encode(sound()));
        assertEq(abi.encode(m[0].term), abi.encode(goodTerm()));
        assertEq(m[0].faultFeePerDay, 4 ether);
        assertEq(m[1].faultFeePerDay, 3 ether, "the floor");
        assertEq(m[0].assessment.walkAwayValue, 858 ether);
        assertEq(m[1].assessment.walkAwayValue, 901 ether);
        assertEq(m[1].pendingOwner, 77);
        assertTrue(m[1].assessment.ownerChangePending);
        assertEq(m[1].miner.minerId, B);
    }

    function test_portfolio_aMinerThatCannotBeReadDoesNotHideTheOthers() public {
        AttachedMiner memory b = attach(B, sound());
        stub.addMiner(LOAN, b);
        facts.setFailure(A, hex"deadbeef");
        MinerStatus[] memory m = lens.portfolio(LOAN);
        assertFalse(m[0].readable);
        assertEq(m[0].miner.minerId, A);
        assertEq(m[0].assessment.walkAwayValue, 0);
        assertTrue(m[1].readable);
        assertEq(m[1].assessment.walkAwayValue, 858 ether);
    }

    function test_portfolio_aBrokenMinerIsAssessedButNotReadable() public {
        facts.setFailure(
            A,
            abi.encodeWithSelector(
                ActorCall.ActorCall_ActorFailed.selector,
                A,
                FilecoinMethods.GET_AVAILABLE_BALANCE,
                ExitCode.USR_ILLEGAL_STATE
            )
        );
        MinerStatus[] memory m = lens.portfolio(LOAN);
        assertTrue(m[0].assessment.tampered, "assessed");
        assertEq(m[0].assessment.walkAwayValue, 0);
        assertFalse(m[0].readable);
        assertEq(m[0].faultFeePerDay, 0);
        assertEq(m[0].facts.initialPledge, 0);
    }

    // ---------------------------------------------------------------- pages

    function _loans(uint256 count) private {
        for (uint256 id = 2; id <= count; ++id) stub.setLoan(id, _loan());
    }

    function test_positionIds_pages() public {
        _loans(5);
        _assertPage(0, 2, _ids(1, 2), 3);
        _assertPage(1, 2, _ids(1, 2), 3);
        _assertPage(3, 2, _ids(3, 4), 5);
        (uint256[] memory ids, uint256 next) = lens.positionIds(5, 2);
        assertEq(ids.length, 1);
        assertEq(ids[0], 5);
        assertEq(next, 0);
        (ids, next) = lens.positionIds(4, 2);
        assertEq(ids.length, 2);
        assertEq(next, 0, "the page ends with the last loan");
    }

    function test_positionIds_beyondTheLastIsEmpty() public view {
        (uint256[] memory ids, uint256 next) = lens.positionIds(2, 10);
        assertEq(ids.length, 0);
        assertEq(next, 0);
        (ids, next) = lens.positionIds(type(uint256).max, type(uint256).max);
        assertEq(ids.length, 0);
        assertEq(next, 0);
    }

    function test_positionIds_leavesClosedLoansOut() public {
        _loans(4);
        Loan memory loan = _loan();
        loan.state = LoanState.Closed;
        stub.setLoan(2, loan);
        loan.state = LoanState.None;
        stub.setLoan(3, loan);
        _assertPage(1, 4, _ids(1, 4), 0);
    }

    function test_positionIds_looksAtMaxPageIdsAtMost() public {
        uint256 page = lens.MAX_PAGE();
        stub.setLoan(page + 1, _loan());
        (, uint256 next) = lens.positionIds(1, type(uint256).max);
        assertEq(next, page + 1);
    }

    function test_healthPacked_packs() public {
        stub.setPosition(LOAN, _position(400 ether, 800 ether, 1.92e18));
        uint256[] memory ids = new uint256[](1);
        ids[0] = LOAN;
        uint256 word = lens.healthPacked(ids)[0];
        assertEq(word >> 168, 800 ether);
        assertEq(uint88(word >> 80), 400 ether);
        assertEq(uint64(word >> 16), 1.92e18);
        assertEq(uint8(word >> 8), uint8(LoanState.Healthy));
        assertEq(uint8(word), 1);
    }

    function test_healthPacked_saturates() public {
        stub.setPosition(LOAN, _position(2 ** 88, 2 ** 89 + 1, type(uint256).max));
        uint256[] memory ids = new uint256[](1);
        ids[0] = LOAN;
        uint256 word = lens.healthPacked(ids)[0];
        assertEq(word >> 168, type(uint88).max);
        assertEq(uint88(word >> 80), type(uint88).max);
        assertEq(uint64(word >> 16), type(uint64).max);
        assertEq(uint16(word), 0x0101);
    }

    function test_healthPacked_aBrokenLoanDoesNotSpoilThePage() public {
        _loans(2);
        stub.setPosition(2, _position(400 ether, 800 ether, 1.92e18));
        stub.setUnreadable(1);
        uint256[] memory ids = new uint256[](3);
        (ids[0], ids[1], ids[2]) = (1, 99, 2);
        uint256[] memory words = lens.healthPacked(ids);
        assertEq(words[0], uint256(LoanState.Healthy) << 8);
        assertEq(words[1], 0);
        assertEq(uint64(words[2] >> 16), 1.92e18);
    }

    function test_RevertWhen_aPageIsTooLarge() public {
        uint256 page = lens.MAX_PAGE();
        lens.healthPacked(new uint256[](page));
        vm.expectRevert(abi.encodeWithSelector(ILoanLens.LoanLens_PageTooLarge.selector, page, page + 1));
        lens.healthPacked(new uint256[](page + 1));
    }

    // ---------------------------------------------------------------- checkLiquidations

    function test_checkLiquidations_findsNothingWhereAllIsSound() public {
        stub.setPosition(LOAN, _position(400 ether, 800 ether, 1e18));
        stub.setSteps(LOAN, true, 1, true);
        _assertStep(address(0), "");
        stub.setPosition(LOAN, _position(0, 0, type(uint256).max));
        _assertStep(address(0), "");
    }

    function test_checkLiquidations_prefersTheAuction() public {
        stub.setPosition(LOAN, _position(400 ether, 800 ether, 1e18 - 1));
        stub.setSteps(LOAN, true, 1, true);
        _assertStep(address(stub), abi.encodeCall(IStripAuction.kick, (LOAN)));
    }

    function test_checkLiquidations_thenSweepsTheFirstMinerThatCanBeSwept() public {
        stub.addMiner(LOAN, attach(B, sound()));
        stub.setPosition(LOAN, _position(400 ether, 800 ether, 1e18 - 1));
        stub.setSteps(LOAN, false, 2, true);
        _assertStep(address(stub), abi.encodeCall(ILoanLedger.sweep, (LOAN, 1)));
        stub.setSteps(LOAN, false, 3, true);
        _assertStep(address(stub), abi.encodeCall(ILoanLedger.sweep, (LOAN, 0)));
    }

    function test_checkLiquidations_thenProvisions() public {
        stub.setPosition(LOAN, _position(400 ether, 100 ether, 0.24e18));
        stub.setSteps(LOAN, false, 0, true);
        _assertStep(address(stub), abi.encodeCall(ILoanDesk.impair, (LOAN)));
        stub.setSteps(LOAN, false, 0, false);
        _assertStep(address(0), "");
    }

    function test_checkLiquidations_looksPastLoansThatAreSoundOrBroken() public {
        _loans(4);
        stub.setPosition(1, _position(400 ether, 800 ether, 1.92e18));
        stub.setUnreadable(2);
        stub.setPosition(3, _position(400 ether, 400 ether, 0.96e18));
        stub.setPosition(4, _position(400 ether, 400 ether, 0.96e18));
        stub.setSteps(3, true, 0, false);
        stub.setSteps(4, true, 0, false);
        _assertStep(address(stub), abi.encodeCall(IStripAuction.kick, (3)));
        (bool workable, ) = lens.checkLiquidations(1, 2);
        assertFalse(workable, "only the first two");
        bytes memory payload;
        (workable, payload) = lens.checkLiquidations(4, 9);
        assertEq(payload, abi.encode(address(stub), abi.encodeCall(IStripAuction.kick, (4))));
        (workable, payload) = lens.checkLiquidations(type(uint256).max, type(uint256).max);
        assertFalse(workable);
    }

    function test_checkLiquidations_leavesNothingBehind() public {
        stub.setPosition(LOAN, _position(400 ether, 800 ether, 1e18 - 1));
        stub.setSteps(LOAN, true, 1, true);
        lens.checkLiquidations(0, 10);
        assertEq(stub.steps(), 0);
    }

    function test_probe_onlyTheLens() public {
        vm.expectRevert(abi.encodeWithSelector(ILoanLens.LoanLens_OnlySelf.selector, address(lens), address(this)));
        lens.probe(address(stub), "");
    }

    function test_probe_alwaysReverts() public {
        stub.setSteps(LOAN, true, 0, false);
        vm.startPrank(address(lens));
        vm.expectRevert(abi.encodeWithSelector(ILoanLens.LoanLens_Probed.selector, true));
        lens.probe(address(stub), abi.encodeCall(IStripAuction.kick, (LOAN)));
        vm.expectRevert(abi.encodeWithSelector(ILoanLens.LoanLens_Probed.selector, false));
        lens.probe(address(stub), abi.encodeCall(IStripAuction.kick, (2)));
        assertEq(stub.steps(), 0);
    }

    // ---------------------------------------------------------------- vaultStatus

    function test_vaultStatus_putsEverythingTogether() public {
        stub.setPool(11 ether, 2 * RAY, 5);
        stub.setCounters(1e24, 22 ether, 3, NOW + 1, NOW + 2);
        VaultStatus memory s = lens.vaultStatus();
        assertEq(s.pool.ratePerEpochRay, 5);
        assertEq(s.totalSupply, 1e24);
        assertEq(s.assetsPerShare, 1 ether + 7);
        assertEq(s.lendable, 11 ether);
        assertEq(s.reserve, 22 ether);
        assertEq(s.loanCount, 1);
        assertEq(s.activeAuctions, 3);
        assertEq(s.drawsPausedUntil, NOW + 1);
        assertEq(s.attachesPausedUntil, NOW + 2);
    }

    // ---------------------------------------------------------------- helpers

    function _assertCheck(CheckResult memory c, bool passed, uint256 limit, uint256 actual) private pure {
        assertEq(c.passed, passed);
        assertEq(c.limit, limit);
        assertEq(c.actual, actual);
    }

    function _assertBinding(DrawCheck check, uint256 limit, uint256 actual) private view {
        DrawPreview memory p = lens.previewDraw(LOAN, 0);
        assertFalse(p.canDraw);
        assertEq(uint256(p.binding), uint256(check));
        assertEq(p.limit, limit);
        assertEq(p.actual, actual);
        _assertCheck(p.checks[uint256(check) - 1], false, limit, actual);
    }

    function _ids(uint256 a, uint256 b) private pure returns (uint256[] memory ids) {
        ids = new uint256[](2);
        (ids[0], ids[1]) = (a, b);
    }

    function _assertPage(uint256 cursor, uint256 max, uint256[] memory ids, uint256 next) private view {
        (uint256[] memory actual, uint256 actualNext) = lens.positionIds(cursor, max);
        assertEq(actual, ids);
        assertEq(actualNext, next);
    }

    function _assertStep(address target, bytes memory callData) private {
        (bool workable, bytes memory payload) = lens.checkLiquidations(0, 10);
        assertEq(workable, target != address(0));
        assertEq(payload, target == address(0) ? bytes("") : abi.encode(target, callData));
    }
}
