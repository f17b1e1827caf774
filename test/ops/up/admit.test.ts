import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { admitPack, type Admittance } from "../../../adapters/policy/pack";
import { UpRefused } from "../../../ops/up/refused";
import { currentManifest, manifestPath, packHash, pinnedManifest } from "../../../policy/manifest/manifest";

const root = join(__dirname, "../../..");
let project: string;

beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), "cells-admit-"));
});

afterAll(() => rmSync(project, { recursive: true, force: true }));

/** A project with our pack in it, as pinned. */
function fresh(name: string): string {
  const directory = join(project, name);
  mkdirSync(directory);
  for (const room of ["policy", "catalog"]) cpSync(join(root, room), join(directory, room), { recursive: true });
  writeFileSync(join(directory, manifestPath), JSON.stringify({ ...currentManifest(), hash: packHash(directory) }));
  return directory;
}

/** `reason: message` of the refusal; undefined when there is none. */
function refusal(asked: Admittance): string | undefined {
  try {
    admitPack(asked);
    return undefined;
  } catch (error) {
    if (error instanceof UpRefused) return `${error.reason}: ${error.message}`;
    throw error;
  }
}

describe("the manifest", () => {
  it("is the pack's own; when this fails: node --import tsx policy/manifest/write.ts", () => {
    expect(pinnedManifest()).toEqual(currentManifest());
  });

  it("changes with any changed, added or removed source, and not with documentation", () => {
    const directory = fresh("hash");
    const before = packHash(directory);
    writeFileSync(join(directory, "policy/README.md"), "other words");
    expect(packHash(directory)).toBe(before);
    writeFileSync(join(directory, "policy/rules/extra.ts"), "");
    expect(packHash(directory)).not.toBe(before);
    rmSync(join(directory, "policy/rules/extra.ts"));
    expect(packHash(directory)).toBe(before);
    writeFileSync(join(directory, "catalog/stateful.ts"), "export const statefulTypes = new Set();");
    expect(packHash(directory)).not.toBe(before);
  });
});

describe("the checks before the engine is started", () => {
  let whole: string;
  let hash: string;
  const revision = 3;
  const config = (content: unknown): string => {
    const file = join(project, "config.json");
    writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
    return file;
  };
  const refused = (content: unknown) => refusal({ project: whole, revision, configFile: config(content) });

  beforeAll(() => {
    whole = fresh("whole");
    hash = packHash(whole)!;
  });

  it("accept a valid pack and configuration", () => {
    const content = { reviewed: { manifest: hash, revision }, "cells-resource": { "CTL-06": { maxMinutes: 30 } } };
    expect(refusal({ project: whole, revision })).toBeUndefined();
    expect(refused(content)).toBeUndefined();
    expect(admitPack({ project: whole, revision, configFile: config(content) }).config).toEqual({
      "cells-resource": content["cells-resource"],
    });
  });

  it("refuse a missing pack, or one without its manifest", () => {
    const directory = fresh("missing");
    rmSync(join(directory, manifestPath));
    expect(refusal({ project: directory, revision })).toMatch(/^pack-missing: .*manifest/);
    rmSync(join(directory, "policy"), { recursive: true });
    expect(refusal({ project: directory, revision })).toMatch(/^pack-missing: .*PulumiPolicy/);
  });

  it("refuse an altered pack, and one that is not the pinned one", () => {
    const directory = fresh("altered");
    writeFileSync(join(directory, "policy/rules/index.ts"), "export const rules = [];");
    expect(refusal({ project: directory, revision })).toMatch(/^pack-altered: /);
    process.env["CELLS_POLICY_PIN"] = "b".repeat(64);
    try {
      expect(refusal({ project: whole, revision })).toMatch(/^pack-altered: .*CELLS_POLICY_PIN/);
    } finally {
      delete process.env["CELLS_POLICY_PIN"];
    }
  });

  it.each([
    { all: "disabled" },
    { all: "advisory" },
    { "cells-stack": "disabled" },
    { "cells-undecided": "disabled" },
    { "cells-resource": { enforcementLevel: "advisory" } },
  ])("refuse a pack that is switched off: %j", (content) => {
    expect(refused({ reviewed: { manifest: hash, revision }, ...content })).toMatch(/^pack-disabled: /);
  });

  it.each([
    "no json",
    "[]",
    '{"cells-resource": 1}',
    '{"cells-other": {}}',
    '{"cells-resource": "loud"}',
    '{"cells-resource": {"NO-99": {}}}',
    '{"cells-resource": {"CTL-06": {"maxMinutes": "many"}}}',
  ])("refuse an invalid configuration: %s", (text) => {
    expect(refused(text)).toMatch(/^config-invalid: /);
  });

  it.each([
    {},
    { reviewed: {} },
    { reviewed: { manifest: "0".repeat(64), revision: 3 } },
    { reviewed: { revision: 3 } },
  ])("refuse a configuration that was reviewed for another pack or catalog: %j", (content) =>
    expect(refused(content)).toMatch(/^config-old: /),
  );

  it("refuse a configuration that is older than the catalog", () => {
    expect(refused({ reviewed: { manifest: hash, revision: 2 } })).toMatch(/^config-old: .*revision 2/);
  });

  it.each(["--skip-preview", "--plan"])("refuse a run without its own preview: %s", (flag) => {
    expect(refusal({ project: whole, revision, skipping: [flag] })).toMatch(/^no-preview: /);
  });
});
