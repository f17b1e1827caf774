import { Address4 } from "ip-address";

/** A block of IPv4 addresses as numbers: `first` inclusive, `size` addresses. */
export interface CidrBlock {
  /** First address as an unsigned 32-bit number. */
  readonly first: number;
  /** Prefix length, 0 to 32. */
  readonly prefix: number;
  /** How many addresses: 2^(32 - prefix). */
  readonly size: number;
}

/** A CIDR that cannot be used, and what to write instead. */
export class CidrError extends Error {
  override readonly name = "CidrError";
}

/** Largest and smallest block of a cell. */
export const cellPrefixes = {
  /** A VPC takes no block larger than /16: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html */
  largest: 16,
  /**
   * A public subnet is 1/64 of the cell's block, and a load balancer wants subnets of at least /27:
   * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html
   */
  smallest: 21,
} as const;

/**
 * Reads a CIDR in canonical form: four decimal octets without leading zeros, a prefix, no host bits.
 *
 * @throws CidrError that says what to write instead.
 */
export function parseCidr(text: string): CidrBlock {
  const slash = text.indexOf("/");
  if (slash < 0) throw new CidrError(`write an address and a prefix length, e.g. 10.3.0.0/16`);
  let address: Address4;
  try {
    address = new Address4(text);
  } catch {
    throw new CidrError("write four numbers from 0 to 255 without leading zeros and a prefix, e.g. 10.3.0.0/16");
  }
  const prefix = address.subnetMask;
  const first = Number(address.startAddress().bigInt());
  const canonical = formatCidr({ first, prefix, size: 2 ** (32 - prefix) });
  // zod's cidrv4() and most routers let host bits pass; AWS then silently uses the network address, or refuses.
  if (canonical !== text) throw new CidrError(`it has host bits; write ${canonical}`);
  return { first, prefix, size: 2 ** (32 - prefix) };
}

/** The block of a prefix at an address: host bits are the caller's mistake and are not checked. */
export function blockAt(first: number, prefix: number): CidrBlock {
  return { first, prefix, size: 2 ** (32 - prefix) };
}

/** Canonical text of a block: `10.3.0.0/16`. */
export function formatCidr(block: CidrBlock): string {
  return `${Address4.fromBigInt(BigInt(block.first)).correctForm()}/${block.prefix}`;
}

/** True when the blocks share an address. */
export function overlaps(a: CidrBlock, b: CidrBlock): boolean {
  return a.first < b.first + b.size && b.first < a.first + a.size;
}

/** True when every address of `inner` is in `outer`. */
export function contains(outer: CidrBlock, inner: CidrBlock): boolean {
  return outer.first <= inner.first && inner.first + inner.size <= outer.first + outer.size;
}

/**
 * One of the equal parts of a block: `part(10.3.0.0/16, 3, 7)` is its last eighth, 10.3.224.0/19.
 *
 * @param bits the block is split in 2^bits parts.
 * @param index which part, from 0.
 */
export function part(block: CidrBlock, bits: number, index: number): CidrBlock {
  const prefix = block.prefix + bits;
  if (prefix > 32 || index < 0 || index >= 2 ** bits) throw new RangeError(`no part ${index} of 2^${bits}`);
  return blockAt(block.first + index * 2 ** (32 - prefix), prefix);
}

/** The three subnets that a cell has in one availability zone. */
export interface ZoneSubnets {
  /** The zone as the caller named it: `eu-west-1a`, or its letter alone. */
  readonly zone: string;
  /** Letter of the zone, `a` to `f`: what subnet names and slots derive from. */
  readonly letter: string;
  /** Private subnet of nodes and pods: an eighth of the block. */
  readonly app: string;
  /** Load balancer and NAT gateway: a sixty-fourth. */
  readonly public: string;
  /** Data stores, without a route to the internet: a sixty-fourth. */
  readonly data: string;
}

/** Zone letters that have a slot. Six, because the app subnets use six eighths of the block. */
const slots = "abcdef";

/**
 * The subnets of a cell in its zones, or in one of them. A zone's slot comes from its letter, never from its place in
 * the list: adding or removing a zone leaves the subnets of the others where they are.
 *
 * | eighth of the block | holds |
 * |---|---|
 * | 0 to 5 | app subnets of zones a to f |
 * | 6 | public subnets, an eighth of it each |
 * | 7 | data subnets, an eighth of it each |
 *
 * @param cidr the cell's block, canonical, /16 to /21.
 * @param zones one zone or several, as full names (`eu-west-1a`) or letters.
 * @returns for several: in the order of the letters, each zone once.
 * @throws CidrError for a CIDR that is not canonical, RangeError for a block of another size or a zone without a slot.
 */
export function subnetPlan(cidr: string, zones: string): ZoneSubnets;
export function subnetPlan(cidr: string, zones: readonly string[]): readonly ZoneSubnets[];
export function subnetPlan(cidr: string, zones: string | readonly string[]): ZoneSubnets | readonly ZoneSubnets[] {
  const block = parseCidr(cidr);
  if (block.prefix < cellPrefixes.largest || block.prefix > cellPrefixes.smallest) {
    throw new RangeError(`${cidr}: a cell's block is /${cellPrefixes.largest} to /${cellPrefixes.smallest}`);
  }
  if (typeof zones === "string") return zoneSubnets(block, zones);
  return [...new Set(zones)].sort().map((zone) => zoneSubnets(block, zone));
}

function zoneSubnets(block: CidrBlock, zone: string): ZoneSubnets {
  const letter = zone.slice(-1);
  const slot = letter === "" ? -1 : slots.indexOf(letter);
  if (slot < 0) throw new RangeError(`zone "${zone}": only zones ${slots[0]} to ${slots.at(-1)} have subnets`);
  return {
    zone,
    letter,
    app: formatCidr(part(block, 3, slot)),
    public: formatCidr(part(part(block, 3, 6), 3, slot)),
    data: formatCidr(part(part(block, 3, 7), 3, slot)),
  };
}
