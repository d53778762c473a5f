import type { Address } from "../src/config/index.js";
import { deployScript } from "../rocketh/deploy.js";

/** For 1 attoFIL while nothing has been earned. */
const SHARES_AT_PAR = 10n ** 6n;

/** The lenders' pool, and what the deployer leaves in it for good. */
export default deployScript(
  async (env) => {
    const { seed, vault: wanted } = env.parameters();
    const wfil = env.addressOf("WFIL");
    const vault = env.addressOf("PledgeVault_Proxy");
    const runs = await env.implement({
      name: "PledgeVault",
      args: [wfil, env.addressOf("LoanBook_Proxy"), env.addressOf("RateModel"), env.addressOf("ReserveFund")],
      initialize: { functionName: "initialize", args: [env.addressOf("PlimsollManager")] },
    });

    const [reserveShareWad, liquidityBufferWad] = await env.look<readonly [bigint, bigint]>({
      to: vault,
      contract: "PledgeVault",
      functionName: "vaultParams",
    });
    if (reserveShareWad !== wanted.reserveShareWad || liquidityBufferWad !== wanted.liquidityBufferWad) {
      await env.govern({
        to: vault,
        contract: "PledgeVault",
        functionName: "setVaultParams",
        args: [wanted.reserveShareWad, wanted.liquidityBufferWad],
        role: "RISK",
        description: "change of the vault's parameters",
      });
    }

    const dust = await env.look<bigint>({ to: wfil, contract: "WFIL", functionName: "balanceOf", args: [vault] });
    if (dust < seed.wfilDust) {
      const missing = seed.wfilDust - dust;
      await env.send({ to: wfil, contract: "WFIL", functionName: "deposit", value: missing });
      await env.send({ to: wfil, contract: "WFIL", functionName: "transfer", args: [vault, missing] });
    }
    const dead = { to: vault, contract: "PledgeVault", functionName: "balanceOf", args: [seed.deadHolder] } as const;
    if ((await env.look<bigint>(dead)) === 0n) {
      const deposit = {
        to: vault,
        contract: "PledgeVault",
        functionName: "depositFil",
        args: [seed.deadHolder],
      } as const;
      await env.send({ ...deposit, value: seed.deadDeposit });
    }

    // While an upgrade from a release without a queue waits, the pool has neither limits nor custody.
    if (!runs) return;
    const [depositsPerDay, drawsPerDay] = await env.look<readonly [bigint, bigint]>({
      to: vault,
      contract: "PledgeVault",
      functionName: "flowLimits",
    });
    if (depositsPerDay !== wanted.depositsPerDay || drawsPerDay !== wanted.drawsPerDay) {
      await env.govern({
        to: vault,
        contract: "PledgeVault",
        functionName: "setFlowLimits",
        args: [wanted.depositsPerDay, wanted.drawsPerDay],
        role: "RISK",
        description: "change of the limits on deposits and draws",
      });
    }

    // Shares that wait lie in the pool's own balance; what it has for good keeps that slot filled, see docs/adr/0015.
    const { deployer } = env.namedAccounts;
    const sharesOf = (holder: Address): Promise<bigint> =>
      env.look({ to: vault, contract: "PledgeVault", functionName: "balanceOf", args: [holder] });
    if ((await sharesOf(vault)) !== 0n) return;
    const call = { to: vault, contract: "PledgeVault" } as const;
    if ((await sharesOf(deployer)) === 0n) {
      await env.send({ ...call, functionName: "depositFil", args: [deployer], value: seed.custodyDust });
    }
    const held = await sharesOf(deployer);
    const given = held < seed.custodyDust * SHARES_AT_PAR ? held : seed.custodyDust * SHARES_AT_PAR;
    await env.send({ ...call, functionName: "transfer", args: [vault, given] });
  },
  { tags: ["vault"], dependencies: ["wfil", "stateless"] },
);
