import { z } from "zod";

import { machineOf } from "../../catalog/machines";
import type { Graph } from "../core/graph";
import type { Resource } from "../core/resource";
import { configured, undecided, verdict, violation, type Rule, type Verdict } from "../core/rule";
import { items, keys, property, read, type Value } from "../core/value";

const database = "aws:rds/instance:Instance";
const parameterGroup = "aws:rds/parameterGroup:ParameterGroup";
const configMap = "kubernetes:core/v1:ConfigMap";
const workloads = ["kubernetes:apps/v1:Deployment", "kubernetes:apps/v1:StatefulSet"] as const;
const autoscalers = [
  "kubernetes:autoscaling/v2:HorizontalPodAutoscaler",
  "kubernetes:autoscaling/v1:HorizontalPodAutoscaler",
] as const;

/** Connections that a resource opens to the database, and where their number is set. */
interface Connections {
  readonly resource: Resource;
  readonly path: string;
  /** Undefined while not known. */
  readonly count: number | undefined;
}

/** A variable with the number of connections of one process. */
const poolVariable =
  /(?:pool|connection|conn|conns|db|database|pg|postgres)s?_?(?:max_?)?(?:size|limit|max|connections?|conns?)$|^max_?(?:pool|connections?|conns?)/i;

function text(found: Value): string | undefined {
  return found.state === "known" && (typeof found.value === "string" || typeof found.value === "number")
    ? String(found.value)
    : undefined;
}

/** Largest number of pods of a workload: its autoscaler's, else its own. */
function podsOf(graph: Graph, workload: Resource, cell: string): number | undefined {
  const name = text(read(workload.props, "metadata.name"));
  const scaler = graph
    .ofType(...autoscalers)
    .find(
      (one) =>
        graph.cell(one) === cell && text(read(one.props, "spec.scaleTargetRef.name")) === name && name !== undefined,
    );
  const found = scaler === undefined ? read(workload.props, "spec.replicas") : read(scaler.props, "spec.maxReplicas");
  if (found.state === "unknown") return undefined;
  return found.state === "absent" ? 1 : Number(found.value);
}

/** Connections of one PgBouncer to its busiest server. Source: https://www.pgbouncer.org/config.html */
export function pooled(ini: string): number {
  const settings = new Map<string, string>();
  const databases: { readonly host: string; readonly size: string | undefined }[] = [];
  let section = "";
  for (const line of ini.split("\n").map((one) => one.trim())) {
    if (line === "" || /^[;#]/.test(line)) continue;
    const [, heading] = /^\[(\w+)\]$/.exec(line) ?? [];
    if (heading !== undefined) section = heading;
    else if (section === "databases") {
      databases.push({ host: /\bhost=(\S+)/.exec(line)?.[1] ?? "", size: /\bpool_size=(\d+)/.exec(line)?.[1] });
    } else {
      const [name, value] = line.split("=", 2).map((part) => part.trim());
      if (name !== undefined && value !== undefined) settings.set(name, value);
    }
  }
  const usual = Number(settings.get("default_pool_size") ?? 20);
  const most = Number(settings.get("max_db_connections") ?? 0);
  const hosts = new Map<string, number>();
  for (const { host, size } of databases) {
    const wanted = (size === undefined ? usual : Number(size)) + Number(settings.get("reserve_pool_size") ?? 0);
    hosts.set(host, (hosts.get(host) ?? 0) + (most > 0 ? Math.min(most, wanted) : wanted));
  }
  return Math.max(0, ...hosts.values());
}

/** Connections of a cell's PgBouncers. If a cell has one, only it connects to the database. */
function poolers(graph: Graph, cell: string): readonly Connections[] {
  return graph.ofType(configMap).flatMap((resource): readonly Connections[] => {
    if (graph.cell(resource) !== cell) return [];
    const data = read(resource.props, "data");
    const bag = data.state === "known" && typeof data.value === "object" && data.value !== null ? data.value : {};
    const file = keys(data).find((key) => key.endsWith("pgbouncer.ini"));
    if (file === undefined) return [];
    const path = `data.${file}`;
    const ini = text(property(bag, file));
    const name = text(read(resource.props, "metadata.name"));
    const users = graph.ofType(...workloads).filter((one) => graph.cell(one) === cell && mounts(one, name));
    const pods = users.map((one) => podsOf(graph, one, cell));
    if (ini === undefined || pods.includes(undefined)) return [{ resource, path, count: undefined }];
    return [{ resource, path, count: pooled(ini) * pods.reduce<number>((sum, one) => sum + (one ?? 0), 0) }];
  });
}

function mounts({ props }: Resource, name: string | undefined): boolean {
  const path = "spec.template.spec.volumes";
  return items(props, path).some(
    (_, index) => name !== undefined && text(read(props, `${path}.${index}.configMap.name`)) === name,
  );
}

/** Connections of applications without a pooler: one pool for each pod. */
function applications(graph: Graph, cell: string): readonly Connections[] {
  return graph.ofType(...workloads).flatMap((resource) => {
    if (graph.cell(resource) !== cell) return [];
    const pods = podsOf(graph, resource, cell);
    const path = "spec.template.spec.containers";
    return items(resource.props, path).flatMap((_, container) =>
      items(resource.props, `${path}.${container}.env`).flatMap((__, index): readonly Connections[] => {
        const at = `${path}.${container}.env.${index}`;
        const name = text(read(resource.props, `${at}.name`));
        if (name === undefined || !poolVariable.test(name)) return [];
        const value = read(resource.props, `${at}.value`);
        if (value.state === "absent") return [];
        const each = Number(text(value));
        const count = value.state === "unknown" || pods === undefined ? undefined : each * pods;
        return count !== undefined && !Number.isFinite(count) ? [] : [{ resource, path: `${at}.value`, count }];
      }),
    );
  });
}

/** Connections that a cell's primary allows; undefined while its parameters or its class are unknown. */
function limitOf(graph: Graph, primary: Resource): number | undefined {
  const name = text(read(primary.props, "parameterGroupName"));
  const sources = primary.propertyDependencies["parameterGroupName"] ?? [];
  const group = graph
    .ofType(parameterGroup)
    .find((one) => sources.includes(one) || (name !== undefined && text(read(one.props, "name")) === name));
  const parameters = group === undefined ? [] : items(group.props, "parameters");
  if (parameters.some(({ state }) => state === "unknown")) return undefined;
  for (const [index] of parameters.entries()) {
    if (text(read(group!.props, `parameters.${index}.name`)) !== "max_connections") continue;
    const value = Number(text(read(group!.props, `parameters.${index}.value`)));
    return Number.isFinite(value) ? value : undefined;
  }
  // RDS's default for PostgreSQL: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html
  const machine = machineOf(text(read(primary.props, "instanceClass")) ?? "");
  return machine === undefined ? undefined : Math.min(5000, Math.floor((machine.memoryMiB * 2 ** 20) / 9_531_392));
}

function ofCells(graph: Graph, reserve: number): readonly Verdict[] {
  return graph.ofType(database).flatMap((primary): readonly Verdict[] => {
    const cell = graph.cell(primary);
    const isReplica =
      read(primary.props, "replicateSourceDb").state !== "absent" ||
      "replicateSourceDb" in primary.propertyDependencies;
    if (cell === undefined || isReplica) return [];
    const pools = poolers(graph, cell);
    const demands = pools.length > 0 ? pools : applications(graph, cell);
    if (demands.length === 0) return [];
    const open = demands.filter(({ count }) => count === undefined);
    if (open.length > 0)
      return open.map(({ resource, path }) =>
        undecided(resource, path, "the number of connections that it opens is not known yet"),
      );
    const limit = limitOf(graph, primary);
    if (limit === undefined)
      return [undecided(primary, "parameterGroupName", "the database's connection limit is not known")];
    const sum = demands.reduce((total, { count }) => total + (count ?? 0), 0);
    if (sum <= limit * (1 - reserve)) return [];
    const [largest] = [...demands].sort((a, b) => (b.count ?? 0) - (a.count ?? 0));
    const message = "all pods together may open more connections than the database allows";
    return [violation(largest!.resource, largest!.path, message, { evidence: "arithmetic" })];
  });
}

/** Connections. */
export const connections: Rule = configured(
  z.strictObject({
    reserve: z
      .number()
      .min(0.02)
      .max(0.5)
      .default(0.1)
      .describe("Share of the database's connections that is reserved for operators and monitoring."),
  }),
  {
    id: "SIZ-06",
    severity: "high",
    title: "Connection pools stay below the database's limit",
    blocks:
      "a size class whose pool, or a cell whose pods together, may open more connections than max_connections minus a reserve",
    fix: "put a connection pooler between application and database, or divide the pool by the largest number of pods",
    origin: "cell-based architecture: capacity planning; ten servers with a pool of 100 each open 1,000 connections",
    catalog: ({ source, catalog }, { reserve }) =>
      catalog.cells.flatMap(({ id, size }) => {
        const { poolSize, maxConnections } = size.postgres;
        if (poolSize <= maxConnections * (1 - reserve)) return [];
        return [
          verdict(
            "violation",
            { urn: source },
            `cells.${id}.sizeClass`,
            "its connection pool is larger than its database allows",
            { evidence: "arithmetic" },
          ),
        ];
      }),
    stack: (graph, { reserve }) => ofCells(graph, reserve),
  },
);
