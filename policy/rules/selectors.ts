import type { Resource } from "../core/resource";
import type { OwnedContext } from "../core/context";
import { undecided, violation, type Verdict } from "../core/rule";
import { items, keys, property, read, type Value } from "../core/value";
import { isSpokenFor } from "../fingerprints/globs";
import { reachOf } from "../fingerprints/iam";
import { leaves } from "../literals/walk";
import { ruleOfPlace } from "./places";

/** A tag, or another key, by which a resource selects others, and the values that it accepts. */
interface Filter {
  readonly path: string;
  readonly key: string;
  /** Undefined while not known. */
  readonly values: readonly string[] | undefined;
}

/** Filters of a resource. `all`: something is selected only if every filter matches; else one is enough. */
interface Selection {
  readonly filters: readonly Filter[];
  readonly match: "all" | "one";
}

const text = (found: Value): string => (found.state === "known" ? String(found.value) : "");

/** Filters of a list of objects with a key and values. */
function filters({ props }: Resource, path: string, key: string, values: string): readonly Filter[] {
  return items(props, path).map((_, index) => {
    const at = `${path}.${index}`;
    const found = items(props, `${at}.${values}`);
    const isKnown = found.every(({ state }) => state === "known");
    return {
      path: `${at}.${values}`,
      key: text(read(props, `${at}.${key}`)),
      values: isKnown ? found.map(text) : undefined,
    };
  });
}

/** Filters of a map of tags. */
function tags({ props }: Resource, path: string): readonly Filter[] {
  const map = read(props, path);
  return keys(map).map((key) => {
    const found = property((map as { readonly value: object }).value, key);
    return { path: `${path}.${key}`, key: `tag:${key}`, values: found.state === "known" ? [text(found)] : undefined };
  });
}

/** Patterns among a list of ARNs. */
function wildcards({ props }: Resource, path: string): readonly Filter[] {
  return items(props, path).flatMap((found, index): readonly Filter[] =>
    /[*?]/.test(text(found)) ? [{ path: `${path}.${index}`, key: "arn", values: [text(found)] }] : [],
  );
}

/** A regular expression, with `*` for what is not plain text in it. */
function patterns({ props }: Resource, path: string): readonly Filter[] {
  return items(props, path).map((found) => {
    const values = found.state === "known" ? [text(found).replace(/\\.|[^\w/-]+/g, "*")] : undefined;
    return { path, key: "name", values };
  });
}

const asTag = (filter: Filter): Filter => ({ ...filter, key: `tag:${filter.key}` });

/** Types that select other resources of the account by tag, by name or by `*`. */
const selections: readonly (readonly [type: RegExp, read: (resource: Resource) => readonly Selection[]])[] = [
  [
    /^aws:ssm\/(?:association|maintenanceWindowTarget):/,
    (one) => [{ filters: filters(one, "targets", "key", "values"), match: "all" }],
  ],
  [
    /^aws:backup\/selection:/,
    (one) => {
      const tagged = filters(one, "selectionTags", "key", "value").map(asTag);
      const held = filters(one, "conditions.0.stringEquals", "key", "value");
      const conditions = [...held, ...filters(one, "conditions.stringEquals", "key", "value")].map((filter) => ({
        ...filter,
        key: filter.key.replace(/^aws:ResourceTag\//, "tag:"),
      }));
      if (conditions.length > 0) return [{ filters: conditions, match: "all" }];
      return [{ filters: tagged.length > 0 ? tagged : wildcards(one, "resources"), match: "one" }];
    },
  ],
  [
    /^aws:backup\/restoreTestingSelection:/,
    (one) => {
      const held = filters(one, "protectedResourceConditions.stringEquals", "key", "value");
      return [{ filters: [...wildcards(one, "protectedResourceArns"), ...held], match: "all" }];
    },
  ],
  [/^aws:dlm\/lifecyclePolicy:/, (one) => [{ filters: tags(one, "policyDetails.targetTags"), match: "one" }]],
  [
    /^aws:codedeploy\/deploymentGroup:/,
    (one) => [
      ...items(one.props, "ec2TagSets").map((_, index): Selection => ({
        filters: filters(one, `ec2TagSets.${index}.ec2TagFilters`, "key", "value").map(asTag),
        match: "all",
      })),
      { filters: filters(one, "ec2TagFilters", "key", "value").map(asTag), match: "one" },
      { filters: filters(one, "onPremisesInstanceTagFilters", "key", "value").map(asTag), match: "one" },
    ],
  ],
  [
    /^aws:fis\/experimentTemplate:/,
    (one) =>
      items(one.props, "targets").map((_, index): Selection => ({
        filters: filters(one, `targets.${index}.resourceTags`, "key", "value").map(asTag),
        match: "all",
      })),
  ],
  [
    /^kubernetes:external-secrets\.io\//,
    (one) =>
      items(one.props, "spec.dataFrom").map((_, index): Selection => {
        const at = `spec.dataFrom.${index}.find`;
        const names = ["name.regexp", "path"].flatMap((key) => patterns(one, `${at}.${key}`));
        return { filters: [...names, ...tags(one, `${at}.tags`)], match: "all" };
      }),
  ],
  [/^aws:resourcegroups\/group:/, (one) => [{ filters: ofQuery(one), match: "all" }]],
];

/** Tag filters of a resource group's query, which is JSON text. */
function ofQuery({ props }: Resource): readonly Filter[] {
  const path = "resourceQuery.query";
  const found = read(props, path);
  if (found.state === "unknown") return [{ path, key: "tag:", values: undefined }];
  try {
    const query = JSON.parse(text(found)) as { TagFilters?: readonly { Key?: string; Values?: readonly string[] }[] };
    return (query.TagFilters ?? []).map(({ Key = "", Values = [] }) => ({ path, key: `tag:${Key}`, values: Values }));
  } catch {
    return [];
  }
}

function isOwn({ values }: Filter, { cell, prints }: OwnedContext): boolean {
  return values !== undefined && values.length > 0 && values.every((value) => isSpokenFor(value, cell, prints));
}

/** A filter by ids selects what it names, which other rules judge. */
function isById({ key, values }: Filter): boolean {
  return (
    /^(?:InstanceIds|WindowTargetIds)$/i.test(key) &&
    values !== undefined &&
    !values.some((value) => /[*?]/.test(value))
  );
}

function selected(resource: Resource, context: OwnedContext): readonly Verdict[] {
  const row = selections.find(([type]) => type.test(resource.type));
  return (row?.[1](resource) ?? []).flatMap(({ filters: all, match }): readonly Verdict[] => {
    const given = all.filter((filter) => !isById(filter));
    const foreign = given.filter((filter) => !isOwn(filter, context));
    const [first] = foreign;
    if (first === undefined || (match === "all" && foreign.length < given.length)) return [];
    const details = { evidence: "selector", owners: [context.cell, "every cell of the account"] as const };
    if (first.values === undefined)
      return [undecided(resource, first.path, "what it selects is not known yet", details)];
    return [violation(resource, first.path, "it selects resources of the whole account, not of its own cell", details)];
  });
}

/** Permissions in properties, as the statement that they stand for. */
function permitted(resource: Resource, { cell, prints }: OwnedContext): readonly Verdict[] {
  const { type, props } = resource;
  if (!/^aws:(?:lambda\/(?:permission|layerVersionPermission)|cloudwatch\/eventPermission):/.test(type)) return [];
  const [principal, source, account] = ["principal", "sourceArn", "sourceAccount"].map((key) => read(props, key));
  if (principal!.state !== "known" || source!.state === "unknown") return [];
  const who = text(principal!);
  const conditions = {
    ...(source!.state === "known" ? { ArnLike: { "aws:SourceArn": text(source!) } } : {}),
    ...(account!.state === "known" ? { StringEquals: { "aws:SourceAccount": text(account!) } } : {}),
  };
  // A source that is computed is bound by its own resource; the edge is judged elsewhere.
  if (resource.propertyDependencies["sourceArn"] !== undefined) return [];
  const statement = {
    Effect: "Allow",
    Principal: /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/.test(who) ? { Service: who } : { AWS: who },
    Action: "lambda:InvokeFunction",
    Condition: conditions,
  };
  const hits = reachOf({ Statement: [statement] }, cell, prints).filter(({ evidence }) => evidence !== "iam:account");
  const hit = hits.find(({ isOpen }) => isOpen !== true) ?? hits[0];
  if (hit === undefined) return [];
  const path = who === "*" || source!.state === "absent" ? "principal" : "sourceArn";
  const details = { evidence: hit.evidence, owners: [cell, hit.cell] as const };
  return hit.isOpen === true
    ? [undecided(resource, path, "no source limits who may call it", details)]
    : [violation(resource, path, `it lets ${hit.cell} in`, details)];
}

/** Inputs that grant something to a whole organisation, or to all accounts. */
const organisation =
  /(?:^|\.)(?:principalOrgId|organizationArns?|organizationalUnitArns?|organizationalUnitIds?|organizationId)(?:\.\d+)?$/;
const everybody =
  /^aws:(?:rds\/(?:snapshot|clusterSnapshot)|ec2\/(?:amiLaunchPermission|snapshotCreateVolumePermission)|docdb\/\w+):/;

function granted(resource: Resource, { cell }: OwnedContext): readonly Verdict[] {
  const { type } = resource;
  if (!/^aws:(?!workmail|organizations)/.test(type)) return [];
  const isCopy = everybody.test(type);
  return leaves(resource.props).flatMap((leaf): readonly Verdict[] => {
    if (leaf.kind !== "text" || leaf.text === "") return [];
    const isAll = isCopy && /^(?:sharedAccounts\.\d+|group|accountId)$/.test(leaf.path) && leaf.text === "all";
    if (!isAll && !organisation.test(leaf.path)) return [];
    const who = isAll ? "every account" : "every account of the organisation";
    return [violation(resource, leaf.path, `it is granted to ${who}`, { evidence: "selector", owners: [cell, who] })];
  });
}

/** Sources of events that say something of machines and nothing of data. */
const ofMachines =
  /^aws\.(?:ec2|health|autoscaling|ecs|eks|ssm|tag|trustedadvisor|guardduty|securityhub|config|backup|acm|ce|signin)$/;

/** Types that take in what the whole account has; with a second item, unless this property names what they take. */
const ofAll: readonly (readonly [type: RegExp, names?: string])[] = [
  [/^aws:(?:rds|docdb|neptune|redshift|dms)\/eventSubscription:/, "sourceIds"],
  [/^aws:(?:cloudtrail\/(?:trail|eventDataStore)|cloudwatch\/metricStream|ssm\/resourceDataSync):/],
];

/** Properties with the bus of a rule and of an archive. */
const buses: readonly (readonly [type: RegExp, bus: string])[] = [
  [/^aws:cloudwatch\/eventRule:/, "eventBusName"],
  [/^aws:cloudwatch\/eventArchive:/, "eventSourceArn"],
];

/** What receives the events of all cells: also rules on the account's own event bus, where these meet. */
function overheard(resource: Resource, { cell, prints }: OwnedContext): readonly Verdict[] {
  const { type, props, propertyDependencies } = resource;
  const fromAll = (path: string): readonly Verdict[] => [
    undecided(resource, path, "it receives such events of every cell in the account", {
      evidence: "selector",
      owners: [cell, "every cell of the account"],
    }),
  ];
  const all = ofAll.find(([one]) => one.test(type));
  if (all !== undefined) {
    const [, names = ""] = all;
    return propertyDependencies[names] === undefined && items(props, names).length === 0 ? fromAll(names) : [];
  }
  const [, busName] = buses.find(([one]) => one.test(type)) ?? [];
  if (busName === undefined || propertyDependencies[busName] !== undefined) return [];
  const bus = read(props, busName);
  if (bus.state !== "absent" && !/(?:^|\/)default$/.test(text(bus))) return [];
  const found = read(props, "eventPattern");
  // Without a pattern a rule has a schedule, and an archive takes every event.
  if (found.state === "absent" && busName === "eventSourceArn") return fromAll("eventPattern");
  if (found.state !== "known") return [];
  let pattern: { readonly source?: unknown };
  try {
    pattern = (typeof found.value === "string" ? JSON.parse(found.value) : found.value) as typeof pattern;
  } catch {
    return [];
  }
  const sources = Array.isArray(pattern.source) ? pattern.source.map(String) : [];
  if (sources.length > 0 && sources.every((source) => ofMachines.test(source))) return [];
  return isHeld(pattern, (value) => isSpokenFor(value, cell, prints)) ? [] : fromAll("eventPattern");
}

/**
 * True when every event that a pattern matches names the own cell: one of its fields does, by each of its values.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
function isHeld(pattern: unknown, isOwn: (value: string) => boolean): boolean {
  if (typeof pattern === "string") return isOwn(pattern);
  if (typeof pattern !== "object" || pattern === null) return false;
  if (Array.isArray(pattern)) return pattern.length > 0 && pattern.every((one) => isHeld(one, isOwn));
  return Object.entries(pattern).some(([key, value]) => {
    if (key === "anything-but") return false;
    if (key === "prefix") return isHeld(value, (start) => isOwn(`${start}*`));
    return isHeld(value, key === "suffix" ? (end) => isOwn(`*${end}`) : isOwn);
  });
}

/** API groups whose objects join clusters: multi-cluster services, meshes over several clusters, federations. */
const clusters =
  /^kubernetes:(?:multicluster\.(?:x-k8s\.io|linkerd\.io)|net\.gke\.io|networking\.gke\.io\/v1beta1:MultiCluster|submariner\.io|lighthouse\.submariner\.io|skupper\.io|consul\.hashicorp\.com\/[^:]+:(?:ExportedServices|Peering\w+)|types\.kubefed\.io|core\.kubefed\.io|(?:policy|work|cluster|networking)\.karmada\.io|(?:discovery|net|networking|offloading|core|authentication)\.liqo\.io|admiral\.io|cluster\.clusternet\.io|application-networking\.k8s\.aws|about\.k8s\.io|multicluster\.openshift\.io|cluster\.open-cluster-management\.io)/;
const clusterKinds = /:(?:ServiceExport|ServiceImport|MultiClusterService|MultiClusterIngress|ClusterLink)$/;
const clusterNotes =
  /\.(?:service\.cilium\.io\/global|io\.cilium\/global-service|mirror\.linkerd\.io\/exported|istio\/multiCluster|submariner\.io\/\S+|skupper\.io\/\S+)$/;

/** Objects of Kubernetes that offer a cluster's services to other clusters, or use theirs. */
function federated(resource: Resource, { cell }: OwnedContext): readonly Verdict[] {
  const { type } = resource;
  if (!type.startsWith("kubernetes:")) return [];
  const details = { evidence: "type", owners: [cell, "other clusters"] as const };
  const message = "it joins the cell's cluster to other clusters";
  const kind = /CustomResource$/.test(type)
    ? `kubernetes:${text(read(resource.props, "apiVersion"))}:${text(read(resource.props, "kind"))}`
    : type;
  if (clusters.test(kind) || clusterKinds.test(kind)) return [violation(resource, "kind", message, details)];
  return leaves(resource.props).flatMap((leaf) =>
    leaf.kind === "text" &&
    /^metadata\.|^spec\.template\.metadata\./.test(leaf.path) &&
    clusterNotes.test(leaf.path) &&
    leaf.text !== "false"
      ? [violation(resource, leaf.path, message, details)]
      : [],
  );
}

const memory = new WeakMap<OwnedContext, readonly Verdict[]>();

/** What a cell's resource selects by `*`, by tag, by account or by organisation, as the rule of the place reports it. */
export function selectedBy(resource: Resource, context: OwnedContext, id: string): readonly Verdict[] {
  let found = memory.get(context);
  if (found === undefined)
    memory.set(
      context,
      (found = [selected, permitted, granted, overheard, federated].flatMap((judge) => judge(resource, context))),
    );
  return found.filter(({ path }) => ruleOfPlace(resource, path ?? "") === id);
}
