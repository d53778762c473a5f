import { parametersFor } from "../../src/config/index.js";
import type { Stage } from "./loans.js";

/** [seconds] */
const RISK_DELAY = 2n * 86_400n;

/** Makes a call as the RISK role does, its delay included. */
export async function asRisk({ connection, contracts }: Stage, target: string, data: string): Promise<void> {
  const { ethers, provider } = connection;
  const { chainId } = await ethers.provider.getNetwork();
  const [holder] = parametersFor(Number(chainId)).roles.risk;
  const risk = contracts.manager.connect(await ethers.getSigner(holder ?? ""));
  await (await risk.schedule(target, data, 0)).wait();
  await provider.request({ method: "evm_increaseTime", params: [Number(RISK_DELAY)] });
  await (await risk.execute(target, data)).wait();
}
