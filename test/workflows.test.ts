import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import { Command } from "commander";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";

const root = join(__dirname, "..");
const folder = join(root, ".github/workflows");

interface Step {
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}

interface Job {
  readonly if?: string;
  readonly environment?: string;
  readonly "runs-on"?: string;
  readonly permissions?: Readonly<Record<string, string>> | string;
  readonly "timeout-minutes"?: number;
  readonly steps: readonly Step[];
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: Readonly<Record<string, string>> | string;
  readonly jobs: Readonly<Record<string, Job>>;
}

/** GitHub's issuer of tokens, as AWS names its conditions. */
const issuer = "token.actions.githubusercontent.com";

/** What a job may write, and nothing else: tokens for clouds, comments, findings. */
const writable = new Set(["id-token", "pull-requests", "security-events"]);

function writes(permissions: Job["permissions"]): readonly string[] {
  if (typeof permissions === "string") return permissions === "read-all" ? [] : [permissions];
  return Object.entries(permissions ?? {}).flatMap(([name, level]) => (level === "write" ? [name] : []));
}

/** The long options that a verb of the command line takes. */
async function optionsOf(verb: string): Promise<readonly string[]> {
  const program = new Command("cells").enablePositionalOptions();
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
      expect(
        writes(permissions).filter((one) => !writable.has(one)),
        name,
      ).toEqual([]);
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

  it("uses each action at one commit, with its version beside it", () => {
    const lines = text.split("\n").filter((line) => /^\s*(?:- )?uses:/.test(line));
    expect(lines).toHaveLength(steps.filter(({ uses }) => uses !== undefined).length);
    for (const line of lines) expect(line).toMatch(/uses: [\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+/);
  });

  it("runs only scripts, verbs and options that there are", async () => {
    const { scripts: known } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    for (const [, name] of scripts.join("\n").matchAll(/npm run (?:-s )?([\w:-]+)/g))
      expect(Object.keys(known)).toContain(name);
    for (const [, verb, rest] of scripts
      .join("\n")
      .matchAll(/(?:npm run (?:-s )?cells --|node cli\/bin\.js) ([\w-]+)([^\n]*)/g)) {
      expect(existsSync(join(root, "cli/verbs", `${verb}.ts`)), verb).toBe(true);
      const options = await optionsOf(verb!);
      for (const [option] of rest!.matchAll(/--[\w-]+/g)) expect(options, verb).toContain(option);
    }
  });
});

describe("jobs with a role in AWS", () => {
  it("may run where the private APIs of the cells are reached", () => {
    const found = readdirSync(folder).flatMap((file) => {
      const { jobs } = parse(readFileSync(join(folder, file), "utf8")) as Workflow;
      return Object.values(jobs)
        .filter(({ steps }) => steps.some(({ uses }) => uses?.startsWith("aws-actions/configure-aws-credentials@")))
        .map((job) => [file, job["runs-on"]]);
    });
    const runner = "${{ vars.CELLS_RUNNER || 'ubuntu-latest' }}";
    expect(found).toEqual([
      ["preview.yml", runner],
      ["up.yml", runner],
    ]);
  });
});

describe("check.yml", () => {
  it("judges what a pull request changes, and says so in the comment and in code scanning", () => {
    const { jobs } = parse(readFileSync(join(folder, "check.yml"), "utf8")) as Workflow;
    const { steps, permissions } = jobs["policies"]!;
    expect(permissions).toEqual({ contents: "read", "pull-requests": "write", "security-events": "write" });
    const script = steps.flatMap(({ run }) => run ?? []).join("\n");
    for (const part of [
      "--sarif > cells.sarif",
      "--markdown > cells.md",
      '--since "$BASE"',
      "gh pr comment",
      "--body-file cells.md",
    ])
      expect(script).toContain(part);
    expect(steps.find(({ uses }) => uses?.startsWith("github/codeql-action/upload-sarif@"))?.with).toMatchObject({
      sarif_file: "cells.sarif",
    });
    expect(steps.find(({ uses }) => uses?.startsWith("actions/checkout@"))?.with).toMatchObject({ "fetch-depth": 0 });
  });
});

describe("the comment of check.yml", () => {
  const { jobs } = parse(readFileSync(join(folder, "check.yml"), "utf8")) as Workflow;
  const { steps } = jobs["policies"]!;
  const comment = steps.find(({ run }) => run?.includes("gh pr comment"))!.run!;
  const [marker] = /<!-- .* -->/.exec(
    steps.flatMap(({ run }) => run ?? []).find((run) => run.includes(">> cells.md"))!,
  )!;
  const bot = { login: "github-actions[bot]" };

  /** Calls of `gh` that the step makes when the pull request has these comments. */
  function calls(comments: readonly object[]): readonly string[] {
    const directory = mkdtempSync(join(tmpdir(), "cells-workflow-"));
    try {
      writeFileSync(join(directory, "comments.json"), JSON.stringify(comments));
      // A gh that lists the comments through the step's own filter, and notes every other call.
      const gh = `#!/usr/bin/env bash
        while [ $# -gt 0 ]; do case "$1" in --jq) jq -r "$2" comments.json; exit ;; *) words+=("$1"); shift ;; esac; done
        echo "\${words[*]}" >> calls\n`;
      writeFileSync(join(directory, "gh"), gh, { mode: 0o755 });
      const env = {
        PATH: [directory, process.env["PATH"] ?? ""].join(delimiter),
        GITHUB_REPOSITORY: "acme/cells",
        NUMBER: "12",
      };
      execFileSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", comment], { cwd: directory, env });
      return readFileSync(join(directory, "calls"), "utf8").trim().split("\n");
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  }

  // GitHub's runners have jq, which reads the filter as `gh` does.
  const hasJq = (process.env["PATH"] ?? "").split(delimiter).some((part) => existsSync(join(part, "jq")));

  it.runIf(hasJq)("changes the one of an earlier run, and no other comment of the same bot", () => {
    const others = [
      { id: 1, user: bot, body: "preview of staging" },
      { id: 2, user: { login: "someone" }, body: `quoted\n${marker}\n` },
      { id: 3, user: bot, body: `a quote of ${marker} in another report` },
    ];
    expect(calls(others)).toEqual(["pr comment 12 --body-file cells.md"]);
    const own = [4, 5].map((id) => ({ id, user: bot, body: `findings\n${marker}\n` }));
    expect(calls([...others.slice(0, 2), ...own, others[2]!])).toEqual([
      "api --method PATCH repos/acme/cells/issues/comments/4 -F body=@cells.md",
    ]);
  });

  it("uploads findings only where there is code scanning", () => {
    const upload = steps.find(({ uses }) => uses?.startsWith("github/codeql-action/upload-sarif@"))!;
    expect(upload.if).toContain("(github.event.repository.private == false || vars.CELLS_CODE_SCANNING == 'true')");
  });
});

describe("the trust policy of docs/real-aws.md", () => {
  it("is for the audience and the subjects of the workflows' tokens, and no wildcard", () => {
    const text = readFileSync(join(root, "docs/real-aws.md"), "utf8");
    const { Statement } = JSON.parse(/```json\n(.*?)```/s.exec(text)![1]!) as {
      Statement: { Action: string; Condition: { StringEquals: Record<string, string> } }[];
    };
    expect(Statement).toHaveLength(1);
    const [{ Action, Condition }] = Statement as [(typeof Statement)[0]];
    expect(Action).toBe("sts:AssumeRoleWithWebIdentity");
    expect(Object.keys(Condition)).toEqual(["StringEquals"]);
    const { [`${issuer}:aud`]: audience, [`${issuer}:sub`]: subject } = Condition.StringEquals;
    // The action's default, which no workflow changes.
    expect(audience).toBe("sts.amazonaws.com");
    // Ids after both names; the job of up.yml has an environment, so its subject ends in it.
    expect(subject).toMatch(/^repo:[\w.-]+@\d+\/[\w.-]+@\d+:environment:[\w-]+$/);
    for (const file of ["preview.yml", "up.yml"]) {
      const { jobs } = parse(readFileSync(join(folder, file), "utf8")) as Workflow;
      const signIn = Object.values(jobs).flatMap(({ steps: list, permissions, environment }) =>
        list
          .filter(({ uses }) => uses?.startsWith("aws-actions/configure-aws-credentials@"))
          .map((step) => ({ ...step, permissions, environment })),
      );
      expect(signIn, file).toHaveLength(1);
      expect(signIn[0]!.with).not.toHaveProperty("audience");
      expect(signIn[0]!.permissions).toMatchObject({ "id-token": "write" });
      expect(signIn[0]!.environment !== undefined, file).toBe(file === "up.yml");
    }
  });
});

describe("up.yml", () => {
  const workflow = parse(readFileSync(join(folder, "up.yml"), "utf8")) as Workflow;
  const { steps, permissions, environment, if: condition } = workflow.jobs["up"]!;
  const gate = steps.find(({ run }) => run?.includes("cli/bin.js up"))!;

  /** What the step gives to `node`, one a line, for what a person wrote into the inputs. */
  function given(inputs: Readonly<Record<string, string>>): readonly string[] {
    const directory = mkdtempSync(join(tmpdir(), "cells-workflow-"));
    try {
      writeFileSync(join(directory, "node"), '#!/bin/sh\nprintf "%s\\n" "$@"\n', { mode: 0o755 });
      const env = {
        PATH: [directory, process.env["PATH"] ?? ""].join(delimiter),
        STACK: "staging",
        CELLS: "",
        ONLY: "",
        APPROVE: "",
        FOUND: "",
        GONE: "",
        DRY_RUN: "",
        ...inputs,
      };
      // As GitHub runs a script.
      const args = ["--noprofile", "--norc", "-eo", "pipefail", "-c", gate.run!];
      return execFileSync("bash", args, { cwd: directory, env, encoding: "utf8" }).trim().split("\n");
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  }

  it("takes one environment by hand, from main only, and asks the environment's reviewers", () => {
    expect(Object.keys((workflow.on["workflow_dispatch"] as { inputs: object }).inputs)).toEqual([
      "environment",
      "cells",
      "only",
      "approve",
      "found",
      "gone",
      "dry-run",
    ]);
    expect(condition).toContain("github.ref == 'refs/heads/main'");
    expect(condition).toContain("contains(fromJSON(vars.CELLS_ENVIRONMENTS), inputs.environment)");
    // Without an environment all of them are meant, and nothing is named or approved for all of them.
    expect(condition).toContain(
      "!inputs.environment && !inputs.cells && !inputs.only && !inputs.approve && !inputs.found && !inputs.gone",
    );
    expect(environment).toBe("${{ matrix.environment }}");
    expect(permissions).toEqual({ contents: "read", "id-token": "write" });
  });

  it("hands names and approvals to cells up, and nothing when there are none", () => {
    expect(given({})).toEqual(["cli/bin.js", "up", "--stack=staging"]);
    const urn = "urn:pulumi:staging::cells::cells:index:CellStack$aws:rds/instance:Instance::db";
    expect(given({ CELLS: "cell-3,cell-4", APPROVE: `${urn} 0123456789ab`, DRY_RUN: "true" })).toEqual([
      ...["cli/bin.js", "up", "--stack=staging", "--cells=cell-3,cell-4"],
      ...[`--approve=${urn}`, "--approve=0123456789ab", "--dry-run"],
    ]);
    expect(given({ DRY_RUN: "false" })).not.toContain("--dry-run");
    expect(given({ FOUND: `${urn}=db-1 ${urn}2=db=2`, GONE: `${urn}3\n${urn}4` }).slice(3)).toEqual([
      ...[`--found=${urn}=db-1`, `--found=${urn}2=db=2`],
      ...[`--gone=${urn}3`, `--gone=${urn}4`],
    ]);
  });

  it.each(["$(touch broken)", "`touch broken`", "; touch broken", '"; touch broken; "', "*", "--skip-preview"])(
    "runs nothing that was written into an input: %s",
    (text) => {
      expect(given({ CELLS: text })).toEqual(["cli/bin.js", "up", "--stack=staging", `--cells=${text}`]);
      expect(given({ ONLY: text })).toEqual(["cli/bin.js", "up", "--stack=staging", `--only=${text}`]);
      for (const option of ["approve", "found", "gone"]) {
        const words = text.split(" ").map((word) => `--${option}=${word}`);
        expect(given({ [option.toUpperCase()]: text })).toEqual(["cli/bin.js", "up", "--stack=staging", ...words]);
      }
    },
  );

  it("lets no input into a script or an action but through the environment of that step", () => {
    for (const step of steps) {
      const elsewhere = step === gate ? [step.with, step.run] : [step.with, step.run, step.env];
      expect(JSON.stringify(elsewhere)).not.toContain("inputs.");
    }
  });
});
