import type { Graph } from "../core/graph";
import type { Resource } from "../core/resource";
import type { OwnedContext } from "../core/context";
import { undecided, verdict, violation, type Description, type Rule, type Verdict } from "../core/rule";
import { staleHours } from "../fingerprints/elsewhere";
import { contentOf } from "../literals/content";
import { leaves } from "../literals/walk";
import { foreignResolvers, groupsOfAccounts, unseenLists } from "./borrowed";
import { crossings } from "./edges";
import { edgeRules, isAnswer, ruleOfPlace } from "./places";

/** Findings of the scan that a rule speaks about. IAM documents are ISO-13's wherever they are. */
function literals(id: string): NonNullable<Rule["owned"]> {
  return (resource, { cell, scan }) =>
    scan.references.flatMap(({ path, hit, isProse }): readonly Verdict[] => {
      const place =
        hit.evidence.startsWith("iam:") && !isAnswer(resource, path) ? "ISO-13" : ruleOfPlace(resource, path);
      if ((isProse ? "ISO-05" : place) !== id) return [];
      const details = { evidence: hit.evidence, owners: [cell, hit.cell] as const };
      if (isProse) return [verdict("advisory", resource, path, `a text for people names ${hit.cell}`, details)];
      return [violation(resource, path, `it refers to ${hit.cell}`, details)];
    });
}

/** Inputs computed from another cell at a rule's places: told by the edge alone, so that unknown values count. */
function edges(id: string): NonNullable<Rule["stack"]> {
  return (graph) =>
    graph.resources.flatMap((resource) => {
      const cell = graph.cell(resource);
      if (cell === undefined || resource.type.startsWith("cells:")) return [];
      return crossings(graph, resource, cell).flatMap(({ input, source, other }) => {
        if (input === undefined || ruleOfPlace(resource, input) !== id) return [];
        return [
          violation(resource, input, `it is computed from ${source.name} of ${other}`, {
            evidence: "edge",
            owners: [cell, other],
          }),
        ];
      });
    });
}

function placed(rule: Description & Pick<Rule, "acceptedBy">, more: Pick<Rule, "stack" | "owned"> = {}): Rule {
  const byEdge = edgeRules.has(rule.id) ? edges(rule.id) : undefined;
  const stack: NonNullable<Rule["stack"]> = (graph, settings) => [
    ...(byEdge?.(graph, settings) ?? []),
    ...(more.stack?.(graph, settings) ?? []),
  ];
  const byText = literals(rule.id);
  const owned: NonNullable<Rule["owned"]> = (resource, context, settings) => [
    ...byText(resource, context, settings),
    ...(more.owned?.(resource, context, settings) ?? []),
  ];
  return { ...rule, owned, ...(byEdge === undefined && more.stack === undefined ? {} : { stack }) };
}

/** Entries of prefix lists that a cell's rules name: the list may be anybody's, its entries open the cell's way. */
function prefixLists(graph: Graph): readonly Verdict[] {
  const lists = graph.ofType("aws:ec2/managedPrefixList:ManagedPrefixList");
  if (lists.length === 0) return [];
  const entries = graph.ofType("aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry");
  return graph.resources.flatMap((resource) => {
    const context = graph.context(resource);
    if (context === undefined) return [];
    return Object.entries(resource.propertyDependencies).flatMap(([input, sources]) =>
      sources
        .filter((source) => lists.includes(source) && graph.cell(source) !== context.cell)
        .flatMap((list) => [
          list,
          ...entries.filter((entry) => (entry.propertyDependencies["prefixListId"] ?? []).includes(list)),
        ])
        .flatMap((holder) => opened(resource, input, holder, context)),
    );
  });
}

function opened(
  resource: Resource,
  input: string,
  holder: Resource,
  { cell, prints }: OwnedContext,
): readonly Verdict[] {
  for (const leaf of leaves(holder.props)) {
    if (leaf.kind === "unknown") return [undecided(resource, input, `an entry of ${holder.name} is not known yet`)];
    if (leaf.kind !== "text") continue;
    for (const literal of contentOf(leaf.text).literals) {
      const hit = literal.kind === "cidr" ? prints.foreign(literal, cell, true) : undefined;
      if (hit !== undefined) {
        const message = `an entry of ${holder.name} holds addresses of ${hit.cell}`;
        return [violation(resource, input, message, { evidence: hit.evidence, owners: [cell, hit.cell] })];
      }
    }
  }
  return [];
}

/** Values that carry text from whoever wrote them to whoever reads them. */
const carriers = /^aws:(?:ssm\/parameter|secretsmanager\/secretVersion|s3\/bucketObject(?:v2)?|appconfig\/\w+):/;

/** A neutral place with another cell's address in it, read by a cell. */
function carried(graph: Graph): readonly Verdict[] {
  return graph.resources.flatMap((resource) => {
    const context = graph.context(resource);
    if (context === undefined || resource.type.startsWith("cells:")) return [];
    return Object.entries(resource.propertyDependencies).flatMap(([input, sources]) =>
      sources
        .filter((source) => carriers.test(source.type) && graph.cell(source) === undefined)
        .flatMap((source): readonly Verdict[] => {
          const hit = firstForeign(source, context);
          if (hit === undefined) return [];
          const message = `${source.name} holds something of ${hit.cell}`;
          return [violation(resource, input, message, { evidence: hit.evidence, owners: [context.cell, hit.cell] })];
        }),
    );
  });
}

/** Fingerprints of other stacks that are so old that cells may have changed since. */
function stale({ known: { elsewhere = [], now } }: Graph): readonly Verdict[] {
  return elsewhere.flatMap(({ source, environment, exportedAt }) => {
    const hours = (now.getTime() - exportedAt.getTime()) / 3_600_000;
    if (hours <= staleHours) return [];
    const message = `the fingerprints of ${environment} are ${Math.floor(hours)} hours old: export them again`;
    return [verdict("advisory", { urn: source }, undefined, message, { evidence: "fingerprints" })];
  });
}

function firstForeign(source: Resource, { cell, prints }: OwnedContext): ReturnType<typeof prints.foreign> {
  for (const leaf of leaves(source.props)) {
    if (leaf.kind !== "text" || /^(?:tags|description|name|key)/.test(leaf.path)) continue;
    for (const literal of contentOf(leaf.text).literals) {
      const hit = prints.foreign(literal, cell);
      if (hit !== undefined) return hit;
    }
  }
  return undefined;
}

const foreignLiteral = placed(
  {
    id: "ISO-05",
    severity: "critical",
    title: "No cell names another's things",
    blocks:
      "an id, ARN, host, CIDR, account or name of another cell in any input, however it is encoded; texts for people are told only",
    fix: "use the own cell's output",
    origin: "pattern: independent infrastructure per cell; anti-pattern: leaky cells",
    acceptedBy: "transfers",
  },
  { stack: (graph) => [...carried(graph), ...stale(graph)] },
);

const settledLiteral = placed({
  id: "ISO-06",
  severity: "critical",
  title: "The cloud's answers name no other cell",
  blocks:
    "something of another cell in what the cloud answered: told after `up`, and by the verifier in an exported state",
  fix: "find what made the answer: a default of the account, or a change by hand; then make the cell's own",
  origin: "anti-pattern: leaky cells; values that escape from an apply",
});

const gates = placed(
  {
    id: "ISO-12",
    severity: "critical",
    title: "Security groups let no other cell in or out",
    blocks:
      "a rule of a security group, network ACL or prefix list with addresses inside, equal to or around another cell's block, or its group",
    fix: "name the own cell's block or security group",
    origin: "anti-pattern: leaky cells; AWS: least privilege in security groups",
    acceptedBy: "transfers",
  },
  {
    owned: (resource, { cell }) => groupsOfAccounts(resource, cell),
    stack: (graph) => [...prefixLists(graph), ...unseenLists(graph)],
  },
);

const iam = placed({
  id: "ISO-13",
  severity: "high",
  title: "Policies reach no other cell",
  blocks:
    "an identity, trust, resource, key or endpoint policy that names another cell, or whose wildcard matches one without a condition that holds it to the own cell",
  fix: "end names before the wildcard (cell-1-*, not cell-1*), or add a condition such as aws:ResourceTag/cell",
  origin: "anti-pattern: leaky cells; CKV_AWS_355",
  acceptedBy: "transfers",
});

const manifests = placed({
  id: "ISO-16",
  severity: "critical",
  title: "Kubernetes manifests name no other cell",
  blocks:
    "a Service, Ingress, ConfigMap, Secret, environment, network policy, annotation or chart value with something of another cell",
  fix: "use the own cell's hosts, roles and blocks",
  origin: "pattern: independent infrastructure per cell",
});

const boots = placed({
  id: "ISO-17",
  severity: "critical",
  title: "Nothing that starts a machine names another cell",
  blocks:
    "user data, launch templates, SSM documents and container definitions with something of another cell, in base64 and gzip too",
  fix: "give the machine its own cell's hosts",
  origin: "pattern: independent infrastructure per cell",
});

const copies = placed({
  id: "ISO-14",
  severity: "critical",
  title: "No store is filled from another cell",
  blocks: "replicas, restores, replicators, connectors and copies whose source or target is another cell's",
  fix: "replicate inside the cell; tenants move by the move operation, under its own window",
  origin: "pattern: knowledge partitioning, cell rebalancing",
  acceptedBy: "transfers",
});

const events = placed({
  id: "ISO-15",
  severity: "high",
  title: "No cell listens to another",
  blocks: "subscriptions, event targets, event sources and log filters between two cells",
  fix: "subscribe to the own cell's topics and queues",
  origin: "anti-pattern: leaky cells",
  acceptedBy: "transfers",
});

const records = placed({
  id: "NET-06",
  severity: "high",
  title: "Records point into the own cell",
  blocks: "a DNS record of one cell that points to another, or is written into another's zone",
  fix: "point the record to the own cell's host",
  origin: "pattern: independent infrastructure per cell (dns_zone)",
});

const resolvers = placed(
  {
    id: "NET-07",
    severity: "high",
    title: "A cell resolves names by itself",
    blocks:
      "resolver rules that forward to another cell's addresses or speak of its zone, and rules, profiles and firewall groups that come from elsewhere",
    fix: "make the rule inside the cell and forward to its own resolver; what AWS or a reviewed foundation shares goes into policy/register.yaml",
    origin: "anti-pattern: leaky cells; AWS: Route 53 Resolver rules",
  },
  { stack: foreignResolvers },
);

/** References by text and by input, sorted by the place where they are. */
export const references: readonly Rule[] = [
  foreignLiteral,
  settledLiteral,
  gates,
  iam,
  copies,
  events,
  manifests,
  boots,
  records,
  resolvers,
];
