import type { Graph } from "../core/graph";
import type { Resource } from "../core/resource";
import { undecided, verdict, violation, type Rule, type Verdict } from "../core/rule";
import { property, read, type Value } from "../core/value";

/** Tags that say whose a resource is and whose data it may hold. */
export const requiredTags = ["cell", "environment", "locality", "data-residency", "managed-by"] as const;

/** What bills, holds data or carries traffic; the rest of a cell may be untagged because AWS takes no tags there. */
const tagged: ReadonlySet<string> = new Set([
  "aws:cloudwatch/logGroup:LogGroup",
  "aws:ec2/subnet:Subnet",
  "aws:ec2/vpc:Vpc",
  "aws:eks/cluster:Cluster",
  "aws:eks/nodeGroup:NodeGroup",
  "aws:elasticache/cluster:Cluster",
  "aws:elasticache/replicationGroup:ReplicationGroup",
  "aws:kms/key:Key",
  "aws:lb/loadBalancer:LoadBalancer",
  "aws:mq/broker:Broker",
  "aws:msk/cluster:Cluster",
  "aws:rds/instance:Instance",
  "aws:route53/zone:Zone",
  "aws:secretsmanager/secret:Secret",
  "aws:sns/topic:Topic",
]);

/** A tag as AWS will have it: the resource's own before the provider's default. */
function tag(resource: Resource, name: string): Value {
  const places = [read(resource.props, "tags"), read(resource.props, "tagsAll"), defaults(resource)];
  for (const place of places) {
    if (place.state === "unknown") return place;
    if (place.state === "absent" || typeof place.value !== "object" || place.value === null) continue;
    const found = property(place.value, name);
    if (found.state !== "absent") return found;
  }
  return { state: "absent" };
}

/** Default tags of an explicit provider: an object, or the JSON text in which the SDK sends it. */
function defaults(resource: Resource): Value {
  if (resource.provider === undefined) return { state: "absent" };
  const found = read(resource.provider.props, "defaultTags");
  if (found.state !== "known") return found;
  const bag = typeof found.value === "string" ? parsed(found.value) : found.value;
  return typeof bag === "object" && bag !== null ? read(bag, "tags") : { state: "absent" };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function each(graph: Graph, check: (resource: Resource, cell: string) => readonly Verdict[]): readonly Verdict[] {
  return graph.resources.flatMap((resource) => {
    const cell = graph.cell(resource);
    return cell === undefined || !resource.type.startsWith("aws:") ? [] : check(resource, cell);
  });
}

const present: Rule = {
  id: "GOV-01",
  severity: "medium",
  title: "Whatever bills or holds data says whose it is",
  blocks: `a database, cache, broker, cluster, network, key or secret of a cell without the tags ${requiredTags.join(", ")}`,
  fix: "leave the cell's provider its default tags",
  origin: "AWS: tagging best practices; pattern: cost analysis and ownership",
  stack: (graph) =>
    each(graph, (resource) => {
      if (!tagged.has(resource.type)) return [];
      return requiredTags.flatMap((name): readonly Verdict[] => {
        const found = tag(resource, name);
        if (found.state === "unknown") return [undecided(resource, `tags.${name}`, "the tag is not known yet")];
        return found.state === "absent" ? [violation(resource, `tags.${name}`, `the tag ${name} is missing`)] : [];
      });
    }),
};

const agreement: Rule = {
  id: "GOV-02",
  severity: "high",
  title: "The cell tag names the owner",
  blocks: "a resource of one cell that is tagged as another's: costs, alarms and clean-ups would go to the wrong cell",
  fix: "leave the tag cell to the cell's provider",
  origin: "pattern: cognitive boundaries",
  stack: (graph) =>
    each(graph, (resource, cell) => {
      const found = tag(resource, "cell");
      if (found.state === "unknown") return [undecided(resource, "tags.cell", "the tag is not known yet")];
      if (found.state === "absent" || found.value === cell) return [];
      return [violation(resource, "tags.cell", `the tag names another owner than ${cell}`)];
    }),
};

/** Longest that a finding may stay excepted, in days. */
const longestException = 90;

const day = 86_400_000;

const expiry: Rule = {
  id: "GOV-04",
  severity: "high",
  title: "What is agreed ends on a day",
  blocks: `entries of policy/register.yaml whose last day is over, or exceptions of more than ${longestException} days`,
  fix: "end the exception, or have its owner agree to it again with a new day",
  origin: "anti-pattern: leaky cells by permanent exception",
  stack: (graph) => {
    const { register, now } = graph.known;
    const entry = { urn: "policy/register.yaml" };
    const end = (text: string): number => Date.parse(text) + day;
    const told = (path: string, message: string): Verdict => verdict("violation", entry, path, message, { evidence: "register" });
    return [
      ...register.sharing.flatMap(({ expires }, at) => (end(expires) <= now.getTime() ? [told(`sharing.${at}`, "its last day is over")] : [])),
      ...register.exceptions.flatMap(({ expires }, at) => {
        if (end(expires) <= now.getTime()) return [told(`exceptions.${at}`, "its last day is over")];
        return end(expires) > now.getTime() + (longestException + 1) * day ? [told(`exceptions.${at}`, "it lasts too long")] : [];
      }),
    ];
  },
};

/** Tags, ownership, and what people have agreed. */
export const governance: readonly Rule[] = [present, agreement, expiry];
