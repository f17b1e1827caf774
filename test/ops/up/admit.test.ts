import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { admitPack, type Admittance } from "../../../adapters/policy/pack";
import { UpRefused } from "../../../ops/up/refused";
import { packBundle } from "../../../policy/bundle/build";
import { currentManifest, manifestPath, packHash, pinnedManifest } from "../../../policy/manifest/manifest";

const root = join(__dirname, "../../..");
const texts = { fingerprints: [] };
let project: string;

const hashIn = (directory: string): string => packHash(packBundle(directory)!);

/** Changes a file for the time of `body`; undefined removes it afterwards. */
function changed<T>(file: string, change: (before: string) => string, body: () => T): T {
  const before = readFileSync(file, "utf8");
  writeFileSync(file, change(before));
  try {
    return body();
  } finally {
    writeFileSync(file, before);
  }
}

beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), "cells-admit-"));
  for (const room of ["policy", "catalog", "contract", "routing"])
    cpSync(join(root, room), join(project, room), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(project, "node_modules"));
});

afterAll(() => rmSync(project, { recursive: true, force: true }));

/** `reason: message` of the refusal; undefined when there is none. */
function refusal(asked: Partial<Admittance> = {}): string | undefined {
  try {
    admitPack({ texts, project, ...asked });
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

  it("pins the bytes that run, whatever the folder is called: sources, settings, register, quotas and packages", () => {
    const pinned = pinnedManifest()!.hash;
    expect(hashIn(project)).toBe(pinned);
    expect(refusal()).toBeUndefined();
    const edits: readonly (readonly [file: string, change: (before: string) => string])[] = [
      ["policy/rules/index.ts", () => "export const rules = [];"],
      ["policy/front/state.ts", (text) => text.replace('"answered"', '"asked"')],
      ["catalog/stateful.ts", () => "export const statefulTypes = new Set();"],
      ["policy/config.yaml", () => "rules:\n  ISO-01: { exemptTypes: [aws:vpc/securityGroupIngressRule:X] }\n"],
      ["policy/register.yaml", (text) => text.replace("stacks: []", "stacks: [a]")],
      ["policy/quotas.yaml", (text) => text.replace("default: 5,", "default: 50,")],
    ];
    for (const [file, change] of edits)
      expect(
        changed(join(project, file), change, () => hashIn(project)),
        file,
      ).not.toBe(pinned);
  });

  it("pins against a package, a path or a setting that would put other code into the pack", () => {
    const stranger = join(project, "policy/node_modules/zod");
    mkdirSync(stranger, { recursive: true });
    writeFileSync(join(stranger, "index.js"), "exports.z = {};");
    expect(refusal()).toMatch(/^pack-altered: .*npm ci/);
    rmSync(join(project, "policy/node_modules"), { recursive: true });
    // Where a path of tsconfig.json counts, so would this one.
    const paths = { compilerOptions: { baseUrl: ".", paths: { zod: ["./evil.ts"], "@pulumi/policy": ["./evil.ts"] } } };
    writeFileSync(join(project, "tsconfig.json"), JSON.stringify(paths));
    writeFileSync(join(project, "evil.ts"), "export const z = {};");
    writeFileSync(join(project, "package.json"), '{"version":"9.9.9"}');
    expect(hashIn(project)).toBe(pinnedManifest()!.hash);
  });

  it("does not change with documentation", () => {
    expect(
      changed(
        join(project, "policy/README.md"),
        () => "other words",
        () => hashIn(project),
      ),
    ).toBe(pinnedManifest()!.hash);
  });
});

describe("the checks before the engine is started", () => {
  it("refuse a missing pack, or one without its manifest", () => {
    const manifest = readFileSync(join(project, manifestPath));
    rmSync(join(project, manifestPath));
    expect(refusal()).toMatch(/^pack-missing: .*manifest/);
    writeFileSync(join(project, manifestPath), manifest);
    const empty = join(project, "empty");
    mkdirSync(empty);
    expect(refusal({ project: empty })).toMatch(/^pack-missing: .*PulumiPolicy/);
  });

  it("refuse an altered pack, one that cannot be built, and one that is not the pinned one", () => {
    const index = join(project, "policy/rules/index.ts");
    expect(changed(index, () => "export const rules = [];", refusal)).toMatch(/^pack-altered: /);
    expect(changed(index, () => "export const", refusal)).toMatch(/^pack-altered: .*cannot be built/);
    process.env["CELLS_POLICY_PIN"] = "b".repeat(64);
    try {
      expect(refusal()).toMatch(/^pack-altered: .*CELLS_POLICY_PIN/);
    } finally {
      delete process.env["CELLS_POLICY_PIN"];
    }
  });

  it.each([
    ["no-preview", "--skip-preview"],
    ["no-preview", "--plan"],
    ["pack-settings", "--policy-pack-config"],
  ])("refuse, as %s, %s", (reason, flag) => {
    expect(refusal({ refused: [flag] })).toMatch(new RegExp(`^${reason}: .*${flag}`));
  });
});
