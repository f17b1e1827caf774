import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { currentManifest, manifestPath } from "./manifest";

// Run after a reviewed change of the pack: `node --import tsx policy/manifest/write.ts`.
writeFileSync(join(__dirname, "..", "..", manifestPath), `${JSON.stringify(currentManifest(), null, 2)}\n`);
