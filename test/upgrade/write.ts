/**
 * Writes the fixture of a release from its exported state (CONTRIBUTING.md, "How to release"):
 *
 *     npx cells pulumi stack export | node --import tsx test/upgrade/write.ts v0.2.0 catalog/dev.yaml cell-0 cell-7
 *
 * It keeps the cells that are named, the routers and the edge. Values of secrets stay out.
 */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { forcing, masked, type Properties, type ReleasedResource } from "./replay";

interface ExportedResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly parent?: string;
  readonly inputs?: Properties;
  readonly outputs?: Properties;
}

const secretSignature = "4dabf18193072939515e22adb298388d";

function holdsSecret(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return secretSignature in value || Object.values(value).some(holdsSecret);
}

function open(properties: Properties = {}): Properties {
  return Object.fromEntries(
    Object.entries(properties).map(([key, value]) => [key, holdsSecret(value) ? masked : value]),
  );
}

function textsOf(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

const [release, catalog, ...cells] = process.argv.slice(2);
if (release === undefined || catalog === undefined || cells.length === 0) {
  throw new Error("usage: write.ts <release> <catalog> <cell>… < exported-state.json");
}
const { deployment } = JSON.parse(readFileSync(0, "utf8")) as {
  readonly deployment: { readonly resources: readonly ExportedResource[] };
};
const byUrn = new Map(deployment.resources.map((resource) => [resource.urn, resource]));

const stacks = deployment.resources.filter(({ type }) => type === "cells:index:CellStack");
const others = stacks.map(({ urn }) => urn.split("::").at(-1)!).filter((id) => !cells.includes(id));

/** True for what belongs to a cell that is not named, and for providers that the engine makes itself. */
function isLeftOut(resource: ExportedResource): boolean {
  for (let at: ExportedResource | undefined = resource; at !== undefined; at = byUrn.get(at.parent ?? "")) {
    const name = at.urn.split("::").at(-1)!;
    if (others.some((id) => name === id || name.endsWith(`-${id}`))) return true;
  }
  return /^urn:pulumi:[^$]*::pulumi:providers:\w+::default/.test(resource.urn);
}

const kept = deployment.resources
  .filter((resource) => !isLeftOut(resource))
  .sort((a, b) => (a.urn < b.urn ? -1 : 1))
  .map((resource) => ({ resource, inputs: forcing(resource.type, open(resource.inputs)) }));
const needed = kept.map(({ inputs }) => JSON.stringify(inputs)).join("\n");
const fixture = kept.map(({ resource: { urn, type, id, inputs: all = {}, outputs }, inputs }): ReleasedResource => {
  // A plan gives a resource its inputs as outputs; what the cloud added is kept where another resource's inputs hold it.
  const added = Object.entries(open(outputs)).filter(
    ([key, value]) =>
      !(key in all) &&
      key !== "tagsAll" &&
      textsOf(value).some((text) => text !== masked && text.length >= 8 && needed.includes(text)),
  );
  return { urn, type, id, inputs, outputs: Object.fromEntries(added) };
});
const directory = join(__dirname, release);
mkdirSync(directory, { recursive: true });
const lines = `[\n${fixture.map((each) => JSON.stringify(each)).join(",\n")}\n]\n`;
writeFileSync(join(directory, "state.json.gz"), gzipSync(lines, { level: 9 }));
copyFileSync(catalog, join(directory, "catalog.yaml"));
