import type { BaseContract } from "ethers";

import type { CommandBench } from "./cli.js";

/** By number among the accounts of the public test mnemonic (src/config/local.ts). */
const RISK = 3;
/** [s] */
const RISK_DELAY = 2n * 86_400n;

/**
 * Does as the RISK role does: schedules, waits, executes.
 * @param ready done after the wait, just before it is executed
 */
export async function asRisk(
  bench: CommandBench,
  target: BaseContract,
  functionName: string,
  args: readonly unknown[],
  ready: () => Promise<void> = async () => undefined,
): Promise<void> {
  const { ethers, provider } = bench.connection;
  const managed = await ethers.getContractAt("PledgeVault", await bench.contracts.vault.getAddress());
  const manager = await ethers.getContractAt("PlimsollManager", await managed.authority());
  const risk = manager.connect(await ethers.getSigner(bench.accounts[RISK] ?? ""));
  const [to, data] = [await target.getAddress(), target.interface.encodeFunctionData(functionName, [...args])];
  await (await risk.schedule(to, data, 0)).wait();
  await provider.request({ method: "evm_increaseTime", params: [Number(RISK_DELAY)] });
  await provider.request({ method: "hardhat_mine", params: ["0x1"] });
  await ready();
  await (await risk.execute(to, data)).wait();
}
