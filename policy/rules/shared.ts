import type { Graph } from "../core/graph";
import type { Resource } from "../core/resource";
import { scanResource } from "../core/scan";
import { undecided, violation, type Verdict } from "../core/rule";
import { identityOf } from "../fingerprints/identities";
import { allowing, reachOf } from "../fingerprints/iam";
import type { Hit } from "../fingerprints/fingerprints";
import { contentOf } from "../literals/content";
import { leaves } from "../literals/walk";
import { items } from "../core/value";
import { edgesOf } from "./edges";
import { edgeRules, ruleOfPlace } from "./places";

/** Types that change or extend what they depend on: a policy of a role, an entry of a list, a target of a rule. */
const attached =
  /(?:Policy|Policies|Attachment|Exclusive|Entry|Association|Rule|Target|Subscription|Permission|Version|Object|Objectv2|Item|Mapping|Notification|Route|Listener|Grant|Membership|Replication\w*|Destination|Filter|Config|Value|Alias)$/;

/** Shared things that list cells by design and pass nothing between them: stores of images and logs, keys, monitoring. */
const lists =
  /^aws:(?:ecr|ecrpublic|cloudtrail|acmpca|kms|budgets|resourcegroups|servicequotas)\/|^aws:s3\/(?!bucketNotification|bucketReplication|bucketObject)|^aws:route53\/(?:zone|record|healthCheck)|^aws:(?:cloudwatch\/(?:dashboard|metricAlarm|compositeAlarm)|synthetics\/)|^pulumi:|^cells:/;

/** Properties that name the shared thing itself. */
const ownName = /^(?:tags|tagsAll|description|name|namePrefix|key|bucket)(?:\.|$)/;

/** Rules of places where a thing joins two others: traffic, copies, events, name resolution. */
const joints: ReadonlySet<string> = new Set(["ISO-10", "ISO-12", "ISO-14", "ISO-15", "NET-07"]);

/** What is outside the cells, and how it belongs together. */
class Shared {
  readonly #names = new Map<string, Resource>();
  readonly #parts = new Map<Resource, Resource[]>();
  readonly #wholes = new Map<Resource, readonly Resource[]>();
  readonly #links = new Map<Resource, readonly Link[]>();
  readonly all: readonly Resource[];

  constructor(private readonly graph: Graph) {
    this.all = graph.resources.filter((one) => this.isShared(one));
    for (const one of this.all) {
      for (const name of [...identityOf(one).texts, ...namesIn(one)]) this.#names.set(name, one);
    }
    for (const one of this.all) {
      if (!attached.test(one.type)) continue;
      for (const { source } of this.linksOf(one)) {
        const parts = this.#parts.get(source);
        if (parts === undefined) this.#parts.set(source, [one]);
        else parts.push(one);
      }
    }
  }

  isShared(resource: Resource): boolean {
    if (resource.isRead === true || /^(?:pulumi|cells):/.test(resource.type)) return false;
    const owner = this.graph.owner(resource);
    return (
      owner.kind === "orphan" || (owner.kind === "layer" && (owner.layer === "foundation" || owner.layer === "stack"))
    );
  }

  /** Shared things that a resource uses: computed from them, or named by their name, id or ARN. */
  linksOf(resource: Resource): readonly Link[] {
    const known = this.#links.get(resource);
    if (known !== undefined) return known;
    const found = new Map<string, Link>();
    const add = (source: Resource, input: string): void => {
      if (source !== resource) found.set(`${source.urn}\n${input}`, { source, input });
    };
    for (const { source, input } of edgesOf(resource))
      if (input !== undefined && this.isShared(source)) add(source, input);
    if (this.#names.size > 0) {
      for (const leaf of leaves(resource.props)) {
        if (ownName.test(leaf.path)) continue;
        for (const text of namedIn(leaf)) {
          const source = this.#names.get(text);
          if (source !== undefined) add(source, leaf.path);
        }
      }
    }
    const links = [...found.values()];
    this.#links.set(resource, links);
    return links;
  }

  /** A shared thing with what it uses and what is attached to it. */
  whole(root: Resource): readonly Resource[] {
    const known = this.#wholes.get(root);
    if (known !== undefined) return known;
    const whole = new Set([root]);
    for (const one of whole) {
      for (const { source } of this.linksOf(one)) whole.add(source);
      for (const part of this.#parts.get(one) ?? []) whole.add(part);
    }
    const list = [...whole];
    this.#wholes.set(root, list);
    return list;
  }
}

interface Link {
  readonly source: Resource;
  readonly input: string;
}

function namesIn({ type, props }: Resource): readonly string[] {
  if (!type.startsWith("aws:")) return [];
  return ["name", "bucket", "identifier", "clusterIdentifier", "functionName"].flatMap((key) =>
    items(props, key).flatMap((one) =>
      one.state === "known" && typeof one.value === "string" && one.value.length >= 4 ? [one.value] : [],
    ),
  );
}

/** Ids, ARNs and names that a property contains; of an ARN also what it ends in. */
function namedIn(leaf: ReturnType<typeof leaves>[number]): readonly string[] {
  if (leaf.kind === "document") return resourcesOf(leaf.document);
  if (leaf.kind !== "text") return [];
  const content = contentOf(leaf.text);
  return [
    leaf.text,
    ...content.literals.flatMap((literal) => {
      if (literal.kind === "arn") return ofArn(literal.arn.text);
      if (literal.kind === "id") return [literal.id];
      if (literal.kind === "name") return [literal.name];
      return literal.kind === "host" ? [literal.host] : literal.kind === "path" ? literal.path.split("/") : [];
    }),
    ...content.documents.flatMap(resourcesOf),
  ];
}

/** An ARN, what it ends in, and its resource: `table/orders/index/*` and `function:orders:live` are parts of `orders`. */
function ofArn(text: string): readonly string[] {
  const parts = text.split(":").slice(5).join(":").split(/[:/]/);
  const whole = parts[text.startsWith("arn:aws:s3:") ? 0 : 1] ?? text;
  return [text, text.split(/[:/]/).pop() ?? text, text.split(":").pop() ?? text, whole];
}

/** ARNs that statements allow, without the principals. */
function resourcesOf(document: object): readonly string[] {
  return allowing(document).flatMap(({ Resource: named }) =>
    (Array.isArray(named) ? named : [named]).flatMap((text: unknown) =>
      typeof text === "string" && text !== "*" ? ofArn(text) : [],
    ),
  );
}

const memory = new WeakMap<Graph, Shared>();

/** The shared things of a stack; computed once. */
export function sharedOf(graph: Graph): Shared {
  let known = memory.get(graph);
  if (known === undefined) memory.set(graph, (known = new Shared(graph)));
  return known;
}

/** What a shared thing holds of other cells, seen from a cell that uses it. */
interface Held {
  readonly by: Resource;
  readonly hit?: Hit;
}

const seen = new WeakMap<Graph, Map<string, Held | undefined>>();

function heldFrom(graph: Graph, root: Resource, cell: string): Held | undefined {
  let memo = seen.get(graph);
  if (memo === undefined) seen.set(graph, (memo = new Map()));
  const key = `${root.urn}\n${cell}`;
  if (memo.has(key)) return memo.get(key);
  let open: Held | undefined;
  let certain: Held | undefined;
  for (const one of sharedOf(graph).whole(root)) {
    if (lists.test(one.type)) continue;
    const { references, unknown } = scanResource(one, cell, graph.prints);
    for (const { path, hit, isProse } of references) {
      if (isProse || ownName.test(path) || /^iam:(?:principal|account|condition)$/.test(hit.evidence)) continue;
      if (hit.isOpen === true) open ??= { by: one, hit };
      else certain ??= { by: one, hit };
    }
    const isOpen = unknown.some((path) => {
      const sources = one.propertyDependencies[path.split(".")[0] ?? path] ?? [];
      return (
        one.type.includes("managedPrefixList") || sources.length === 0 || sources.some(({ isRead }) => isRead === true)
      );
    });
    if (isOpen) open ??= { by: one };
    if (certain !== undefined) break;
  }
  const held = certain ?? open;
  memo.set(key, held);
  return held;
}

/** The rule that reports what reaches a cell over a shared thing: that of the input, if it judges inputs. */
function ruleOfInput(resource: Resource, input: string): string {
  const place = ruleOfPlace(resource, input);
  return edgeRules.has(place) ? place : "ISO-05";
}

/** A verdict, and the rule that gives it. */
interface Given {
  readonly rule: string;
  readonly verdict: Verdict;
}

const given = new WeakMap<Graph, readonly Given[]>();

/** What cells reach over shared things, as one rule reports it. Judged once for all rules. */
export function overShared(graph: Graph, id: string): readonly Verdict[] {
  let all = given.get(graph);
  if (all === undefined) given.set(graph, (all = [...used(graph), ...joined(graph)]));
  return all.flatMap(({ rule, verdict }) => (rule === id ? [verdict] : []));
}

/** A cell's inputs that use a shared thing which refers to another cell. */
function used(graph: Graph): readonly Given[] {
  const shared = sharedOf(graph);
  if (shared.all.length === 0) return [];
  return graph.resources.flatMap((resource): readonly Given[] => {
    const cell = graph.cell(resource);
    if (cell === undefined || resource.type.startsWith("cells:") || resource.isRead === true) return [];
    return shared.linksOf(resource).flatMap(({ source, input }): readonly Given[] => {
      const held = heldFrom(graph, source, cell);
      if (held === undefined) return [];
      return [{ rule: ruleOfInput(resource, input), verdict: said(resource, input, held, cell) }];
    });
  });
}

function said(resource: Resource, input: string, { by, hit }: Held, cell: string): Verdict {
  if (hit === undefined) return undecided(resource, input, `a value of ${by.name} is not known yet`);
  const details = { evidence: hit.evidence, owners: [cell, hit.cell] as const };
  const message = `${by.name}, which the cell uses, refers to ${hit.cell}`;
  return hit.isOpen === true
    ? undecided(resource, input, message, details)
    : violation(resource, input, message, details);
}

/** A thing outside the cells that joins two of them itself: a subscription, a copy, a rule, a role that a cell may assume. */
function joined(graph: Graph): readonly Given[] {
  const shared = sharedOf(graph);
  return graph.resources.flatMap((resource): readonly Given[] => {
    const owner = graph.owner(resource);
    const isOutside = owner.kind !== "cell" && owner.kind !== "unclear" && resource.isRead !== true;
    if (!isOutside || /^(?:pulumi|cells):/.test(resource.type)) return [];
    const roles = shared.isShared(resource) ? assumed(graph, resource) : [];
    return [...roles.map((verdict) => ({ rule: "ISO-13", verdict })), ...bothEnds(graph, resource)];
  });
}

function bothEnds(graph: Graph, resource: Resource): readonly Given[] {
  if (lists.test(resource.type)) return [];
  const named = new Map<string, string>();
  const add = (cell: string, path: string): void => {
    if (joints.has(ruleOfPlace(resource, path)) && !named.has(cell)) named.set(cell, path);
  };
  for (const { path, hit, isProse } of scanResource(resource, "", graph.prints).references)
    if (!isProse && !ownName.test(path)) add(hit.cell, path);
  for (const { source, input } of edgesOf(resource)) {
    const cell = graph.cell(source);
    if (cell !== undefined && input !== undefined) add(cell, input);
  }
  const [first, second] = [...named];
  if (first === undefined) return [];
  const [cell, path] = first;
  if (second !== undefined) {
    const [other, end] = second;
    const details = { evidence: "literal:name", owners: [cell, other] as const };
    const verdict = violation(resource, end, `it joins ${cell} and ${other}`, details);
    return [{ rule: ruleOfPlace(resource, end), verdict }];
  }
  if (!sharedOf(graph).isShared(resource)) return [];
  const held = heldFrom(graph, resource, cell);
  if (held === undefined || held.by === resource) return [];
  return [{ rule: ruleOfPlace(resource, path), verdict: said(resource, path, held, cell) }];
}

/** A shared role that a cell's principal may assume, with what its policies reach of other cells. */
function assumed(graph: Graph, resource: Resource): readonly Verdict[] {
  if (resource.type !== "aws:iam/role:Role") return [];
  const documents = leaves(resource.props).flatMap((leaf) => {
    if (!leaf.path.startsWith("assumeRolePolicy")) return [];
    return leaf.kind === "document" ? [leaf.document] : leaf.kind === "text" ? contentOf(leaf.text).documents : [];
  });
  const cells = new Set(
    documents
      .flatMap((document) => reachOf(document, "", graph.prints))
      .filter(({ evidence }) => evidence === "iam:principal" || evidence === "iam:account")
      .map(({ cell }) => cell),
  );
  return [...cells].flatMap((cell) => {
    const held = graph.prints.cell(cell) === undefined ? undefined : heldFrom(graph, resource, cell);
    return held === undefined ? [] : [said(resource, "assumeRolePolicy", held, cell)];
  });
}
