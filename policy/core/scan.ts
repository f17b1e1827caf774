import type { Fingerprints, Hit } from "../fingerprints/fingerprints";
import { reachOf, reachOfManaged, type DocumentUse } from "../fingerprints/iam";
import { parseBlock } from "../literals/block";
import { contentOf, isVersion } from "../literals/content";
import { leaves } from "../literals/walk";
import type { Resource } from "./resource";
import { read } from "./value";

/** A text of a cell's resource that refers to another cell. */
interface Reference {
  readonly path: string;
  readonly hit: Hit;
  /** True in a text for people: reported, never blocked. */
  readonly isProse: boolean;
}

/** What one resource's properties contain. */
export interface Scan {
  readonly references: readonly Reference[];
  /** Paths whose value is not known yet. */
  readonly unknown: readonly string[];
  /** Paths that could not be read to their end, with the reason. */
  readonly unread: readonly { readonly path: string; readonly reason: string }[];
}

/** Properties with texts for people. */
const prose =
  /(?:^|\.)(?:description|comment|comments|note|notes|alarmDescription|displayName|markdown|title)(?:\.|$)|^(?:tags|tagsAll|defaultTags)(?:\.|$)/i;

/** Maps whose keys are names of variables and files: a variable may be called `NOTE`. */
const variables =
  /^(?:environment|environmentVariables|data|stringData|binaryData|parameters|attributes|connectionProperties|keepers)\./;

/** True for a text that people read and no machine does. */
function isProse(path: string): boolean {
  return prose.test(path) && !variables.test(path);
}

/** Resources whose blocks allow or route traffic: a block that contains a cell's block lets the cell in. */
const ways =
  /^aws:(?:ec2\/(?:securityGroup|securityGroupRule|defaultSecurityGroup|networkAcl|networkAclRule|managedPrefixList|managedPrefixListEntry|route|routeTable|defaultRouteTable|defaultNetworkAcl)|ec2transitgateway\/|ec2clientvpn\/|vpc\/)|^kubernetes:(?:networking|security\.istio\.io)|^kubernetes:.*NetworkPolicy$/;

/** Properties of other resources that do the same. */
const wayPaths =
  /\.loadBalancerSourceRanges\.|\.(?:service\.beta\.kubernetes\.io\/load-balancer-source-ranges|alb\.ingress\.kubernetes\.io\/inbound-cidrs)$/;

/** Properties that contain an account's number and nothing else. */
const accounts =
  /(?:^|\.)(?:accounts?|accountIds?|awsAccountId|bucketAccountId|expectedBucketOwner|sourceOwner|sharedAccounts|principals?|ownerId|peerOwnerId|registryId|sourceAccount|targetAccountId|userId)(?:\.\d+)?$/i;

/** True for deny rules and exceptions, which keep cells out; GOV-02 judges the tag `cell`. */
function keepsOut(resource: Resource, path: string): boolean {
  if (/^tags(?:All)?\.cell$/.test(path)) return true;
  // A variable may be called `except` too.
  if (/\.(?:except|notNets|notIpBlocks|notRemoteIpBlocks)\.\d+$/.test(path)) return ways.test(resource.type);
  if (!/networkAcl/i.test(resource.type)) return false;
  const within = path.includes(".") ? path.replace(/\.[^.]*$/, ".action") : "ruleAction";
  const action = read(resource.props, within);
  return action.state === "known" && action.value === "deny";
}

/** Everything in a cell's resource that refers to other cells, and what could not be read. Pure. */
export function scanResource(resource: Resource, cell: string, prints: Fingerprints): Scan {
  const references: Reference[] = [];
  const unknown: string[] = [];
  const unread: { path: string; reason: string }[] = [];
  const isWayType = ways.test(resource.type);
  const use = resource.type === "aws:ec2/vpcEndpoint:VpcEndpoint" ? "endpoint" : "any";
  for (const leaf of leaves(resource.props)) {
    const { path, kind } = leaf;
    if (kind === "unknown") unknown.push(path);
    else if (kind === "limit") unread.push({ path, reason: leaf.reason });
    else if (kind === "document") {
      const reached = strongest(reachOf(leaf.document, cell, prints, use));
      if (reached !== undefined) references.push({ path, hit: reached, isProse: false });
    } else if (isVersion(path) && !variables.test(path) && parseBlock(leaf.text)?.prefix === 32) continue;
    else if (!keepsOut(resource, path)) {
      const { hit, reached, limit } = seen(leaf.text, cell, prints, isWayType || wayPaths.test(path), use);
      // A variable with a version in its name: perhaps an address.
      const isOpen = hit?.evidence === "literal:cidr" && /version$/i.test(path) && parseBlock(leaf.text)?.prefix === 32;
      if (hit !== undefined) references.push({ path, hit: isOpen ? { ...hit, isOpen } : hit, isProse: isProse(path) });
      // A boundary gives nothing.
      const managed = /boundary/i.test(path) ? undefined : reachOfManaged(leaf.text, cell, prints);
      if (managed !== undefined) references.push({ path, hit: managed, isProse: false });
      const account =
        /^\d{12}$/.test(leaf.text) && accounts.test(path) ? prints.foreignAccount(leaf.text, cell) : undefined;
      if (account !== undefined)
        references.push({ path, hit: { cell: account, evidence: "literal:account" }, isProse: false });
      if (reached !== undefined) references.push({ path, hit: reached, isProse: false });
      if (limit !== undefined) unread.push({ path, reason: limit });
    }
  }
  return { references, unknown, unread };
}

/** The first certain hit, or else the first open one. */
function strongest(hits: readonly Hit[]): Hit | undefined {
  return hits.find(({ isOpen }) => isOpen !== true) ?? hits[0];
}

/** What one text refers to, seen from one cell. */
interface Seen {
  readonly hit: Hit | undefined;
  /** What its IAM documents give access to. */
  readonly reached: Hit | undefined;
  readonly limit: string | undefined;
}

/** Most texts of a cell (tags, zones, its own id) appear in many resources. */
const memory = new WeakMap<Fingerprints, Map<string, Map<string, Seen>>>();

function seen(text: string, cell: string, prints: Fingerprints, isWay: boolean, use: DocumentUse): Seen {
  let kinds = memory.get(prints);
  if (kinds === undefined) memory.set(prints, (kinds = new Map()));
  const kind = `${cell}\n${isWay ? "way" : ""}\n${use}`;
  let texts = kinds.get(kind);
  if (texts === undefined) kinds.set(kind, (texts = new Map()));
  const known = texts.get(text);
  if (known !== undefined) return known;
  const content = contentOf(text);
  const made: Seen = {
    hit: firstHit(content, cell, prints, isWay),
    reached: strongest(content.documents.flatMap((document) => reachOf(document, cell, prints, use))),
    limit: content.limit,
  };
  if (text.length < 1000) texts.set(text, made);
  return made;
}

function firstHit(
  content: ReturnType<typeof contentOf>,
  cell: string,
  prints: Fingerprints,
  isWay: boolean,
): Hit | undefined {
  let open: Hit | undefined;
  for (const literal of content.literals) {
    const hit = prints.foreign(literal, cell, isWay);
    if (hit !== undefined && hit.isOpen !== true) return hit;
    open ??= hit;
  }
  for (const word of content.words) {
    const hit = prints.foreignWord(word, cell);
    if (hit !== undefined) return hit;
  }
  for (const name of content.bare) {
    const hit = prints.foreign({ kind: "name", name }, cell);
    if (hit !== undefined)
      return hit.evidence === "literal:id" || prints.foreignWord(name, cell) ? hit : { ...hit, isOpen: true };
  }
  return open;
}
