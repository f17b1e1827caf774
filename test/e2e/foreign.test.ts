import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { SmallEngine } from "../harness/engine";
import { cases } from "../policy/corpus/foreign/cases";
import { blockedIn } from "../policy/corpus/said";

/** Programs that are not this repository's: other components, providers at the root, no catalog. */
const foreign = join(__dirname, "../policy/corpus/foreign");
const pack = ["--policy-pack", join(foreign, "pack")];
const ids = (list: readonly { readonly id: string }[]): { readonly cases: string } => ({
  cases: list.map(({ id }) => id).join(","),
});

describe("a foreign program on the real engine", () => {
  let engine: SmallEngine;
  beforeAll(async () => {
    engine = await SmallEngine.create();
  });
  afterAll(() => engine?.dispose());

  it("gets exactly its leaks reported in a preview", async () => {
    const stack = await engine.stack(join(foreign, "program"));
    try {
      const run = await stack.run(["preview", ...pack], ids(cases));
      expect(blockedIn(run)).toEqual(cases.flatMap(({ says }) => says).sort());
      expect(run.output).not.toMatch(/can't run policy/);
    } finally {
      await stack.close();
    }
  });

  it("is stopped in an up by its own networks", async () => {
    const stack = await engine.stack(join(foreign, "program"));
    try {
      const run = await stack.run(["up", "--yes", "--skip-preview", ...pack], { cases: "block" });
      expect(run.code).not.toBe(0);
      expect(blockedIn(run)).toEqual(["ISO-12 cell-1-block-rule cidrIpv4"]);
      expect(stack.made).not.toContain("cell-1-block-rule");
    } finally {
      await stack.close();
    }
  });

  it("goes through when nothing leaks", async () => {
    const stack = await engine.stack(join(foreign, "program"));
    try {
      const run = await stack.run(["up", "--yes", "--skip-preview", ...pack], { cases: "harmless" });
      expect(blockedIn(run)).toEqual([]);
      expect(run.code).toBe(0);
    } finally {
      await stack.close();
    }
  });
});
