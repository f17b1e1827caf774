import { parseBlock, type Block } from "./block";

/** Something in a text that refers to a place, told by its own form and never by a substring. */
export type Literal =
  | { readonly kind: "arn"; readonly arn: Arn }
  /** `vpc-0123456789abcdef0`, an EKS issuer's id. */
  | { readonly kind: "id"; readonly id: string }
  /** Lower case, without the dot at the end. */
  | { readonly kind: "host"; readonly host: string }
  | { readonly kind: "cidr"; readonly block: Block }
  /** A text that is one name as a whole: `dev-cell-2-postgres`, `/cells/cell-2/host`. */
  | { readonly kind: "name"; readonly name: string };

/** An ARN in its parts; each may hold wildcards in a policy. */
export interface Arn {
  readonly text: string;
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly account: string;
  readonly resource: string;
}

/** Parses one ARN; undefined for anything else. */
export function parseArn(text: string): Arn | undefined {
  const parts = text.split(":");
  const [arn, partition, service, region, account, ...resource] = parts;
  if (arn !== "arn" || resource.length === 0) return undefined;
  return {
    text,
    partition: partition ?? "",
    service: service ?? "",
    region: region ?? "",
    account: account ?? "",
    resource: resource.join(":"),
  };
}

const arns = /\barn:[a-z*-]*:[a-z0-9*?-]*:[a-z0-9*?-]*:[a-z0-9*?]*:[^\s"'`,;<>()[\]{}|\\]+/g;
const ids =
  /(?<![A-Za-z0-9])(?:vpc|subnet|sg|rtb|pcx|tgw|tgw-attach|tgw-rtb|vpce|vpce-svc|eni|nat|igw|eigw|vgw|cgw|acl|pl|eipalloc|dopt|vol|snap|fs|lt|i)-[0-9a-f]{8,17}(?![A-Za-z0-9])/g;
const issuers = /\bid\/([0-9A-F]{32})\b/g;
const addresses = /(?<![\w.-])\d{1,3}(?:\.\d{1,3}){3}(?:\/\d{1,2})?(?![\w/]|\.\d)/g;
const addresses6 = /(?<![\w:.])(?=[0-9a-f:]*:[0-9a-f:]*:)[0-9a-f:]{2,39}(?:(?<=:)\d{1,3}(?:\.\d{1,3}){3})?(?:\/\d{1,3})?(?![\w:]|\.\d)/gi;
const hosts = /[a-z0-9_](?:[a-z0-9_-]{0,62})(?:\.[a-z0-9_-]{1,63})+\.?/gi;
const urls = /\b[a-z][a-z0-9+.-]{1,20}:\/\/(?:[^\s"'<>/@]*@)?(\[[0-9a-f:.]+\]|[a-z0-9_.-]+)/gi;
/** `ip-10-2-0-5.eu-west-1.compute.internal`: a host that AWS names by its address. */
const addressHost = /^ip-(\d{1,3})-(\d{1,3})-(\d{1,3})-(\d{1,3})\./;
/** `0.2.10.in-addr.arpa`: a block, backwards. */
const reverseHost = /^((?:\d{1,3}\.){1,4})in-addr\.arpa$/;
const wholeHost = /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.[a-z]{2,}\.?(?::\d{1,5})?$/i;
const wholeName = /^[A-Za-z0-9_.:/@*+=#-]{3,300}$/;

/** Everything in a text that could refer to a place. Pure; the same literal once. */
export function extract(text: string): readonly Literal[] {
  const found = new Map<string, Literal>();
  const add = (key: string, literal: Literal): void => void (found.has(key) || found.set(key, literal));
  if (text.includes("arn:")) {
    for (const [match] of text.matchAll(arns)) {
      const arn = parseArn(match.replace(/[.:]+$/, ""));
      if (arn !== undefined) add(arn.text, { kind: "arn", arn });
    }
  }
  if (text.includes("-")) for (const [id] of text.matchAll(ids)) add(id, { kind: "id", id });
  if (text.includes("id/")) for (const [, id] of text.matchAll(issuers)) add(id!, { kind: "id", id: id! });
  if (text.includes(".")) {
    for (const [match] of text.matchAll(addresses)) addBlock(match, add);
    for (const [match] of text.matchAll(hosts)) addHost(match, add);
  }
  if (text.includes(":")) {
    for (const [match] of text.matchAll(addresses6)) addBlock(match, add);
    for (const [, host] of text.matchAll(urls)) addHost(host!.replace(/^\[|\]$/g, ""), add);
  }
  // A host is judged as a host: `cell-2.example.org` is somebody else's.
  if (wholeName.test(text) && !text.includes("://") && !wholeHost.test(text)) add(`name ${text}`, { kind: "name", name: text });
  return [...found.values()];
}

type Add = (key: string, literal: Literal) => void;

function addBlock(text: string, add: Add): void {
  const block = parseBlock(text);
  if (block !== undefined) add(text, { kind: "cidr", block });
}

function addHost(text: string, add: Add): void {
  const host = text.toLowerCase().replace(/\.+$/, "");
  const named = addressHost.exec(host);
  if (named !== null) addBlock(named.slice(1).join("."), add);
  const reverse = reverseHost.exec(host);
  if (reverse !== null) addBlock(forward(reverse[1]!), add);
  if (/[a-z]/.test(host)) add(`host ${host}`, { kind: "host", host });
}

function forward(reversed: string): string {
  const octets = reversed.split(".").filter((octet) => octet !== "").reverse();
  return `${[...octets, 0, 0, 0].slice(0, 4).join(".")}/${octets.length * 8}`;
}
