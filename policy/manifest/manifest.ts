import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { z } from "zod";

import { policies } from "../front/crossguard";
import { rules } from "../rules";
import { digestOf } from "./digest";

const root = join(__dirname, "..", "..");

/** Path of the reviewed manifest. */
export const manifestPath = "policy/manifest.json";

const schema = z.strictObject({
  name: z.string(),
  version: z.string(),
  policies: z.array(
    z.strictObject({ name: z.string(), kind: z.enum(["resource", "stack"]), level: z.enum(["mandatory", "advisory"]) }),
  ),
  rules: z.array(z.string()),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
});

/** The pack's policies, its rules, and a digest of the sources that its verdicts depend on. */
type Manifest = z.output<typeof schema>;

/**
 * Digest of the current pack: its sources, settings, quotas and register, and the code of catalog and contract, which the
 * rules use. package-lock.json pins its dependencies. Undefined when there is no pack.
 */
export function packHash(project: string = root): string | undefined {
  if (!existsSync(join(project, "policy", "PulumiPolicy.yaml"))) return undefined;
  const isData = (path: string): boolean => path.startsWith("catalog/") && !path.endsWith(".ts");
  const counts = (path: string): boolean => path !== manifestPath && !path.endsWith(".md") && !isData(path);
  return digestOf(project, ["policy", "catalog", "contract"], counts);
}

/** The manifest of the current pack. */
export function currentManifest(): Manifest {
  const { name, version } = JSON.parse(readFileSync(join(root, "policy", "package.json"), "utf8")) as {
    readonly name: string;
    readonly version: string;
  };
  return {
    name,
    version,
    policies: policies(rules).map((policy) => ({
      name: policy.name,
      kind: "validateStack" in policy ? "stack" : "resource",
      level: policy.enforcementLevel === "mandatory" ? "mandatory" : "advisory",
    })),
    rules: rules.map(({ id }) => id),
    hash: packHash() ?? "",
  };
}

/** The reviewed manifest; undefined when its file is missing or invalid. */
export function pinnedManifest(project: string = root): Manifest | undefined {
  const file = join(project, manifestPath);
  if (!existsSync(file)) return undefined;
  try {
    return schema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return undefined;
  }
}
