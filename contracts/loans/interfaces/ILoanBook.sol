// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";

import {AttachedMiner, Covenant, Loan, LoanState, Tranche} from "../LoanTypes.sol";
import {ILoanEscrow} from "./ILoanEscrow.sol";
import {ILoanTakeover} from "./ILoanTakeover.sol";
import {ILoanTerms} from "./ILoanTerms.sol";
import {PostedValue} from "./IPostedValues.sol";
import {Assessment, IRiskEngine} from "./IRiskEngine.sol";
import {Unmet} from "./ISectorConditions.sol";

/// @notice What a loan owes and what it rests on, brought to this epoch.
struct Position {
    uint256 debt; // rounded up [attoFIL]
    uint256 interest; // debt - principal [attoFIL]
    uint256 value; // of the miners, less outstanding strips, at least 0 [attoFIL]
    uint256 drawLimit; // debt up to which the draw weights carry, vesting included [attoFIL]
    uint256 callLimit; // debt above which the loan is called [attoFIL]
    uint256 liquidationLimit; // debt above which it can be liquidated [attoFIL]
    uint256 healthWad; // liquidation limit / debt; max when there is no debt [wad]
    Assessment assessment;
    PostedValue posted;
}

/// @notice What a liquidation asks of a loan, in one answer: where it stands, and the terms that size a sale.
struct Standing {
    uint256 debt; // rounded up [attoFIL]
    uint256 value; // of the miners, less outstanding strips, at least 0 [attoFIL]
    uint256 collateralWad; // all collateral by the liquidation weights [attoFIL x wad]
    uint256 healthWad; // the same / debt; max when there is no debt [wad]
    uint256 cash; // available in the miners and free in the account: what a par sweep can take now [attoFIL]
    uint256 coolOffSince; // last draw or attach [epoch]
    uint256 weightWad; // liquidation weight of what a strip is paid from [wad]
    uint256 targetHealthWad; // health that a liquidation aims at [wad]
    uint256 minDebt; // no debt between 0 and this is left behind [attoFIL]
}

/// @title Events and errors of the loan book, raised by its ledger and its desk alike
interface ILoanBookEvents {
    event LoanOpened(uint256 indexed loanId, address indexed owner, address account, address payee, uint256 limit);
    event MinerAttached(uint256 indexed loanId, uint64 indexed minerId, uint256 pledgeRef, uint256 powerRef);
    event MinerDetached(uint256 indexed loanId, uint64 indexed minerId);
    event TrancheDrawn(uint256 indexed loanId, uint64 indexed minerId, uint8 tranche, uint256 amount, uint256 debt);
    event TrancheProven(uint256 indexed loanId, uint8 tranche, uint256 pledge, uint256 qaPowerBytes);
    event TrancheReclaimed(uint256 indexed loanId, uint8 tranche, uint256 reclaimed, uint256 unproven);
    event LoanRepaid(uint256 indexed loanId, address indexed payer, uint256 amount, uint256 debt);
    event LoanSwept(
        uint256 indexed loanId,
        uint64 indexed minerId,
        address indexed keeper,
        uint256 withdrawn,
        uint256 toStrips,
        uint256 toDebt,
        uint256 tip,
        uint256 debt
    );
    event SurplusReleased(uint256 indexed loanId, address indexed payee, uint256 amount);
    event StateChanged(uint256 indexed loanId, LoanState previous, LoanState current, Covenant reason);
    event StripSettled(uint256 indexed loanId, uint256 face, uint256 price, uint256 debt);
    event TierRefreshed(uint256 indexed loanId, uint8 previous, uint8 current);
    event PostedSettled(uint256 indexed loanId, uint256 price, uint256 debt);
    event LoanImpaired(uint256 indexed loanId, uint256 debt, uint256 carrying, uint256 loss, uint256 covered);
    event LoanClosed(uint256 indexed loanId);
    event PayeeChanged(uint256 indexed loanId, address previous, address current);
    event DrawsPaused(uint256 untilEpoch);
    event AttachesPaused(uint256 untilEpoch);
    event ReferenceRaised(uint256 indexed loanId, uint64 indexed minerId, uint256 pledgeRef, uint256 powerRef);
    event LoanWrittenOff(uint256 indexed loanId, uint256 carrying, uint256 covered);
    event MaxFacilityChanged(uint256 previous, uint256 current);

    /// @notice Thrown when a loan does not exist.
    error LoanBook_UnknownLoan(uint256 loanId);
    /// @notice Thrown when the caller is neither holder of the loan's token nor its approved operator.
    error LoanBook_NotAuthorised(uint256 loanId, address caller);
    /// @notice Thrown when a function for one contract is called by another.
    error LoanBook_OnlyContract(address expected, address actual);
    /// @notice Thrown when the loan's state does not allow the action.
    error LoanBook_WrongState(uint256 loanId, LoanState actual);
    /// @notice Thrown while the guardian has stopped draws or attaches.
    error LoanBook_Paused(uint256 untilEpoch);
    /// @notice Thrown when a pause would come before the last one is 7 days over.
    error LoanBook_PauseNotAllowed(uint256 earliestEpoch);
    /// @notice Thrown for an amount of zero.
    error LoanBook_ZeroAmount();
    /// @notice Thrown when an address is zero or not usable.
    error LoanBook_InvalidAddress(address actual);
    /// @notice Thrown when a facility has no tranche or more than 8.
    error LoanBook_TrancheCount(uint256 maximum, uint256 actual);
    /// @notice Thrown when a tranche is smaller than the minimum, its deadlines are in the past or too far, or it asks for no power.
    error LoanBook_BadTranche(uint256 index, Tranche tranche);
    /// @notice Thrown when a facility's tranches add up to more than the limit of one loan.
    error LoanBook_LimitExceeded(uint256 limit, uint256 actual);
    /// @notice Thrown when the id is not a miner actor's.
    error LoanBook_NotMiner(uint64 minerId);
    /// @notice Thrown when the miner already secures a loan.
    error LoanBook_MinerTaken(uint64 minerId, uint256 loanId);
    /// @notice Thrown when the index names no attached miner.
    error LoanBook_NoSuchMiner(uint256 loanId, uint256 count, uint256 index);
    /// @notice Thrown when a loan has 8 miners.
    error LoanBook_TooManyMiners(uint256 maximum);
    /// @notice Thrown when the miner's beneficiary is neither its owner nor expired, so that another holds the lien.
    error LoanBook_ForeignBeneficiary(uint64 minerId, uint64 owner, uint64 beneficiary);
    /// @notice Thrown when the miner has an owner change pending.
    error LoanBook_OwnerChangePending(uint64 minerId, uint64 pendingOwner);
    /// @notice Thrown when after the hand-over the miner's term is not what it must be.
    error LoanBook_BadTerm(
        uint64 minerId,
        uint64 expectedBeneficiary,
        uint64 beneficiary,
        uint256 quotaLeft,
        int64 expiration,
        bool hasPending
    );
    /// @notice Thrown when no tranche is left to draw.
    error LoanBook_NoTrancheLeft(uint256 loanId);
    /// @notice Thrown when the last drawn tranche is not proven yet.
    error LoanBook_NotProven(uint256 loanId, uint8 tranche);
    /// @notice Thrown when the tranche's draw deadline has passed.
    error LoanBook_DrawExpired(uint256 loanId, uint256 deadline, uint256 actual);
    /// @notice Thrown when a draw was reclaimed and the facility is frozen.
    error LoanBook_Frozen(uint256 loanId);
    /// @notice Thrown when the value times the draw weight is below the debt after the action.
    error LoanBook_DrawTest(uint256 loanId, uint256 weightedValue, uint256 debt);
    /// @notice Thrown when a portfolio breaks a covenant that bars draws.
    error LoanBook_CovenantBroken(uint256 loanId, Covenant reason);
    /// @notice Thrown when no drawn tranche awaits proof.
    error LoanBook_NothingToProve(uint256 loanId);
    /// @notice Thrown when the pledge has not grown as far as it must.
    error LoanBook_PledgeNotGrown(uint256 loanId, uint256 required, uint256 actual);
    /// @notice Thrown when the power has not grown as far as it must.
    error LoanBook_PowerNotGrown(uint256 loanId, uint256 required, uint256 actual);
    /// @notice Thrown when a tranche shows pledge and power, but not what it must meet besides.
    error LoanBook_ConditionsUnmet(uint256 loanId, uint256 index, Unmet missing);
    /// @notice Thrown when the proof deadline has not passed.
    error LoanBook_ProofNotOverdue(uint256 loanId, uint256 deadline, uint256 actual);
    /// @notice Thrown when a payment would leave a debt above zero and below the minimum.
    error LoanBook_DustDebt(uint256 minimum, uint256 actual);
    /// @notice Thrown when the loan has no debt.
    error LoanBook_NoDebt(uint256 loanId);
    /// @notice Thrown when there is nothing to sweep or nothing due.
    error LoanBook_NothingToSweep(uint256 loanId, uint256 available, uint256 due);
    /// @notice Thrown when a release is larger than what may leave.
    error LoanBook_ReleaseExceeds(uint256 loanId, uint256 available, uint256 asked);
    /// @notice Thrown when a covenant is still broken.
    error LoanBook_NotCured(uint256 loanId, Covenant reason);
    /// @notice Thrown when a provision would not change anything.
    error LoanBook_NoShortfall(uint256 loanId, uint256 debt, uint256 carrying);
    /// @notice Thrown when the economic test of a write-off fails.
    error LoanBook_StillWorth(uint256 loanId, uint256 value, uint256 dust);
    /// @notice Thrown when a parameter is outside its hard bounds.
    error LoanBook_OutOfBounds(bytes32 parameter, uint256 lower, uint256 upper, uint256 actual);
    /// @notice Thrown when surplus would leave while strip holders are still to be paid.
    error LoanBook_StripsOutstanding(uint256 loanId, uint256 outstanding);
    /// @notice Thrown when a strip payment exceeds what was set aside for strip holders.
    error LoanBook_StripOverpaid(uint256 loanId, uint256 setAside, uint256 asked);
    /// @notice Thrown when a loan cannot be closed: debt, strips or miners are left.
    error LoanBook_NotCloseable(uint256 loanId, uint256 debt, uint256 stripsOutstanding, uint256 miners);
    /// @notice Thrown when a loan is closed with tokens still posted.
    error LoanBook_StillPosted(uint256 loanId);
    /// @notice Thrown when a loan with a fixed term is drawn on, or fixed, as if it had none.
    error LoanBook_FixedTerm(uint256 loanId, uint256 maturity);
    /// @notice Thrown when plain FIL is sent.
    error LoanBook_UnexpectedFil(address sender, uint256 amount);
}

/// @title The desk: what sets a loan up, proves it, winds it down
/// @notice Reached through the loan book's address, which hands these calls on to LoanDesk.
interface ILoanDesk is ILoanBookEvents {
    /// @notice Opens a facility; creates its account and token. Anyone. Ids start at 1.
    /// @param tranches 1 to 8, each >= the minimum debt
    /// @param payee where the SP's surplus is paid; must not be zero
    function open(Tranche[] calldata tranches, address payee) external returns (uint256 loanId, address account);

    /// @notice Attaches a miner whose owner has proposed `account` as beneficiary with QUOTA and the last possible expiration.
    /// Only the SP.
    function attachMiner(uint256 loanId, uint64 minerId) external;

    /// @notice Gives a miner back when the rest passes the draw test. The miner's owner must have proposed itself as beneficiary.
    /// Only the SP.
    function detachMiner(uint256 loanId, uint256 minerIndex) external;

    /// @notice Pays surplus out of the account and a miner's available balance to the payee, when the rest passes the draw test and no
    /// covenant is broken. Only the SP.
    function release(uint256 loanId, uint256 minerIndex, uint256 amount) external;

    /// @notice Changes where surplus is paid. Only the SP.
    function setPayee(uint256 loanId, address payee) external;

    /// @notice Closes a loan without debt, strips and miners; pays what the account holds to the payee and burns the token. Only the SP.
    function close(uint256 loanId) external;

    /// @notice Raises a miner's references when its ratio of power to pledge has grown.
    function raiseReference(uint256 loanId, uint256 minerIndex) external;

    /// @notice Provisions a loan whose value does not carry its debt, or lowers the carrying of one that is impaired. Value here is
    /// that of the miners and what lies in the account, less strips.
    function impair(uint256 loanId) external returns (uint256 loss);

    /// @notice Writes an impaired loan down to zero when its value is dust or nothing came in for 200 days.
    function writeOff(uint256 loanId) external;

    /// @notice The first broken covenant now, `None` when healthy; reads the miners.
    function covenantOf(uint256 loanId) external view returns (Covenant);

    /// @notice Reads the facts and moves the loan to the state they call for, in either direction.
    function review(uint256 loanId) external returns (LoanState state, Covenant reason);

    /// @notice Pays `msg.value`, then reviews, and reverts unless the loan is healthy.
    function cure(uint256 loanId) external payable;

    /// @notice Credits the loan's days in good standing and takes over its holder's tier, up or down. Anyone.
    function refreshTier(uint256 loanId) external returns (uint8 tier);

    function tranchesOf(uint256 loanId) external view returns (Tranche[] memory);

    function minersOf(uint256 loanId) external view returns (AttachedMiner[] memory);
}

/// @title What becomes of a draw
/// @notice Reached through the loan book's address, which hands these calls on to LoanEscrow.
interface ILoanProofs is ILoanBookEvents {
    /// @notice Proves the last drawn tranche from the miner's pledge and power, and by its conditions, see ISectorConditions.
    function prove(uint256 loanId) external;

    /// @notice After a missed proof deadline: takes back at par what lies in the account and what the miner has available, strips
    /// first, then up to the unproven amount for the debt, and freezes the facility. Where the chain shows the proof, and the tranche's
    /// conditions are met, it proves instead, and takes nothing.
    function reclaim(uint256 loanId) external;
}

/// @title What the other parts ask of the ledger, at its own address
interface ILoanTokens {
    /// @notice Mints a loan's token. Only the loan book itself.
    function mintLoan(address to, uint256 loanId) external;

    /// @notice Burns a closed loan's token. Only the loan book itself.
    function burnLoan(uint256 loanId) external;

    /// @notice Reverts unless `caller` may make the call `data` now, by its role and after that role's delay, as a function of the ledger
    /// with a role would: only the ledger knows its manager. Only the loan book itself.
    function checkCanCall(address caller, bytes calldata data) external;
}

/// @title The ledger: draws, payments, states, strips, views
interface ILoanLedger is ILoanBookEvents {
    /// @notice Draws the next tranche into an attached miner. Only the SP.
    function draw(uint256 loanId, uint256 minerIndex) external;

    /// @notice Pays debt with `msg.value`; what exceeds the debt goes back to the caller.
    function repay(uint256 loanId) external payable returns (uint256 paid);

    /// @notice Collects from one miner what is due: strips first, then interest; the whole debt when the loan is in call, impaired or
    /// written off (`review` moves it there). While it is not, a drawn tranche still in time to be proven is left alone.
    /// The keeper gets a capped tip out of what was collected for the debt.
    function sweep(uint256 loanId, uint256 minerIndex) external returns (uint256 collected);

    // ---------------------------------------------------------------- the strip auction
    /// @notice Books a strip sale: `price` FIL has arrived in the vault by method 0. Only the strip auction.
    /// @return start position of the strip in the loan's line [attoFIL]
    function settleStrip(uint256 loanId, uint256 face, uint256 price) external returns (uint256 start);

    /// @notice Pays a strip holder out of the loan's account. Only the strip auction, which keeps the claims.
    function payStrip(uint256 loanId, address to, uint256 amount) external;

    // ---------------------------------------------------------------- posted collateral
    /// @notice Says whether any tokens are posted for a loan, so that those without need not be asked about. Only the posted
    /// collateral, for a loan that is not closed.
    function notePosted(uint256 loanId, bool any) external;

    /// @notice Books a sale of posted tokens: `price` FIL, at most the debt, has arrived in the vault. A rest below the minimum debt is
    /// allowed: a token may be sold out by it. Only the posted collateral.
    function settlePosted(uint256 loanId, uint256 price) external;

    /// @notice Reverts unless collateral may leave: no debt, or a healthy state and the draw test passed, with posted tokens counted at
    /// the value given. Asks the posted collateral for nothing, since it is the posted collateral that asks, amid a change.
    /// @param postedDrawValue posted tokens times their draw weights, as they will be [attoFIL]
    function requireDrawTest(uint256 loanId, uint256 postedDrawValue) external view;

    /// @notice What a sale of posted tokens is sized by, without what is posted: debt, rounded up, value of the miners by the
    /// liquidation weights, after strips, rounded down, health aimed at, least debt that may be left [attoFIL, attoFIL, wad, attoFIL].
    function positionSummary(
        uint256 loanId
    ) external view returns (uint256 debt, uint256 minersLiquidationValue, uint256 targetHealthWad, uint256 minDebt);

    /// @notice Last draw or attach: no collateral is sold in its epoch [epoch].
    function coolOffSince(uint256 loanId) external view returns (uint256);

    // ---------------------------------------------------------------- the guardian
    /// @notice Stops draws for 7 days, then not again for 7 days. Only the GUARDIAN role.
    function pauseDraws() external;

    /// @notice Stops attaches for 7 days, then not again for 7 days. Only the GUARDIAN role.
    function pauseAttaches() external;

    /// @notice Sets the most that the tranches of a new facility may add up to, within [1,000 FIL, 10,000,000 FIL]. Only the RISK role.
    function setMaxFacility(uint256 maxFacility) external;

    // ---------------------------------------------------------------- views
    function maxFacility() external view returns (uint256);
    function loanOf(uint256 loanId) external view returns (Loan memory);
    /// @notice The loan that a miner secures, 0 when none.
    function loanOfMiner(uint64 minerId) external view returns (uint256);
    /// @notice Number of loans ever opened; ids are 1 to this.
    function loanCount() external view returns (uint256);
    /// @notice The debt brought to this epoch, rounded up [attoFIL].
    function debtOf(uint256 loanId) external view returns (uint256);
    /// @notice Debt, value and health, read from the miners now: what a liquidation needs, and no more.
    function standingOf(uint256 loanId) external view returns (Standing memory);
    /// @notice FIL in the account that is not earmarked for strip holders [attoFIL].
    function freeFundsOf(uint256 loanId) external view returns (uint256);
    function drawsPausedUntil() external view returns (uint256);
    function attachesPausedUntil() external view returns (uint256);
    /// @notice What values the miners, changed by an upgrade alone.
    function riskEngine() external view returns (IRiskEngine);
    function isAuthorised(uint256 loanId, address who) external view returns (bool);
}

/// @title Positions in full
/// @notice Reached through the loan book's address, which hands the call on.
interface ILoanPositions {
    /// @notice Debt, value and health, read from the miners now, with all that they are made of.
    function positionOf(uint256 loanId) external view returns (Position memory);
}

/// @title Conditional sector-pledge loans
/// @notice A storage provider opens a facility of up to 8 tranches, makes the facility's account the beneficiary of up to 8 miners, and
/// draws tranche by tranche straight into a miner; each tranche unlocks when the chain shows that the last one was pledged and
/// came to power. Everything is read from the miner actors; no oracle signs. One ERC-721 token per loan: its holder (or an approved
/// operator) is "the SP" below.
/// @dev Repay, cure, sweep, release, detach and close are never paused.
interface ILoanBook is
    IERC721,
    ILoanDesk,
    ILoanLedger,
    ILoanProofs,
    ILoanEscrow,
    ILoanTerms,
    ILoanTakeover,
    ILoanPositions
{}
