import { regions } from "../../catalog/regions";
import type { Resource } from "../core/resource";
import type { OwnedContext } from "../core/context";
import { undecided, violation, type Rule, type Verdict } from "../core/rule";
import { items, read } from "../core/value";
import { parseArn } from "../literals/extract";

/** True for a region where a cell's data may be: listed in the catalog, else of the same area (`eu-*`). */
function isAllowed(region: string, { print }: OwnedContext): boolean {
  if (print?.allowedRegions !== undefined) return print.allowedRegions.has(region);
  return print?.region === undefined || area(region) === area(print.region);
}

/** `eu-west-1` is eu, `us-gov-west-1` is us-gov. */
function area(region: string): string {
  return region.replace(/-[a-z]+-\d+$/, "");
}

/** Region of a text that is a region, a zone or an ARN; undefined when it names none. */
function regionOf(text: string): string | undefined {
  const arn = parseArn(text);
  const name = arn === undefined ? text.replace(/(\d)[a-z]$/, "$1") : arn.region;
  return regions.has(name) ? name : undefined;
}

function judged(resource: Resource, path: string, context: OwnedContext, message: string): readonly Verdict[] {
  const found = read(resource.props, path);
  if (found.state === "absent") return [];
  if (found.state === "unknown") return [undecided(resource, path, "the region is not known yet")];
  const region = regionOf(String(found.value));
  if (region === undefined || isAllowed(region, context)) return [];
  return [violation(resource, path, message, { evidence: "region", owners: [context.cell, "another residency"] })];
}

const regionAllowed: Rule = {
  id: "SOV-01",
  severity: "critical",
  title: "A cell stays in its residency area",
  blocks: "a cell's provider, or a resource's own region or zone, outside the regions of the cell's locality",
  fix: "use a region of the cell's locality in the catalog",
  origin: "cell-based architecture: compliance routing",
  owned: (resource, context) => {
    if (resource.type !== "pulumi:providers:aws" && !resource.type.startsWith("aws:")) return [];
    const outside = "it is outside the cell's residency area";
    const own = resource.type === "pulumi:providers:aws" ? ["region"] : ["region", "availabilityZone"];
    const zones = items(resource.props, "availabilityZones").map((_, index) => `availabilityZones.${index}`);
    return [...own, ...zones].flatMap((path) => judged(resource, path, context, outside));
  },
};

interface Copy {
  readonly type: RegExp;
  /** Paths with `*` for every element of a list. */
  readonly paths: readonly string[];
  /** True where the input's presence means that data leave the region, for any value. */
  readonly byPresence?: true;
}

/** Inputs that copy data to another place. */
const copies: readonly Copy[] = [
  { type: /^aws:backup\/plan:/, paths: ["rules.*.copyActions.*.destinationVaultArn"] },
  { type: /^aws:dynamodb\/table:/, paths: ["replicas.*.regionName"] },
  { type: /^aws:dynamodb\/tableReplica:/, paths: ["region", "globalTableArn"] },
  { type: /^aws:dynamodb\/globalTable:/, paths: ["replicas.*.regionName"] },
  { type: /^aws:secretsmanager\/secret:/, paths: ["replicas.*.region"] },
  { type: /^aws:ecr\/replicationConfiguration:/, paths: ["replicationConfiguration.rules.*.destinations.*.region"] },
  { type: /^aws:rds\/instanceAutomatedBackupsReplication:/, paths: ["sourceDbInstanceArn"] },
  {
    type: /^aws:rds\/(?:instance|cluster):/,
    paths: ["replicateSourceDb", "replicationSourceIdentifier", "sourceRegion"],
  },
  {
    type: /^aws:rds\/(?:snapshotCopy|clusterSnapshotCopy):/,
    paths: ["destinationRegion", "sourceDbSnapshotIdentifier"],
  },
  { type: /^aws:ebs\/snapshotCopy:/, paths: ["sourceRegion"] },
  { type: /^aws:ec2\/amiCopy:/, paths: ["sourceAmiRegion"] },
  { type: /^aws:(?:kms\/replicaKey|kms\/replicaExternalKey):/, paths: ["primaryKeyArn"] },
  { type: /^aws:efs\/replicationConfiguration:/, paths: ["destination.region"] },
  { type: /^aws:msk\/replicator:/, paths: ["kafkaClusters.*.amazonMskCluster.mskClusterArn"] },
  {
    type: /^aws:s3\/(?:bucket|bucketReplicationConfig|bucketReplicationConfiguration):/,
    paths: ["rules.*.destination.bucket", "replicationConfiguration.rules.*.destination.bucket"],
    byPresence: true,
  },
  { type: /^aws:kms\/key:/, paths: ["multiRegion"], byPresence: true },
  {
    type: /^aws:(?:rds\/globalCluster|elasticache\/globalReplicationGroup|docdb\/globalCluster|neptune\/globalCluster):/,
    paths: [""],
    byPresence: true,
  },
];

/** The paths of a pattern that exist in an object. */
function expand(bag: object, pattern: string): readonly string[] {
  const [head, ...rest] = pattern.split(".*");
  if (rest.length === 0) return [pattern];
  const tail = rest.join(".*");
  const found = read(bag, head!);
  if (found.state !== "known") return found.state === "unknown" ? [head!] : [];
  const isList = Array.isArray(found.value);
  return items(bag, head!).flatMap((_, index) => expand(bag, `${isList ? `${head}.${index}` : head}${tail}`));
}

const byType = new Map<string, readonly Copy[]>();

/** The rows of a type; a stack has many resources of few types. */
function copiesOf(type: string): readonly Copy[] {
  let known = byType.get(type);
  if (known === undefined) byType.set(type, (known = copies.filter((copy) => copy.type.test(type))));
  return known;
}

function copied(resource: Resource, context: OwnedContext): readonly Verdict[] {
  const leaves = "a copy of the cell's data leaves its residency area";
  return copiesOf(resource.type).flatMap(({ paths, byPresence }) => {
    return paths.flatMap((pattern): readonly Verdict[] => {
      const details = { evidence: "copy", owners: [context.cell, "another residency"] as const };
      if (pattern === "")
        return [violation(resource, undefined, "it copies the cell's data to other regions", details)];
      return expand(resource.props, pattern).flatMap((path) => {
        if (byPresence === undefined) return judged(resource, path, context, leaves);
        const found = read(resource.props, path);
        if (found.state === "absent" || (found.state === "known" && found.value === false)) return [];
        const region = found.state === "known" && typeof found.value === "string" ? regionOf(found.value) : undefined;
        if (region !== undefined) return judged(resource, path, context, leaves);
        if (found.state === "known" && found.value === true)
          return [violation(resource, path, "the key may be used in other regions", details)];
        return [undecided(resource, path, "the target's region cannot be determined from its name")];
      });
    });
  });
}

const copyOut: Rule = {
  id: "SOV-02",
  severity: "critical",
  title: "No copy of a cell's data leaves its residency area",
  blocks:
    "backup copies, snapshot copies, replicas, replicated secrets, buckets and tables, multi-region keys and global stores outside the locality's regions",
  fix: "copy only to another region of the cell's locality",
  origin: "cell-based architecture: data sovereignty",
  owned: copied,
};

/** Sovereignty: where data may be. */
export const sovereignty: readonly Rule[] = [regionAllowed, copyOut];
