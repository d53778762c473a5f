// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {MinerActor} from "../filecoin/MinerActor.sol";
import {BeneficiaryTerm, CollateralFacts, IMinerFacts} from "../filecoin/interfaces/IMinerFacts.sol";
import {WAD} from "../libraries/Units.sol";
import {IReputation} from "../reputation/interfaces/IReputation.sol";
import {ICollateralAccount} from "./interfaces/ICollateralAccount.sol";
import {ControlFacts, ILoanEscrow} from "./interfaces/ILoanEscrow.sol";
import {IPledgeVault} from "./interfaces/IPledgeVault.sol";
import {IPostedValues} from "./interfaces/IPostedValues.sol";
import {ISectorConditions} from "./interfaces/ISectorConditions.sol";
import {Assessment, IRiskEngine, RiskParams} from "./interfaces/IRiskEngine.sol";
import {RiskMath} from "./libraries/RiskMath.sol";
import {LoanBookBase} from "./LoanBookBase.sol";
import {LoanMiners} from "./LoanMiners.sol";
import {LoanPart} from "./LoanPart.sol";
import {LoanProofs} from "./LoanProofs.sol";
import {AttachedMiner, Covenant, Loan, LoanState} from "./LoanTypes.sol";

/// @title The loan book's third part: what becomes of draws, and miners whose ownership lies in the loan's account
/// @notice Runs in the loan book's storage, by delegatecall from the desk's fallback. Called at its own address it knows no loan.
/// @dev The one fact of the miner actor that shapes this contract (actors/miner, change_owner_address): when a new owner accepts, the
/// beneficiary moves along if it was the old owner, and stays if it was anyone else. So a lien outlives every change of ownership as long
/// as owner and beneficiary are two actors, and ends with it when they are one. In escrow they are one, the account. On the way back to
/// the lien they must be two again before a stranger is proposed: the loan book itself takes the ownership, gives the account its lien
/// anew, and proposes the new owner, all in one transaction. In a sale they stay one, and the lien goes to the buyer.
contract LoanEscrow is ILoanEscrow, LoanPart, LoanMiners, LoanProofs {
    using SafeCast for uint256;

    address private immutable CONTROL_AUCTION;
    /// @dev LoanTerms: the functions of ILoanTerms, run here by delegatecall. Part of the implementation, changed only by an upgrade.
    address private immutable TERMS;

    constructor(
        IPledgeVault vault,
        IRiskEngine riskEngine,
        IMinerFacts minerFacts,
        address accountBeacon,
        address stripAuction,
        IPostedValues posted,
        IReputation reputation,
        ISectorConditions conditions,
        address controlAuction,
        address terms
    )
        LoanBookBase(vault, riskEngine, minerFacts, accountBeacon, stripAuction, posted, reputation)
        LoanProofs(conditions)
    {
        CONTROL_AUCTION = controlAuction;
        TERMS = terms;
    }

    modifier onlyControlAuction() {
        if (msg.sender != CONTROL_AUCTION) revert LoanBook_OnlyContract(CONTROL_AUCTION, msg.sender);
        _;
    }

    /// @dev Hands the functions of ILoanTerms and ILoanTakeover on, as the ledger hands on those of the desk.
    /// @custom:oz-upgrades-unsafe-allow-reachable delegatecall
    // solhint-disable-next-line no-complex-fallback
    fallback() external {
        (bool ok, bytes memory answer) = TERMS.delegatecall(msg.data);
        assembly ("memory-safe") {
            switch ok
            case 0 {
                revert(add(answer, 32), mload(answer))
            }
            default {
                return(add(answer, 32), mload(answer))
            }
        }
    }

    // ---------------------------------------------------------------- into escrow and out of it

    /// @inheritdoc ILoanEscrow
    function escrowMiner(uint256 loanId, uint256 minerIndex) external nonReentrant {
        Loan storage loan = _authorised(loanId);
        uint256 pausedUntil = _s().attachesPausedUntil;
        if (block.number < pausedUntil) revert LoanBook_Paused(pausedUntil);
        uint64 minerId = _minerAt(loanId, loan, minerIndex).minerId;
        uint256 limit = _drawLimit(loanId, loan, _assess(loanId, loan));
        loan.coolOffSince = block.number.toUint32();
        _takeOwnership(loanId, loan, minerId);

        // Escrow drops the fault burn from the value and takes a lower weight: where there is little to burn, it counts for less.
        Assessment memory a = _assess(loanId, loan);
        uint256 debt = _debtUp(loanId, loan, VAULT.borrowIndex());
        if (_drawLimit(loanId, loan, a) < limit) _requireDrawTest(loanId, loan, a, debt);
    }

    function _takeOwnership(uint256 loanId, Loan storage loan, uint64 minerId) private {
        ICollateralAccount account = _account(loan);
        uint64 accountId = account.actorId();
        (uint64 owner, uint64 pendingOwner) = MINER_FACTS.owner(minerId);
        emit MinerEscrowed(loanId, minerId, owner);
        if (owner == _selfId()) MinerActor.changeOwnerAddress(minerId, accountId);
        else if (pendingOwner != accountId) revert LoanBook_OwnerNotProposed(minerId, accountId, pendingOwner);
        account.changeOwner(minerId, accountId);
        _requireOwner(minerId, accountId, 0);
        // Neither an expired nor a foreign beneficiary would have moved (GLIF H-1), and one that was the owner brings no term.
        _requireLien(minerId, accountId);
    }

    /// @inheritdoc ILoanEscrow
    function releaseMiner(uint256 loanId, uint256 minerIndex, uint64 newOwner) external nonReentrant {
        Loan storage loan = _authorised(loanId);
        uint64 minerId = _minerAt(loanId, loan, minerIndex).minerId;
        uint64 accountId = _account(loan).actorId();
        uint64 selfId = _selfId();
        _requireUsableOwner(newOwner, accountId, selfId);
        (uint64 owner, uint64 pendingOwner) = MINER_FACTS.owner(minerId);
        bool escrowed = owner == accountId;
        if (!escrowed && owner != selfId) revert LoanBook_NotEscrowed(loanId, minerId, owner, pendingOwner);
        emit MinerReleased(loanId, minerId, newOwner);
        // Once it is back under the lien, another proposal takes nothing from the lenders.
        if (escrowed) _returnToLien(loanId, loan, minerId, accountId, selfId);
        MinerActor.changeOwnerAddress(minerId, newOwner);
        _requireOwner(minerId, selfId, newOwner);
    }

    /// @dev Before the new owner is proposed, so that no change is pending when the draw test is made, except at other miners.
    function _returnToLien(uint256 loanId, Loan storage loan, uint64 minerId, uint64 accountId, uint64 selfId) private {
        uint256 outstanding = _stripsOutstanding(loan);
        if (outstanding != 0) revert LoanBook_StripsOutstanding(loanId, outstanding);
        _account(loan).changeOwner(minerId, selfId);
        MinerActor.changeOwnerAddress(minerId, selfId); // the beneficiary comes along
        MinerActor.changeBeneficiary(minerId, accountId, QUOTA, EXPIRATION);
        _account(loan).approveBeneficiary(minerId, accountId, QUOTA, EXPIRATION);
        _requireOwner(minerId, selfId, 0);
        _requireLien(minerId, accountId);

        uint256 debt = _debtUp(loanId, loan, VAULT.borrowIndex());
        if (debt == 0) return;
        if (loan.state != LoanState.Healthy) revert LoanBook_WrongState(loanId, loan.state);
        _requireDrawTest(loanId, loan, _assess(loanId, loan), debt);
    }

    // ---------------------------------------------------------------- keys

    /// @inheritdoc ILoanEscrow
    function setControl(
        uint256 loanId,
        uint256 minerIndex,
        uint64 worker,
        uint64[] calldata controls
    ) external nonReentrant {
        Loan storage loan = _authorised(loanId);
        uint64 minerId = _minerAt(loanId, loan, minerIndex).minerId;
        _requireEscrowed(loanId, loan, minerId);
        _requireUncalled(loanId, loan);
        emit ControlChanged(loanId, minerId, worker, controls);
        _account(loan).changeWorker(minerId, worker, controls);
    }

    /// @dev A watch is no reason to keep a lost key in office. A call is: a pending change of worker would delay the buyer's own.
    function _requireUncalled(uint256 loanId, Loan storage loan) private view {
        uint256 debt = _debtUp(loanId, loan, VAULT.borrowIndex());
        if (debt == 0) return;
        if (_isCalled(loan.state)) revert LoanBook_WrongState(loanId, loan.state);
        Covenant reason = _covenant(loanId, loan, _assess(loanId, loan), RISK_ENGINE.params(), debt);
        if (reason == Covenant.CallHealth) revert LoanBook_CovenantBroken(loanId, reason);
    }

    /// @inheritdoc ILoanEscrow
    function confirmWorker(uint256 loanId, uint256 minerIndex) external nonReentrant {
        Loan storage loan = _authorised(loanId);
        uint64 minerId = _minerAt(loanId, loan, minerIndex).minerId;
        _requireEscrowed(loanId, loan, minerId);
        _account(loan).confirmWorker(minerId);
    }

    // ---------------------------------------------------------------- the control auction

    /// @inheritdoc ILoanEscrow
    function settleControl(uint64 minerId, uint256 price, uint64 newOwner) external onlyControlAuction nonReentrant {
        uint256 loanId = _s().loanOfMiner[minerId];
        Loan storage loan = _existing(loanId);
        uint64 accountId = _requireEscrowed(loanId, loan, minerId);
        _requireUsableOwner(newOwner, accountId, _selfId());
        uint256 free = _freeFunds(loan);
        if (free < price) revert LoanBook_NotPaid(price, free);
        uint256 index = _indexOf(loanId, loan, minerId);
        // With the miner goes what the proof would be measured on.
        if (_awaitsProof(loan) && loan.drawMinerIndex == index) loan.frozen = true;
        _removeMiner(loanId, loan, index);
        _distribute(loanId, loan, minerId, price, newOwner);

        ICollateralAccount account = _account(loan);
        account.approveBeneficiary(minerId, accountId, 0, 0); // as owner, its own: the lien's term ends
        account.changeOwner(minerId, newOwner);
        _requireSold(minerId, accountId, newOwner);
    }

    /// @dev Strips are a claim on all that the loan's miners bring in, senior to the debt; a sale brings in the most. They are set aside
    /// at face, as by a sweep. An indivisible miner may leave dust of the debt: what else secures the loan goes on paying for it.
    function _distribute(uint256 loanId, Loan storage loan, uint64 minerId, uint256 price, uint64 newOwner) private {
        uint256 indexRay = VAULT.borrowIndex();
        uint256 debt = _debtUp(loanId, loan, indexRay);
        uint256 toStrips = Math.min(price, _stripsOutstanding(loan));
        uint256 toDebt = Math.min(price - toStrips, debt);
        uint256 surplus = price - toStrips - toDebt;
        loan.stripPaid += toStrips.toUint96();
        uint256 left = debt;
        if (toDebt != 0) {
            _account(loan).pay(address(VAULT), toDebt);
            left = _applyPayment(loanId, loan, indexRay, debt, toDebt, 0);
        }
        emit MinerSold(loanId, minerId, newOwner, toStrips, toDebt, surplus, left);
        if (surplus != 0) _payOut(loanId, loan, surplus);
    }

    /// @dev The account is left as owner with no term of its own: it goes to the buyer whole.
    function _requireSold(uint64 minerId, uint64 accountId, uint64 newOwner) private view {
        BeneficiaryTerm memory term = MINER_FACTS.beneficiaryTerm(minerId);
        if (term.beneficiary != accountId || term.quota != 0 || term.hasPending) {
            revert LoanBook_BadTerm(minerId, accountId, term.beneficiary, term.quota, term.expiration, term.hasPending);
        }
        _requireOwner(minerId, accountId, newOwner);
    }

    /// @inheritdoc ILoanEscrow
    function nameOwner(uint256 loanId, uint64 minerId, uint64 newOwner) external onlyControlAuction nonReentrant {
        // Back in a loan, it is no longer what was sold.
        uint256 taken = _s().loanOfMiner[minerId];
        if (taken != 0) revert LoanBook_MinerTaken(minerId, taken);
        Loan storage loan = _existing(loanId);
        uint64 accountId = _account(loan).actorId();
        _requireUsableOwner(newOwner, accountId, _selfId());
        (uint64 owner, uint64 pendingOwner) = MINER_FACTS.owner(minerId);
        if (owner != accountId) revert LoanBook_NotEscrowed(loanId, minerId, owner, pendingOwner);
        _account(loan).changeOwner(minerId, newOwner);
        _requireOwner(minerId, accountId, newOwner);
    }

    /// @inheritdoc ILoanEscrow
    function controlOf(uint64 minerId) external view returns (ControlFacts memory f) {
        f.healthWad = type(uint256).max;
        f.loanId = _s().loanOfMiner[minerId];
        if (f.loanId == 0) return f;
        Loan storage loan = _existing(f.loanId);
        f.account = loan.account;
        f.debt = _debtUp(f.loanId, loan, VAULT.borrowIndex());
        f.strips = _stripsOutstanding(loan);
        f.coolOffSince = loan.coolOffSince;
        RiskParams memory p = RISK_ENGINE.params();
        (f.weightWad, f.escrowWeightWad) = (p.liquidationWeightWad, p.escrowLiquidationWeightWad);
        _readHealth(f, loan);
        _readValue(f, loan, minerId, p);
    }

    function _readHealth(ControlFacts memory f, Loan storage loan) private view {
        Assessment memory a = _assess(f.loanId, loan);
        uint256 weighted = a.escrowLiquidationValue + _posted(f.loanId, loan).liquidation;
        uint256 collateral = _collateralWad(loan, a.walkAwayValue, f.weightWad, weighted);
        f.healthWad = RiskMath.healthDown(collateral, f.debt);
        f.cash = a.available + _freeFunds(loan);
    }

    function _readValue(ControlFacts memory f, Loan storage loan, uint64 minerId, RiskParams memory p) private view {
        AttachedMiner storage miner = _s().miners[f.loanId][_indexOf(f.loanId, loan, minerId)];
        (CollateralFacts memory facts, , uint64 owner, uint64 pendingOwner) = MINER_FACTS.lien(
            minerId,
            miner.pledgeRef,
            miner.powerRef,
            true
        );
        f.escrowed = pendingOwner == 0 && owner == _account(loan).actorId();
        uint256 pledge = facts.initialPledge;
        int256 net = RiskMath.orderlyNet(facts.availableBalance, facts.vestingFunds, pledge, facts.terminationFee);
        f.orderlyValue = RiskMath.orderlyValueDown(net);
        uint256 faultFee = RiskMath.faultFeeUp(facts.faultFeePerDay, pledge, p.minFaultFeePerPledgeWad);
        f.walkAwayValue = RiskMath.walkAwayValueDown(net, faultFee, p.leakBuffer);
    }

    // ---------------------------------------------------------------- small parts

    function _drawLimit(uint256 loanId, Loan storage loan, Assessment memory a) private view returns (uint256) {
        (uint256 weightWad, , ) = RISK_ENGINE.drawTerms(loan.tier);
        uint256 weighted = a.escrowDrawValue + _posted(loanId, loan).draw;
        return _collateralWad(loan, a.walkAwayValue, weightWad, weighted) / WAD;
    }

    function _indexOf(uint256 loanId, Loan storage loan, uint64 minerId) private view returns (uint256 index) {
        mapping(uint256 index => AttachedMiner) storage miners = _s().miners[loanId];
        uint256 last = loan.minerCount - 1; // an attached miner is in the list
        while (index < last && miners[index].minerId != minerId) ++index;
    }

    function _requireEscrowed(
        uint256 loanId,
        Loan storage loan,
        uint64 minerId
    ) private view returns (uint64 accountId) {
        accountId = _account(loan).actorId();
        (uint64 owner, uint64 pendingOwner) = MINER_FACTS.owner(minerId);
        if (owner != accountId || pendingOwner != 0) {
            revert LoanBook_NotEscrowed(loanId, minerId, owner, pendingOwner);
        }
    }

    function _requireUsableOwner(uint64 newOwner, uint64 accountId, uint64 selfId) private pure {
        if (newOwner == 0 || newOwner == accountId || newOwner == selfId) revert LoanBook_InvalidOwner(newOwner);
    }

    function _requireOwner(uint64 minerId, uint64 expectedOwner, uint64 expectedPending) private view {
        (uint64 owner, uint64 pendingOwner) = MINER_FACTS.owner(minerId);
        if (owner != expectedOwner || pendingOwner != expectedPending) {
            revert LoanBook_BadOwner(minerId, expectedOwner, owner, expectedPending, pendingOwner);
        }
    }
}
