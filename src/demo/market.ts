import type { DevAggregator, DevToken, IPostedCollateral } from "../../typechain-types/index.js";
import {
  DevAggregator__factory,
  DevToken__factory,
  IPostedCollateral__factory,
  PlimsollManager__factory,
  PriceFeed__factory,
} from "../../typechain-types/index.js";
import { EPOCHS_PER_DAY, FIL, WAD } from "../sdk/index.js";
import type { Stage } from "./stage.js";

/** A token that is posted beside the miners, and the source of its price. */
export interface Market {
  readonly token: DevToken;
  readonly source: DevAggregator;
  readonly posted: IPostedCollateral;
}

/** As listed: weights, floor and round of an auction as docs/adr/0014 suggests them for a volatile token. */
const TERMS = {
  cap: 100_000n * WAD,
  drawWeightWad: (70n * WAD) / 100n,
  callWeightWad: (75n * WAD) / 100n,
  liquidationWeightWad: (80n * WAD) / 100n,
  floorWad: (90n * WAD) / 100n,
  roundEpochs: 480n,
  dustExponent: 16n,
} as const;

/** An answer older than this is late [seconds]. */
const MAX_AGE = 3_600n;
const READ_GAS = 1_000_000n;
const DEVIATION = WAD / 50n;
/** The RISK role's delay of two days, and a little [epoch]. */
const NOTICE = 2n * EPOCHS_PER_DAY + 10n;

/** Puts the token and its feed on the chain; the RISK role lists it after its delay of two days. */
export async function openMarket(stage: Stage, price: bigint): Promise<Market> {
  const { senders, deployed } = stage;
  const owner = senders.network.signer;
  const token = await new DevToken__factory(owner).deploy("Ether for the demo", "dETH");
  const source = await new DevAggregator__factory(owner).deploy("dETH / FIL", price);
  const none = { aggregator: "0x" + "0".repeat(40), maxAge: 0n, readGas: 0n, minAnswer: 0n, maxAnswer: 0n };
  const base = {
    aggregator: await source.getAddress(),
    maxAge: MAX_AGE,
    readGas: READ_GAS,
    minAnswer: 1n,
    maxAnswer: 1_000_000n * FIL,
  };
  const feed = await new PriceFeed__factory(owner).deploy([base, none, none, none], DEVIATION);
  const posted = IPostedCollateral__factory.connect(deployed.posted, owner);
  const terms = { ...TERMS, feed: await feed.getAddress() };
  const listing = posted.interface.encodeFunctionData("list", [await token.getAddress(), terms, price]);
  const manager = PlimsollManager__factory.connect(deployed.manager, owner);
  await senders.risk.send("schedule", manager.schedule.populateTransaction(deployed.posted, listing, 0n));
  await stage.filecoin.advanceEpochs(NOTICE);
  await (await source.set(price)).wait();
  await senders.risk.send("list the token", manager.execute.populateTransaction(deployed.posted, listing));
  return { token, source, posted };
}
