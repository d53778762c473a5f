import { Wallet } from "ethers";
import hre from "hardhat";
import type { NetworkConnection } from "hardhat/types/network";

import type { Contracts, Deployment } from "../../lib/deployment.js";
import { SimulatedFilecoin } from "../../src/devnet/index.js";
import { LIEN } from "../../src/loans/actions.js";
import { CHANGE_BENEFICIARY, changeBeneficiaryParams, EPOCHS_PER_DAY, FIL } from "../../src/sdk/index.js";

/** A deployment in use: lenders, loans, a debt. */
export interface LiveState {
  readonly filecoin: SimulatedFilecoin;
  readonly lenders: readonly string[];
  readonly loanIds: readonly bigint[];
  /** The loan with a miner and a debt, and where its parts are. */
  readonly drawn: { readonly loanId: bigint; readonly minerId: bigint; readonly account: string };
  /** Lenders with requests in the redeem queue; none in a release without one. */
  readonly controllers: readonly string[];
}

async function openLoan(
  contracts: Contracts,
  payee: string,
  now: bigint,
): Promise<{ loanId: bigint; account: string }> {
  const tranche = {
    amount: 500n * FIL,
    minPowerDelta: 32n << 30n,
    drawDeadline: now + 90n * EPOCHS_PER_DAY,
    proveEpochs: 30n * EPOCHS_PER_DAY,
  };
  await (await contracts.book.open([tranche, tranche], payee)).wait();
  const loanId = await contracts.book.loanCount();
  return { loanId, account: (await contracts.book.loanOf(loanId)).account };
}

const UNIT = 10n ** 24n;

/**
 * Two lenders in the redeem queue: one with requests that are claimed in part, filled and waiting, an operator besides, the other waiting
 * behind it.
 */
async function openRequests(connection: NetworkConnection<string>, contracts: Contracts): Promise<string[]> {
  const [first, second] = (await connection.ethers.getSigners()).slice(6, 8);
  if (first === undefined || second === undefined) throw new RangeError("expected at least 8 accounts");
  for (const lender of [first, second]) {
    await (await contracts.vault.connect(lender).depositFil(lender, { value: 900n * FIL })).wait();
  }
  const [byFirst, bySecond] = [contracts.queue.connect(first), contracts.queue.connect(second)];
  await (await byFirst.requestRedeem(60n * UNIT + 7n, first, first)).wait();
  await (await byFirst.requestRedeem(20n * UNIT, first, first)).wait();
  await (await contracts.queue.fulfil()).wait();
  await (await byFirst.claimShares(25n * UNIT + 1n, first, first, true)).wait();
  await (await byFirst.setOperator(second, true)).wait();
  await (await byFirst.requestRedeem(10n * UNIT, first, first)).wait();
  await (await bySecond.requestRedeem(500n * UNIT + 3n, second, second)).wait();
  return [first.address, second.address];
}

/**
 * Puts a deployment to use: uneven deposits of `lenders` lenders, five facilities, and a miner under one of them that has drawn its
 * first tranche; and, unless the release has no queue, requests in it.
 */
export async function bringToLife(
  connection: NetworkConnection<string>,
  { contracts }: Deployment,
  lenders: number,
  release: "now" | "before the queue" = "now",
): Promise<LiveState> {
  const signers = await connection.ethers.getSigners();
  const provider = signers[5];
  if (provider === undefined) throw new RangeError("expected at least 6 accounts");
  const filecoin = await SimulatedFilecoin.connect(connection.provider, hre.artifacts, provider);

  const receivers = Array.from(
    { length: lenders },
    (_, i) => new Wallet(`0x${(i + 1).toString(16).padStart(64, "0")}`).address,
  );
  for (const [i, receiver] of receivers.entries()) {
    await (await contracts.vault.depositFil(receiver, { value: 37n * FIL + BigInt(i * i * 7 + 1) })).wait();
  }

  const book = contracts.book.connect(provider);
  const asProvider = { ...contracts, book };
  const loans: Array<{ loanId: bigint; account: string }> = [];
  for (let i = 0; i < 5; i++) loans.push(await openLoan(asProvider, provider.address, await filecoin.epoch()));
  const [first] = loans;
  if (first === undefined) throw new RangeError("expected a loan");

  const minerId = await filecoin.createMiner(provider.address);
  await filecoin.fund(minerId, 2_000n * FIL);
  const beneficiary = await contracts.facts.actorIdOf(first.account);
  const term = changeBeneficiaryParams(beneficiary, LIEN.quota, LIEN.expiration);
  await filecoin.callAs(provider.address, minerId, CHANGE_BENEFICIARY, term);
  await (await book.attachMiner(first.loanId, minerId)).wait();
  await (await book.draw(first.loanId, 0n)).wait();
  await filecoin.advanceEpochs(100n);
  const controllers = release === "now" ? await openRequests(connection, contracts) : [];
  return {
    filecoin,
    controllers,
    lenders: receivers,
    loanIds: loans.map(({ loanId }) => loanId),
    drawn: { ...first, minerId },
  };
}

/**
 * Everything that the contracts' getters say that does not move with time, as text: what an upgrade must leave as it was.
 * @param block the same block for every getter that accrues
 */
export async function snapshot(live: LiveState, { contracts }: Deployment): Promise<Record<string, string>> {
  const { vault, queue, book, auction, posted, control, manager, beacon, risk, reserve } = contracts;
  const blockTag = await vault.runner?.provider?.getBlockNumber();
  const at = { blockTag: blockTag ?? "latest" };
  const seen: Record<string, string> = {};
  const see = async (name: string, value: Promise<unknown>): Promise<void> => {
    seen[name] = JSON.stringify(await value, (_, part: unknown) => (typeof part === "bigint" ? part.toString() : part));
  };
  for (const name of [
    "name",
    "symbol",
    "decimals",
    "asset",
    "totalSupply",
    "totalAssets",
    "authority",
    "vaultParams",
  ] as const) {
    await see(`vault.${name}`, vault[name](at));
  }
  await see("vault.sharePrice", vault.convertToAssets(UNIT, at));
  await see("vault.borrowIndex", vault.borrowIndex(at));
  for (const lender of live.lenders) {
    await see(`vault.balanceOf(${lender})`, vault.balanceOf(lender, at));
    await see(`vault.nonces(${lender})`, vault.nonces(lender, at));
  }
  if (live.controllers.length > 0) await seeQueue(live.controllers);
  for (const name of ["loanCount", "maxFacility", "drawsPausedUntil", "attachesPausedUntil"] as const) {
    await see(`book.${name}`, book[name](at));
  }
  for (const loanId of live.loanIds) {
    for (const name of [
      "loanOf",
      "tranchesOf",
      "minersOf",
      "debtOf",
      "positionOf",
      "freeFundsOf",
      "ownerOf",
      "covenantOf",
    ] as const) {
      await see(`book.${name}(${loanId})`, book[name](loanId, at));
    }
  }
  await see("book.loanOfMiner", book.loanOfMiner(live.drawn.minerId, at));
  for (const name of ["name", "symbol", "authority", "stripCount", "activeAuctions"] as const) {
    await see(`auction.${name}`, auction[name](at));
  }
  for (const name of ["authority", "tokenCount", "postedAuctionsPausedUntil"] as const) {
    await see(`posted.${name}`, posted[name](at));
  }
  for (const name of ["authority", "activeAuctions", "minersOnSale", "auctionsPausedUntil"] as const) {
    await see(`control.${name}`, control[name](at));
  }
  for (const loanId of live.loanIds) await see(`posted.postedOf(${loanId})`, posted.postedOf(loanId, at));
  await see(`control.saleOf`, control.saleOf(live.drawn.minerId, at));
  await see("manager.setUpFinished", manager.setUpFinished(at));
  await see("beacon.owner", beacon.owner(at));
  await see("risk.params", risk.params(at));
  await see("reserve.balance", reserve.balance(at));
  return seen;

  /** What a release without a queue answers in another form, or not at all. */
  async function seeQueue(controllers: readonly string[]): Promise<void> {
    await see("vault.poolState", vault.poolState(at));
    await see("vault.lendable", vault.lendable(at));
    await see("vault.flowLimits", vault.flowLimits(at));
    await see("queue.queueState", queue.queueState(at));
    await see("queue.fulfil", queue.fulfil.staticCall(at));
    for (const lender of [...live.lenders, ...controllers]) {
      await see(`vault.maxWithdraw(${lender})`, vault.maxWithdraw(lender, at));
    }
    for (const one of controllers) {
      await see(`queue.requestsOf(${one})`, queue.requestsOf(one, at));
      await see(`queue.claimable(${one})`, queue.claimable(one, at));
      await see(`queue.isOperator(${one})`, queue.isOperator(one, controllers[1] ?? one, at));
      for (let number = 1n; number <= 4n; number += 1n) {
        const id = (BigInt(one) << 96n) | number;
        await see(`queue.pending(${one}, ${number})`, queue.pendingRedeemRequest(id, one, at));
        await see(`queue.filled(${one}, ${number})`, queue.claimableRedeemRequest(id, one, at));
        await see(`queue.assets(${one}, ${number})`, queue.claimableAssets(id, one, at));
        await see(`queue.ahead(${one}, ${number})`, queue.sharesAhead(id, one, at));
      }
    }
  }
}
