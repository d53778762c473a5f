import {
  AbstractSigner,
  type Provider,
  type Signer,
  type TransactionRequest,
  type TransactionResponse,
  type TypedDataDomain,
  type TypedDataField,
} from "ethers";

/** Signs like another signer and remembers what was sent, so that the ledger can account for the gas of everything. */
export class RecordingSigner extends AbstractSigner {
  constructor(
    private readonly inner: Signer,
    private readonly hashes: string[],
    /** Given, it saves the estimate: for the simulated network's own heavy messages, whose gas nobody looks at. */
    private readonly gasLimit?: bigint,
  ) {
    super(inner.provider);
  }

  async getAddress(): Promise<string> {
    return this.inner.getAddress();
  }

  connect(provider: Provider | null): RecordingSigner {
    return new RecordingSigner(this.inner.connect(provider), this.hashes, this.gasLimit);
  }

  override async sendTransaction(transaction: TransactionRequest): Promise<TransactionResponse> {
    const limit = this.gasLimit === undefined ? {} : { gasLimit: this.gasLimit };
    const response = await this.inner.sendTransaction({ ...limit, ...transaction });
    this.hashes.push(response.hash);
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
