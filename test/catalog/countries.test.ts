import { iso31661 } from "iso-3166";
import { describe, expect, it } from "vitest";

import { builtInCountries, builtInJurisdictions } from "../../catalog/countries";

const assigned = iso31661.filter(({ state }) => state === "assigned").map(({ alpha2 }) => alpha2);

describe("built-in jurisdictions", () => {
  it("have every assigned ISO 3166-1 country, and no other", () => {
    expect(assigned.length).toBeGreaterThan(240);
    expect(Object.keys(builtInCountries).sort()).toEqual([...assigned].sort());
  });

  it("have each country once", () => {
    const all = Object.values(builtInJurisdictions).flatMap(({ countries }) => countries.split(" "));
    expect(all.filter((country, index) => all.indexOf(country) < index)).toEqual([]);
    expect(all).toHaveLength(assigned.length);
  });

  it.each([
    ["EU", "DE FR IE PL IS LI NO AX RE MQ"],
    ["UK", "GB JE GG IM GI"],
    ["CH", "CH"],
    ["US", "US PR GU VI AS MP"],
    ["APAC", "JP SG AU IN HK MO TW"],
    ["CN", "CN"],
    ["RU", "RU"],
    ["EMBARGOED", "KP IR CU"],
  ])("%s has %s", (name, countries) => {
    for (const country of countries.split(" ")) expect(builtInCountries[country], country).toBe(name);
  });

  it("keeps mainland China alone", () => {
    expect(builtInJurisdictions.CN.countries).toBe("CN");
  });
});
