import fc from "fast-check";

import type { CellState } from "../../contract/cells";
import {
  sealTable,
  type AlgorithmName,
  type RoutingTable,
  type RoutingTableContent,
  type TableCell,
  Pins,
  type Pin,
} from "../../routing";

/** A normal cell; a test changes the field that it is about. */
export function cell(number: number, change: Partial<TableCell> = {}): TableCell {
  return {
    number,
    id: `cell-${number}`,
    locality: "EU",
    region: "eu-west-1",
    partition: "aws",
    state: "active",
    weight: 1,
    tier: "standard",
    capacity: { tenants: 1000, requestsPerSecond: 500 },
    endpoint: `https://cell-${number}.cells.example.com`,
    ...change,
  };
}

/** Eight cells: EU 0 and 1, US 2 to 4, APAC 5 and 6, CN 7. */
export function exampleContent(change: Partial<RoutingTableContent> = {}): RoutingTableContent {
  const localities = ["EU", "EU", "US", "US", "US", "APAC", "APAC", "CN"];
  return {
    environment: "test",
    algorithm: "slots",
    cells: localities.map((locality, number) => cell(number, { locality })),
    jurisdictions: {
      eu: { localities: ["EU"] },
      us: { localities: ["US"] },
      apac: { localities: ["APAC"] },
      cn: { localities: ["CN"] },
      anywhere: { localities: ["EU", "US", "APAC"] },
      nowhere: { localities: [] },
    },
    countries: { DE: "eu", FR: "eu", US: "us", JP: "apac", CN: "cn", BR: "anywhere", KP: "nowhere" },
    pins: {},
    ...change,
  };
}

export function exampleTable(change: Partial<RoutingTableContent> = {}, revision = 1): RoutingTable {
  return sealTable(revision, exampleContent(change));
}

const states: CellState[] = ["provisioning", "canary", "active", "draining", "disabled", "quarantined"];
const localityNames = ["EU", "US", "APAC", "CN"];

/** Any valid table: some cells in some localities and states, jurisdictions over them, pins, any algorithm. */
export const anyTable: fc.Arbitrary<RoutingTable> = fc
  .record({
    algorithm: fc.constantFrom<AlgorithmName>("slots", "slots", "ring", "rendezvous", "murmur3", "sha256"),
    cells: fc.uniqueArray(
      fc.record({
        number: fc.integer({ min: 0, max: 400 }),
        locality: fc.constantFrom(...localityNames),
        state: fc.constantFrom(...states, "active" as const, "active" as const),
        weight: fc.constantFrom(0, 0.5, 1, 1, 1, 2),
      }),
      { minLength: 1, maxLength: 12, selector: ({ number }) => number },
    ),
    jurisdictions: fc.dictionary(
      fc.constantFrom("eu", "us", "apac", "cn", "any"),
      fc.record({ localities: fc.uniqueArray(fc.constantFrom(...localityNames)) }, { noNullPrototype: true }),
      { minKeys: 1, noNullPrototype: true },
    ),
    withDefault: fc.boolean(),
    pinned: fc.array(fc.tuple(anyTenant(), fc.nat())),
  })
  .map(({ algorithm, cells, jurisdictions, withDefault, pinned }) => {
    const names = Object.keys(jurisdictions);
    return sealTable(1, {
      environment: "test",
      algorithm,
      cells: cells.map(({ number, ...change }) => cell(number, change)),
      jurisdictions,
      countries: Object.fromEntries(["DE", "US", "JP", "CN"].map((country, i) => [country, names[i % names.length]!])),
      ...(withDefault ? { defaultJurisdiction: names[0]! } : {}),
      pins: Object.fromEntries(
        pinned.map(([tenant, pick]) => [tenant, { cell: cells[pick % cells.length]!.number, epoch: 1 }]),
      ),
    });
  });

/** Few enough to hit pins, unusual enough to find bugs. */
export function anyTenant(): fc.Arbitrary<string> {
  return fc.oneof(fc.constantFrom("t-1", "t-2", "__proto__", "constructor", ""), fc.string({ unit: "binary" }));
}

export const anyCountry: fc.Arbitrary<string | undefined> = fc.constantFrom("DE", "US", "JP", "CN", "ZZ", undefined);

/** Pins of an overlay, by the tenants' ids. */
export function pinned(named: Readonly<Record<string, Pin>>): Pins {
  return Pins.pack("test-key-of-22-letters", Object.entries(named));
}
