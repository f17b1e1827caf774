import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";

/** Digest of a saved plan, so that the one which is done is the one which was judged; undefined when there is none. */
export function planDigest(file: string): string | undefined {
  return existsSync(file) ? createHash("sha256").update(readFileSync(file)).digest("hex") : undefined;
}
