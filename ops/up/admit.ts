import type { PackManifest } from "./proof";
import { UpRefused } from "./refused";

/** The facts before the engine is started. */
export interface Admission {
  /** The manifest that was reviewed; undefined when its file is missing. */
  readonly pinned: PackManifest | undefined;
  /** Digest of the pack in the checkout, bundled; undefined when there is none. */
  readonly packHash: string | undefined;
  /** A second pin kept outside the checkout, e.g. a variable of the CI. */
  readonly pin?: string;
  /** Options that the gate refuses. */
  readonly refused: readonly string[];
}

/** The option that would give the pack settings that no manifest pins. */
const settingsOption = "--policy-pack-config";

/** How to write the pinned manifest again, for messages. */
const again = "review the change, then write the manifest again: node --import tsx policy/manifest/write.ts";

/**
 * The checks before any process is started, so before any call of a cloud.
 *
 * @throws UpRefused for a pack that is missing or altered, for settings from outside it, and where the preview would be
 *   skipped.
 */
export function admit({ pinned, packHash, pin, refused }: Admission): void {
  if (refused.includes(settingsOption)) {
    throw new UpRefused(
      "pack-settings",
      `${settingsOption}: cells up takes the settings of the policies from policy/config.yaml, which the manifest pins; write them there, and accept a single finding in policy/register.yaml`,
    );
  }
  if (refused.length > 0) {
    throw new UpRefused(
      "no-preview",
      `${refused.join(", ")}: cells up applies only the plan that it has just previewed and judged; leave the option out`,
    );
  }
  if (packHash === undefined) {
    throw new UpRefused(
      "pack-missing",
      "the policy pack is missing: there is no policy/PulumiPolicy.yaml; restore the folder policy",
    );
  }
  if (pinned === undefined) {
    throw new UpRefused("pack-missing", `the policy pack has no manifest (policy/manifest.json): ${again}`);
  }
  if (packHash !== pinned.hash) {
    throw new UpRefused(
      "pack-altered",
      `the policy pack is not the one that was reviewed: it hashes to ${short(packHash)}, the manifest pins ${short(pinned.hash)}; ${again}. If its sources are as reviewed, install its packages again: npm ci`,
    );
  }
  if (pin !== undefined && pin !== packHash) {
    throw new UpRefused(
      "pack-altered",
      `the policy pack hashes to ${short(packHash)}, but CELLS_POLICY_PIN pins ${short(pin)}: run the reviewed one, or change the pin`,
    );
  }
}

function short(hash: string): string {
  return hash.slice(0, 12);
}
