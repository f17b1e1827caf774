import { readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { parseCatalog } from "../../catalog/load";
import type { Catalog } from "../../catalog/model";
import { planEnvironment } from "../../adapters/pulumi/plan/environment";
import { Graph } from "../../policy/core/graph";
import { judgeCatalog } from "../../policy/core/judge";
import { printsOfCatalog } from "../../policy/fingerprints/of-catalog";
import { nothingKnown } from "../../policy/fingerprints/known";
import { readPackTexts } from "../../policy/front/known";
import { fromPlan } from "../../policy/front/plan";
import { usesOfCatalog, usesOfGraph, type QuotaUse } from "../../policy/quotas/count";
import { parseQuotas, type Quotas } from "../../policy/quotas/quotas";
import { rules } from "../../policy/rules";
import { model, ofCatalog, quotas } from "./facts";

const text = readFileSync(join(__dirname, "../../catalog/dev.yaml"), "utf8");

/** Sums by what, account and region; roles and zones belong to the account as a whole. */
function sums(uses: readonly QuotaUse[]): Readonly<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const { id, site, count } of uses) {
    if (count === 0) continue;
    const key = [id, site.account, quotas.quotas[id]?.per === "account" ? "" : site.region].join(" ");
    found[key] = (found[key] ?? 0) + count;
  }
  return found;
}

function said(catalog: Catalog, given: Quotas = quotas, now = new Date("2026-11-23")): readonly string[] {
  const found = judgeCatalog(
    rules.filter(({ id }) => id === "SIZ-04"),
    { ...ofCatalog(catalog), quotas: given, now },
  );
  return found.map(({ verdict }) => `${verdict.kind} ${verdict.path}`);
}

const together = (count: number): Catalog => ({
  ...model,
  cells: model.cells.map((cell) => (cell.number < count ? { ...cell, region: "eu-west-1", partition: "aws" } : cell)),
});

describe("quotas", () => {
  it.each(["dev", "small", "large"])("counts of the catalog are those of the plan: class %s", async (sizeClass) => {
    const catalog = parseCatalog(text.replace("sizeClass: dev", `sizeClass: ${sizeClass}`), "catalog");
    const { resources } = await planEnvironment(catalog);
    const counted = usesOfGraph(new Graph(fromPlan(resources), { ...nothingKnown, ...printsOfCatalog(catalog) }));
    expect(counted.filter((one) => "unknown" in one)).toEqual([]);
    expect(sums(counted.flatMap((one) => ("use" in one ? [one.use] : [])))).toEqual(sums(usesOfCatalog(catalog)));
  });

  it("counts the brokers that two zones have", () => {
    const cells = model.cells.slice(0, 1).map((cell) => ({ ...cell, availabilityZones: ["us-west-1a", "us-west-1b"] }));
    const brokers = usesOfCatalog({ ...model, cells }).filter(({ id }) => id === "msk-brokers");
    expect(brokers.map(({ count }) => count)).toEqual([4]);
  });

  it("leaves a fifth of each quota free, and counts the default VPC", () => {
    expect(said(model)).toEqual([]);
    expect(said(together(3))).toEqual([]);
    expect(said(together(4))).toEqual(["violation quotas.vpcs.aws.eu-west-1"]);
    expect(said(together(5))).toEqual([
      "violation quotas.vpcs.aws.eu-west-1",
      "violation quotas.elastic-ips.aws.eu-west-1",
    ]);
  });

  it("counts the gateway endpoints, of which a region has few where it may have many VPCs", () => {
    const cells = Array.from({ length: 9 }, () => ({ ...model.cells[0]!, region: "eu-west-1" }));
    const many = ["vpcs", "elastic-ips"] as const;
    const granted = many.map((quota) => ({
      quota,
      region: "eu-west-1",
      value: 50,
      owner: "platform",
      granted: "2026-11-02",
    }));
    expect(said({ ...model, cells, routers: [] }, { ...quotas, granted })).toEqual([
      "violation quotas.gateway-endpoints.aws.eu-west-1",
    ]);
  });

  it("uses granted quotas, for that account and region alone", () => {
    const granted = (more: object): Quotas => ({
      ...quotas,
      granted: [{ quota: "vpcs", region: "eu-west-1", value: 20, owner: "platform", granted: "2026-11-02", ...more }],
    });
    expect(said(together(4), granted({}))).toEqual([]);
    expect(said(together(4), granted({ outside: 13 }))).toEqual(["violation quotas.vpcs.aws.eu-west-1"]);
    expect(said(together(4), granted({ region: "eu-central-1" }))).toEqual(["violation quotas.vpcs.aws.eu-west-1"]);
    expect(said(together(4), granted({ account: "123456789012" }))).toEqual(["violation quotas.vpcs.aws.eu-west-1"]);
    const own = {
      ...together(4),
      cells: together(4).cells.map((cell) =>
        cell.number === 3
          ? { ...cell, account: { id: "123456789012", roleArn: "arn:aws:iam::123456789012:role/cells" } }
          : cell,
      ),
    };
    expect(said(own)).toEqual([]);
  });

  it("are reported as old after a year", () => {
    expect(said(model, quotas, new Date("2027-11-25"))).toEqual(["advisory checked"]);
  });

  it("are refused with every mistake", () => {
    const file = (granted: string): string =>
      `checked: "2026-11-23"\nquotas: { vpcs: { name: VPCs, per: region, default: 5, source: "https://example.com" } }\ngranted: [${granted}]`;
    expect(() => parseQuotas(file('{ quota: vpcs, value: 20, owner: me, granted: "2026-11-02" }'), "q")).toThrow(
      "granted.0.region: name the region",
    );
    expect(() =>
      parseQuotas(file('{ quota: eips, region: eu-west-1, value: 20, owner: me, granted: "2026-11-02" }'), "q"),
    ).toThrow("granted.0.quota");
    expect(() =>
      parseQuotas(file('{ quota: vpcs, region: eu-west-1, value: 20, granted: "2026-11-02" }'), "q"),
    ).toThrow("granted.0.owner: missing; write a text");
    expect(() => parseQuotas("checked: &a [*a]", "q")).toThrow("q cannot be used:\n  line 1: this alias is inside");
    expect(() => parseQuotas("checked: soon\nquotas: { vpcs: { name: VPCs, default: .inf } }", "q")).toThrow(
      [
        "q cannot be used:",
        '  checked: "soon": write a day as YYYY-MM-DD',
        "  quotas.vpcs.per: missing; write region or account",
        "  quotas.vpcs.default: .inf: write a number",
        "  quotas.vpcs.source: missing; write a text",
      ].join("\n"),
    );
    expect(() => readPackTexts("nowhere")).toThrow(
      "policy/quotas.yaml cannot be read; take the file from version control again",
    );
  });
});
