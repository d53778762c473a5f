import type { ContractName } from "../lib/artifacts.js";
import { DeployError } from "../lib/errors.js";
import { PROXIES } from "../lib/proxies.js";
import { ROLE_FUNCTIONS, ROLE_IDS, ROLE_NAMES, holdersOf } from "../lib/roles.js";
import type { Address } from "../src/config/index.js";
import { deployScript } from "../rocketh/deploy.js";

function expect(subject: string, expected: unknown, actual: unknown): void {
  const text = (value: unknown): string => String(value).toLowerCase();
  if (text(expected) !== text(actual)) throw new DeployError(subject, String(expected), String(actual));
}

const list = (addresses: readonly string[]): string =>
  [...addresses]
    .map((one) => one.toLowerCase())
    .sort()
    .join(", ");

/** Reads back what the scripts before it were to bring about. What waits for governance is reported, not an error. */
export default deployScript(
  async (env) => {
    const parameters = env.parameters();
    const manager = env.addressOf("PlimsollManager");
    const at = { to: manager, contract: "PlimsollManager" } as const;
    const settled = env.report().proposals.length === 0;

    // Set-up is over, and the deployer has nothing left.
    expect("PlimsollManager.setUpFinished", true, await env.look({ ...at, functionName: "setUpFinished" }));
    for (const role of ROLE_NAMES) {
      const { holders, delay } = holdersOf(parameters, role);
      const members = await env.look<readonly Address[]>({ ...at, functionName: "membersOf", args: [ROLE_IDS[role]] });
      if (settled) expect(`holders of ${role}`, list(holders), list(members));
      for (const member of members) {
        const [, actual] = await env.look<readonly [boolean, bigint]>({
          ...at,
          functionName: "hasRole",
          args: [ROLE_IDS[role], member],
        });
        if (settled) expect(`delay of ${member} in ${role}`, delay, actual);
      }
    }

    // Each function answers to its role, on contracts that answer to the manager.
    for (const { contract, at: where, signature, role } of ROLE_FUNCTIONS) {
      const selector = env.abiOf(contract).getFunction(signature)?.selector;
      if (selector === undefined) throw new DeployError(`${contract}.${signature}`, "a function", "none");
      const args = [env.addressOf(where ?? contract), selector];
      const actual = await env.look<bigint>({ ...at, functionName: "getTargetFunctionRole", args });
      if (settled) expect(`role of ${contract}.${signature}`, ROLE_IDS[role], actual);
    }
    for (const contract of [...PROXIES, "RiskEngine", "SectorConditions"] as const) {
      const to = env.addressOf(contract);
      expect(`${contract}.authority`, manager, await env.look({ to, contract, functionName: "authority" }));
    }
    const beacon = env.addressOf("AccountBeacon");
    expect(
      "AccountBeacon.owner",
      manager,
      await env.look({ to: beacon, contract: "AccountBeacon", functionName: "owner" }),
    );

    const account = await env.look<Address>({ to: beacon, contract: "AccountBeacon", functionName: "implementation" });
    if (settled) expect("AccountBeacon.implementation", env.addressOf("CollateralAccount"), account);

    // Each proxy runs the recorded implementation, which is this code and names the right counterparts.
    const named: Readonly<Record<(typeof PROXIES)[number], readonly string[]>> = {
      PledgeVault: ["WFIL", "LoanBook_Proxy", "RateModel"],
      LoanBook: [
        "PledgeVault_Proxy",
        "RiskEngine",
        "MinerFacts",
        "StripAuction_Proxy",
        "PostedCollateral_Proxy",
        "LoanDesk",
      ],
      StripAuction: ["LoanBook_Proxy", "PledgeVault_Proxy", "ReserveFund", "WFIL"],
      PostedCollateral: ["LoanBook_Proxy", "PledgeVault_Proxy", "WFIL"],
      ControlAuction: ["LoanBook_Proxy", "WFIL"],
      FuturesIndex: [],
      FuturesClearing: ["FuturesIndex_Proxy", "FuturesDesk"],
    };
    for (const name of PROXIES) {
      const running = await env.runningImplementation(env.addressOf(`${name}_Proxy`));
      if (running === env.addressOf("Bootstrap"))
        throw new DeployError(`${name} proxy`, `an implementation`, "Bootstrap");
      if (!settled) continue;
      expect(`implementation of ${name}`, env.addressOf(`${name}_Implementation`), running);
      await env.checkCode(name, running, named[name].map(env.addressOf));
    }
    const direct: ReadonlyArray<readonly [ContractName, readonly string[]]> = [
      [
        "LoanDesk",
        [
          "PledgeVault_Proxy",
          "RiskEngine",
          "MinerFacts",
          "AccountBeacon",
          "PostedCollateral_Proxy",
          "Reputation",
          "LoanEscrow",
        ],
      ],
      [
        "LoanEscrow",
        [
          "PledgeVault_Proxy",
          "RiskEngine",
          "MinerFacts",
          "PostedCollateral_Proxy",
          "ControlAuction_Proxy",
          "SectorConditions",
          "LoanTerms",
        ],
      ],
      ["LoanTerms", ["PledgeVault_Proxy", "RiskEngine", "PostedCollateral_Proxy", "LoanTakeover"]],
      ["LoanTakeover", ["PledgeVault_Proxy", "RiskEngine", "MinerFacts", "PostedCollateral_Proxy", "SectorConditions"]],
      ["FuturesDesk", ["FuturesIndex_Proxy", "FuturesDefaults"]],
      ["FuturesDefaults", ["FuturesIndex_Proxy", "FuturesSettlement"]],
      ["FuturesSettlement", ["FuturesIndex_Proxy"]],
      ["FuturesExchange", ["FuturesClearing_Proxy"]],
      ["RiskEngine", ["MinerFacts"]],
      ["ReserveFund", ["PledgeVault_Proxy", "StripAuction_Proxy"]],
      ["CollateralAccount", ["LoanBook_Proxy"]],
      ["Reputation", ["LoanBook_Proxy"]],
      ["SectorConditions", ["LoanBook_Proxy", "MinerFacts"]],
    ];
    for (const [name, counterparts] of direct) {
      if (settled) await env.checkCode(name, env.addressOf(name), counterparts.map(env.addressOf));
    }

    if (settled) {
      const to = env.addressOf("PledgeVault");
      const desk = await env.look<Address>({ to, contract: "PledgeVault", functionName: "desk" });
      await env.checkCode("PledgeVaultDesk", desk, ["WFIL", "LoanBook_Proxy", "ReserveFund"].map(env.addressOf));
    }

    const clearing = { to: env.addressOf("FuturesClearing"), contract: "FuturesDesk" } as const;
    const recipient = await env.look<Address>({ ...clearing, functionName: "feesRecipient" });
    expect("recipient of the futures' fees", parameters.futures.feesRecipient, recipient);
    if (settled) {
      const venue = { functionName: "isVenue", args: [env.addressOf("FuturesExchange")] } as const;
      expect("FuturesClearing.isVenue of the exchange", true, await env.look<boolean>({ ...clearing, ...venue }));
    }

    // The pool is never empty.
    const { seed } = parameters;
    const vault = env.addressOf("PledgeVault");
    const balanceOf = { functionName: "balanceOf", args: [seed.deadHolder] } as const;
    const shares = await env.look<bigint>({ to: vault, contract: "PledgeVault", ...balanceOf });
    if (shares === 0n) throw new DeployError("shares of the dead holder", "more than 0", "0");
    if (settled) {
      const custody = { functionName: "balanceOf", args: [vault] } as const;
      const kept = await env.look<bigint>({ to: vault, contract: "PledgeVault", ...custody });
      if (kept === 0n) throw new DeployError("shares in the vault's custody", "more than 0", "0");
    }
    const dust = await env.look<bigint>({
      to: env.addressOf("WFIL"),
      contract: "WFIL",
      functionName: "balanceOf",
      args: [vault],
    });
    if (dust < seed.wfilDust) throw new DeployError("WFIL in the vault", `at least ${seed.wfilDust}`, String(dust));
  },
  { tags: ["check"], dependencies: ["finish"] },
);
