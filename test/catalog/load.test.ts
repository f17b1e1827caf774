import { join } from "node:path";
import { describe, expect, it } from "vitest";

import { parseCidr } from "../../catalog/cidr";
import { CatalogError, loadCatalog } from "../../catalog/load";
import { regions } from "../../catalog/regions";
import { sizes } from "../../catalog/sizes";
import { canonicalJson } from "../../routing/seal";
import { sha256Hex } from "../../routing/sha256";
import { catalog, catalogOf, devText, edited } from "./fixture";

const root = join(__dirname, "../..");
const cell3 = "  - { number: 3, locality: US, region: us-east-2 }\n";
const last =
  "  - { number: 7, locality: CN, region: cn-north-1, availabilityZones: [cn-north-1a, cn-north-1b, cn-north-1d] }\n";

describe("the dev catalog", () => {
  const dev = loadCatalog(join(root, "catalog/dev.yaml"));

  it("has the eight cells in their localities, regions and blocks", () => {
    expect(
      dev.cells.map(({ number, id, locality, region, partition, cidr }) => [
        number,
        id,
        locality,
        region,
        partition,
        cidr,
      ]),
    ).toEqual([
      [0, "cell-0", "EU", "eu-west-1", "aws", "10.0.0.0/16"],
      [1, "cell-1", "EU", "eu-central-1", "aws", "10.1.0.0/16"],
      [2, "cell-2", "US", "us-east-1", "aws", "10.2.0.0/16"],
      [3, "cell-3", "US", "us-east-2", "aws", "10.3.0.0/16"],
      [4, "cell-4", "US", "us-west-2", "aws", "10.4.0.0/16"],
      [5, "cell-5", "APAC", "ap-southeast-1", "aws", "10.5.0.0/16"],
      [6, "cell-6", "APAC", "ap-northeast-1", "aws", "10.6.0.0/16"],
      [7, "cell-7", "CN", "cn-north-1", "aws-cn", "10.7.0.0/16"],
    ]);
  });

  it("fills in zones and defaults", () => {
    expect(dev.cells[6]).toMatchObject({
      availabilityZones: ["ap-northeast-1a", "ap-northeast-1c", "ap-northeast-1d"],
      sizeClass: "dev",
      weight: 1,
      tier: "standard",
      state: "active",
      rabbitmq: false,
    });
    expect(dev.cells[7]?.availabilityZones).toEqual(["cn-north-1a", "cn-north-1b", "cn-north-1d"]);
    expect(dev.cells.some(({ rabbitmq }) => rabbitmq)).toBe(true);
    expect(dev.cells.some((cell) => "account" in cell)).toBe(false);
  });

  it("maps every country, keeps China's tenants in China, and refuses no country silently", () => {
    const { jurisdictions, countries } = dev.residency;
    const of = (country: string) => jurisdictions.find(({ name }) => name === countries[country])?.localities;
    expect(Object.keys(countries).every((country) => of(country) !== undefined)).toBe(true);
    expect([of("DE"), of("US"), of("JP"), of("CN"), of("HK"), of("RU")]).toEqual([
      ["EU"],
      ["US"],
      ["APAC"],
      ["CN"],
      ["APAC"],
      [],
    ]);
    expect(jurisdictions.filter(({ localities }) => localities.includes("CN")).map(({ name }) => name)).toEqual(["CN"]);
  });

  it("has a router in each partition", () => {
    expect(dev.routers).toEqual([
      { region: "ap-southeast-1", partition: "aws" },
      { region: "cn-north-1", partition: "aws-cn" },
      { region: "eu-west-1", partition: "aws" },
      { region: "us-east-1", partition: "aws" },
    ]);
  });
});

describe("identity", () => {
  it("removing a cell in the middle leaves the others as they are", () => {
    const before = catalog();
    const after = catalog([cell3, ""]);
    expect(after.cells).toEqual(before.cells.filter(({ number }) => number !== 3));
  });

  it("the order of the file does not matter", () => {
    const turned = catalog([cell3, ""], [last, `${last}${cell3}`]);
    expect(turned).toEqual(catalog());
  });

  it("the version is equal exactly when the catalogs are", () => {
    const dev = catalog();
    expect(dev.version).toMatch(/^1-[0-9a-f]{12}$/);
    expect(catalogOf(`${devText}\n# a remark\n`).version).toBe(dev.version);
    expect(catalog(["weight: 1\n", "weight: 2\n"]).version).not.toBe(dev.version);
    expect(catalog(["revision: 1\n", "revision: 2\n"]).version).toMatch(/^2-/);
  });

  it("the version follows from what the catalog says of sizes, and not from the built-in classes", () => {
    const sized = (text: string) => catalog(["\ndefaults:", `\nsizes:\n  ${text}\ndefaults:`]);
    const dev = catalog();
    const { version, ...content } = dev;
    const written = { ...content, cells: content.cells.map(({ size: _size, ...cell }) => cell) };
    expect(version).toBe(`1-${sha256Hex(canonicalJson(written)).slice(0, 12)}`);
    expect(catalog(["\ndefaults:", "\nsizes: {}\ndefaults:"])).toEqual(dev);
    const own = sized("big: { from: large }");
    expect(own.version).not.toBe(version);
    expect(sized("big: { from: large, nodes: { count: 12 } }").version).not.toBe(own.version);
  });

  it("a class of the environment has what it says, and the rest from the class that it starts from", () => {
    const own = catalog(
      [
        "\ndefaults:",
        '\nsizes:\n  medium-db:\n    from: medium\n    postgres: { engineVersion: "17.11", storage: 500 }\n    nodes: { count: 8 }\n    logRetentionDays: 365\ndefaults:',
      ],
      [cell3, cell3.replace(" }", ", sizeClass: medium-db }")],
    ).cells;
    const { medium } = sizes;
    expect(own[3]).toMatchObject({ sizeClass: "medium-db" });
    expect(own[3]?.size).toEqual({
      ...medium,
      postgres: { ...medium.postgres, engineVersion: "17.11", storage: 500 },
      nodes: { ...medium.nodes, count: 8 },
      logRetentionDays: 365,
    });
    expect(own[2]?.size).toEqual(sizes.dev);
  });

  it("a class of the environment gets another machine where the cell's region lacks the family", () => {
    const [cell] = catalog(
      ["\ndefaults:", "\nsizes: { own: { from: dev, kafka: { instanceType: kafka.m5.4xlarge } } }\ndefaults:"],
      ["APAC: [ap-southeast-1,", "APAC: [ap-southeast-1, ap-southeast-7,"],
      [last, `${last}  - { number: 8, locality: APAC, region: ap-southeast-7, sizeClass: own }\n`],
    ).cells.slice(-1);
    expect(cell?.size.kafka).toEqual({ ...sizes.dev.kafka, instanceType: "kafka.m7g.4xlarge" });
  });

  it("a cell may have its own id, zones, account and block", () => {
    const own = catalog(
      [
        cell3,
        "  - { number: 300, id: blue, locality: US, region: us-east-2, account: { id: '012345678901', roleArn: 'arn:aws:iam::012345678901:role/a/b' },\n" +
          "      availabilityZones: [us-east-2c, us-east-2a, us-east-2b], weight: 0.5, tier: gold, state: canary }\n",
      ],
      [last, `${last}ledger: { reserved: [{ cell: 300, cidr: 172.20.16.0/20 }] }\n`],
    ).cells.find(({ number }) => number === 300);
    expect(own).toMatchObject({
      id: "blue",
      availabilityZones: ["us-east-2a", "us-east-2b", "us-east-2c"],
      account: { id: "012345678901", roleArn: "arn:aws:iam::012345678901:role/a/b" },
      cidr: "172.20.16.0/20",
      weight: 0.5,
      tier: "gold",
      state: "canary",
    });
  });

  it("names the owner of a cell: by default in development, explicitly in production", () => {
    const left = ["  owner: platform\n  dataClass: internal\n  costCenter: cells-dev\n", ""] as const;
    expect(catalog(left).cells[0]).toMatchObject({ owner: "platform", dataClass: "confidential", costCenter: "cells" });
    expect(() => catalog(left, ["sizeClass: dev", "sizeClass: small"])).toThrow(
      /owner: missing[\s\S]*dataClass: missing[\s\S]*costCenter: missing/,
    );
    expect(catalog(["costCenter: cells-dev", 'costCenter: "4711"']).cells[0]?.costCenter).toBe("4711");
    expect(() => catalog(["costCenter: cells-dev", "costCenter: 4711"])).toThrow(/in quotes/);
  });

  it("reads NO as Norway: in YAML 1.2 it is not false", () => {
    const { countries } = catalog(["routers: [", "  countries: { NO: UK }\nrouters: ["]).residency;
    expect(countries["NO"]).toBe("UK");
  });

  it("holds more than 256 cells, none of which shares an address", () => {
    const cells = Array.from(
      { length: 600 },
      (_, number) => `  - { number: ${number + 8}, locality: EU, region: eu-west-1 }\n`,
    ).join("");
    const blocks = catalog([last, last + cells])
      .cells.map(({ cidr }) => parseCidr(cidr))
      .sort((a, b) => a.first - b.first);
    expect(blocks).toHaveLength(608);
    for (const [index, block] of blocks.entries()) {
      const next = blocks[index + 1];
      if (next) expect(block.first + block.size).toBeLessThanOrEqual(next.first);
    }
  });

  it("takes every region with every size class", () => {
    for (const region of regions.values()) {
      for (const sizeClass of Object.keys(sizes)) {
        const text = edited(
          ["sizeClass: dev", `sizeClass: ${sizeClass}`],
          [last, `${last}  - { number: 8, locality: THERE, region: ${region.name} }\n`],
          ["  CN: [cn-north-1]", `  CN: [cn-north-1]\n  THERE: [${region.name}]`],
          [
            "cn-north-1]\n\ndefaults",
            `cn-north-1${region.partition === "aws-us-gov" ? `, ${region.name}` : ""}]\n\ndefaults`,
          ],
        );
        expect(catalogOf(text).cells[8]).toMatchObject({ region: region.name, sizeClass, partition: region.partition });
      }
    }
  });
});

describe("a file that cannot be read", () => {
  it("is a mistake like any other, not a stack", () => {
    expect(() => loadCatalog("nowhere/at-all.yaml")).toThrow(CatalogError);
    expect(() => loadCatalog("nowhere/at-all.yaml")).toThrow(
      /nowhere\/at-all.yaml:1: no such file; write the path of a catalog/,
    );
    expect(() => loadCatalog(root)).toThrow(/cannot be read/);
  });
});
