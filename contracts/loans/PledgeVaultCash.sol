// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {FilecoinSend} from "../filecoin/FilecoinSend.sol";
import {PledgeVaultStorage} from "./PledgeVaultStorage.sol";
import {IPledgeVault} from "./interfaces/IPledgeVault.sol";
import {IWFIL} from "./interfaces/IWFIL.sol";

/// @title FIL and WFIL in and out of the pool
/// @notice Money stays as it came until a payment is short of the other kind. The ledger knows only the sum.
abstract contract PledgeVaultCash is PledgeVaultStorage {
    /// @dev WFIL beyond the ledger that stays, so that the balance's slot never returns to zero: the deployment seeds it, and no
    /// deposit pays for filling an empty slot.
    uint256 internal constant KEPT_WFIL = 1;

    IWFIL internal immutable WFIL;
    address internal immutable LOAN_BOOK;

    modifier onlyLoanBook() {
        if (msg.sender != LOAN_BOOK) revert IPledgeVault.PledgeVault_NotLoanBook(LOAN_BOOK, msg.sender);
        _;
    }

    /// @custom:oz-upgrades-unsafe-allow constructor state-variable-immutable
    constructor(IWFIL wfil, address loanBook) {
        WFIL = wfil;
        LOAN_BOOK = loanBook;
    }

    function _isValidReceiver(address receiver) internal view returns (bool) {
        return receiver != address(0) && receiver != address(this);
    }

    function _requireValidReceiver(address receiver) internal view {
        if (!_isValidReceiver(receiver)) revert IPledgeVault.PledgeVault_InvalidReceiver(receiver);
    }

    /// WFIL stays WFIL until somebody needs FIL: most of it leaves as it came.
    function _pullWfil(uint256 assets) internal {
        SafeERC20.safeTransferFrom(WFIL, msg.sender, address(this), assets);
        _requireFunded();
    }

    /// Pays from the WFIL that is there, and wraps only what is short.
    function _pushWfil(address receiver, uint256 assets) internal {
        uint256 spendable = Math.saturatingSub(WFIL.balanceOf(address(this)), KEPT_WFIL);
        // Without a seed, WFIL and FIL together may be no more than what is booked; then the last attoFIL is not kept.
        if (spendable < assets) WFIL.deposit{value: Math.min(assets - spendable, address(this).balance)}();
        SafeERC20.safeTransfer(WFIL, receiver, assets);
    }

    function _pushFil(address receiver, uint256 amount) internal {
        _unwrapWhatIsShort(amount);
        FilecoinSend.toAddress(receiver, amount);
    }

    function _unwrapWhatIsShort(uint256 amount) internal {
        uint256 held = address(this).balance;
        if (held < amount) WFIL.withdraw(amount - held);
    }

    /// Money by method 0 arrives without code running: what is booked must be there, as FIL or as WFIL.
    function _requireFunded() internal view {
        uint256 booked = _booked();
        uint256 held = address(this).balance;
        if (held >= booked) return; // then there is no need to ask for the WFIL
        held += WFIL.balanceOf(address(this));
        if (held < booked) revert IPledgeVault.PledgeVault_Unfunded(held, booked);
    }

    /// Cash, and what is set aside for claims.
    function _booked() internal view returns (uint256 booked) {
        Ledger storage $ = _ledger();
        booked = $.cash;
        if ($.queueActive) booked += _queue().setAside;
    }
}
