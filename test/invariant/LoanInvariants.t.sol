// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {PostedCollateral} from "../../contracts/collateral/PostedCollateral.sol";
import {ICollateralLedger} from "../../contracts/collateral/interfaces/ICollateralLedger.sol";
import {IPostedCollateral, PostedTerms} from "../../contracts/collateral/interfaces/IPostedCollateral.sol";
import {MinerMath} from "../../contracts/devnet/MinerMath.sol";
import {Economics, Run, SectorStatus} from "../../contracts/devnet/Types.sol";
import {BeneficiaryTerm, CollateralFacts} from "../../contracts/filecoin/interfaces/IMinerFacts.sol";
import {AttachedMiner, Covenant, FixedRates, Loan, LoanState, Tranche} from "../../contracts/loans/LoanTypes.sol";
import {ControlAuction} from "../../contracts/loans/ControlAuction.sol";
import {PledgeVault} from "../../contracts/loans/PledgeVault.sol";
import {StripAuction} from "../../contracts/loans/StripAuction.sol";
import {IFixedBook} from "../../contracts/loans/interfaces/IFixedBook.sol";
import {ILoanTakeover} from "../../contracts/loans/interfaces/ILoanTakeover.sol";
import {ILoanTerms} from "../../contracts/loans/interfaces/ILoanTerms.sol";
import {PoolState} from "../../contracts/loans/interfaces/IPledgeVault.sol";
import {Strip} from "../../contracts/loans/interfaces/IStripAuction.sol";
import {CampaignTest} from "../helpers/CampaignTest.sol";
import {FeedDouble} from "../unit/collateral/doubles/FeedDouble.sol";
import {TokenDouble} from "../unit/collateral/doubles/Tokens.sol";
import {LoanSystemTest} from "../utils/LoanSystemTest.sol";
import {CollateralHandler} from "./handlers/CollateralHandler.sol";
import {EscrowHandler} from "./handlers/EscrowHandler.sol";
import {FilecoinHandler} from "./handlers/FilecoinHandler.sol";
import {KeeperHandler} from "./handlers/KeeperHandler.sol";
import {LenderHandler} from "./handlers/LenderHandler.sol";
import {LiquidationHandler} from "./handlers/LiquidationHandler.sol";
import {LoanHandler} from "./handlers/LoanHandler.sol";
import {LoanLedger} from "./handlers/LoanLedger.sol";
import {Cast, LoanSystem} from "./handlers/LoanSystem.sol";
import {ProviderHandler} from "./handlers/ProviderHandler.sol";
import {QueueHandler} from "./handlers/QueueHandler.sol";
import {StrangerHandler} from "./handlers/StrangerHandler.sol";
import {TakeoverHandler} from "./handlers/TakeoverHandler.sol";
import {TermHandler} from "./handlers/TermHandler.sol";
import {UpgradeHandler} from "./handlers/UpgradeHandler.sol";

/// @title Stateful campaign over the whole loan system
/// @notice Three lenders, one provider with five miners and up to three loans at a time, keepers, strip takers, a guardian, a network that
/// pays rewards and changes its economics. What needs a before and an after is asserted in the handlers (I4, I5, I6, I10, I15 to I18);
/// what holds at any moment, here after every call; that everybody gets out, at the end of every run (I12).
contract LoanInvariantsTest is LoanSystemTest, CampaignTest {
    /// @dev As in PledgeVaultStorage; the total of scaled debt has no getter.
    bytes32 private constant LEDGER_SLOT = 0x5d767c9cb834329279ac24d6849dc6a9a432a931fd33fb299f6df66f814bc700;
    /// @dev As in LoanBookBase.
    bytes32 private constant BOOK_SLOT = 0xc6a47f2a66aeb000f8ec1cfca93dc4649210eb629dfaf0a4351ac655f3213000;
    uint256 private constant FIXED_TERMS = 5;
    uint256 private constant WEALTH = 1e27; // [attoFIL]
    uint256 private constant FULL_CHECK_EVERY = 10; // [calls]

    LoanLedger private ledger;
    TokenDouble private token;
    FeedDouble private feed;
    QueueHandler private queue;
    uint64[] private miners;
    address private carol = makeAddr("carol");
    address private dora = makeAddr("strip taker");
    address private emil = makeAddr("another strip taker");
    address private stranger = makeAddr("stranger");
    address private network = makeAddr("network");

    constructor() CampaignTest("loans") {}

    function setUp() public override {
        super.setUp();
        _fillPool();
        _listToken();
        _listLender();
        _offerTerms();
        _makeLoans();
        _deal();
        ledger = new LoanLedger(_parts(), _people(), miners);
        ledger.seal();
        _target(new LenderHandler(ledger));
        queue = new QueueHandler(ledger);
        _target(queue);
        _target(new ProviderHandler(ledger));
        _target(new KeeperHandler(ledger));
        _target(new LiquidationHandler(ledger));
        _target(new CollateralHandler(ledger));
        _target(new EscrowHandler(ledger));
        _target(new TakeoverHandler(ledger));
        _target(new TermHandler(ledger));
        _target(new FilecoinHandler(ledger));
        _target(new StrangerHandler(ledger));
        _target(_upgrades());
        _watch(ledger);
    }

    function _fillPool() private {
        depositFil(alice, 1_700 ether + 7);
        depositFil(bob, 700 ether + 3);
        depositFil(carol, 300 ether + 1);
        // As the deployment does: shares that never leave, so that a pool all others have left, to which gains still drip, keeps a
        // price by which amounts can be told apart; shares in the vault's own balance; and 1 attoFIL of WFIL in the vault.
        depositFil(address(0xdEaD), 1 ether);
        depositFil(address(this), 1);
        vault.transfer(address(vault), vault.balanceOf(address(this)));
        vm.deal(address(this), 1);
        wfil.deposit{value: 1}();
        wfil.transfer(address(vault), 1);
    }

    function _listToken() private {
        token = new TokenDouble(18);
        feed = new FeedDouble(20 ether);
        feed.set(20 ether, type(uint40).max);
        PostedTerms memory terms = PostedTerms(feed, 1_000_000e18, 0.7e18, 0.75e18, 0.8e18, 0.9e18, 480, 14);
        asRisk(address(posted), abi.encodeCall(IPostedCollateral.list, (address(token), terms, 20 ether)));
    }

    /// @dev The second taker also lends on miners, outside of the system.
    function _listLender() private {
        asRisk(address(book), abi.encodeCall(ILoanTakeover.setLienholder, (idOf(emil), true, address(0))));
    }

    function _offerTerms() private {
        FixedRates memory rates = FixedRates({
            premium30Bps: 20,
            premium180Bps: 80,
            premium540Bps: 200,
            spread0Bps: 150,
            spread1Bps: 100,
            spread2Bps: 50,
            spread3Bps: 0,
            maxTermDays: 540,
            maxShareBps: 5_000
        });
        asRisk(address(book), abi.encodeCall(ILoanTerms.setFixedRates, (rates)));
    }

    /// @dev One loan proven, one drawn and awaiting its proof, one only prepared; two miners more.
    function _makeLoans() private {
        _open(720 ether, 120 ether, 480);
        _open(360 ether, 60 ether, 260);
        _open(100 ether, 60 ether, 180);
        miners.push(newMiner(150, 1 ether, 30 ether));
        miners.push(newMiner(220, 1 ether, 30 ether));
        vm.startPrank(sp);
        book.draw(1, 0);
        book.draw(2, 0);
        vm.stopPrank();
        seal(miners[0], 720, false, 1 ether);
        book.prove(1);
        advanceDays(2);
    }

    function _open(uint96 first, uint96 second, uint32 sectors) private {
        Tranche[] memory list = new Tranche[](2);
        (list[0], list[1]) = (tranche(first), tranche(second));
        vm.prank(sp);
        (uint256 loanId, address account) = book.open(list, payee);
        miners.push(newMiner(sectors, 1 ether, 50 ether));
        attach(loanId, account, miners[miners.length - 1]);
    }

    function _deal() private {
        address[11] memory all = [alice, bob, carol, sp, keeper, dora, emil, stranger, network, guardian, payee];
        for (uint256 i; i < all.length; ++i) vm.deal(all[i], WEALTH);
    }

    function _parts() private view returns (LoanSystem memory) {
        return LoanSystem(vault, book, auction, risk, facts, reserve, wfil, control, posted, token, feed);
    }

    /// @dev This test deployed the manager, whose set-up is not finished: it may do all.
    function _upgrades() private returns (UpgradeHandler) {
        address[] memory proxies = new address[](5);
        (proxies[0], proxies[1], proxies[2]) = (address(vault), address(book), address(auction));
        (proxies[3], proxies[4]) = (address(posted), address(control));
        address[] memory spares = new address[](5);
        spares[0] = address(new PledgeVault(wfil, address(book), rateModel, reserve));
        spares[1] = address(newLedger());
        spares[2] = address(new StripAuction(book, address(vault), reserve, wfil));
        spares[3] = address(new PostedCollateral(ICollateralLedger(address(book)), address(vault), wfil));
        spares[4] = address(new ControlAuction(book, wfil));
        return new UpgradeHandler(ledger, address(this), proxies, spares);
    }

    function _people() private view returns (Cast memory) {
        return Cast([alice, bob, carol], [dora, emil], sp, payee, keeper, guardian, stranger, network);
    }

    function _target(LoanHandler handler) private {
        targetContract(address(handler));
        targetSelector(FuzzSelector({addr: address(handler), selectors: handler.selectors()}));
        _watch(handler);
    }

    // ------------------------------------------------------------------------------------------------ after every call

    /// @dev All loans as they are now; a loan found closed before is read in full checks alone.
    struct Loans {
        uint256 count;
        Loan[] loan; // by id
        uint256[] debt; // [attoFIL] by id
    }

    /// @dev One function, because the fuzzers run a campaign of its own for each, and one reading of the loans for all that is checked.
    /// Pool, sums and running loans are checked after every call. What is dear to read (miners by their actors, tranches, strips, closed
    /// loans) is checked after every tenth and at the end of the run: these facts last, so what one call broke is still broken then.
    function invariant_loans() public {
        _checkAll(ledger.steps() % FULL_CHECK_EVERY == 0);
    }

    function _checkAll(bool full) private {
        _toNow();
        Loans memory all = _read(full);
        PoolState memory pool = vault.poolState();
        _checkPool(pool);
        _checkSums(pool, all);
        for (uint256 id = 1; id <= all.count; ++id) {
            if (all.loan[id].account != address(0)) _checkLoan(all.loan[id], all.debt[id]);
        }
        if (!full) return;
        queue.checkRequests();
        for (uint256 id = 1; id <= all.count; ++id) {
            _checkTranches(id, all.loan[id]);
            _checkMiners(id, all.loan[id]);
        }
        _checkStrips(all);
        _checkTokens(all.count);
    }

    function _toNow() private {
        vm.roll(ledger.epoch());
    }

    function _read(bool full) private view returns (Loans memory all) {
        all.count = book.loanCount();
        all.loan = new Loan[](all.count + 1);
        all.debt = new uint256[](all.count + 1);
        uint256 closed = ledger.closedLoans();
        for (uint256 id = 1; id <= all.count; ++id) {
            bool wasClosed = (closed >> id) & 1 != 0;
            if (wasClosed && !full) continue;
            all.loan[id] = book.loanOf(id);
            all.debt[id] = book.debtOf(id);
            if (wasClosed) assertEq(uint8(all.loan[id].state), uint8(LoanState.Closed), "I1: a loan stays closed");
        }
    }

    function _checkPool(PoolState memory pool) private view {
        uint256 gross = pool.cash + pool.debt + pool.impairedCarrying;
        uint256 owed = pool.reserveOwed + pool.lockedGain;
        assertEq(pool.totalAssets, gross > owed ? gross - owed : 0, "I3: total assets");
        assertEq(vault.totalAssets(), pool.totalAssets, "I3: total assets");
        uint256 held = address(vault).balance + wfil.balanceOf(address(vault)) - 1; // the seed
        assertEq(held, pool.cash + pool.setAside + ledger.strayInVault(), "I3: cash and what is set aside are there");
        queue.check();
        uint256 onTheirWay = address(book).balance + address(auction).balance;
        onTheirWay += address(posted).balance + address(control).balance;
        assertEq(onTheirWay, ledger.strayElsewhere(), "I5: FIL stuck on its way");
        assertLe(reserve.balance(), address(reserve).balance, "I3: the reserve fund's ledger");
    }

    function _checkTokens(uint256 loans) private view {
        uint256 claims;
        for (uint256 id = 1; id <= loans; ++id) {
            (, uint256[] memory amounts) = posted.postedOf(id);
            if (amounts.length != 0) claims += amounts[0];
        }
        assertEq(claims, posted.tokenOf(address(token)).total, "I19: claims add up to the token's total");
        assertEq(claims, token.balanceOf(address(posted)), "I19: the tokens are there");
    }

    /// @dev Closed loans add nothing: full checks see to it.
    function _checkSums(PoolState memory pool, Loans memory all) private view {
        uint256 scaled;
        uint256 debts;
        uint256 carrying;
        for (uint256 id = 1; id <= all.count; ++id) {
            Loan memory loan = all.loan[id];
            if (loan.state == LoanState.Impaired || loan.state == LoanState.WrittenOff) {
                carrying += loan.carrying;
                continue;
            }
            assertEq(loan.carrying, 0, "I1: a performing loan is carried at its debt");
            scaled += loan.scaledDebt;
            debts += all.debt[id];
        }
        assertEq(scaled, _totalScaledDebt(), "I1: scaled debts");
        _checkLines(all.count);
        assertEq(carrying, pool.impairedCarrying, "I3: carrying");
        assertGe(debts, pool.debt, "I2: the loans owe less than the pool books");
        assertLe(debts, pool.debt + all.count, "I2: the loans owe more than the pool books");
    }

    /// @dev A loan's line has no getter: slots as in storage-layouts/LoanBook.json.
    function _checkLines(uint256 loans) private view {
        int256 offsets;
        uint256 slopes;
        for (uint256 id = 1; id <= loans; ++id) {
            bytes32 slot = keccak256(abi.encode(id, uint256(BOOK_SLOT) + FIXED_TERMS));
            uint256 line = uint256(vm.load(address(book), slot));
            offsets += int144(uint144(line));
            slopes += line >> 144;
        }
        (int256 offset, uint256 slope) = IFixedBook(address(vault)).fixedLine();
        assertEq(offsets, offset, "I1: lines at fixed rates");
        assertEq(slopes, slope, "I1: lines at fixed rates");
    }

    function _totalScaledDebt() private view returns (uint256) {
        return uint96(uint256(vm.load(address(vault), LEDGER_SLOT)) >> 96);
    }

    function _checkLoan(Loan memory loan, uint256 debt) private view {
        assertLe(loan.principal, debt, "I1: principal above debt");
        assertLe(loan.drawnCount, loan.provenCount + 1, "I7: drawn although the last draw is not proven");
        assertLe(loan.drawnCount, loan.trancheCount, "I7: more drawn than promised");
        assertGe(loan.account.balance, loan.stripPaid - loan.stripClaimed, "I9: what is set aside for strips is there");
        assertLe(loan.stripPaid, loan.stripSold, "I9: paid more than sold");
        if (loan.state == LoanState.Closed) {
            assertEq(
                debt + loan.scaledDebt + loan.principal + loan.minerCount + loan.carrying,
                0,
                "I1: a closed loan owes nothing"
            );
            assertEq(loan.stripSold, loan.stripPaid, "I9: a closed loan has paid its strips");
        }
    }

    function _checkTranches(uint256 id, Loan memory loan) private view {
        Tranche[] memory list = book.tranchesOf(id);
        uint256 drawn;
        for (uint256 i; i < loan.drawnCount; ++i) drawn += list[i].amount;
        assertLe(loan.principal, drawn, "I7: principal above what was drawn");
    }

    function _checkMiners(uint256 id, Loan memory loan) private {
        if (loan.minerCount == 0) return;
        AttachedMiner[] memory list = book.minersOf(id);
        uint64 accountId = idOf(loan.account);
        for (uint256 i; i < list.length; ++i) {
            assertEq(book.loanOfMiner(list[i].minerId), id, "I13: a miner secures another loan too");
            BeneficiaryTerm memory term = facts.beneficiaryTerm(list[i].minerId);
            assertEq(term.beneficiary, accountId, "I8: the account is not beneficiary");
            assertEq(term.expiration, type(int64).max, "I8: the term ends");
            assertGe(term.quota - term.usedQuota, 1 << 100, "I8: the quota is used up");
            if (term.hasPending && ledger.owes(loan)) {
                assertTrue(book.covenantOf(id) != Covenant.None, "I8: a pending change breaks no covenant");
            }
            _checkFee(list[i]);
        }
    }

    /// @dev The fee that the valuation subtracts, against what the simulated actor would charge sector by sector. Power that was faulty
    /// when the reference was taken is known to nobody but the miner: its fault fee is all that may be missing (audits/README.md).
    function _checkFee(AttachedMiner memory miner) private view {
        Run[] memory runs = world.runsOf(miner.minerId);
        Economics memory e = world.economics();
        uint256 fees;
        uint256 power;
        for (uint256 i; i < runs.length; ++i) {
            if (runs[i].status == SectorStatus.Dead || runs[i].status == SectorStatus.Terminating) continue;
            uint256 age = vm.getBlockNumber() - runs[i].activation;
            uint256 faultFee = MinerMath.faultFee(e, runs[i].qaPower);
            fees += runs[i].count * MinerMath.terminationFee(runs[i].pledge, age, faultFee);
            power += runs[i].count * runs[i].qaPower;
        }
        CollateralFacts memory valued = facts.collateral(miner.minerId, miner.pledgeRef, miner.powerRef, false);
        uint256 known = miner.pledgeRef == 0 ? 0 : (miner.powerRef * valued.initialPledge) / miner.pledgeRef;
        if (known < valued.qaPowerBytes) known = valued.qaPowerBytes;
        uint256 missing = power > known ? (MinerMath.faultFee(e, power - known) * 105) / 100 + 1 : 0;
        assertGe(valued.terminationFee + missing, fees, "I14: sectors cost more to terminate than the valuation says");
    }

    /// @dev Strips of one loan lie end to end in the order of their sale.
    function _checkStrips(Loans memory all) private view {
        uint256[] memory line = new uint256[](all.count + 1);
        uint256[] memory claimed = new uint256[](all.count + 1);
        uint256 count = auction.stripCount();
        for (uint256 id = 1; id <= count; ++id) {
            Strip memory strip = auction.stripOf(id);
            assertEq(strip.start, line[strip.loanId], "I9: a gap in the line");
            line[strip.loanId] += strip.face;
            claimed[strip.loanId] += strip.claimed;
            assertLe(strip.claimed, strip.face, "I9: more claimed than sold");
        }
        for (uint256 id = 1; id <= all.count; ++id) {
            Loan memory loan = all.loan[id];
            assertEq(line[id], loan.stripSold, "I9: faces sold");
            assertEq(claimed[id], loan.stripClaimed, "I9: faces claimed");
            assertLe(loan.stripClaimed, loan.stripPaid, "I9: claimed before paid");
        }
    }

    // ------------------------------------------------------------------------------------------------ at the end of a run

    /// @notice With everything paused that can be: borrowers repay, strip holders claim, loans close, lenders who wait are filled and paid,
    /// the others leave. All is checked in full before that and after.
    function afterInvariant() public override {
        _checkAll(true);
        _pauseAll();
        uint256 count = book.loanCount();
        for (uint256 id = 1; id <= count; ++id) _repayInFull(id);
        for (uint256 id = 1; id <= auction.stripCount(); ++id) _claim(id);
        for (uint256 id = 1; id <= count; ++id) _close(id);
        // What was regained of a total loss vests over a week: until then nobody's shares are worth anything.
        if (vault.poolState().lockedGain != 0) ledger.advance(7 * 2_880);
        _toNow();
        queue.fulfilAll();
        assertEq(vault.poolState().waitingAssets, 0, "I12: with all debts repaid, everybody who waits is filled");
        _leave(alice);
        _leave(bob);
        _leave(carol);
        assertEq(vault.poolState().setAside, 0, "I11: all that was set aside was somebody's");
        _checkAll(true);
        super.afterInvariant();
    }

    function _pauseAll() private {
        vm.startPrank(guardian);
        try book.pauseDraws() {} catch {}
        try book.pauseAttaches() {} catch {}
        try auction.pauseAuctions() {} catch {}
        try posted.pausePostedAuctions() {} catch {}
        try control.pauseAuctions() {} catch {}
        vm.stopPrank();
    }

    function _repayInFull(uint256 id) private {
        uint256 debt = book.debtOf(id) + book.termsOf(id).fee;
        if (debt == 0) return;
        vm.deal(sp, sp.balance + debt);
        vm.prank(sp);
        book.repay{value: debt}(id);
        assertEq(book.debtOf(id), 0, "I12: a borrower can repay in full");
        book.cure(id);
        assertEq(uint8(book.loanOf(id).state), uint8(LoanState.Healthy), "I12: a loan without debt is healthy");
        if (auction.auctionOf(id).active) auction.end(id);
    }

    function _claim(uint256 id) private {
        uint256 due = auction.claimable(id);
        if (due == 0) return;
        address holder = auction.ownerOf(id);
        uint256 wealth = holder.balance;
        assertEq(auction.claim(id), due, "I12: a strip holder can claim");
        assertEq(holder.balance, wealth + due, "I12: a strip holder is paid");
        assertEq(auction.claimable(id), 0, "I12: a strip holder can claim all that is due");
    }

    function _close(uint256 id) private {
        Loan memory loan = book.loanOf(id);
        if (loan.state == LoanState.Closed || loan.stripSold != loan.stripPaid) return;
        while (book.loanOf(id).minerCount != 0) {
            _freeFromEscrow(id);
            proposeBack(book.minersOf(id)[0].minerId);
            vm.prank(sp);
            book.detachMiner(id, 0);
        }
        _unpost(id);
        vm.prank(sp);
        book.close(id);
        assertEq(loan.account.balance, 0, "I12: a closed loan's account is empty");
    }

    function _freeFromEscrow(uint256 id) private {
        uint64 miner = book.minersOf(id)[0].minerId;
        (uint64 owner, ) = facts.owner(miner);
        uint64 spId = idOf(sp);
        if (owner == spId) return;
        vm.prank(sp);
        book.releaseMiner(id, 0, spId);
        changeOwner(sp, miner, spId);
    }

    function _unpost(uint256 id) private {
        (address[] memory tokens, uint256[] memory amounts) = posted.postedOf(id);
        for (uint256 i; i < tokens.length; ++i) {
            vm.prank(sp);
            assertEq(posted.unpost(id, tokens[i], amounts[i], sp), amounts[i], "I12: tokens come back");
        }
    }

    /// @dev First what waited, then the rest at once.
    function _leave(address lender) private {
        while (queue.claimAll(lender)) {}
        uint256 shares = vault.maxRedeem(lender);
        if (shares == 0) return;
        uint256 wealth = lender.balance;
        uint256 expected = vault.previewRedeem(shares);
        vm.prank(lender);
        assertEq(vault.redeemFil(shares, lender, lender), expected, "I12: a lender can leave");
        assertEq(lender.balance, wealth + expected, "I12: a lender is paid");
    }
}
