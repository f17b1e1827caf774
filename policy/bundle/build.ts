import { existsSync } from "node:fs";
import { join } from "node:path";

import { buildSync } from "esbuild";

import { reproducible } from "../../contract/bundle";
import { readPackTexts } from "../front/known";

const root = join(__dirname, "..", "..");

/**
 * The pack as one file: rules, settings, quotas, register, and every package that they use. The same sources give the same
 * bytes on every machine. Undefined where there is no pack.
 *
 * @throws Error for sources that cannot be bundled.
 */
export function packBundle(project: string = root): Uint8Array | undefined {
  if (!existsSync(join(project, "policy", "PulumiPolicy.yaml"))) return undefined;
  const sdk = join(project, "policy", "bundle", "sdk.ts");
  const { outputFiles } = buildSync({
    ...reproducible,
    absWorkingDir: project,
    entryPoints: ["policy/bundle/entry.ts"],
    define: { packTexts: JSON.stringify(readPackTexts(project)) },
    // The longest name that fits counts: the whole SDK is left out, its messages and assets stay.
    alias: {
      "@pulumi/pulumi": sdk,
      "@pulumi/pulumi/runtime/rpc": sdk,
      "@pulumi/pulumi/asset": "@pulumi/pulumi/asset",
      "@pulumi/pulumi/proto": "@pulumi/pulumi/proto",
    },
  });
  return outputFiles[0]!.contents;
}
