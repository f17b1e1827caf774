import { describe, expect, it } from "vitest";

import { judge } from "../../policy/core/judge";
import { nothingKnown } from "../../policy/fingerprints/known";
import { UserError } from "../../contract/user-error";
import { rules } from "../../policy/rules";
import { defaultsOf, parseSettings, readSettings, settingsSchema } from "../../policy/settings/settings";
import { World } from "./world";

const rule = (id: string): (typeof rules)[number] => rules.find((one) => one.id === id)!;
const database = "aws:rds/instance:Instance";

describe("settings", () => {
  it("every rule parses its own defaults, and they parse again to the same", () => {
    for (const one of rules) {
      const defaults = defaultsOf(one);
      expect(one.config?.parse(defaults) ?? {}).toEqual(defaults);
    }
  });

  it("change what a rule decides, and only within its bounds", () => {
    const world = new World();
    world.add(database, { backupRetentionPeriod: 14 });
    const said = (days: number): readonly string[] =>
      judge([rule("DUR-01")], world.resources, {
        ...nothingKnown,
        settings: readSettings(rules, "it", { "DUR-01": { productionDays: days } }),
      }).map(({ verdict }) => verdict.path ?? "");
    expect(said(14)).toEqual([]);
    expect(said(21)).toEqual(["backupRetentionPeriod"]);
    expect(() => said(1)).toThrow(/DUR-01\.productionDays/);
  });

  it("tell every mistake at once", () => {
    const given = { "XXX-01": {}, "PUB-02": { enabled: false }, "SIZ-04": { share: 2 }, "HA-06": "disabled" };
    expect(() => readSettings(rules, "policy/config.yaml", given)).toThrow(
      /^policy\/config\.yaml cannot be used:\n {2}XXX-01: no rule has this id\n {2}HA-06: "disabled": write an object of settings; a rule cannot be switched off\n {2}PUB-02\.enabled: false: no such key; remove it\n {2}SIZ-04\.share: 2: write at most 0\.95$/,
    );
  });

  it.each([
    [
      "an alias inside itself",
      "rules: &a\n  SIZ-04: *a\n",
      "line 2: this alias is inside what it stands for; write its content",
    ],
    ["a list", "rules: [1]\n", "rules: [1]: write settings by rule id, e.g. SIZ-01: { maxShare: 0.2 }"],
    ["a text", "off\n", '"off": write settings under rules'],
    ["two other keys", "a: 1\nb: .nan\n", "a: 1: write settings under rules\n  b: .nan: write settings under rules"],
    ["no number", "rules: { SIZ-04: { share: .nan } }\n", "SIZ-04.share: .nan: write a number"],
    ["lines that end with CR", "rules: { XXX-01: {} }\r# end\r", "XXX-01: no rule has this id"],
  ])("are refused for %s, with path, value and what to write", (_what, text, says) => {
    const read = (): unknown => readSettings(rules, "config.yaml", parseSettings(text, "config.yaml"));
    expect(read).toThrow(UserError);
    expect(read).toThrow(`config.yaml cannot be used:\n  ${says}`);
  });

  it("of the run win over those of the file, key by key", () => {
    const settings = readSettings(
      rules,
      "it",
      { "DUR-01": { leastDays: 10, productionDays: 20 } },
      { "DUR-01": { productionDays: 30 } },
    );
    expect(settings.get("DUR-01")).toEqual({ leastDays: 10, productionDays: 30 });
  });

  it("are JSON schemas for the engine, each setting described and with a default, none of them a switch", () => {
    const schemas = settingsSchema(rules) as Record<
      string,
      { properties: Record<string, { description?: string; default?: unknown }>; additionalProperties?: boolean }
    >;
    expect(JSON.parse(JSON.stringify(schemas))).toEqual(schemas);
    for (const [id, schema] of Object.entries(schemas)) {
      expect(schema.additionalProperties).toBe(false);
      for (const [name, setting] of Object.entries(schema.properties)) {
        expect(setting.description, `${id}.${name}`).toMatch(/\.$/);
        expect(name).not.toMatch(/enabled|disabled|enforcement/i);
      }
    }
  });
});
