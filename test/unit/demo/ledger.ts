import { expect } from "chai";

import { healthChart } from "../../../src/demo/chart.js";
import { type Party, balances, drawUp } from "../../../src/demo/ledger.js";
import { WAD } from "../../../src/sdk/index.js";

const PARTIES: readonly Party[] = [
  { name: "A", addresses: ["0xa1", "0xa2"] },
  { name: "B", addresses: ["0xb"] },
  { name: "producers", addresses: ["0xc"] },
];

/** A chain of balances and one transaction of A: 10 gas at price 5, base fee 3. */
function chain(holdings: Record<string, bigint>) {
  const hex = (value: bigint): string => `0x${value.toString(16)}`;
  return {
    request: async ({ method, params = [] }: { method: string; params?: readonly unknown[] }): Promise<unknown> => {
      if (method === "eth_getBalance") return hex(holdings[String(params[0])] ?? 0n);
      if (method === "eth_getBlockByNumber") return { baseFeePerGas: hex(3n) };
      return { from: "0xA1", gasUsed: hex(10n), effectiveGasPrice: hex(5n), blockNumber: "0x1" };
    },
  };
}

describe("Demo: the ledger", () => {
  const before = { "0xa1": 1_000n, "0xa2": 5n, "0xb": 7n };

  it("balances when every attoFIL is somewhere, gas included", async () => {
    const opening = await balances(chain(before), PARTIES);
    const after = { "0xa1": 850n, "0xa2": 5n, "0xb": 107n, "0xc": 20n };
    const ledger = await drawUp(chain(after), PARTIES, opening, "producers", ["0x1", "0x1"]);
    expect(ledger).to.include({
      totalBefore: 1_012n,
      totalAfter: 982n,
      gasBurnt: 30n,
      gasTips: 20n,
      difference: 0n,
      feeDifference: 0n,
      transactions: 1,
    });
    expect(ledger.lines[0]).to.deep.equal({ name: "A", before: 1_005n, after: 855n, change: -150n, gas: 50n });
  });

  it("shows one attoFIL that is lost, and one that came from nowhere", async () => {
    const opening = await balances(chain(before), PARTIES);
    const lost = await drawUp(
      chain({ "0xa1": 849n, "0xa2": 5n, "0xb": 107n, "0xc": 20n }),
      PARTIES,
      opening,
      "producers",
      ["0x1"],
    );
    expect(lost.difference).to.equal(1n);
    const found = await drawUp(
      chain({ "0xa1": 851n, "0xa2": 5n, "0xb": 107n, "0xc": 20n }),
      PARTIES,
      opening,
      "producers",
      ["0x1"],
    );
    expect(found.difference).to.equal(-1n);
  });

  it("shows a transaction that was left out", async () => {
    const opening = await balances(chain(before), PARTIES);
    const ledger = await drawUp(
      chain({ "0xa1": 850n, "0xa2": 5n, "0xb": 107n, "0xc": 20n }),
      PARTIES,
      opening,
      "producers",
      [],
    );
    expect(ledger).to.include({ difference: 30n, feeDifference: 20n });
  });
});

describe("Demo: the chart of health", () => {
  const options = { width: 10, height: 5 };

  it("draws one column a stride, a line at 1, and nothing where there is no debt", () => {
    const lines = healthChart(
      [
        { day: 0, health: (WAD * 14n) / 10n },
        { day: 5, health: (WAD * 95n) / 100n },
        { day: 9, health: undefined },
        { day: 10, health: undefined },
      ],
      options,
    );
    expect(lines).to.have.lengthOf(7);
    for (const line of lines.slice(0, 5)) expect(line).to.have.lengthOf(18);
    expect(lines[0]).to.match(/^ {3}1\.4 ┤█████ {5}$/);
    expect(lines.some((line) => line.includes("┼"))).to.equal(true);
    expect(lines.at(-1)).to.match(/day 0 +day 10$/);
  });

  it("shows the worst of the days that share a column", () => {
    const samples = Array.from({ length: 100 }, (_, day) => ({
      day,
      health: day === 55 ? (WAD * 9n) / 10n : (WAD * 13n) / 10n,
    }));
    const [top = ""] = healthChart(samples, options);
    expect(top.slice(8)).to.match(/^\S{5}\s\S{4}$/);
  });

  it("has nothing to draw without debt", () => {
    expect(healthChart([{ day: 0, health: undefined }], options)).to.deep.equal([]);
    expect(healthChart([], options)).to.deep.equal([]);
  });

  it("paints what is below 1 in another colour", () => {
    const paint = {
      good: (text: string) => `<${text}>`,
      bad: (text: string) => `(${text})`,
      faint: (text: string) => text,
    };
    const text = healthChart(
      [
        { day: 0, health: (WAD * 12n) / 10n },
        { day: 1, health: (WAD * 97n) / 100n },
      ],
      { ...options, width: 2, paint },
    ).join("\n");
    expect(text).to.match(/<.>/).and.match(/\(.\)/);
  });
});
