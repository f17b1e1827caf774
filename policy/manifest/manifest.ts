import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { z } from "zod";

import { packBundle } from "../bundle/build";
import { policies } from "../front/crossguard";
import { name, version } from "../package.json";
import { rules } from "../rules";

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

/** The pack's policies, its rules, and the digest of its bundle. */
type Manifest = z.output<typeof schema>;

/** Digest of a pack's bytes. */
export function packHash(bundle: Uint8Array): string {
  return createHash("sha256").update(bundle).digest("hex");
}

/** The manifest of the current pack. */
export function currentManifest(): Manifest {
  return {
    name,
    version,
    policies: policies(rules).map((policy) => ({
      name: policy.name,
      kind: "validateStack" in policy ? "stack" : "resource",
      level: policy.enforcementLevel === "mandatory" ? "mandatory" : "advisory",
    })),
    rules: rules.map(({ id }) => id),
    hash: packHash(packBundle()!),
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
