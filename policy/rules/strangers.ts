import type { Graph } from "../core/graph";
import type { Resource } from "../core/resource";
import { undecided, violation, type Verdict } from "../core/rule";
import { endOf } from "../register/register";
import { parseBlock } from "../literals/block";
import { contentOf } from "../literals/content";
import { textsOf } from "../literals/texts";
import { leaves } from "../literals/walk";
import { read } from "../core/value";
import { isAnswer } from "./places";

/** Ids of AWS, with as many digits as AWS gives them. AWS's own prefix lists have eight. */
const ids =
  /(?<![A-Za-z0-9-])(?!pl-[0-9a-f]{8}(?![0-9a-f]))(?:vpc|subnet|sg|sgr|rtb|pcx|tgw|tgw-attach|tgw-rtb|vpce|vpce-svc|eni|nat|igw|eigw|vgw|cgw|acl|pl|eipalloc|dopt|vol|snap|fs|fsap|lt|i)-(?:[0-9a-f]{17}|[0-9a-f]{8})(?![A-Za-z0-9])/g;
/** Keys of KMS, which have no name in their ARN. */
const keyIds = /(?<=:key\/)(?:mrk-[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/g;

/**
 * Hosts of stores and load balancers that AWS makes for one resource. Such a host has a region, or two labels before the
 * service: `monitoring.rds.amazonaws.com` is the name of a service.
 */
const ofStores =
  /^[a-z0-9].*\.(?:cache|rds|kafka|kafka-serverless|mq|es|aoss|docdb|neptune|redshift|redshift-serverless|memorydb|fsx|efs|elb)\.[a-z]{2}(?:-[a-z]+)+-\d\.(?:amazonaws\.com(?:\.cn)?|on\.aws)$|^[a-z0-9][^.]*\..*\.(?:cache|rds|es|redshift|neptune|docdb|memorydb|elb)\.amazonaws\.com(?:\.cn)?$/;

/** Judged in a more specific way by another rule: prefix lists and endpoints of routes. */
const elsewhere =
  /^aws:(?:ec2\/(?:securityGroup|securityGroupRule|defaultSecurityGroup|route|routeTable|defaultRouteTable)|vpc\/)/;

const produced = new WeakMap<Resource, ReadonlySet<string>>();

/** Ids and hosts that a resource contains, and so can pass on. */
function strangersIn(text: string): readonly string[] {
  const content = contentOf(text);
  const documents = content.documents.map((document) => JSON.stringify(document));
  const found = [text, ...documents].flatMap((one) => [...(one.match(ids) ?? []), ...(one.match(keyIds) ?? [])]);
  for (const literal of content.literals) {
    // Inside a name, eight digits may be a hash of Kubernetes.
    if (literal.kind === "id" && /-[0-9a-f]{17}$|^[0-9A-F]{32}$/.test(literal.id)) found.push(literal.id);
    else if (literal.kind === "host" && ofStores.test(literal.host)) found.push(literal.host);
    else if (literal.kind === "arn") found.push(...(literal.arn.text.match(keyIds) ?? []));
  }
  return found.filter((one) => !/^pl-[0-9a-f]{8}$/.test(one));
}

function producedBy(resource: Resource): ReadonlySet<string> {
  let known = produced.get(resource);
  if (known === undefined) {
    const texts = leaves(resource.props).flatMap((leaf) => (leaf.kind === "text" ? strangersIn(leaf.text) : []));
    produced.set(resource, (known = new Set(texts)));
  }
  return known;
}

/** True when a cell's input contains an id or a host; for entries of the register. */
export function isNamed(graph: Graph, what: string): boolean {
  return graph.resources.some(
    (resource) => graph.cell(resource) !== undefined && inputs(resource).some(({ text }) => text.includes(what)),
  );
}

/** True for a thing that the register lists, until its last day. */
function isRegistered({ known: { register, now } }: Graph, what: string): boolean {
  return register.sharing.some((one) => one.what === what && endOf(one.expires) > now.getTime());
}

/** Texts of a cell's inputs. */
function inputs(resource: Resource): readonly { readonly path: string; readonly text: string }[] {
  return leaves(resource.props).flatMap((leaf) => {
    if (isAnswer(resource, leaf.path) || /^(?:tags|tagsAll|description)(?:\.|$)/.test(leaf.path)) return [];
    if (leaf.kind === "text") return [{ path: leaf.path, text: leaf.text }];
    return leaf.kind === "document" ? [{ path: leaf.path, text: JSON.stringify(leaf.document) }] : [];
  });
}

/**
 * Ids and hosts in a cell's inputs that the stack did not create: whose they are cannot be seen. An input that is computed
 * is explained by what its sources contain, and by nothing else.
 */
export function strangers(graph: Graph, resource: Resource): readonly Verdict[] {
  const cell = graph.cell(resource);
  if (cell === undefined || resource.isRead === true || resource.type.startsWith("cells:")) return [];
  const { prints } = graph;
  return inputs(resource).flatMap(({ path, text }): readonly Verdict[] => {
    if (!/[.-]/.test(text) && text.length < 12) return [];
    const strange = strangersIn(text).find((one) => {
      const isJudged = /^(?:pl|vpce)-/.test(one) && elsewhere.test(resource.type);
      const isKnown =
        prints.isOwned(one) || (one.includes(".") && (prints.isOwnHost(one, cell) || prints.cellsIn(one).length > 0));
      return !isJudged && !isKnown && !isRegistered(graph, one) && !isExplained(graph, resource, path, one);
    });
    return strange === undefined
      ? []
      : [
          undecided(
            resource,
            path,
            "it names a resource that the stack did not create; register it if it is no other cell's",
          ),
        ];
  });
}

/**
 * True for a value that the sources of its input contain. Where a source does not show what the cloud returned, a value
 * beside an unknown one was written by hand: what was computed is the unknown one.
 */
function isExplained(graph: Graph, resource: Resource, path: string, value: string): boolean {
  const input = path.split(".")[0] ?? path;
  const sources = resource.propertyDependencies[input] ?? [];
  if (sources.some((source) => source.isRead === true || producedBy(source).has(value))) return true;
  const isHidden = sources.some(({ props }) => read(props, "id").state === "absent");
  const { unknown = [] } = graph.context(resource)?.scan ?? {};
  return isHidden && !unknown.some((one) => one === input || one.startsWith(`${input}.`));
}

/** Names of settings whose value is the host of a store, and labels of such hosts. */
const storeWords =
  /(?:^|[^a-z])(?:redis|valkey|memcached?|cache|postgres(?:ql)?|pg|mysql|mariadb|mongo(?:db)?|kafka|rabbit(?:mq)?|amqp|broker|database|db|elasticsearch|opensearch|cassandra|scylla|etcd|zookeeper|nats|clickhouse|influx(?:db)?|minio)(?:s?\d*)(?:[^a-z]|$)/i;
const settings =
  /(?:^|-)(?:host(?:name)?s?|addr(?:ess(?:es)?)?|ur[il]s?|servers?|endpoints?|nodes|brokers?|dsn|db|redis|cache|database)$/i;
const storeSchemes =
  /^(?:rediss?|valkeys?|memcached?|postgres(?:ql)?|mysql|mariadb|mongodb(?:\+srv)?|kafka|amqps?|nats|tls|tcp|cassandra|clickhouse|jdbc:\w+|jdbc:\w+:\w+|sqlserver)$/i;
const storePorts = new Set([
  6379, 6380, 11211, 5432, 6432, 3306, 1433, 1521, 27017, 9092, 9094, 9096, 9098, 5671, 5672, 9042, 2379, 2181, 4222,
]);
/** One host, perhaps with scheme, user, port and path. */
const address =
  /^(?:((?:jdbc:)?[a-z][a-z0-9+.-]*):\/\/)?(?:[^\s/@]*@)?([a-z0-9_-]+(?:\.[a-z0-9_-]+)+)\.?(?::(\d{2,5}))?(\/\S*|\?\S*)?$/i;

/** Hosts of stores in a named text: by scheme, port, name of the setting or label of the host. */
function storesIn(name: string, text: string): readonly string[] {
  if (!text.includes(".") || text.length > 2000) return [];
  const label = (name.split(".").pop() ?? name).replace(/([a-z])([A-Z])/g, "$1-$2").replace(/_/g, "-");
  return text.split(/[,;\s]+/).flatMap((one): readonly string[] => {
    const [, scheme, given, port, path] = address.exec(one) ?? [];
    if (given === undefined) return [];
    const host = given.toLowerCase();
    if (/\.(?:svc|svc\.cluster\.local|localhost)$|^127\.|^169\.254\.|^0\.0\.0\.0$/.test(host)) return [];
    const isAddress = /^\d+(?:\.\d+){3}$/.test(host);
    if (!isAddress && !/\.[a-z][a-z0-9-]+$/.test(host)) return [];
    const isPage = scheme !== undefined && /^(?:https?|wss?|oci|git|ssh|file|s3)$/i.test(scheme);
    const isStore =
      ofStores.test(host) ||
      (scheme !== undefined && storeSchemes.test(scheme)) ||
      (port !== undefined && storePorts.has(Number(port))) ||
      (!isPage &&
        (scheme !== undefined || path === undefined) &&
        (settings.test(label) ? storeWords.test(label) || storeWords.test(host.split(".")[0]!) : false));
    return isStore ? [host] : [];
  });
}

/** Texts of a cell's inputs by name; cells contain much the same ones. */
const memory = new Map<string, readonly string[]>();

function storesOf(path: string, text: string): readonly string[] {
  const name = path.split(".").pop() ?? path;
  const key = `${name}\n${text}`;
  const known = memory.get(key);
  if (known !== undefined) return known;
  const found = textsOf(name, text).texts.flatMap((one) => storesIn(one.name, one.text));
  if (memory.size > 50_000) memory.clear();
  memory.set(key, found);
  return found;
}

/** Hosts of stores outside all cells that two cells name: the cells share the store. */
export function sharedHosts(graph: Graph): readonly Verdict[] {
  const { prints } = graph;
  const users = new Map<string, string>();
  return graph.resources.flatMap((resource): readonly Verdict[] => {
    const cell = graph.cell(resource);
    if (cell === undefined || resource.isRead === true || !/^(?:aws|kubernetes|helm):/.test(resource.type)) return [];
    return inputs(resource).flatMap(({ path, text }): readonly Verdict[] => {
      const name = nameBeside(resource, path);
      const hosts = storesOf(name, text).filter((host) => {
        const block = parseBlock(host);
        const isCells =
          block === undefined ? prints.isOwnHost(host, cell) || prints.cellsIn(host).length > 0 : prints.isCells(block);
        return !isCells && !prints.texts.has(host) && !isRegistered(graph, host);
      });
      return hosts.flatMap((host): readonly Verdict[] => {
        const first = users.get(host);
        if (first === undefined) users.set(host, cell);
        if (first === undefined || first === cell) return [];
        const message = `${first} names the same host outside all cells: they share the store behind it`;
        return [violation(resource, path, message, { evidence: "hub", owners: [first, cell] })];
      });
    });
  });
}

/** The `name` beside a `value`, as in the environment of a manifest; else the path. */
function nameBeside({ props }: Resource, path: string): string {
  if (!path.endsWith(".value")) return path;
  const found = read(props, path.replace(/value$/, "name"));
  return found.state === "known" && typeof found.value === "string" ? found.value : path;
}

/** Types that adopt or set what an account has once in a region, and once in all regions. */
const ofAccount =
  /^aws:(?:(?:ec2\/(?:defaultVpc|defaultSubnet|defaultVpcDhcpOptions|defaultCreditSpecification|allowedImagesSettings|imageBlockPublicAccess|instanceMetadataDefaults|serialConsoleAccess|vpcBlockPublicAccessOptions)|ebs\/(?:defaultKmsKey|encryptionByDefault|snapshotBlockPublicAccess)|apigateway\/account|backup\/regionSettings|bedrockmodel\/invocationLoggingConfiguration|cfg\/(?:recorder|recorderStatus|deliveryChannel|retentionConfiguration)|cloudwatch\/logAccountPolicy|codebuild\/sourceCredential|ecr\/(?:accountSetting|registryPolicy|registryScanningConfiguration|replicationConfiguration)|ecs\/accountSettingDefault|emr\/blockPublicAccessConfiguration|glue\/(?:dataCatalogEncryptionSettings|resourcePolicy)|guardduty\/detector|inspector2\/enabler|iot\/(?:eventConfigurations|indexingConfiguration|loggingOptions)|kinesis\/accountSettings|lakeformation\/dataLakeSettings|macie2\/account|rds\/certificate|securityhub\/account(?:V2)?|ses\/activeReceiptRuleSet|sesv2\/account\w+|sns\/smsPreferences|ssm\/(?:defaultPatchBaseline|serviceSetting)|xray\/encryptionConfig)|(account\/\w+|organizations\/\w+|backup\/globalSettings|iam\/(?:accountAlias|accountPasswordPolicy|organizationsFeatures|securityTokenServicePreferences)|s3\/accountPublicAccessBlock)):/;

/** What cells of one account adopt from it: the same thing for each of them. */
export function adopted(graph: Graph): readonly Verdict[] {
  const { prints } = graph;
  const found = graph.resources.filter((one) => ofAccount.test(one.type) && graph.cell(one) !== undefined);
  const place = (cell: string, isGlobal: boolean): string => {
    const print = prints.cell(cell);
    return `${print?.account ?? ""} ${print?.partition ?? ""} ${isGlobal ? "" : (print?.region ?? "")}`;
  };
  return found.flatMap((one): readonly Verdict[] => {
    const cell = graph.cell(one)!;
    const isGlobal = ofAccount.exec(one.type)?.[1] !== undefined;
    const where = isGlobal ? "once" : "once in the region";
    const isThere = (other: string): boolean => other !== cell && place(other, isGlobal) === place(cell, isGlobal);
    const twin = found.find((other) => other.type === one.type && isThere(graph.cell(other)!));
    if (twin !== undefined) {
      const other = graph.cell(twin)!;
      const message = `it adopts or sets what the account has ${where}, as ${other} does`;
      return [violation(one, undefined, message, { evidence: "hub", owners: [cell, other] })];
    }
    if (!prints.cells.some(({ id }) => isThere(id))) return [];
    return [undecided(one, undefined, `it adopts or sets what the account has ${where}, and another cell is there`)];
  });
}
