import { longestObject } from "../../../routing/published";
import { put, type Bytes } from "./bytes";
import { withPaddingBit, type ObjectCase } from "./bases";
import { dealOf, names, overlay, packed, patterned, textOf, type Document } from "./documents";

const two = () => dealOf(["EU"], [0, 1], patterned(2, "two"), "two cells");

function accepted(name: string, change: Document = {}): ObjectCase {
  return { name, bytes: names.write(textOf(overlay(change))) };
}

function refused(name: string, at: string, change: Document): ObjectCase {
  return { name, at, bytes: names.write(textOf(overlay(change))) };
}

function text(name: string, value: string): ObjectCase {
  return { name, at: "", bytes: names.write(value) };
}

const without = (member: string): Document => {
  const { [member]: _, ...rest } = overlay();
  return rest;
};

/** Columns of pins from numbers. */
function columns(
  rows: readonly (readonly [hash: number, tag: number, home: number, epoch: number])[],
  cells: readonly number[],
  widths: { home?: 1 | 2; epoch?: 1 | 2 | 4 } = {},
) {
  const { home = 1, epoch = 1 } = widths;
  const column = (at: number, width: number): string => {
    const bytes = Buffer.alloc(rows.length * width);
    rows.forEach((row, index) => bytes.writeUIntLE(row[at as 0], index * width, width));
    return bytes.toString("base64");
  };
  return {
    key: packed({}).key,
    cells,
    hashes: column(0, 4),
    tags: column(1, 4),
    homes: column(2, home),
    epochs: column(3, epoch),
  };
}

const rows = [
  [0, 0, 0, 0],
  [1, 5, 1, 255],
  [1, 7, 0, 1],
  [0x00ff0000, 3, 1, 2],
  [0xfffffffe, 0xffffffff, 1, 3],
] as const;
const good = columns(rows, [0, 3]);
const smallText = textOf(overlay());
/** The text with an unknown string that makes it this long. */
const long = (length: number): Bytes => {
  const [before, after] = [`${smallText.slice(0, -2)},"zzz":"`, '"}\n'];
  return [before, { repeat: "x", times: length - before.length - after.length }, after];
};
const many = Array.from({ length: 257 }, (_, at) => at * 2);

export const overlays: readonly ObjectCase[] = [
  accepted("nothing changes"),
  accepted("every member of a cell", {
    cells: {
      "0": {},
      "1": { state: "draining" },
      "2": { weight: 0 },
      "10": { down: true, full: false },
      "999999": { down: false, full: true, state: "quarantined", weight: 100 },
    },
  }),
  accepted("a deal", { deals: [two()] }),
  accepted("a deal, its localities unsorted and repeated", { deals: [{ ...two(), localities: ["US", "EU", "US"] }] }),
  accepted("a deal of one cell: no bits", { deals: [{ localities: ["EU"], cells: [4], slots: "" }] }),
  accepted("no deals", { deals: [] }),
  accepted("pins", { pins: good }),
  accepted("pins with epochs of two bytes", {
    pins: columns(
      [
        [7, 1, 0, 256],
        [9, 1, 1, 65535],
      ],
      [0, 3],
      { epoch: 2 },
    ),
  }),
  accepted("pins with epochs of four bytes", {
    pins: columns(
      [
        [7, 1, 0, 65536],
        [9, 1, 1, 4294967295],
      ],
      [0, 3],
      { epoch: 4 },
    ),
  }),
  accepted("pins with wider epochs than they need", { pins: columns([[7, 1, 0, 1]], [0, 3], { epoch: 4 }) }),
  accepted("pins to 257 cells: homes of two bytes", {
    pins: columns(
      [
        [7, 1, 256, 1],
        [9, 1, 255, 1],
      ],
      many,
      { home: 2 },
    ),
  }),
  accepted("pins to 256 cells: homes of one byte", { pins: columns([[7, 1, 255, 1]], many.slice(0, 256)) }),
  accepted("pins name a cell that no row has", { pins: columns([], [5]) }),
  accepted("a key of 22 letters", { pins: packed({}, "abcdefghijklmnopqrst-_") }),
  accepted("a key of 64 letters", { pins: packed({}, "k".repeat(64)) }),
  accepted("a permission", { allow: { from: 0, sets: [["EU"], ["US", "EU"]], moved: 1, cells: 3 } }),
  accepted("the highest numbers of a permission, words that mean nothing here, and a set of none", {
    allow: { from: Number.MAX_SAFE_INTEGER, sets: [["nowhere", "nowhere"], []], moved: 0.5, cells: 1_000_000 },
  }),
  accepted("a cell of pins with the highest number", { pins: columns([[7, 1, 0, 1]], [1_000_000]) }),
  accepted("a deal of words that mean nothing here", { deals: [{ ...two(), localities: ["nowhere"] }] }),
  accepted("the highest revision", { revision: Number.MAX_SAFE_INTEGER, base: 0 }),
  accepted("unknown members at every depth", {
    zzz: { "\ue000": 1, "😀": "\ud800", b: 1e21 },
    cells: { "1": { zzz: 1 } },
    pins: { ...good, zzz: [] },
    allow: { from: 0, sets: [], moved: 0, cells: 0, zzz: null },
  }),

  text("nothing", ""),
  text("a list that is not canonical", "[ ]\n"),
  accepted("64 levels", { zzz: JSON.parse(`${"[".repeat(63)}1${"]".repeat(63)}`) as unknown }),
  text("65 levels", smallText.replace(/\}\n$/, `,"zzz":${"[".repeat(64)}1${"]".repeat(64)}}\n`)),
  text("no line feed at its end", smallText.slice(0, -1)),
  text("a space", put(smallText, ",", ", ")),
  text("minus 0", put(textOf(overlay({ cells: { "1": { weight: 0 } } })), '"weight":0', '"weight":-0')),
  text("a cell that occurs twice", put(smallText, '"cells":{}', '"cells":{"1":{"down":true},"1":{"down":false}}')),
  text("a key that occurs twice with the same value", put(smallText, '"base":1', '"base":1,"base":1')),
  text(
    "keys in the order of numbers, not of UTF-16 code units",
    put(textOf(overlay({ cells: { "10": {}, "9": {} } })), '"10":{},"9":{}', '"9":{},"10":{}'),
  ),
  { name: "a byte that is not UTF-8", at: "", bytes: [smallText.slice(0, -2), ',"zzz":"', { base64: "wIA=" }, '"}\n'] },
  { name: "a byte order mark", at: "", bytes: [{ base64: "77u/" }, smallText] },
  { name: "16 MiB", bytes: long(longestObject) },
  { name: "16 MiB and one byte", at: "", bytes: long(longestObject + 1) },

  refused("schema 2", "schema", { schema: 2 }),
  refused("no environment", "environment", { environment: "" }),
  refused("revision 0", "revision", { revision: 0 }),
  refused("a revision as a string", "revision", { revision: "1" }),
  refused("a negative base", "base", { base: -1 }),
  refused("base 2^53", "base", { base: 2 ** 53 }),
  { name: "no base", at: "base", bytes: textOf(without("base")) },
  { name: "no cells", at: "cells", bytes: textOf(without("cells")) },
  { name: "no pins", at: "pins", bytes: textOf({ ...without("pins"), pins: [] }) },
  refused("a cell with a leading zero", 'cells["01"]', { cells: { "01": {} } }),
  refused("a cell with a sign", 'cells["-1"]', { cells: { "-1": {} } }),
  refused("a cell by its id", 'cells["c1"]', { cells: { c1: {} } }),
  refused("a cell of eight digits", 'cells["10000000"]', { cells: { "10000000": {} } }),
  refused("an empty cell", 'cells[""]', { cells: { "": {} } }),
  refused("a cell that is null", 'cells["1"]', { cells: { "1": null } }),
  refused("an unknown state", 'cells["1"].state', { cells: { "1": { state: "gone" } } }),
  refused("a state of null", 'cells["1"].state', { cells: { "1": { state: null } } }),
  refused("a weight above 100", 'cells["1"].weight', { cells: { "1": { weight: 101 } } }),
  refused("down as a number", 'cells["1"].down', { cells: { "1": { down: 1 } } }),
  refused("full as a string", 'cells["1"].full', { cells: { "1": { full: "true" } } }),

  refused("deals of null", "deals", { deals: null }),
  refused("a deal with a locality that is no word", "deals[0].localities[0]", {
    deals: [{ ...two(), localities: ["E U"] }],
  }),
  refused("two deals for one set", "deals[1].localities", { deals: [two(), { ...two(), localities: ["EU", "EU"] }] }),
  refused("a deal of no cells", "deals[0].cells", { deals: [{ localities: ["EU"], cells: [], slots: "" }] }),
  refused("a deal with cells out of order", "deals[0].cells[1]", { deals: [{ ...two(), cells: [1, 0] }] }),
  refused("a deal with a cell twice", "deals[0].cells[1]", { deals: [{ ...two(), cells: [1, 1] }] }),
  refused("a deal with too few slots", "deals[0].slots", { deals: [{ ...two(), slots: two().slots.slice(4) }] }),
  refused("a deal with an index without a cell", "deals[0].slots", {
    deals: [
      {
        localities: ["EU"],
        cells: [0, 1, 2],
        slots: dealOf(["EU"], [0, 1, 2, 3], patterned(4, "four"), "four cells").slots,
      },
    ],
  }),
  refused("a deal with a bit that belongs to no byte", "deals[0].slots", {
    deals: [{ ...two(), slots: withPaddingBit(two().slots) }],
  }),

  refused("no key", "pins.key", { pins: { ...good, key: "" } }),
  refused("a key of 21 letters", "pins.key", { pins: { ...good, key: "k".repeat(21) } }),
  refused("a key of 65 letters", "pins.key", { pins: { ...good, key: "k".repeat(65) } }),
  refused("a key with a line feed at its end", "pins.key", { pins: { ...good, key: `${"k".repeat(22)}\n` } }),
  refused("cells of pins out of order", "pins.cells[1]", { pins: { ...good, cells: [3, 0] } }),
  refused("cells of pins above a million", "pins.cells[1]", { pins: { ...good, cells: [0, 1_000_001] } }),
  refused("hashes that end within a pin", "pins.hashes", {
    pins: { ...columns([], [0, 3]), hashes: "AAAA", tags: "AAAAAA==", homes: "AA==", epochs: "AA==" },
  }),
  refused("a column in base64 without padding", "pins.homes", {
    pins: { ...columns([[7, 1, 0, 1]], [0, 3]), homes: "AA" },
  }),
  refused("a bit of a column that belongs to no byte", "pins.homes", {
    pins: { ...columns([[7, 1, 0, 1]], [0, 3]), homes: "AB==" },
  }),
  refused("fewer tags than pins", "pins.tags", { pins: { ...good, tags: good.tags.slice(0, 16) } }),
  refused("more homes than pins", "pins.homes", { pins: { ...good, homes: Buffer.alloc(6).toString("base64") } }),
  refused("homes of two bytes for two cells", "pins.homes", { pins: columns(rows, [0, 3], { home: 2 }) }),
  refused("homes of one byte for 257 cells", "pins.homes", { pins: columns([[7, 1, 0, 1]], many) }),
  refused("epochs of three bytes", "pins.epochs", { pins: { ...good, epochs: Buffer.alloc(15).toString("base64") } }),
  refused("an index of a home without a cell", "pins.homes", { pins: columns([[7, 1, 2, 1]], [0, 3]) }),
  refused("hashes out of order", "pins", {
    pins: columns(
      [
        [9, 1, 0, 1],
        [7, 1, 0, 1],
      ],
      [0, 3],
    ),
  }),
  refused("hashes in the order of signed numbers", "pins", {
    pins: columns(
      [
        [0x80000000, 1, 0, 1],
        [7, 1, 0, 1],
      ],
      [0, 3],
    ),
  }),
  refused("tags of equal hashes out of order", "pins", {
    pins: columns(
      [
        [7, 2, 0, 1],
        [7, 1, 0, 1],
      ],
      [0, 3],
    ),
  }),
  refused("two pins with equal hash and tag", "pins", {
    pins: columns(
      [
        [7, 1, 0, 1],
        [7, 1, 1, 1],
      ],
      [0, 3],
    ),
  }),

  refused("a permission without sets", "allow.sets", { allow: { from: 0, moved: 0, cells: 0 } }),
  refused("a permission for a share above 1", "allow.moved", { allow: { from: 0, sets: [], moved: 1.1, cells: 0 } }),
  refused("a permission with a negative number of cells", "allow.cells", {
    allow: { from: 0, sets: [], moved: 0, cells: -1 },
  }),
  refused("a permission for more than a million cells", "allow.cells", {
    allow: { from: 0, sets: [], moved: 0, cells: 1_000_001 },
  }),
  refused("a permission from revision 2^53", "allow.from", { allow: { from: 2 ** 53, sets: [], moved: 0, cells: 0 } }),
  refused("a permission for a set with a locality that is no word", "allow.sets[0][0]", {
    allow: { from: 0, sets: [["E U"]], moved: 0, cells: 0 },
  }),
  refused("a permission of null", "allow", { allow: null }),
];
