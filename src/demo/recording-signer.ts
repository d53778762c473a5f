import {
  AbstractSigner,
  type Provider,
  type Signer,
  type TransactionRequest,
  type TransactionResponse,
  type TypedDataDomain,
  type TypedDataField,
} from "ethers";

/** What all signers of a stage share. */
export interface SigningRecord {
  /** Every transaction sent, so that the ledger can account for its gas. */
  readonly hashes: string[];
  /** Told of each transaction just before it is sent; it waits for them. */
  readonly watchers: Array<(transaction: TransactionRequest) => Promise<void>>;
}

/** More than any transaction of a play takes. A bound halves the search for what one takes, which runs it again and again [gas]. */
const MOST_GAS = 100_000_000n;

/** Signs like another signer and keeps the record of what was sent. */
export class RecordingSigner extends AbstractSigner {
  constructor(
    private readonly inner: Signer,
    private readonly record: SigningRecord,
    /** Given, it saves the estimate: for those whose gas nobody looks at, such as the simulated network's own heavy messages. */
    private readonly gasLimit?: bigint,
  ) {
    super(inner.provider);
  }

  async getAddress(): Promise<string> {
    return this.inner.getAddress();
  }

  connect(provider: Provider | null): RecordingSigner {
    return new RecordingSigner(this.inner.connect(provider), this.record, this.gasLimit);
  }

  /** With a limit of its own a transaction is only tried out, once. */
  override async estimateGas(transaction: TransactionRequest): Promise<bigint> {
    if (this.gasLimit === undefined) return super.estimateGas({ gasLimit: MOST_GAS, ...transaction });
    await this.call({ ...transaction, gasLimit: this.gasLimit, blockTag: "pending" });
    return this.gasLimit;
  }

  override async sendTransaction(transaction: TransactionRequest): Promise<TransactionResponse> {
    const limit = this.gasLimit === undefined ? {} : { gasLimit: this.gasLimit };
    for (const watcher of this.record.watchers) await watcher(transaction);
    const response = await this.inner.sendTransaction({ ...limit, ...transaction });
    this.record.hashes.push(response.hash);
    return response;
  }

  async signTransaction(transaction: TransactionRequest): Promise<string> {
    return this.inner.signTransaction(transaction);
  }

  async signMessage(message: string | Uint8Array): Promise<string> {
    return this.inner.signMessage(message);
  }

  async signTypedData(
    domain: TypedDataDomain,
    types: Record<string, TypedDataField[]>,
    value: Record<string, unknown>,
  ): Promise<string> {
    return this.inner.signTypedData(domain, types, value);
  }
}
