import { describe, expect, it } from "vitest";
import fc from "fast-check";

import {
  canonicalJson,
  decodeTable,
  decodeTableText,
  digestOf,
  encodeTable,
  makeRouter,
  refusalToReplace,
  sealTable,
  slotCount,
  type AlgorithmName,
} from "../../routing";
import { packDeal } from "../../routing/slots/pack";
import { anyTable, cell, exampleContent, exampleTable } from "./tables";

/* eslint-disable-next-line @typescript-eslint/no-explicit-any -- broken on purpose */
type Broken = any;

/** The example table with one mistake; its digest is valid again, so that this is the only mistake. */
function broken(change: (table: Broken) => void): unknown {
  const table = JSON.parse(encodeTable(exampleTable())) as Broken;
  change(table);
  return table;
}

const mistakes: readonly [path: string, change: (table: Broken) => void][] = [
  ["schema", (t) => (t.schema = 2)],
  ["version.revision", (t) => (t.version.revision = 1.5)],
  ["version.digest", (t) => (t.cells[0].weight = 2)],
  ["environment", (t) => (t.environment = "a b")],
  ["algorithm", (t) => (t.algorithm = "toString")],
  ["cells", (t) => (t.cells = [])],
  ["cells", (t) => (t.cells = {})],
  ["cells[1]", (t) => (t.cells[1] = null)],
  ["cells[1].number", (t) => (t.cells[1].number = 0)],
  ["cells[1].number", (t) => (t.cells[1].number = -1)],
  ["cells[1].id", (t) => (t.cells[1].id = "cell-0")],
  ["cells[0].weight", (t) => (t.cells[0].weight = -1)],
  ["cells[0].weight", (t) => (t.cells[0].weight = null)],
  ["cells[0].state", (t) => (t.cells[0].state = "sleeping")],
  ["cells[0].capacity", (t) => delete t.cells[0].capacity],
  ["cells[2].number", (t) => t.cells.reverse()],
  ['jurisdictions["eu"].localities', (t) => (t.jurisdictions.eu = { localities: "EU" })],
  ['countries["DE"]', (t) => (t.countries.DE = "mars")],
  ['countries["de"]', (t) => (t.countries.de = "eu")],
  ["defaultJurisdiction", (t) => (t.defaultJurisdiction = "toString")],
  ['pins["x"].cell', (t) => (t.pins.x = { cell: 99, epoch: 1 })],
  ['pins["x"].epoch', (t) => (t.pins.x = { cell: 0 })],
];

describe("decoder", () => {
  it("returns the published table, for any table", () => {
    fc.assert(
      fc.property(anyTable, (table) => {
        const decoded = decodeTableText(encodeTable(table));
        expect(decoded.ok && encodeTable(decoded.table)).toBe(encodeTable(table));
      }),
      { numRuns: 100 },
    );
  });

  it("reads a later version's table: its digest covers members that this version does not know, at every depth", () => {
    const later = JSON.parse(encodeTable(exampleTable())) as Broken;
    later.zones = { of: "tomorrow" };
    later.cells[0].colour = "blue";
    later.jurisdictions.eu.courts = [1];
    later.deals[0].seed = 7;
    later.version.digest = digestOf(later);
    const text = `${canonicalJson(later)}\n`;
    const decoded = decodeTableText(text);
    expect(decoded.ok && [decoded.table.version, decoded.table.cells, decoded.table.deals?.length]).toEqual([
      later.version,
      exampleTable().cells,
      later.deals.length,
    ]);
    expect(decodeTableText(text.replace('"colour":"blue"', '"colour":"red"')).ok).toBe(false);
  });

  it.each(mistakes)("names the mistake at %s", (path, change) => {
    const decoded = decodeTable(broken(change));
    expect(decoded.ok).toBe(false);
    if (!decoded.ok) expect(decoded.mistakes.map((mistake) => mistake.path)).toContain(path);
  });

  it("lists all mistakes at once, up to a limit", () => {
    const two = decodeTable(broken((t) => ((t.cells[0].weight = -1), (t.cells[5].region = 7))));
    expect(!two.ok && two.mistakes.map(({ path }) => path)).toEqual(["cells[0].weight", "cells[5].region"]);
    const many = decodeTable(broken((t) => (t.cells = Array.from({ length: 5000 }, () => 1))));
    expect(!many.ok && many.mistakes.length).toBeLessThanOrEqual(51);
  });

  it.each([
    "http://cell-0.cells.example.com",
    "https://169.254.169.254",
    "https://[::1]",
    "https://user@cell-0.cells.example.com",
    "https://cell-0.cells.example.com:8443",
    "https://cell-0.cells.example.com/",
    "https://cell-0.cells.example.com.evil.org",
    "https://cells.example.com.",
    "https://evilcells.example.com",
    "https://0x7f.1",
    "https://localhost",
    "javascript:alert(1)",
  ])("refuses the endpoint %s", (endpoint) => {
    const content = exampleContent();
    const table = sealTable(1, { ...content, cells: [{ ...content.cells[0]!, endpoint }, ...content.cells.slice(1)] });
    expect(decodeTable(table, { endpointSuffix: "cells.example.com" }).ok).toBe(false);
  });

  it("never throws: any JSON, any text", () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => void decodeTable(value)));
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => !decodeTableText(text).ok));
    expect(decodeTableText("[".repeat(100_000)).ok).toBe(false);
    expect(decodeTableText(encodeTable(exampleTable()), { maxLength: 100 }).ok).toBe(false);
  });

  it("keeps __proto__ as an ordinary tenant", () => {
    const decoded = decodeTableText(
      encodeTable(exampleTable()).replace('"pins":{}', '"pins":{"__proto__":{"cell":1,"epoch":1}}'),
    );
    // Refused for its digest, not swallowed.
    expect(!decoded.ok && decoded.mistakes[0]!.path).toBe("version.digest");
  });
});

describe("replacing a table", () => {
  const now = exampleTable({}, 5);

  it("accepts no older revision and no tenant's older epoch", () => {
    const pinned = (epoch: number, revision: number) => exampleTable({ pins: { acme: { cell: 1, epoch } } }, revision);
    expect(refusalToReplace(now, exampleTable({}, 6))).toBeUndefined();
    expect(refusalToReplace(now, now)).toBeUndefined();
    expect(refusalToReplace(now, pinned(1, 5))).toMatch("revision 5 has other content");
    expect(refusalToReplace(pinned(2, 5), pinned(2, 6))).toBeUndefined();
    expect(refusalToReplace(pinned(2, 5), pinned(1, 6))).toMatch("older epochs of 1");
  });

  it("refuses an older revision, another environment, and the loss of the fleet", () => {
    expect(refusalToReplace(now, exampleTable({}, 4))).toMatch("older");
    expect(refusalToReplace(now, exampleTable({ environment: "prod" }, 6))).toMatch("environment prod");
    const cells = exampleContent().cells;
    expect(refusalToReplace(now, exampleTable({ cells: cells.slice(0, 6) }, 6))).toMatch(
      "takes 2 of 8 cells of the fleet out of service",
    );
    const asleep = exampleTable({ cells: [...cells, cell(8, { weight: 0 })] }, 6);
    expect(refusalToReplace(now, asleep)).toBeUndefined();
    expect(refusalToReplace(asleep, exampleTable({}, 7))).toBeUndefined();
  });

  it("lets a jurisdiction get its first homes at once, but not lose its last", () => {
    const asleep = (revision: number) =>
      exampleTable(
        {
          cells: exampleContent().cells.map((each) => (each.number === 7 ? { ...each, state: "provisioning" } : each)),
        },
        revision,
      );
    expect(refusalToReplace(asleep(4), now)).toBeUndefined();
    expect(refusalToReplace(now, asleep(6))).toMatch("leaves no cell of CN in service");
  });

  it("compares the same tenants where the algorithm changes", () => {
    const two = exampleContent().cells.slice(0, 2);
    const content = { cells: two, jurisdictions: { eu: { localities: ["EU"] } }, countries: { DE: "eu" } };
    const [ring, dealt] = [exampleTable({ ...content, algorithm: "ring" }, 1), exampleTable(content, 2)];
    const { homes } = makeRouter(ring).candidates("eu");
    // Slot i belongs to the home of the sample's tenant i, and every other slot to cell 0.
    const owners = Int32Array.from({ length: slotCount }, (_, i) => (i < 1000 ? homes!.place(`sample-${i}`) : 0));
    const after = { ...dealt, deals: [packDeal(["EU"], [0, 1], owners)] };
    expect(refusalToReplace(ring, after)).toMatch("% of the tenants of DE");
    // One cell keeps all its tenants.
    const one = (algorithm: AlgorithmName, revision: number) =>
      exampleTable({ ...content, algorithm, cells: two.slice(0, 1) }, revision);
    expect(refusalToReplace(one("slots", 1), one("ring", 2))).toBeUndefined();
    expect(refusalToReplace(one("ring", 1), one("slots", 2))).toBeUndefined();
  });

  it("refuses to move more than a twentieth of a jurisdiction's tenants, by any algorithm", () => {
    const cells = exampleContent().cells;
    const heavier = (weight: number) => cells.map((each) => (each.number === 0 ? { ...each, weight } : each));
    for (const algorithm of ["slots", "ring", "rendezvous"] as const) {
      const before = exampleTable({ algorithm }, 5);
      expect(refusalToReplace(before, exampleTable({ algorithm, cells: heavier(2) }, 6)), algorithm).toMatch(
        "it moves 1",
      );
    }
    expect(refusalToReplace(now, sealTable(6, exampleContent({ cells: heavier(1.1) }), now.deals))).toBeUndefined();
    expect(refusalToReplace(now, exampleTable({ algorithm: "murmur3" }, 6))).toMatch("% of the tenants of");
  });
});
