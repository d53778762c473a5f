import { expect } from "chai";
import type { Provider, Signer, TransactionRequest } from "ethers";

import { WholeBook } from "../../../src/demo/crash.js";
import { RecordingSigner } from "../../../src/demo/recording-signer.js";
import { NO_LOSS, Waterfall, predict } from "../../../src/demo/waterfall.js";
import type { Plimsoll } from "../../../src/loans/contracts.js";
import type { LoanSummary } from "../../../src/loans/reads.js";
import { FIL, LOAN_STATES, WAD } from "../../../src/sdk/index.js";
import { ILoanBook__factory } from "../../../typechain-types/index.js";
import { rejection } from "../sdk/helpers.js";

const HEALTHY = BigInt(LOAN_STATES.indexOf("Healthy"));
const IMPAIRED = BigInt(LOAN_STATES.indexOf("Impaired"));
const BOOK = "0x00000000000000000000000000000000000000bb";

describe("Demo: a crash", () => {
  it("lets reserve, gains and lenders bear a loss in this order", () => {
    const facts = {
      debt: 100n * FIL,
      value: 50n * FIL,
      posted: 20n * FIL,
      discountWad: WAD / 50n,
      reserveOwed: 5n * FIL,
      reserveBalance: 7n * FIL,
      lockedGain: 8n * FIL,
    };
    // 100 - 20 - 49 = 31 FIL.
    expect(predict(facts)).to.deep.equal({
      loss: 31n * FIL,
      fromOwed: 5n * FIL,
      fromFund: 7n * FIL,
      fromGains: 8n * FIL,
      fromLenders: 11n * FIL,
    });
    expect(predict({ ...facts, debt: 10n * FIL })).to.deep.equal(NO_LOSS);
  });

  it("keeps the sum of the loans' debts up, and finds what it was not told", async () => {
    const loans = new Map([
      [1n, { state: HEALTHY, scaledDebt: 10n }],
      [2n, { state: HEALTHY, scaledDebt: 20n }],
      [3n, { state: IMPAIRED, scaledDebt: 40n }],
    ]);
    const contracts = {
      book: {
        interface: ILoanBook__factory.createInterface(),
        loanCount: async () => BigInt(loans.size),
        loanOf: async (loanId: bigint) => loans.get(loanId),
      },
    } as unknown as Plimsoll;
    const waterfall = new Waterfall(contracts, BOOK);
    await waterfall.begin();
    loans.set(2n, { state: IMPAIRED, scaledDebt: 20n });
    await waterfall.moved(2n);
    await waterfall.audit();
    loans.set(1n, { state: HEALTHY, scaledDebt: 9n });
    const error = await rejection(waterfall.audit(), Error);
    expect(error).to.deep.include({ code: "WRONG_SUM", limit: "9 scaled attoFIL", actual: "10 scaled attoFIL" });
  });

  it("tells the health of all loans as that of one", () => {
    const book = new WholeBook();
    const loan = (debt: bigint, health: bigint | undefined): LoanSummary => ({
      loanId: 1n,
      readable: true,
      state: "Healthy",
      debt,
      value: 0n,
      health,
    });
    book.see([loan(30n, WAD), loan(10n, 2n * WAD), loan(0n, undefined)]);
    expect(book.standing).to.deep.equal({ debt: 40n, health: (5n * WAD) / 4n });
    book.see([loan(0n, undefined)]);
    expect(book.standing).to.equal(undefined);
  });

  it("tries a transaction out once where its gas is given, and bounds the search where it is not", async () => {
    const calls: Array<readonly [string, TransactionRequest]> = [];
    const provider = {
      call: async (transaction: TransactionRequest) => calls.push(["call", transaction]) && "0x",
      estimateGas: async (transaction: TransactionRequest) => calls.push(["estimate", transaction]) && 21_000n,
      getNetwork: async () => ({ chainId: 1n }),
    } as unknown as Provider;
    const inner = { provider, getAddress: async () => BOOK } as unknown as Signer;
    const record = { hashes: [], watchers: [] };
    expect(await new RecordingSigner(inner, record, 5n).estimateGas({ to: BOOK })).to.equal(5n);
    expect(await new RecordingSigner(inner, record).estimateGas({ to: BOOK })).to.equal(21_000n);
    expect(calls.map(([kind, { gasLimit }]) => [kind, gasLimit])).to.deep.equal([
      ["call", 5n],
      ["estimate", 100_000_000n],
    ]);
  });
});
