import type { RpcProvider } from "../chain/index.js";

/** Somebody or something that holds FIL. */
export interface Party {
  readonly name: string;
  readonly addresses: readonly string[];
}

export interface LedgerLine {
  readonly name: string;
  /** [attoFIL] */
  readonly before: bigint;
  readonly after: bigint;
  readonly change: bigint;
  /** Gas that this party paid, part of the change [attoFIL]. */
  readonly gas: bigint;
}

/** Where every attoFIL was and is. */
export interface Ledger {
  readonly lines: readonly LedgerLine[];
  /** Base fees, which nobody receives [attoFIL]. */
  readonly gasBurnt: bigint;
  /** What fees paid to block producers, reckoned from the receipts [attoFIL]. */
  readonly gasTips: bigint;
  readonly totalBefore: bigint;
  readonly totalAfter: bigint;
  /** totalBefore - totalAfter - gasBurnt: 0, or FIL came from or went nowhere [attoFIL]. */
  readonly difference: bigint;
  /** What block producers hold less what the receipts say they got: 0, or a fee was missed [attoFIL]. */
  readonly feeDifference: bigint;
  readonly transactions: number;
}

const hex = (value: unknown): bigint => BigInt(String(value));

async function balanceOf(provider: RpcProvider, party: Party): Promise<bigint> {
  let sum = 0n;
  for (const address of party.addresses)
    sum += hex(await provider.request({ method: "eth_getBalance", params: [address, "latest"] }));
  return sum;
}

/** Balances of all parties now [attoFIL]. */
export async function balances(provider: RpcProvider, parties: readonly Party[]): Promise<Map<string, bigint>> {
  const found = new Map<string, bigint>();
  for (const party of parties) found.set(party.name, await balanceOf(provider, party));
  return found;
}

interface Fees {
  readonly burnt: bigint;
  readonly tips: bigint;
  readonly bySender: ReadonlyMap<string, bigint>;
}

interface Receipt {
  readonly from: string;
  readonly gasUsed: string;
  readonly effectiveGasPrice: string;
  readonly blockNumber: string;
}

async function feesOf(provider: RpcProvider, hashes: readonly string[]): Promise<Fees> {
  let burnt = 0n;
  let tips = 0n;
  const bySender = new Map<string, bigint>();
  for (const hash of new Set(hashes)) {
    const receipt = (await provider.request({ method: "eth_getTransactionReceipt", params: [hash] })) as Receipt;
    const block = (await provider.request({
      method: "eth_getBlockByNumber",
      params: [receipt.blockNumber, false],
    })) as {
      readonly baseFeePerGas?: string;
    };
    const baseFee = hex(block.baseFeePerGas ?? "0x0");
    const [gas, price] = [hex(receipt.gasUsed), hex(receipt.effectiveGasPrice)];
    burnt += gas * baseFee;
    tips += gas * (price - baseFee);
    const sender = receipt.from.toLowerCase();
    bySender.set(sender, (bySender.get(sender) ?? 0n) + gas * price);
  }
  return { burnt, tips, bySender };
}

/**
 * Draws up the ledger.
 * @param producers name of the party that receives gas premiums
 * @param hashes every transaction since `before` was taken
 */
export async function drawUp(
  provider: RpcProvider,
  parties: readonly Party[],
  before: ReadonlyMap<string, bigint>,
  producers: string,
  hashes: readonly string[],
): Promise<Ledger> {
  const after = await balances(provider, parties);
  const fees = await feesOf(provider, hashes);
  const lines = parties.map((party): LedgerLine => {
    const opening = before.get(party.name) ?? 0n;
    const closing = after.get(party.name) ?? 0n;
    const gas = party.addresses.reduce((sum, address) => sum + (fees.bySender.get(address.toLowerCase()) ?? 0n), 0n);
    return { name: party.name, before: opening, after: closing, change: closing - opening, gas };
  });
  const totalBefore = lines.reduce((sum, line) => sum + line.before, 0n);
  const totalAfter = lines.reduce((sum, line) => sum + line.after, 0n);
  const produced = lines.find((line) => line.name === producers)?.change ?? 0n;
  return {
    lines,
    gasBurnt: fees.burnt,
    gasTips: fees.tips,
    totalBefore,
    totalAfter,
    difference: totalBefore - totalAfter - fees.burnt,
    feeDifference: produced - fees.tips,
    transactions: new Set(hashes).size,
  };
}
