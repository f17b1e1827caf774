import { z } from "zod";

import { cpusOf } from "../../catalog/machines";
import type { Catalog, Cell } from "../../catalog/model";
import type { Resource } from "../core/resource";
import { configured, undecided, verdict, violation, type CatalogFacts, type Rule, type Verdict } from "../core/rule";
import { read } from "../core/value";
import { usesOfCatalog, usesOfGraph, type QuotaUse } from "../quotas/count";
import { quotaAt, quotasPath, type Counted, type Quotas } from "../quotas/quotas";
import { connections } from "./connections";

/** Property with the machine's size, and its ceiling, by type. */
const machines: Readonly<Record<string, readonly [path: string, ceiling: "database" | "cache" | "broker" | "nodes"]>> =
  {
    "aws:rds/instance:Instance": ["instanceClass", "database"],
    "aws:rds/clusterInstance:ClusterInstance": ["instanceClass", "database"],
    "aws:elasticache/replicationGroup:ReplicationGroup": ["nodeType", "cache"],
    "aws:elasticache/cluster:Cluster": ["nodeType", "cache"],
    "aws:msk/cluster:Cluster": ["brokerNodeGroupInfo.instanceType", "broker"],
    "aws:mq/broker:Broker": ["hostInstanceType", "broker"],
    "aws:eks/nodeGroup:NodeGroup": ["instanceTypes.0", "nodes"],
  };

const size = z.string().refine((text) => cpusOf(text) !== undefined, "write a size, e.g. 4xlarge");

const shares = z.strictObject({
  maxShare: z
    .number()
    .min(0.01)
    .max(0.5)
    .default(0.1)
    .describe("Largest share of all tenants or requests in one cell, if there are enough cells for it."),
  timesMean: z
    .number()
    .min(1.05)
    .max(3)
    .default(1.5)
    .describe("Largest load of one cell, as a multiple of the mean of all cells."),
  ceilings: z
    .strictObject({
      database: size.default("4xlarge"),
      cache: size.default("4xlarge"),
      broker: size.default("4xlarge"),
      nodes: size.default("8xlarge"),
    })
    .prefault({})
    .describe("Largest machine size of each kind in a cell."),
});
type Shares = z.output<typeof shares>;

/** Largest share of one cell when `count` cells share the whole. */
function limitOf(count: number, { maxShare, timesMean }: Shares, withMaximum: boolean): number {
  const mean = timesMean / count;
  return withMaximum && count * maxShare >= 1 ? Math.min(maxShare, mean) : mean;
}

function oversized({ cells }: Catalog, source: string, settings: Shares): readonly Verdict[] {
  const serving = cells.filter(({ state }) => state !== "disabled" && state !== "provisioning");
  const over = (
    group: readonly Cell[],
    path: string,
    of: (cell: Cell) => number,
    withMaximum: boolean,
  ): readonly Verdict[] => {
    const whole = group.reduce((sum, cell) => sum + of(cell), 0);
    const carrying = group.filter((cell) => of(cell) > 0);
    const limit = limitOf(carrying.length, settings, withMaximum);
    // A single cell is not too large; SOV-04 reports that it is the only one.
    if (carrying.length < 2 || whole === 0) return [];
    return carrying.flatMap((cell) => {
      if (of(cell) / whole <= limit + 1e-9) return [];
      const message = `its share of ${path.split(".").pop()!} is larger than one cell may have: its failure would affect too many`;
      return [verdict("violation", { urn: source }, `cells.${cell.id}.${path}`, message, { evidence: "arithmetic" })];
    });
  };
  const localities = [...new Set(serving.map(({ locality }) => locality))];
  return [
    ...over(serving, "capacity.tenants", ({ capacity }) => capacity.tenants, true),
    ...over(serving, "capacity.requestsPerSecond", ({ capacity }) => capacity.requestsPerSecond, true),
    // Weights are compared inside a locality only.
    ...localities.flatMap((locality) =>
      over(
        serving.filter((cell) => cell.locality === locality),
        "weight",
        ({ weight }) => weight,
        false,
      ),
    ),
  ];
}

function aboveCeiling(resource: Resource, { ceilings }: Shares): readonly Verdict[] {
  const [path, kind] = machines[resource.type] ?? [];
  if (path === undefined || kind === undefined) return [];
  const found = read(resource.props, path);
  if (found.state === "unknown") return [undecided(resource, path, "the machine type is not known yet")];
  if (found.state === "absent") return [];
  const cpus = cpusOf(String(found.value).split(".").pop() ?? "");
  return cpus !== undefined && cpus > cpusOf(ceilings[kind])!
    ? [violation(resource, path, `the machine is larger than a cell's ${kind} may be`)]
    : [];
}

const share = configured(shares, {
  id: "SIZ-01",
  severity: "high",
  title: "No cell is too large to lose",
  blocks:
    "a cell with a larger share of tenants, requests or weight than its blast radius allows, and machines above the size limit of a cell",
  fix: "add a cell that takes a share; add cells instead of making a cell larger",
  origin: "cell anti-pattern: oversized cells; blast radius of 1/N",
  catalog: ({ source, catalog }, settings) => oversized(catalog, source, settings),
  owned: (resource, _context, settings) => aboveCeiling(resource, settings),
});

/** Path of a quota at one site: `quotas.vpcs.aws.eu-west-1`. */
function pathOf(id: Counted, { account, region }: QuotaUse["site"], per: "region" | "account"): string {
  const place = /^\d+$/.test(account) ? account : account.replace("default of ", "");
  return `quotas.${id}.${place}${per === "region" ? `.${region}` : ""}`;
}

/** Quotas whose use is above the share, each site once. */
function exceeded(uses: readonly QuotaUse[], quotas: Quotas, most: number): readonly Verdict[] {
  const sums = new Map<string, { readonly use: QuotaUse; count: number }>();
  for (const use of uses) {
    const per = quotas.quotas[use.id]?.per;
    if (per === undefined) continue;
    const path = pathOf(use.id, use.site, per);
    const sum = sums.get(path) ?? { use, count: 0 };
    sum.count += use.count;
    sums.set(path, sum);
  }
  return [...sums].flatMap(([path, { use, count }]) => {
    const { limit, outside } = quotaAt(quotas, use.id, use.site)!;
    if (count === 0 || count + outside <= limit * most) return [];
    const others = outside === 0 ? "" : ` and ${outside} that exist already`;
    const message = `${count} ${quotas.quotas[use.id]!.name} planned${others}, of ${limit} allowed`;
    return [verdict("violation", { urn: quotasPath }, path, message, { evidence: "count" })];
  });
}

function stale({ quotas, now }: CatalogFacts, days: number): readonly Verdict[] {
  if (Object.keys(quotas.quotas).length === 0 || now.getTime() - Date.parse(quotas.checked) <= days * 86_400_000)
    return [];
  const message = "the default quotas were compared with AWS's documentation too long ago";
  return [verdict("advisory", { urn: quotasPath }, "checked", message)];
}

const quotas = configured(
  z.strictObject({
    share: z
      .number()
      .min(0.5)
      .max(0.95)
      .default(0.8)
      .describe("Share of a quota that may be planned; the rest is for unplanned changes."),
    maxAgeDays: z
      .int()
      .min(30)
      .max(365)
      .default(365)
      .describe("Days after which policy/quotas.yaml gives a note that it is old."),
  }),
  {
    id: "SIZ-04",
    severity: "high",
    title: "Planned resources fit into the quotas",
    blocks:
      "a plan that uses more than 80 % of an AWS quota of an account or region: VPCs, addresses, clusters, databases, brokers, cache nodes, zones, roles, reserved executions",
    fix: "ask AWS to raise the quota and add the granted value to policy/quotas.yaml, or use another region or account for the cell",
    origin: "cell-based architecture: capacity planning; AWS Well-Architected REL01",
    catalog: (facts, { share: most, maxAgeDays }) => [
      ...exceeded(usesOfCatalog(facts.catalog), facts.quotas, most),
      ...stale(facts, maxAgeDays),
    ],
    stack: (graph, { share: most }) => {
      const { quotas: known } = graph.known;
      if (known === undefined) return [];
      const counted = usesOfGraph(graph);
      return [
        ...counted.flatMap((one) =>
          "unknown" in one ? [undecided(one.resource, one.unknown, "its use of a quota is not known yet")] : [],
        ),
        ...exceeded(
          counted.flatMap((one) => ("use" in one ? [one.use] : [])),
          known,
          most,
        ),
      ];
    },
  },
);

/** Sizes. */
export const sizing: readonly Rule[] = [share, quotas, connections];
