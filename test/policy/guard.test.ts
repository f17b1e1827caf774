import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import * as pulumi from "@pulumi/pulumi";
import { afterEach, describe, expect, it } from "vitest";

import { loadCatalog } from "../../catalog/load";
import { sizes } from "../../catalog/sizes";
import { allowedStacks, guardProgram } from "../../components/guard";
import { nothingKnown } from "../../policy/fingerprints/known";
import { parseRegister } from "../../policy/register/register";
import { rules } from "../../policy/rules";
import { World } from "./world";
import { planEnvironment } from "../../adapters/pulumi/plan/environment";
import { plan } from "../../adapters/pulumi/plan/plan";

class Cell extends pulumi.ComponentResource {
  constructor(name: string, opts: pulumi.ComponentResourceOptions = {}) {
    super("cells:index:CellStack", name, {}, opts);
    this.registerOutputs({ cellId: name });
  }
}

class Part extends pulumi.ComponentResource {
  constructor(name: string, opts: pulumi.ComponentResourceOptions) {
    super("cells:cell:Part", name, {}, opts);
    this.registerOutputs();
  }
}

class Thing extends pulumi.CustomResource {
  constructor(name: string, opts: pulumi.CustomResourceOptions, type = "aws:sns/topic:Topic") {
    super(type, name, {}, opts);
  }
}

const database = "aws:rds/instance:Instance";
const settings = { allowedStacks: ["org/foundation/eu"], isProduction: (id: string) => id === "cell-1" };

/** Runs a program under the guard, and answers what the guard says: a line a mistake. */
async function said(program: (one: Cell, two: Cell) => void, preview = false): Promise<readonly string[]> {
  let refused: unknown;
  await plan(
    () => {
      const guard = guardProgram(settings);
      try {
        program(new Cell("cell-1"), new Cell("cell-2"));
        guard.check();
      } catch (error) {
        // Kept here, so that the plan ends in good order before the next one begins.
        refused = error;
      }
      return true;
    },
    { preview },
  );
  if (refused === undefined) return [];
  expect(pulumi.RunError.isInstance(refused)).toBe(true);
  const [head, ...lines] = (refused as Error).message.split("\n");
  expect(head).toBe("no policy can detect this, so the program stops:");
  return lines.map((line) => line.trim());
}

describe("the guard of a program", () => {
  it("lets the environment through, in the class of production too", async () => {
    const catalog = loadCatalog("catalog/dev.yaml");
    const large = catalog.cells.slice(0, 1).map((cell) => ({ ...cell, sizeClass: "large", size: sizes.large }));
    const { resources } = await planEnvironment({ ...catalog, cells: large });
    expect(resources.some(({ type, protect }) => type === database && protect)).toBe(true);
  });

  it("refuses a cell that reads a resource that it did not create, at any depth", async () => {
    const read = await said(
      (one) => void new Thing("vpc-of-2", { parent: new Part("part", { parent: one }), id: "vpc-1" }),
    );
    expect(read).toEqual([
      expect.stringMatching(/^vpc-of-2 \(aws:sns\/topic:Topic\): cell-1 reads a resource that it did not create/),
    ]);
    // The edge may read the parent zone, for one.
    expect(await said(() => void new Thing("zone", { id: "Z1" }))).toEqual([]);
  });

  it.each([
    ["deletedWith", "deleted", (theirs: Thing) => ({ deletedWith: theirs })],
    ["replaceWith", "replaced", (theirs: Thing) => ({ replaceWith: [theirs] })],
  ])("refuses %s another cell's resource only", async (option, what, tie) => {
    const tied = (with2: boolean) => (one: Cell, two: Cell) => {
      const theirs = new Thing("theirs", { parent: with2 ? two : one });
      new Thing("tied", { parent: one, ...tie(theirs) });
    };
    expect(await said(tied(true))).toEqual([
      expect.stringContaining(`it would be ${what} with a resource of cell-2: remove ${option}`),
    ]);
    expect(await said(tied(false))).toEqual([]);
  });

  it("wants production data kept, by itself or by what is above it", async () => {
    expect(await said((one) => void new Thing("db", { parent: one }, database))).toEqual([
      expect.stringMatching(/^db .*it holds production data without protection/),
    ]);
    expect(await said((_one, two) => void new Thing("db", { parent: two }, database))).toEqual([]);
    for (const option of ["protect", "retainOnDelete"] as const) {
      expect(await said((one) => void new Thing("db", { parent: one, [option]: true }, database))).toEqual([]);
    }
    expect(
      await said((one) => void new Thing("db", { parent: new Part("part", { parent: one, protect: true }) }, database)),
    ).toEqual([]);
  });

  it("reports all mistakes of a preview at once, and stops an up at the first", async () => {
    const several = (one: Cell, two: Cell): void => {
      new Thing("read", { parent: one, id: "vpc-1" });
      new Thing("both", { parent: one, deletedWith: new Thing("theirs", { parent: two }) }, database);
    };
    expect((await said(several, true)).map((line) => line.split(" ")[0])).toEqual(["read", "both", "both"]);
    expect((await said(several)).map((line) => line.split(" ")[0])).toEqual(["read"]);
  });

  it.each([
    ["org/foundation/eu", undefined, []],
    ["foundation", "org/foundation/eu", []],
    ["org/cells/eu-2", undefined, [/^org\/cells\/eu-2 \(pulumi:pulumi:StackReference\): this stack may not be read/]],
    ["org/foundation/eu", "org/cells/eu-2", [/^org\/cells\/eu-2 .*this stack may not be read/]],
  ])("decides on the stack %s, called %s, by its real name", async (name, stack, says) => {
    const read = await said(
      () => void new pulumi.StackReference(name, stack === undefined ? {} : { name: stack }),
      true,
    );
    expect(read).toEqual(says.map((one) => expect.stringMatching(one) as string));
  });

  it("does not read a stack that is not on the list and whose name resolves late", () => {
    // A late refusal ends the program as an unhandled rejection does, so the program has a process of its own.
    const program = `
      const pulumi = require("@pulumi/pulumi");
      const { guardProgram } = require("./components/guard");
      const { plan } = require("./adapters/pulumi/plan/plan");
      const reads = (name) => plan(() => {
        guardProgram(${JSON.stringify({ allowedStacks: settings.allowedStacks })});
        new pulumi.StackReference("late", { name: pulumi.output(name) });
        return true;
      }).then(({ reads }) => console.log("read", reads.map(({ id }) => id).join()));
      reads("org/foundation/eu").then(() => reads("org/cells/eu-2"));`;
    const ran = spawnSync(process.execPath, ["--import", "tsx", "-e", program], {
      cwd: join(__dirname, "../.."),
      encoding: "utf8",
    });
    expect(ran.stdout).toMatch(/^read org\/foundation\/eu$/m);
    expect(ran.stdout).not.toMatch(/read .*eu-2/);
    expect(ran.stderr).toContain("org/cells/eu-2 (pulumi:pulumi:StackReference): this stack may not be read");
    expect(ran.status).not.toBe(0);
  });
});

describe("the list of stacks", () => {
  let folder: string | undefined;
  afterEach(() => folder !== undefined && rmSync(folder, { recursive: true, force: true }));

  it("is the register's, and empty where the register says nothing", () => {
    folder = mkdtempSync(join(tmpdir(), "cells-guard-"));
    const file = join(folder, "register.yaml");
    expect(allowedStacks(file)).toEqual([]);
    for (const [text, stacks] of [
      ["stacks: [org/foundation/eu]", []],
      ["stacks: [null, {}, { stack: org/foundation/eu }]", []],
      ["", []],
      ["stacks: x", []],
    ] as const) {
      writeFileSync(file, text);
      expect(allowedStacks(file)).toEqual(stacks);
    }
  });

  it("lets the program read what the policies let it use, until the entry's last day", async () => {
    folder = mkdtempSync(join(tmpdir(), "cells-guard-"));
    const file = join(folder, "register.yaml");
    // As in the comment of policy/register.yaml.
    const entry = { stack: "org/foundation/eu", reason: "the zone of all", owner: "platform", expires: "2027-01-31" };
    const text = JSON.stringify({ stacks: [entry] });
    writeFileSync(file, text);
    const [last, after] = [new Date("2027-01-31T23:59:59Z"), new Date("2027-02-01")];
    expect(allowedStacks(file, after)).toEqual([]);
    const allowed = allowedStacks(file, last);
    const reads = await plan(() => {
      guardProgram({ ...settings, allowedStacks: allowed });
      new Thing("user", { parent: new Cell("cell-1") });
      new pulumi.StackReference("foundation", { name: "org/foundation/eu" });
      return true;
    });
    expect(reads.reads.map(({ id }) => id)).toEqual(["org/foundation/eu"]);
    const register = parseRegister(text, "policy/register.yaml");
    const source = { type: "pulumi:pulumi:StackReference", name: "foundation", props: { name: "org/foundation/eu" } };
    const said = (now: Date): readonly string[] => {
      const world = new World();
      const read = world.put({ ...source, urn: "urn:pulumi:dev::cells::foundation", isRead: true });
      world.add("aws:sns/topic:Topic", {}, { from: { kmsMasterKeyId: [read] } });
      return world.judgedBy(
        rules.filter(({ id }) => id === "ISO-07"),
        { ...nothingKnown, register, now },
      );
    };
    expect(said(last)).toEqual([]);
    expect(said(after)).toEqual(["ISO-07 violation kmsMasterKeyId"]);
  });
});
