import { describe, expect, it } from "vitest";

import { CellNames, nameRules, tooLong } from "../../catalog/names";

describe("names of a cell", () => {
  const names = new CellNames("dev", 3);

  it("carry the environment and the number", () => {
    expect(names.prefix).toBe("dev-cell-3");
    expect(names.zone).toBe("cell-3.internal");
    expect(names.host("postgres", "primary")).toBe("postgres-cell-3-primary.cell-3.internal");
    expect(names.host("redis", 0)).toBe("redis-cell-3-0.cell-3.internal");
    expect(names.host("memcached")).toBe("memcached-cell-3.cell-3.internal");
    for (const { name } of names.all()) expect(name).toMatch(/^dev-cell-3($|-)/);
  });

  it("fit what AWS takes, each kind of them", () => {
    expect(tooLong(names)).toEqual([]);
    for (const { kind, name } of names.all()) {
      expect(name.length, kind).toBeLessThanOrEqual(nameRules[kind].max);
      expect(name, kind).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
    }
  });

  it("belong to one cell: no name of one starts the name of another", () => {
    const own = new Set(new CellNames("dev", 3).all().map(({ name }) => name));
    for (const { name } of new CellNames("dev", 33).all()) expect(own.has(name)).toBe(false);
  });

  it("are reported when they are too long, with the limit", () => {
    const long = tooLong(new CellNames("a".repeat(40), 3));
    expect(long.map(({ kind }) => kind)).toEqual(expect.arrayContaining(["loadBalancer", "redis", "rabbitmq"]));
    for (const { name, max } of long) expect(name.length).toBeGreaterThan(max);
  });
});
