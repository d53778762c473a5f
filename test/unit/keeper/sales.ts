import { expect } from "chai";

import { decide, nextStepAbove } from "../../../src/keeper/decide.js";
import type { KeeperPosition, KeeperRules, KeeperTerms } from "../../../src/keeper/index.js";
import { pokeFor } from "../../../src/keeper/poke.js";
import { type MinerSale, type TokenSale, readSales } from "../../../src/loans/auctions.js";
import { valuePosted } from "../../../src/loans/collateral.js";
import type { Plimsoll } from "../../../src/loans/contracts.js";
import { ownershipOf } from "../../../src/loans/escrow.js";
import { type TokenView, chooseToken, formatToken, parseTokenAmount, tokenDecimal } from "../../../src/loans/tokens.js";
import { WAD, changeOwnerParams, controlReserve, controlStart } from "../../../src/sdk/index.js";
import { EPOCH, FIL, HEALTHY, TERMS as QUIET, RULES } from "./fixtures.js";

const TERMS: KeeperTerms = { ...QUIET, takeTokens: true, newOwner: 1_234n };
const TOKEN: TokenView = {
  address: "0x00000000000000000000000000000000000000AA",
  symbol: "TKN",
  decimals: 6,
  open: true,
  total: 5_000_000n,
  cap: 10_000_000n,
  dust: 1_000n,
  backing: WAD,
  price: 40n * FIL,
  fresh: true,
  storedUntil: 1_000_000n,
  drawWeight: (WAD * 7n) / 10n,
  callWeight: (WAD * 3n) / 4n,
  liquidationWeight: (WAD * 8n) / 10n,
};
/** 2.5 tokens, worth 100 FIL, not on sale. */
const TOKENS: TokenSale = {
  loanId: 1n,
  token: TOKEN,
  posted: 2_500_000n,
  value: 100n * FIL,
  startEpoch: 0n,
  endsAtEpoch: 0n,
  reserve: 36n * FIL,
  offer: undefined,
};
/** On sale for 96 FIL. */
const OFFER = { amount: 2_500_000n, price: 96n * FIL, askPrice: (384n * FIL) / 10n, value: 100n * FIL };
const OFFERED: TokenSale = { ...TOKENS, startEpoch: EPOCH - 300n, endsAtEpoch: EPOCH + 180n, offer: OFFER };
const MINER: MinerSale = {
  minerId: 1_000n,
  loanId: 1n,
  active: false,
  sellable: true,
  startEpoch: 0n,
  round: 0n,
  closedUntil: 0n,
  value: 500n * FIL,
  price: 600n * FIL,
  reserve: 470n * FIL,
};
const ON_SALE: MinerSale = { ...MINER, active: true, startEpoch: EPOCH - 2_400n, price: 472n * FIL };
const SICK: KeeperPosition = {
  ...HEALTHY,
  state: "Call",
  covenant: "CallHealth",
  health: (WAD * 98n) / 100n,
  value: 900n * FIL,
  posted: 80n * FIL,
};

const step = (position: Partial<KeeperPosition>, rules: Partial<KeeperRules> = {}, terms: Partial<KeeperTerms> = {}) =>
  nextStepAbove({ ...SICK, ...position }, { ...RULES, ...rules }, { ...TERMS, ...terms });

describe("Keeper: posted tokens", () => {
  it("are put on sale before strips, once the cash is swept", () => {
    expect(step({ tokens: [TOKENS] })).to.include({ kind: "kickToken", token: TOKEN.address, upkeep: true });
    expect(step({ tokens: [TOKENS], miners: [{ index: 0n, available: FIL }] })).to.include({ kind: "sweep" });
    expect(step({ tokens: [TOKENS], state: "Healthy" })).to.include({ kind: "review" });
    expect(step({ tokens: [TOKENS], health: WAD })).not.to.include({ kind: "kickToken" });
  });

  it("are not while they have no price, are dust, or new auctions are paused or must wait", () => {
    expect(step({ tokens: [{ ...TOKENS, value: 0n }] })).to.include({ kind: "kick" });
    expect(step({ tokens: [{ ...TOKENS, value: RULES.dustCash }] })).to.include({ kind: "kick" });
    expect(step({ tokens: [{ ...TOKENS, value: RULES.dustCash + 1n }] })).to.include({ kind: "kickToken" });
    expect(step({ tokens: [TOKENS] }, { tokensPausedUntil: EPOCH + 1n })).to.include({ kind: "kick" });
    expect(step({ tokens: [TOKENS] }, { tokensPausedUntil: EPOCH })).to.include({ kind: "kickToken" });
    expect(step({ tokens: [TOKENS], coolOffSince: EPOCH })).to.include({ kind: "none" });
  });

  it("are put on sale again when a round is over", () => {
    expect(step({ tokens: [{ ...OFFERED, endsAtEpoch: EPOCH + 1n }] })).to.include({ kind: "kick" });
    expect(step({ tokens: [{ ...OFFERED, endsAtEpoch: EPOCH }] })).to.include({ kind: "kickToken" });
  });

  // Nothing else is to be done: the loan is provisioned, at no more than it is worth.
  const quiet = { state: "Impaired", health: WAD / 2n, carrying: 100n * FIL, lastRecovery: EPOCH } as const;

  it("are bought below the feed's price where the keeper's owner wants them", () => {
    const found = step({ ...quiet, tokens: [OFFERED] });
    expect(found).to.include({ kind: "takeToken", maxAmount: 2_500_000n, price: 96n * FIL, gross: 4n * FIL });
    expect(step({ ...quiet, tokens: [OFFERED] }, {}, { takeTokens: false })).to.include({ kind: "none" });
    expect(step({ ...quiet, tokens: [OFFERED] }, {}, { minProfit: 4n * FIL })).to.include({ kind: "takeToken" });
    expect(step({ ...quiet, tokens: [OFFERED] }, {}, { minProfit: 4n * FIL + 1n })).to.include({ kind: "none" });
    const dear = { ...OFFERED, offer: { ...OFFER, price: 100n * FIL } };
    expect(step({ ...quiet, tokens: [dear] })).to.include({ kind: "none" });
  });

  it("are bought in part, as far as the budget goes, never beyond it", () => {
    const part = step({ ...quiet, tokens: [OFFERED] }, {}, { budget: 48n * FIL });
    expect(part).to.include({ kind: "takeToken", maxAmount: 1_250_000n, price: 48n * FIL, gross: 2n * FIL });
    expect(step({ ...quiet, tokens: [OFFERED] }, {}, { budget: FIL - 1n })).to.include({ kind: "none" });
  });

  it("never keep a provision from being made", () => {
    expect(step({ health: WAD / 2n, tokens: [OFFERED], value: 400n * FIL })).to.include({ kind: "impair" });
    expect(step({ ...quiet, tokens: [OFFERED], value: 90n * FIL, carrying: 180n * FIL })).to.include({
      kind: "impair",
    });
  });

  it("count in a provision, whole", () => {
    // 80 FIL of tokens and 98 % of 100 FIL of miners.
    const at = { ...quiet, value: 100n * FIL };
    expect(step({ ...at, carrying: 178n * FIL })).to.include({ kind: "none" });
    expect(step({ ...at, carrying: 178n * FIL + 1n })).to.include({ kind: "impair" });
    expect(step({ ...at, value: 0n, posted: FIL - 1n })).to.include({ kind: "writeOff" });
    expect(step({ ...at, value: 0n, posted: FIL, carrying: FIL })).to.include({ kind: "none" });
  });

  it("are skipped where gas eats the gain", () => {
    const position = { ...SICK, ...quiet, tokens: [OFFERED] };
    expect(decide(position, RULES, TERMS, 4n, FIL)).to.include({ do: "send", profit: 0n });
    expect(decide(position, RULES, { ...TERMS, minProfit: 1n }, 4n, FIL)).to.include({ do: "skip" });
  });
});

describe("Keeper: miners in escrow", () => {
  const low = { health: (WAD * 95n) / 100n - 1n, value: 400n * FIL } as const;

  it("are put on sale below health 0.95", () => {
    expect(step({ ...low, sales: [MINER] })).to.include({ kind: "kickMiner", minerId: 1_000n });
    expect(step({ ...low, health: (WAD * 95n) / 100n, sales: [MINER] })).to.include({ kind: "impair" });
    expect(step({ ...low, sales: [{ ...MINER, sellable: false }] })).to.include({ kind: "impair" });
    expect(step({ ...low, tokens: [TOKENS], sales: [MINER] })).to.include({ kind: "kickToken" });
  });

  it("wait for the day after an auction without a buyer, for the guardian, for a place, and for the next epoch", () => {
    const closed = { ...MINER, closedUntil: EPOCH + 1n };
    expect(step({ ...low, sales: [closed] })).to.include({ kind: "impair" });
    expect(step({ ...low, sales: [{ ...closed, closedUntil: EPOCH }] })).to.include({ kind: "kickMiner" });
    expect(step({ ...low, sales: [MINER] }, { minersPausedUntil: EPOCH + 1n })).to.include({ kind: "impair" });
    expect(step({ ...low, sales: [MINER] }, { minersOnSale: 64n })).to.include({ kind: "impair" });
    expect(step({ ...low, sales: [MINER] }, { minersOnSale: 63n })).to.include({ kind: "kickMiner" });
    expect(step({ ...low, sales: [MINER], coolOffSince: EPOCH })).not.to.include({ kind: "kickMiner" });
  });

  it("start over twice, then end", () => {
    const over = { ...ON_SALE, startEpoch: EPOCH - 2_880n };
    expect(step({ ...low, sales: [{ ...over, startEpoch: over.startEpoch + 1n }] })).to.include({ kind: "impair" });
    expect(step({ ...low, sales: [over] })).to.include({ kind: "restartMiner" });
    expect(step({ ...low, sales: [{ ...over, round: 1n }] })).to.include({ kind: "restartMiner" });
    expect(step({ ...low, sales: [{ ...over, round: 2n }] })).to.include({ kind: "endMiner" });
  });

  it("are taken off the sale when they cannot be sold, whatever became of the loan", () => {
    const stale = { ...ON_SALE, sellable: false, price: 0n };
    for (const health of [undefined, WAD * 2n, WAD / 2n]) {
      expect(step({ health, debt: health === undefined ? 0n : SICK.debt, sales: [stale] })).to.include({
        kind: "endMiner",
      });
    }
    expect(step({ state: "Closed", health: undefined, debt: 0n, miners: [], sales: [stale] })).to.include({
      kind: "endMiner",
    });
  });

  it("are bought below their orderly value, for the owner that was named", () => {
    const quiet = { ...low, state: "Impaired", carrying: 100n * FIL, lastRecovery: EPOCH } as const;
    const found = step({ ...quiet, sales: [ON_SALE] });
    expect(found).to.include({ kind: "takeMiner", newOwner: 1_234n, price: 472n * FIL, gross: 28n * FIL });
    expect(step({ ...quiet, sales: [ON_SALE] }, {}, { newOwner: undefined })).to.include({ kind: "none" });
    expect(step({ ...quiet, sales: [ON_SALE] }, {}, { budget: 471n * FIL })).to.include({ kind: "none" });
    expect(step({ ...quiet, sales: [{ ...ON_SALE, price: 500n * FIL }] })).to.include({ kind: "none" });
    // What gains more comes first.
    expect(step({ ...quiet, tokens: [OFFERED], sales: [ON_SALE] })).to.include({ kind: "takeMiner" });
    const dearer = { ...ON_SALE, price: 497n * FIL };
    expect(step({ ...quiet, tokens: [OFFERED], sales: [dearer] })).to.include({ kind: "takeToken" });
  });
});

describe("Keeper: what is to be poked", () => {
  const now = TOKEN.storedUntil + 43_200n;

  it("is a price half a day after it was in time, while there is a new one and anybody has the token", () => {
    expect(pokeFor(TOKEN, 5_000_000n, now)).to.contain("TKN");
    expect(pokeFor(TOKEN, 5_000_000n, now - 1n)).to.equal(undefined);
    expect(pokeFor({ ...TOKEN, fresh: false }, 5_000_000n, now)).to.equal(undefined);
    expect(pokeFor({ ...TOKEN, total: 0n }, 0n, now)).to.equal(undefined);
  });

  it("is a token of which some vanished, or came back", () => {
    expect(pokeFor(TOKEN, 4_999_999n, 0n)).to.contain("missing");
    expect(pokeFor({ ...TOKEN, backing: WAD / 2n }, 5_000_000n, 0n)).to.contain("there again");
    expect(pokeFor({ ...TOKEN, backing: WAD / 2n }, 4_999_999n, 0n)).to.equal(undefined);
  });
});

describe("Loans: tokens, owners and prices of miners", () => {
  it("reads amounts of a token to its last unit, and no further", () => {
    expect(parseTokenAmount("1.5", TOKEN)).to.equal(1_500_000n);
    expect(parseTokenAmount("0.000001", TOKEN)).to.equal(1n);
    for (const bad of ["0.0000001", "1e3", "-1", "", "1,5", ".5"])
      expect(() => parseTokenAmount(bad, TOKEN), bad)
        .to.throw()
        .with.property("code", "INVALID_TOKEN_AMOUNT");
    expect(() => parseTokenAmount("0.0", TOKEN))
      .to.throw()
      .with.property("code", "ZERO_AMOUNT");
    expect(formatToken(1_500_000n, TOKEN)).to.equal("1.5 TKN");
    expect(tokenDecimal(2_000_000n, TOKEN)).to.equal("2");
    expect(tokenDecimal(1n, TOKEN)).to.equal("0.000001");
  });

  it("finds a token by a symbol that only one has, or by its address", () => {
    const twin = { ...TOKEN, address: "0x00000000000000000000000000000000000000bb" };
    expect(chooseToken([TOKEN], "tkn", undefined)).to.equal(TOKEN);
    expect(chooseToken([TOKEN, twin], twin.address, twin.address.toUpperCase())).to.equal(twin);
    expect(() => chooseToken([TOKEN, twin], "TKN", undefined))
      .to.throw()
      .with.property("code", "AMBIGUOUS_TOKEN");
    expect(() => chooseToken([], "TKN", undefined))
      .to.throw()
      .with.property("code", "PostedCollateral_NotListed");
  });

  it("values what is posted as the contract does, nothing for draws while the price is late or tokens are missing", () => {
    expect(valuePosted(TOKEN, 2_500_000n)).to.include({
      value: 100n * FIL,
      drawValue: 70n * FIL,
      liquidationValue: 80n * FIL,
    });
    expect(valuePosted({ ...TOKEN, fresh: false }, 2_500_000n)).to.include({ drawValue: 0n, value: 100n * FIL });
    expect(valuePosted({ ...TOKEN, backing: WAD / 2n }, 2_500_000n)).to.include({ drawValue: 0n, value: 50n * FIL });
  });

  it("tells who holds a miner", () => {
    expect(ownershipOf(7n, 0n, 100n, 200n)).to.equal("lien");
    expect(ownershipOf(7n, 100n, 100n, 200n)).to.equal("changing");
    expect(ownershipOf(100n, 0n, 100n, 200n)).to.equal("escrow");
    expect(ownershipOf(100n, 9n, 100n, 200n)).to.equal("changing");
    expect(ownershipOf(200n, 7n, 100n, 200n)).to.equal("leaving");
  });

  it("foretells the reserve of a miner: what it counts for, what strips lose by it, or its walk-away value", () => {
    const facts = {
      orderlyValue: 1_000n * FIL,
      walkAwayValue: 800n * FIL,
      strips: 0n,
      weightWad: (WAD * 96n) / 100n,
      escrowWeightWad: (WAD * 94n) / 100n,
    };
    expect(controlReserve(facts)).to.equal(940n * FIL);
    expect(controlReserve({ ...facts, strips: 100n * FIL })).to.equal(944n * FIL);
    expect(controlReserve({ ...facts, walkAwayValue: 950n * FIL })).to.equal(950n * FIL);
    expect(controlStart(facts)).to.equal(1_200n * FIL);
  });

  it("lists what it can, and names what cannot be read", async () => {
    const refuse = async (): Promise<never> => Promise.reject(new RangeError("the actor does not answer"));
    const contracts = {
      lens: { positionIds: async () => ({ ids: [3n], next: 0n }), healthPacked: async () => [0n] },
      control: { minersOnSale: async () => [7n], saleOf: refuse },
      book: { controlOf: refuse },
    } as unknown as Plimsoll;
    expect(await readSales(contracts, EPOCH, WAD)).to.deep.equal({
      strips: [],
      tokens: [],
      miners: [],
      unreadable: ["loan 3", "miner 7"],
    });
  });

  it("encodes a change of owner as the miner actor reads it", () => {
    expect(changeOwnerParams(1_000n)).to.equal("0x4300e807");
    expect(changeOwnerParams(7n)).to.equal("0x420007");
  });
});
