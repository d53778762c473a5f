// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {BeneficiaryTerm, CollateralFacts, IMinerFacts} from "../filecoin/interfaces/IMinerFacts.sol";
import {InterestMath} from "../libraries/InterestMath.sol";
import {EPOCHS_PER_DAY, RAY, WAD} from "../libraries/Units.sol";
import {AttachedMiner, Covenant, Loan, LoanState, Tranche} from "./LoanTypes.sol";
import {ILoanBook, ILoanDesk, ILoanLedger, Position} from "./interfaces/ILoanBook.sol";
import {
    CheckResult,
    DrawCheck,
    DrawPreview,
    ILoanLens,
    LoanStatus,
    MaxDraw,
    MinerStatus,
    VaultStatus
} from "./interfaces/ILoanLens.sol";
import {IPledgeVault} from "./interfaces/IPledgeVault.sol";
import {IReserveFund} from "./interfaces/IReserveFund.sol";
import {Assessment, IRiskEngine} from "./interfaces/IRiskEngine.sol";
import {IStripAuction} from "./interfaces/IStripAuction.sol";
import {RiskMath} from "./libraries/RiskMath.sol";

/// @title LoanLens
/// @notice Stateless and immutable; another version is another contract.
/// @dev Values, covenants and tests are the risk engine's and the loan book's own. Repeated here are only the
/// comparisons of `draw`.
contract LoanLens is ILoanLens {
    /// What a draw rests on, read once.
    struct DrawFacts {
        uint256 loanId;
        uint256 minerIndex;
        Loan loan;
        AttachedMiner[] miners;
        Tranche next; // zero when none is left
        uint256 amount; // [attoFIL]
        uint256 posted; // what posted tokens count for a draw [attoFIL]
    }

    /// @notice Most ids that one call looks at.
    uint256 public constant MAX_PAGE = 1_000;

    uint256 private constant CHECKS = 10;
    uint256 private constant BITS_88 = type(uint88).max;
    uint256 private constant ONE_SHARE = 10 ** 24;
    /// Beyond every amount of FIL, inside the sums of RiskMath: brings any miner above zero.
    uint256 private constant FLOOD = 2 ** 120;
    /// Roundings between a bound in real numbers and one that passes the loan book's test [attoFIL].
    uint256 private constant SLACK = 3;

    ILoanBook public immutable LOAN_BOOK;
    IPledgeVault public immutable VAULT;
    IRiskEngine public immutable RISK_ENGINE;
    IMinerFacts public immutable MINER_FACTS;
    IStripAuction public immutable STRIP_AUCTION;
    IReserveFund public immutable RESERVE_FUND;

    constructor(
        ILoanBook loanBook,
        IPledgeVault vault,
        IRiskEngine riskEngine,
        IMinerFacts minerFacts,
        IStripAuction stripAuction,
        IReserveFund reserveFund
    ) {
        LOAN_BOOK = loanBook;
        VAULT = vault;
        RISK_ENGINE = riskEngine;
        MINER_FACTS = minerFacts;
        STRIP_AUCTION = stripAuction;
        RESERVE_FUND = reserveFund;
    }

    // ---------------------------------------------------------------- draws

    /// @inheritdoc ILoanLens
    function previewDraw(uint256 loanId, uint256 minerIndex) external view returns (DrawPreview memory preview) {
        DrawFacts memory d = _drawFacts(loanId, minerIndex);
        preview.tranche = d.loan.drawnCount;
        preview.amount = d.amount;
        preview.checks = _eligibility(d);
        uint256 lendable = VAULT.lendable();
        preview.checks[8] = CheckResult(DrawCheck.Liquidity, d.amount <= lendable, lendable, d.amount);
        preview.checks[9] = _drawTest(d);
        CheckResult memory failed = _firstFailure(preview.checks);
        preview.binding = failed.check;
        preview.limit = failed.limit;
        preview.actual = failed.actual;
        preview.canDraw = failed.check == DrawCheck.None;
    }

    /// @inheritdoc ILoanLens
    function maxDraw(uint256 loanId, uint256 minerIndex) external view returns (MaxDraw memory most) {
        DrawFacts memory d = _drawFacts(loanId, minerIndex);
        most.tranche = d.amount;
        most.liquidity = VAULT.lendable();
        most.portfolio = _portfolioLimit(d);
        CheckResult memory failed = _firstFailure(_eligibility(d));
        most.binding = failed.check;
        if (failed.check != DrawCheck.None) return most;
        (most.amount, most.binding) = (most.tranche, DrawCheck.TrancheLeft);
        if (most.liquidity < most.amount) (most.amount, most.binding) = (most.liquidity, DrawCheck.Liquidity);
        if (most.portfolio < most.amount) (most.amount, most.binding) = (most.portfolio, DrawCheck.DrawTest);
    }

    // ---------------------------------------------------------------- loans

    /// @inheritdoc ILoanLens
    function status(uint256 loanId) external view returns (LoanStatus memory s) {
        s.loan = LOAN_BOOK.loanOf(loanId);
        s.tranches = LOAN_BOOK.tranchesOf(loanId);
        s.position = LOAN_BOOK.positionOf(loanId);
        s.covenant = LOAN_BOOK.covenantOf(loanId);
        s.freeFunds = LOAN_BOOK.freeFundsOf(loanId);
        s.auction = STRIP_AUCTION.auctionOf(loanId);
        s.stripsOutstanding = s.loan.stripSold - s.loan.stripPaid;
        MinerStatus[] memory miners = portfolio(loanId);
        s.daysToLiquidation = _daysToLiquidation(loanId, s, miners);
        s.due = _due(s);
        s.sweepable = Math.min(s.due, _withdrawable(s, miners) + s.freeFunds);
    }

    /// @inheritdoc ILoanLens
    function portfolio(uint256 loanId) public view returns (MinerStatus[] memory statuses) {
        AttachedMiner[] memory miners = LOAN_BOOK.minersOf(loanId);
        address account = LOAN_BOOK.loanOf(loanId).account;
        uint256 minimum = RISK_ENGINE.params().minFaultFeePerPledgeWad;
        statuses = new MinerStatus[](miners.length);
        for (uint256 i = 0; i < miners.length; ++i) _fillMiner(statuses[i], miners[i], account, minimum);
    }

    /// @inheritdoc ILoanLens
    function positionIds(uint256 cursor, uint256 max) external view returns (uint256[] memory ids, uint256 next) {
        uint256 end;
        (cursor, end, next) = _page(cursor, max);
        ids = new uint256[](end - cursor);
        uint256 count = 0;
        for (uint256 id = cursor; id < end; ++id) {
            LoanState state = LOAN_BOOK.loanOf(id).state;
            if (state != LoanState.None && state != LoanState.Closed) ids[count++] = id;
        }
        assembly ("memory-safe") {
            mstore(ids, count) // never longer than allocated
        }
    }

    /// @inheritdoc ILoanLens
    function healthPacked(uint256[] calldata ids) external view returns (uint256[] memory words) {
        if (ids.length > MAX_PAGE) revert LoanLens_PageTooLarge(MAX_PAGE, ids.length);
        words = new uint256[](ids.length);
        for (uint256 i = 0; i < ids.length; ++i) words[i] = _packed(ids[i]);
    }

    /// @inheritdoc ILoanLens
    function vaultStatus() external view returns (VaultStatus memory s) {
        s.pool = VAULT.poolState();
        s.totalSupply = VAULT.totalSupply();
        s.assetsPerShare = VAULT.convertToAssets(ONE_SHARE);
        s.lendable = VAULT.lendable();
        s.reserve = RESERVE_FUND.balance();
        s.loanCount = LOAN_BOOK.loanCount();
        s.activeAuctions = STRIP_AUCTION.activeAuctions();
        s.drawsPausedUntil = LOAN_BOOK.drawsPausedUntil();
        s.attachesPausedUntil = LOAN_BOOK.attachesPausedUntil();
    }

    // ---------------------------------------------------------------- keepers

    /// @inheritdoc ILoanLens
    function checkLiquidations(uint256 cursor, uint256 max) external returns (bool workable, bytes memory payload) {
        uint256 end;
        (cursor, end, ) = _page(cursor, max);
        for (uint256 id = cursor; id < end && !workable; ++id) (workable, payload) = _step(id);
    }

    /// @inheritdoc ILoanLens
    function probe(address target, bytes calldata callData) external {
        if (msg.sender != address(this)) revert LoanLens_OnlySelf(address(this), msg.sender);
        (bool success, ) = target.call(callData);
        revert LoanLens_Probed(success);
    }

    // ---------------------------------------------------------------- how a draw is checked

    function _drawFacts(uint256 loanId, uint256 minerIndex) private view returns (DrawFacts memory d) {
        d.loanId = loanId;
        d.minerIndex = minerIndex;
        d.loan = LOAN_BOOK.loanOf(loanId);
        d.miners = LOAN_BOOK.minersOf(loanId);
        if (d.loan.drawnCount < d.loan.trancheCount) d.next = LOAN_BOOK.tranchesOf(loanId)[d.loan.drawnCount];
        d.amount = d.next.amount;
        if (d.loan.hasPosted) d.posted = LOAN_BOOK.positionOf(loanId).posted.draw;
    }

    /// The checks before money is looked at; the last two places stay empty, and pass.
    function _eligibility(DrawFacts memory d) private view returns (CheckResult[] memory checks) {
        Loan memory loan = d.loan;
        checks = new CheckResult[](CHECKS);
        bool healthy = loan.state == LoanState.Healthy;
        checks[0] = CheckResult(DrawCheck.State, healthy, uint256(LoanState.Healthy), uint256(loan.state));
        checks[1] = _atLeast(DrawCheck.Paused, LOAN_BOOK.drawsPausedUntil(), block.number);
        checks[2] = _below(DrawCheck.Miner, d.miners.length, d.minerIndex);
        checks[3] = _below(DrawCheck.TrancheLeft, loan.trancheCount, loan.drawnCount);
        checks[4] = _atLeast(DrawCheck.Proven, loan.drawnCount, loan.provenCount);
        checks[5] = _atMost(DrawCheck.Deadline, d.next.drawDeadline, block.number);
        checks[6] = _atMost(DrawCheck.Frozen, 0, loan.frozen ? 1 : 0);
        checks[7] = _atMost(DrawCheck.Covenant, uint256(Covenant.None), uint256(LOAN_BOOK.covenantOf(d.loanId)));
        checks[8].passed = true;
        checks[9].passed = true;
    }

    /// Value without vesting, with the draw in the miner, less strips; against the debt to which the draw is added in
    /// scaled units, as the pool does it, unless its rate is fixed.
    function _drawTest(DrawFacts memory d) private view returns (CheckResult memory) {
        Assessment memory none;
        uint256 limit = _drawLimit(d, d.minerIndex < d.miners.length ? _assessWith(d, d.amount) : none);
        if (_isFixed(d.loan)) return _atMost(DrawCheck.DrawTest, limit, LOAN_BOOK.debtOf(d.loanId) + d.amount);
        uint256 index = VAULT.borrowIndex();
        uint256 scaled = d.loan.scaledDebt + InterestMath.toScaledUp(d.amount, index);
        return _atMost(DrawCheck.DrawTest, limit, InterestMath.toDebtUp(scaled, index));
    }

    /// Whether the debt has a fixed rate: then the next draw has one too.
    function _isFixed(Loan memory loan) private pure returns (bool) {
        return loan.scaledDebt == 0 && loan.principal != 0;
    }

    /// The largest X with w x L(X) >= D + X. L grows by X, but only once X has filled the hole of a miner that is worth
    /// less than nothing; how deep that is shows when the miner is flooded. A miner that counts zero is a hole that
    /// nothing fills. Where value is 0, w x L(X) < X.
    function _portfolioLimit(DrawFacts memory d) private view returns (uint256) {
        if (d.minerIndex >= d.miners.length) return 0;
        Assessment memory dry = _assessWith(d, 0);
        // Slack: a unit of scaled debt is worth index / RAY, and the test rounds twice more.
        uint256 debt = LOAN_BOOK.debtOf(d.loanId) + VAULT.borrowIndex() / RAY + SLACK;
        uint256 headroom = Math.saturatingSub(_drawLimit(d, dry), debt);
        if (headroom == 0) return 0;
        Assessment memory wet = _assessWith(d, FLOOD);
        uint256 hole = dry.walkAwayValue + dry.escrowValue + FLOOD - wet.walkAwayValue - wet.escrowValue;
        (uint256 weight, , ) = RISK_ENGINE.drawTerms(d.loan.tier);
        if (wet.escrowValue > dry.escrowValue) weight = RISK_ENGINE.params().escrowDrawWeightWad;
        return headroom <= hole ? headroom : hole + ((headroom - hole) * WAD) / (WAD - weight);
    }

    /// The portfolio with `extra` FIL in the miner.
    function _assessWith(DrawFacts memory d, uint256 extra) private view returns (Assessment memory a) {
        (a, , ) = RISK_ENGINE.assessDraw(d.loan.account, d.miners, d.minerIndex, extra);
    }

    /// Debt up to which the draw weights carry [attoFIL].
    function _drawLimit(DrawFacts memory d, Assessment memory a) private view returns (uint256) {
        uint256 strips = d.loan.stripSold - d.loan.stripPaid;
        (uint256 weightWad, , ) = RISK_ENGINE.drawTerms(d.loan.tier);
        return RiskMath.collateralWad(a.walkAwayValue, strips, weightWad, a.escrowDrawValue + d.posted) / WAD;
    }

    function _firstFailure(CheckResult[] memory checks) private pure returns (CheckResult memory none) {
        for (uint256 i = 0; i < checks.length; ++i) if (!checks[i].passed) return checks[i];
    }

    function _atMost(DrawCheck check, uint256 limit, uint256 actual) private pure returns (CheckResult memory) {
        return CheckResult(check, actual <= limit, limit, actual);
    }

    function _atLeast(DrawCheck check, uint256 limit, uint256 actual) private pure returns (CheckResult memory) {
        return CheckResult(check, actual >= limit, limit, actual);
    }

    function _below(DrawCheck check, uint256 limit, uint256 actual) private pure returns (CheckResult memory) {
        return CheckResult(check, actual < limit, limit, actual);
    }

    // ---------------------------------------------------------------- figures of a loan

    function _fillMiner(
        MinerStatus memory s,
        AttachedMiner memory miner,
        address account,
        uint256 minimum
    ) private view {
        s.miner = miner;
        AttachedMiner[] memory one = new AttachedMiner[](1);
        one[0] = miner;
        try RISK_ENGINE.assess(account, one) returns (Assessment memory assessment) {
            s.assessment = assessment;
        } catch {
            return;
        }
        try MINER_FACTS.lien(miner.minerId, miner.pledgeRef, miner.powerRef, true) returns (
            CollateralFacts memory facts,
            BeneficiaryTerm memory term,
            uint64 owner,
            uint64 pendingOwner
        ) {
            (s.readable, s.facts, s.term) = (true, facts, term);
            (s.owner, s.pendingOwner) = (owner, pendingOwner);
            s.faultFeePerDay = RiskMath.faultFeeUp(facts.faultFeePerDay, facts.initialPledge, minimum);
        } catch {
            return;
        }
    }

    /// The debt grows by its rate, value falls by the fault fees: both are taken as straight lines. A miner that is used
    /// up stops losing, so the true time is not shorter for that.
    function _daysToLiquidation(
        uint256 loanId,
        LoanStatus memory s,
        MinerStatus[] memory miners
    ) private view returns (uint256) {
        uint256 debt = s.position.debt;
        uint256 limit = s.position.liquidationLimit;
        if (debt == 0) return type(uint256).max;
        if (limit < debt) return 0;
        (uint256 weight, , ) = RISK_ENGINE.liquidationTerms(); // the larger of a lien's and an escrow's
        uint256 fees = 0;
        for (uint256 i = 0; i < miners.length; ++i) fees += miners[i].faultFeePerDay;
        uint256 perDay = RiskMath.weightedValueDown(fees, weight) + _interestPerDay(loanId, s.loan, debt);
        return perDay == 0 ? type(uint256).max : (limit - debt) / perDay;
    }

    function _interestPerDay(uint256 loanId, Loan memory loan, uint256 debt) private view returns (uint256) {
        if (_isFixed(loan)) return LOAN_BOOK.termsOf(loanId).interestPerDay;
        return Math.mulDiv(debt, VAULT.poolState().ratePerEpochRay * EPOCHS_PER_DAY, RAY);
    }

    function _due(LoanStatus memory s) private pure returns (uint256) {
        LoanState state = s.loan.state;
        bool all =
            state == LoanState.Call ||
                state == LoanState.Impaired ||
                state == LoanState.WrittenOff ||
                s.position.healthWad < WAD;
        return s.stripsOutstanding + (all ? s.position.debt : s.position.interest);
    }

    /// Available in the miners, without a drawn tranche that is still in time to be proven: while health is 1, that
    /// stays.
    function _withdrawable(LoanStatus memory s, MinerStatus[] memory miners) private view returns (uint256 sum) {
        Loan memory loan = s.loan;
        bool unproven = loan.provenCount < loan.drawnCount;
        for (uint256 i = 0; i < miners.length; ++i) {
            uint256 available = miners[i].assessment.available;
            if (unproven && i == loan.drawMinerIndex && s.position.healthWad >= WAD) {
                Tranche memory tranche = s.tranches[loan.drawnCount - 1];
                bool inTime = block.number <= uint256(loan.drawEpoch) + tranche.proveEpochs;
                if (inTime) available = Math.saturatingSub(available, tranche.amount);
            }
            sum += available;
        }
    }

    function _packed(uint256 id) private view returns (uint256) {
        try LOAN_BOOK.loanOf(id) returns (Loan memory loan) {
            try LOAN_BOOK.positionOf(id) returns (Position memory p) {
                uint256 amounts = (Math.min(p.value, BITS_88) << 168) | (Math.min(p.debt, BITS_88) << 80);
                return amounts | (Math.min(p.healthWad, type(uint64).max) << 16) | (uint256(loan.state) << 8) | 1;
            } catch {
                return uint256(loan.state) << 8;
            }
        } catch {
            return 0;
        }
    }

    // ---------------------------------------------------------------- pages and steps

    /// Ids from `start` up to `end`, exclusive; `next` is 0 on the last page.
    function _page(uint256 cursor, uint256 max) private view returns (uint256 start, uint256 end, uint256 next) {
        uint256 afterLast = LOAN_BOOK.loanCount() + 1;
        start = Math.min(Math.max(cursor, 1), afterLast);
        end = Math.min(start + Math.min(max, MAX_PAGE), afterLast);
        next = end == afterLast ? 0 : end;
    }

    function _step(uint256 id) private returns (bool workable, bytes memory payload) {
        try LOAN_BOOK.positionOf(id) returns (Position memory p) {
            if (p.debt == 0 || p.healthWad >= WAD) return (false, "");
        } catch {
            return (false, "");
        }
        (workable, payload) = _try(address(STRIP_AUCTION), abi.encodeCall(IStripAuction.kick, (id)));
        if (workable) return (workable, payload);
        uint256 count = LOAN_BOOK.minersOf(id).length;
        for (uint256 i = 0; i < count; ++i) {
            (workable, payload) = _try(address(LOAN_BOOK), abi.encodeCall(ILoanLedger.sweep, (id, i)));
            if (workable) return (workable, payload);
        }
        return _try(address(LOAN_BOOK), abi.encodeCall(ILoanDesk.impair, (id)));
    }

    function _try(address target, bytes memory callData) private returns (bool, bytes memory) {
        try this.probe(target, callData) {} catch (bytes memory reason) {
            bytes memory success = abi.encodeWithSelector(LoanLens_Probed.selector, true);
            if (keccak256(reason) == keccak256(success)) return (true, abi.encode(target, callData));
        }
        return (false, "");
    }
}
