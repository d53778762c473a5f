import { expect } from "chai";
import { Wallet, ZeroAddress } from "ethers";

import { onlyOne, parseSeriesIds, parseSince } from "../../../src/cli/futures-inputs.js";
import { type MarginTerms, bandOf, effectOf, marginsOf } from "../../../src/futures/margin.js";
import { MAX_ORDER_BYTES, parseSignedOrder, signedOrderJson } from "../../../src/futures/order-file.js";
import { type ExchangeDomain, type Order, signOrder } from "../../../src/futures/orders.js";
import { PlimsollError } from "../../../src/sdk/index.js";

/** A tick is worth 2; margins of a tenth and 80 % of that, a quarter more at full open interest, a fifth more above 10 of 100 lots. */
const TERMS: MarginTerms = {
  tickValue: 2n,
  capLots: 100n,
  imBps: 1_000n,
  mmShareBps: 8_000n,
  minMargin: 50n,
  oiSlopeBps: 2_500n,
  concFromBps: 1_000n,
  concBps: 2_000n,
};

const codeOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof PlimsollError) return error.code;
    throw error;
  }
  return expect.fail("expected a failure");
};

describe("Futures: margins", () => {
  it("follow the specification, each part rounded up", () => {
    expect(marginsOf(TERMS, 0n, 101n, 50n)).to.deep.equal({ initial: 0n, maintenance: 0n });
    // 1 lot at 101: 202, a tenth 20.2 -> 21; the least margin counts.
    expect(marginsOf(TERMS, 1n, 101n, 0n)).to.deep.equal({ initial: 50n, maintenance: 40n });
    // 15 lots: 3,030 -> 303; 5 above 10: 1,010 -> 202; a quarter of half on top: 505 / 8 -> 64.
    for (const size of [15n, -15n]) {
      expect(marginsOf(TERMS, size, 101n, 50n)).to.deep.equal({ initial: 569n, maintenance: 404n });
    }
  });

  it("keep prices in whole ticks around the mark", () => {
    expect(bandOf(2_501n, 800n)).to.deep.equal({ lowest: 2_301n, highest: 2_701n });
    expect(bandOf(1n, 2_000n)).to.deep.equal({ lowest: 1n, highest: 1n });
  });

  it("count no gain against the mark, and the fee as paid", () => {
    const at = { ...TERMS, mark: 100n, oi: 20n };
    const plan = { buy: true, lots: 5n, feeBps: 50n };
    const cheap = effectOf(at, { size: 0n, cash: 0n }, { ...plan, ticks: 90n });
    // 900 paid, a fee of 4.5 -> 5; worth 1,000 at the mark, of which 100 is a gain that does not count.
    expect(cheap).to.include({ notional: 900n, fee: 5n, size: 5n, oi: 25n, increases: true, counted: -5n });
    expect(cheap.need).to.equal(cheap.initial + 5n);
    const dear = effectOf(at, { size: 0n, cash: 0n }, { ...plan, ticks: 110n });
    expect(dear.counted).to.equal(-100n - 6n);
  });

  it("need nothing for less of a position, and all for a turned one", () => {
    const at = { ...TERMS, mark: 100n, oi: 20n };
    const short = { size: -8n, cash: 2_000n };
    const plan = { buy: true, ticks: 100n, feeBps: 0n };
    expect(effectOf(at, short, { ...plan, lots: 5n })).to.include({ size: -3n, increases: false, need: 0n, oi: 20n });
    const turned = effectOf(at, short, { ...plan, lots: 10n });
    expect(turned).to.include({ size: 2n, increases: true, oi: 22n });
  });

  it("let open interest stand where the counterparty closes", () => {
    const at = { ...TERMS, mark: 100n, oi: 100n };
    const plan = { buy: true, lots: 5n, ticks: 100n, feeBps: 0n };
    expect(effectOf(at, { size: 0n, cash: 0n }, plan).oi).to.equal(105n);
    expect(effectOf(at, { size: 0n, cash: 0n }, { ...plan, against: 7n }).oi).to.equal(100n);
    const sale = { ...plan, buy: false };
    expect(effectOf(at, { size: 0n, cash: 0n }, sale).oi).to.equal(105n);
    expect(effectOf(at, { size: 0n, cash: 0n }, { ...sale, against: -5n }).oi).to.equal(100n);
  });
});

describe("Futures: order files", () => {
  const wallet = new Wallet(`0x${"11".repeat(32)}`);
  const domain: ExchangeDomain = { chainId: 314n, exchange: `0x${"22".repeat(20)}` };
  const order: Order = {
    maker: wallet.address,
    series: `0x${"33".repeat(32)}`,
    buy: true,
    lots: 2n ** 63n,
    ticks: 2_500n,
    minFill: 1n,
    expiry: 1_000n,
    epoch: 0n,
    nonce: 2n ** 64n - 1n,
    flags: 0n,
    taker: ZeroAddress,
    feeCapBps: 5n,
  };
  const text = async (): Promise<string> =>
    JSON.stringify(signedOrderJson(domain, await signOrder(domain, order, wallet, 10n)));

  it("hold an order exactly, alone or inside of an answer", async () => {
    const signed = await signOrder(domain, order, wallet, 10n);
    expect(parseSignedOrder(await text(), domain, 10n)).to.deep.equal(signed);
    expect(parseSignedOrder(`{"ok":true,"data":{"signed":${await text()}}}`, domain, 10n)).to.deep.equal(signed);
  });

  it("are refused when a field is missing, cut or for somewhere else", async () => {
    const whole = await text();
    const parse = (changed: string, at = domain): string => codeOf(() => parseSignedOrder(changed, at, 10n));
    expect(parse("[]")).to.equal("INVALID_ORDER_FILE");
    expect(parse("{}")).to.equal("INVALID_ORDER_FILE");
    expect(parse(whole.replace('"buy":true', '"buy":1'))).to.equal("INVALID_ORDER_FILE");
    expect(parse(whole.replace('"ticks":"2500"', '"ticks":"2.5"'))).to.equal("INVALID_ORDER_FILE");
    expect(parse(whole.replace('"ticks":"2500"', '"ticks":"4294967296"'))).to.equal("INVALID_ORDER");
    expect(parse(whole.replace('"signature":"0x', '"signature":"'))).to.equal("INVALID_ORDER_FILE");
    expect(parse(whole.replace('"order":', '"other":'))).to.equal("INVALID_ORDER_FILE");
    expect(parse(whole + " ".repeat(MAX_ORDER_BYTES))).to.equal("INVALID_ORDER_FILE");
    expect(parse(whole, { ...domain, chainId: 1n })).to.equal("OTHER_EXCHANGE");
    expect(codeOf(() => parseSignedOrder(whole, domain, 1_001n))).to.equal("INVALID_ORDER");
  });
});

describe("Futures: inputs", () => {
  const now = { epoch: 100_000n, timestamp: 3_000_000n };

  it("say since when logs are searched", () => {
    expect(parseSince(undefined, now)).to.equal(98_000n);
    expect(parseSince(undefined, { ...now, epoch: 5n })).to.equal(0n);
    expect(parseSince("30d", now)).to.equal(13_600n);
    expect(parseSince("-1d", now)).to.equal(97_120n);
    expect(parseSince("90d", now)).to.equal(0n);
    expect(parseSince("99999", now)).to.equal(99_999n);
    expect(codeOf(() => parseSince("100001", now))).to.equal("SINCE_IN_FUTURE");
    expect(codeOf(() => parseSince("long", now))).to.equal("INVALID_DURATION");
  });

  it("name series once each, and one action", () => {
    const id = `0x${"Ab".repeat(32)}`;
    expect(parseSeriesIds(`${id}, ${id.toLowerCase()}`)).to.deep.equal([id.toLowerCase()]);
    expect(parseSeriesIds(undefined)).to.deep.equal([]);
    expect(codeOf(() => parseSeriesIds(`${id},`))).to.equal("INVALID_SERIES");
    expect(onlyOne("futures cancel", { nonce: "0", all: false })).to.equal("nonce");
    expect(onlyOne("futures cancel", { nonce: undefined, all: false })).to.equal(undefined);
  });
});
