// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {AccessManagedUpgradeable} from "@openzeppelin/contracts-upgradeable/access/manager/AccessManagedUpgradeable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts-upgradeable/proxy/utils/UUPSUpgradeable.sol";
import {ERC20Upgradeable} from "@openzeppelin/contracts-upgradeable/token/ERC20/ERC20Upgradeable.sol";
import {ERC20PermitUpgradeable} from "@openzeppelin/contracts-upgradeable/token/ERC20/extensions/ERC20PermitUpgradeable.sol";
import {ERC4626Upgradeable} from "@openzeppelin/contracts-upgradeable/token/ERC20/extensions/ERC4626Upgradeable.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/interfaces/IERC20Metadata.sol";
import {IERC4626} from "@openzeppelin/contracts/interfaces/IERC4626.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {FilecoinSend} from "../filecoin/FilecoinSend.sol";
import {InterestMath} from "../libraries/InterestMath.sol";
import {ShareMath} from "../libraries/ShareMath.sol";
import {RAY, WAD} from "../libraries/Units.sol";
import {PledgeVaultCash} from "./PledgeVaultCash.sol";
import {PledgeVaultLedger} from "./PledgeVaultLedger.sol";
import {PledgeVaultLimits} from "./PledgeVaultLimits.sol";
import {PledgeVaultDesk} from "./PledgeVaultDesk.sol";
import {RateCurve} from "./RateCurve.sol";
import {IPledgeVault, PoolState} from "./interfaces/IPledgeVault.sol";
import {IRateModel} from "./interfaces/IRateModel.sol";
import {IRedeemClaims, IRedeemRequests} from "./interfaces/IRedeemQueue.sol";
import {IReserveFund} from "./interfaces/IReserveFund.sol";
import {IWFIL} from "./interfaces/IWFIL.sol";

/// @title PledgeVault
/// @notice See `IPledgeVault`. Lenders' functions have no pause and no role; the book* functions are the loan book's;
/// the RISK role sets parameters and limits inside hard bounds; upgrades are the timelock's. No function sends FIL to an
/// address of a role's choice.
/// @dev Invariants, as numbered in docs/invariants.md:
/// - I3: cash + debt + impairedCarrying - reserveOwed - lockedGain = totalAssets; FIL and WFIL here >= cash + setAside;
/// - I4: the share price falls only in `bookImpairment` and `bookWriteDown`; every other booking is refused when it would
///   lower total assets;
/// - I11: the queue is filled in order, at the share price of the filling;
/// - I15: accruing twice in an epoch is accruing once; I16: no round trip through the doors profits.
///
/// Why there is no re-entrancy guard: nothing that is called runs code of others. WFIL calls back only to `receive`; the
/// reserve fund is this project's and immutable; FIL goes out by method 0, which runs no code. And state is final before
/// every call, but for the reserve fund's cover, which comes before any change of state.
///
/// Cash is held as FIL and as WFIL, see `PledgeVaultCash`; the arithmetic is in `PledgeVaultLedger`, the limits are in
/// `PledgeVaultLimits`; claims of the redeem queue are in `PledgeVaultDesk`, behind the fallback.
///
/// Deposits and redemptions compute the interest of the time since `lastAccrual` but do not book it: the result is the
/// same to the attoFIL, for three storage writes less.
contract PledgeVault is
    PledgeVaultCash,
    PledgeVaultLedger,
    PledgeVaultLimits,
    ERC4626Upgradeable,
    ERC20PermitUpgradeable,
    AccessManagedUpgradeable,
    UUPSUpgradeable,
    IPledgeVault,
    IRedeemRequests
{
    using SafeCast for uint256;

    uint256 private constant WAD_PER_BPS = WAD / BPS;
    uint16 private constant INITIAL_RESERVE_SHARE_BPS = 1_000;
    uint16 private constant INITIAL_LIQUIDITY_BUFFER_BPS = 500;
    /// @dev The least that may be requested, unless it is all that its owner has: 0.1 FIL at par [shares].
    uint256 private constant MIN_REQUEST = 1e23;
    /// @dev Shares that may be burnt for nothing when they are worth less than an attoFIL, lest they block the queue: 10^-6 FIL at par.
    uint256 private constant DUST_SHARES = 1e18;
    /// @dev 660 times all FIL that can exist, at par. The queue counts the shares of all requests ever made in 128 bits; this leaves it
    /// room for 256 times all shares. Only a pool that lost nearly everything comes near it: it takes no deposits until it regains a
    /// price.
    uint256 private constant MAX_SUPPLY = 2 ** 120;
    /// @dev A deposit or redemption of more than 1 % of the pool sets the rate anew.
    uint256 private constant LARGE_MOVE_DIVISOR = 100;
    IRateModel private immutable RATE_MODEL; // whose curve this code has
    /// @dev The second half, see `PledgeVaultDesk`. Made by the constructor, so that no implementation runs another's.
    address private immutable DESK;

    /// @custom:oz-upgrades-unsafe-allow constructor state-variable-immutable
    constructor(
        IWFIL wfil,
        address loanBook,
        IRateModel model,
        IReserveFund reserveFund
    ) RateCurve(model.curve()) PledgeVaultCash(wfil, loanBook) {
        RATE_MODEL = model;
        DESK = address(new PledgeVaultDesk(wfil, loanBook, model, reserveFund));
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
        $.lastAccrual = block.number.toUint32();
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
        if (assets > _room(p) || shares > _supplyHeadroom(supply)) {
            revert ERC4626ExceededMaxMint(receiver, shares, _maxMint(p, supply));
        }
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
        if (_claims(owner)) _claim(IRedeemClaims.claimAssets.selector, assets, receiver, owner, false);
        shares = _bookWithdrawal(assets, receiver, owner);
        _pushWfil(receiver, assets);
    }

    /// @inheritdoc IERC4626
    function redeem(
        uint256 shares,
        address receiver,
        address owner
    ) public override(ERC4626Upgradeable, IERC4626) returns (uint256 assets) {
        if (_claims(owner)) _claim(IRedeemClaims.claimShares.selector, shares, receiver, owner, false);
        assets = _bookRedemption(shares, receiver, owner);
        _pushWfil(receiver, assets);
    }

    /// @inheritdoc IPledgeVault
    function withdrawFil(uint256 assets, address receiver, address owner) external returns (uint256 shares) {
        if (_claims(owner)) _claim(IRedeemClaims.claimAssets.selector, assets, receiver, owner, true);
        shares = _bookWithdrawal(assets, receiver, owner);
        _pushFil(receiver, assets);
    }

    /// @inheritdoc IPledgeVault
    function redeemFil(uint256 shares, address receiver, address owner) external returns (uint256 assets) {
        if (_claims(owner)) _claim(IRedeemClaims.claimShares.selector, shares, receiver, owner, true);
        assets = _bookRedemption(shares, receiver, owner);
        _pushFil(receiver, assets);
    }

    // ---------------------------------------------------------------- the queue

    /// @inheritdoc IRedeemRequests
    function requestRedeem(uint256 shares, address controller, address owner) external returns (uint256 requestId) {
        _requireValidReceiver(controller);
        Queue storage q = _queue();
        if (controller != owner && controller != msg.sender && !q.operators[controller][msg.sender]) {
            revert PledgeVault_NotController(controller, msg.sender);
        }
        if (shares == 0) revert PledgeVault_ZeroAmount();
        if (shares < MIN_REQUEST && shares != balanceOf(owner)) revert PledgeVault_RequestTooSmall(MIN_REQUEST, shares);
        if (msg.sender != owner && !q.operators[owner][msg.sender]) _spendAllowance(owner, msg.sender, shares);
        // Shares have one price, so whether a request moves much of the pool can be told without it.
        if (shares * LARGE_MOVE_DIVISOR > totalSupply()) _storeWithRequest(shares);
        else _ledger().queueActive = true;
        requestId = _enqueue(q, controller, shares);
        _transfer(owner, address(this), shares);
        emit RedeemRequest(controller, owner, requestId, msg.sender, shares);
    }

    /// @inheritdoc IRedeemRequests
    function fulfil() external returns (uint256 shares, uint256 assets) {
        Pool memory p = _pool();
        (shares, assets) = _fillable(p);
        if (shares == 0) return (0, 0);
        p.cash -= assets;
        p.supply -= shares;
        p.waiting -= shares;
        p.setAside += assets;
        p.queueActive = p.waiting != 0 || p.setAside != 0;
        _store(p);
        Queue storage q = _queue();
        uint128 filled = q.filled + shares.toUint128();
        uint128 filledAssets = q.filledAssets + assets.toUint128();
        (q.filled, q.filledAssets, q.setAside) = (filled, filledAssets, p.setAside.toUint96());
        q.fills.push(Fill(filled, filledAssets));
        _burn(address(this), shares);
        emit RedeemsFilled(shares, assets, filled);
    }

    /// @dev Hands the functions of IRedeemClaims and IFixedBook on; those that take no FIL refuse it there.
    /// @custom:oz-upgrades-unsafe-allow-reachable delegatecall
    // solhint-disable-next-line no-complex-fallback
    fallback() external payable {
        _toDesk(msg.data);
    }

    // ---------------------------------------------------------------- anyone

    /// @inheritdoc IPledgeVault
    function accrue() external returns (uint256 borrowIndexRay) {
        Pool memory p = _pool();
        if (p.elapsed != 0) _store(p);
        return p.indexRay;
    }

    // ---------------------------------------------------------------- only the loan book

    /// @inheritdoc IPledgeVault
    function lend(uint256 loanId, uint64 minerId, uint256 amount) external onlyLoanBook returns (uint256 scaledDebt) {
        if (amount == 0) revert PledgeVault_ZeroAmount();
        Pool memory p = _pool();
        if (amount > _lendable(p)) revert PledgeVault_InsufficientLiquidity(_lendable(p), amount);
        if (amount > _drawAllowance()) revert PledgeVault_DrawLimit(_drawAllowance(), amount);
        scaledDebt = InterestMath.toScaledUp(amount, p.indexRay);
        p.cash -= amount;
        _addDebt(p, scaledDebt);
        _store(p);
        _useDraw(amount);
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

    // ---------------------------------------------------------------- in the desk

    /// @inheritdoc IPledgeVault
    function bookImpairment(uint256, uint256, uint256) external returns (uint256, uint256) {
        _toDesk(msg.data);
    }

    /// @inheritdoc IPledgeVault
    function bookWriteDown(uint256, uint256) external returns (uint256) {
        _toDesk(msg.data);
    }

    /// @inheritdoc IPledgeVault
    function bookRestoration(uint256, uint256, uint256, uint256) external {
        _toDesk(msg.data);
    }

    /// @inheritdoc IPledgeVault
    function payReserve() external returns (uint256) {
        _toDesk(msg.data);
    }

    /// @inheritdoc IPledgeVault
    function skim() external returns (uint256) {
        _toDesk(msg.data);
    }

    // ---------------------------------------------------------------- the RISK role

    /// @inheritdoc IPledgeVault
    function setVaultParams(uint256, uint256) external restricted {
        _toDesk(msg.data);
    }

    /// @inheritdoc IPledgeVault
    function setFlowLimits(uint256, uint256) external restricted {
        _toDesk(msg.data);
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
        if (_claims(owner)) {
            (, uint256 claimableAssets) = IRedeemClaims(address(this)).claimable(owner);
            return claimableAssets;
        }
        Pool memory p = _pool();
        return Math.min(ShareMath.toAssetsDown(balanceOf(owner), totalSupply(), _totalAssets(p)), _exitable(p));
    }

    /// @inheritdoc IERC4626
    function maxRedeem(address owner) public view override(ERC4626Upgradeable, IERC4626) returns (uint256) {
        if (_claims(owner)) {
            (uint256 claimableShares, ) = IRedeemClaims(address(this)).claimable(owner);
            return claimableShares;
        }
        Pool memory p = _pool();
        uint256 supply = totalSupply();
        uint256 assets = _totalAssets(p);
        uint256 shares = Math.min(balanceOf(owner), ShareMath.maxSharesWorth(_exitable(p), supply, assets));
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
                lastAccrual: uint32(block.number - p.elapsed), // epochs fit for 4,000 years
                waitingShares: p.waiting,
                waitingAssets: _waitingAssets(p),
                setAside: p.setAside
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
    function desk() external view returns (address) {
        return DESK;
    }

    /// @inheritdoc IPledgeVault
    function lendable() external view returns (uint256) {
        return Math.min(_lendable(_pool()), _drawAllowance());
    }

    /// @inheritdoc IPledgeVault
    function flowLimits() external view returns (uint256 depositsPerDay, uint256 drawsPerDay) {
        return _limitsPerDay();
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
        if (assets > _room(p) || shares > _supplyHeadroom(supply)) {
            revert ERC4626ExceededMaxDeposit(receiver, assets, _maxDeposit(p, supply));
        }
        _bookDeposit(p, assets, shares, receiver);
    }

    /// The caller has checked that cash and supply have room.
    function _bookDeposit(Pool memory p, uint256 assets, uint256 shares, address receiver) private {
        if (!_isValidReceiver(receiver)) revert PledgeVault_InvalidReceiver(receiver);
        if (shares == 0 || assets == 0) revert PledgeVault_ZeroAmount();
        p.supply += shares; // only looked at while shares wait, and then it was set
        _useDeposit(assets);
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
        if (p.waiting != 0) revert PledgeVault_Queued(p.waiting);
        if (assets > _exitable(p)) revert PledgeVault_InsufficientLiquidity(_exitable(p), assets);
        if (msg.sender != owner) _spendAllowance(owner, msg.sender, shares);
        _moveCash(p, p.cash - assets, assets);
        _burn(owner, shares);
        emit Withdraw(msg.sender, receiver, owner, assets, shares);
    }

    /// @dev A small move leaves the rate alone, to be cheap. A large one sets it anew at once, and so does any in an epoch in which
    /// it was
    /// set already: money that is there for a moment, with `accrue` in between, must leave no rate behind.
    function _moveCash(Pool memory p, uint256 cash, uint256 moved) private {
        bool large = moved * LARGE_MOVE_DIVISOR > _totalAssets(p);
        p.cash = cash;
        if (large || p.elapsed == 0) _store(p);
        else _ledger().cash = uint96(cash); // within uint96: checked on the way in, smaller on the way out
    }

    /// What the ledger and the day's limit leave room for.
    function _room(Pool memory p) private view returns (uint256) {
        return Math.min(type(uint96).max - p.cash, _depositAllowance());
    }

    function _supplyHeadroom(uint256 supply) private pure returns (uint256) {
        return Math.saturatingSub(MAX_SUPPLY, supply);
    }

    function _maxDeposit(Pool memory p, uint256 supply) private view returns (uint256) {
        return Math.min(_room(p), ShareMath.toAssetsDown(_supplyHeadroom(supply), supply, _totalAssets(p)));
    }

    /// ceil(s x a / b) <= headroom is s <= floor(headroom x b / a).
    function _maxMint(Pool memory p, uint256 supply) private view returns (uint256) {
        return Math.min(ShareMath.toSharesDown(_room(p), supply, _totalAssets(p)), _supplyHeadroom(supply));
    }

    // ---------------------------------------------------------------- how the queue works

    /// Whether the controller has something to claim; then its exits claim it.
    function _claims(address controller) private view returns (bool) {
        if (!_ledger().queueActive) return false;
        Queue storage q = _queue();
        Request storage request = q.requests[controller][q.lines[controller].claimed + 1];
        return q.setAside != 0 && request.claimed < Math.min(request.end, q.filled);
    }

    /// Does not come back: the answer is the caller's.
    function _claim(bytes4 how, uint256 amount, address receiver, address controller, bool inFil) private {
        _toDesk(abi.encodeWithSelector(how, amount, receiver, controller, inFil));
    }

    /// Runs the other half in this storage, and ends the call with its answer: nothing is ever returned here.
    /// @custom:oz-upgrades-unsafe-allow delegatecall
    function _toDesk(bytes memory data) private {
        (bool ok, bytes memory answer) = DESK.delegatecall(data);
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

    /// Books interest, and sets the rate as it is once `shares` more wait.
    function _storeWithRequest(uint256 shares) private {
        Pool memory p = _pool();
        p.supply = totalSupply();
        p.queueActive = true;
        p.waiting += shares;
        _store(p);
    }

    function _enqueue(Queue storage q, address controller, uint256 shares) private returns (uint256 requestId) {
        uint128 start = q.requested;
        uint128 end = (start + shares).toUint128();
        q.requested = end;
        uint64 number = q.lines[controller].made + 1;
        q.lines[controller].made = number;
        q.requests[controller][number] = Request(start, end);
        return (uint256(uint160(controller)) << 96) | number;
    }

    /// How far cash fills the queue. A rest that is worth less than an attoFIL goes along with what is before it: both round down in one.
    function _fillable(Pool memory p) private pure returns (uint256 shares, uint256 assets) {
        if (p.waiting == 0) return (0, 0);
        uint256 total = _totalAssets(p);
        assets = ShareMath.toAssetsDown(p.waiting, p.supply, total);
        if (assets == 0) return p.waiting < DUST_SHARES ? (p.waiting, 0) : (0, 0);
        if (assets <= p.cash) return (p.waiting, assets);
        shares = ShareMath.toSharesDown(p.cash, p.supply, total);
        assets = ShareMath.toAssetsDown(shares, p.supply, total);
        if (assets == 0) return (0, 0);
    }

    function _supply() internal view override returns (uint256) {
        return totalSupply();
    }

    // ---------------------------------------------------------------- checks and losses

    /// Money that comes with the call is all of the payment or none of it.
    function _requireValue(uint256 amount) private view {
        if (msg.value != 0 && msg.value != amount) revert PledgeVault_BadSplit(msg.value, amount);
    }

    function _authorizeUpgrade(address) internal override restricted {}
}
