import type { Graph } from "../core/graph";
import { undecided, verdict, violation, type Description, type Rule, type Verdict } from "../core/rule";
import { staleHours } from "../fingerprints/elsewhere";
import { foreignResolvers, groupsOfAccounts, unseenLists } from "./borrowed";
import { crossings } from "./edges";
import { edgeRules, isAnswer, ruleOfPlace } from "./places";
import { selectedBy } from "./selectors";
import { overShared } from "./shared";

/** Violations for the references that a rule judges. ISO-13 judges all IAM documents. */
function literals(id: string): NonNullable<Rule["owned"]> {
  return (resource, { cell, scan }) =>
    scan.references.flatMap(({ path, hit, isProse }): readonly Verdict[] => {
      const place =
        hit.evidence.startsWith("iam:") && !isAnswer(resource, path) ? "ISO-13" : ruleOfPlace(resource, path);
      if ((isProse ? "ISO-05" : place) !== id) return [];
      const details = { evidence: hit.evidence, owners: [cell, hit.cell] as const };
      if (isProse) return [verdict("advisory", resource, path, `a descriptive text names ${hit.cell}`, details)];
      if (hit.isOpen === true)
        return [
          undecided(
            resource,
            path,
            hit.evidence.startsWith("iam:")
              ? `it reaches ${hit.cell} unless a condition on the resource names its own cell`
              : `it may refer to ${hit.cell}`,
            details,
          ),
        ];
      return [violation(resource, path, `it refers to ${hit.cell}`, details)];
    });
}

/** Inputs that a rule judges and that are computed from another cell. Their values may be unknown. */
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
    ...overShared(graph, rule.id),
    ...(more.stack?.(graph, settings) ?? []),
  ];
  const byText = literals(rule.id);
  const owned: NonNullable<Rule["owned"]> = (resource, context, settings) => [
    ...byText(resource, context, settings),
    ...selectedBy(resource, context, rule.id),
    ...(more.owned?.(resource, context, settings) ?? []),
  ];
  return { ...rule, owned, stack };
}

/** Fingerprints of other stacks that are too old: cells may have changed since. */
function stale({ known: { elsewhere = [], now } }: Graph): readonly Verdict[] {
  return elsewhere.flatMap(({ source, environment, exportedAt }) => {
    const hours = (now.getTime() - exportedAt.getTime()) / 3_600_000;
    if (hours <= staleHours) return [];
    const message = `the fingerprints of ${environment} are ${Math.floor(hours)} hours old: export them again`;
    return [verdict("advisory", { urn: source }, undefined, message, { evidence: "fingerprints" })];
  });
}

const foreignLiteral = placed(
  {
    id: "ISO-05",
    severity: "critical",
    title: "No cell refers to another cell's resources",
    blocks:
      "an id, ARN, host, CIDR, account or name of another cell in any input, in any encoding; descriptive texts give only a note",
    fix: "use the cell's own output",
    origin: "cell-based architecture: independent infrastructure per cell; cell anti-pattern: leaky cells",
    acceptedBy: "transfers",
  },
  { stack: stale },
);

const settledLiteral = placed({
  id: "ISO-06",
  severity: "critical",
  title: "The cloud's responses refer to no other cell",
  blocks: "a reference to another cell in what the cloud returned; found after `up`, and in an exported state",
  fix: "find the cause, such as an account's default or a manual change; then use the cell's own resource",
  origin: "cell anti-pattern: leaky cells; values that escape from an apply",
});

const gates = placed(
  {
    id: "ISO-12",
    severity: "critical",
    title: "Security groups let no other cell in or out",
    blocks:
      "a rule of a security group, network ACL or prefix list that names another cell's group, or addresses that overlap another cell's block",
    fix: "name the cell's own block or security group",
    origin: "cell anti-pattern: leaky cells; AWS: least privilege in security groups",
    acceptedBy: "transfers",
  },
  {
    owned: (resource, { cell }) => groupsOfAccounts(resource, cell),
    stack: unseenLists,
  },
);

const iam = placed({
  id: "ISO-13",
  severity: "high",
  title: "Policies reach no other cell",
  blocks:
    "an identity, trust, resource, key or endpoint policy that names another cell, or whose wildcard matches one without a condition on the resource that names its own cell; conditions on the caller, the shared account or the organisation are not enough",
  fix: "end names before the wildcard (cell-1-*, not cell-1*), or add a condition such as aws:ResourceTag/cell",
  origin: "cell anti-pattern: leaky cells; CKV_AWS_355",
  acceptedBy: "transfers",
});

const manifests = placed({
  id: "ISO-16",
  severity: "critical",
  title: "Kubernetes manifests refer to no other cell",
  blocks:
    "a Service, Ingress, ConfigMap, Secret, environment, network policy, annotation or chart value that refers to another cell",
  fix: "use the cell's own hosts, roles and blocks",
  origin: "cell-based architecture: independent infrastructure per cell",
});

const boots = placed({
  id: "ISO-17",
  severity: "critical",
  title: "No start-up script refers to another cell",
  blocks:
    "user data, launch templates, SSM documents and container definitions that refer to another cell, also in base64 and gzip",
  fix: "use the hosts of the machine's own cell",
  origin: "cell-based architecture: independent infrastructure per cell",
});

const copies = placed({
  id: "ISO-14",
  severity: "critical",
  title: "No store is filled from another cell",
  blocks: "replicas, restores, replicators, connectors and copies whose source or target is another cell's",
  fix: "replicate inside the cell; move tenants with the move operation, in its time window",
  origin: "cell-based architecture: knowledge partitioning, cell rebalancing",
  acceptedBy: "transfers",
});

const events = placed({
  id: "ISO-15",
  severity: "high",
  title: "No cell receives another cell's events",
  blocks:
    "subscriptions, event targets, event sources and log filters between two cells, also in a resource outside the cells",
  fix: "subscribe to the cell's own topics and queues",
  origin: "cell anti-pattern: leaky cells",
  acceptedBy: "transfers",
});

const records = placed({
  id: "NET-06",
  severity: "high",
  title: "DNS records point to their own cell",
  blocks: "a DNS record of one cell that points to another cell, or is in another cell's zone",
  fix: "point the record to the cell's own host",
  origin: "cell-based architecture: independent infrastructure per cell",
});

const resolvers = placed(
  {
    id: "NET-07",
    severity: "high",
    title: "A cell uses its own name resolution",
    blocks:
      "resolver rules that forward to another cell's addresses or contain its zone, and rules, profiles and firewall groups from outside the cell",
    fix: "create the rule inside the cell and forward to its own resolver; register what AWS or a reviewed foundation shares in policy/register.yaml",
    origin: "cell anti-pattern: leaky cells; AWS: Route 53 Resolver rules",
  },
  { stack: foreignResolvers },
);

/** References by text and by input, by the place where they appear. */
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
