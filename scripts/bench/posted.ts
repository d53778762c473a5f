import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { type LoanBench, type Stage, freeze, gasOf, mine, setStage, tracesOf } from "./loans.js";
import { installConstantActors } from "./constant-actors.js";
import type { Figures } from "./figures.js";
import { asRisk } from "./risk.js";

const FIL = 10n ** 18n;
const WAD = 10n ** 18n;
const FOREVER = 2n ** 256n - 1n;

/** By the feed, of one token: 2,000 USD, where a FIL is 4 USD; Chainlink's 8 decimals. */
const TOKEN_USD = 2_000n * 10n ** 8n;
const FIL_USD = 4n * 10n ** 8n;
const TOKEN_FIL = 500n * FIL;
const ROUND_EPOCHS = 480n;
/** A day, as Chainlink's slowest heartbeat [seconds]. */
const MAX_AGE = 86_400;

/**
 * An aggregator as a feed meets it, of one slot: `decimals()` answers 8, everything else (1, slot 0, now, now, 1).
 *   5f35 60e0 1c 63313ce567 14 6028 57               if the selector is that of decimals(), go to 0x28
 *   6001 5f52  5f54 6020 52  42 6040 52  42 6060 52  6001 6080 52  60a0 5f f3
 *   5b 6008 5f52 6020 5f f3
 */
const AGGREGATOR =
  "0x5f3560e01c63313ce567146028576001" + "5f525f5460205242604052426060526001608052" + "60a05ff35b60085f5260205ff3";

const AGGREGATORS = {
  token: "0x00000000000000000000000000000000a6600001",
  fil: "0x00000000000000000000000000000000a6600002",
} as const;

/** Puts an aggregator somewhere. */
async function aggregator(stage: Stage, at: string, price: bigint): Promise<string> {
  const { provider } = stage.connection;
  const word = (value: bigint): string => `0x${value.toString(16).padStart(64, "0")}`;
  await provider.request({ method: "hardhat_setCode", params: [at, AGGREGATOR] });
  await provider.request({ method: "hardhat_setStorageAt", params: [at, "0x0", word(price)] });
  return at;
}

/** What is posted, in the bench. */
export interface Posted {
  /** Of the token that is listed. */
  readonly token: string;
  readonly feed: string;
}

/** Lists a token, another contract of wrapped FIL's code, with a feed of one aggregator for it and one for FIL. */
export async function listToken(stage: Stage): Promise<Posted> {
  const { connection, contracts } = stage;
  const { ethers } = connection;
  const token = await ethers.deployContract("contracts/devnet/WFIL.sol:WFIL");
  const tokenUsd = await aggregator(stage, AGGREGATORS.token, TOKEN_USD);
  const filUsd = await aggregator(stage, AGGREGATORS.fil, FIL_USD);
  const source = (at: string) => ({
    aggregator: at,
    maxAge: MAX_AGE,
    readGas: 100_000,
    minAnswer: 1,
    maxAnswer: 10n ** 15n,
  });
  const none = { aggregator: ethers.ZeroAddress, maxAge: 0, readGas: 0, minAnswer: 0, maxAnswer: 0 };
  const feed = await ethers.deployContract("PriceFeed", [[source(tokenUsd), none, source(filUsd), none], WAD / 50n]);
  const terms = {
    feed: await feed.getAddress(),
    cap: 10_000n * FIL,
    drawWeightWad: (WAD * 7n) / 10n,
    callWeightWad: (WAD * 3n) / 4n,
    liquidationWeightWad: (WAD * 8n) / 10n,
    floorWad: (WAD * 9n) / 10n,
    roundEpochs: ROUND_EPOCHS,
    dustExponent: 15,
  };
  const address = await token.getAddress();
  const listing = contracts.posted.interface.encodeFunctionData("list", [address, terms, TOKEN_FIL]);
  await asRisk(stage, await contracts.posted.getAddress(), listing);
  return { token: address, feed: terms.feed };
}

/** The provider has posted before for its loan, taken all of it back, and others have the token too. */
async function prepare(stage: Stage, { token }: Posted): Promise<void> {
  const { connection, contracts, sp, loanId } = stage;
  const signer = await connection.ethers.getSigner(sp);
  const wrapped = contracts.wfil.attach(token).connect(signer) as typeof contracts.wfil;
  await (await wrapped.deposit({ value: 100n * FIL })).wait();
  await (await wrapped.approve(contracts.posted, FOREVER)).wait();
  const posted = contracts.posted.connect(signer);
  await (await posted.post(loanId, token, FIL)).wait();
  await (await contracts.book.connect(signer).open([...(await trancheOf(stage))], sp)).wait();
  await (await posted.post(await contracts.book.loanCount(), token, FIL)).wait();
  await (await posted.unpost(loanId, token, FIL, sp)).wait();
}

async function trancheOf({ contracts, loanId }: Stage) {
  const [tranche] = await contracts.book.tranchesOf(loanId);
  if (tranche === undefined) return [];
  const { amount, minPowerDelta, drawDeadline, proveEpochs } = tranche;
  return [{ amount, minPowerDelta, drawDeadline, proveEpochs }];
}

/** The dearer of a loan's first post and a further one; and a draw while the token is there. */
async function measureProvider(stage: Stage, { token }: Posted): Promise<Figures> {
  const { connection, contracts, sp, loanId } = stage;
  const signer = await connection.ethers.getSigner(sp);
  const posted = contracts.posted.connect(signer);
  const posts = [
    await gasOf(stage, "post, the first", posted.post(loanId, token, FIL / 10n)),
    await gasOf(stage, "post, a further one", posted.post(loanId, token, FIL / 10n)),
  ];
  const draw = await gasOf(stage, "draw with tokens", contracts.book.connect(signer).draw(loanId, 0n));
  return { post: Math.max(...posts), draw };
}

/** A part of the tokens of a loan just below health 1, by who has bought of them before: the dearer of paying in FIL and in WFIL. */
async function measureBuyer(stage: Stage, { token }: Posted): Promise<Figures> {
  const { connection, contracts, keeper, loanId } = stage;
  const signer = await connection.ethers.getSigner(keeper);
  const posted = contracts.posted.connect(signer);
  await (await contracts.wfil.connect(signer).approve(contracts.posted, FOREVER)).wait();
  await freeze(stage, await unhealthyWithTokens(stage));
  const kick = await gasOf(stage, "kick of tokens", posted.kick(loanId, token));
  await mine(stage, ROUND_EPOCHS / 2n);
  const take = (label: string, value: bigint): Promise<number> =>
    gasOf(stage, label, posted.take(loanId, token, FIL / 200n, FOREVER, keeper, "0x", { value, gasLimit: 2_000_000 }));
  await take("first take of tokens, FIL", 10n * FIL);
  const takes = [await take("take of tokens, FIL", 10n * FIL), await take("take of tokens, WFIL", 0n)];
  return { kick, take: Math.max(...takes) };
}

/** Less pledge: health just below 1 with the tokens counted. */
async function unhealthyWithTokens(stage: Stage): Promise<Stage["healthy"]> {
  const { contracts, loanId, healthy, connection } = stage;
  let [low, high] = [0n, healthy.pledge];
  const at = (pledge: bigint) => ({ ...healthy, pledge, available: 0n, terminationFee: pledge / 200n });
  while (high - low > FIL / 100n) {
    const middle = (low + high) / 2n;
    await installConstantActors(connection.provider, at(middle));
    if ((await contracts.book.positionOf(loanId)).healthWad < (WAD * 98n) / 100n) low = middle;
    else high = middle;
  }
  return at(low);
}

/**
 * Gas of what posted collateral adds: posting, drawing against it, and buying a part of it in liquidation; whole transactions by users who
 * are not new, through all proxies, with a feed of two aggregators.
 */
export async function measurePosted(
  hre: HardhatRuntimeEnvironment,
  options: {
    readonly breakdown?: boolean;
    /** Puts others there before. */
    readonly among?: (stage: Stage, posted: Posted) => Promise<void>;
  } = {},
): Promise<LoanBench> {
  const stage = await setStage(hre);
  const posted = await listToken(stage);
  await options.among?.(stage, posted);
  await prepare(stage, posted);
  await freeze(stage, stage.healthy);
  const figures = { ...(await measureProvider(stage, posted)), ...(await measureBuyer(stage, posted)) };
  const names = {
    [posted.token]: "token",
    [posted.feed]: "feed",
    [AGGREGATORS.token]: "aggregator",
    [AGGREGATORS.fil]: "aggregator",
  };
  const breakdowns = options.breakdown ? await tracesOf(stage, names) : [];
  await stage.connection.close();
  return { figures, breakdowns };
}
