import { z } from "zod";

import { formatValue } from "../../catalog/issues";
import { contentOfYaml, mistakesOf } from "../../catalog/mistakes";
import { UserError } from "../../contract/user-error";

/** Settings by rule id, as the rule's `config` parsed them. */
export type Settings = ReadonlyMap<string, unknown>;

/** The part of a rule that concerns its settings. */
interface Configurable {
  readonly id: string;
  /** The settings, with defaults and bounds; a rule without it has none. */
  readonly config?: z.ZodType<object>;
}

/** Settings that cannot be used; the message lists every mistake with its path. */
class PolicySettingsError extends UserError {
  override readonly name = "PolicySettingsError";
}

const nothing = z.strictObject({});
const defaults = new WeakMap<Configurable, unknown>();

/** The default settings of a rule. */
export function defaultsOf(rule: Configurable): unknown {
  let made = defaults.get(rule);
  if (made === undefined) defaults.set(rule, (made = (rule.config ?? nothing).parse({})));
  return made;
}

/** The settings of a rule, or its defaults. */
export function settingsOf(rule: Configurable, settings: Settings | undefined): unknown {
  return settings?.get(rule.id) ?? defaultsOf(rule);
}

/**
 * Reads settings by rule id and completes them with the rules' defaults. No rule can be switched off here: an entry of
 * `policy/register.yaml` excepts one place for a while.
 *
 * @param given objects by rule id; keys of a later object win.
 * @throws PolicySettingsError listing every mistake: an unknown rule, a key or value that the rule does not accept.
 */
export function readSettings(rules: readonly Configurable[], source: string, ...given: readonly unknown[]): Settings {
  const mistakes: string[] = [];
  const merged = new Map<string, object>();
  for (const layer of given) {
    if (!isBag(layer)) {
      if (layer !== undefined && layer !== null)
        mistakes.push(`rules: ${formatValue(layer)}: write settings by rule id, e.g. SIZ-01: { maxShare: 0.2 }`);
      continue;
    }
    for (const [id, own] of Object.entries(layer)) {
      if (!rules.some((rule) => rule.id === id)) mistakes.push(`${id}: no rule has this id`);
      else if (!isBag(own))
        mistakes.push(`${id}: ${formatValue(own)}: write an object of settings; a rule cannot be switched off`);
      else merged.set(id, { ...merged.get(id), ...own });
    }
  }
  const settings = new Map<string, unknown>();
  for (const rule of rules) {
    const own = merged.get(rule.id);
    if (own === undefined) continue;
    const parsed = (rule.config ?? nothing).safeParse(own);
    if (parsed.success) settings.set(rule.id, parsed.data);
    else mistakes.push(...mistakesOf(parsed.error.issues, own, rule.id));
  }
  if (mistakes.length > 0)
    throw new PolicySettingsError([`${source} cannot be used:`, ...mistakes.map((line) => `  ${line}`)].join("\n"));
  return settings;
}

/** Path of the rules' settings. */
export const settingsPath = "policy/config.yaml";

/** The `rules` of a settings file, unchecked. */
export function parseSettings(text: string, source: string): unknown {
  const { value, mistakes } = contentOfYaml(text);
  const refuse = (lines: readonly string[]): never => {
    throw new PolicySettingsError([`${source} cannot be used:`, ...lines.map((line) => `  ${line}`)].join("\n"));
  };
  if (mistakes.length > 0) return refuse(mistakes);
  if (value === null) return undefined;
  if (!isBag(value)) return refuse([`${formatValue(value)}: write settings under rules`]);
  const { rules, ...rest } = value;
  const stray = Object.entries(rest);
  if (stray.length > 0)
    return refuse(stray.map(([key, one]) => `${key}: ${formatValue(one)}: write settings under rules`));
  return rules;
}

/** JSON schemas of the rules' settings, by rule id, which CrossGuard checks before a run. */
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
