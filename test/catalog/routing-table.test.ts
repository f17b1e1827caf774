import { describe, expect, it } from "vitest";

import { baseRoutingTable } from "../../catalog/routing-table";
import { decide, decodeTableText, encodeTable, makeRouter } from "../../routing";
import { catalog, type Edit } from "./fixture";

const table = (...edits: Edit[]) => baseRoutingTable(catalog(...edits));

describe("the base routing table", () => {
  it("is what the routing core takes", () => {
    const dev = table();
    expect(decodeTableText(encodeTable(dev))).toMatchObject({ ok: true });
    expect(dev).toMatchObject({
      schema: 1,
      version: { revision: 1 },
      environment: "dev",
      algorithm: "slots",
      pins: {},
    });
    expect(dev.cells).toHaveLength(8);
    expect(dev.cells[7]).toEqual({
      number: 7,
      id: "cell-7",
      locality: "CN",
      region: "cn-north-1",
      partition: "aws-cn",
      state: "active",
      weight: 1,
      tier: "standard",
      capacity: { tenants: 1000, requestsPerSecond: 500 },
      endpoint: "https://cell-7.dev.cells.example.com",
    });
    expect(dev).not.toHaveProperty("defaultJurisdiction");
  });

  it("keeps every country in its jurisdiction, and refuses the refused ones", () => {
    const router = makeRouter(table());
    const localities = (country?: string) =>
      new Set(
        Array.from({ length: 50 }, (_, index) => {
          const decision = decide(router, { tenant: `tenant-${index}`, country });
          return decision.ok ? decision.cell.locality : decision.reason;
        }),
      );
    expect([...localities("DE")]).toEqual(["EU"]);
    expect([...localities("US")]).toEqual(["US"]);
    expect([...localities("HK")]).toEqual(["APAC"]);
    expect([...localities("CN")]).toEqual(["CN"]);
    expect([...localities("RU")]).toEqual(["no-cell-allowed"]);
    expect([...localities("XX")]).toEqual(["unknown-country"]);
    expect([...localities(undefined)]).toEqual(["unknown-country"]);
  });

  it("changes with what routers must see, and only then", () => {
    const digest = (...edits: Edit[]) => table(...edits).version.digest;
    const dev = digest();
    expect(digest(["region: us-east-2 }", "region: us-east-2, weight: 2 }"])).not.toBe(dev);
    expect(digest(["region: us-east-2 }", "region: us-east-2, state: draining }"])).not.toBe(dev);
    expect(digest(["    UK: [EU]", "    UK: [US]"])).not.toBe(dev);
    expect(digest(['release: "6.9.2"', 'release: "1.29.0"'])).toBe(dev);
    expect(digest(["sizeClass: dev", "sizeClass: large"])).toBe(dev);
  });
});
