import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { createOnlyInputs } from "../../local/conformance/create-only";
import { ensurePython } from "../../local/python";
import { localDefinitions, resourcesInUse, typesInUse } from "./types-in-use";

// Run after an update of cfn-lint or with a new type: `node --import tsx test/conformance/write-create-only.ts`.
async function write(): Promise<void> {
  const python = await ensurePython(() => undefined);
  const found = createOnlyInputs(typesInUse(await resourcesInUse(), await localDefinitions()), python);
  const lines = Object.entries(found).map((entry) => entry.map((part) => JSON.stringify(part)).join(": "));
  writeFileSync(join(__dirname, "../../catalog/replacement/aws.json"), `{\n${lines.join(",\n")}\n}\n`);
}

void write();
