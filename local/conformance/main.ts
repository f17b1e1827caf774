/**
 * The process behind `conform`: plans a catalog's environment and has it judged. Arguments: catalog file, Python.
 * Prints one line of JSON: how many resources, and one sentence for each finding.
 */
import { join } from "node:path";

import { loadCatalog } from "../../catalog/load";
import { cacheDirectory } from "../paths";
import { planEnvironment } from "../plan/environment";
import { checkConformance, describe } from "./check";

async function main(catalogFile: string, python: string): Promise<void> {
  const { resources } = await planEnvironment(loadCatalog(catalogFile));
  const found = await checkConformance({ resources, python, cacheDir: join(cacheDirectory(), "conformance") });
  // A warning works today: a version that AWS will soon end. It is shown by the tests, and does not stop a start.
  const findings = found.filter(({ level }) => level === "error").map(describe);
  process.stdout.write(`${JSON.stringify({ resources: resources.length, findings })}\n`);
}

main(process.argv[2] ?? "", process.argv[3] ?? "").catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
