import type { TransactionRequest } from "ethers";

import type { Mined } from "../chain/index.js";
import { requireEvent } from "../chain/index.js";
import type { Plimsoll } from "../loans/contracts.js";
import { LOAN_STATES, PlimsollError, RAY, carryingDown, max, min, mulDivDown } from "../sdk/index.js";

const IMPAIRED = LOAN_STATES.indexOf("Impaired");

/** Who bears a loss, in the order of the rule (docs/SPEC.md, losses) [attoFIL]. */
export interface Split {
  readonly loss: bigint;
  /** What the reserve fund was owed by the pool. */
  readonly fromOwed: bigint;
  /** What the reserve fund held. */
  readonly fromFund: bigint;
  /** Gains that had not reached the share price. */
  readonly fromGains: bigint;
  /** The share price: the lenders. */
  readonly fromLenders: bigint;
}

export const NO_LOSS: Split = { loss: 0n, fromOwed: 0n, fromFund: 0n, fromGains: 0n, fromLenders: 0n };

/** Facts before a loss is booked, all of the epoch in which it will be [attoFIL]. */
export interface BeforeLoss {
  /** By how much the pool's performing debt will fall; of a loan that is impaired already, what it is carried at. */
  readonly debt: bigint;
  /** Of the loan's miners and its account, less strips. */
  readonly value: bigint;
  /** Of posted tokens, by the liquidation weight. */
  readonly posted: bigint;
  readonly discountWad: bigint;
  readonly reserveOwed: bigint;
  readonly reserveBalance: bigint;
  readonly lockedGain: bigint;
}

/** The rule: carry what is there at a discount; the rest is borne by reserve, unvested gains, lenders, in this order. */
export function predict(facts: BeforeLoss): Split {
  const loss = max(facts.debt - facts.posted - carryingDown(facts.value, facts.discountWad), 0n);
  const fromOwed = min(loss, facts.reserveOwed);
  const fromFund = min(loss - fromOwed, facts.reserveBalance);
  const fromGains = min(loss - fromOwed - fromFund, facts.lockedGain);
  return { loss, fromOwed, fromFund, fromGains, fromLenders: loss - fromOwed - fromFund - fromGains };
}

export function add(a: Split, b: Split): Split {
  return {
    loss: a.loss + b.loss,
    fromOwed: a.fromOwed + b.fromOwed,
    fromFund: a.fromFund + b.fromFund,
    fromGains: a.fromGains + b.fromGains,
    fromLenders: a.fromLenders + b.fromLenders,
  };
}

/** Two ways to add up the floating debt of all loans came to different sums. */
export class WrongSumError extends PlimsollError {
  constructor(anew: bigint, kept: bigint) {
    super({
      code: "WRONG_SUM",
      message: "The sum of the loans' debts that was kept up is not the sum of the loans' debts.",
      limit: `${anew} scaled attoFIL`,
      actual: `${kept} scaled attoFIL`,
    });
  }
}

/**
 * Predicts each loss in the epoch in which it is booked, from views alone, and holds the booking against it. The keeper books; this only
 * looks on.
 */
export class Waterfall {
  predicted = NO_LOSS;
  booked = NO_LOSS;
  readonly loans: bigint[] = [];
  private next: { readonly loanId: bigint; readonly facts: BeforeLoss; readonly assets: bigint } | undefined;
  private readonly selector: string;
  /** Of each loan that the pool carries at its debt [attoFIL / ray]; kept up, since a loss would else ask for every loan. */
  private readonly scaled = new Map<bigint, bigint>();
  private scaledTotal = 0n;

  constructor(
    private readonly contracts: Plimsoll,
    private readonly book: string,
  ) {
    this.selector = contracts.book.interface.getFunction("impair").selector;
  }

  /** Adds all loans up. From here on `moved` must be told of every loan that changes. */
  async begin(): Promise<void> {
    const count = await this.contracts.book.loanCount();
    for (let loanId = 1n; loanId <= count; loanId += 1n) await this.moved(loanId);
  }

  /** To be told of every loan that a transaction changed. */
  async moved(loanId: bigint): Promise<void> {
    const { state, scaledDebt } = await this.contracts.book.loanOf(loanId);
    const now = Number(state) < IMPAIRED ? scaledDebt : 0n;
    this.scaledTotal += now - (this.scaled.get(loanId) ?? 0n);
    this.scaled.set(loanId, now);
  }

  /** Adds all loans up once more, and holds it against the sum that was kept up. */
  async audit(): Promise<void> {
    const kept = this.scaledTotal;
    await this.begin();
    if (this.scaledTotal !== kept) throw new WrongSumError(this.scaledTotal, kept);
  }

  /** To be told of every transaction before it is sent. */
  readonly watch = async ({ to, data }: TransactionRequest): Promise<void> => {
    if (typeof to !== "string" || to.toLowerCase() !== this.book.toLowerCase()) return;
    if (typeof data !== "string" || !data.startsWith(this.selector)) return;
    const [loanId = 0n] = this.contracts.book.interface.decodeFunctionData("impair", data) as unknown as [bigint];
    this.next = { loanId, ...(await this.look(loanId)) };
  };

  /** To be told of every loss that was booked. */
  async booking(mined: Mined): Promise<void> {
    if (this.next === undefined) return;
    const { loanId, facts, assets } = this.next;
    this.next = undefined;
    const args = requireEvent(mined, this.contracts.book, "LoanImpaired");
    const [loss, covered] = [BigInt(args.getValue("loss") as bigint), BigInt(args.getValue("covered") as bigint)];
    const at = { blockTag: Number(mined.block) };
    const [pool, fund] = await Promise.all([this.contracts.vault.poolState(at), this.contracts.reserve.balance(at)]);
    const fromFund = facts.reserveBalance - fund;
    const fromLenders = assets - pool.totalAssets;
    this.loans.push(loanId);
    this.predicted = add(this.predicted, predict(facts));
    this.booked = add(this.booked, {
      loss,
      fromOwed: covered - fromFund,
      fromFund,
      fromGains: loss - covered - fromLenders,
      fromLenders,
    });
  }

  /** What is there in the epoch of the next block, before anything happens in it. */
  private async look(loanId: bigint): Promise<{ readonly facts: BeforeLoss; readonly assets: bigint }> {
    const { book, vault, reserve, risk } = this.contracts;
    const at = { blockTag: "pending" };
    const [position, loan, free, pool, reserveBalance, params] = await Promise.all([
      book.positionOf(loanId, at),
      book.loanOf(loanId, at),
      book.freeFundsOf(loanId, at),
      vault.poolState(at),
      reserve.balance(at),
      risk.params(at),
    ]);
    const strips = loan.stripSold - loan.stripPaid;
    const { walkAwayValue, escrowValue } = position.assessment;
    const performing = Number(loan.state) < IMPAIRED;
    const rest = mulDivDown(this.scaledTotal - loan.scaledDebt, pool.borrowIndexRay, RAY);
    return {
      facts: {
        debt: performing ? pool.debt - rest : loan.carrying,
        value: max(walkAwayValue + escrowValue + free - strips, 0n),
        posted: position.posted.liquidation,
        discountWad: params.provisionDiscountWad,
        reserveOwed: pool.reserveOwed,
        reserveBalance,
        lockedGain: pool.lockedGain,
      },
      assets: pool.totalAssets,
    };
  }
}
