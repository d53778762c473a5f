import { deployScript } from "../rocketh/deploy.js";

/** The lenders' pool, and what the deployer leaves in it for good. */
export default deployScript(
  async (env) => {
    const { seed, vault: wanted } = env.parameters();
    const wfil = env.addressOf("WFIL");
    const vault = env.addressOf("PledgeVault_Proxy");
    await env.implement({
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
  },
  { tags: ["vault"], dependencies: ["wfil", "stateless"] },
);
