import { cellType } from "../../contract/components";
import { z } from "zod";

import type { Graph } from "../core/graph";
import type { Owner } from "../core/owners";
import type { Resource } from "../core/resource";
import type { OwnedContext } from "../core/context";
import { configured, undecided, verdict, violation, type Rule, type Verdict } from "../core/rule";
import { providerLiterals } from "./conduits";
import { endOf } from "../register/register";
import { crossings, edgesOf, isPick } from "./edges";
import { adopted, sharedHosts } from "./strangers";
import { usersOf } from "./users";

/** True for a cloud's resources; components and providers contain nothing themselves. */
function isReal(resource: Resource): boolean {
  return !resource.type.startsWith("pulumi:") && !resource.type.startsWith("cells:");
}

function ownersOf(graph: Graph, resource: Resource): readonly Verdict[] {
  if (resource.type === cellType) {
    const above = resource.parent === undefined ? undefined : graph.owner(resource.parent);
    const isInside = above?.kind === "cell" || (above?.kind === "layer" && above.layer !== "stack");
    return isInside
      ? [violation(resource, undefined, "a cell inside another owner, so its resources have two owners")]
      : [];
  }
  if (!isReal(resource) || resource.isRead === true) return [];
  const owner = graph.owner(resource);
  if (owner.kind === "orphan" || (owner.kind === "layer" && owner.layer === "stack")) {
    return [violation(resource, undefined, "the resource has no owner")];
  }
  if (owner.kind === "unclear") return [undecided(resource, undefined, "its parent is not among the resources")];
  return [];
}

const closedWorld = configured(
  z.strictObject({
    exemptTypes: z
      .array(z.string().regex(/^[a-z0-9-]+:[\w./-]+:\w+$/))
      .max(10)
      .default([])
      .describe("Types that need no owner."),
  }),
  {
    id: "ISO-01",
    severity: "critical",
    title: "Every resource has one owner",
    blocks: "a resource inside no cell and no shared layer, or inside two, so its owner is unknown",
    fix: "make it a child of the CellStack, CellRouter, Edge, ControlPlane or Foundation that it belongs to",
    origin: "cell-based architecture: complete isolation; cell anti-pattern: leaky cells",
    stack: (graph, { exemptTypes }) =>
      graph.resources.flatMap((resource) => (exemptTypes.includes(resource.type) ? [] : ownersOf(graph, resource))),
  },
);

function crossing(graph: Graph, resource: Resource): readonly Verdict[] {
  const cell = graph.cell(resource);
  if (cell === undefined) return [];
  return crossings(graph, resource, cell).map(({ source, input, other }) => {
    const details = { evidence: "edge", owners: [cell, other] as const };
    if (input === undefined)
      return verdict("coupling", resource, input, `${cell} waits for ${source.name} of ${other}`, details);
    if (isPick(graph, resource, input, cell)) {
      const message = `${cell} waits for all cells, because its value was picked from a list of all cells: pick it before the outputs are joined`;
      return verdict("coupling", resource, input, message, details);
    }
    return violation(resource, input, `${cell} is computed from ${source.name} of ${other}`, details);
  });
}

const crossCellEdge: Rule = {
  id: "ISO-02",
  severity: "critical",
  title: "No cell depends on another",
  blocks: "an input of one cell that comes from another cell (a leak), or a dependsOn of one (a coupling)",
  fix: "use the cell's own resource",
  origin: "cell-based architecture: complete isolation; cell anti-pattern: leaky cells",
  acceptedBy: "transfers",
  stack: (graph) => graph.resources.flatMap((resource) => crossing(graph, resource)),
};

/** What edge and control plane may read of a cell: its front door, health checks and alarms. */
const readFromAbove =
  /^(?:cells:|pulumi:|aws:(?:route53\/(?:zone|record|healthCheck)|a?lb\/(?:loadBalancer|listener|targetGroup)|acm\/|cloudwatch\/|sns\/topic|apigatewayv2\/|autoscaling\/|cloudfront\/))/;

function direction(graph: Graph, resource: Resource): readonly Verdict[] {
  const owner = graph.owner(resource);
  const reported = new Set<string>();
  return edgesOf(resource).flatMap(({ source, input }): readonly Verdict[] => {
    const other = graph.owner(source);
    const message = forbidden(owner, other, source, resource);
    if (message === undefined || reported.has(input ?? "")) return [];
    reported.add(input ?? "");
    return [violation(resource, input, message, { evidence: "edge", owners: [nameOf(owner), nameOf(other)] })];
  });
}

/** Monitoring resources: they name what they monitor, and no cell data pass through them. */
const watchers =
  /^aws:(?:cloudwatch\/(?:dashboard|metricAlarm|compositeAlarm)|synthetics\/canary|route53\/healthCheck|applicationinsights\/\w+|grafana\/\w+):|^grafana:oss\/dashboard:/;

function forbidden(owner: Owner, other: Owner, source: Resource, resource: Resource): string | undefined {
  if (owner.kind === "cell" && other.kind === "layer" && (other.layer === "edge" || other.layer === "control")) {
    return `${owner.id} depends on ${source.name} of ${other.id}, a layer above the cells`;
  }
  if (owner.kind !== "layer" || other.kind !== "cell") return undefined;
  if (owner.layer === "foundation") return `the foundation depends on ${source.name} of ${other.id}`;
  const isAbove = owner.layer === "edge" || owner.layer === "control";
  return isAbove && !readFromAbove.test(source.type) && !watchers.test(resource.type)
    ? `${owner.id} reads ${source.name} of ${other.id}, which is more than a front door, a health check or an alarm`
    : undefined;
}

function nameOf(owner: Owner): string {
  return "id" in owner ? owner.id : owner.kind;
}

const layerDirection: Rule = {
  id: "ISO-03",
  severity: "critical",
  title: "Layers depend downwards only",
  blocks:
    "a cell that depends on a router or the control plane, a foundation that depends on a cell, an edge that reads a cell's data",
  fix: "reverse the dependency: routers and control plane read the cell's front door and health; the foundation reads no cell",
  origin: "cell-based architecture: control plane off the data path, static stability",
  stack: (graph) =>
    graph.resources.flatMap((resource) =>
      resource.type.startsWith("pulumi:providers:") ? [] : direction(graph, resource),
    ),
};

/** Judged by the provider's URN alone, which is known before any resource is created. */
function madeWith(resource: Resource, { cell, maker }: OwnedContext): readonly Verdict[] {
  const isOthers = maker?.kind === "cell" && maker.id !== cell;
  const isAbove = maker?.kind === "layer" && maker.layer !== "foundation" && maker.layer !== "stack";
  if (!isOthers && !isAbove) return [];
  return [
    violation(resource, undefined, `${cell} is made with the provider of ${maker.id}`, {
      evidence: "provider",
      owners: [cell, maker.id],
    }),
  ];
}

const foreignProvider: Rule = {
  id: "ISO-04",
  severity: "critical",
  title: "A cell is made by its own provider",
  blocks:
    "a cell's resource made with another cell's provider (another region, account or cluster), and a cell's provider that names another cell",
  fix: "pass the cell's own provider",
  origin: "cell-based architecture: complete isolation; cell anti-pattern: leaky cells",
  owned: (resource, context) => [...providerLiterals(resource, context), ...madeWith(resource, context)],
};

/** Foundation resources that cells may share: read at deployment or only written to, never on the request path. */
const shareable =
  /^(?:pulumi:|cells:|aws:(?:ecr\/|ecrpublic\/|s3\/|route53\/zone|iam\/openIdConnectProvider|acmpca\/|cloudtrail\/))/;
/** Types on the request path: the register cannot make these shareable. */
const never =
  /^aws:(?:elasticache|memorydb|rds|dynamodb|docdb|neptune|msk|mq|sqs|eks|ecs|lb|alb|ec2\/natGateway|ec2transitgateway)\//;

function hubs(graph: Graph): readonly Verdict[] {
  const { register, now } = graph.known;
  return [...usersOf(graph)].flatMap(([hub, cells]) => {
    if (cells.size < 2 || shareable.test(hub.type)) return [];
    const isRegistered = register.sharing.some(
      ({ what, expires }) => (what === hub.urn || what === hub.type) && endOf(expires) > now.getTime(),
    );
    if (isRegistered && !never.test(hub.type)) return [];
    const [one, other] = [...cells].sort();
    const why = isRegistered
      ? "resources on the request path are never shared"
      : "policy/register.yaml does not allow it";
    const message = `${cells.size} cells use it and ${why}`;
    return [violation(hub, undefined, message, { evidence: "hub", owners: [one!, other!] })];
  });
}

const sharedHub: Rule = {
  id: "ISO-11",
  severity: "high",
  title: "Cells share only what is registered",
  blocks:
    "a resource outside all cells that two cells use, by dependency or by name, a store's host that both name, and what both adopt from their account: if it fails, both cells fail",
  fix: "give each cell its own; register what is read only during deployment in policy/register.yaml, with owner, reason and last day",
  origin: "cell-based architecture: shared nothing, economic trade-offs",
  stack: (graph) => [...hubs(graph), ...sharedHosts(graph), ...adopted(graph)],
};

/** Isolation: which owners may depend on which others. */
export const isolation: readonly Rule[] = [closedWorld, crossCellEdge, layerDirection, foreignProvider, sharedHub];
