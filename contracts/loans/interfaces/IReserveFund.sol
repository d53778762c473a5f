// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title First protocol loss buffer
/// @notice Holds the protocol's share of interest. Pays only three things: losses into the vault, capped keeper tips, nothing else.
/// Its ledger is `balance()`; FIL that arrives unasked is added by `skim`.
interface IReserveFund {
    /// @notice Emitted when FIL enters the ledger, by deposit or by skimming what arrived unasked.
    event ReserveIncreased(uint256 amount, uint256 balance);
    /// @notice Emitted when a loss is covered into the vault.
    event LossCovered(uint256 asked, uint256 covered, uint256 balance);
    /// @notice Emitted when a keeper's tip is paid.
    event TipPaid(address indexed keeper, uint256 amount, uint256 balance);

    /// @notice Thrown when a function for one caller is called by another.
    error ReserveFund_NotAuthorised(address expected, address actual);
    /// @notice Thrown when nothing arrived unasked.
    error ReserveFund_NothingToSkim();
    /// @notice Thrown when a counterpart is the zero address.
    error ReserveFund_ZeroAddress();

    /// @notice The most a keeper is paid for opening an auction [attoFIL].
    function TIP() external view returns (uint256);

    /// @notice The pool whose losses are covered.
    function VAULT() external view returns (address);

    /// @notice The auction whose keepers are tipped.
    function STRIP_AUCTION() external view returns (address);

    /// @notice FIL in the ledger [attoFIL].
    function balance() external view returns (uint256);

    /// @notice Adds `msg.value` to the ledger. Anyone.
    function deposit() external payable;

    /// @notice Books FIL that arrived by method 0 or by force. Anyone. Also how the vault's fee payments (method-0 sends) are booked.
    function skim() external returns (uint256 amount);

    /// @notice Pays up to `loss` into the vault by a method-0 send. Only the vault.
    /// @return covered min(loss, balance) [attoFIL]
    function cover(uint256 loss) external returns (uint256 covered);

    /// @notice Pays a keeper's tip. Only the strip auction. Pays min(TIP, balance), never reverts for want of funds.
    function payTip(address keeper) external returns (uint256 amount);
}
