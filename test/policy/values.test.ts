import { describe, expect, it } from "vitest";

import { items, keys, property, read, unknownText } from "../../policy/core/value";

const known = (value: unknown): object => ({ state: "known", value });
const absent = { state: "absent" };
const unknown = { state: "unknown" };
/** How an engine's proxy and other objects throw. */
const throwing = (error: unknown): object =>
  Object.defineProperty({}, "a", {
    enumerable: true,
    get: () => {
      throw error;
    },
  });

describe("a property", () => {
  it("is known with any value except null and undefined", () => {
    for (const value of [0, "", false, [], {}, "text"]) expect(property({ a: value }, "a")).toEqual(known(value));
    for (const value of [undefined, null]) expect(property({ a: value }, "a")).toEqual(absent);
    expect(property({ "a.b": 1 }, "a.b")).toEqual(known(1));
    expect(property({}, "constructor")).toEqual(absent);
    expect(property(Object.create({ a: 1 }) as object, "a")).toEqual(absent);
  });

  it.each([
    "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
    "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
    unknownText,
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
    "030794c1-ac77-496b-92df-f27374a8bd58",
    "e48ece36-62e2-4504-bad9-02848725956a",
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
  ])("that is the engine's mark %s is unknown", (mark) => {
    expect(property({ a: mark }, "a")).toEqual(unknown);
    expect(property({ a: `${mark} ` }, "a")).toEqual(known(`${mark} `));
  });

  it("that the SDK refuses to read is unknown, and any other mistake is not hidden", () => {
    const sdk = Object.assign(new Error("unknown"), { unknownTypeSentinel: unknownText });
    expect(property(throwing(sdk), "a")).toEqual(unknown);
    for (const other of [new Error("ours"), { unknownTypeSentinel: unknownText }]) {
      expect(() => property(throwing(other), "a")).toThrow();
    }
  });
});

describe("a path", () => {
  it("is read key by key, and ends where there is nothing to read from", () => {
    const bag = { a: { b: [{ c: 1 }], text: "abc", none: null, no: undefined }, open: unknownText };
    expect(read(bag, "a.b.0.c")).toEqual(known(1));
    for (const path of ["a.b.1", "a.text.length", "a.text.0", "a.none", "a.none.x", "a.no.x", "x", "a.toString"])
      expect(read(bag, path)).toEqual(absent);
    expect(read(bag, "open")).toEqual(unknown);
    expect(read(bag, "open.below.it")).toEqual(unknown);
  });
});

describe("a list and a map", () => {
  it("distinguish list, single object, absent and unknown", () => {
    expect(items({ a: [1, null, unknownText] }, "a")).toEqual([known(1), absent, unknown]);
    expect(items({ a: { b: 1 } }, "a")).toEqual([known({ b: 1 })]);
    expect(items({ a: [] }, "a")).toEqual([]);
    expect(items({}, "a")).toEqual([]);
    expect(items({ a: unknownText }, "a")).toEqual([unknown]);
  });

  it("have keys when they are known objects", () => {
    expect(keys({ state: "known", value: { a: 1, "b.c": 2 } })).toEqual(["a", "b.c"]);
    for (const value of ["text", 7, null, undefined]) expect(keys({ state: "known", value })).toEqual([]);
    expect([keys({ state: "absent" }), keys({ state: "unknown" })]).toEqual([[], []]);
  });
});
