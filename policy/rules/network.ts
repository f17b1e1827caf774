import { z } from "zod";

import { CidrError, overlaps, parseCidr, type CidrBlock } from "../../catalog/cidr";
import type { Graph } from "../core/graph";
import type { Resource } from "../core/resource";
import { configured, undecided, violation, type Rule, type Verdict } from "../core/rule";
import { read } from "../core/value";
import { parseBlock, relation, type AddressBlock } from "../literals/block";

const vpc = "aws:ec2/vpc:Vpc";
const secondary = "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation";

/** Private by RFC 1918. */
const privateBlocks = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"].map(parseCidr);

/** Reserved on every node or by AWS: Docker's bridge, and the metadata and time services. */
const reserved: readonly { readonly block: CidrBlock; readonly by: string }[] = [
  { block: parseCidr("172.17.0.0/16"), by: "Docker's bridge on every node" },
  { block: parseCidr("169.254.0.0/16"), by: "link-local services" },
];

function within(outer: CidrBlock, inner: CidrBlock): boolean {
  return overlaps(outer, inner) && outer.prefix <= inner.prefix;
}

/** Settings of NET-01. */
interface Pools {
  readonly pools: readonly string[];
  readonly reserved: readonly string[];
}

function valid(resource: Resource, { pools, reserved: more }: Pools): readonly Verdict[] {
  const path = "cidrBlock";
  const found = read(resource.props, path);
  if (found.state === "unknown") return [undecided(resource, path, "the block is not known yet")];
  if (found.state === "absent") return [violation(resource, path, "the network has no block of its own")];
  if (typeof found.value !== "string") return [violation(resource, path, "the block is not a text")];
  let block: CidrBlock;
  try {
    block = parseCidr(found.value);
  } catch (error) {
    if (error instanceof CidrError) return [violation(resource, path, `the block is not canonical: ${error.message}`)];
    throw error;
  }
  if (!privateBlocks.some((outer) => within(outer, block))) {
    return [violation(resource, path, "the block is not private (RFC 1918)")];
  }
  if (pools.length > 0 && !pools.map(parseCidr).some((pool) => within(pool, block))) {
    return [violation(resource, path, "the block is outside the allowed pools")];
  }
  const all = [...reserved, ...more.map((text) => ({ block: parseCidr(text), by: "a reserved block" }))];
  const taken = all.find((one) => overlaps(one.block, block));
  if (taken !== undefined) return [violation(resource, path, `the block overlaps the addresses of ${taken.by}`)];
  if (block.prefix < 16 || block.prefix > 24) return [violation(resource, path, "the block is not /16 to /24")];
  return [];
}

const block = z.string().refine((text) => parsed(text) !== undefined, "write a canonical block, e.g. 10.0.0.0/8");

const cidrValid = configured(
  z.strictObject({
    pools: z
      .array(block)
      .default([])
      .describe("Blocks that cells' networks must be inside; any private block by default."),
    reserved: z
      .array(block)
      .default([])
      .describe("Blocks that no cell may use, besides Docker's bridge and link-local addresses."),
  }),
  {
    id: "NET-01",
    severity: "high",
    title: "A cell's block is private and canonical",
    blocks: "a VPC whose CIDR has host bits, is public or reserved, or is not /16 to /24",
    fix: "take the block from the catalog's ledger",
    origin: "cell-based architecture: independent infrastructure per cell; RFC 1918; AWS: VPC CIDR blocks",
    resource: { types: [vpc, secondary], check: valid },
  },
);

interface Range {
  readonly resource: Resource;
  readonly owner: string;
  readonly first: number;
  /** One past the last address. */
  readonly end: number;
}

/** Sorts the blocks by address, so that each is compared only with blocks that begin before its end. */
function overlapping(graph: Graph): readonly Verdict[] {
  const verdicts: Verdict[] = [];
  const ranges: Range[] = [];
  for (const resource of graph.ofType(vpc, secondary)) {
    const found = read(resource.props, "cidrBlock");
    if (found.state === "unknown") {
      verdicts.push(undecided(resource, "cidrBlock", "the block is not known yet, so it may overlap another cell's"));
    } else if (found.state === "known") {
      const block = parsed(found.value);
      const owner = graph.cell(resource) ?? resource.urn;
      if (block !== undefined) ranges.push({ resource, owner, first: block.first, end: block.first + block.size });
    }
  }
  ranges.sort((one, other) => one.first - other.first);
  ranges.forEach((range, index) => {
    for (let next = index + 1; next < ranges.length; next += 1) {
      const other = ranges[next];
      if (other === undefined || other.first >= range.end) break;
      if (other.owner === range.owner) continue;
      const message = `the block overlaps that of ${graph.cell(range.resource) ?? range.resource.name}`;
      verdicts.push(violation(other.resource, "cidrBlock", message));
    }
  });
  return verdicts;
}

const cluster = "aws:eks/cluster:Cluster";

/** Overlapping IPv6 blocks of two owners, and clusters' service addresses that overlap a network. */
function others(graph: Graph): readonly Verdict[] {
  const at = (
    type: string,
    path: string,
  ): readonly { readonly resource: Resource; readonly block: AddressBlock; readonly owner: string }[] =>
    graph.ofType(type).flatMap((resource) => {
      const found = read(resource.props, path);
      const block = found.state === "known" && typeof found.value === "string" ? parseBlock(found.value) : undefined;
      return block === undefined ? [] : [{ resource, block, owner: graph.cell(resource) ?? resource.urn }];
    });
  const networks = at(vpc, "cidrBlock");
  const six = at(vpc, "ipv6CidrBlock");
  const path = "kubernetesNetworkConfig.serviceIpv4Cidr";
  const services = at(cluster, path);
  return [
    ...six.flatMap((one, index) =>
      six.slice(0, index).some((other) => other.owner !== one.owner && relation(one.block, other.block) !== "apart")
        ? [violation(one.resource, "ipv6CidrBlock", "the block overlaps another network's")]
        : [],
    ),
    ...services.flatMap(({ resource, block }) =>
      networks.some((other) => relation(block, other.block) !== "apart")
        ? [
            violation(
              resource,
              path,
              "the service addresses overlap a network's block, so pods could not reach that network",
            ),
          ]
        : [],
    ),
  ];
}

/** Undefined for a block that cannot be parsed, which NET-01 reports. */
function parsed(value: unknown): CidrBlock | undefined {
  if (typeof value !== "string") return undefined;
  try {
    return parseCidr(value);
  } catch {
    return undefined;
  }
}

const cidrOverlap: Rule = {
  id: "NET-02",
  severity: "critical",
  title: "No two cells share addresses",
  blocks:
    "VPCs of two cells, or of a cell and another owner, with overlapping blocks, also IPv6; a cluster's service addresses that overlap a network's block",
  fix: "take each cell's block from the catalog's ledger, which gives no block twice",
  origin: "cell-based architecture: independent infrastructure per cell",
  stack: (graph) => [...overlapping(graph), ...others(graph)],
};

/** Addresses. */
export const network: readonly Rule[] = [cidrValid, cidrOverlap];
