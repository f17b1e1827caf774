/**
 * The process behind `conform`: plans a catalog's environment and has it judged. Arguments: catalog file, Python.
 * Prints one line of JSON: how many resources, and one sentence for each finding.
 */
import { readFileSync } from "node:fs";
import { join, relative } from "node:path";

import { loadCatalog } from "../../catalog/load";
import { CatalogSource } from "../../catalog/source";
import { cacheDirectory } from "../../adapters/files/paths";
import { planEnvironment } from "../../adapters/pulumi/plan/environment";
import { checkConformance, describe } from "./check";

async function main(catalogFile: string, python: string): Promise<void> {
  const { resources } = await planEnvironment(loadCatalog(catalogFile));
  const found = await checkConformance({
    resources,
    python,
    cacheDir: join(cacheDirectory(), "conformance"),
    locate: linesOf(catalogFile),
  });
  // A warning works today: a version that AWS will soon end. It is shown by the tests, and does not stop a start.
  const findings = found.filter(({ level }) => level === "error").map(describe);
  process.stdout.write(`${JSON.stringify({ resources: resources.length, findings })}\n`);
}

/** Where the catalog describes a cell: `catalog/dev.yaml:57`. */
function linesOf(file: string): (cell: string) => string | undefined {
  const source = new CatalogSource(readFileSync(file, "utf8"));
  const { cells = [] } = source.value as { cells?: readonly { id?: string; number: number }[] };
  const lines = new Map(
    cells.map(({ id, number }, at) => [id ?? `cell-${number}`, source.lineOf(["cells", at])] as const),
  );
  return (cell) => {
    const line = lines.get(cell);
    return line === undefined ? undefined : `${relative(process.cwd(), file)}:${line}`;
  };
}

main(process.argv[2] ?? "", process.argv[3] ?? "").catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
