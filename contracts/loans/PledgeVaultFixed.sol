// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {FilecoinSend} from "../filecoin/FilecoinSend.sol";
import {PledgeVaultCash} from "./PledgeVaultCash.sol";
import {PledgeVaultLedger} from "./PledgeVaultLedger.sol";
import {PledgeVaultLimits} from "./PledgeVaultLimits.sol";
import {FixedBasis, IFixedBook} from "./interfaces/IFixedBook.sol";
import {IPledgeVault} from "./interfaces/IPledgeVault.sol";
import {DebtLine, FixedMath} from "./libraries/FixedMath.sol";

/// @title Loans at fixed rates, as the pool sees them
abstract contract PledgeVaultFixed is PledgeVaultCash, PledgeVaultLedger, PledgeVaultLimits, IFixedBook {
    using SafeCast for int256;
    using SafeCast for uint256;

    /// @inheritdoc IFixedBook
    function lendFixed(
        uint256 loanId,
        uint64 minerId,
        uint256 amount,
        int256 offset,
        int256 slope
    ) external onlyLoanBook {
        if (amount == 0) revert IPledgeVault.PledgeVault_ZeroAmount();
        Pool memory p = _pool();
        uint256 lendable = _lendable(p);
        if (amount > lendable) revert IPledgeVault.PledgeVault_InsufficientLiquidity(lendable, amount);
        if (amount > _drawAllowance()) revert IPledgeVault.PledgeVault_DrawLimit(_drawAllowance(), amount);
        uint256 owed = p.debt + amount;
        _moveLine(p, offset, slope);
        if (p.debt != owed) revert IPledgeVault.PledgeVault_BadSplit(owed, p.debt);
        p.cash -= amount;
        _store(p);
        _useDraw(amount);
        emit LentFixed(loanId, minerId, amount, offset, slope);
        _unwrapWhatIsShort(amount);
        FilecoinSend.toActor(minerId, amount);
    }

    /// @inheritdoc IFixedBook
    function bookFixedPayment(
        uint256 loanId,
        uint256 amount,
        uint256 fee,
        int256 offset,
        int256 slope
    ) external payable onlyLoanBook {
        if (amount == 0) revert IPledgeVault.PledgeVault_ZeroAmount();
        // Money that comes with the call is all of the payment or none of it.
        if (msg.value != 0 && msg.value != amount) revert IPledgeVault.PledgeVault_BadSplit(msg.value, amount);
        Pool memory p = _pool();
        uint256 owed = p.debt;
        _moveLine(p, offset, slope);
        if (p.debt + amount < owed + fee) revert IPledgeVault.PledgeVault_BadSplit(owed + fee, p.debt + amount);
        p.cash += amount;
        _shareFee(p, fee);
        _store(p);
        _requireFunded();
        emit RepaidFixed(loanId, amount, fee, offset, slope);
    }

    /// @inheritdoc IFixedBook
    function bookSwitch(
        uint256 loanId,
        int256 scaledDebt,
        int256 offset,
        int256 slope,
        uint256 fee
    ) external onlyLoanBook {
        Pool memory p = _pool();
        uint256 owed = p.debt + fee;
        if (scaledDebt > 0) _addDebt(p, scaledDebt.toUint256());
        else if (scaledDebt < 0) _removeDebt(p, (-scaledDebt).toUint256());
        _moveLine(p, offset, slope);
        if (p.debt < owed) revert IPledgeVault.PledgeVault_BadSplit(owed, p.debt);
        _shareFee(p, fee);
        _store(p);
        emit RateSwitched(loanId, scaledDebt, offset, slope, fee);
    }

    /// @inheritdoc IFixedBook
    function fixedBasis(uint256 amount) external view returns (FixedBasis memory basis) {
        Pool memory p = _pool();
        basis.fixedDebt = p.fixedDebt;
        basis.totalAssets = _totalAssets(p);
        // As the draw itself will set it; a draw of more than there is does not come to that.
        p.debt += amount;
        p.cash = p.cash < amount ? 0 : p.cash - amount;
        (basis.ratePerEpochRay, basis.rateAtTargetRay) = _requote(
            _utilisation(p.lastLent, p.lastFreeCash),
            _utilisationWad(p),
            p.rateAtTargetRay,
            p.elapsed
        );
    }

    /// @inheritdoc IFixedBook
    function fixedLine() external view returns (int256 offset, uint256 slope) {
        Ledger storage $ = _ledger();
        return ($.fixedOffset, $.fixedSlope);
    }

    /// What the loan book changed on a loan's line is changed on the sum.
    function _moveLine(Pool memory p, int256 offset, int256 slope) private {
        int256 newSlope = p.fixedSlope.toInt256() + slope;
        if (newSlope < 0) revert PledgeVault_NotOwed(newSlope);
        DebtLine memory line = DebtLine(p.fixedOffset + offset, uint256(newSlope));
        int256 remains = line.offset + (line.slope * block.number).toInt256();
        if (remains < 0) revert PledgeVault_NotOwed(remains);
        (p.fixedOffset, p.fixedSlope) = (line.offset, line.slope);
        p.debt -= p.fixedDebt;
        p.fixedDebt = FixedMath.debtDown(line, block.number);
        p.debt += p.fixedDebt;
        Ledger storage $ = _ledger();
        ($.fixedOffset, $.fixedSlope) = (line.offset.toInt144(), line.slope.toUint112());
    }

    /// A fee stands for interest that would have come in later: the reserve fund has its share, and nobody gets the rest by coming for
    /// a moment.
    function _shareFee(Pool memory p, uint256 fee) private {
        uint256 toReserve = (fee * p.reserveShareBps) / BPS;
        p.reserveOwed += toReserve;
        _lockGain(p, fee - toReserve);
    }
}
