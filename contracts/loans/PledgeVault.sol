// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {AccessManagedUpgradeable} from "@openzeppelin/contracts-upgradeable/access/manager/AccessManagedUpgradeable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts-upgradeable/proxy/utils/UUPSUpgradeable.sol";
import {ERC20Upgradeable} from "@openzeppelin/contracts-upgradeable/token/ERC20/ERC20Upgradeable.sol";
import {ERC20PermitUpgradeable} from "@openzeppelin/contracts-upgradeable/token/ERC20/extensions/ERC20PermitUpgradeable.sol";
import {ERC4626Upgradeable} from "@openzeppelin/contracts-upgradeable/token/ERC20/extensions/ERC4626Upgradeable.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/interfaces/IERC20Metadata.sol";
import {IERC4626} from "@openzeppelin/contracts/interfaces/IERC4626.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {FilecoinSend} from "../filecoin/FilecoinSend.sol";
import {InterestMath} from "../libraries/InterestMath.sol";
import {ShareMath} from "../libraries/ShareMath.sol";
import {EPOCHS_PER_DAY, RAY, WAD} from "../libraries/Units.sol";
import {PledgeVaultStorage} from "./PledgeVaultStorage.sol";
import {RateCurve} from "./RateCurve.sol";
import {IPledgeVault, PoolState} from "./interfaces/IPledgeVault.sol";
import {IRateModel} from "./interfaces/IRateModel.sol";
import {IReserveFund} from "./interfaces/IReserveFund.sol";
import {IWFIL} from "./interfaces/IWFIL.sol";

/// @title PledgeVault
/// @notice See `IPledgeVault`. Lenders' functions have no pause and no role; the book* functions are the loan book's;
/// the RISK role sets two parameters inside hard bounds; upgrades are the timelock's. No function sends FIL to an
/// address of a role's choice.
/// @dev Invariants, as numbered in docs/invariants.md:
/// - I3: cash + debt + impairedCarrying - reserveOwed - lockedGain = totalAssets;
/// - I4: the share price falls only in `bookImpairment` and `bookWriteDown`; every other booking is refused when it would
///   lower total assets;
/// - I15: accruing twice in an epoch is accruing once; I16: no round trip through the doors profits.
///
/// Why there is no re-entrancy guard: nothing that is called runs code of others. WFIL calls back only to `receive`; the
/// reserve fund is this project's and immutable; FIL goes out by method 0, which runs no code. And state is final before
/// every call, but for the reserve fund's cover, which comes before any change of state.
///
/// Cash is held as FIL and as WFIL, whichever came; the ledger knows only the sum. Either is turned into the other only
/// where a payment is short of it.
///
/// Deposits and redemptions compute the interest of the time since `lastAccrual` but do not book it: the result is the
/// same to the attoFIL, for three storage writes less.
contract PledgeVault is
    PledgeVaultStorage,
    RateCurve,
    ERC4626Upgradeable,
    ERC20PermitUpgradeable,
    AccessManagedUpgradeable,
    UUPSUpgradeable,
    IPledgeVault
{
    using SafeCast for uint256;

    /// The ledger in memory, brought to this epoch.
    struct Pool {
        uint256 cash; // [attoFIL]
        uint256 scaledDebt;
        uint256 debt; // rounded down [attoFIL]
        uint256 indexRay;
        uint256 rateRay; // stored, not set anew [ray per epoch]
        uint256 rateAtTargetRay;
        uint256 elapsed; // since the stored values [epoch]
        uint256 interest; // of the elapsed time [attoFIL]
        uint256 reserveInterest; // the reserve fund's part of it, contained in reserveOwed [attoFIL]
        uint256 reserveOwed; // [attoFIL]
        uint256 impairedCarrying; // [attoFIL]
        uint256 lockedGain; // [attoFIL]
        uint256 dripEnd; // [epoch]
        uint256 reserveShareBps;
        uint256 liquidityBufferBps;
        uint256 lastCash; // before this call [attoFIL]
        uint256 lastLent; // debt and carrying before this call [attoFIL]
    }

    uint256 private constant BPS = 1e4;
    uint256 private constant WAD_PER_BPS = WAD / BPS;
    uint256 private constant MAX_RESERVE_SHARE_WAD = 0.2e18;
    uint256 private constant MAX_LIQUIDITY_BUFFER_WAD = 0.5e18;
    uint16 private constant INITIAL_RESERVE_SHARE_BPS = 1_000;
    uint16 private constant INITIAL_LIQUIDITY_BUFFER_BPS = 500;
    /// @dev Gains vest over a week, so that nobody gets them by coming for a moment.
    uint256 private constant DRIP_EPOCHS = 7 * EPOCHS_PER_DAY;
    /// @dev A deposit or redemption of more than 1 % of the pool sets the rate anew.
    uint256 private constant LARGE_MOVE_DIVISOR = 100;
    /// @dev WFIL beyond the ledger that stays, so that the balance's slot never returns to zero: the deployment seeds it, and no
    /// deposit pays for filling an empty slot.
    uint256 private constant KEPT_WFIL = 1;

    IWFIL private immutable WFIL;
    address private immutable LOAN_BOOK;
    IRateModel private immutable RATE_MODEL; // whose curve this code has
    IReserveFund private immutable RESERVE_FUND;

    modifier onlyLoanBook() {
        if (msg.sender != LOAN_BOOK) revert PledgeVault_NotLoanBook(LOAN_BOOK, msg.sender);
        _;
    }

    /// @custom:oz-upgrades-unsafe-allow constructor state-variable-immutable
    constructor(IWFIL wfil, address loanBook, IRateModel model, IReserveFund reserveFund) RateCurve(model.curve()) {
        WFIL = wfil;
        LOAN_BOOK = loanBook;
        RATE_MODEL = model;
        RESERVE_FUND = reserveFund;
        _disableInitializers();
    }

    /// @notice Sets up the proxy. Once.
    /// @param manager AccessManager of the RISK role and of upgrades.
    function initialize(address manager) external initializer {
        __ERC20_init("Plimsoll Pledge FIL", "plFIL");
        __ERC20Permit_init("Plimsoll Pledge FIL");
        __ERC4626_init(WFIL);
        __AccessManaged_init(manager);
        Ledger storage $ = _ledger();
        (uint256 rateRay, uint256 rateAtTargetRay) = _requote(0, 0, 0, 0);
        $.lastAccrual = block.number.toUint64();
        $.borrowIndexRay = uint112(RAY);
        $.ratePerEpochRay = rateRay.toUint72();
        $.rateAtTargetRay = rateAtTargetRay.toUint72();
        $.reserveShareBps = INITIAL_RESERVE_SHARE_BPS;
        $.liquidityBufferBps = INITIAL_LIQUIDITY_BUFFER_BPS;
        emit VaultParamsChanged(INITIAL_RESERVE_SHARE_BPS * WAD_PER_BPS, INITIAL_LIQUIDITY_BUFFER_BPS * WAD_PER_BPS);
    }

    /// Unwrapped FIL.
    receive() external payable {
        if (msg.sender != address(WFIL)) revert PledgeVault_UseDepositFil(msg.sender, msg.value);
    }

    // ---------------------------------------------------------------- lenders

    /// @inheritdoc IERC4626
    function deposit(
        uint256 assets,
        address receiver
    ) public override(ERC4626Upgradeable, IERC4626) returns (uint256 shares) {
        shares = _bookDepositOf(assets, receiver);
        _pullWfil(assets);
    }

    /// @inheritdoc IERC4626
    function mint(
        uint256 shares,
        address receiver
    ) public override(ERC4626Upgradeable, IERC4626) returns (uint256 assets) {
        Pool memory p = _pool();
        uint256 supply = totalSupply();
        assets = ShareMath.toAssetsUp(shares, supply, _totalAssets(p));
        if (shares > _maxMint(p, supply)) revert ERC4626ExceededMaxMint(receiver, shares, _maxMint(p, supply));
        _bookDeposit(p, assets, shares, receiver);
        _pullWfil(assets);
    }

    /// @inheritdoc IPledgeVault
    function depositFil(address receiver) external payable returns (uint256 shares) {
        shares = _bookDepositOf(msg.value, receiver);
        _requireFunded();
    }

    /// @inheritdoc IERC4626
    function withdraw(
        uint256 assets,
        address receiver,
        address owner
    ) public override(ERC4626Upgradeable, IERC4626) returns (uint256 shares) {
        shares = _bookWithdrawal(assets, receiver, owner);
        _pushWfil(receiver, assets);
    }

    /// @inheritdoc IERC4626
    function redeem(
        uint256 shares,
        address receiver,
        address owner
    ) public override(ERC4626Upgradeable, IERC4626) returns (uint256 assets) {
        assets = _bookRedemption(shares, receiver, owner);
        _pushWfil(receiver, assets);
    }

    /// @inheritdoc IPledgeVault
    function withdrawFil(uint256 assets, address receiver, address owner) external returns (uint256 shares) {
        shares = _bookWithdrawal(assets, receiver, owner);
        _pushFil(receiver, assets);
    }

    /// @inheritdoc IPledgeVault
    function redeemFil(uint256 shares, address receiver, address owner) external returns (uint256 assets) {
        assets = _bookRedemption(shares, receiver, owner);
        _pushFil(receiver, assets);
    }

    // ---------------------------------------------------------------- anyone

    /// @inheritdoc IPledgeVault
    function accrue() external returns (uint256 borrowIndexRay) {
        Pool memory p = _pool();
        if (p.elapsed != 0) _store(p);
        return p.indexRay;
    }

    /// @inheritdoc IPledgeVault
    function payReserve() external returns (uint256 amount) {
        Pool memory p = _pool();
        amount = Math.min(p.reserveOwed, p.cash);
        if (amount == 0) return 0;
        p.reserveOwed -= amount;
        p.cash -= amount;
        _store(p);
        emit ReservePaid(amount);
        _pushFil(address(RESERVE_FUND), amount);
    }

    /// @inheritdoc IPledgeVault
    function skim() external returns (uint256 amount) {
        uint256 wrapped = WFIL.balanceOf(address(this));
        uint256 kept = Math.min(wrapped, KEPT_WFIL);
        amount = Math.saturatingSub(address(this).balance + wrapped, _ledger().cash + kept);
        if (amount == 0) return 0;
        emit SurplusSkimmed(amount);
        _pushFil(address(RESERVE_FUND), amount);
    }

    // ---------------------------------------------------------------- only the loan book

    /// @inheritdoc IPledgeVault
    function lend(uint256 loanId, uint64 minerId, uint256 amount) external onlyLoanBook returns (uint256 scaledDebt) {
        if (amount == 0) revert PledgeVault_ZeroAmount();
        Pool memory p = _pool();
        if (amount > _lendable(p)) revert PledgeVault_InsufficientLiquidity(_lendable(p), amount);
        scaledDebt = InterestMath.toScaledUp(amount, p.indexRay);
        p.cash -= amount;
        _addDebt(p, scaledDebt);
        _store(p);
        emit Lent(loanId, minerId, amount, scaledDebt);
        _unwrapWhatIsShort(amount);
        FilecoinSend.toActor(minerId, amount);
    }

    /// @inheritdoc IPledgeVault
    function bookRepayment(uint256 loanId, uint256 amount, uint256 scaledDebt) external payable onlyLoanBook {
        if (amount == 0) revert PledgeVault_ZeroAmount();
        _requireValue(amount);
        Pool memory p = _pool();
        uint256 extinguished = _removeDebt(p, scaledDebt);
        if (extinguished > amount) revert PledgeVault_BadSplit(extinguished, amount);
        p.cash += amount;
        _store(p);
        _requireFunded();
        emit Repaid(loanId, amount, scaledDebt);
    }

    /// @inheritdoc IPledgeVault
    function bookImpairment(
        uint256 loanId,
        uint256 scaledDebt,
        uint256 carrying
    ) external onlyLoanBook returns (uint256 loss, uint256 covered) {
        if (scaledDebt == 0) revert PledgeVault_ZeroAmount();
        Pool memory p = _pool();
        uint256 debt = _removeDebt(p, scaledDebt);
        if (carrying > debt) revert PledgeVault_BadSplit(debt, carrying);
        loss = debt - carrying;
        p.impairedCarrying += carrying;
        covered = _cover(p, loss);
        _store(p);
        _requireFunded();
        emit Impaired(loanId, debt, carrying, covered);
    }

    /// @inheritdoc IPledgeVault
    function bookWriteDown(uint256 loanId, uint256 amount) external onlyLoanBook returns (uint256 covered) {
        if (amount == 0) revert PledgeVault_ZeroAmount();
        Pool memory p = _pool();
        _removeCarrying(p, amount);
        covered = _cover(p, amount);
        _store(p);
        _requireFunded();
        emit CarryingWrittenDown(loanId, amount, covered);
    }

    /// @inheritdoc IPledgeVault
    function bookRecovery(
        uint256 loanId,
        uint256 carryingPaid,
        uint256 gain,
        uint256 toReserve
    ) external payable onlyLoanBook {
        uint256 amount = carryingPaid + gain + toReserve;
        if (amount == 0) revert PledgeVault_ZeroAmount();
        _requireValue(amount);
        Pool memory p = _pool();
        _removeCarrying(p, carryingPaid);
        p.cash += amount;
        p.reserveOwed += toReserve;
        _lockGain(p, gain);
        _store(p);
        _requireFunded();
        emit Recovered(loanId, amount, carryingPaid, gain, toReserve);
    }

    /// @inheritdoc IPledgeVault
    function bookRestoration(
        uint256 loanId,
        uint256 scaledDebt,
        uint256 carrying,
        uint256 toReserve
    ) external onlyLoanBook {
        Pool memory p = _pool();
        uint256 debt = _addDebt(p, scaledDebt);
        // The loan's debt was rounded up, the pool's is rounded down: what is 1 attoFIL short is the reserve fund's.
        if (carrying > debt || carrying + toReserve > debt + 1) {
            revert PledgeVault_BadSplit(debt, carrying + toReserve);
        }
        uint256 owed = Math.min(toReserve, debt - carrying);
        uint256 gain = debt - carrying - owed;
        _removeCarrying(p, carrying);
        p.reserveOwed += owed;
        _lockGain(p, gain);
        _store(p);
        emit Restored(loanId, scaledDebt, carrying, gain, owed);
    }

    // ---------------------------------------------------------------- the RISK role

    /// @inheritdoc IPledgeVault
    function setVaultParams(uint256 reserveShareWad, uint256 liquidityBufferWad) external restricted {
        uint256 shareBps = _toBps("reserveShareWad", reserveShareWad, MAX_RESERVE_SHARE_WAD);
        uint256 bufferBps = _toBps("liquidityBufferWad", liquidityBufferWad, MAX_LIQUIDITY_BUFFER_WAD);
        _store(_pool()); // interest up to now is shared as it was
        _ledger().reserveShareBps = uint16(shareBps); // at most 2_000
        _ledger().liquidityBufferBps = uint16(bufferBps); // at most 5_000
        emit VaultParamsChanged(reserveShareWad, liquidityBufferWad);
    }

    // ---------------------------------------------------------------- views

    /// @inheritdoc IPledgeVault
    function vaultParams() external view returns (uint256 reserveShareWad, uint256 liquidityBufferWad) {
        reserveShareWad = _ledger().reserveShareBps * WAD_PER_BPS;
        liquidityBufferWad = _ledger().liquidityBufferBps * WAD_PER_BPS;
    }

    /// @inheritdoc IERC4626
    function asset() public view override(ERC4626Upgradeable, IERC4626) returns (address) {
        return address(WFIL);
    }

    /// @inheritdoc IERC20Metadata
    function decimals() public pure override(ERC20Upgradeable, ERC4626Upgradeable, IERC20Metadata) returns (uint8) {
        return 18 + _decimalsOffset(); // WFIL has 18
    }

    /// @inheritdoc IERC4626
    function totalAssets() public view override(ERC4626Upgradeable, IERC4626) returns (uint256) {
        return _totalAssets(_pool());
    }

    /// @inheritdoc IERC4626
    function maxDeposit(address receiver) public view override(ERC4626Upgradeable, IERC4626) returns (uint256) {
        if (!_isValidReceiver(receiver)) return 0;
        return _maxDeposit(_pool(), totalSupply());
    }

    /// @inheritdoc IERC4626
    function maxMint(address receiver) public view override(ERC4626Upgradeable, IERC4626) returns (uint256) {
        if (!_isValidReceiver(receiver)) return 0;
        return _maxMint(_pool(), totalSupply());
    }

    /// @inheritdoc IERC4626
    function maxWithdraw(address owner) public view override(ERC4626Upgradeable, IERC4626) returns (uint256) {
        Pool memory p = _pool();
        return Math.min(ShareMath.toAssetsDown(balanceOf(owner), totalSupply(), _totalAssets(p)), p.cash);
    }

    /// @inheritdoc IERC4626
    function maxRedeem(address owner) public view override(ERC4626Upgradeable, IERC4626) returns (uint256) {
        Pool memory p = _pool();
        uint256 supply = totalSupply();
        uint256 assets = _totalAssets(p);
        uint256 shares = Math.min(balanceOf(owner), ShareMath.maxSharesWorth(p.cash, supply, assets));
        return ShareMath.toAssetsDown(shares, supply, assets) == 0 ? 0 : shares; // what pays nothing is refused
    }

    /// @inheritdoc IPledgeVault
    function poolState() external view returns (PoolState memory) {
        Pool memory p = _pool();
        return
            PoolState({
                cash: p.cash,
                debt: p.debt,
                impairedCarrying: p.impairedCarrying,
                reserveOwed: p.reserveOwed,
                lockedGain: p.lockedGain,
                totalAssets: _totalAssets(p),
                borrowIndexRay: p.indexRay,
                ratePerEpochRay: p.rateRay,
                rateAtTargetRay: p.rateAtTargetRay,
                utilisationWad: _utilisationWad(p),
                lastAccrual: uint32(block.number - p.elapsed) // epochs fit for 4,000 years
            });
    }

    /// @inheritdoc IPledgeVault
    function borrowIndex() external view returns (uint256) {
        Ledger storage $ = _ledger();
        return InterestMath.accrueIndexDown($.borrowIndexRay, $.ratePerEpochRay, block.number - $.lastAccrual);
    }

    /// @inheritdoc IPledgeVault
    function rateModel() external view returns (IRateModel) {
        return RATE_MODEL;
    }

    /// @inheritdoc IPledgeVault
    function lendable() external view returns (uint256) {
        return _lendable(_pool());
    }

    // ---------------------------------------------------------------- shares

    /// The previews and conversions of ERC4626Upgradeable go through here.
    function _convertToShares(uint256 assets, Math.Rounding rounding) internal view override returns (uint256) {
        (uint256 supply, uint256 total) = (totalSupply(), totalAssets());
        return
            rounding == Math.Rounding.Floor
                ? ShareMath.toSharesDown(assets, supply, total)
                : ShareMath.toSharesUp(assets, supply, total);
    }

    /// As above.
    function _convertToAssets(uint256 shares, Math.Rounding rounding) internal view override returns (uint256) {
        (uint256 supply, uint256 total) = (totalSupply(), totalAssets());
        return
            rounding == Math.Rounding.Floor
                ? ShareMath.toAssetsDown(shares, supply, total)
                : ShareMath.toAssetsUp(shares, supply, total);
    }

    function _decimalsOffset() internal pure override returns (uint8) {
        return ShareMath.DECIMALS_OFFSET;
    }

    function _bookDepositOf(uint256 assets, address receiver) private returns (uint256 shares) {
        Pool memory p = _pool();
        uint256 supply = totalSupply();
        shares = ShareMath.toSharesDown(assets, supply, _totalAssets(p));
        if (assets > _cashHeadroom(p) || shares > _supplyHeadroom(supply)) {
            revert ERC4626ExceededMaxDeposit(receiver, assets, _maxDeposit(p, supply));
        }
        _bookDeposit(p, assets, shares, receiver);
    }

    /// The caller has checked that cash and supply have room.
    function _bookDeposit(Pool memory p, uint256 assets, uint256 shares, address receiver) private {
        if (!_isValidReceiver(receiver)) revert PledgeVault_InvalidReceiver(receiver);
        if (shares == 0 || assets == 0) revert PledgeVault_ZeroAmount();
        _moveCash(p, p.cash + assets, assets);
        _mint(receiver, shares);
        emit Deposit(msg.sender, receiver, assets, shares);
    }

    function _bookWithdrawal(uint256 assets, address receiver, address owner) private returns (uint256 shares) {
        Pool memory p = _pool();
        shares = ShareMath.toSharesUp(assets, totalSupply(), _totalAssets(p));
        _bookExit(p, assets, shares, receiver, owner);
    }

    function _bookRedemption(uint256 shares, address receiver, address owner) private returns (uint256 assets) {
        Pool memory p = _pool();
        assets = ShareMath.toAssetsDown(shares, totalSupply(), _totalAssets(p));
        _bookExit(p, assets, shares, receiver, owner);
    }

    function _bookExit(Pool memory p, uint256 assets, uint256 shares, address receiver, address owner) private {
        if (!_isValidReceiver(receiver)) revert PledgeVault_InvalidReceiver(receiver);
        if (assets == 0) revert PledgeVault_ZeroAmount();
        if (assets > p.cash) revert PledgeVault_InsufficientLiquidity(p.cash, assets);
        if (msg.sender != owner) _spendAllowance(owner, msg.sender, shares);
        _moveCash(p, p.cash - assets, assets);
        _burn(owner, shares);
        emit Withdraw(msg.sender, receiver, owner, assets, shares);
    }

    /// @dev A small move leaves the rate alone, to be cheap. A large one sets it anew at once, and so does any in an epoch in which it was
    /// set already: money that is there for a moment, with `accrue` in between, must leave no rate behind.
    function _moveCash(Pool memory p, uint256 cash, uint256 moved) private {
        bool large = moved * LARGE_MOVE_DIVISOR > _totalAssets(p);
        p.cash = cash;
        if (large || p.elapsed == 0) _store(p);
        else _ledger().cash = uint96(cash); // within uint96: checked on the way in, smaller on the way out
    }

    function _isValidReceiver(address receiver) private view returns (bool) {
        return receiver != address(0) && receiver != address(this);
    }

    function _cashHeadroom(Pool memory p) private pure returns (uint256) {
        return type(uint96).max - p.cash;
    }

    /// The supply leaves room for the virtual shares.
    function _supplyHeadroom(uint256 supply) private pure returns (uint256) {
        return type(uint256).max - ShareMath.VIRTUAL_SHARES - supply;
    }

    function _maxDeposit(Pool memory p, uint256 supply) private pure returns (uint256) {
        return Math.min(_cashHeadroom(p), ShareMath.toAssetsDown(_supplyHeadroom(supply), supply, _totalAssets(p)));
    }

    /// ceil(s x a / b) <= headroom is s <= floor(headroom x b / a).
    function _maxMint(Pool memory p, uint256 supply) private pure returns (uint256) {
        return Math.min(ShareMath.toSharesDown(_cashHeadroom(p), supply, _totalAssets(p)), _supplyHeadroom(supply));
    }

    // ---------------------------------------------------------------- FIL in and out

    /// WFIL stays WFIL until somebody needs FIL: most of it leaves as it came.
    function _pullWfil(uint256 assets) private {
        SafeERC20.safeTransferFrom(WFIL, msg.sender, address(this), assets);
        _requireFunded();
    }

    /// Pays from the WFIL that is there, and wraps only what is short.
    function _pushWfil(address receiver, uint256 assets) private {
        uint256 spendable = Math.saturatingSub(WFIL.balanceOf(address(this)), KEPT_WFIL);
        // Without a seed, WFIL and FIL together may be no more than what is booked; then the last attoFIL is not kept.
        if (spendable < assets) WFIL.deposit{value: Math.min(assets - spendable, address(this).balance)}();
        SafeERC20.safeTransfer(WFIL, receiver, assets);
    }

    function _pushFil(address receiver, uint256 amount) private {
        _unwrapWhatIsShort(amount);
        FilecoinSend.toAddress(receiver, amount);
    }

    function _unwrapWhatIsShort(uint256 amount) private {
        uint256 held = address(this).balance;
        if (held < amount) WFIL.withdraw(amount - held);
    }

    /// Money by method 0 arrives without code running: what is booked must be there, as FIL or as WFIL.
    function _requireFunded() private view {
        uint256 cash = _ledger().cash;
        uint256 held = address(this).balance;
        if (held >= cash) return; // then there is no need to ask for the WFIL
        held += WFIL.balanceOf(address(this));
        if (held < cash) revert PledgeVault_Unfunded(held, cash);
    }

    /// Money that comes with the call is all of the payment or none of it.
    function _requireValue(uint256 amount) private view {
        if (msg.value != 0 && msg.value != amount) revert PledgeVault_BadSplit(msg.value, amount);
    }

    /// The reserve fund bears a loss as far as it can: first what it is owed here, then what it holds. The rest is the
    /// lenders': first out of gains that have not vested, then out of the share price. So total assets never pass below
    /// zero, where the next depositor would have to fill the hole.
    function _cover(Pool memory p, uint256 loss) private returns (uint256 covered) {
        covered = Math.min(loss, p.reserveOwed);
        p.reserveOwed -= covered;
        if (covered == loss) return covered;
        uint256 paid = RESERVE_FUND.cover(loss - covered);
        p.cash += paid;
        covered += paid;
        if (p.lockedGain != 0) _setLockedGain(p, Math.saturatingSub(p.lockedGain, loss - covered), p.dripEnd);
    }

    // ---------------------------------------------------------------- the ledger

    function _pool() private view returns (Pool memory p) {
        (uint256 first, uint256 second, uint256 third) = _readWords();
        p.cash = uint96(first);
        p.scaledDebt = uint96(first >> 96);
        p.elapsed = block.number - (first >> 192);
        uint256 storedIndexRay = uint112(second);
        p.rateRay = uint72(second >> 112);
        p.rateAtTargetRay = second >> 184;
        p.reserveOwed = uint96(third);
        p.impairedCarrying = uint96(third >> 96);
        p.dripEnd = uint32(third >> 192);
        p.reserveShareBps = uint16(third >> 224);
        p.liquidityBufferBps = third >> 240;
        if (block.number < p.dripEnd) p.lockedGain = _lockedGain(p.dripEnd);
        p.indexRay = InterestMath.accrueIndexDown(storedIndexRay, p.rateRay, p.elapsed);
        p.debt = InterestMath.toDebtDown(p.scaledDebt, p.indexRay);
        p.lastCash = p.cash;
        // Nothing overflows: amounts and index have at most 96 and 112 bits, shares of interest 16.
        unchecked {
            p.lastLent = p.debt + p.impairedCarrying;
            p.interest = p.debt - (p.scaledDebt * storedIndexRay) / RAY; // the index never falls
            p.reserveInterest = (p.interest * p.reserveShareBps) / BPS;
            p.reserveOwed = Math.min(p.reserveOwed + p.reserveInterest, type(uint96).max);
        }
    }

    /// Rounds up: what has vested rounds down.
    function _lockedGain(uint256 dripEnd) private view returns (uint256) {
        Ledger storage $ = _ledger();
        return Math.ceilDiv($.lockedGain * (dripEnd - block.number), dripEnd - $.dripStart);
    }

    /// Adds a gain and starts the week again for all that is locked. Gains that come all the time slow the vesting from
    /// a straight line to an exponential with the same start; they cannot stop it.
    function _lockGain(Pool memory p, uint256 gain) private {
        if (gain != 0) _setLockedGain(p, p.lockedGain + gain, block.number + DRIP_EPOCHS);
    }

    /// From now on `amount` vests in a straight line until `end`. What the ledger cannot hold vests at once.
    function _setLockedGain(Pool memory p, uint256 amount, uint256 end) private {
        p.lockedGain = Math.min(amount, type(uint96).max);
        p.dripEnd = end;
        Ledger storage $ = _ledger();
        $.lockedGain = uint96(p.lockedGain);
        $.dripStart = block.number.toUint32();
    }

    function _addDebt(Pool memory p, uint256 scaledDebt) private pure returns (uint256 debt) {
        p.scaledDebt += scaledDebt;
        debt = InterestMath.toDebtDown(p.scaledDebt, p.indexRay) - p.debt;
        p.debt += debt;
    }

    function _removeDebt(Pool memory p, uint256 scaledDebt) private pure returns (uint256 debt) {
        if (scaledDebt > p.scaledDebt) revert PledgeVault_BadSplit(p.scaledDebt, scaledDebt);
        p.scaledDebt -= scaledDebt;
        debt = p.debt - InterestMath.toDebtDown(p.scaledDebt, p.indexRay);
        p.debt -= debt;
    }

    function _removeCarrying(Pool memory p, uint256 amount) private pure {
        if (amount > p.impairedCarrying) revert PledgeVault_BadSplit(p.impairedCarrying, amount);
        p.impairedCarrying -= amount;
    }

    /// Writes the ledger and sets the rate by what it now says.
    function _store(Pool memory p) private {
        // The target drifts under the utilisation that has been in force, not under the one this call leaves behind.
        uint256 lastUtilisationWad = _utilisation(p.lastLent, p.lastCash);
        (uint256 rateRay, uint256 rateAtTargetRay) = _requote(
            lastUtilisationWad,
            _utilisationWad(p),
            p.rateAtTargetRay,
            p.elapsed
        );
        _writeWords(
            uint256(p.cash.toUint96()) | (uint256(p.scaledDebt.toUint96()) << 96) | (block.number << 192),
            uint256(uint112(p.indexRay)) | // at most MAX_INDEX_RAY
                (uint256(rateRay.toUint72()) << 112) |
                (uint256(rateAtTargetRay.toUint72()) << 184),
            Math.min(p.reserveOwed, type(uint96).max) |
                (uint256(p.impairedCarrying.toUint96()) << 96) |
                (uint256(p.dripEnd.toUint32()) << 192) |
                (p.reserveShareBps << 224) | // 16 bits
                (p.liquidityBufferBps << 240) // 16 bits
        );
        emit InterestAccrued(p.indexRay, p.interest, p.reserveInterest, rateRay);
    }

    function _totalAssets(Pool memory p) private pure returns (uint256) {
        return Math.saturatingSub(p.cash + p.debt + p.impairedCarrying, p.reserveOwed + p.lockedGain);
    }

    function _utilisationWad(Pool memory p) private pure returns (uint256) {
        return _utilisation(p.debt + p.impairedCarrying, p.cash);
    }

    function _utilisation(uint256 lent, uint256 cash) private pure returns (uint256) {
        return lent == 0 ? 0 : Math.ceilDiv(lent * WAD, lent + cash);
    }

    function _lendable(Pool memory p) private pure returns (uint256) {
        return Math.saturatingSub(p.cash, Math.ceilDiv(_totalAssets(p) * p.liquidityBufferBps, BPS));
    }

    function _toBps(bytes32 parameter, uint256 wad, uint256 maximumWad) private pure returns (uint256) {
        if (wad > maximumWad) revert PledgeVault_OutOfBounds(parameter, 0, maximumWad, wad);
        if (wad % WAD_PER_BPS != 0) revert PledgeVault_NotWholeBps(parameter, wad);
        return wad / WAD_PER_BPS;
    }

    function _authorizeUpgrade(address) internal override restricted {}
}
