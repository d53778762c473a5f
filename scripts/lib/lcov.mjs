/** @typedef {{ file: string, line: number, kind: "line" | "branch" | "function" }} Gap something that no test ran */
/** @typedef {{ line: number, count: number }} LineCount how often a line was run */
/** @typedef {{ file: string, found: Record<Gap["kind"], number>, hit: Record<Gap["kind"], number>, gaps: Gap[], lines: LineCount[] }} FileCoverage */

/**
 * Reads an lcov file (geninfo's format): DA:line,count - BRDA:line,block,branch,count|- - FN:line,[end,]name - FNDA:count,name.
 *
 * @param {string} text
 * @returns {FileCoverage[]}
 */
export function parseLcov(text) {
  return text
    .split("end_of_record")
    .map((record) => record.trim())
    .filter((record) => record.includes("SF:"))
    .map(parseRecord);
}

/**
 * @param {string} record
 * @returns {FileCoverage}
 */
function parseRecord(record) {
  const fields = record.split("\n").map((entry) => {
    const colon = entry.indexOf(":");
    return { key: entry.slice(0, colon), values: entry.slice(colon + 1).split(",") };
  });
  const file = fields.find(({ key }) => key === "SF")?.values.join(",") ?? "";
  /** @type {FileCoverage} */
  const coverage = {
    file,
    found: { line: 0, branch: 0, function: 0 },
    hit: { line: 0, branch: 0, function: 0 },
    gaps: [],
    lines: [],
  };
  /** @type {Map<string, number>} */
  const functionLines = new Map();
  for (const { key, values } of fields) {
    if (key === "FN") functionLines.set(String(values.at(-1)), Number(values[0]));
  }
  /** @type {(kind: Gap["kind"], line: number, count: string | undefined) => void} */
  const note = (kind, line, count) => {
    coverage.found[kind] += 1;
    if (Number(count) > 0) coverage.hit[kind] += 1;
    else coverage.gaps.push({ file, line, kind });
  };
  for (const { key, values } of fields) {
    if (key === "DA") {
      note("line", Number(values[0]), values[1]);
      coverage.lines.push({ line: Number(values[0]), count: Number(values[1]) });
    }
    if (key === "BRDA") note("branch", Number(values[0]), values[3]);
    if (key === "FNDA") note("function", functionLines.get(values.slice(1).join(",")) ?? 0, values[0]);
  }
  return coverage;
}
