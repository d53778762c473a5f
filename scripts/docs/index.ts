import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { renderAttacks } from "./attacks.js";
import { renderCli } from "./cli.js";
import { renderErrors } from "./errors.js";
import { renderFeatures } from "./features.js";
import { renderFuturesFeatures } from "./futures.js";
import { renderInvariants } from "./invariants.js";

/** A document that is generated. */
export interface GeneratedDocument {
  readonly path: string;
  readonly text: string;
}

/** What the generated documents should say now. */
export function generatedDocuments(root: string): readonly GeneratedDocument[] {
  return [
    { path: "docs/cli.md", text: renderCli() },
    { path: "docs/errors.md", text: renderErrors(root) },
    { path: "docs/invariants.md", text: renderInvariants(root) },
    { path: "docs/features.md", text: renderFeatures(root) },
    { path: "docs/features-futures.md", text: renderFuturesFeatures(root) },
    { path: "docs/attack-catalogue.md", text: renderAttacks(root) },
  ];
}

/** Writes the documents that differ, and returns their paths. */
export function writeDocuments(root: string): readonly string[] {
  return driftedDocuments(root).map(({ path, text }) => {
    writeFileSync(join(root, path), text);
    return path;
  });
}

/** The documents whose files say something else. */
export function driftedDocuments(root: string): readonly GeneratedDocument[] {
  return generatedDocuments(root).filter(({ path, text }) => current(root, path) !== text);
}

function current(root: string, path: string): string | undefined {
  try {
    return readFileSync(join(root, path), "utf8").replaceAll("\r\n", "\n");
  } catch {
    return undefined;
  }
}
