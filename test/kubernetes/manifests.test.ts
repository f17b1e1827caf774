import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { PlannedResource } from "../../adapters/pulumi/plan/plan";
import { KubernetesError } from "../../local/kubernetes/client";
import { manifestOf, typeOf } from "../../local/providers/kubernetes/manifest";
import { manifestIssues } from "../../local/providers/kubernetes/validate";
import type { Properties } from "../../local/providers/properties";
import { planCompute } from "../components/workload-fixture";
import { testCell } from "../harness/cell";
import { brokenManifests, type Broken } from "./broken";
import { apply, testCluster, type TestCluster } from "./cluster";

/** A cell's manifests, whole and broken, in front of the API server of the cells' version. */
let cluster: TestCluster;
let objects: readonly PlannedResource[];

beforeAll(async () => {
  const { resources } = await planCompute(testCell());
  objects = resources.filter(({ type }) => type.startsWith("kubernetes:"));
  cluster = await testCluster();
});
afterAll(() => cluster?.dispose());

const manifest = ({ type, inputs }: PlannedResource): Properties =>
  structuredClone(manifestOf(typeOf(type), inputs)) as Properties;

function find(object: string): PlannedResource {
  const [kind, name] = object.split("/");
  const found = objects.find(({ type, inputs }) => typeOf(type).kind === kind && inputs["metadata"].name === name);
  if (found === undefined) throw new Error(`the cell has no ${object}`);
  return found;
}

async function verdict({ object, change }: Broken): Promise<Broken["real"]> {
  const resource = find(object);
  const changed = manifest(resource);
  change(changed);
  cluster.warnings();
  try {
    await apply(cluster.client, resource.type, changed);
  } catch (error) {
    // Anything but a refusal of this object is a fault of the test.
    if (error instanceof KubernetesError && [400, 422].includes(error.status)) return "refused";
    // Server-side apply answers so to an object that it cannot read.
    if (error instanceof KubernetesError && error.status === 500 && /convert|typed patch|decod/.test(error.message)) {
      return "refused";
    }
    throw error;
  }
  await apply(cluster.client, resource.type, manifest(resource));
  return cluster.warnings().length > 0 ? "warned" : "accepted";
}

function isCaughtOffline({ object, change }: Broken): boolean {
  const resource = find(object);
  const changed = manifest(resource);
  change(changed);
  return manifestIssues(typeOf(resource.type), changed).length > 0;
}

describe("the API server", () => {
  it("takes every manifest of a cell, and warns of none", async () => {
    for (const object of objects) await apply(cluster.client, object.type, manifest(object));
    expect(cluster.warnings()).toEqual([]);
  });

  it.each(brokenManifests.map((broken) => [broken.name, broken] as const))("judges %s", async (_name, broken) => {
    expect(await verdict(broken)).toBe(broken.real);
  });
});

describe("the local provider", () => {
  it("refuses nothing that the API server takes without a warning", () => {
    const wrong = brokenManifests.filter((broken) => broken.real === "accepted" && isCaughtOffline(broken));
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });

  it("misses what docs/local-cloud.md says that it misses", () => {
    const missed = brokenManifests.filter((broken) => broken.real !== "accepted" && !isCaughtOffline(broken));
    const file = join(__dirname, "../../docs/local-cloud.md");
    const text = readFileSync(file, "utf8");
    const [start, end] = ["<!-- missed -->\n", "<!-- /missed -->"];
    const list = missed.map(({ name, object }) => `- ${object.split("/")[0]}: ${name}\n`).join("");
    const written = text.replace(new RegExp(`${start}[^]*${end}`), `${start}${list}${end}`);
    if (process.env["UPDATE_DOCS"] !== undefined) writeFileSync(file, written);
    expect(text).toContain(start);
    expect(process.env["UPDATE_DOCS"] === undefined ? text : written).toBe(written);
  });
});
