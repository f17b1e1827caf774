import { CellWords, words, type CellName } from "../literals/names";
import { isEverywhere, isPrivate, parseBlock, relation, type AddressBlock } from "../literals/block";
import type { Arn, Literal } from "../literals/extract";
import { neutralName } from "./identities";

/** What identifies a cell and its resources. Known before any of them exists. */
export interface CellPrint {
  readonly id: string;
  readonly number?: number;
  readonly environment?: string;
  /** DNS zones, private and public, in lower case. */
  readonly zones: readonly string[];
  readonly blocks: readonly AddressBlock[];
  readonly account?: string;
  readonly region?: string;
  readonly partition?: string;
  /** Regions where the cell's data may be; undefined when not known. */
  readonly allowedRegions?: ReadonlySet<string>;
  /** False for a cell whose size class needs no data protection; undefined when not known. */
  readonly production?: boolean;
}

/** Why a literal belongs to another cell. */
export interface Hit {
  readonly cell: string;
  /** `literal:host`, `literal:cidr`, …: the kind of evidence, never the value. */
  readonly evidence: string;
  /** True where it can be another cell's and the text alone does not show it. */
  readonly isOpen?: boolean;
}

/** Domains in which a host's name identifies its cell; in other domains `cell-2` may be unrelated. */
const ownDomains = [
  "internal",
  "local",
  "svc",
  "amazonaws.com",
  "amazonaws.com.cn",
  "on.aws",
  "api.aws",
  "awsapps.com",
  // Never public: RFC 6762, appendix G, and RFC 8375.
  "intranet",
  "private",
  "corp",
  "home",
  "lan",
  "home.arpa",
  "localdomain",
];

/** A broker of MSK, whose host has the cluster's name without dashes. */
const broker =
  /^(?:b-\d+|b-\d+-public|z-\d+)\.([a-z0-9]+)\.[a-z0-9]+\.c\d+\.kafka\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?$/;

/** All cells, and which of them a literal belongs to. Pure; built once for a stack. */
export class Fingerprints {
  readonly #cells = new Map<string, CellPrint>();
  readonly #zones = new Map<string, string>();
  readonly #names: CellWords;
  readonly #domains: readonly string[];
  readonly #accounts: ReadonlyMap<string, string | undefined>;
  #neutral: readonly (readonly [string, string])[] | undefined;

  /**
   * @param prints every known cell, once.
   * @param texts cell by id, ARN, host or physical name of an existing resource of this stack: the only proof that a text
   *   is the own cell's.
   * @param domains parent domains of public zones.
   */
  constructor(
    prints: readonly CellPrint[],
    readonly texts: ReadonlyMap<string, string> = new Map(),
    domains: readonly string[] = [],
    /** Texts that a cell's resources use, perhaps for another owner's resource: they do not prove ownership. */
    private readonly claimed: ReadonlyMap<string, string> = new Map(),
    /**
     * The same of other stacks' cells, by their files. They add owners and clear nothing: a text that this stack also
     * calls its own has two owners.
     */
    private readonly elsewhere: ReadonlyMap<string, string> = new Map(),
  ) {
    for (const print of prints) {
      this.#cells.set(print.id, print);
      for (const zone of print.zones) this.#zones.set(zone, print.id);
    }
    this.#names = new CellWords(prints.flatMap(namesOf));
    this.#domains = [...ownDomains, ...domains];
    this.#accounts = owners(prints);
  }

  get cells(): readonly CellPrint[] {
    return [...this.#cells.values()];
  }

  cell(id: string): CellPrint | undefined {
    return this.#cells.get(id);
  }

  /** Cells that a name contains, known or of the form `cell-99`. */
  cellsIn(name: string): readonly string[] {
    return this.#names.cellsIn(name);
  }

  /**
   * The other cell that a literal refers to, seen from `own`; undefined when it is the cell's own or no cell's.
   *
   * @param reach true where a block allows or routes traffic (a security group's rule, a route): a block that contains a
   *   cell's block counts.
   */
  foreign(literal: Literal, own: string, reach = false): Hit | undefined {
    switch (literal.kind) {
      case "arn":
        return this.foreignArn(literal.arn, own);
      case "id":
        return hit(this.#known(literal.id, own), "literal:id");
      case "host":
        return hit(this.#hostOwner(literal.host, own), "literal:host");
      case "path":
        return hit(this.#pathOwner(literal, own), "literal:name");
      case "name":
        // `foreignArn` judges ARNs by their parts.
        if (literal.name.startsWith("arn:")) return undefined;
        return this.#namedHit(literal.name, own);
      case "cells":
        return { cell: "every cell", evidence: "literal:pattern", ...(literal.isOpen ? { isOpen: true } : {}) };
      case "cidr":
        return this.#foreignBlock(literal.block, own, reach);
    }
  }

  /** A word of a longer text: `redis-cell-2-0` counts, `cell-2` alone may be prose. */
  foreignWord(word: string, own: string): Hit | undefined {
    const known = this.#owner(word);
    if (known !== undefined) return known === own ? undefined : { cell: known, evidence: "literal:id" };
    return this.#names.isPartOfCell(word) ? hit(this.named(word, own), "literal:name") : undefined;
  }

  #namedHit(name: string, own: string): Hit | undefined {
    const known = this.#known(name, own);
    // `/orders/data` is also a directory.
    if (known !== undefined && /^(?:\/[a-z]+)+$/i.test(name))
      return { cell: known, evidence: "literal:name", isOpen: true };
    return hit(known ?? this.named(name, own), "literal:name");
  }

  foreignArn(arn: Arn, own: string): Hit | undefined {
    const known = this.#within(arn.text);
    if (known !== undefined && known !== own) return { cell: known, evidence: "literal:arn" };
    if (this.#owner(arn.text) === own) return undefined;
    const neutral = this.#within(neutralName(arn));
    if (neutral !== undefined && neutral !== own && this.#isAt(arn, neutral))
      return { cell: neutral, evidence: "literal:arn" };
    const named = this.named(arn.resource, own) ?? this.#claimed(arn.text, own);
    if (named !== undefined) return { cell: named, evidence: "literal:arn" };
    const account = this.foreignAccount(arn.account, own);
    return account === undefined ? undefined : { cell: account, evidence: "literal:account" };
  }

  /** Names that say nothing of a cell, by their form in `identities.ts`, of cells where an ARN can be. */
  neutral(arn: Arn): readonly (readonly [name: string, cell: string])[] {
    this.#neutral ??= [...this.texts].filter(([text]) => /^[a-z0-9-]+ /.test(text));
    return this.#neutral.filter(([, cell]) => this.#isAt(arn, cell));
  }

  #isAt(arn: Arn, cell: string): boolean {
    const { region, account } = this.#cells.get(cell) ?? {};
    const fits = (text: string, value: string | undefined): boolean =>
      value === undefined || text === "" || /[*?]/.test(text) || text === value;
    return fits(arn.region, region) && fits(arn.account, account);
  }

  /** The only cell of an account, if that is another cell; undefined for an account of several cells. */
  foreignAccount(account: string, own: string): string | undefined {
    if (this.#cells.get(own)?.account === account) return undefined;
    return this.#accounts.get(account);
  }

  /** True for the account of one cell alone, and for an account of no cell; false where cells share it. */
  isAlone(account: string, own: string): boolean {
    const mine = this.#cells.get(own)?.account;
    if (mine !== undefined && mine !== account) return true;
    return mine !== undefined && [...this.#cells.values()].every((one) => one.id === own || one.account !== mine);
  }

  /** The first other cell that a name contains as words. */
  named(name: string, own: string): string | undefined {
    return this.#names.cellsIn(name).find((cell) => !this.isSame(cell, own));
  }

  /** `cell-3` and the id of the cell with number 3 are the same cell. */
  isSame(one: string, other: string): boolean {
    if (one === other) return true;
    const number = /^cell-(\d+)$/;
    const same = (name: string, id: string): boolean =>
      this.#cells.get(id)?.number === Number(number.exec(name)?.[1] ?? NaN);
    return same(one, other) || same(other, one);
  }

  /**
   * Owner of the longest known ARN that is the text or a parent of it: the bucket of an object, the log group of a stream.
   * An ARN has at most 2048 characters, and looking up each prefix of a longer text would take hours.
   */
  #within(text: string): string | undefined {
    for (
      let part = text.slice(0, 2048);
      part.length >= 8;
      part = part.slice(0, Math.max(part.lastIndexOf("/"), part.lastIndexOf(":"), 0))
    ) {
      const owner = this.#owner(part);
      if (owner !== undefined) return owner;
    }
    return undefined;
  }

  /** A path identifies a cell in a store and on the cells' own hosts; on other hosts `cell-2` is unrelated. */
  #pathOwner({ host, path, isStore }: Extract<Literal, { kind: "path" }>, own: string): string | undefined {
    const known = path
      .split(/[/?&=#:]/)
      .map((part) => this.#owner(part))
      .find((owner) => owner !== undefined && owner !== own);
    return known ?? (isStore || this.#isOurs(host) ? this.named(path, own) : undefined);
  }

  #isOurs(host: string): boolean {
    return !host.includes(".") || /^[\d.]+$/.test(host) || this.#domains.some((domain) => isUnder(host, domain));
  }

  /** Whether the text is known as that of a cell, of this stack or another. */
  isOwned(text: string): boolean {
    return this.#owner(text) !== undefined;
  }

  /** Owner of a text; of two, the one of another stack. */
  #owner(text: string): string | undefined {
    return this.elsewhere.get(text) ?? this.texts.get(text);
  }

  #known(text: string, own: string): string | undefined {
    const owner = this.#owner(text);
    if (owner === undefined) return this.#claimed(text, own);
    return owner === own ? undefined : owner;
  }

  #claimed(text: string, own: string): string | undefined {
    const owner = this.claimed.get(text);
    return owner === own ? undefined : owner;
  }

  #hostOwner(host: string, own: string): string | undefined {
    const known = this.#owner(host);
    if (known !== undefined) return known === own ? undefined : known;
    if (host.startsWith("*.")) return this.#wildcardOwner(host.slice(2), own);
    const zone = this.#zoneOwner(host);
    if (zone !== undefined) return this.isSame(zone, own) ? undefined : zone;
    if (!this.#isOurs(host)) return undefined;
    const squeezed = broker.exec(host)?.[1];
    return this.named(host, own) ?? (squeezed === undefined ? undefined : this.#squeezed(squeezed, own));
  }

  /** `*.cells.example.com` stands for every cell's host; `*.internal` for every host of a network. */
  #wildcardOwner(domain: string, own: string): string | undefined {
    if (ownDomains.includes(domain)) return this.#hostOwner(domain, own);
    const other = this.cells.find(
      ({ id, zones }) => !this.isSame(id, own) && zones.some((zone) => zone.slice(zone.indexOf(".") + 1) === domain),
    );
    return other?.id ?? this.#hostOwner(domain, own);
  }

  #squeezed(name: string, own: string): string | undefined {
    const cells = this.#names.squeezedIn(name);
    return cells.some((cell) => this.isSame(cell, own)) ? undefined : cells[0];
  }

  /** True for a host that is the cell's own, by its text, its zone or its name. */
  isOwnHost(host: string, own: string): boolean {
    if (this.texts.get(host) === own) return true;
    const cells = [...this.#names.cellsIn(host), ...this.#names.squeezedIn(broker.exec(host)?.[1] ?? "")];
    return this.#zoneOwner(host) === own || cells.some((cell) => this.isSame(cell, own));
  }

  /** True for an address in the block of any cell. */
  isCells(block: AddressBlock): boolean {
    return this.cells.some((print) => print.blocks.some((one) => relation(block, one) !== "apart"));
  }

  /** Owner of the longest zone that a host is in, label by label. */
  #zoneOwner(host: string): string | undefined {
    // A zone has at most 253 characters.
    const last = host.length > 253 ? host.slice(host.indexOf(".", host.length - 254) + 1) : host;
    for (let zone = last; zone !== ""; zone = zone.includes(".") ? zone.slice(zone.indexOf(".") + 1) : "") {
      const owner = this.#zones.get(zone);
      if (owner !== undefined) return owner;
    }
    return /(?:^|\.)(cell-\d{1,5})\.internal$/.exec(host)?.[1];
  }

  #foreignBlock(block: AddressBlock, own: string, reach: boolean): Hit | undefined {
    if (isEverywhere(block)) return undefined;
    const mine = this.#cells.get(own)?.blocks ?? [];
    if (mine.some((one) => ["equal", "inside"].includes(relation(block, one)))) return undefined;
    for (const print of this.#cells.values()) {
      if (print.id === own) continue;
      for (const other of print.blocks) {
        const how = relation(block, other);
        if (how === "apart" || (how === "contains" && !reach)) continue;
        return { cell: print.id, evidence: how === "contains" ? "literal:supernet" : "literal:cidr" };
      }
    }
    const isSupernet = isPrivate(block) && mine.some((one) => relation(block, one) === "contains");
    return reach && isSupernet ? { cell: "every cell around it", evidence: "literal:supernet" } : undefined;
  }
}

function hit(cell: string | undefined, evidence: string): Hit | undefined {
  return cell === undefined ? undefined : { cell, evidence };
}

/** True for a zone's own name and what is under it, label by label. */
export function isUnder(host: string, zone: string): boolean {
  return host === zone || host.endsWith(`.${zone}`);
}

/** The names of a cell. */
export function namesOf({ id, number }: CellPrint): readonly CellName[] {
  const own = words(id);
  // A single short word is too common to be a name.
  const byId = own.length > 1 || (own[0]?.length ?? 0) >= 3 ? [{ cell: id, words: own }] : [];
  return number === undefined || id === `cell-${number}`
    ? byId
    : [...byId, { cell: id, words: ["cell", String(number)] }];
}

/** The cell of each account; undefined for an account of several cells, which identifies none of them. */
function owners(prints: readonly CellPrint[]): ReadonlyMap<string, string | undefined> {
  const found = new Map<string, string | undefined>();
  for (const { id, account } of prints) {
    if (account !== undefined) found.set(account, found.has(account) ? undefined : id);
  }
  return found;
}

/** A zone's name in the form that fingerprints use. */
export function zoneName(text: string): string {
  return text.toLowerCase().replace(/\.+$/, "");
}

/** Parses texts as blocks; leaves out what is not a block. */
export function blocksOf(texts: readonly string[]): readonly AddressBlock[] {
  return texts.map(parseBlock).filter((block) => block !== undefined);
}
