import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { planEnvironment } from "../../adapters/pulumi/plan/environment";
import { parseCatalog } from "../../catalog/load";
import { settingsOf } from "../lambda/fixture";
import { issuerInput } from "../lambda/keys";
import { namesOf } from "./names";

const text = readFileSync(join(__dirname, "catalog.yaml"), "utf8");
const identity = settingsOf({
  tenant: { claim: "tenant" },
  country: { header: "cloudfront-viewer-country" },
  edge: { header: "x-router-secret" },
  issuers: [issuerInput],
});

const advice = `a URN or a physical name changed.
Pulumi deletes a resource whose URN is gone and makes a new one. An alias prevents that: the option
\`aliases: [{ name: "old-name" }]\` on the renamed resource keeps its old name.
A changed physical name replaces the resource, alias or not.
If only resources were added, or every renamed one has an alias, refresh the list and review its diff:
UPDATE_NAMES=1 npx vitest run --project fast test/upgrade/names.test.ts`;

describe.each(["dev", "small", "medium", "large"])("a cell of class %s, its router and its edge", (size) => {
  it("keep their URNs and physical names", async () => {
    const catalog = parseCatalog(text.replace("sizeClass: dev", `sizeClass: ${size}`), "catalog.yaml");
    const { resources } = await planEnvironment(catalog, { identity, front: {} });
    const planned = resources.map(namesOf).sort();
    const file = join(__dirname, "names", `${size}.txt`);
    if (process.env["UPDATE_NAMES"] === "1") writeFileSync(file, `${planned.join("\n")}\n`);
    const listed = readFileSync(file, "utf8").trim().split("\n");
    const changes = [
      ...listed.filter((line) => !planned.includes(line)).map((line) => `- ${line}`),
      ...planned.filter((line) => !listed.includes(line)).map((line) => `+ ${line}`),
    ];
    expect(changes, advice).toEqual([]);
    // An empty list would equal that of a program without resources.
    expect(listed.length).toBeGreaterThan(200);
  });
});
