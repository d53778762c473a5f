import { type Addresses, deployAll } from "../../lib/deployment.js";
import { Sender } from "../chain/index.js";
import type { Connection, Runtime } from "../cli/session.js";
import { SimulatedFilecoin } from "../devnet/index.js";
import { type Plimsoll, connectContracts } from "../loans/contracts.js";
import { type AddressRules, FIL, addressRules, maskedId } from "../sdk/index.js";
import { type Party, balances } from "./ledger.js";
import { type SigningRecord, RecordingSigner } from "./recording-signer.js";

/** Who plays, by number among the chain's accounts; 0 deploys, 1 to 3 hold the roles of governance. */
const CAST = { deployer: 0, risk: 3, lenderA: 4, lenderB: 5, provider: 6, keeper: 7, network: 8 } as const;

export type Role = keyof typeof CAST;

/** What everybody brings [FIL]. */
export type Purses = Readonly<Record<Role, bigint>>;

const PURSES: Purses = {
  deployer: 1_000n,
  risk: 10n,
  lenderA: 7_000n,
  lenderB: 5_000n,
  provider: 12_000n,
  keeper: 9_000n,
  network: 50_000n,
};

/** Hardhat's default for the receiver of gas premiums. */
const COINBASE = "0xC014BA5EC014ba5ec014Ba5EC014ba5Ec014bA5E";
const BURNT_ID = 99n;
/** More than any message of the simulated network takes; what is not used is not paid. */
const CRON_GAS = 9_000_000_000n;

/** Names of the ledger's parties. */
export const NAMES = {
  producers: "Block producers (gas premiums)",
  burnt: "Burnt by the network (f099)",
} as const;

/** The chain with everything on it, and who acts there. */
export interface Stage {
  readonly connection: Connection;
  readonly contracts: Plimsoll;
  readonly rules: AddressRules;
  /** Drives the network: epochs, block rewards, cron. */
  readonly filecoin: SimulatedFilecoin;
  /** What the storage provider does with its own keys and its own FIL. */
  readonly own: SimulatedFilecoin;
  readonly senders: Readonly<Record<Role, Sender>>;
  readonly addresses: Readonly<Record<Role, string>>;
  /** Of all contracts of the deployment. */
  readonly deployed: Addresses;
  /** Parties known so far; accounts of loans and miners join when they come to be. */
  readonly parties: Party[];
  readonly opening: ReadonlyMap<string, bigint>;
  /** Every transaction so far, and who is told of the next. */
  readonly record: SigningRecord;
  /** How many of them the deployment took. */
  readonly deployTransactions: number;
}

/**
 * Sets up a throw-away chain: purses, then the deploy scripts, then the simulated Filecoin's driver.
 * @param providerGas limit of each of the provider's transactions; given, it saves their estimates [gas]
 */
export async function setStage(hre: Runtime, purses: Purses = PURSES, providerGas?: bigint): Promise<Stage> {
  const connection = (await hre.network.create({ network: "default" })) as unknown as Connection;
  const { provider, ethers } = connection;
  const signers = await ethers.getSigners();
  const record: SigningRecord = { hashes: [], watchers: [] };
  const roles = Object.keys(CAST) as Role[];
  const limits: Partial<Readonly<Record<Role, bigint | undefined>>> = { network: CRON_GAS, provider: providerGas };
  const at = (role: Role): RecordingSigner => {
    const signer = signers[CAST[role]];
    if (signer === undefined) throw new RangeError(`account ${CAST[role]} of the local chain is missing`);
    return new RecordingSigner(signer, record, limits[role]);
  };
  const cast = Object.fromEntries(roles.map((role) => [role, at(role)])) as Record<Role, RecordingSigner>;
  const addresses = Object.fromEntries(
    await Promise.all(roles.map(async (role) => [role, await cast[role].getAddress()] as const)),
  ) as Record<Role, string>;
  for (const role of roles) {
    const params = [addresses[role], `0x${(purses[role] * FIL).toString(16)}`];
    await provider.request({ method: "hardhat_setBalance", params });
  }
  const parties: Party[] = [
    { name: "Lender A", addresses: [addresses.lenderA] },
    { name: "Lender B", addresses: [addresses.lenderB] },
    { name: "Storage provider", addresses: [addresses.provider] },
    { name: "Keeper", addresses: [addresses.keeper] },
    { name: "Deployer and RISK", addresses: [addresses.deployer, addresses.risk] },
    { name: "Block rewards and cron (f02, f03)", addresses: [addresses.network] },
    {
      name: "Other accounts",
      addresses: signers
        .map((signer) => signer.address)
        .filter((address) => !Object.values(addresses).includes(address)),
    },
    { name: NAMES.burnt, addresses: [maskedId(BURNT_ID)] },
    { name: NAMES.producers, addresses: [COINBASE] },
  ];
  const opening = await balances(provider, parties);

  const deployment = await deployAll(connection, { save: false });
  record.hashes.push(...deployment.transactions);
  const contracts = await connectContracts(ethers, deployment.addresses);
  const { vault, reserve, book, auction, wfil, ...others } = deployment.addresses;
  parties.splice(
    4,
    0,
    { name: "Pool (PledgeVault)", addresses: [vault] },
    { name: "Reserve fund", addresses: [reserve] },
    { name: "Wrapped FIL", addresses: [wfil] },
    { name: "Other contracts", addresses: [book, auction, ...Object.values(others)] },
  );
  const filecoin = await SimulatedFilecoin.connect(provider, hre.artifacts, cast.network);
  const own = await SimulatedFilecoin.connect(provider, hre.artifacts, cast.provider);
  const senders = Object.fromEntries(roles.map((role) => [role, new Sender(cast[role])])) as Record<Role, Sender>;
  const rules = addressRules(BigInt(connection.networkConfig.chainId ?? 0));
  return {
    connection,
    contracts,
    rules,
    filecoin,
    own,
    senders,
    addresses,
    parties,
    opening,
    record,
    deployed: deployment.addresses,
    deployTransactions: deployment.transactions.length,
  };
}

/** Adds a party that has come to be: it opened with nothing. */
export function join(stage: Stage, name: string, ...addresses: readonly string[]): void {
  stage.parties.splice(4, 0, { name, addresses });
}
