import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { AbiCoder, Interface, ZeroHash, concat, zeroPadValue } from "ethers";
import { artifacts, network } from "hardhat";
import type { NetworkConnection } from "hardhat/types/network";

import type { ArtifactOverrides, ContractArtifact } from "../../lib/artifacts.js";
import { deployAll, type DeployResult } from "../../lib/deployment.js";
import { DAY, FIL, parametersFor, CHAIN_IDS } from "../../src/config/index.js";
import { bringToLife, type LiveState, snapshot } from "../helpers/live.js";

const BEFORE_QUEUE = JSON.parse(
  readFileSync(new URL("fixtures/PledgeVaultBeforeQueue.json", import.meta.url), "utf8"),
) as { readonly bytecode: string };
/** ERC-1967: keccak256("eip1967.proxy.implementation") - 1. */
const IMPLEMENTATION_SLOT = "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc";
/** As in PledgeVaultStorage.sol. */
const LIMITS_SLOT = "0xb8ce2afce099b33ba8726cc730cee2358e3480a919352386ff9590a54737c400";

const RELEASE = new Interface(["function release() view returns (uint256)"]);

describe("upgrade of a deployment in use", () => {
  let folder: string;
  let connection: NetworkConnection<string>;
  let before: DeployResult;
  let live: LiveState;
  let next: ArtifactOverrides;

  const run = (options: { artifacts?: ArtifactOverrides } = {}) =>
    deployAll(connection, { save: true, folder, ...options });

  async function release(address: string): Promise<bigint | undefined> {
    try {
      const data = await connection.ethers.provider.call({ to: address, data: RELEASE.encodeFunctionData("release") });
      return RELEASE.decodeFunctionResult("release", data)[0] as bigint;
    } catch {
      return undefined;
    }
  }

  async function passWeek(): Promise<void> {
    await connection.provider.request({ method: "evm_increaseTime", params: [Number(7n * DAY)] });
    await connection.provider.request({ method: "hardhat_mine", params: ["0x1"] });
  }

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "plimsoll-upgrade-"));
    connection = (await network.create()) as NetworkConnection<string>;
    before = await run();
    live = await bringToLife(connection, before, 50);
    const read = async (name: string) => (await artifacts.readArtifact(name)) as unknown as ContractArtifact;
    next = {
      PledgeVault: await read("PledgeVaultNext"),
      LoanBook: await read("LoanBookNext"),
      StripAuction: await read("StripAuctionNext"),
      PostedCollateral: await read("PostedCollateralNext"),
      ControlAuction: await read("ControlAuctionNext"),
      CollateralAccount: await read("CollateralAccountNext"),
    };
  });

  afterEach(async () => {
    rmSync(folder, { recursive: true, force: true });
    await connection.close();
  });

  it("U-08: keeps every balance, loan and setting, and can be taken back", async () => {
    const { addresses } = before;
    const { vault, book, auction, posted, control } = addresses;
    const proxies = [vault, book, auction, posted, control, live.drawn.account];

    const scheduled = await run({ artifacts: next });
    expect(scheduled.report.proposals.map(({ next: step }) => step)).to.deep.equal(Array(6).fill("waiting"));
    for (const proxy of proxies) expect(await release(proxy), "upgraded before the delay").to.equal(undefined);
    const again = await run({ artifacts: next });
    expect(again.transactions, "a run while waiting").to.deep.equal([]);

    await passWeek();
    const was = await without(6);
    const executed = await run({ artifacts: next });
    expect(executed.transactions).to.have.length(6);
    expect(executed.addresses).to.deep.equal(addresses);
    for (const proxy of proxies) expect(await release(proxy), `release of ${proxy}`).to.equal(2n);
    expectSame(was, await snapshot(live, before));

    // In use: what is new carries on where the old left off.
    await (await before.contracts.vault.depositFil(live.lenders[0] ?? "", { value: FIL })).wait();
    await (await before.contracts.book.repay(live.drawn.loanId, { value: 50n * FIL })).wait();
    expect((await run({ artifacts: next })).transactions).to.deep.equal([]);
    await payEverybodyWhoWaits();

    // And back: the old implementations are deployed anew and take the same way.
    const back = await run();
    expect(back.report.proposals).to.have.length(6);
    await passWeek();
    const beforeBack = await without(6);
    expect((await run()).transactions).to.have.length(6);
    for (const proxy of proxies) expect(await release(proxy), "taken back").to.equal(undefined);
    expectSame(beforeBack, await snapshot(live, before));
  });

  it("U-08: takes the vault of the release before the queue along, with every balance", async () => {
    rmSync(folder, { recursive: true, force: true });
    await connection.close();
    connection = (await network.create()) as NetworkConnection<string>;
    before = await run();
    await putBackBeforeTheQueue();
    live = await bringToLife(connection, before, 50, "before the queue");
    const { contracts, addresses } = before;
    await expect(contracts.queue.queueState()).to.be.revert(connection.ethers);

    const scheduled = await run();
    expect(scheduled.report.proposals.map(({ next: step }) => step)).to.deep.equal(["waiting"]);
    await passWeek();
    const was = await without(2);
    const executed = await run();
    // The upgrade, and the proposal of limits, which the old vault did not have.
    expect(executed.transactions).to.have.length(2);
    expectSame(was, await snapshot(live, before), 150);
    expect(await contracts.vault.flowLimits()).to.deep.equal([0n, 0n]);
    await passWeek();
    await run();
    const { vault: wanted } = parametersFor(CHAIN_IDS.local);
    expect(await contracts.vault.flowLimits()).to.deep.equal([wanted.depositsPerDay, wanted.drawsPerDay]);
    expect((await run()).transactions).to.deep.equal([]);

    // The queue works on the ledger that it found.
    const lender = (await connection.ethers.getSigners())[6];
    if (lender === undefined) throw new RangeError("expected at least 7 accounts");
    await (await contracts.vault.connect(lender).depositFil(lender, { value: 100n * FIL })).wait();
    const shares = await contracts.vault.balanceOf(lender);
    await (await contracts.queue.connect(lender).requestRedeem(shares, lender, lender)).wait();
    await (await contracts.queue.fulfil()).wait();
    const claim = contracts.queue.connect(lender).claimShares(shares, lender, lender, true);
    const worth = (await contracts.queue.claimable(lender)).assets;
    expect(100n * FIL - worth <= 2n, "all of the deposit, but for rounding").to.equal(true);
    await expect(claim).to.changeEtherBalance(connection.ethers, lender, worth);
    expect((await contracts.vault.poolState()).setAside).to.equal(0n);
    expect(await contracts.vault.balanceOf(addresses.vault)).to.be.greaterThan(0n);
  });

  it("U-15: the beacon moves only with UPGRADER, and takes old and new accounts with it", async () => {
    const { contracts, addresses } = before;
    const [stranger] = await connection.ethers.getSigners();
    await expect(contracts.beacon.connect(stranger).upgradeTo(addresses.risk))
      .to.be.revertedWithCustomError(contracts.beacon, "OwnableUnauthorizedAccount")
      .withArgs(stranger?.address);
    const upgrader = await connection.ethers.getSigner(parametersFor(CHAIN_IDS.local).roles.upgrader[0] ?? "");
    await expect(contracts.beacon.connect(upgrader).upgradeTo(addresses.risk))
      .to.be.revertedWithCustomError(contracts.beacon, "OwnableUnauthorizedAccount")
      .withArgs(upgrader.address);
    expect(await contracts.beacon.owner()).to.equal(addresses.manager);

    const only: ArtifactOverrides =
      next.CollateralAccount === undefined ? {} : { CollateralAccount: next.CollateralAccount };
    await run({ artifacts: only });
    await passWeek();
    await run({ artifacts: only });
    for (const loanId of live.loanIds) {
      expect(await release((await contracts.book.loanOf(loanId)).account)).to.equal(2n);
    }
  });

  it("U-07: a scheduled upgrade to what is no implementation fails and leaves the old one", async () => {
    const { contracts, addresses } = before;
    const { manager, vault } = contracts;
    const [upgraderAddress] = before.parameters.roles.upgrader;
    const upgrader = await connection.ethers.getSigner(upgraderAddress ?? "");
    const codeless = `0x${"12".repeat(20)}`;
    for (const bad of [codeless, addresses.facts]) {
      const data = vault.interface.encodeFunctionData("upgradeToAndCall", [bad, "0x"]);
      await (await manager.connect(upgrader).schedule(addresses.vault, data, 0)).wait();
      await passWeek();
      const attempt = manager.connect(upgrader).execute(addresses.vault, data);
      if (bad === codeless) await expect(attempt).to.be.revert(connection.ethers);
      else await expect(attempt).to.be.revertedWithCustomError(vault, "ERC1967InvalidImplementation").withArgs(bad);
      expect(await vault.totalAssets()).to.be.greaterThan(0n);
    }
  });

  /** Everybody in the queue is filled and paid, by the numbers that the old release left. */
  async function payEverybodyWhoWaits(): Promise<void> {
    const { queue, vault } = before.contracts;
    const id = await connection.provider.request({ method: "evm_snapshot", params: [] });
    await (await queue.fulfil()).wait();
    expect((await vault.poolState()).waitingShares).to.equal(0n);
    for (const controller of live.controllers) {
      const { shares, assets } = await queue.claimable(controller);
      expect(shares).to.be.greaterThan(0n);
      const byController = queue.connect(await connection.ethers.getSigner(controller));
      const claim = byController.claimShares(shares, controller, controller, true);
      await expect(claim).to.changeEtherBalance(connection.ethers, controller, assets);
    }
    expect((await vault.poolState()).setAside).to.equal(0n);
    await connection.provider.request({ method: "evm_revert", params: [id] });
  }

  /** Puts the vault's proxy on the code of the release before the queue, with the storage that this one knew. */
  async function putBackBeforeTheQueue(): Promise<void> {
    const { addresses } = before;
    const [deployer] = await connection.ethers.getSigners();
    const types = ["address", "address", "address", "address"];
    const args = [addresses.wfil, addresses.book, addresses.rateModel, addresses.reserve];
    const code = concat([BEFORE_QUEUE.bytecode, AbiCoder.defaultAbiCoder().encode(types, args)]);
    const receipt = await (await deployer?.sendTransaction({ data: code }))?.wait();
    const old = zeroPadValue(receipt?.contractAddress ?? "", 32);
    for (const [slot, value] of [
      [IMPLEMENTATION_SLOT, old],
      [LIMITS_SLOT, ZeroHash],
    ]) {
      await connection.provider.request({ method: "hardhat_setStorageAt", params: [addresses.vault, slot, value] });
    }
  }

  /** What the getters would say `blocks` later had nothing been sent: interest runs by the block. */
  async function without(blocks: number): Promise<Record<string, string>> {
    const id = await connection.provider.request({ method: "evm_snapshot", params: [] });
    await connection.provider.request({ method: "hardhat_mine", params: [`0x${blocks.toString(16)}`] });
    const seen = await snapshot(live, before);
    await connection.provider.request({ method: "evm_revert", params: [id] });
    return seen;
  }

  function expectSame(was: Record<string, string>, is: Record<string, string>, atLeast = 250): void {
    expect(Object.keys(was)).to.have.length.greaterThan(atLeast);
    expect(is).to.deep.equal(was);
  }
});
