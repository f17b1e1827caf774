import { describe, expect, it } from "vitest";

import { builtInCountries } from "../../catalog/countries";
import { region, regionNames, regions, zonesRequired } from "../../catalog/regions";

describe("regions", () => {
  it("are the commercial ones, China and GovCloud", () => {
    const count = (partition: string) => [...regions.values()].filter((each) => each.partition === partition).length;
    expect([count("aws"), count("aws-cn"), count("aws-us-gov")]).toEqual([34, 2, 2]);
    expect(regionNames).toEqual([...regionNames].sort());
    expect(region("us-iso-east-1")).toBeUndefined();
  });

  it.each([...regions.values()])("$name: partition, country and zones agree", (each) => {
    const prefix = { aws: /^(?!cn-|us-gov-)/, "aws-cn": /^cn-/, "aws-us-gov": /^us-gov-/ }[each.partition];
    expect(each.name).toMatch(prefix);
    expect(builtInCountries[each.country]).toBeDefined();
    // Subnets have slots for the letters a to f only.
    for (const letter of each.zones) expect("abcdef").toContain(letter);
    for (const letter of each.defaultZones) expect(each.zones).toContain(letter);
    expect(each.defaultZones).toHaveLength(["us-west-1", "cn-north-1"].includes(each.name) ? 2 : 3);
    expect(zonesRequired(each)).toBe(each.defaultZones.length);
  });

  it.each([
    ["ap-northeast-1", "acd"],
    ["ca-central-1", "abd"],
    ["us-east-1", "abcdf"],
    ["us-west-1", "abc"],
    ["cn-north-1", "abd"],
    ["cn-northwest-1", "abc"],
  ])("%s has zones %s", (name, zones) => {
    expect(region(name)?.zones.join("")).toBe(zones);
  });

  // A cell that names no zones is rebuilt when these change.
  it("keeps the zones that cells rely on", () => {
    const unusual = [...regions.values()].filter((each) => each.defaultZones.join("") !== "abc");
    expect(Object.fromEntries(unusual.map((each) => [each.name, each.defaultZones.join("")]))).toEqual({
      "ap-northeast-1": "acd",
      "ca-central-1": "abd",
      "cn-north-1": "ab",
      "us-west-1": "ab",
    });
  });
});
