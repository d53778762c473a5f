// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {AttachedMiner} from "../LoanTypes.sol";

/// @notice What a portfolio is worth, all read in one transaction. See loans F3.
struct Assessment {
    uint256 walkAwayValue; // sum over lien miners of max(0, A + V + P - T - 43 F - leak), before strips [attoFIL]
    uint256 escrowValue; // sum over escrowed miners of max(0, A + V + P - T) [attoFIL]
    uint256 escrowDrawValue; // the same times their draw weight [attoFIL]
    uint256 escrowCallValue; // times their call weight [attoFIL]
    uint256 escrowLiquidationValue; // times their liquidation weight [attoFIL]
    uint256 orderlyValue; // sum over all miners of max(0, A + V + P - T) [attoFIL]
    uint256 available; // sum of max(0, A), what a par sweep can take now [attoFIL]
    uint256 faultRatioWad; // 1 - (Q/P)/(Qref/Pref) over the portfolio, 0 when nothing is lost [wad]
    bool tampered; // a beneficiary is not the account, its quota or expiration is weak, or a change is pending
    bool ownerChangePending;
}

/// @notice Every parameter of the valuation, inside hard bounds that no role can move.
struct RiskParams {
    uint64 drawWeightWad; // 0.88
    uint64 callWeightWad; // 0.93
    uint64 liquidationWeightWad; // 0.96
    uint64 targetHealthWad; // health that a liquidation aims at, 1.03
    uint64 provisionDiscountWad; // delta of the provision, 0.02
    uint64 proofPledgeWad; // share k of a draw that must show as pledge, 0.90
    uint64 maxFaultRatioWad; // covenant, 0.05
    uint64 minFaultFeePerPledgeWad; // floor of the daily fault fee as a share of pledge, 0.003
    uint96 leakBuffer; // per miner, for self-disputes [attoFIL], 30 FIL
    uint96 minDebt; // no debt between 0 and this is left behind [attoFIL], 10 FIL
    uint32 watchGrace; // epochs until an unresolved watch becomes a call, 14 days
    uint32 interestGrace; // epochs that interest may be unpaid, 30 days
    uint64 escrowDrawWeightWad; // of miners that the account owns, on their orderly value, 0.86
    uint64 escrowCallWeightWad; // 0.90
    uint64 escrowLiquidationWeightWad; // 0.94
}

/// @title Valuation of miners and the tests on it
/// @notice Reads miners through MinerFacts; knows nothing of debts but what it is told. Not a proxy: replaced by an
/// upgrade of its users.
interface IRiskEngine {
    /// @notice Emitted when the parameters change. Weights for calls and liquidations that fall do so over 30 days.
    event RiskParamsChanged(RiskParams previous, RiskParams current);

    /// @notice Thrown when a parameter is outside its hard bounds.
    error RiskEngine_OutOfBounds(bytes32 parameter, uint256 lower, uint256 upper, uint256 actual);
    /// @notice Thrown when the index of the drawing miner names none of the portfolio.
    error RiskEngine_NoSuchMiner(uint256 count, uint256 index);

    /// @notice The parameters in force, weights on their way down included.
    function params() external view returns (RiskParams memory);

    /// @notice What the parameters will be once no weight falls any more.
    /// @return target the parameters as they were set last
    /// @return end from when on they are in force, 0 or past if they are already [epoch]
    function rampTarget() external view returns (RiskParams memory target, uint256 end);

    /// @notice The least debt that may be left, alone: one slot instead of all [attoFIL].
    function minDebt() external view returns (uint256);

    /// @notice The terms of a draw, alone: draw weight of a provider of this tier, a point more for each, at most the
    /// call weight [wad], most of a portfolio that may be lost to faults [wad], time that interest may be unpaid [epoch].
    function drawTerms(
        uint8 tier
    ) external view returns (uint256 weightWad, uint256 maxFaultRatioWad, uint256 interestGrace);

    /// @notice The terms that size a liquidation, alone: liquidation weight [wad], health aimed at [wad], least debt
    /// that may be left [attoFIL].
    function liquidationTerms() external view returns (uint256 weightWad, uint256 targetHealthWad, uint256 minDebt);

    /// @notice Sets the parameters. Only the RISK role, through its delay. Weights for calls and liquidations that are lowered
    /// fall linearly over 30 days from what they are now; everything else changes at once.
    function setParams(RiskParams calldata next) external;

    /// @notice Values a portfolio. A miner whose beneficiary is not the account, or whose term is weak, counts zero,
    /// and so does one whose own state is broken (no power claim, balance below what is locked). A proposal to change
    /// the beneficiary takes no value, since it needs the account's approval. A miner that the account owns is in
    /// escrow: whoever buys the ownership winds it up in order, so it counts at its orderly value and the escrow
    /// weights (loans F3); with a new owner proposed it counts zero, since the beneficiary would go with the ownership.
    /// Other failures of a read revert.
    /// @param account the collateral account that must be beneficiary
    /// @param miners at most 8
    function assess(address account, AttachedMiner[] calldata miners) external view returns (Assessment memory);

    /// @notice As `assess`, but with vesting counted as zero (a safe, cheaper path for draws) and `extra` FIL counted
    /// as available at the miner `minerIndex` (a draw on its way). Also returns that miner's pledge and power before
    /// the draw, and the weights.
    function assessDraw(
        address account,
        AttachedMiner[] calldata miners,
        uint256 minerIndex,
        uint256 extra
    ) external view returns (Assessment memory assessment, uint256 pledge, uint256 qaPowerBytes);
}
