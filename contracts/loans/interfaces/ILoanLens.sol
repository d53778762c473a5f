// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {BeneficiaryTerm, CollateralFacts} from "../../filecoin/interfaces/IMinerFacts.sol";
import {AttachedMiner, Covenant, Loan, Tranche} from "../LoanTypes.sol";
import {Position} from "./ILoanBook.sol";
import {PoolState} from "./IPledgeVault.sol";
import {Assessment} from "./IRiskEngine.sol";
import {Auction} from "./IStripAuction.sol";

/// @notice The checks of a draw, in the order of the loan book. What `limit` and `actual` of a `CheckResult` mean:
enum DrawCheck {
    None, // no check fails
    State, // limit: `LoanState.Healthy`; actual: the state
    Paused, // limit: epoch until which draws are paused; actual: this epoch
    Miner, // limit: number of miners; actual: the index
    TrancheLeft, // limit: number of tranches; actual: number drawn. As a constraint of `maxDraw`: the tranche's amount
    Proven, // limit: number drawn; actual: number proven
    Deadline, // limit: the tranche's draw deadline; actual: this epoch
    Frozen, // limit: 0; actual: 1 when frozen
    Covenant, // limit: `Covenant.None`; actual: the first broken covenant
    Liquidity, // limit: what the pool can lend [attoFIL]; actual: the tranche's amount [attoFIL]
    DrawTest // limit: draw weight x value after the draw [attoFIL]; actual: debt after the draw [attoFIL]
}

/// @notice One check with its figures.
struct CheckResult {
    DrawCheck check;
    bool passed;
    uint256 limit;
    uint256 actual;
}

/// @notice What drawing the next tranche would meet.
struct DrawPreview {
    uint256 tranche; // index of the next tranche
    uint256 amount; // its amount, 0 when none is left [attoFIL]
    bool canDraw;
    DrawCheck binding; // the first check that fails, `None` when the draw would go through
    uint256 limit; // of the binding check
    uint256 actual; // of the binding check
    CheckResult[] checks; // every check, in order
}

/// @notice The most that could be drawn now, if tranches had no fixed amount, and why not more.
struct MaxDraw {
    uint256 amount; // min of the three below, 0 when a check before them fails [attoFIL]
    DrawCheck binding; // the check that fails, or the tightest of `TrancheLeft`, `Liquidity` and `DrawTest`
    uint256 tranche; // amount of the next tranche [attoFIL]
    uint256 liquidity; // what the pool can lend [attoFIL]
    uint256 portfolio; // what the miners carry by the draw weight; a few hundred attoFIL too low at most [attoFIL]
}

/// @notice One miner of a loan.
struct MinerStatus {
    AttachedMiner miner;
    bool readable; // false when its facts cannot be read; everything below is then zero
    CollateralFacts facts;
    BeneficiaryTerm term;
    uint64 owner; // the account's actor id when the miner is in escrow [actor id]
    uint64 pendingOwner; // [actor id]
    uint256 faultFeePerDay; // as the risk engine reckons it, with its floor [attoFIL per day]
    Assessment assessment; // of this miner alone
}

/// @notice Everything about a loan.
struct LoanStatus {
    Loan loan;
    Tranche[] tranches;
    Position position;
    Covenant covenant;
    uint256 daysToLiquidation; // if all sectors fault now and nobody acts, rounded down; max when never [days]
    uint256 stripsOutstanding; // face sold and not yet paid in, position of the line's end less its front [attoFIL]
    uint256 freeFunds; // in the account, not earmarked for strip holders [attoFIL]
    uint256 due; // strips first, then interest; the whole debt under call, impairment or health below 1 [attoFIL]
    uint256 sweepable; // how much of `due` is there now, in miners and account [attoFIL]
    Auction auction;
}

/// @notice Everything about the pool.
struct VaultStatus {
    PoolState pool;
    uint256 totalSupply; // [shares, 24 decimals]
    uint256 assetsPerShare; // FIL for 10^24 shares, rounded down [attoFIL]
    uint256 lendable; // [attoFIL]
    uint256 reserve; // the reserve fund's ledger [attoFIL]
    uint256 loanCount;
    uint256 activeAuctions;
    uint256 drawsPausedUntil; // [epoch]
    uint256 attachesPausedUntil; // [epoch]
}

/// @title Reads of the loan system, put together for people and keepers
/// @notice Keeps nothing and decides nothing: no contract of the system asks it. Every figure is asked of the
/// contracts that decide by it.
interface ILoanLens {
    /// @notice Thrown when a page asks for too much.
    error LoanLens_PageTooLarge(uint256 maximum, uint256 actual);
    /// @notice Thrown when anyone but the lens itself calls `probe`.
    error LoanLens_OnlySelf(address expected, address actual);
    /// @notice Thrown by every `probe`, to undo the call and to say how it went.
    error LoanLens_Probed(bool success);

    /// @notice Whether the next tranche can be drawn into a miner, with every check and its figures. Who may draw is
    /// not looked at, nor what a fixed rate asks for besides: a loan that has one is drawn on with `drawFixed`.
    /// @dev Reverts for an unknown loan, and while the miners cannot be read.
    function previewDraw(uint256 loanId, uint256 minerIndex) external view returns (DrawPreview memory);

    /// @notice The most that could be drawn into a miner, and what bounds it.
    /// @dev As `previewDraw`.
    function maxDraw(uint256 loanId, uint256 minerIndex) external view returns (MaxDraw memory);

    /// @notice Everything about one loan.
    /// @dev Reverts for an unknown loan, and while the miners cannot be read.
    function status(uint256 loanId) external view returns (LoanStatus memory);

    /// @notice The miners of a loan, one by one.
    function portfolio(uint256 loanId) external view returns (MinerStatus[] memory);

    /// @notice Ids of the loans that are not closed, from id `cursor` on.
    /// @param cursor first id to look at; 0 is 1
    /// @param max ids to look at; at most MAX_PAGE are
    /// @return ids
    /// @return next cursor of the next page, 0 when this is the last
    function positionIds(uint256 cursor, uint256 max) external view returns (uint256[] memory ids, uint256 next);

    /// @notice Health of many loans, a word each. What cannot be read comes back with its lowest bit 0 and does not
    /// spoil the page.
    /// @dev From the highest bit: 88 bits value [attoFIL] | 88 bits debt [attoFIL] | 64 bits health [wad], all
    /// saturating | 8 bits `LoanState` | 7 bits of zero | 1 bit readable. Reverts when there are more than MAX_PAGE
    /// ids.
    function healthPacked(uint256[] calldata ids) external view returns (uint256[] memory);

    /// @notice The first step that a keeper can take against a loan with health below 1: start its auction, else
    /// sweep one of its miners, else provision it. The step is tried out and undone, so what is returned goes through
    /// if it is sent at once.
    /// @dev Never reverts. Not a view, because steps are tried out: ask it by eth_call.
    /// @param cursor first loan id to look at; 0 is 1
    /// @param max ids to look at; at most MAX_PAGE are
    /// @return workable
    /// @return payload abi.encode(address target, bytes callData), empty when there is nothing to do
    function checkLiquidations(uint256 cursor, uint256 max) external returns (bool workable, bytes memory payload);

    /// @notice Calls a contract and undoes it. Only the lens itself; always reverts.
    function probe(address target, bytes calldata callData) external;

    /// @notice Everything about the pool.
    function vaultStatus() external view returns (VaultStatus memory);
}
