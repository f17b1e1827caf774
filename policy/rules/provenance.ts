import { z } from "zod";

import type { Graph } from "../core/graph";
import type { Resource } from "../core/resource";
import { configured, undecided, verdict, violation, type Rule, type Verdict } from "../core/rule";
import { read } from "../core/value";
import { endOf } from "../register/register";
import { strangers } from "./strangers";

/** Inputs from a read or another stack: computed from something that is not among the resources. */
function unexplained(graph: Graph, resource: Resource): readonly Verdict[] {
  const cell = graph.cell(resource);
  if (cell === undefined || resource.isRead === true || resource.type.startsWith("cells:")) return [];
  return Object.entries(resource.propertyDependencies).flatMap(([input, sources]): readonly Verdict[] => {
    const strangers = sources.filter((source) => source.isRead === true);
    if (sources.length > 0 && strangers.length === 0) return [];
    if (strangers.length > 0 && strangers.every((source) => isAllowedStack(graph, source))) return [];
    const message = "it was computed from a read or another stack, whose owner no policy can determine";
    return [violation(resource, input, message, { evidence: "provenance", owners: [cell, "an unknown owner"] })];
  });
}

function isAllowedStack(graph: Graph, source: Resource): boolean {
  if (source.type !== "pulumi:pulumi:StackReference") return false;
  const name = read(source.props, "name");
  const known = name.state === "known" ? String(name.value) : source.name;
  const { register, now } = graph.known;
  return register.stacks.some(({ stack, expires }) => stack === known && endOf(expires) > now.getTime());
}

const provenance: Rule = {
  id: "ISO-07",
  severity: "high",
  title: "A cell's inputs come from the cell",
  blocks: "a cell's input that was computed from a read resource or a StackReference, whose owner cannot be determined",
  fix: "create the resource inside the cell, or list the foundation's stack under stacks in policy/register.yaml",
  origin: "cell anti-pattern: leaky cells; engine: reads and StackReferences reach no policy",
  stack: (graph) => graph.resources.flatMap((resource) => unexplained(graph, resource)),
};

/** Reads inside a cell, where the source has them: plans under mocks and exported states. */
function foreignReads(graph: Graph): readonly Verdict[] {
  return graph.resources.flatMap((resource): readonly Verdict[] => {
    if (resource.isRead !== true || isAllowedStack(graph, resource)) return [];
    const cell = graph.cell(resource);
    const users = cell !== undefined ? [cell] : readersOf(graph, resource);
    const [user] = users;
    if (user === undefined) return [];
    const what =
      resource.type === "pulumi:pulumi:StackReference" ? "another stack is read" : "an existing resource is read";
    return [
      violation(resource, undefined, `${what} for ${user}`, { evidence: "read", owners: [user, "an unknown owner"] }),
    ];
  });
}

function readersOf(graph: Graph, read: Resource): readonly string[] {
  const users = graph.resources.filter(
    (resource) =>
      resource.dependencies.includes(read) ||
      Object.values(resource.propertyDependencies).some((list) => list.includes(read)),
  );
  return [...new Set(users.map((user) => graph.cell(user)).filter((id) => id !== undefined))].sort();
}

const reads: Rule = {
  id: "ISO-08",
  severity: "high",
  title: "A cell reads no existing resources",
  blocks:
    "`.get` and StackReferences in a cell or for a cell; found by `cells check` and in exported states, because engines do not pass reads to policies",
  fix: "create the resource inside the cell, or list the foundation's stack under stacks in policy/register.yaml",
  origin: "cell anti-pattern: leaky cells; engine: pulumi/pulumi#3950",
  stack: foreignReads,
};

/** What cannot be judged: unknown without a source in the cell, not fully readable, or interrupted. */
function open(graph: Graph, resource: Resource): readonly Verdict[] {
  const interrupted = resource.unsettled === undefined ? [] : [undecided(resource, undefined, resource.unsettled)];
  return [...interrupted, ...unread(graph, resource), ...strangers(graph, resource)];
}

function unread(graph: Graph, resource: Resource): readonly Verdict[] {
  const context = graph.context(resource);
  if (context === undefined || resource.type.startsWith("cells:") || resource.isRead === true) return [];
  const { scan, cell } = context;
  const unreadable = scan.unread.map(({ path, reason }) => undecided(resource, path, reason));
  const sealed = (resource.sealed ?? []).map((path) =>
    undecided(resource, path, "it is encrypted: export with --show-secrets"),
  );
  const unknown = scan.unknown.flatMap((path): readonly Verdict[] => {
    const sources = resource.propertyDependencies[path.split(".")[0] ?? path] ?? [];
    const isOwn = sources.length > 0 && sources.every((source) => isBelow(graph, source, cell));
    return isOwn
      ? []
      : [
          undecided(
            resource,
            path,
            "its value is not known yet, and it is not computed only from the cell's own resources",
          ),
        ];
  });
  return [...unreadable, ...sealed, ...unknown];
}

function isBelow(graph: Graph, source: Resource, cell: string): boolean {
  if (source.isRead === true) return false;
  const owner = graph.owner(source);
  return owner.kind === "cell" ? owner.id === cell : owner.kind === "layer" && owner.layer === "foundation";
}

const budget = configured(
  z.strictObject({
    maxAtPreview: z
      .int()
      .min(0)
      .optional()
      .describe("Most undecided values that a preview may have; no limit by default. After `up` there may be none."),
  }),
  {
    id: "ISO-18",
    severity: "medium",
    title: "What cannot be judged is reported",
    blocks:
      "nothing in a preview, which lists what is not known yet and ids that the stack did not create; after `up` the list must be empty before the cell takes traffic",
    fix: "check the value after `up`, or compute it from the cell's own resources",
    origin: "an unknown is never the same as clean",
    stack: (graph, { maxAtPreview = Infinity }) => {
      const found = graph.resources.flatMap((resource) => open(graph, resource));
      const [first] = found;
      if (first === undefined || found.length <= maxAtPreview) return found;
      return [
        ...found,
        verdict("violation", first, first.path, "more values are undecided than allowed", { evidence: "count" }),
      ];
    },
  },
);

/** Inputs whose changes must not be ignored. */
const sensitive = new RegExp(
  `^\\[?"?(?:${[
    "ingress|egress|cidrBlocks?|ipv6CidrBlocks?|cidrIpv[46]|prefixListIds?|referencedSecurityGroupId|sourceSecurityGroupId|securityGroups|vpcSecurityGroupIds|securityGroupIds|entries",
    "routes?|destinationCidrBlock|natGatewayId|gatewayId|vpcs|records|aliases|targetIps",
    "policy|assumeRolePolicy|inlinePolicies|managedPolicyArns|policyArn|accessPolicy|resourcePolicy|permissionsBoundary",
    "environment|userData|userDataBase64|containerDefinitions|kubeconfig",
    "replicateSourceDb|replicationSourceIdentifier|rules|topic|eventSourceArn|sourceArn|destinationArn",
    "spec(?!\\.replicas$)|data|stringData|binaryData|values",
  ].join("|")})"?\\]?(?:[.[]|$)`,
);

function masked(graph: Graph, resource: Resource): readonly Verdict[] {
  const cell = graph.cell(resource);
  if (cell === undefined) return [];
  const ignored = (resource.ignoreChanges ?? [])
    .filter((path) => sensitive.test(path) || path === "*")
    .map((path) =>
      violation(
        resource,
        path,
        "changes of this input are ignored, so the deployed value may differ from the one that was checked",
      ),
    );
  const tied = resource.deletedWith === undefined ? undefined : graph.find(resource.deletedWith);
  const other = tied === undefined ? undefined : graph.cell(tied);
  if (other === undefined || other === cell) return ignored;
  const message = `this resource of ${cell} is deleted when one of ${other} is`;
  return [
    ...ignored,
    verdict("coupling", resource, undefined, message, { evidence: "deletedWith", owners: [cell, other] }),
  ];
}

const masking: Rule = {
  id: "ISO-20",
  severity: "medium",
  title: "No option hides a leak",
  blocks: "ignoreChanges on inputs that allow traffic or access, and deletedWith on another cell's resource",
  fix: "remove the option",
  origin: "cell anti-pattern: leaky cells",
  stack: (graph) => graph.resources.flatMap((resource) => masked(graph, resource)),
};

/** Where values come from, and what could not be judged. */
export const provenanceRules: readonly Rule[] = [provenance, reads, budget, masking];
