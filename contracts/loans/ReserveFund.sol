// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {FilecoinSend} from "../filecoin/FilecoinSend.sol";
import {IReserveFund} from "./interfaces/IReserveFund.sol";

/// @title ReserveFund
/// @notice See `IReserveFund`. Nobody can withdraw from it, no role, no owner, no upgrade.
/// @dev Every payment goes by method 0, which runs no code of the recipient. What arrived unasked is booked before any
/// payment, so fees that nobody has skimmed yet still cover losses.
contract ReserveFund is IReserveFund {
    /// @inheritdoc IReserveFund
    uint256 public constant TIP = 0.1 ether;

    /// @inheritdoc IReserveFund
    address public immutable VAULT;
    /// @inheritdoc IReserveFund
    address public immutable STRIP_AUCTION;

    /// @inheritdoc IReserveFund
    uint256 public balance;

    modifier onlyContract(address expected) {
        if (msg.sender != expected) revert ReserveFund_NotAuthorised(expected, msg.sender);
        _;
    }

    /// @param vault The pool: it alone can be covered.
    /// @param stripAuction It alone can have keepers tipped.
    constructor(address vault, address stripAuction) {
        if (vault == address(0)) revert ReserveFund_ZeroAddress();
        if (stripAuction == address(0)) revert ReserveFund_ZeroAddress();
        VAULT = vault;
        STRIP_AUCTION = stripAuction;
    }

    /// @inheritdoc IReserveFund
    function deposit() external payable {
        _bookArrivals();
    }

    /// @inheritdoc IReserveFund
    function skim() external returns (uint256 amount) {
        amount = _bookArrivals();
        if (amount == 0) revert ReserveFund_NothingToSkim();
    }

    /// @inheritdoc IReserveFund
    function cover(uint256 loss) external onlyContract(VAULT) returns (uint256 covered) {
        _bookArrivals();
        covered = _take(loss);
        emit LossCovered(loss, covered, balance);
        if (covered != 0) FilecoinSend.toAddress(VAULT, covered);
    }

    /// @inheritdoc IReserveFund
    function payTip(address keeper) external onlyContract(STRIP_AUCTION) returns (uint256 amount) {
        _bookArrivals();
        amount = _take(TIP);
        emit TipPaid(keeper, amount, balance);
        if (amount != 0) FilecoinSend.toAddress(keeper, amount);
    }

    function _bookArrivals() private returns (uint256 amount) {
        uint256 held = address(this).balance;
        amount = held - balance;
        if (amount == 0) return 0;
        balance = held;
        emit ReserveIncreased(amount, held);
    }

    function _take(uint256 asked) private returns (uint256 amount) {
        amount = Math.min(asked, balance);
        balance -= amount;
    }
}
