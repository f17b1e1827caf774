import type { PackManifest } from "./proof";
import { UpRefused } from "./refused";

/** The facts before the engine is started. */
export interface Admission {
  /** The manifest that was reviewed; undefined when its file is missing. */
  readonly pinned: PackManifest | undefined;
  /** Digest of the pack in the checkout; undefined when there is none. */
  readonly packHash: string | undefined;
  /** A second pin kept outside the checkout, e.g. a variable of the CI. */
  readonly pin?: string;
  /** Text of the pack's configuration, where one is given. */
  readonly config?: { readonly source: string; readonly text: string };
  /** Revision of the catalog that is to be run. */
  readonly revision: number;
  /** Options that ask for a run without its own preview. */
  readonly skipping: readonly string[];
  /** Mistakes in settings by rule id; empty when there are none. */
  readonly mistakesOf: (rules: Readonly<Record<string, unknown>>) => readonly string[];
}

/** The pack's configuration for the engine, by policy name. */
export type EngineConfig = Readonly<Record<string, unknown>>;

/** How to write the pinned manifest again, for messages. */
const again = "review the change, then write the manifest again: node --import tsx policy/manifest/write.ts";

/**
 * The checks before any process is started, so before any call of a cloud.
 *
 * @returns the configuration for the engine; undefined when there is none.
 * @throws UpRefused for a pack that is missing, altered or switched off, for a configuration that is invalid or was
 *   reviewed for something else, and where the preview would be skipped.
 */
export function admit(admission: Admission): EngineConfig | undefined {
  const { pinned, packHash, pin, skipping } = admission;
  if (skipping.length > 0) {
    throw new UpRefused(
      "no-preview",
      `${skipping.join(", ")}: cells up applies only the plan that it has just previewed and judged; leave the option out`,
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
      `the policy pack is not the one that was reviewed: its sources hash to ${short(packHash)}, the manifest pins ${short(pinned.hash)}; ${again}`,
    );
  }
  if (pin !== undefined && pin !== packHash) {
    throw new UpRefused(
      "pack-altered",
      `the policy pack hashes to ${short(packHash)}, but CELLS_POLICY_PIN pins ${short(pin)}: run the reviewed one, or change the pin`,
    );
  }
  return admission.config === undefined ? undefined : configOf(admission, pinned, admission.config);
}

function configOf(
  { revision, mistakesOf }: Admission,
  pinned: PackManifest,
  { source, text }: { readonly source: string; readonly text: string },
): EngineConfig {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw new UpRefused(
      "config-invalid",
      `${source} is not JSON: write {"reviewed": {…}, "cells-resource": {"<rule>": {…}}}`,
    );
  }
  if (!isBag(content)) throw new UpRefused("config-invalid", `${source}: write an object of settings by policy`);
  const { reviewed, ...policies } = content;
  const off = Object.entries(policies).filter(([name, own]) => lowers(name, own, pinned));
  if (off.length > 0) {
    const names = off.map(([name]) => name).join(", ");
    throw new UpRefused(
      "pack-disabled",
      `${source} switches policies off or lowers them (${names}): except a finding in policy/register.yaml instead`,
    );
  }
  const mistakes = Object.entries(policies).flatMap(([name, own]) => {
    if (!pinned.policies.some((policy) => policy.name === name)) return [`${name}: there is no such policy`];
    if (typeof own === "string")
      return own === "mandatory" || own === "remediate" ? [] : [`${name}: ${own} is no level`];
    if (!isBag(own)) return [`${name}: write an object of settings by rule`];
    const { enforcementLevel: _level, ...rules } = own;
    return mistakesOf(rules).map((mistake) => `${name}.${mistake}`);
  });
  if (mistakes.length > 0) {
    throw new UpRefused(
      "config-invalid",
      [`${source} cannot be used:`, ...mistakes.map((line) => `  ${line}`)].join("\n"),
    );
  }
  const stale = staleness(reviewed, pinned, revision);
  if (stale !== undefined) {
    throw new UpRefused(
      "config-old",
      `${source} ${stale}: review it, then write "reviewed": {"manifest": "${pinned.hash}", "revision": ${revision}} into it`,
    );
  }
  return policies;
}

/** True for a configuration that makes a policy weaker than the manifest has it. */
function lowers(name: string, own: unknown, { policies }: PackManifest): boolean {
  const level = isBag(own) ? own["enforcementLevel"] : own;
  if (level === "disabled") return true;
  const mandatory = name === "all" || policies.some((policy) => policy.name === name && policy.level === "mandatory");
  return mandatory && level === "advisory";
}

function staleness(reviewed: unknown, { hash }: PackManifest, revision: number): string | undefined {
  if (!isBag(reviewed)) return "does not say what it was reviewed for";
  if (reviewed["manifest"] !== hash) return "was reviewed for another policy pack";
  const seen = reviewed["revision"];
  if (typeof seen !== "number" || !Number.isInteger(seen))
    return "does not say for which revision of the catalog it was reviewed";
  return seen < revision ? `was reviewed for revision ${seen} of the catalog, which is at ${revision}` : undefined;
}

function short(hash: string): string {
  return hash.slice(0, 12);
}

function isBag(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
