import type { NewTaskDefinition, TaskDefinition } from "hardhat/types/tasks";

import { EXIT } from "../../src/cli/errors.js";
import { tasks } from "../../tasks/index.js";
import { cell } from "./files.js";

const EXIT_TEXTS: Readonly<Record<keyof typeof EXIT, string>> = {
  done: "Done, or nothing to do.",
  failed: "Failed; nothing was sent, or what was sent failed.",
  incomplete: "Declined, or sent and not seen in time: the hash is printed.",
  partial: "Some parts of a batch succeeded, some failed.",
  unhealthy: "`--check` found something unhealthy.",
};

/** `minProfit` is written `--min-profit`. */
function flag(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function isNew(definition: TaskDefinition): definition is NewTaskDefinition {
  return "positionalArguments" in definition;
}

/** `<amount>`, `[amount]` where it may be left out, `<tranches...>` for many. */
function positional(argument: NewTaskDefinition["positionalArguments"][number]): string {
  const name = argument.isVariadic ? `${argument.name}...` : argument.name;
  return argument.defaultValue === undefined ? `<${name}>` : `[${name}]`;
}

function renderTask(definition: NewTaskDefinition): string {
  const { id, description, options, positionalArguments } = definition;
  const sorted = Object.values(options).sort((a, b) => a.name.localeCompare(b.name));
  const usage = [
    "npx hardhat",
    ...id,
    ...positionalArguments.map(positional),
    ...(sorted.length > 0 ? ["[options]"] : []),
  ].join(" ");
  const argumentRows = positionalArguments.map(
    (argument) => `| \`${positional(argument)}\` | ${cell(argument.description)} | |`,
  );
  const optionRows = sorted.map((option) => {
    const short = option.shortName === undefined ? "" : `, \`-${option.shortName}\``;
    const { defaultValue } = option;
    const shown =
      defaultValue === undefined || defaultValue === "" || defaultValue === false ? "" : `\`${String(defaultValue)}\``;
    return `| \`${flag(option.name)}\`${short} | ${cell(option.description)} | ${shown} |`;
  });
  return [
    `### ${id.join(" ")}`,
    "",
    `${description}.`,
    "",
    "```",
    usage,
    "```",
    "",
    "| Argument | Meaning | Default |",
    "|---|---|---|",
    ...argumentRows,
    ...optionRows,
    "",
  ].join("\n");
}

/** docs/cli.md, from the definitions in tasks/index.ts. */
export function renderCli(): string {
  const definitions = tasks as readonly TaskDefinition[];
  const groups = definitions.filter((definition) => !isNew(definition));
  const named = definitions.filter(isNew);
  const sections = [...groups.map((group) => group.id[0] ?? ""), ""].map((group) => {
    const inside = named.filter(({ id }) => (group === "" ? id.length === 1 : id[0] === group));
    const about = groups.find(({ id }) => id[0] === group)?.description;
    return [
      `## ${group === "" ? "Keepers and the demo" : group}`,
      "",
      ...(about === undefined ? [] : [`${about}.`, ""]),
      ...inside.map(renderTask),
    ].join("\n");
  });
  return [
    "# Command line",
    "",
    "Generated from tasks/index.ts by `npx hardhat docs`; a test fails when it is out of date.",
    "",
    "Every task but `demo` needs a network that outlives the command: `--network localhost`, `calibration` or `filecoin`.",
    "Tasks that send show what will change, check it, and ask; scripts add `--yes`, and `--dry-run` stops before sending.",
    "",
    "**Amounts** are `10`, `10.5FIL`, `'5 nanoFIL'` or `'5 attoFIL'`, exact to the last attoFIL. **Addresses** are `0x...`, `f0...`, `f1...`,",
    "`f2...`, `f3...` or `f410f...`; the id of a contract is turned into the address by which it acts. **Times** are epochs, spans such as",
    "`+30d`, or UTC dates.",
    "",
    "With `--json` standard output holds exactly one JSON value, and everything else goes to standard error:",
    "",
    "```json",
    '{"ok":true,"v":1,"command":"vault.deposit","network":{"name":"filecoin","chainId":314,"block":6100000},"data":{},"tx":{"hash":"0x..","cid":"bafy..","status":"mined","block":"6100001","gasUsed":"20600000"},"warnings":[],"next":["npx hardhat vault status"]}',
    '{"ok":false,"v":1,"command":"loan.draw","network":{"name":"filecoin","chainId":314,"block":6100000},"error":{"code":"LoanBook_NotProven","message":"..","limit":"every drawn tranche proven","actual":"tranche 1 unproven","next":["npx hardhat loan prove 7"],"retryable":false},"tx":null,"data":null,"warnings":[],"next":["npx hardhat loan prove 7"]}',
    "```",
    "",
    'Amounts in it are `{"attoFil":"10500000000000000000","fil":"10.5"}`. `error.code` is the name of the contract\'s error (docs/errors.md), or',
    "in upper case one of the command line's own. `liquidate --watch --json` prints one such value a line.",
    "",
    "| Exit code | Meaning |",
    "|---|---|",
    ...Object.entries(EXIT).map(([name, code]) => `| ${code} | ${EXIT_TEXTS[name as keyof typeof EXIT]} |`),
    "",
    ...sections,
  ]
    .join("\n")
    .replace(/\n+$/, "\n");
}
