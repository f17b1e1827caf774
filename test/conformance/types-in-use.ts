import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { planEnvironment } from "../../adapters/pulumi/plan/environment";
import type { PlannedResource } from "../../adapters/pulumi/plan/plan";
import { parseCatalog } from "../../catalog/load";
import type { ResourceDefinition } from "../../local/providers/aws/resource";

/** The environment of `npm start`, and the one that has every size class. */
const catalogs = ["catalog/dev.yaml", "test/upgrade/catalog.yaml"];

/** AWS resources that the program registers for the catalogs of this repository, with every optional part. */
export async function resourcesInUse(): Promise<readonly PlannedResource[]> {
  const found: PlannedResource[] = [];
  for (const file of catalogs) {
    const text = readFileSync(join(__dirname, "../..", file), "utf8");
    const { resources } = await planEnvironment(parseCatalog(text, file), { front: {} });
    found.push(...resources.filter(({ custom, type }) => custom && type.startsWith("aws:")));
  }
  return found;
}

/** What the local cloud supports; `loadDefinitions` uses `require`, which vitest does not translate. */
export async function localDefinitions(): Promise<readonly ResourceDefinition[]> {
  const directory = join(__dirname, "../../local/providers/aws/services");
  const files = readdirSync(directory).sort();
  const all = await Promise.all(
    files.map(
      (file) => import(join(directory, file)) as Promise<{ readonly definitions?: readonly ResourceDefinition[] }>,
    ),
  );
  return all.flatMap(({ definitions = [] }) => definitions);
}

/** Types of AWS that the program or the local cloud uses. */
export function typesInUse(
  resources: readonly PlannedResource[],
  definitions: readonly ResourceDefinition[],
): readonly string[] {
  return [...new Set([...resources.map(({ type }) => type), ...definitions.map(({ token }) => token)])].sort();
}
