import type { PostedView } from "../loans/collateral.js";
import type { LoanSummary, LoanView, MinerView } from "../loans/reads.js";
import { formatToken, tokenDecimal } from "../loans/tokens.js";
import {
  type AddressRules,
  COVENANT_REMEDIES,
  WAD,
  formatEpoch,
  formatEpochs,
  formatFil,
  formatFilShort,
  formatId,
  formatPercent,
  formatPower,
  formatWad,
} from "../sdk/index.js";
import type { LenderView, PoolView } from "../vault/reads.js";
import { type JsonValue, amount } from "./envelope.js";
import { rows, table } from "./terminal.js";

/** Health for the eye; a loan without debt has none. */
export function showHealth(health: bigint | undefined): string {
  return health === undefined ? "no debt" : formatWad(health);
}

export function loanJson(loan: LoanView, rules: AddressRules): JsonValue {
  return {
    loanId: loan.loanId.toString(),
    holder: loan.holder ?? null,
    account: loan.account,
    payee: loan.payee,
    state: loan.state,
    covenant: loan.covenant,
    frozen: loan.frozen,
    debt: amount(loan.debt),
    principal: amount(loan.principal),
    interest: amount(loan.interest),
    value: amount(loan.value),
    health: loan.health === undefined ? null : formatWad(loan.health, 18),
    drawLimit: amount(loan.drawLimit),
    callLimit: amount(loan.callLimit),
    liquidationLimit: amount(loan.liquidationLimit),
    daysToLiquidation: loan.daysToLiquidation === undefined ? null : Number(loan.daysToLiquidation),
    stripsOutstanding: amount(loan.stripsOutstanding),
    freeFunds: amount(loan.freeFunds),
    due: amount(loan.due),
    sweepable: amount(loan.sweepable),
    faultRatio: formatWad(loan.faultRatio, 18),
    auction: loan.auction,
    tranches: loan.tranches.map((tranche) => ({
      number: tranche.number,
      state: tranche.state,
      amount: amount(tranche.amount),
      minPowerDelta: tranche.minPowerDelta.toString(),
      drawDeadline: Number(tranche.drawDeadline),
      proveEpochs: Number(tranche.proveEpochs),
    })),
    miners: loan.miners.map((miner) => minerJson(miner, rules)),
    posted: loan.posted.map(postedJson),
    postedDraw: amount(loan.postedDraw),
    postedLiquidation: amount(loan.postedLiquidation),
  };
}

export function postedJson(posted: PostedView): JsonValue {
  const { token } = posted;
  return {
    token: token.address,
    symbol: token.symbol,
    decimals: token.decimals,
    units: posted.amount.toString(),
    amount: tokenDecimal(posted.amount, token),
    price: token.price === 0n ? null : amount(token.price),
    inTime: token.fresh,
    backing: formatWad(token.backing, 18),
    value: amount(posted.value),
    drawValue: amount(posted.drawValue),
    liquidationValue: amount(posted.liquidationValue),
  };
}

function minerJson(miner: MinerView, rules: AddressRules): JsonValue {
  return {
    miner: formatId(miner.minerId, rules),
    readable: miner.readable,
    available: amount(miner.available),
    vesting: amount(miner.vesting),
    pledge: amount(miner.pledge),
    terminationFee: amount(miner.terminationFee),
    faultFeePerDay: amount(miner.faultFeePerDay),
    value: amount(miner.value),
    powerBytes: miner.power.toString(),
    faultRatio: formatWad(miner.faultRatio, 18),
    tampered: miner.tampered,
    ownership: miner.ownership,
    owner: formatId(miner.owner, rules),
    orderlyValue: amount(miner.orderlyValue),
    pendingOwner: miner.pendingOwner === 0n ? null : formatId(miner.pendingOwner, rules),
  };
}

export function loanLines(loan: LoanView, rules: AddressRules, now: bigint): string[] {
  const lines = [
    `Loan ${loan.loanId} · ${loan.state}${loan.auction ? " · in auction" : ""}${loan.frozen ? " · frozen" : ""}`,
  ];
  lines.push(
    ...rows([
      ["health", healthLine(loan)],
      [
        "debt",
        `${formatFilShort(loan.debt, 4)} (principal ${formatFilShort(loan.principal, 4)}, interest ${formatFilShort(loan.interest, 4)})`,
      ],
      ["value", `${formatFilShort(loan.value, 4)} of its miners, less strips`],
      ...(loan.posted.length === 0
        ? []
        : [
            [
              "posted tokens",
              `count ${formatFilShort(loan.postedDraw, 4)} for draws, ${formatFilShort(loan.postedLiquidation, 4)} in liquidation`,
            ] as const,
          ]),
      ["may draw up to", `${formatFilShort(loan.drawLimit, 4)} of debt`],
      ["called above", formatFilShort(loan.callLimit, 4)],
      ["liquidated above", formatFilShort(loan.liquidationLimit, 4)],
      ["due now", `${formatFilShort(loan.due, 4)}, of which ${formatFilShort(loan.sweepable, 4)} can be swept`],
      ["strips outstanding", formatFilShort(loan.stripsOutstanding, 4)],
      ["covenants", loan.covenant === "None" ? "all kept" : `${loan.covenant}: ${COVENANT_REMEDIES[loan.covenant]}`],
      ["account", loan.account],
      ["holder", loan.holder ?? "closed"],
      ["payee", loan.payee],
    ]),
  );
  lines.push(
    "",
    ...table(
      ["tranche", "state", "amount>", "power>", "draw by", "prove within"],
      loan.tranches.map((t) => [
        `${t.number}`,
        t.state,
        formatFil(t.amount),
        formatPower(t.minPowerDelta),
        formatEpoch(t.drawDeadline, now),
        formatEpochs(t.proveEpochs),
      ]),
    ),
  );
  if (loan.miners.length > 0) lines.push("", ...minerTable(loan.miners, rules));
  if (loan.posted.length > 0) lines.push("", ...postedTable(loan.posted));
  return lines;
}

function healthLine(loan: LoanView): string {
  if (loan.health === undefined) return "no debt";
  const runway =
    loan.daysToLiquidation === undefined
      ? "never liquidated by faults alone"
      : `${loan.daysToLiquidation} days of faults to liquidation`;
  return `${formatWad(loan.health)} (${loan.health < WAD ? "below 1: can be liquidated" : runway})`;
}

function minerTable(miners: readonly MinerView[], rules: AddressRules): string[] {
  return table(
    ["miner", "held by", "value>", "available>", "vesting>", "pledge>", "power>", "faulty>"],
    miners.map((m) =>
      m.readable
        ? [
            formatId(m.minerId, rules),
            m.ownership,
            formatFilShort(m.value),
            formatFilShort(m.available),
            formatFilShort(m.vesting),
            formatFilShort(m.pledge),
            formatPower(m.power),
            formatPercent(m.faultRatio),
          ]
        : [formatId(m.minerId, rules), "cannot be read", "", "", "", "", "", ""],
    ),
  );
}

function postedTable(posted: readonly PostedView[]): string[] {
  return table(
    ["posted>", "price>", "value>", "for draws>", "in liquidation>", "price is"],
    posted.map(({ token, ...p }) => [
      formatToken(p.amount, token),
      token.price === 0n ? "none" : formatFilShort(token.price, 4),
      formatFilShort(p.value),
      formatFilShort(p.drawValue),
      formatFilShort(p.liquidationValue),
      token.fresh ? "in time" : token.price === 0n ? "gone" : "late",
    ]),
  );
}

export function summaryJson(loan: LoanSummary): JsonValue {
  return {
    loanId: loan.loanId.toString(),
    readable: loan.readable,
    state: loan.state,
    debt: amount(loan.debt),
    value: amount(loan.value),
    health: loan.health === undefined ? null : formatWad(loan.health, 18),
  };
}

export function summaryLines(loans: readonly LoanSummary[]): string[] {
  if (loans.length === 0) return ["There are no open loans."];
  return table(
    ["loan", "state", "health>", "debt>", "value>"],
    loans.map((loan) =>
      loan.readable
        ? [`${loan.loanId}`, loan.state, showHealth(loan.health), formatFilShort(loan.debt), formatFilShort(loan.value)]
        : [`${loan.loanId}`, loan.state, "cannot be read", "", ""],
    ),
  );
}

export function poolJson(pool: PoolView): JsonValue {
  return {
    totalAssets: amount(pool.totalAssets),
    cash: amount(pool.cash),
    lendable: amount(pool.lendable),
    depositable: amount(pool.depositable),
    depositsPerDay: amount(pool.depositsPerDay),
    drawsPerDay: amount(pool.drawsPerDay),
    waiting: amount(pool.waiting),
    setAside: amount(pool.setAside),
    debt: amount(pool.debt),
    impairedCarrying: amount(pool.impairedCarrying),
    reserveOwed: amount(pool.reserveOwed),
    lockedGain: amount(pool.lockedGain),
    reserveFund: amount(pool.reserveBalance),
    shares: pool.totalShares.toString(),
    sharePrice: amount(pool.sharePrice),
    utilisation: formatWad(pool.utilisation, 18),
    borrowRate: formatWad(pool.borrowRate, 18),
    supplyRate: formatWad(pool.supplyRate, 18),
  };
}

export function poolLines(pool: PoolView): string[] {
  return [
    "The pool",
    ...rows([
      ["assets", formatFilShort(pool.totalAssets, 4)],
      ["idle", `${formatFilShort(pool.cash, 4)}, of which ${formatFilShort(pool.lendable, 4)} can be lent`],
      ["lent", `${formatFilShort(pool.debt, 4)} (${formatPercent(pool.utilisation)} used)`],
      ["impaired", formatFilShort(pool.impairedCarrying, 4)],
      [
        "redeem queue",
        pool.waiting === 0n && pool.setAside === 0n
          ? "empty"
          : `${formatFilShort(pool.waiting, 4)} wait, ${formatFilShort(pool.setAside, 4)} set aside for claims`,
      ],
      ["deposits", `${limitLine(pool.depositsPerDay)}; ${formatFilShort(pool.depositable)} now`],
      ["draws", limitLine(pool.drawsPerDay)],
      ["share price", formatFil(pool.sharePrice)],
      ["borrowers pay", `${formatPercent(pool.borrowRate)} a year`],
      ["lenders earn", `${formatPercent(pool.supplyRate)} a year, before the reserve's share`],
      [
        "reserve fund",
        `${formatFilShort(pool.reserveBalance, 4)}, and ${formatFilShort(pool.reserveOwed, 4)} owed to it`,
      ],
    ]),
  ];
}

/** A day's limit. */
function limitLine(perDay: bigint): string {
  return perDay === 0n ? "no limit" : `at most ${formatFilShort(perDay)} a day`;
}

export function lenderJson(lender: LenderView): JsonValue {
  return {
    account: lender.account,
    shares: lender.shares.toString(),
    assets: amount(lender.assets),
    maxWithdraw: amount(lender.maxWithdraw),
    claimable: amount(lender.claimable),
    openRequests: Number(lender.openRequests),
  };
}

export function lenderLines(lender: LenderView): string[] {
  return [
    `Lender ${lender.account}`,
    ...rows([
      ["shares are worth", formatFilShort(lender.assets, 4)],
      ["can withdraw now", formatFilShort(lender.maxWithdraw, 4)],
      ...(lender.openRequests === 0n
        ? []
        : [
            [
              "in the queue",
              `${lender.openRequests} requests, ${formatFilShort(lender.claimable, 4)} of them to claim`,
            ] as const,
          ]),
    ]),
  ];
}
