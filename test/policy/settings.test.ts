import { describe, expect, it } from "vitest";

import { judge } from "../../policy/core/judge";
import { nothingKnown } from "../../policy/fingerprints/known";
import { rules } from "../../policy/rules";
import { defaultsOf, readSettings, settingsSchema } from "../../policy/settings/settings";
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
      /^policy\/config\.yaml cannot be used:\n {2}XXX-01: no rule has this id\n {2}HA-06: write an object of settings; a rule cannot be switched off\n {2}PUB-02: .*enabled.*\n {2}SIZ-04\.share: .+$/,
    );
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
