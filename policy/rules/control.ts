import { z } from "zod";

import { cellType, routerType } from "../../contract/components";
import type { Graph } from "../core/graph";
import { layerTypes } from "../core/owners";
import type { Resource } from "../core/resource";
import { configured, undecided, verdict, violation, type Rule, type Verdict } from "../core/rule";
import { read } from "../core/value";
import { identityOf } from "../fingerprints/identities";
import { isUnder } from "../fingerprints/fingerprints";
import { contentOf } from "../literals/content";
import { leaves } from "../literals/walk";
import { edgesOf } from "./edges";
import { ofRouters, ownRouter } from "./router-parts";

/** Parts of a control plane; `audit` and `admin` belong to the ControlPlane component. */
const parts = ["registry", "history", "monitor", "audit", "admin"] as const;
type Part = (typeof parts)[number];

const versioning = "aws:s3/bucketVersioning:BucketVersioning";
const object = "aws:s3/bucketObjectv2:BucketObjectv2";

function isOfControl(graph: Graph, resource: Resource): boolean {
  const owner = graph.owner(resource);
  return owner.kind === "layer" && owner.layer === "control";
}

function ofControl(graph: Graph, ...types: readonly string[]): readonly Resource[] {
  return graph.ofType(...types).filter((one) => isOfControl(graph, one));
}

/** Reports a missing part at the stack, because there is no resource to report it at. */
function missing(graph: Graph, part: Part, message: string, at?: Resource): Verdict {
  const stack = graph.ofType("pulumi:pulumi:Stack")[0] ?? graph.ofType(cellType)[0]!;
  return violation(at ?? stack, part, message, { evidence: "presence" });
}

/** The routing table is the registry of running cells: each router has one. */
function registry(graph: Graph): readonly Verdict[] {
  if (ofControl(graph, "aws:dynamodb/table:Table").length > 0) return [];
  const routers = graph.ofType(routerType);
  if (routers.length === 0)
    return [
      missing(graph, "registry", "there is no list of cells: no router with a table and no table of the control plane"),
    ];
  const withTable = new Set(ofRouters(graph, object).map(ownRouter));
  return routers
    .filter((one) => !withTable.has(one))
    .map((one) => missing(graph, "registry", "the router has no table of cells", one));
}

/** Every version of the registry is kept, so that an earlier one can be found and restored. */
function history(graph: Graph): readonly Verdict[] {
  const routers = graph.ofType(routerType);
  const kept = [...ofRouters(graph, versioning), ...ofControl(graph, versioning)];
  if (routers.length === 0)
    return kept.length > 0 ? [] : [missing(graph, "history", "no versions of the registry are kept")];
  return routers.flatMap((router): readonly Verdict[] => {
    const own = kept.find((one) => ownRouter(one) === router || isOfControl(graph, one));
    if (own === undefined) return [missing(graph, "history", "no versions of the router's table are kept", router)];
    const status = read(own.props, "versioningConfiguration.status");
    if (status.state === "unknown")
      return [undecided(own, "versioningConfiguration.status", "its value is not known yet")];
    return status.state === "known" && status.value === "Enabled"
      ? []
      : [missing(graph, "history", "versions of the router's table are not kept", own)];
  });
}

const watches: readonly (readonly [what: string, types: readonly string[]])[] = [
  ["alarm", ["aws:cloudwatch/metricAlarm:MetricAlarm", "aws:cloudwatch/compositeAlarm:CompositeAlarm"]],
  ["dashboard", ["aws:cloudwatch/dashboard:Dashboard"]],
];

function monitor(graph: Graph): readonly Verdict[] {
  return watches.flatMap(([what, types]) => {
    const watched = new Set(graph.ofType(...types).map((one) => graph.cell(one)));
    const cells = graph.ofType(cellType).filter((stack) => !watched.has(graph.cell(stack)));
    return cells.map((stack) => missing(graph, "monitor", `the cell has no ${what}`, stack));
  });
}

function oneOf(part: Part, types: readonly string[], message: string): (graph: Graph) => readonly Verdict[] {
  return (graph) => (ofControl(graph, ...types).length > 0 ? [] : [missing(graph, part, message)]);
}

const looks: Readonly<Record<Part, (graph: Graph) => readonly Verdict[]>> = {
  registry,
  history,
  monitor,
  audit: oneOf(
    "audit",
    ["aws:cloudtrail/trail:Trail", "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"],
    "changes are not recorded in an audit trail",
  ),
  admin: oneOf(
    "admin",
    ["aws:apigatewayv2/api:Api", "aws:apigateway/restApi:RestApi", "aws:lambda/functionUrl:FunctionUrl"],
    "there is no API to administer cells",
  ),
};

const present = configured(
  z.strictObject({
    parts: z
      .array(z.enum(parts))
      .min(3)
      .default(["registry", "history", "monitor"])
      .describe(
        "Required parts, of registry, history, monitor, audit and admin. audit and admin belong to a ControlPlane component; require them if there is one.",
      ),
  }),
  {
    id: "CTL-01",
    severity: "high",
    title: "Cells have a control plane",
    blocks:
      "cells without a registry (the routers' table), its history (versions), or a monitor (alarms and a dashboard for each cell); an audit trail and an admin API if the settings require them",
    fix: "keep the routers' versioned tables and each cell's alarms and dashboard, or add the missing part of the ControlPlane component",
    origin: "cell anti-pattern: no control plane",
    stack: (graph, { parts: wanted }) =>
      graph.ofType(cellType).length === 0 ? [] : [...new Set(wanted)].flatMap((part) => looks[part](graph)),
  },
);

/** Inputs that are read at run time. */
const atRunTime =
  /^(?:environment|userData|containerDefinitions|spec|data|stringData|values|content|sourceConfiguration)(?:\.|$)/;

function needs(graph: Graph, labels: readonly string[]): readonly Verdict[] {
  const texts = new Set(
    graph.resources.filter((one) => isOfControl(graph, one)).flatMap((one) => identityOf(one).texts),
  );
  const hosts = graph.known.domains.flatMap((domain) => labels.map((label) => `${label}.${domain}`));
  const message = "the cell needs the control plane at run time, so it fails with it";
  return graph.resources.flatMap((resource): readonly Verdict[] => {
    const cell = graph.cell(resource);
    if (cell === undefined || resource.type.startsWith("cells:")) return [];
    const owners = [cell, "control plane"] as const;
    // Few resources have an input that is read at run time.
    if (!Object.keys(resource.props).some((key) => atRunTime.test(key))) return [];
    const byEdge = edgesOf(resource).flatMap(({ source, input }) =>
      input !== undefined && atRunTime.test(input) && isOfControl(graph, source)
        ? [violation(resource, input, message, { evidence: "edge", owners })]
        : [],
    );
    if (texts.size === 0 && hosts.length === 0) return byEdge;
    const found = leaves(resource.props).filter(({ path }) => atRunTime.test(path));
    const byText = found.flatMap((leaf): readonly Verdict[] => {
      if (leaf.kind !== "text") return [];
      const isNamed = contentOf(leaf.text).literals.some((literal) => {
        if (literal.kind === "host")
          return texts.has(literal.host) || hosts.some((host) => isUnder(literal.host, host));
        return (
          (literal.kind === "arn" && texts.has(literal.arn.text)) || (literal.kind === "id" && texts.has(literal.id))
        );
      });
      return isNamed ? [violation(resource, leaf.path, message, { evidence: "literal:control", owners })] : [];
    });
    const unknown = found.flatMap((leaf): readonly Verdict[] => {
      if (leaf.kind !== "unknown") return [];
      const sources = resource.propertyDependencies[leaf.path.split(".")[0]!] ?? [];
      return sources.length > 0
        ? []
        : [undecided(resource, leaf.path, "neither its value nor its source is known yet")];
    });
    return [...byEdge, ...byText, ...unknown];
  });
}

/** A control plane inside a cell fails with the cell. */
function inside(graph: Graph): readonly Verdict[] {
  const types = [...layerTypes].filter(([, layer]) => layer === "control").map(([type]) => type);
  return graph.ofType(...types).flatMap((one) => {
    const above = one.parent === undefined ? undefined : graph.cell(one.parent);
    if (above === undefined) return [];
    return [
      verdict("violation", one, undefined, `the control plane is inside ${above} and fails with it`, {
        evidence: "parent",
        owners: [above, "control plane"],
      }),
    ];
  });
}

const offPath = configured(
  z.strictObject({
    labels: z
      .array(z.string().regex(/^[a-z0-9-]{1,63}$/))
      .default(["control", "control-plane", "admin"])
      .describe("Labels of the control plane's hosts under the cells' domain."),
  }),
  {
    id: "CTL-02",
    severity: "critical",
    title: "Cells run without the control plane",
    blocks:
      "a control plane inside a cell, or a cell whose environment, manifests or start-up refer to the control plane",
    fix: "let the control plane read the cells; give a cell everything it needs at deployment",
    origin: "cell-based architecture: control plane design; AWS: static stability",
    stack: (graph, { labels }) => [...inside(graph), ...needs(graph, labels)],
  },
);

/** Control planes. */
export const control: readonly Rule[] = [present, offPath];
