import { expect } from "chai";

import { ATTACKS } from "../../../scripts/docs/attacks.js";
import { collectErrors } from "../../../scripts/docs/errors.js";
import { FEATURES } from "../../../scripts/docs/features.js";
import { FUTURES_ATTACKS, INCIDENTS, unproven } from "../../../scripts/docs/futures.js";
import { testPaths } from "../../../scripts/docs/proofs.js";
import { driftedDocuments } from "../../../scripts/docs/index.js";
import { INVARIANTS } from "../../../scripts/docs/invariants.js";
import { namedTests } from "../../../scripts/docs/tests.js";

const root = process.cwd();

describe("generated documents", function () {
  it("say what contracts and tests say (npm run docs writes them)", function () {
    expect(driftedDocuments(root).map(({ path }) => path)).to.deep.equal([]);
  });

  it("have a test for every attack that applies", function () {
    const covered = new Set(namedTests(root).flatMap(({ ids }) => ids));
    const missing = ATTACKS.filter(({ id, notApplicable }) => notApplicable === undefined && !covered.has(id));
    expect(missing.map(({ id }) => id)).to.deep.equal([]);
  });

  it("have a reason or a test for every attack, never both", function () {
    const covered = new Set(namedTests(root).flatMap(({ ids }) => ids));
    const both = ATTACKS.filter(({ id, notApplicable }) => notApplicable !== undefined && covered.has(id));
    expect(both.map(({ id }) => id)).to.deep.equal([]);
  });

  it("have an assertion for every invariant of this release", function () {
    const covered = new Set(namedTests(root).flatMap(({ ids }) => ids));
    const missing = INVARIANTS.filter(({ id, later }) => later === undefined && !covered.has(id));
    expect(missing.map(({ id }) => id)).to.deep.equal([]);
  });

  it("have a test for every feature that is claimed, and say what is not there", function () {
    const paths = testPaths(root);
    const unproven = FEATURES.filter(({ tests = [], missing }) =>
      missing === undefined ? tests.length === 0 || !tests.every((name) => paths.has(name)) : tests.length > 0,
    );
    expect(unproven.map(({ feature }) => feature)).to.deep.equal([]);
  });

  it("have a test for every feature of the futures and every attack on them, or say that it is open", function () {
    expect(unproven(root)).to.deep.equal([]);
  });

  it("leave out no attack on futures, oracle and signatures, and no incident", function () {
    const numbered = (letter: string, count: number): readonly string[] =>
      Array.from({ length: count }, (_, i) => `${letter}-${String(i + 1).padStart(2, "0")}`);
    const ids = [...numbered("F", 16), ...numbered("O", 11), ...numbered("S", 10)];
    expect(FUTURES_ATTACKS.map(({ id }) => id)).to.deep.equal(ids);
    expect(INCIDENTS.map(({ id }) => id)).to.deep.equal(Array.from({ length: 14 }, (_, i) => String(i + 1)));
  });

  it("know no id that the catalogue and the invariants do not know", function () {
    const known = new Set([...ATTACKS.map(({ id }) => id), ...INVARIANTS.map(({ id }) => id)]);
    const unknown = namedTests(root).flatMap(({ path, name, ids }) =>
      ids.filter((id) => !known.has(id)).map((id) => `${id} in ${path}: ${name}`),
    );
    expect(unknown).to.deep.equal([]);
  });
});

describe("custom errors", function () {
  it("say in NatSpec when they are thrown", function () {
    const silent = collectErrors(root).filter(({ notice }) => !notice.startsWith("Thrown "));
    expect(silent.map(({ path, name }) => `${path}: ${name}`)).to.deep.equal([]);
  });

  it("carry names that are unique in the project", function () {
    const names = collectErrors(root).map(({ name }) => name);
    expect(names.filter((name, i) => names.indexOf(name) !== i)).to.deep.equal([]);
  });

  it("start with the name of their component", function () {
    const bad = collectErrors(root).filter(({ name }) => !/^[A-Z][A-Za-z0-9]+_[A-Z][A-Za-z0-9]+$/.test(name));
    expect(bad.map(({ path, name }) => `${path}: ${name}`)).to.deep.equal([]);
  });
});
