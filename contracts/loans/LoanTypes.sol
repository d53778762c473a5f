// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @notice Where a loan stands. Health below 1 is not a state but a fact of the moment: it is read from the chain in
/// the transaction that acts on it.
/// - `None`: no such loan.
/// - `Healthy`: tranches may be drawn.
/// - `Watch`: a covenant is broken; draws stop, nothing else changes.
/// - `Call`: the value no longer carries the debt by the call weight, or a watch went unresolved; sweeps take everything.
/// - `Impaired`: the pool carries the loan at less than its debt.
/// - `WrittenOff`: the pool carries the loan at zero; recoveries still flow.
/// - `Closed`: debt, strips and miners are gone; final.
enum LoanState {
    None,
    Healthy,
    Watch,
    Call,
    Impaired,
    WrittenOff,
    Closed
}

/// @notice What a covenant review found, in the order of the tests; `None` means that the loan is healthy.
enum Covenant {
    None,
    CallHealth, // value x call weight < debt
    FaultRatio, // share of power lost to faults above the limit
    BeneficiaryTampered, // a miner's beneficiary is not the account, its term is weak, or a change is pending
    OwnerChangePending, // a miner's owner has proposed a new owner
    InterestOverdue, // interest unpaid for longer than the limit
    ProofMissed, // a drawn tranche is past its proof deadline
    Matured // a fixed term is over, its grace too, and the loan is neither repaid nor rolled over nor floating
}

/// @notice One conditional part of a facility. Tranche i+1 can be drawn only when tranche i is proven.
struct Tranche {
    uint96 amount; // FIL paid into the miner [attoFIL]
    uint72 minPowerDelta; // quality-adjusted power that must appear [bytes]
    uint32 drawDeadline; // last epoch in which it may be drawn, inclusive [epoch]
    uint32 proveEpochs; // epochs after the draw in which it must be proven [epoch]
}

/// @notice A facility: up to 8 tranches, up to 8 miners, one collateral account, one ERC-721 token. Three slots are read
/// by every debt operation; their packing is part of the storage layout.
struct Loan {
    // slot 0: 12 + 12 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 = 32
    uint96 scaledDebt; // debt / borrow index, exact share of the pool's total [attoFIL / ray]
    uint96 principal; // drawn and not repaid, without interest [attoFIL]
    LoanState state;
    uint8 minerCount;
    uint8 trancheCount;
    uint8 drawnCount; // tranche i is drawn iff i < drawnCount
    uint8 provenCount; // tranche i is proven iff i < provenCount
    bool frozen; // a draw was reclaimed: no more draws, ever
    uint8 tier; // the holder's, when it was last looked up; 0 again with another holder or a mark against the loan
    bool hasPosted; // tokens are posted beside the miners: the posted collateral is asked for its value
    // slot 1: 20 + 4 + 4 + 4 = 32
    address account; // the CollateralAccount
    uint32 watchSince; // 0 when not under watch [epoch]
    uint32 interestSince; // since when interest is unpaid; moves when interest is paid in full [epoch]
    uint32 coolOffSince; // last draw or attach; liquidation waits for the epoch after it [epoch]
    // slot 2: 12 + 12 = 24
    uint96 stripSold; // face of all strips ever sold, the end of the line [attoFIL]
    uint96 stripPaid; // face paid into the account for strip holders, from the front of the line [attoFIL]
    // slot 3: 11 + 9 + 4 + 1 = 25; what the unproven draw is measured against
    uint88 pledgeBase; // the miner's initial pledge before the draw [attoFIL]
    uint72 powerBase; // the miner's quality-adjusted power before the draw [bytes]
    uint32 drawEpoch; // [epoch]
    uint8 drawMinerIndex;
    // slot 4: 12 + 12 + 4 = 28; only for impaired and written-off loans
    uint96 carrying; // what the pool carries the loan at [attoFIL]
    uint96 lenderLoss; // loss borne by share holders and not made good [attoFIL]
    uint32 lastRecovery; // last inflow after the impairment [epoch]
    // slot 5: 12 + 20; loss borne by the reserve fund and not made good, and where the SP is paid
    uint96 reserveLoss; // [attoFIL]
    address payee; // receives what is the SP's
    // slot 6: 12; what strip holders have taken out of the account
    uint96 stripClaimed; // [attoFIL]
}

/// @notice One attached miner, one slot: 8 + 11 + 9 + 4 = 32. The pair of references is the best ratio of power to pledge that
/// was proven; faults remove power but not pledge, so the ratio shows them, see loans F3.
struct AttachedMiner {
    uint64 minerId;
    uint88 pledgeRef; // [attoFIL]
    uint72 powerRef; // quality-adjusted [bytes]
    uint32 attachEpoch; // [epoch]
}

/// @notice What a loan of fixed rate owes is a straight line over time, and the sum of straight lines is one: so the pool keeps the line
/// of all such loans in one slot, and each loan its own. In use while the loan has a principal and no scaled debt.
struct FixedTerms {
    // slot 0: 18 + 14 = 32; debt in epoch t = (offset + slope x t) / 10^12
    int144 offset; // [pico-attoFIL]
    uint112 slope; // sum of principal x frozen rate [pico-attoFIL per epoch]
    // slot 1: 4 + 1 + 1 = 6
    uint32 maturity; // [epoch]
    bool overdue; // the penalty rate runs
    uint8 tier; // the best by which any part of the rate was quoted: the fee for leaving early is reckoned by it
}

/// @notice Whose liens may be paid off, by actor id. Set by the RISK role. One slot: 1 + 20 = 21.
struct Lienholder {
    bool listed;
    address adapter; // 0: is paid itself, and approves beforehand; else who is paid, and has it approve
}

/// @notice What a loan offers the lender that holds a miner's lien. The amount only rises while that lender holds it. One slot:
/// 12 + 8 + 4 = 24.
struct Takeover {
    uint96 amount; // [attoFIL]
    uint64 lender; // the miner's beneficiary when the offer was made [actor id]
    uint32 deadline; // last epoch, inclusive, in which it can be taken [epoch]
}

/// @notice What is added to the floating rate for a term, and how much may be lent so. Set by the RISK role within hard bounds. One slot.
/// Basis points are per year.
struct FixedRates {
    uint16 premium30Bps; // for terms of 30 days; between these three terms the premium is a straight line [bps]
    uint16 premium180Bps; // [bps]
    uint16 premium540Bps; // [bps]
    uint16 spread0Bps; // for providers of tier 0 [bps]
    uint16 spread1Bps; // [bps]
    uint16 spread2Bps; // [bps]
    uint16 spread3Bps; // [bps]
    uint16 maxTermDays; // longest term; 0: none is offered [days]
    uint16 maxShareBps; // most of the pool's total assets that may be owed at fixed rates [bps]
}
