import { readdirSync } from "node:fs";
import { join } from "node:path";

import type { ResourceDefinition } from "./resource";

/** The whole table: every file of `services/`, one AWS service each. */
export function loadDefinitions(): readonly ResourceDefinition[] {
  const directory = join(__dirname, "services");
  return readdirSync(directory)
    .filter((file) => file.endsWith(".ts"))
    .sort()
    .flatMap((file) => {
      const { definitions } = require(join(directory, file)) as { definitions?: readonly ResourceDefinition[] };
      // A service's helper file beside its table exports none.
      return definitions ?? [];
    });
}
