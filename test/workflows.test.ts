import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { Command } from "commander";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";

const root = join(__dirname, "..");
const folder = join(root, ".github/workflows");

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly permissions?: Readonly<Record<string, string>> | string;
  readonly "timeout-minutes"?: number;
  readonly steps: readonly Step[];
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: Readonly<Record<string, string>> | string;
  readonly jobs: Readonly<Record<string, Job>>;
}

/** What a job may write, and nothing else: tokens for clouds, comments, findings. */
const writable = new Set(["id-token", "pull-requests", "security-events"]);

function writes(permissions: Job["permissions"]): readonly string[] {
  if (typeof permissions === "string") return permissions === "read-all" ? [] : [permissions];
  return Object.entries(permissions ?? {}).flatMap(([name, level]) => (level === "write" ? [name] : []));
}

/** The long options that a verb of the command line takes. */
async function optionsOf(verb: string): Promise<readonly string[]> {
  const program = new Command("cells");
  ((await import(`../cli/verbs/${verb}.ts`)) as { register(program: Command): void }).register(program);
  return program.commands.flatMap(({ options }) => options.flatMap(({ long }) => long ?? []));
}

describe.each(readdirSync(folder).filter((file) => file.endsWith(".yml")))("%s", (file) => {
  const text = readFileSync(join(folder, file), "utf8");
  const workflow = parse(text, { uniqueKeys: true }) as Workflow;
  const jobs = Object.entries(workflow.jobs);
  const steps = jobs.flatMap(([, { steps: list }]) => list);
  const scripts = steps.flatMap(({ run }) => run ?? []);

  it("gives no job more than it needs", () => {
    expect(workflow.permissions).toBeDefined();
    expect(writes(workflow.permissions)).toEqual([]);
    for (const [name, { permissions, "timeout-minutes": minutes }] of jobs) {
      expect(writes(permissions).filter((one) => !writable.has(one)), name).toEqual([]);
      expect(minutes, name).toBeGreaterThan(0);
    }
  });

  it("never runs what a stranger wrote with the repository's own rights", () => {
    expect(Object.keys(workflow.on)).not.toContain("pull_request_target");
    // An expression inside a script is pasted into it; what a person may have written comes by the environment.
    for (const script of scripts) expect(script).not.toMatch(/\$\{\{/);
    for (const step of steps.filter(({ uses }) => uses?.startsWith("actions/checkout@"))) {
      expect(step.with?.["persist-credentials"]).toBe(false);
    }
  });

  it("uses actions of known versions", () => {
    const lines = text.split("\n").filter((line) => /^\s*(?:- )?uses:/.test(line));
    expect(lines).toHaveLength(steps.filter(({ uses }) => uses !== undefined).length);
    for (const line of lines) expect(line).toMatch(/uses: [\w.-]+\/[\w./-]+@(?:v\d+|[0-9a-f]{40}) # \d+\.\d+/);
  });

  it("runs only scripts, verbs and options that there are", async () => {
    const { scripts: known } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: Record<string, string> };
    for (const [, name] of scripts.join("\n").matchAll(/npm run (?:-s )?([\w:-]+)/g)) expect(Object.keys(known)).toContain(name);
    for (const [, verb, rest] of scripts.join("\n").matchAll(/npm run (?:-s )?cells -- ([\w-]+)([^\n]*)/g)) {
      expect(existsSync(join(root, "cli/verbs", `${verb}.ts`)), verb).toBe(true);
      const options = await optionsOf(verb!);
      for (const [option] of rest!.matchAll(/--[\w-]+/g)) expect(options, verb).toContain(option);
    }
  });
});

describe("check.yml", () => {
  it("judges what a pull request changes, and says so in the comment and in code scanning", () => {
    const { jobs } = parse(readFileSync(join(folder, "check.yml"), "utf8")) as Workflow;
    const { steps, permissions } = jobs["policies"]!;
    expect(permissions).toEqual({ contents: "read", "pull-requests": "write", "security-events": "write" });
    const script = steps.flatMap(({ run }) => run ?? []).join("\n");
    for (const part of ["--sarif > cells.sarif", "--markdown > cells.md", '--since "$BASE"', "gh pr comment", "--body-file cells.md"]) expect(script).toContain(part);
    expect(steps.find(({ uses }) => uses?.startsWith("github/codeql-action/upload-sarif@"))?.with).toMatchObject({ sarif_file: "cells.sarif" });
    expect(steps.find(({ uses }) => uses?.startsWith("actions/checkout@"))?.with).toMatchObject({ "fetch-depth": 0 });
  });
});
