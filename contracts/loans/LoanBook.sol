// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {AccessManagedUpgradeable} from "@openzeppelin/contracts-upgradeable/access/manager/AccessManagedUpgradeable.sol";
import {ERC721Upgradeable} from "@openzeppelin/contracts-upgradeable/token/ERC721/ERC721Upgradeable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {WAD} from "../libraries/Units.sol";
import {IMinerFacts} from "../filecoin/interfaces/IMinerFacts.sol";
import {ILoanLedger, ILoanTokens, Standing} from "./interfaces/ILoanBook.sol";
import {IPledgeVault} from "./interfaces/IPledgeVault.sol";
import {IReputation} from "../reputation/interfaces/IReputation.sol";
import {IPostedValues} from "./interfaces/IPostedValues.sol";
import {Assessment, IRiskEngine} from "./interfaces/IRiskEngine.sol";
import {LoanBookBase} from "./LoanBookBase.sol";
import {LoanDraws} from "./LoanDraws.sol";
import {LoanServicing} from "./LoanServicing.sol";
import {Loan, LoanState} from "./LoanTypes.sol";
import {RiskMath} from "./libraries/RiskMath.sol";

/// @title The loan book
/// @notice Facilities, tranches, debts, states and losses. See ILoanBook, which this contract and LoanDesk implement together.
/// Invariants: INV-I1 the loans' scaled debts add up to the vault's; INV-I6 the draw test holds after whatever adds debt or removes
/// collateral; INV-I7 a tranche is drawn only after the one before it is proven; INV-I8 the account is beneficiary of every attached
/// miner unless the loan is at least under watch; INV-I13 a miner secures at most one loan.
/// Pauses: draws and attaches only, by the guardian, for 7 days. Trusts: the vault, risk engine, miner facts and strip auction that
/// the implementation names, and the miner actors themselves.
/// @custom:oz-upgrades-unsafe-allow missing-initializer missing-initializer-call
contract LoanBook is
    LoanDraws,
    LoanServicing,
    ILoanTokens,
    ERC721Upgradeable,
    AccessManagedUpgradeable,
    UUPSUpgradeable
{
    using SafeCast for uint256;

    uint256 private constant MIN_MAX_FACILITY = 1_000 ether;
    uint256 private constant MAX_MAX_FACILITY = 10_000_000 ether;

    /// @dev LoanDesk: the functions of ILoanDesk, run here by delegatecall. Part of the implementation, changed only by an upgrade.
    address private immutable DESK;

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor(
        IPledgeVault vault,
        IRiskEngine riskEngine,
        IMinerFacts minerFacts,
        address accountBeacon,
        address stripAuction,
        IPostedValues posted,
        IReputation reputation,
        address desk
    ) LoanBookBase(vault, riskEngine, minerFacts, accountBeacon, stripAuction, posted, reputation) {
        DESK = desk;
        _disableInitializers();
    }

    /// @notice Once, in the transaction that puts the implementation in place.
    /// @param manager the access manager @param maxFacility_ [attoFIL]
    function initialize(address manager, uint256 maxFacility_) external initializer {
        __ERC721_init("Plimsoll Pledge Loan", "plLOAN");
        __AccessManaged_init(manager);
        _setMaxFacility(maxFacility_);
    }

    // ---------------------------------------------------------------- the strip auction

    modifier onlyStripAuction() {
        if (msg.sender != STRIP_AUCTION) revert LoanBook_OnlyContract(STRIP_AUCTION, msg.sender);
        _;
    }

    /// @inheritdoc ILoanLedger
    function settleStrip(
        uint256 loanId,
        uint256 face,
        uint256 price
    ) external onlyStripAuction nonReentrant returns (uint256 start) {
        Loan storage loan = _existing(loanId);
        uint256 indexRay = VAULT.borrowIndex();
        uint256 debt = _debtUp(loanId, loan, indexRay);
        if (price == 0 || face == 0) revert LoanBook_ZeroAmount();
        if (price < debt) _requireNoDust(debt - price);
        start = loan.stripSold;
        loan.stripSold = (start + face).toUint96();
        // price <= debt: the auction sizes it so; a larger one underflows in the books.
        uint256 left = _applyPayment(loanId, loan, indexRay, debt, price, 0);
        emit StripSettled(loanId, face, price, left);
    }

    /// @inheritdoc ILoanLedger
    function payStrip(uint256 loanId, address to, uint256 amount) external onlyStripAuction nonReentrant {
        Loan storage loan = _existing(loanId);
        uint256 setAside = loan.stripPaid - loan.stripClaimed;
        if (amount > setAside) revert LoanBook_StripOverpaid(loanId, setAside, amount);
        loan.stripClaimed += amount.toUint96();
        _account(loan).pay(to, amount);
    }

    // ---------------------------------------------------------------- posted collateral

    modifier onlyPosted() {
        if (msg.sender != address(POSTED)) revert LoanBook_OnlyContract(address(POSTED), msg.sender);
        _;
    }

    /// @inheritdoc ILoanLedger
    function notePosted(uint256 loanId, bool any) external onlyPosted nonReentrant {
        Loan storage loan = _existing(loanId);
        if (loan.state == LoanState.Closed) revert LoanBook_WrongState(loanId, loan.state);
        loan.hasPosted = any;
    }

    /// @inheritdoc ILoanLedger
    function settlePosted(uint256 loanId, uint256 price) external onlyPosted nonReentrant {
        Loan storage loan = _existing(loanId);
        if (price == 0) revert LoanBook_ZeroAmount();
        uint256 indexRay = VAULT.borrowIndex();
        // price <= debt, as above
        uint256 left = _applyPayment(loanId, loan, indexRay, _debtUp(loanId, loan, indexRay), price, 0);
        emit PostedSettled(loanId, price, left);
    }

    /// @inheritdoc ILoanLedger
    function requireDrawTest(uint256 loanId, uint256 postedDrawValue) external view {
        Loan storage loan = _existing(loanId);
        uint256 debt = _debtUp(loanId, loan, VAULT.borrowIndex());
        if (debt == 0) return;
        if (loan.state != LoanState.Healthy) revert LoanBook_WrongState(loanId, loan.state);
        _requireDrawTest(loanId, loan, _assess(loanId, loan), debt, postedDrawValue);
    }

    /// @inheritdoc ILoanLedger
    function positionSummary(uint256 loanId) external view returns (uint256, uint256, uint256, uint256) {
        Loan storage loan = _existing(loanId);
        uint256 debt = _debtUp(loanId, loan, VAULT.borrowIndex());
        Assessment memory a = _assess(loanId, loan);
        (uint256 weightWad, uint256 targetHealthWad, uint256 least) = RISK_ENGINE.liquidationTerms();
        uint256 value = _collateralWad(loan, a.walkAwayValue, weightWad, a.escrowLiquidationValue) / WAD;
        return (debt, value, targetHealthWad, least);
    }

    /// @inheritdoc ILoanLedger
    function coolOffSince(uint256 loanId) external view returns (uint256) {
        return _existing(loanId).coolOffSince;
    }

    // ---------------------------------------------------------------- governance

    /// @inheritdoc ILoanLedger
    function pauseDraws() external restricted {
        _s().drawsPausedUntil = _pauseUntil(_s().drawsPausedUntil);
        emit DrawsPaused(_s().drawsPausedUntil);
    }

    /// @inheritdoc ILoanLedger
    function pauseAttaches() external restricted {
        _s().attachesPausedUntil = _pauseUntil(_s().attachesPausedUntil);
        emit AttachesPaused(_s().attachesPausedUntil);
    }

    function _pauseUntil(uint256 previous) private view returns (uint32) {
        uint256 earliest = previous == 0 ? 0 : previous + PAUSE_EPOCHS;
        if (block.number < earliest) revert LoanBook_PauseNotAllowed(earliest);
        return (block.number + PAUSE_EPOCHS).toUint32();
    }

    /// @inheritdoc ILoanLedger
    function setMaxFacility(uint256 maxFacility_) external restricted {
        _setMaxFacility(maxFacility_);
    }

    function _setMaxFacility(uint256 next) private {
        if (next < MIN_MAX_FACILITY || next > MAX_MAX_FACILITY) {
            revert LoanBook_OutOfBounds("maxFacility", MIN_MAX_FACILITY, MAX_MAX_FACILITY, next);
        }
        emit MaxFacilityChanged(_s().maxFacility, next);
        _s().maxFacility = next.toUint96();
    }

    // ---------------------------------------------------------------- views

    /// @inheritdoc ILoanLedger
    function loanOf(uint256 loanId) external view returns (Loan memory) {
        return _existing(loanId);
    }

    /// @inheritdoc ILoanLedger
    function loanOfMiner(uint64 minerId) external view returns (uint256) {
        return _s().loanOfMiner[minerId];
    }

    /// @inheritdoc ILoanLedger
    function loanCount() external view returns (uint256) {
        return _s().loanCount;
    }

    /// @inheritdoc ILoanLedger
    function debtOf(uint256 loanId) external view returns (uint256) {
        return _debtUp(loanId, _existing(loanId), VAULT.borrowIndex());
    }

    /// @inheritdoc ILoanLedger
    function standingOf(uint256 loanId) external view returns (Standing memory standing) {
        Loan storage loan = _existing(loanId);
        standing.debt = _debtUp(loanId, loan, VAULT.borrowIndex());
        Assessment memory a = _assess(loanId, loan);
        standing.value = _netValue(loan, a);
        standing.cash = a.available + _freeFunds(loan);
        standing.coolOffSince = loan.coolOffSince;
        (standing.weightWad, standing.targetHealthWad, standing.minDebt) = RISK_ENGINE.liquidationTerms();
        uint256 weighted = a.escrowLiquidationValue + _posted(loanId, loan).liquidation;
        standing.collateralWad = _collateralWad(loan, a.walkAwayValue, standing.weightWad, weighted);
        standing.healthWad = RiskMath.healthDown(standing.collateralWad, standing.debt);
    }

    /// @inheritdoc ILoanLedger
    function freeFundsOf(uint256 loanId) external view returns (uint256) {
        return _freeFunds(_existing(loanId));
    }

    /// @inheritdoc ILoanLedger
    function maxFacility() external view returns (uint256) {
        return _s().maxFacility;
    }

    /// @inheritdoc ILoanLedger
    function drawsPausedUntil() external view returns (uint256) {
        return _s().drawsPausedUntil;
    }

    /// @inheritdoc ILoanLedger
    function attachesPausedUntil() external view returns (uint256) {
        return _s().attachesPausedUntil;
    }

    /// @inheritdoc ILoanLedger
    function riskEngine() external view returns (IRiskEngine) {
        return RISK_ENGINE;
    }

    /// @inheritdoc ILoanLedger
    function isAuthorised(uint256 loanId, address who) external view returns (bool) {
        return _isSp(loanId, who);
    }

    // ---------------------------------------------------------------- tokens

    /// @inheritdoc ILoanTokens
    function mintLoan(address to, uint256 loanId) external onlySelf {
        _mint(to, loanId);
    }

    /// @inheritdoc ILoanTokens
    function burnLoan(uint256 loanId) external onlySelf {
        _burn(loanId);
    }

    /// @inheritdoc ILoanTokens
    function checkCanCall(address caller, bytes calldata data) external onlySelf {
        _checkCanCall(caller, data);
    }

    modifier onlySelf() {
        if (msg.sender != address(this)) revert LoanBook_OnlyContract(address(this), msg.sender);
        _;
    }

    function _isSp(uint256 loanId, address who) internal view override returns (bool) {
        return _isAuthorized(_ownerOf(loanId), who, loanId);
    }

    /// @dev A tier is the holder's: it does not go with the token.
    function _update(address to, uint256 loanId, address auth) internal override returns (address from) {
        from = super._update(to, loanId, auth);
        if (from != address(0)) _s().loans[loanId].tier = 0;
    }

    /// @dev FIL comes with `repay` or `cure`; what is sent plainly would belong to nobody.
    receive() external payable {
        revert LoanBook_UnexpectedFil(msg.sender, msg.value);
    }

    /// @dev Hands the functions of ILoanDesk on. The desk's own re-entrancy guard and checks apply, in this storage.
    /// @custom:oz-upgrades-unsafe-allow-reachable delegatecall
    // solhint-disable-next-line no-complex-fallback
    fallback() external payable {
        (bool ok, bytes memory answer) = DESK.delegatecall(msg.data);
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

    function _authorizeUpgrade(address) internal override restricted {}
}
