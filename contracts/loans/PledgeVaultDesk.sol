// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {WAD} from "../libraries/Units.sol";
import {PledgeVaultCash} from "./PledgeVaultCash.sol";
import {PledgeVaultClaims} from "./PledgeVaultClaims.sol";
import {PledgeVaultFixed} from "./PledgeVaultFixed.sol";
import {RateCurve} from "./RateCurve.sol";
import {IPledgeVault} from "./interfaces/IPledgeVault.sol";
import {IRateModel} from "./interfaces/IRateModel.sol";
import {IReserveFund} from "./interfaces/IReserveFund.sol";
import {IWFIL} from "./interfaces/IWFIL.sol";

/// @title The pool's second half: claims, fixed rates, losses, the reserve fund, parameters
/// @notice Runs in the pool's storage, by delegatecall from it: one contract would pass the size limit of 24,576 bytes. Called at its own
/// address it has no ledger and no money.
/// @dev The pool makes it in its constructor, so that the two always belong together. Who may call is checked here for the loan book's
/// functions, in the pool for those of roles.
contract PledgeVaultDesk is PledgeVaultClaims, PledgeVaultFixed {
    uint256 private constant WAD_PER_BPS = WAD / BPS;
    uint256 private constant MAX_RESERVE_SHARE_WAD = 0.2e18;
    uint256 private constant MAX_LIQUIDITY_BUFFER_WAD = 0.5e18;

    IReserveFund private immutable RESERVE_FUND;

    constructor(
        IWFIL wfil,
        address loanBook,
        IRateModel model,
        IReserveFund reserveFund
    ) RateCurve(model.curve()) PledgeVaultCash(wfil, loanBook) {
        RESERVE_FUND = reserveFund;
    }

    // ---------------------------------------------------------------- only the loan book

    /// @dev As in `IPledgeVault`, of which the pool hands the call on.
    function bookImpairment(
        uint256 loanId,
        uint256 scaledDebt,
        uint256 carrying
    ) external onlyLoanBook returns (uint256 loss, uint256 covered) {
        if (scaledDebt == 0) revert IPledgeVault.PledgeVault_ZeroAmount();
        Pool memory p = _pool();
        uint256 debt = _removeDebt(p, scaledDebt);
        if (carrying > debt) revert IPledgeVault.PledgeVault_BadSplit(debt, carrying);
        loss = debt - carrying;
        p.impairedCarrying += carrying;
        covered = _cover(p, loss);
        _store(p);
        _requireFunded();
        emit IPledgeVault.Impaired(loanId, debt, carrying, covered);
    }

    /// @dev As in `IPledgeVault`, of which the pool hands the call on.
    function bookWriteDown(uint256 loanId, uint256 amount) external onlyLoanBook returns (uint256 covered) {
        if (amount == 0) revert IPledgeVault.PledgeVault_ZeroAmount();
        Pool memory p = _pool();
        _removeCarrying(p, amount);
        covered = _cover(p, amount);
        _store(p);
        _requireFunded();
        emit IPledgeVault.CarryingWrittenDown(loanId, amount, covered);
    }

    /// @dev As in `IPledgeVault`, of which the pool hands the call on.
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
            revert IPledgeVault.PledgeVault_BadSplit(debt, carrying + toReserve);
        }
        uint256 owed = Math.min(toReserve, debt - carrying);
        uint256 gain = debt - carrying - owed;
        _removeCarrying(p, carrying);
        p.reserveOwed += owed;
        _lockGain(p, gain);
        _store(p);
        emit IPledgeVault.Restored(loanId, scaledDebt, carrying, gain, owed);
    }

    // ---------------------------------------------------------------- anyone

    /// @dev As in `IPledgeVault`, of which the pool hands the call on.
    function payReserve() external returns (uint256 amount) {
        Pool memory p = _pool();
        amount = Math.min(p.reserveOwed, _freeCash(p)); // those who wait come first
        if (amount == 0) return 0;
        p.reserveOwed -= amount;
        p.cash -= amount;
        _store(p);
        emit IPledgeVault.ReservePaid(amount);
        _pushFil(address(RESERVE_FUND), amount);
    }

    /// @dev As in `IPledgeVault`, of which the pool hands the call on.
    function skim() external returns (uint256 amount) {
        uint256 wrapped = WFIL.balanceOf(address(this));
        uint256 kept = Math.min(wrapped, KEPT_WFIL);
        amount = Math.saturatingSub(address(this).balance + wrapped, _booked() + kept);
        if (amount == 0) return 0;
        emit IPledgeVault.SurplusSkimmed(amount);
        _pushFil(address(RESERVE_FUND), amount);
    }

    // ---------------------------------------------------------------- the RISK role

    /// @dev As in `IPledgeVault`, of which the pool hands the call on.
    function setVaultParams(uint256 reserveShareWad, uint256 liquidityBufferWad) external {
        uint256 shareBps = _toBps("reserveShareWad", reserveShareWad, MAX_RESERVE_SHARE_WAD);
        uint256 bufferBps = _toBps("liquidityBufferWad", liquidityBufferWad, MAX_LIQUIDITY_BUFFER_WAD);
        _store(_pool()); // interest up to now is shared as it was
        _ledger().reserveShareBps = uint16(shareBps); // at most 2_000
        _ledger().liquidityBufferBps = uint16(bufferBps); // at most 5_000
        emit IPledgeVault.VaultParamsChanged(reserveShareWad, liquidityBufferWad);
    }

    /// @dev As in `IPledgeVault`, of which the pool hands the call on.
    function setFlowLimits(uint256 depositsPerDay, uint256 drawsPerDay) external {
        _setLimits(depositsPerDay, drawsPerDay);
    }

    // ---------------------------------------------------------------- how

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

    function _toBps(bytes32 parameter, uint256 wad, uint256 maximumWad) private pure returns (uint256) {
        if (wad > maximumWad) revert IPledgeVault.PledgeVault_OutOfBounds(parameter, 0, maximumWad, wad);
        if (wad % WAD_PER_BPS != 0) revert IPledgeVault.PledgeVault_NotWholeBps(parameter, wad);
        return wad / WAD_PER_BPS;
    }

    /// The pool keeps the shares; in its storage it is this very address.
    function _supply() internal view override returns (uint256) {
        return IERC20(address(this)).totalSupply();
    }
}
