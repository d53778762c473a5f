// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {ActorCall} from "../filecoin/ActorCall.sol";
import {ExitCode} from "../filecoin/ExitCode.sol";
import {FilecoinMethods} from "../filecoin/FilecoinMethods.sol";
import {PowerActor} from "../filecoin/PowerActor.sol";
import {BeneficiaryTerm, CollateralFacts, IMinerFacts} from "../filecoin/interfaces/IMinerFacts.sol";
import {EPOCHS_PER_DAY, WAD} from "../libraries/Units.sol";
import {WEIGHT_RAMP_EPOCHS, WeightRamp} from "../libraries/WeightRamp.sol";
import {AttachedMiner} from "./LoanTypes.sol";
import {Assessment, IRiskEngine, RiskParams} from "./interfaces/IRiskEngine.sol";
import {MAX_MIN_DEBT, RiskMath} from "./libraries/RiskMath.sol";

/// @title RiskEngine
/// @notice Values miners by what they would leave if abandoned today. Holds parameters, no money and no list of loans.
/// @dev What is trusted: MinerFacts, to report what the actors say; the RISK role, inside the bounds below. No price
/// and no projected reward enters: debt and collateral are both FIL.
///
/// When a read fails. Two answers are facts about that one miner, and it then counts zero so that it cannot stand in
/// the way of the rest of its portfolio: the power actor knows no claim of it (exit code 17: its cron failed), or its
/// balance is below what it has locked (20 from GetAvailableBalance). Every other failure reverts the assessment: an
/// answer in a new encoding, a method that a network upgrade took away, a call that ran out of gas. Those are not
/// about the miner, and would turn every loan into a loss at once, or let a caller with little gas (the callee gets
/// 63 of 64 parts) make a sound miner worthless. Neither repaying nor claiming asks this contract, so they go on.
///
/// Weights for calls and liquidations that are lowered fall over 30 days (loans F10): what was drawn under the old ones has that
/// long to repay or to post something. Those for draws change at once, since nobody has to draw.
contract RiskEngine is IRiskEngine, AccessManaged {
    /// One miner as the actors describe it; zero throughout, which no account can match, when its state is broken.
    struct Reading {
        CollateralFacts facts;
        BeneficiaryTerm term;
        uint64 owner;
        uint64 pendingOwner;
    }

    /// The parameters as they are stored: in the order that lets a valuation, a draw and a liquidation each read the fewest slots.
    struct Stored {
        uint64 drawWeightWad;
        uint64 callWeightWad; // at the end of the ramp, like each weight here
        uint64 liquidationWeightWad;
        uint64 targetHealthWad;
        uint64 provisionDiscountWad;
        uint64 proofPledgeWad;
        uint64 maxFaultRatioWad;
        uint64 minFaultFeePerPledgeWad;
        uint96 leakBuffer;
        uint96 minDebt;
        uint32 interestGrace;
        uint32 rampEnd; // from here on the weights are what is stored, 0 if none fell [epoch]
        uint64 escrowDrawWeightWad;
        uint64 escrowCallWeightWad;
        uint64 escrowLiquidationWeightWad;
        uint32 watchGrace;
        uint64 callBeforeWad; // where the ramp began, like the three that follow
        uint64 liquidationBeforeWad;
        uint64 escrowCallBeforeWad;
        uint64 escrowLiquidationBeforeWad;
    }

    /// What goes through the miners of one portfolio.
    struct Tally {
        uint64 account; // whom the miners must pay [actor id]
        uint256 minFaultFeePerPledgeWad; // [wad per day]
        uint256 leakBuffer; // [attoFIL]
        uint256 pledge; // of the miners that count [attoFIL]
        uint256 lostPledge; // [attoFIL]
    }

    /// @notice Least quota that must be left: 1.3 million million FIL, more than can ever exist, so that it never
    /// runs out [attoFIL].
    uint256 public constant MIN_QUOTA = 2 ** 100;

    /// @dev Three tiers, so at most 3 points (loans F3).
    uint256 private constant TIER_STEP = 0.01e18;
    uint256 private constant MIN_WEIGHT = 0.5e18;
    uint256 private constant MAX_WEIGHT = 0.96e18;
    uint256 private constant MAX_TARGET_HEALTH = 1.25e18;
    uint256 private constant MIN_PROOF_PLEDGE = 0.5e18;
    uint256 private constant MAX_FAULT_RATIO = 0.5e18;
    uint256 private constant MAX_FAULT_FEE_PER_PLEDGE = 0.02e18;
    uint256 private constant MAX_LEAK_BUFFER = 1_000 ether;
    uint256 private constant MIN_MIN_DEBT = 1 ether;
    uint256 private constant MIN_GRACE = EPOCHS_PER_DAY;
    uint256 private constant MAX_GRACE = 90 * EPOCHS_PER_DAY;

    /// Selector and three words.
    uint256 private constant ACTOR_FAILED_BYTES = 100;

    IMinerFacts public immutable MINER_FACTS;

    Stored private _params;

    /// @param manager who decides on who may call `setParams`
    constructor(address manager, IMinerFacts minerFacts, RiskParams memory initial) AccessManaged(manager) {
        MINER_FACTS = minerFacts;
        _setParams(initial);
    }

    /// @inheritdoc IRiskEngine
    function setParams(RiskParams calldata next) external restricted {
        _setParams(next);
    }

    /// @inheritdoc IRiskEngine
    function minDebt() external view returns (uint256) {
        return _params.minDebt;
    }

    /// @inheritdoc IRiskEngine
    function drawTerms(uint8 tier) external view returns (uint256, uint256, uint256) {
        uint256 weightWad = _params.drawWeightWad + tier * TIER_STEP;
        if (weightWad > _params.callWeightWad) weightWad = _params.callWeightWad;
        return (weightWad, _params.maxFaultRatioWad, _params.interestGrace);
    }

    /// @inheritdoc IRiskEngine
    function liquidationTerms() external view returns (uint256, uint256, uint256) {
        return (_liquidationWeight(), _params.targetHealthWad, _params.minDebt);
    }

    /// @inheritdoc IRiskEngine
    function params() external view returns (RiskParams memory) {
        return _current();
    }

    /// @inheritdoc IRiskEngine
    function rampTarget() external view returns (RiskParams memory target, uint256 end) {
        return (_targets(), _params.rampEnd);
    }

    /// @inheritdoc IRiskEngine
    function assess(address account, AttachedMiner[] calldata miners) external view returns (Assessment memory total) {
        Tally memory tally = _open(account);
        for (uint256 i = 0; i < miners.length; ++i) _add(total, tally, miners[i], _read(miners[i], true));
        _close(total, tally);
    }

    /// @inheritdoc IRiskEngine
    function assessDraw(
        address account,
        AttachedMiner[] calldata miners,
        uint256 minerIndex,
        uint256 extra
    ) external view returns (Assessment memory total, uint256 pledge, uint256 qaPowerBytes) {
        if (minerIndex >= miners.length) revert RiskEngine_NoSuchMiner(miners.length, minerIndex);
        Tally memory tally = _open(account);
        for (uint256 i = 0; i < miners.length; ++i) {
            Reading memory reading = _read(miners[i], false);
            if (i == minerIndex) {
                pledge = reading.facts.initialPledge;
                qaPowerBytes = reading.facts.qaPowerBytes;
                reading.facts.availableBalance += SafeCast.toInt256(extra);
            }
            _add(total, tally, miners[i], reading);
        }
        _close(total, tally);
    }

    function _open(address account) private view returns (Tally memory tally) {
        tally.account = MINER_FACTS.actorIdOf(account);
        tally.minFaultFeePerPledgeWad = _params.minFaultFeePerPledgeWad;
        tally.leakBuffer = _params.leakBuffer;
    }

    function _read(AttachedMiner calldata miner, bool withVesting) private view returns (Reading memory reading) {
        try MINER_FACTS.lien(miner.minerId, miner.pledgeRef, miner.powerRef, withVesting) returns (
            CollateralFacts memory facts,
            BeneficiaryTerm memory term,
            uint64 owner,
            uint64 pendingOwner
        ) {
            reading = Reading(facts, term, owner, pendingOwner);
        } catch (bytes memory reason) {
            if (_isStateBroken(miner.minerId, reason)) return reading;
            assembly ("memory-safe") {
                revert(add(reason, 0x20), mload(reason))
            }
        }
    }

    /// Adds one miner. What does not pay the account counts neither as value nor as healthy pledge.
    function _add(
        Assessment memory total,
        Tally memory tally,
        AttachedMiner calldata miner,
        Reading memory reading
    ) private pure {
        if (reading.pendingOwner != 0) total.ownerChangePending = true;
        if (reading.term.hasPending) total.tampered = true;
        if (!_pays(reading.term, tally.account)) {
            total.tampered = true;
            return;
        }
        bool owned = reading.owner == tally.account;
        // Where owner and beneficiary are one actor, the beneficiary moves with the ownership (actors/miner,
        // change_owner_address): whoever is proposed could end the lien by accepting.
        if (owned && reading.pendingOwner != 0) {
            total.tampered = true;
            return;
        }
        CollateralFacts memory facts = reading.facts;
        uint256 pledge = facts.initialPledge;
        int256 net = RiskMath.orderlyNet(facts.availableBalance, facts.vestingFunds, pledge, facts.terminationFee);
        uint256 orderlyValue = RiskMath.orderlyValueDown(net);
        total.orderlyValue += orderlyValue;
        if (owned) {
            total.escrowValue += orderlyValue;
        } else {
            uint256 faultFee = RiskMath.faultFeeUp(facts.faultFeePerDay, pledge, tally.minFaultFeePerPledgeWad);
            total.walkAwayValue += RiskMath.walkAwayValueDown(net, faultFee, tally.leakBuffer);
        }
        if (facts.availableBalance > 0) total.available += uint256(facts.availableBalance);
        tally.pledge += pledge;
        tally.lostPledge += RiskMath.lostPledgeUp(pledge, facts.qaPowerBytes, miner.pledgeRef, miner.powerRef);
    }

    /// The fault ratio is the mean of the miners' own ratios by pledge, each at least 0. The ratio of the sums would
    /// let the power of one miner stand for that of another: a newcomer with ten times the power per pledge (verified
    /// deals), or one whose power grew beyond its reference, would hide a dead miner. Here a newcomer hides it only
    /// as far as its pledge makes the dead one a smaller part of the collateral, which is what the covenant limits.
    /// Pledge whose power has not been proven for the first time counts as lost for that day; that stops draws, and
    /// nothing else.
    function _close(Assessment memory total, Tally memory tally) private view {
        total.faultRatioWad = RiskMath.faultRatioUp(tally.lostPledge, tally.pledge);
        uint256 value = total.escrowValue;
        if (value == 0) return;
        total.escrowDrawValue = RiskMath.weightedValueDown(value, _params.escrowDrawWeightWad);
        total.escrowCallValue = RiskMath.weightedValueDown(value, _escrowCallWeight());
        total.escrowLiquidationValue = RiskMath.weightedValueDown(value, _escrowLiquidationWeight());
    }

    /// Whether the account receives all that the miner pays out, for good. A pending proposal does not count here: it
    /// takes effect only with the account's approval (FIP-0029), and valuing by it would let an owner switch a loss
    /// of the lenders on and off.
    function _pays(BeneficiaryTerm memory term, uint64 beneficiary) private pure returns (bool) {
        return
            term.beneficiary == beneficiary &&
            term.expiration == type(int64).max &&
            term.quota >= term.usedQuota &&
            term.quota - term.usedQuota >= MIN_QUOTA;
    }

    /// Whether a read failed for the two reasons that lie in the miner, see the contract's comment. Exit codes are
    /// matched together with the actor and the method: only there do they have this meaning.
    function _isStateBroken(uint64 minerId, bytes memory reason) private pure returns (bool) {
        if (reason.length != ACTOR_FAILED_BYTES) return false;
        bytes32 failure = keccak256(reason);
        return
            failure == _failure(PowerActor.ID, FilecoinMethods.MINER_POWER, ExitCode.USR_NOT_FOUND) ||
            failure == _failure(minerId, FilecoinMethods.GET_AVAILABLE_BALANCE, ExitCode.USR_ILLEGAL_STATE);
    }

    function _failure(uint64 target, uint64 method, int256 exitCode) private pure returns (bytes32) {
        return keccak256(abi.encodeWithSelector(ActorCall.ActorCall_ActorFailed.selector, target, method, exitCode));
    }

    // ---------------------------------------------------------------- parameters

    function _setParams(RiskParams memory next) private {
        RiskParams memory previous = _current();
        _checkWeights(next, previous.liquidationWeightWad);
        _checkRest(next);
        _store(next);
        _startRamp(previous, next);
        emit RiskParamsChanged(previous, next);
    }

    /// From what the weights are now, on another ramp's way perhaps.
    function _startRamp(RiskParams memory previous, RiskParams memory next) private {
        bool falls =
            next.callWeightWad < previous.callWeightWad ||
                next.liquidationWeightWad < previous.liquidationWeightWad ||
                next.escrowCallWeightWad < previous.escrowCallWeightWad ||
                next.escrowLiquidationWeightWad < previous.escrowLiquidationWeightWad;
        _params.rampEnd = falls ? SafeCast.toUint32(block.number + WEIGHT_RAMP_EPOCHS) : 0;
        if (!falls) return;
        _params.callBeforeWad = previous.callWeightWad;
        _params.liquidationBeforeWad = previous.liquidationWeightWad;
        _params.escrowCallBeforeWad = previous.escrowCallWeightWad;
        _params.escrowLiquidationBeforeWad = previous.escrowLiquidationWeightWad;
    }

    function _store(RiskParams memory next) private {
        _params.drawWeightWad = next.drawWeightWad;
        _params.callWeightWad = next.callWeightWad;
        _params.liquidationWeightWad = next.liquidationWeightWad;
        _params.targetHealthWad = next.targetHealthWad;
        _params.provisionDiscountWad = next.provisionDiscountWad;
        _params.proofPledgeWad = next.proofPledgeWad;
        _params.maxFaultRatioWad = next.maxFaultRatioWad;
        _params.minFaultFeePerPledgeWad = next.minFaultFeePerPledgeWad;
        _params.leakBuffer = next.leakBuffer;
        _params.minDebt = next.minDebt;
        _params.interestGrace = next.interestGrace;
        _params.escrowDrawWeightWad = next.escrowDrawWeightWad;
        _params.escrowCallWeightWad = next.escrowCallWeightWad;
        _params.escrowLiquidationWeightWad = next.escrowLiquidationWeightWad;
        _params.watchGrace = next.watchGrace;
    }

    function _targets() private view returns (RiskParams memory) {
        Stored memory p = _params;
        return
            RiskParams({
                drawWeightWad: p.drawWeightWad,
                callWeightWad: p.callWeightWad,
                liquidationWeightWad: p.liquidationWeightWad,
                targetHealthWad: p.targetHealthWad,
                provisionDiscountWad: p.provisionDiscountWad,
                proofPledgeWad: p.proofPledgeWad,
                maxFaultRatioWad: p.maxFaultRatioWad,
                minFaultFeePerPledgeWad: p.minFaultFeePerPledgeWad,
                leakBuffer: p.leakBuffer,
                minDebt: p.minDebt,
                watchGrace: p.watchGrace,
                interestGrace: p.interestGrace,
                escrowDrawWeightWad: p.escrowDrawWeightWad,
                escrowCallWeightWad: p.escrowCallWeightWad,
                escrowLiquidationWeightWad: p.escrowLiquidationWeightWad
            });
    }

    function _current() private view returns (RiskParams memory p) {
        p = _targets();
        if (!_ramps()) return p;
        p.callWeightWad = _ramped(_params.callBeforeWad, p.callWeightWad);
        p.liquidationWeightWad = _liquidationWeight();
        p.escrowCallWeightWad = _escrowCallWeight();
        p.escrowLiquidationWeightWad = _escrowLiquidationWeight();
    }

    function _liquidationWeight() private view returns (uint64) {
        uint64 target = _params.liquidationWeightWad;
        return _ramps() ? _ramped(_params.liquidationBeforeWad, target) : target;
    }

    function _escrowCallWeight() private view returns (uint64) {
        uint64 target = _params.escrowCallWeightWad;
        return _ramps() ? _ramped(_params.escrowCallBeforeWad, target) : target;
    }

    function _escrowLiquidationWeight() private view returns (uint64) {
        uint64 target = _params.escrowLiquidationWeightWad;
        return _ramps() ? _ramped(_params.escrowLiquidationBeforeWad, target) : target;
    }

    function _ramps() private view returns (bool) {
        return block.number < _params.rampEnd;
    }

    function _ramped(uint64 beforeWad, uint64 targetWad) private view returns (uint64) {
        uint256 end = _params.rampEnd;
        // Between two uint64, or one of them.
        return uint64(WeightRamp.rampDown(beforeWad, targetWad, end - WEIGHT_RAMP_EPOCHS, end, block.number));
    }

    /// Draw <= call <= liquidation. The provision discount is at most 1 - liquidation weight: so while health is 1 or
    /// more, the carrying is the debt, and no loss is booked before a liquidation could have started. With a target
    /// above 1 and all weights at most 0.96, a bonus of at most health / weight always restores health (RiskMath).
    /// Escrow weights are at most the lien's: the value they apply to is the larger one.
    /// @param liquidationNow liquidation weight before the change: while it falls, the provision has to go by it
    function _checkWeights(RiskParams memory next, uint64 liquidationNow) private pure {
        _check("liquidationWeightWad", MIN_WEIGHT, MAX_WEIGHT, next.liquidationWeightWad);
        _check("callWeightWad", MIN_WEIGHT, next.liquidationWeightWad, next.callWeightWad);
        _check("drawWeightWad", MIN_WEIGHT, next.callWeightWad, next.drawWeightWad);
        _check("escrowLiquidationWeightWad", MIN_WEIGHT, next.liquidationWeightWad, next.escrowLiquidationWeightWad);
        _check("escrowCallWeightWad", MIN_WEIGHT, next.escrowLiquidationWeightWad, next.escrowCallWeightWad);
        _check("escrowDrawWeightWad", MIN_WEIGHT, next.escrowCallWeightWad, next.escrowDrawWeightWad);
        _check("targetHealthWad", WAD + 1, MAX_TARGET_HEALTH, next.targetHealthWad);
        uint256 largest = Math.max(liquidationNow, next.liquidationWeightWad);
        _check("provisionDiscountWad", 0, WAD - largest, next.provisionDiscountWad);
    }

    function _checkRest(RiskParams memory next) private pure {
        _check("proofPledgeWad", MIN_PROOF_PLEDGE, WAD, next.proofPledgeWad);
        _check("maxFaultRatioWad", 1, MAX_FAULT_RATIO, next.maxFaultRatioWad);
        _check("minFaultFeePerPledgeWad", 0, MAX_FAULT_FEE_PER_PLEDGE, next.minFaultFeePerPledgeWad);
        _check("leakBuffer", 0, MAX_LEAK_BUFFER, next.leakBuffer);
        _check("minDebt", MIN_MIN_DEBT, MAX_MIN_DEBT, next.minDebt);
        _check("watchGrace", MIN_GRACE, MAX_GRACE, next.watchGrace);
        _check("interestGrace", MIN_GRACE, MAX_GRACE, next.interestGrace);
    }

    function _check(bytes32 parameter, uint256 lower, uint256 upper, uint256 actual) private pure {
        if (actual < lower || actual > upper) revert RiskEngine_OutOfBounds(parameter, lower, upper, actual);
    }
}
