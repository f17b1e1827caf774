import { judgeNothing, runRequest } from "./request";
import { withPulumi } from "../../../adapters/pulumi/pulumi";
import { runGate } from "../../../ops/up/run";
import { journalIn } from "../../../adapters/pulumi/journal";

/**
 * The gate on the small program with `pulumi` on PATH, as a separate command: for tests that kill it. Arguments:
 * folder, journal, program, pack.
 */
async function main([folder, journal, program, pack]: readonly string[]): Promise<void> {
  const about = {
    stack: "dev",
    directory: process.cwd(),
    pack: () => pack!,
    folder: folder!,
    journal: journalIn(journal!),
    extra: ["--cwd", program!],
    report: (line: string) => void process.stderr.write(`${line}\n`),
  };
  const told = JSON.parse(process.env["GATE_FOUND"] ?? "[]") as readonly (readonly [string, string | null])[];
  const found = new Map(told.map(([urn, id]) => [urn, id ?? undefined]));
  const result = await withPulumi(about, (engine) =>
    runGate(
      { ...runRequest(), found },
      { engine, hasChanged: () => false, verify: judgeNothing },
      { isDryRun: false, report: about.report },
    ),
  );
  process.stdout.write(JSON.stringify(result));
}

main(process.argv.slice(2)).catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
