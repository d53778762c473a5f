import { expect } from "chai";
import { type Signer, type TransactionRequest, makeError } from "ethers";

import {
  ChainAddressResolver,
  InsufficientFundsError,
  type SendProgress,
  Sender,
  StillWaitingError,
  TransactionFailedError,
} from "../../../src/chain/index.js";
import { beginOutput } from "../../../src/cli/run.js";
import { Terminal } from "../../../src/cli/terminal.js";
import { CATALOGUE_INTERFACE, ContractRevertError } from "../../../src/sdk/index.js";
import { rejection } from "../sdk/helpers.js";

const TRANSACTION: TransactionRequest = { to: "0x00000000000000000000000000000000000000AA", value: 5n };
const REVERT = Object.assign(new Error("execution reverted"), {
  data: CATALOGUE_INTERFACE.encodeErrorResult("LoanBook_NoDebt", [7n]),
});

/** A signer that does as it is told. */
function signer(parts: {
  readonly estimateGas?: () => Promise<bigint>;
  readonly send?: () => Promise<unknown>;
  readonly sent?: TransactionRequest[];
}): Signer {
  return {
    provider: { getBalance: async () => 3n },
    getAddress: async () => "0x00000000000000000000000000000000000000BB",
    estimateGas: parts.estimateGas ?? (async () => 21_000n),
    sendTransaction: async (transaction: TransactionRequest) => {
      parts.sent?.push(transaction);
      return (parts.send ?? (async () => response(async () => RECEIPT)))();
    },
  } as unknown as Signer;
}

const RECEIPT = { hash: "0xaa", blockNumber: 9, gasUsed: 20_000n, gasPrice: 3n, logs: [] };
const response = (wait: () => Promise<unknown>): unknown => ({ hash: "0xaa", wait });

describe("Sending transactions", () => {
  it("simulates, sends with the estimated gas, and waits", async () => {
    const sent: TransactionRequest[] = [];
    const progress: SendProgress[] = [];
    const sender = new Sender(signer({ sent }), { onProgress: (step) => progress.push(step) });
    const mined = await sender.send("pay", Promise.resolve(TRANSACTION));
    expect(sent).to.deep.equal([{ ...TRANSACTION, gasLimit: 21_000n }]);
    expect(mined).to.include({ hash: "0xaa", block: 9n, gasUsed: 20_000n, fee: 60_000n });
    expect(progress.map(({ step }) => step)).to.deep.equal(["simulated", "sent", "mined"]);
  });

  it("does not simulate again what was simulated just now", async () => {
    const sent: TransactionRequest[] = [];
    const estimateGas = async (): Promise<bigint> => expect.fail("simulated again");
    await new Sender(signer({ estimateGas, sent })).send("pay", Promise.resolve(TRANSACTION), 30_000n);
    expect(sent).to.deep.equal([{ ...TRANSACTION, gasLimit: 30_000n }]);
  });

  it("sends nothing that its simulation refuses, and explains why", async () => {
    const sent: TransactionRequest[] = [];
    const estimateGas = async (): Promise<bigint> => {
      throw REVERT;
    };
    const error = await rejection(
      new Sender(signer({ estimateGas, sent })).send("pay", Promise.resolve(TRANSACTION)),
      ContractRevertError,
    );
    expect(error.code).to.equal("LoanBook_NoDebt");
    expect(sent).to.deep.equal([]);
  });

  it("says that the account cannot pay", async () => {
    const send = async (): Promise<unknown> => {
      throw new Error("sender doesn't have enough funds to send tx");
    };
    const error = await rejection(
      new Sender(signer({ send })).send("pay", Promise.resolve(TRANSACTION)),
      InsufficientFundsError,
    );
    expect(error.limit).to.contain("0.000000000000000005 FIL");
    expect(error.actual).to.equal("0.000000000000000003 FIL");
  });

  it("gives the hash when the receipt does not come in time, and the command ends with 2", async () => {
    const send = async (): Promise<unknown> =>
      response(async () => {
        throw makeError("wait for transaction timeout", "TIMEOUT", { operation: "wait", reason: "timeout" });
      });
    const error = await rejection(
      new Sender(signer({ send }), { waitMs: 1_000 }).send("pay", Promise.resolve(TRANSACTION)),
      StillWaitingError,
    );
    expect(error).to.include({ hash: "0xaa", limit: "1 s", retryable: true });
    let exitCode: number | undefined;
    const values: string[] = [];
    const end = beginOutput(true, {
      terminal: new Terminal({ env: {} }),
      emit: (text) => values.push(text),
      setExitCode: (code) => (exitCode = code),
    });
    end.fail("vault deposit", undefined, error);
    expect(exitCode).to.equal(2);
    expect(JSON.parse(values[0] ?? "")).to.deep.include({
      ok: false,
      tx: { hash: "0xaa", cid: null, status: "waiting", block: null, gasUsed: null },
    });
  });

  it("explains a transaction that failed after all", async () => {
    let simulations = 0;
    const estimateGas = async (): Promise<bigint> => {
      simulations += 1;
      if (simulations > 1) throw REVERT;
      return 21_000n;
    };
    const send = async (): Promise<unknown> =>
      response(async () => {
        throw makeError("transaction execution reverted", "CALL_EXCEPTION", {
          action: "sendTransaction",
          data: null,
          reason: null,
          invocation: null,
          revert: null,
          transaction: { to: "", from: "", data: "" },
        });
      });
    const error = await rejection(
      new Sender(signer({ estimateGas, send })).send("pay", Promise.resolve(TRANSACTION)),
      TransactionFailedError,
    );
    expect(error).to.include({ hash: "0xaa", code: "LoanBook_NoDebt" });
  });
});

describe("Asking the chain about addresses", () => {
  const ETH = "0xd388aB098ed3E84c0D808776440B48F685198498";
  const asked: unknown[] = [];
  const resolver = (answer: unknown): ChainAddressResolver =>
    new ChainAddressResolver({
      request: async ({ method, params }) => {
        asked.push([method, params?.[0]]);
        if (answer instanceof Error) throw answer;
        return answer;
      },
    });

  it("turns an id into the Ethereum address behind it", async () => {
    expect(await resolver(`0x040a${ETH.slice(2).toLowerCase()}`).ethOfId(1000n)).to.equal(ETH);
    expect(asked.at(-1)).to.deep.equal([
      "eth_call",
      { to: "0xfe00000000000000000000000000000000000002", data: `0x${"3e8".padStart(64, "0")}` },
    ]);
    expect(await resolver("0x").ethOfId(1000n)).to.equal(undefined);
    expect(await resolver(`0x0420${"00".repeat(20)}`).ethOfId(1000n), "another namespace").to.equal(undefined);
  });

  it("turns an Ethereum address into its id", async () => {
    expect(await resolver(`0x${"3e8".padStart(64, "0")}`).idOf(ETH)).to.equal(1000n);
    expect(asked.at(-1)).to.deep.equal([
      "eth_call",
      { to: "0xfe00000000000000000000000000000000000001", data: `0x040a${ETH.slice(2).toLowerCase()}` },
    ]);
    expect(await resolver("0x").idOf(ETH)).to.equal(undefined);
  });

  it("asks a Filecoin node about native addresses, and takes no answer for none", async () => {
    expect(await resolver("0xff000000000000000000000000000000000007d0").idOf("f1abc")).to.equal(2000n);
    expect(asked.at(-1)).to.deep.equal(["Filecoin.FilecoinAddressToEthAddress", "f1abc"]);
    expect(await resolver(new Error("method not found")).idOf("f1abc")).to.equal(undefined);
  });
});
