import { expect } from "chai";
import { TypedDataEncoder, Wallet, ZeroAddress, getAddress, hexlify, toBeHex, verifyTypedData } from "ethers";
import { network } from "hardhat";

import {
  type ExchangeDomain,
  InvalidNonceRangeError,
  InvalidOrderError,
  MAX_NONCE,
  ORDER_TYPES,
  type Order,
  OrderFlag,
  UNFIT,
  UNFIT_MEANING,
  cancelRanges,
  hashOrder,
  nextNonce,
  nonceWord,
  orderDomain,
  signOrder,
  validateOrder,
} from "../../../src/futures/orders.js";
import { Random, failure, rejection } from "../sdk/helpers.js";

/** FuturesExchange.sol, as far as it is used here. */
interface Exchange {
  getAddress(): Promise<string>;
  hashOf(order: Order): Promise<string>;
  check(order: Order, signature: string): Promise<readonly [bigint, bigint]>;
  isCancelled(maker: string, nonce: bigint): Promise<boolean>;
  cancelRange(from: bigint, count: bigint): Promise<{ wait(): Promise<{ gasUsed: bigint } | null> }>;
}

const ORDERS = 1_000;
const NOW = 1_000n;
const BITS: Readonly<Record<string, number>> = { uint8: 8, uint16: 16, uint32: 32, uint64: 64 };

const key = `0x${"11".repeat(32)}`;
const wallet = new Wallet(key);
const good: Order = {
  maker: wallet.address,
  series: `0x${"ab".repeat(32)}`,
  buy: false,
  lots: 10n,
  ticks: 25_000n,
  minFill: 1n,
  expiry: 2n ** 32n - 1n,
  epoch: 0n,
  nonce: 7n,
  flags: 0n,
  taker: ZeroAddress,
  feeCapBps: 10n,
};

/** Any value of a type, its ends among them. */
function randomValue(random: Random, type: string): bigint | boolean | string {
  if (type === "bool") return random.below(2n) === 1n;
  if (type === "address") return getAddress(toBeHex(random.below(2n ** 160n), 20));
  if (type === "bytes32") return toBeHex(random.below(2n ** 256n), 32);
  const end = 2n ** BigInt(BITS[type] ?? 0);
  return random.pick([0n, end - 1n, random.below(end), random.below(end)]);
}

function randomOrder(random: Random): Order {
  const entries = ORDER_TYPES.Order.map(({ name, type }) => [name, randomValue(random, type)] as const);
  return Object.fromEntries(entries) as unknown as Order;
}

/** The order with another value in one field. */
function changed(random: Random, order: Order, name: keyof Order, type: string): Order {
  for (;;) {
    const value = randomValue(random, type);
    if (value !== order[name]) return { ...order, [name]: value };
  }
}

describe("futures: signed orders", () => {
  const random = new Random("orders");
  let exchange: Exchange;
  let domain: ExchangeDomain;
  let sender: string;

  before(async () => {
    const { ethers } = await network.connect();
    const deployed = await ethers.deployContract("FuturesExchange", [wallet.address, 100_000n]);
    exchange = deployed as unknown as Exchange;
    sender = await (await ethers.provider.getSigner()).getAddress();
    const { chainId } = await ethers.provider.getNetwork();
    domain = { chainId, exchange: await exchange.getAddress() };
  });

  it("S-08: hashes 1,000 random orders as ethers and the contract do", async () => {
    const types = { Order: ORDER_TYPES.Order.map((field) => ({ ...field })) };
    for (let i = 0; i < ORDERS; ++i) {
      const order = randomOrder(random);
      const hash = hashOrder(domain, order);
      expect(hash).to.equal(TypedDataEncoder.hash(orderDomain(domain), types, order));
      expect(await exchange.hashOf(order)).to.equal(hash);
    }
  });

  it("S-09, F-16: every field, and the domain, is in the digest, and a changed order is unfit", async () => {
    const { signature } = await signOrder(domain, good, wallet, NOW);
    const hash = hashOrder(domain, good);
    expect(await exchange.check(good, signature)).to.deep.equal([0n, 10n]);
    for (const { name, type } of ORDER_TYPES.Order) {
      for (let i = 0; i < 20; ++i) {
        const other = changed(random, good, name, type);
        expect(hashOrder(domain, other), name).to.not.equal(hash);
        const [reason] = await exchange.check(other, signature);
        expect(UNFIT[Number(reason)], name).to.not.equal("None");
      }
    }
    expect(hashOrder({ ...domain, chainId: domain.chainId + 1n }, good)).to.not.equal(hash);
    expect(hashOrder({ ...domain, exchange: wallet.address }, good)).to.not.equal(hash);
  });

  it("S-02, S-03: an order for another chain or another exchange is unsigned here", async () => {
    for (const foreign of [
      { ...domain, chainId: domain.chainId + 1n },
      { ...domain, exchange: wallet.address },
    ]) {
      const { signature } = await signOrder(foreign, good, wallet, NOW);
      const [reason] = await exchange.check(good, signature);
      expect(UNFIT[Number(reason)]).to.equal("Signature");
    }
  });

  it("signs what verifies, with the maker's key alone", async () => {
    const signed = await signOrder(domain, good, wallet, NOW);
    const types = { Order: ORDER_TYPES.Order.map((field) => ({ ...field })) };
    expect(verifyTypedData(orderDomain(domain), types, good, signed.signature)).to.equal(wallet.address);
    expect(signed.hash).to.equal(hashOrder(domain, good));
    const stranger = new Wallet(`0x${"22".repeat(32)}`);
    const error = await rejection(signOrder(domain, good, stranger, NOW), InvalidOrderError);
    expect(error.field).to.equal("maker");
    expect(error.actual).to.equal(stranger.address);
    expect(error.limit).to.equal(wallet.address);
    await rejection(signOrder(domain, { ...good, lots: 0n }, wallet, NOW), InvalidOrderError);
  });

  const bad: readonly (readonly [keyof Order, Partial<Order>])[] = [
    ["maker", { maker: "0x12" }],
    ["maker", { maker: ZeroAddress }],
    ["taker", { taker: "nobody" }],
    ["taker", { taker: wallet.address.toLowerCase() }],
    ["series", { series: "0xabcd" }],
    ["series", { series: hexlify(new Uint8Array(33)) }],
    ["lots", { lots: 0n }],
    ["lots", { lots: 2n ** 64n }],
    ["lots", { lots: -1n }],
    ["ticks", { ticks: 0n }],
    ["ticks", { ticks: 2n ** 32n }],
    ["minFill", { minFill: 11n }],
    ["minFill", { minFill: 2n ** 64n }],
    ["expiry", { expiry: NOW - 1n }],
    ["expiry", { expiry: 2n ** 32n }],
    ["epoch", { epoch: 2n ** 32n }],
    ["nonce", { nonce: 2n ** 64n }],
    ["flags", { flags: 16n }],
    ["flags", { flags: OrderFlag.postOnly + OrderFlag.fillOrKill }],
    ["flags", { flags: OrderFlag.fillOrKill + OrderFlag.immediateOrCancel }],
    ["flags", { flags: 256n }],
    ["feeCapBps", { feeCapBps: 2n ** 16n }],
  ];
  for (const [field, fields] of bad) {
    it(`F-13: refuses ${Object.entries(fields).map(([name, value]) => `${name} ${String(value)}`)[0]}`, () => {
      const error = failure(() => validateOrder({ ...good, ...fields }, NOW), InvalidOrderError);
      expect(error.field).to.equal(field);
      expect(error.limit).to.be.a("string");
    });
  }

  it("takes orders at the edges of what is allowed", () => {
    const edges: readonly Partial<Order>[] = [
      { lots: 2n ** 64n - 1n },
      { ticks: 2n ** 32n - 1n },
      { minFill: 10n },
      { minFill: 0n },
      { expiry: NOW },
      { nonce: MAX_NONCE },
      { flags: OrderFlag.reduceOnly + OrderFlag.immediateOrCancel },
      { flags: OrderFlag.postOnly },
      { flags: OrderFlag.fillOrKill },
      { taker: new Wallet(`0x${"22".repeat(32)}`).address },
    ];
    for (const fields of edges) validateOrder({ ...good, ...fields }, NOW);
  });

  it("agrees with the contract on which flags go together", async () => {
    for (let flags = 0n; flags < 32n; ++flags) {
      const order = { ...good, flags };
      const signature = wallet.signingKey.sign(hashOrder(domain, order)).serialized;
      const [reason] = await exchange.check(order, signature);
      let refused = false;
      try {
        validateOrder(order, NOW);
      } catch {
        refused = true;
      }
      expect(UNFIT[Number(reason)] === "Flags", String(flags)).to.equal(refused);
    }
  });

  it("names nonces in a row, and says when none is left", () => {
    expect(nextNonce([])).to.equal(0n);
    expect(nextNonce([5n, 3n])).to.equal(6n);
    expect(nonceWord(255n)).to.equal(0n);
    expect(nonceWord(256n)).to.equal(1n);
    const error = failure(() => nextNonce([MAX_NONCE]), InvalidNonceRangeError);
    expect(error.code).to.equal("NO_NONCE_LEFT");
  });

  it("splits ranges as the contract takes them", async () => {
    expect(cancelRanges(0n, 4_096n)).to.deep.equal([{ from: 0n, count: 4_096n }]);
    expect(cancelRanges(255n, 4_096n)).to.deep.equal([
      { from: 255n, count: 3_841n },
      { from: 4_096n, count: 255n },
    ]);
    expect(cancelRanges(MAX_NONCE, 1n)).to.deep.equal([{ from: MAX_NONCE, count: 1n }]);
    for (const { from, count } of cancelRanges(1_000n, 9_000n)) await (await exchange.cancelRange(from, count)).wait();
    for (const [nonce, cancelled] of [
      [999n, false],
      [1_000n, true],
      [9_999n, true],
      [10_000n, false],
    ] as const) {
      expect(await exchange.isCancelled(sender, nonce), String(nonce)).to.equal(cancelled);
    }
    for (const [from, count] of [
      [0n, 0n],
      [-1n, 2n],
      [MAX_NONCE, 2n],
    ] as const) {
      failure(() => cancelRanges(from, count), InvalidNonceRangeError);
    }
  });

  it("has a meaning for every reason", () => {
    for (const reason of UNFIT) expect(UNFIT_MEANING[reason]).to.be.a("string");
  });
});
