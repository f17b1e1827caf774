import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";

import type { Catalog } from "../catalog/model";
import { cacheDirectory, projectDirectory } from "../adapters/files/paths";
import { run, type Report } from "../adapters/processes/process";
import { UserError } from "../contract/user-error";

/** How a plan was judged. */
export interface Conformed {
  /** Resources of the plan. */
  readonly resources: number;
  /** True when the same sources and catalog were judged clean before. */
  readonly cached: boolean;
}

/** Everything that a plan and its judgement depend on. */
const sources = [
  ...["catalog", "components", "contract", "routing", "lambda"],
  ...["adapters/pulumi/plan", "local/conformance"],
];

/**
 * Plans the environment with mocks and has AWS's resource schemas and our own constraints judge it, before anything is
 * created. A clean verdict is kept for exactly these sources and this catalog.
 *
 * @throws UserError listing every finding.
 */
export async function conform(
  catalog: Catalog,
  catalogFile: string,
  python: string,
  report: Report,
): Promise<Conformed> {
  const file = join(cacheDirectory(), "conformance", `clean-${fingerprint(catalog)}.json`);
  if (existsSync(file)) return { ...(JSON.parse(readFileSync(file, "utf8")) as Conformed), cached: true };

  report("planning with mocks, then asking AWS's schemas …");
  // A process of its own: planning keeps one for seconds, and a second core is free.
  const judge = await run(
    process.execPath,
    ["--import", require.resolve("tsx"), join(__dirname, "conformance", "main.ts"), catalogFile, python],
    {
      // The verdict is for this process.
      report: (line) => line.startsWith("{") || report(line.slice(0, 100)),
    },
  );
  const verdict = judge.output.split("\n").find((line) => line.startsWith("{"));
  if (judge.code !== 0 || verdict === undefined) throw new Error(`the conformance check failed:\n${judge.output}`);
  const { resources, findings } = JSON.parse(verdict) as { resources: number; findings: readonly string[] };
  if (findings.length > 0) {
    throw new UserError(["AWS would refuse this environment; nothing was created:", ...findings].join("\n  "));
  }
  mkdirSync(join(cacheDirectory(), "conformance"), { recursive: true });
  writeFileSync(file, JSON.stringify({ resources, cached: false }));
  return { resources, cached: false };
}

function fingerprint(catalog: Catalog): string {
  // Versions run out: a verdict is good for its day.
  const hash = createHash("sha256").update(catalog.version).update(new Date().toISOString().slice(0, 10));
  const all = [
    ...sources.flatMap((room) => files(join(projectDirectory, room))),
    join(projectDirectory, "package-lock.json"),
  ];
  for (const file of all) hash.update(relative(projectDirectory, file)).update(readFileSync(file));
  return hash.digest("hex").slice(0, 32);
}

function files(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith(".pyc"))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
