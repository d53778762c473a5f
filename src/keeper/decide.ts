import { WAD, faceDown, formatFil, formatFilShort, formatWad, max, min, mulDivDown, priceUp } from "../sdk/index.js";
import { buySale, endStale, openSales } from "./sales.js";
import { matureFor } from "./terms.js";
import type { Action, Idle, KeeperPosition, KeeperRules, KeeperStep, KeeperTerms } from "./types.js";

/** A keeper's tip for a sweep: 1 in 101 of what goes to the debt, at most 0.05 FIL (LoanServicing.sol). */
const MAX_TIP = 5n * 10n ** 16n;
const TIP_DIVISOR = 100n;
/** 200 days without inflow: an impaired loan may be written off (LoanLosses.sol) [epoch]. */
const RECOVERY_TIMEOUT = 576_000n;
/** Below this an impaired loan may be written off [attoFIL]. */
const WRITE_OFF_DUST = WAD;

const CALLED: ReadonlySet<KeeperPosition["state"]> = new Set(["Call", "Impaired", "WrittenOff"]);

const idle = (why: string): Idle => ({ kind: "none", why });
const unpaid = (
  kind: "review" | "kick" | "restart" | "buyIn" | "end" | "impair" | "writeOff",
  why: string,
): KeeperStep => ({
  kind,
  gross: 0n,
  upkeep: true,
  why,
});

/**
 * The next step against a loan, by the order of the contracts: the state the facts call for, cash at par, auction, provision.
 * Pure: the same position gives the same step.
 */
export function nextStep(position: KeeperPosition, rules: KeeperRules, terms: KeeperTerms): KeeperStep | Idle {
  const { health } = position;
  const stale = endStale(position);
  if (stale !== undefined) return stale;
  if (health === undefined) return withoutDebt(position);
  const matured = matureFor(position, rules);
  if (matured !== undefined) return matured;
  if (health >= WAD) {
    if (position.auction !== undefined) return unpaid("end", `health is back at ${formatWad(health)}`);
    // What a sweep mends needs no review.
    if (position.covenant === "InterestOverdue" && position.state === "Healthy") {
      const mend = sweepFor(position);
      if (mend !== undefined) return { ...mend, upkeep: true };
    }
    return reviewFor(position, rules) ?? sweepFor(position) ?? idle(`healthy at ${formatWad(health)}`);
  }
  if (!CALLED.has(position.state)) return unpaid("review", `health is ${formatWad(health)}, so everything is due`);
  return sweepFor(position) ?? beyondCash(position, rules, terms, health);
}

/** A loan that is not in the state its covenants call for: draws stop, or everything falls due. */
function reviewFor(position: KeeperPosition, rules: KeeperRules): KeeperStep | undefined {
  const { state, covenant } = position;
  if (state === "Healthy" && covenant !== "None") return unpaid("review", `covenant ${covenant} is broken`);
  if (state !== "Watch") return undefined;
  if (covenant === "None") return unpaid("review", "every covenant is kept again");
  const overdue = covenant === "CallHealth" || rules.epoch > position.watchSince + rules.watchGrace;
  return overdue ? unpaid("review", `covenant ${covenant} was not mended in time`) : undefined;
}

function withoutDebt(position: KeeperPosition): KeeperStep | Idle {
  if (position.auction !== undefined) return unpaid("end", "the debt is paid");
  return sweepFor(position) ?? idle("no debt");
}

/**
 * A loan below health 1 whose cash is swept: everything that is for sale is put on sale, tokens first, because they are neither the
 * provider's business nor a claim on it. A purchase is made where the strips ask for nothing but one.
 */
function beyondCash(
  position: KeeperPosition,
  rules: KeeperRules,
  terms: KeeperTerms,
  health: bigint,
): KeeperStep | Idle {
  const opened = openSales(position, rules);
  if (opened !== undefined) return opened;
  const step = withStrips(position, rules, terms, health);
  if (step.kind !== "none" && step.upkeep) return step;
  const buy = buySale(position, terms);
  return buy !== undefined && (step.kind === "none" || buy.gross > step.gross) ? buy : step;
}

/** What its strips ask for, or a provision where none can be sold. */
function withStrips(
  position: KeeperPosition,
  rules: KeeperRules,
  terms: KeeperTerms,
  health: bigint,
): KeeperStep | Idle {
  // Strips are paid by the miners alone.
  const underwater = health < rules.liquidationWeight || position.value === 0n;
  if (position.auction !== undefined) return inAuction(position, position.auction, rules, terms, underwater);
  if (underwater) return provision(position, rules, health);
  if (rules.epoch < rules.auctionsPausedUntil)
    return idle(`new auctions are paused until epoch ${rules.auctionsPausedUntil}`);
  if (rules.epoch <= position.coolOffSince) return idle("a draw or attach happened in this epoch");
  return unpaid("kick", `health is ${formatWad(health)} and the cash is swept`);
}

function inAuction(
  position: KeeperPosition,
  auction: NonNullable<KeeperPosition["auction"]>,
  rules: KeeperRules,
  terms: KeeperTerms,
  underwater: boolean,
): KeeperStep | Idle {
  const expired = rules.epoch >= auction.startEpoch + rules.roundEpochs;
  if (underwater) {
    return expired
      ? unpaid("buyIn", "nothing can be sold without loss, the pool keeps the claim")
      : provision(position, rules, position.health ?? 0n);
  }
  const take = takeFor(position, auction, rules, terms);
  if (take.kind === "take" || !expired) return take;
  return auction.round + 1n < rules.maxRounds
    ? unpaid("restart", `round ${auction.round + 1n} found no buyer`)
    : unpaid("buyIn", "no round found a buyer, the pool keeps the claim");
}

function takeFor(
  position: KeeperPosition,
  auction: NonNullable<KeeperPosition["auction"]>,
  rules: KeeperRules,
  terms: KeeperTerms,
): KeeperStep | Idle {
  if (auction.face === 0n || auction.price === 0n) return idle("nothing is on sale");
  const whole = auction.price <= terms.budget;
  const face = whole ? auction.face : faceDown(terms.budget, auction.bonus);
  const price = whole ? auction.price : priceUp(face, auction.bonus);
  if (!whole && (price < rules.minTake || position.debt - price < rules.minDebt)) {
    return idle(`the budget of ${formatFilShort(terms.budget)} does not cover the least take`);
  }
  const why = `bonus ${formatWad(auction.bonus)}: ${formatFilShort(face)} of claim for ${formatFilShort(price)}`;
  return { kind: "take", maxFace: face, minBonus: auction.bonus, price, face, gross: face - price, upkeep: false, why };
}

function provision(position: KeeperPosition, rules: KeeperRules, health: bigint): KeeperStep | Idle {
  const carrying = position.posted + mulDivDown(position.value, WAD - rules.provisionDiscount, WAD);
  if (position.state === "WrittenOff") return idle("written off; recoveries still flow");
  if (position.state === "Impaired") {
    if (position.value + position.posted < WRITE_OFF_DUST || rules.epoch > position.lastRecovery + RECOVERY_TIMEOUT)
      return unpaid("writeOff", "its value is gone");
    if (carrying >= position.carrying) return idle("impaired, and carried at no more than it is worth");
    return unpaid("impair", `it is carried ${formatFilShort(position.carrying - carrying)} above its worth`);
  }
  if (carrying >= position.debt) return idle("nothing can be sold without loss, and it is worth its debt");
  return unpaid(
    "impair",
    `health is ${formatWad(health)}, below ${formatWad(rules.liquidationWeight)}: no claim can be sold without loss`,
  );
}

/** A sweep of the miner with the most cash, when something is due. */
function sweepFor(position: KeeperPosition): (KeeperStep & { readonly kind: "sweep" }) | undefined {
  const debtDue = CALLED.has(position.state) ? position.debt : position.interest;
  const tipDue = min(MAX_TIP, debtDue / TIP_DIVISOR);
  const due = position.stripsOutstanding + debtDue + tipDue;
  if (due === 0n) return undefined;
  const [first, ...others] = position.miners;
  if (first === undefined) return undefined;
  const fullest = others.reduce((best, miner) => (miner.available > best.available ? miner : best), first);
  const collected = min(fullest.available + position.freeFunds, due);
  if (collected === 0n) return undefined;
  const toStrips = min(collected, position.stripsOutstanding);
  const tip = min(MAX_TIP, (collected - toStrips) / (TIP_DIVISOR + 1n));
  const gross = tip + min(toStrips, position.ownStrips);
  const liquidating = position.health !== undefined && position.health < WAD;
  return {
    kind: "sweep",
    minerIndex: fullest.index,
    gross,
    upkeep: liquidating,
    why: `${formatFilShort(collected)} of ${formatFilShort(due)} due is there, at par`,
  };
}

/** Cash below this, per loan, is left alone unless a tip pays for it; the auction ignores it too. */
function trifle(step: KeeperStep, position: KeeperPosition, rules: KeeperRules): boolean {
  if (step.kind !== "sweep") return false;
  const cash = position.miners.reduce((sum, miner) => sum + miner.available, position.freeFunds);
  return cash <= rules.dustCash;
}

/**
 * What a keeper does with a loan now.
 * @param gas of the step that `nextStep` gives, from its simulation [gas]
 * @param gasPrice [attoFIL per gas]
 */
export function decide(
  position: KeeperPosition,
  rules: KeeperRules,
  terms: KeeperTerms,
  gas: bigint,
  gasPrice: bigint,
): Action {
  const step = nextStepAbove(position, rules, terms);
  if (step.kind === "none") return { do: "nothing", reason: step.why };
  const fee = gas * gasPrice;
  const profit = step.gross - fee;
  const known = { step, fee, profit };
  if (step.upkeep) {
    return fee <= max(terms.maxGasFee, step.gross)
      ? { do: "send", ...known, reason: step.why }
      : {
          do: "skip",
          ...known,
          reason: `gas costs ${formatFil(fee)}, more than --max-gas-fee ${formatFil(terms.maxGasFee)}`,
        };
  }
  return profit >= terms.minProfit
    ? { do: "send", ...known, reason: step.why }
    : {
        do: "skip",
        ...known,
        reason: `profit ${formatFil(profit)} is below --min-profit ${formatFil(terms.minProfit)}`,
      };
}

/** As `nextStep`, but goes past a sweep of dust where the contracts do. */
export function nextStepAbove(position: KeeperPosition, rules: KeeperRules, terms: KeeperTerms): KeeperStep | Idle {
  const step = nextStep(position, rules, terms);
  if (step.kind === "none" || !trifle(step, position, rules)) return step;
  const swept = { ...position, freeFunds: 0n, miners: position.miners.map((miner) => ({ ...miner, available: 0n })) };
  return nextStep(swept, rules, terms);
}
