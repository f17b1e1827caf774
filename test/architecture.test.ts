import { join } from "node:path";

import { ESLint } from "eslint";
import { beforeAll, describe, expect, it } from "vitest";

const root = join(__dirname, "..");
let eslint: ESLint;

beforeAll(() => {
  eslint = new ESLint({
    cwd: root,
    // The files below do not exist, so nothing is known of their types, and no rule that asks for them may run.
    overrideConfig: { languageOptions: { parserOptions: { projectService: false } } },
    ruleFilter: ({ ruleId }) => ruleId.startsWith("rooms/"),
  });
});

/** What the rule says about a file that is not there. */
async function lint(filePath: string, code: string): Promise<readonly string[]> {
  const [result] = await eslint.lintText(`${code}\n`, { filePath: join(root, filePath) });
  return (result?.messages ?? []).map(({ message }) => message);
}

const forbidden: readonly (readonly [file: string, code: string, says: string])[] = [
  ["routing/x.ts", 'import { loadCatalog } from "../catalog/load";', "routing may not import catalog"],
  ["routing/algorithms/x.ts", 'import type { Cell } from "../../catalog/model";', "routing may not import catalog"],
  ["routing/x.ts", 'import { readFileSync } from "node:fs";', "routing may not use node:fs"],
  ["catalog/x.ts", 'import { CellStack } from "../components/cell-stack";', "catalog may not import components"],
  ["catalog/checks/x.ts", 'import { start } from "../../local/start";', "catalog may not import local"],
  ["catalog/x.ts", 'import * as pulumi from "@pulumi/pulumi";', "catalog may not use @pulumi/pulumi"],
  ["components/x.ts", 'import { plan } from "../adapters/pulumi/plan/plan";', "components may not import adapters"],
  ["components/cell/x.ts", 'export { plan } from "../../local/plan/plan";', "components may not import local"],
  ["components/x.ts", 'export * from "../policy/rules";', "components may not import policy"],
  [
    "components/x.ts",
    'const { plan } = require("../adapters/pulumi/plan/plan");',
    "components may not import adapters",
  ],
  ["components/x.ts", 'const file = require.resolve("../local/start");', "components may not import local"],
  ["components/x.ts", 'const file = import("../local/start");', "components may not import local"],
  ["components/x.ts", 'type Start = import("../local/start").Started;', "components may not import local"],
  ["components/x.ts", 'import { EC2Client } from "@aws-sdk/client-ec2";', "components may not use @aws-sdk"],
  ["lambda/router/x.ts", 'import { baseRoutingTable } from "../../catalog/routing-table";', "may not import catalog"],
  ["lambda/router/x.ts", 'import { S3Client } from "@aws-sdk/client-s3";', "may not use @aws-sdk/client-s3"],
  ["lambda/x/x.ts", 'import { CellStack } from "../../components/cell-stack";', "lambda may not import components"],
  ["ops/x.ts", 'import { CellStack } from "../components/cell-stack";', "ops may not import components"],
  ["ops/x.ts", 'import { main } from "../cli/main";', "ops may not import cli"],
  ["policy/rules/x.ts", 'import { CellStack } from "../../components/cell-stack";', "policy may not import components"],
  ["policy/rules/x.ts", 'import { decide } from "../../routing";', "policy may not import routing"],
  ["policy/rules/x.ts", 'import * as aws from "@pulumi/aws";', "policy may not use @pulumi/aws"],
  ["local/x.ts", 'import { main } from "../cli/main";', "local may not import cli"],
  ["cli/verbs/x.ts", 'import { cellUnderTest } from "../../test/harness/cell";', "cli may not import test"],
  ["cli/verbs/x.ts", 'import { run } from "../../bench/bench";', "cli may not import bench"],
  ["components/x.ts", 'import { cells } from "../index";', "components may not import ."],
  ["index.ts", 'import { start } from "./local/start";', "may not import local"],
];

const allowed: readonly (readonly [file: string, code: string])[] = [
  ["routing/algorithms/x.ts", 'import { murmur3 } from "../murmur3";'],
  ["catalog/x.ts", 'import { decide } from "../routing";'],
  ["components/cell/x.ts", 'import type { Cell } from "../../catalog/model";'],
  ["components/x.ts", 'import * as aws from "@pulumi/aws";'],
  ["lambda/router/x.ts", 'import { decide } from "../../routing"; import { join } from "node:path";'],
  ["policy/rules/x.ts", 'import { parseCidr } from "../../catalog/cidr"; import { PolicyPack } from "@pulumi/policy";'],
  ["cli/verbs/x.ts", 'const { start } = require("../../local/start");'],
  ["test/x.ts", 'import { start } from "../local/start";'],
  ["index.ts", 'import { composeEnvironment } from "./components/environment";'],
];

describe("arrows between rooms", () => {
  it.each(forbidden)("%s: %s", async (file, code, says) => {
    expect(await lint(file, code)).toEqual([expect.stringContaining(says)]);
  });

  it.each(allowed)("%s may: %s", async (file, code) => {
    expect(await lint(file, code)).toEqual([]);
  });
});

describe("imports that make a circle", () => {
  const catalogLoad = "catalog/load.ts";

  it("are refused, types included, with the files in between", async () => {
    const below = "catalog/deals.ts";
    for (const code of ['import { loadCatalog } from "./load";', 'import type { loadCatalog } from "./load";']) {
      expect(await lint(below, code)).toEqual([expect.stringContaining(`${below} → ${catalogLoad} → `)]);
    }
  });

  it("are not what two files are that import a third", async () => {
    expect(await lint("catalog/x.ts", 'import { loadCatalog } from "./load";')).toEqual([]);
  });
});

describe("strings of the contract", () => {
  it.each(["cells:index:CellStack", "CELLS_CLOSED"])("are refused outside contract/: %s", async (text) => {
    const code = `export const copied = "${text}";`;
    expect(await lint("policy/rules/x.ts", code)).toEqual([expect.stringContaining(`"${text}" is in contract/`)]);
    expect(await lint("contract/x.ts", code)).toEqual([]);
  });
});
