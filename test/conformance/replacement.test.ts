import { readFileSync } from "node:fs";
import { join } from "node:path";

import { beforeAll, expect, it } from "vitest";

import { createOnlyInputs } from "../../local/conformance/create-only";
import { ensurePython } from "../../local/python";
import { localDefinitions, resourcesInUse, typesInUse } from "./types-in-use";

let python: string;
beforeAll(async () => {
  python = await ensurePython(() => undefined);
}, 300_000);

it("catalog/replacement/aws.json is what cfn-lint's schemas say of the types in use", async () => {
  const text = readFileSync(join(__dirname, "../../catalog/replacement/aws.json"), "utf8");
  const types = typesInUse(await resourcesInUse(), await localDefinitions());
  expect(createOnlyInputs(types, python), "run node --import tsx test/conformance/write-create-only.ts").toEqual(
    JSON.parse(text),
  );
});
