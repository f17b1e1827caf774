import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const cases = join(__dirname, "../../test/policy/corpus/terraform");
const recorded = join(__dirname, "../../test/policy/corpus/checkov.json");

/** What Checkov said, by case. */
interface CheckovResults {
  readonly version: string;
  /** Day of the run. */
  readonly date: string;
  readonly cases: Readonly<
    Record<string, { readonly findings: readonly string[]; readonly ofTheLeak: readonly string[] }>
  >;
}

interface CheckovReport {
  readonly results?: {
    readonly failed_checks?: readonly {
      readonly check_id: string;
      readonly resource: string;
      readonly file_path: string;
    }[];
  };
}

/**
 * Runs the corpus, as Terraform, through Checkov, each case beside its twin: the same file with what it takes of the
 * other cell replaced by the cell's own. What Checkov says of the case and not of the twin is about the leak. Records
 * the answer; `docs/policies.md` shows it.
 *
 * @param command `checkov`, from `pip install checkov` in an environment of your own.
 */
export function runCheckov(command: string): CheckovResults {
  const directory = mkdtempSync(join(tmpdir(), "cells-checkov-"));
  try {
    const names = readdirSync(cases)
      .filter((file) => file.endsWith(".tf"))
      .sort();
    for (const side of ["leak", "twin"]) mkdirSync(join(directory, side));
    for (const name of names) {
      // A folder each: Checkov reads a folder as one module.
      for (const side of ["leak", "twin"]) mkdirSync(join(directory, side, name));
      cpSync(join(cases, name), join(directory, "leak", name, "main.tf"));
      writeFileSync(join(directory, "twin", name, "main.tf"), twinOf(readFileSync(join(cases, name), "utf8")));
    }
    const version = execFileSync(command, ["--version"], { encoding: "utf8" }).trim();
    const [leak, twin] = [findings(command, join(directory, "leak")), findings(command, join(directory, "twin"))];
    const results: CheckovResults = {
      version,
      date: new Date().toISOString().slice(0, 10),
      cases: Object.fromEntries(
        names.map((name) => {
          const [found, also] = [leak.get(name) ?? [], new Set(twin.get(name) ?? [])];
          return [name.replace(/\.tf$/, ""), { findings: found, ofTheLeak: found.filter((one) => !also.has(one)) }];
        }),
      ),
    };
    writeFileSync(recorded, `${JSON.stringify(results, null, 2)}\n`);
    return results;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** `check resource`, by the folder of the case. */
function findings(command: string, directory: string): ReadonlyMap<string, readonly string[]> {
  const args = [
    "-d",
    directory,
    "-o",
    "json",
    "--compact",
    "--quiet",
    "--soft-fail",
    "--skip-download",
    "--framework",
    "terraform",
  ];
  const output = execFileSync(command, args, {
    encoding: "utf8",
    maxBuffer: 256 * 1024 * 1024,
    stdio: ["ignore", "pipe", "ignore"],
  });
  const parsed = JSON.parse(output) as CheckovReport | readonly CheckovReport[];
  const found = new Map<string, Set<string>>();
  for (const report of Array.isArray(parsed) ? (parsed as readonly CheckovReport[]) : [parsed as CheckovReport]) {
    for (const { check_id, resource, file_path } of report.results?.failed_checks ?? []) {
      const name = file_path.split("/").at(-2) ?? "";
      found.set(name, (found.get(name) ?? new Set()).add(`${check_id} ${resource}`));
    }
  }
  return new Map([...found].map(([name, all]) => [name, [...all].sort()]));
}

/** The case with everything in the acting cell's blocks turned to the cell's own. */
function twinOf(text: string): string {
  return text
    .split(/\n(?=\S)/)
    .map((block) =>
      /^(resource|data|provider) "\w+"( "(cell_2|shared|of_cell_2)")? ?/.exec(block)?.[2] === undefined
        ? own(block)
        : block,
    )
    .join("\n");
}

function own(block: string): string {
  const base64 = /"([A-Za-z0-9+/]{40,}={0,2})"/g;
  return plain(block)
    .replace(
      base64,
      (_, code: string) => `"${Buffer.from(plain(Buffer.from(code, "base64").toString())).toString("base64")}"`,
    )
    .replaceAll("10.0.0.0/8", "10.1.0.0/16")
    .replaceAll("dbuser:*/*", "dbuser:cluster-CELL1/app")
    .replaceAll("s3:::cell-1*", "s3:::cell-1/*")
    .replaceAll("us-east-1", "eu-west-1");
}

function plain(text: string): string {
  return text
    .replace(/cell_2/g, "cell_1")
    .replace(/cell-2/g, "cell-1")
    .replace(/CELL-2/g, "CELL-1")
    .replace(/10\.2\.0\.0\/16/g, "10.1.0.0/16")
    .replace(/\.shared\./g, ".cell_1.");
}
