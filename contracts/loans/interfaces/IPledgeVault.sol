// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC4626} from "@openzeppelin/contracts/interfaces/IERC4626.sol";

import {IRateModel} from "./IRateModel.sol";

/// @notice Everything the pool knows about its money, brought to the current epoch.
struct PoolState {
    uint256 cash; // idle FIL and WFIL in the ledger [attoFIL]
    uint256 debt; // performing debt, rounded down [attoFIL]
    uint256 impairedCarrying; // carrying of impaired loans [attoFIL]
    uint256 reserveOwed; // the reserve fund's share of interest, not yet paid [attoFIL]
    uint256 lockedGain; // gains above carrying that have not dripped yet [attoFIL]
    uint256 totalAssets; // cash + debt + impairedCarrying - reserveOwed - lockedGain [attoFIL]
    uint256 borrowIndexRay; // [ray]
    uint256 ratePerEpochRay; // [ray per epoch]
    uint256 rateAtTargetRay; // [ray per epoch]
    uint256 utilisationWad; // (debt + impairedCarrying) / (debt + impairedCarrying + cash that nobody waits for) [wad]
    uint32 lastAccrual; // [epoch]
    uint256 waitingShares; // in the redeem queue, not filled
    uint256 waitingAssets; // what they are worth now [attoFIL]
    uint256 setAside; // for filled requests, no longer the pool's [attoFIL]
}

/// @title The lenders' pool: ERC-4626 over WFIL, with native FIL in and out
/// @notice `asset()` is WFIL. Idle money lies here as FIL or as WFIL, as it came, and is turned into the other where a payment needs it.
/// Shares carry 6 more decimals than FIL (virtual shares), and every amount is the ledger's, so neither a donation nor a first deposit
/// moves the share price.
/// Redemptions are paid at once while nobody waits and the liquidity buffer of what remains is kept; else there is the queue of
/// `IRedeemQueue`. `redeem` and `withdraw`, and their counterparts in FIL, take what is claimable there first: while a controller has
/// something to claim they claim it, and only the controller or its operator may call them; else they exit at once, by ERC-4626.
/// @dev Pays FIL by method-0 sends only: they run no code at the recipient, so nobody can block or re-enter a payment.
/// A recipient given as a masked actor id is paid at that id. Deposits, withdrawals and redemptions have no pause.
/// The rate is set anew when debt changes, when a deposit or redemption moves more than 1 % of the pool, or when anyone calls `accrue`;
/// a smaller deposit or redemption alone leaves it, see ADR 0004.
interface IPledgeVault is IERC4626 {
    /// @notice Emitted when interest is booked and the rate is set anew.
    event InterestAccrued(uint256 borrowIndexRay, uint256 interest, uint256 reserveShare, uint256 ratePerEpochRay);
    /// @notice Emitted when FIL is paid into a miner for a loan, or to the lender whose lien the loan takes over.
    event Lent(uint256 indexed loanId, uint64 indexed minerId, uint256 amount, uint256 scaledDebt);
    /// @notice Emitted when FIL for a performing loan is booked.
    event Repaid(uint256 indexed loanId, uint256 amount, uint256 scaledDebt);
    /// @notice Emitted when a loan is provisioned: `debt` leaves the performing book, `carrying` stays, `covered` came from the reserve.
    event Impaired(uint256 indexed loanId, uint256 debt, uint256 carrying, uint256 covered);
    /// @notice Emitted when the carrying of an impaired loan is lowered.
    event CarryingWrittenDown(uint256 indexed loanId, uint256 amount, uint256 covered);
    /// @notice Emitted when FIL for an impaired loan is booked; `gain` drips to share holders, `toReserve` makes the reserve whole.
    event Recovered(uint256 indexed loanId, uint256 amount, uint256 carryingPaid, uint256 gain, uint256 toReserve);
    /// @notice Emitted when an impaired loan returns to the performing book.
    event Restored(uint256 indexed loanId, uint256 scaledDebt, uint256 carrying, uint256 gain, uint256 toReserve);
    /// @notice Emitted when the reserve fund is paid its share.
    event ReservePaid(uint256 amount);
    /// @notice Emitted when FIL that arrived unasked is sent to the reserve fund.
    event SurplusSkimmed(uint256 amount);
    /// @notice Emitted when the parameters change.
    event VaultParamsChanged(uint256 reserveShareWad, uint256 liquidityBufferWad);
    /// @notice Emitted when the limits on deposits and draws change [attoFIL per day].
    event FlowLimitsChanged(uint256 depositsPerDay, uint256 drawsPerDay);

    /// @notice Thrown when a function for the loan book is called by another.
    error PledgeVault_NotLoanBook(address expected, address actual);
    /// @notice Thrown when plain FIL is sent; use `depositFil`.
    error PledgeVault_UseDepositFil(address sender, uint256 amount);
    /// @notice Thrown for an amount of zero, or one that rounds to zero shares or assets.
    error PledgeVault_ZeroAmount();
    /// @notice Thrown when a recipient is the zero address or the vault.
    error PledgeVault_InvalidReceiver(address receiver);
    /// @notice Thrown when idle FIL does not suffice.
    error PledgeVault_InsufficientLiquidity(uint256 available, uint256 asked);
    /// @notice Thrown when what is booked, cash and what is set aside, would exceed the FIL and WFIL that are really there.
    error PledgeVault_Unfunded(uint256 balance, uint256 booked);
    /// @notice Thrown when a parameter is outside its hard bounds.
    error PledgeVault_OutOfBounds(bytes32 parameter, uint256 lower, uint256 upper, uint256 actual);
    /// @notice Thrown when a parameter is not a whole number of basis points.
    error PledgeVault_NotWholeBps(bytes32 parameter, uint256 actual);
    /// @notice Thrown when a limit is not a whole number of FIL.
    error PledgeVault_NotWholeFil(bytes32 parameter, uint256 actual);
    /// @notice Thrown when a draw would pass the day's limit.
    error PledgeVault_DrawLimit(uint256 available, uint256 asked);
    /// @notice Thrown when the parts of a booking do not add up: `expected` is what there is to split, or what they must reach.
    error PledgeVault_BadSplit(uint256 expected, uint256 actual);

    /// @notice Deposits `msg.value` for shares to `receiver`. Anyone. Rounds shares down.
    function depositFil(address receiver) external payable returns (uint256 shares);

    /// @notice As `withdraw`, paid in native FIL. The caller needs `owner`'s allowance when it is another. Rounds shares up.
    function withdrawFil(uint256 assets, address receiver, address owner) external returns (uint256 shares);

    /// @notice As `redeem`, paid in native FIL. Rounds assets down.
    function redeemFil(uint256 shares, address receiver, address owner) external returns (uint256 assets);

    /// @notice Books interest up to this epoch and sets the rate anew. Anyone. A second call in the same epoch changes nothing.
    /// @return borrowIndexRay [ray]
    function accrue() external returns (uint256 borrowIndexRay);

    /// @notice Pays the reserve fund what it is owed, as far as idle FIL goes. Anyone.
    function payReserve() external returns (uint256 amount);

    /// @notice Sends FIL and WFIL beyond the ledger (donations) to the reserve fund. Anyone.
    function skim() external returns (uint256 amount);

    /// @notice The pool brought to this epoch.
    function poolState() external view returns (PoolState memory);

    /// @notice The borrow index brought to this epoch [ray].
    function borrowIndex() external view returns (uint256);

    /// @notice The model whose curve this pool charges by; ask it for quotes. Another one takes an upgrade.
    function rateModel() external view returns (IRateModel);

    /// @notice The second half of the implementation, made by its constructor.
    function desk() external view returns (address);

    /// @notice Most that can be drawn now: cash that nobody waits for, less the liquidity buffer, within the day's limit [attoFIL].
    function lendable() external view returns (uint256);

    /// @notice The reserve's share of interest and the share of total assets that is not lent [wad].
    function vaultParams() external view returns (uint256 reserveShareWad, uint256 liquidityBufferWad);

    /// @notice The limits on deposits and draws [attoFIL per day]; 0 where none was ever set. What was used comes back over a day.
    function flowLimits() external view returns (uint256 depositsPerDay, uint256 drawsPerDay);

    // ---------------------------------------------------------------- only the loan book

    /// @notice Lends: pays `amount` to actor `minerId` by method 0. Only the loan book, which names a miner of the loan, or who is paid off
    /// for a miner's lien that becomes the loan's in the same transaction.
    /// @return scaledDebt ceil(amount x RAY / index)
    function lend(uint256 loanId, uint64 minerId, uint256 amount) external returns (uint256 scaledDebt);

    /// @notice Books `amount` FIL that has just arrived (as `msg.value` or by method 0) against `scaledDebt` of performing debt.
    /// Only the loan book. Reverts with `PledgeVault_Unfunded` when the FIL is not there.
    function bookRepayment(uint256 loanId, uint256 amount, uint256 scaledDebt) external payable;

    /// @notice Takes `scaledDebt` out of the performing book and carries it at `carrying`; the reserve fund covers what it can.
    /// Only the loan book.
    /// @dev The loss is borne first by what the reserve fund is owed here, then by what it holds; both count as covered. The rest is
    /// the lenders': first out of gains that have not vested, then out of the share price.
    /// @return loss debt - carrying [attoFIL]
    /// @return covered by the reserve fund [attoFIL]
    function bookImpairment(
        uint256 loanId,
        uint256 scaledDebt,
        uint256 carrying
    ) external returns (uint256 loss, uint256 covered);

    /// @notice Lowers the carrying of an impaired loan by `amount`; the loss is borne as in `bookImpairment`. Only the loan book.
    /// @return covered by the reserve fund [attoFIL]
    function bookWriteDown(uint256 loanId, uint256 amount) external returns (uint256 covered);

    /// @notice Books FIL that has just arrived for an impaired loan: carryingPaid + gain + toReserve = amount. The gain drips over 7
    /// days.
    /// Only the loan book.
    function bookRecovery(uint256 loanId, uint256 carryingPaid, uint256 gain, uint256 toReserve) external payable;

    /// @notice Returns an impaired loan to the performing book: `carrying` leaves, `scaledDebt` enters, of the difference `toReserve`
    /// is owed to the reserve fund and the rest drips over 7 days. Only the loan book.
    /// @dev Where the loan's debt was rounded up and the pool's down, `toReserve` is booked 1 attoFIL short.
    function bookRestoration(uint256 loanId, uint256 scaledDebt, uint256 carrying, uint256 toReserve) external;

    /// @notice Sets the reserve's share of interest (<= 0.2) and the liquidity buffer (<= 0.5), in whole basis points. Only the RISK
    /// role. Interest up to now is shared as it was.
    function setVaultParams(uint256 reserveShareWad, uint256 liquidityBufferWad) external;

    /// @notice Sets the limits on deposits (at least 10,000 FIL a day) and on draws (at least 1,000), in whole FIL, at most 2^32 -
    /// 1. Only the
    /// RISK role. Exits and repayments have no limit.
    function setFlowLimits(uint256 depositsPerDay, uint256 drawsPerDay) external;
}
