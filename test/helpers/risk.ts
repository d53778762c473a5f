import type { CommandBench } from "./cli.js";

/** By number among the accounts of the public test mnemonic (src/config/local.ts). */
const RISK = 3;
/** [s] */
const RISK_DELAY = 2n * 86_400n;

/** Makes a call as the RISK role does, its delay included: scheduled, two days later executed. */
export async function asRisk(bench: CommandBench, target: string, data: string): Promise<void> {
  const { ethers, provider } = bench.connection;
  const managed = await ethers.getContractAt("PledgeVault", await bench.contracts.vault.getAddress());
  const manager = await ethers.getContractAt("PlimsollManager", await managed.authority());
  const risk = manager.connect(await ethers.getSigner(bench.accounts[RISK] ?? ""));
  await (await risk.schedule(target, data, 0)).wait();
  await provider.request({ method: "evm_increaseTime", params: [Number(RISK_DELAY)] });
  await provider.request({ method: "hardhat_mine", params: ["0x1"] });
  await (await risk.execute(target, data)).wait();
}
