import { cellType } from "../../contract/components";
import { blockText } from "../literals/block";
import { byForm, words } from "../literals/names";
import { cellId, type OwnedResources } from "../core/owners";
import type { Resource } from "../core/resource";
import { read } from "../core/value";
import { blocksOf, Fingerprints, zoneName, type CellPrint } from "./fingerprints";
import { identityOf, neutralNames } from "./identities";
import type { Known } from "./known";

const zoneType = "aws:route53/zone:Zone";
const providerType = "pulumi:providers:aws";
const networks = new Set(["aws:ec2/vpc:Vpc", "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation"]);

/** The fingerprints so far, and the owners. */
interface Current {
  readonly prints: Fingerprints;
  cell(resource: Resource): string | undefined;
}

/**
 * True for a resource that adds to the fingerprints, so that they must be computed again while a stack is created. What
 * the catalog already says adds nothing; otherwise a stack of many cells would be computed again for each resource.
 */
export function addsToFingerprints(resource: Resource, current: Current): boolean {
  const { type } = resource;
  if (type === cellType) return true;
  if (type !== zoneType && type !== providerType && !networks.has(type)) return false;
  const print = current.prints.cell(current.cell(resource) ?? "");
  if (print?.number === undefined) return true;
  const own: Draft = { print, zones: [], blocks: [] };
  look(resource, own);
  const blocks = new Set(print.blocks.map(blockText));
  return (
    own.zones.some((zone) => !print.zones.includes(zone)) ||
    blocksOf(own.blocks).some((block) => !blocks.has(blockText(block))) ||
    (own.region !== undefined && print.region === undefined)
  );
}

/** Fingerprints of the catalog's cells and of other cells of the stack, with what the stack's resources add. */
export function fingerprintsOf(graph: OwnedResources): Fingerprints {
  const drafts = new Map<string, Draft>();
  for (const print of graph.known.cells) drafts.set(print.id, { print, zones: [...print.zones], blocks: [] });
  const { elsewhere = [], domains } = graph.known;
  const [certain, claimed] = [new Claims(), new Claims()];
  for (const stack of graph.ofType(cellType)) draft(drafts, cellId(stack));
  const own = new Set(drafts.keys());
  const numbers = new Set([...drafts.values()].map(({ print }) => print.number));
  // A file about other stacks is no proof of what this stack's cells own, whatever it calls its cells.
  for (const print of elsewhere.flatMap(({ cells }) => cells)) if (!own.has(print.id)) merge(drafts, print, numbers);
  for (const resource of graph.resources) {
    const cell = graph.cell(resource);
    // What is read exists already: the reader is not its owner.
    if (cell === undefined || resource.isRead === true) continue;
    const own = draft(drafts, cell);
    look(resource, own);
    if (own.spoken !== undefined) for (const spoken of byForm.cellsIn(resource.name)) own.spoken.add(spoken);
    const identity = identityOf(resource);
    for (const text of identity.texts) (identity.certain ? certain : claimed).add(text, cell);
    for (const text of neutralNames(resource)) certain.add(text, cell);
  }
  const foreign = elsewhere.flatMap((other) => [...other.texts]).filter(([, cell]) => !own.has(cell));
  const allDomains = [...new Set([...domains, ...elsewhere.flatMap((other) => other.domains), ...domainsOf(graph)])];
  return new Fingerprints(
    apart([...drafts.values()].map(finished), graph.known),
    new Map(certain.unique()),
    allDomains,
    new Map(claimed.unique()),
    new Map(foreign),
  );
}

/** Domains of the zones of edge and foundation, and parent domains of the cells' public zones. */
function domainsOf(graph: OwnedResources): readonly string[] {
  return graph.ofType(zoneType).flatMap((zone) => {
    const name = read(zone.props, "name");
    if (zone.isRead === true || name.state !== "known" || typeof name.value !== "string") return [];
    const domain = zoneName(name.value);
    const parent = domain.slice(domain.indexOf(".") + 1);
    if (graph.cell(zone) === undefined) return domain.includes(".") ? [domain] : [];
    return parent.includes(".") && /^cell-\d+\./.test(domain) ? [parent] : [];
  });
}

/** The cell that a text belongs to; none when two cells claim it. */
class Claims {
  readonly #owners = new Map<string, string | undefined>();

  add(text: string, cell: string): void {
    this.#owners.set(text, this.#owners.has(text) && this.#owners.get(text) !== cell ? undefined : cell);
  }

  unique(): readonly (readonly [string, string])[] {
    return [...this.#owners].filter((entry): entry is [string, string] => entry[1] !== undefined);
  }
}

interface Draft {
  readonly print: CellPrint;
  readonly zones: string[];
  /** Blocks found in the stack, besides the catalog's. */
  readonly blocks: string[];
  region?: string | undefined;
  account?: string | undefined;
  /** For a cell whose id contains no number: the cells that its resources' names contain. */
  readonly spoken?: Set<string>;
}

/**
 * Adds a cell from another stack's file. A number that an own cell has is left out: cells of one number are taken for the
 * same cell.
 */
function merge(drafts: Map<string, Draft>, print: CellPrint, numbers: ReadonlySet<number | undefined>): void {
  const known = drafts.get(print.id);
  const { number, ...unnumbered } = print;
  if (known === undefined)
    drafts.set(print.id, { print: numbers.has(number) ? unnumbered : print, zones: [...print.zones], blocks: [] });
  else drafts.set(print.id, { ...known, blocks: [...known.blocks, ...print.blocks.map(blockText)] });
}

function draft(drafts: Map<string, Draft>, id: string): Draft {
  const known = drafts.get(id);
  if (known !== undefined) return known;
  // `prod-cell-1` and `cell_1` have number 1.
  const number = /(?:^|[^a-z0-9])cell[^a-z0-9]?(\d{1,5})(?![a-z0-9])/i.exec(id)?.[1];
  const print: CellPrint = { id, zones: [], blocks: [], ...(number === undefined ? {} : { number: Number(number) }) };
  const made: Draft = {
    print,
    zones: [`${id}.internal`],
    blocks: [],
    ...(number === undefined ? { spoken: new Set<string>() } : {}),
  };
  drafts.set(id, made);
  return made;
}

/** Adds a cell's networks, zones and region from one of its resources. */
function look(resource: Resource, own: Draft): void {
  const text = (path: string): string | undefined => {
    const found = read(resource.props, path);
    return found.state === "known" && typeof found.value === "string" ? found.value : undefined;
  };
  if (networks.has(resource.type)) own.blocks.push(...[text("cidrBlock"), text("ipv6CidrBlock")].filter(isText));
  else if (resource.type === cellType) {
    own.blocks.push(
      ...["cidr", "cidrBlock", "vpcCidr", "networkCidr", "network_cidr", "ipv6CidrBlock"].map(text).filter(isText),
    );
    own.zones.push(...["zone", "zoneName", "dnsZone", "dns_zone"].map(text).filter(isText).map(zoneName));
    own.region ??= text("region");
    own.account ??= text("account") ?? text("accountId");
  } else if (resource.type === zoneType) {
    // A zone whose name contains the cell's as whole words is the cell's: `cell-10.internal` is not `cell-1`'s. NET-05
    // judges other zones.
    const name = text("name");
    if (name !== undefined && `-${words(name).join("-")}-`.includes(`-${words(own.print.id).join("-")}-`))
      own.zones.push(zoneName(name));
  } else if (resource.type === providerType) {
    const region = text("region");
    if (region !== undefined) own.region ??= region;
  }
}

function isText(value: string | undefined): value is string {
  return value !== undefined;
}

/** The fingerprint with everything that was found. */
function finished({ print, zones, blocks, region, account, spoken = new Set() }: Draft): CellPrint {
  // `blue` has number 1 if its resources' names contain `cell-1` and no other cell.
  const [only, ...more] = [...spoken];
  const number = only === undefined || more.length > 0 ? undefined : Number(only.slice("cell-".length));
  const own = print.region ?? region;
  const where = print.account ?? account;
  return {
    ...print,
    ...(number === undefined ? {} : { number }),
    zones: [...new Set(zones)],
    blocks: [...print.blocks, ...blocksOf([...new Set(blocks)])],
    ...(own === undefined ? {} : { region: own }),
    ...(where === undefined ? {} : { account: where }),
  };
}

/**
 * Removes numbers that were read from names and that another cell also has: otherwise each cell would count the other's
 * resources as its own. `cell-1` keeps number 1 beside `cell-1-eu`.
 */
function apart(prints: readonly CellPrint[], { cells, elsewhere = [] }: Known): readonly CellPrint[] {
  const said = new Set([...cells, ...elsewhere.flatMap((other) => other.cells)].map(({ id }) => id));
  const holders = new Map<number, number>();
  for (const { number } of prints) if (number !== undefined) holders.set(number, (holders.get(number) ?? 0) + 1);
  return prints.map((print) => {
    const { number, ...others } = print;
    const isOwn =
      number === undefined || holders.get(number) === 1 || print.id === `cell-${number}` || said.has(print.id);
    return isOwn ? print : others;
  });
}
