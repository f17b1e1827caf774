import {
  canonicalJson,
  digestOf,
  Pins,
  type AlgorithmName,
  type Deal,
  type Pin,
  type TableCell,
} from "../../../routing";
import { murmur32 } from "../../../routing/murmur3";
import { packIndexes, roomFor, type Indexes } from "../../../routing/slots/pack";
import { Names } from "./bytes";

/** Documents for the conformance file: small, and with slots whose texts repeat, so that the file stays small. */

export const names = new Names();

/** A document under construction. Cases change it in ways that no type permits. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Document = any;

export function cell(number: number, change: Partial<TableCell> = {}): TableCell {
  return {
    number,
    id: `c${number}`,
    locality: "EU",
    region: "eu-1",
    partition: "aws",
    state: "active",
    weight: 1,
    tier: "std",
    capacity: { tenants: 100, requestsPerSecond: 10 },
    endpoint: `https://c${number}.example.com`,
    ...change,
  };
}

export const slotCount = 65536;

/** Indexes that look random and repeat after a prime number of slots: so each bit of a slot's number counts. */
export function patterned(count: number, salt: string, period = 251): Indexes {
  const once = Array.from({ length: period }, (_, at) => murmur32(`${salt}:${at}`) % count);
  const indexes = roomFor(count);
  for (let slot = 0; slot < slotCount; slot++) indexes[slot] = once[slot % period]!;
  return indexes;
}

/** The slots in turn; in the first `moved` of them each owner is the next one. */
export function inTurn(count: number, moved = 0): Indexes {
  return roomFor(count).map((_, slot) => (slot + (slot < moved ? 1 : 0)) % count) as Indexes;
}

export function dealOf(localities: readonly string[], cells: readonly number[], indexes: Indexes, name?: string): Deal {
  const slots = packIndexes(indexes, cells.length);
  if (name !== undefined && slots.length > 100) names.name(`slots: ${name}`, slots);
  return { localities, cells, slots };
}

/** A base without what `seal` adds. */
export interface Content {
  readonly environment: string;
  readonly algorithm: AlgorithmName;
  readonly cells: readonly TableCell[];
  readonly jurisdictions: Readonly<Record<string, { readonly localities: readonly string[] }>>;
  readonly countries: Readonly<Record<string, string>>;
  readonly pins: Readonly<Record<string, Pin>>;
  readonly [more: string]: unknown;
}

/** Gives a base its schema, revision and digest. */
export function seal(content: Document, revision = 1): Document {
  const { schema: _, version: __, ...rest } = content as Record<string, unknown>;
  return { schema: 1, version: { revision, digest: digestOf(rest) }, ...rest };
}

export function textOf(document: Document): string {
  return `${canonicalJson(document)}\n`;
}

export const pinKey = "conformance-key-of-27-chars";

export function packed(pins: Readonly<Record<string, Pin>>, key = pinKey) {
  return Pins.pack(key, Object.entries(pins)).packed();
}

export function overlay(change: Document = {}): Document {
  return { schema: 1, environment: "test", revision: 1, base: 1, cells: {}, pins: packed({}), ...change };
}
