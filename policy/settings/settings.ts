import { readFileSync } from "node:fs";

import { parse } from "yaml";
import { z } from "zod";

import { UserError } from "../../contract/user-error";

/** What each rule is told, by its id: the parsed form of its `config`. */
export type Settings = ReadonlyMap<string, unknown>;

/** A rule as far as its settings are concerned. */
interface Configurable {
  readonly id: string;
  /** What may be set, with defaults and bounds; a rule without it takes no settings. */
  readonly config?: z.ZodType<object>;
}

/** Settings that cannot be used: every mistake, each with its path. */
export class PolicySettingsError extends UserError {
  override readonly name = "PolicySettingsError";
}

const nothing = z.strictObject({});
const defaults = new WeakMap<Configurable, unknown>();

/** What a rule is told when nobody says otherwise. */
export function defaultsOf(rule: Configurable): unknown {
  let made = defaults.get(rule);
  if (made === undefined) defaults.set(rule, (made = (rule.config ?? nothing).parse({})));
  return made;
}

/** What a rule is told: what was set, else its defaults. */
export function settingsOf(rule: Configurable, settings: Settings | undefined): unknown {
  return settings?.get(rule.id) ?? defaultsOf(rule);
}

/**
 * Reads settings by rule id and completes them with the rules' defaults. No rule can be switched off here: an entry of
 * `policy/register.yaml` excepts one place for a while.
 *
 * @param given objects by rule id; a later one's keys win over an earlier one's.
 * @throws PolicySettingsError listing every mistake: a rule that is not there, a key or value that its rule does not take.
 */
export function readSettings(rules: readonly Configurable[], source: string, ...given: readonly unknown[]): Settings {
  const mistakes: string[] = [];
  const merged = new Map<string, object>();
  for (const layer of given) {
    if (!isBag(layer)) {
      if (layer !== undefined && layer !== null)
        mistakes.push("rules: write settings by rule id, e.g. SIZ-01: { maxShare: 0.2 }");
      continue;
    }
    for (const [id, own] of Object.entries(layer)) {
      if (!rules.some((rule) => rule.id === id)) mistakes.push(`${id}: there is no such rule`);
      else if (!isBag(own)) mistakes.push(`${id}: write an object of settings; a rule cannot be switched off`);
      else merged.set(id, { ...merged.get(id), ...own });
    }
  }
  const settings = new Map<string, unknown>();
  for (const rule of rules) {
    const own = merged.get(rule.id);
    if (own === undefined) continue;
    const parsed = (rule.config ?? nothing).safeParse(own);
    if (parsed.success) settings.set(rule.id, parsed.data);
    else
      mistakes.push(...parsed.error.issues.map(({ path, message }) => `${[rule.id, ...path].join(".")}: ${message}`));
  }
  if (mistakes.length > 0)
    throw new PolicySettingsError([`${source} cannot be used:`, ...mistakes.map((line) => `  ${line}`)].join("\n"));
  return settings;
}

/** The `rules` of a settings file, unchecked; undefined when the file is not there. */
export function settingsFile(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  let content: unknown;
  try {
    content = parse(text) as unknown;
  } catch {
    throw new PolicySettingsError(`${file} cannot be used:\n  it is no YAML`);
  }
  if (content === null) return undefined;
  const { rules, ...rest } = isBag(content) ? content : { rules: undefined, file: content };
  const [stray] = Object.keys(rest);
  if (stray !== undefined)
    throw new PolicySettingsError(`${file} cannot be used:\n  ${stray}: write settings under rules`);
  return rules;
}

/** JSON schemas of the rules that take settings, by rule id: what CrossGuard checks before a run. */
export function settingsSchema(rules: readonly Configurable[]): Readonly<Record<string, object>> {
  return Object.fromEntries(
    rules.flatMap(({ id, config }) => {
      if (config === undefined) return [];
      const { $schema: _dialect, ...schema } = z.toJSONSchema(config, { io: "input" });
      return [[id, schema] as const];
    }),
  );
}

function isBag(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
