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

/** Signs like another signer and keeps the record of what was sent. */
export class RecordingSigner extends AbstractSigner {
  constructor(
    private readonly inner: Signer,
    private readonly record: SigningRecord,
    /** Given, it saves the estimate: for the simulated network's own heavy messages, whose gas nobody looks at. */
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
