/** `requests-child.ts CELLS preview|up CATALOG REQUEST` writes what the engine would send; see `writeRequest`. */
import { writeRequest } from "./requests";

async function main(cells: string, phase: string, catalog: string, request: string): Promise<void> {
  const written = await writeRequest(Number(cells), phase === "preview", { catalog, request });
  process.stdout.write(`${JSON.stringify(written)}\n`);
}

void main(process.argv[2] ?? "", process.argv[3] ?? "", process.argv[4] ?? "", process.argv[5] ?? "");
