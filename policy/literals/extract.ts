import { parseBlock, type AddressBlock } from "./block";

/** A reference in a text, recognized by its form and never by a substring. */
export type Literal =
  | { readonly kind: "arn"; readonly arn: Arn }
  /** `vpc-0123456789abcdef0`, an EKS issuer's id. */
  | { readonly kind: "id"; readonly id: string }
  /** Lower case, without the dot at the end. */
  | { readonly kind: "host"; readonly host: string }
  /** The path of a URL: `https://sqs.eu-west-1.amazonaws.com/123456789012/dev-cell-2-jobs`. */
  | { readonly kind: "path"; readonly host: string; readonly path: string; readonly isStore: boolean }
  | { readonly kind: "cidr"; readonly block: AddressBlock }
  /** A text that is one name as a whole: `dev-cell-2-postgres`, `/cells/cell-2/host`. */
  | { readonly kind: "name"; readonly name: string }
  /** A pattern over all cells, `dev-cell-*`; open for a name that is composed of it and a value, `dev-cell-${n}`. */
  | { readonly kind: "cells"; readonly isOpen: boolean };

/** An ARN in its parts; in a policy each may contain wildcards. */
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
const addresses6 =
  /(?<![\w:.])(?=[0-9a-f:]*:[0-9a-f:]*:)[0-9a-f:]{2,39}(?:(?<=:)\d{1,3}(?:\.\d{1,3}){3})?(?:\/\d{1,3})?(?![\w:]|\.\d)/gi;
const hosts = /[a-z0-9_](?:[a-z0-9_-]{0,62})(?:\.[a-z0-9_-]{1,63})+\.?/gi;
const urls =
  /\b([a-z][a-z0-9+.-]{1,20}):\/\/(?:[^\s"'<>/@]*@)?(\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(?::\d{1,5})?(\/[^\s"'<>`\\]*)?/gi;
/** `10.2.0.0/255.255.0.0`, `10.2.0.0 255.255.0.0`: a block with its mask written out. */
const masked =
  /(?<![\w.-])(\d{1,3}(?:\.\d{1,3}){3})(?:\/|[ \t]+(?:net)?(?:mask[ \t]+)?)(25[0-5](?:\.\d{1,3}){3})(?![\w/.])/gi;
/** `10.2.0.10-10.2.0.20`: from one address to another. */
const spans = /(?<![\w.-])(\d{1,3}(?:\.\d{1,3}){3})[ \t]*-[ \t]*(\d{1,3}(?:\.\d{1,3}){3})(?![\w./-])/g;
/** `10.2.*`, `10.2.0.*`. */
const starred = /(?<![\w.*-])((?:\d{1,3}\.){1,3})\*(?:\.\*)*(?![\w*])/g;
/** A host of numbers, as `inet_aton` and browsers read them: `0x0a020411`, `167904273`, `012.2.4.17`. */
const numericHost = /^(?:0x[0-9a-f]+|\d+)(?:\.(?:0x[0-9a-f]+|\d+)){0,3}$/i;
/** `ip-10-2-0-5.eu-west-1.compute.internal`: a host that AWS names by its address. */
const addressHost = /^ip-(\d{1,3})-(\d{1,3})-(\d{1,3})-(\d{1,3})\./;
/** `0.2.10.in-addr.arpa`: a block, backwards. */
const reverseHost = /^((?:\d{1,3}\.){1,4})in-addr\.arpa$/;
/** A text that is one host, perhaps with a port. */
export const wholeHost = /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.[a-z]{2,}\.?(?::\d{1,5})?$/i;
/** A text that is one name, a path or an ARN. */
export const wholeName = /^[A-Za-z0-9_.:/@*+=#$~!?&%-]{3,300}$/;
/** Names in a row, and nothing else: `cell-1,cell-2`. */
const nameList = /^[A-Za-z0-9_.:/@*+=#$~!?&%-]+(?:[,;|][A-Za-z0-9_.:/@*+=#$~!?&%-]+)+$/;

/** An image with its tag, which may be a version that looks like an address: `quay.io/acme/app:10.2.0.7`. */
const image = /^([a-z0-9][a-z0-9.-]*(?::\d+)?(?:\/[a-z0-9._-]+)+):\d+(?:\.\d+){3}[\w.-]*$/;

/** `cell-*`, `cell-?` */
const everyCell = /(?<![a-z0-9])cell[-_][*?]/i;
/** `cell-{}`, `cell-%s`, `cell-${n}`, `cell-$N`, `cell-{{ n }}`, and a text that ends before the number. */
const composed = /(?<![a-z0-9])cell[-_](?:\{[\w.]*\}|%[sdv]|\$\{[a-z_]|\$\(|\$[a-z_]|\{\{|$)/i;
/** `*.cells.example.com` */
const wildcardHosts = /(?<![\w.*-])\*(?:\.[a-z0-9_-]{1,63}){2,}/gi;

/** Every reference in a text, each once. Pure. */
export function extract(given: string): readonly Literal[] {
  const text = image.exec(given)?.[1] ?? given;
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
    for (const [match, address, mask] of text.matchAll(masked)) addMasked(match, address!, mask!, add);
    if (text.includes("-")) for (const [match, first, last] of text.matchAll(spans)) addSpan(match, first!, last!, add);
    if (text.includes("*")) for (const [, start] of text.matchAll(starred)) addBlock(stretched(start!.split(".")), add);
    for (const [match] of text.matchAll(hosts)) addHost(match, add);
    if (text.includes("*.")) for (const [match] of text.matchAll(wildcardHosts)) addHost(match, add);
  }
  if (text.includes(":")) {
    for (const [match] of text.matchAll(addresses6)) addBlock(match, add);
    if (text.includes("://"))
      for (const [, scheme, host, path] of text.matchAll(urls))
        addUrl(scheme!, host!.replace(/^\[|\]$/g, ""), path, add);
  }
  if (/cell/i.test(text)) {
    if (everyCell.test(text)) add("cells", { kind: "cells", isOpen: false });
    else if (composed.test(text)) add("cells", { kind: "cells", isOpen: true });
  }
  // A host is judged as a host, not as a name: `cell-2.example.org` is unrelated to cell 2.
  if (!text.includes("://")) {
    const names = wholeName.test(text) ? [text] : nameList.test(text) ? text.split(/[,;|]/) : [];
    for (const name of names)
      if (name.length >= 3 && !wholeHost.test(name)) add(`name ${name}`, { kind: "name", name });
  }
  return [...found.values()];
}

type Add = (key: string, literal: Literal) => void;

function addBlock(text: string, add: Add): void {
  const block = parseBlock(text);
  if (block !== undefined) add(text, { kind: "cidr", block });
}

/** A mask is ones followed by zeros; anything else is two addresses side by side. */
function addMasked(key: string, address: string, mask: string, add: Add): void {
  const bits = mask
    .split(".")
    .map((octet) => Number(octet).toString(2).padStart(8, "0"))
    .join("");
  if (/^1{8,32}0*$/.test(bits) && bits.length === 32) {
    const block = parseBlock(`${address}/${bits.replace(/0/g, "").length}`);
    if (block !== undefined) add(`block ${key}`, { kind: "cidr", block });
  }
}

function addSpan(key: string, from: string, to: string, add: Add): void {
  const [first, last] = [parseBlock(from), parseBlock(to)];
  if (first === undefined || last === undefined || first.first > last.last) return;
  add(`span ${key}`, { kind: "cidr", block: { family: 4, first: first.first, last: last.last, prefix: 32 } });
}

/** Schemes of pages and code; any other (`postgres://`, `mongodb+srv://`, `s3://`) is a store, whose path is a name in it. */
const pages = /^(?:https?|wss?|ftp|file|oci|docker|git|ssh|git\+(?:https?|ssh))$/i;

function addUrl(scheme: string, host: string, path: string | undefined, add: Add): void {
  if (numericHost.test(host)) {
    // The URL parser reads such hosts as browsers do.
    const url = `http://${host}/`;
    if (URL.canParse(url)) addBlock(new URL(url).hostname, add);
  }
  addHost(host, add);
  if (path !== undefined && path.length > 3)
    add(`path ${host}${path}`, { kind: "path", host: host.toLowerCase(), path, isStore: !pages.test(scheme) });
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
  return stretched(
    reversed
      .split(".")
      .filter((octet) => octet !== "")
      .reverse(),
  );
}

/** The block of all addresses with a prefix: `10.2` is `10.2.0.0/16`. */
function stretched(start: readonly string[]): string {
  const octets = start.filter((octet) => octet !== "");
  return `${[...octets, 0, 0, 0].slice(0, 4).join(".")}/${octets.length * 8}`;
}
