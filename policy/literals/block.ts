import { Address4, Address6 } from "ip-address";

/** A range of addresses of one family; an IPv4 address inside IPv6 (`::ffff:10.2.0.5`, `64:ff9b::a02:5`) counts as IPv4. */
export interface AddressBlock {
  readonly family: 4 | 6;
  readonly first: bigint;
  /** Last address, inclusive. */
  readonly last: bigint;
  readonly prefix: number;
}

/** How one block relates to another. */
type Relation = "equal" | "inside" | "contains" | "overlaps" | "apart";

/** IPv6 ranges that stand for IPv4, whose last 32 bits are the address: mapped (RFC 4291) and NAT64 (RFC 6052). */
const embedded = [0xffffn << 32n, 0x64_ff9bn << 96n];
const cache = new Map<string, AddressBlock | undefined>();

/** Reads an address or a CIDR; host bits are allowed and dropped. Undefined for anything else. */
export function parseBlock(text: string): AddressBlock | undefined {
  if (cache.has(text)) return cache.get(text);
  const block = parse(text);
  if (cache.size > 10_000) cache.clear();
  cache.set(text, block);
  return block;
}

function parse(text: string): AddressBlock | undefined {
  try {
    if (!text.includes(":")) {
      const address = new Address4(text);
      return {
        family: 4,
        first: address.startAddress().bigInt(),
        last: address.endAddress().bigInt(),
        prefix: address.subnetMask,
      };
    }
    const address = new Address6(text);
    const [first, last] = [address.startAddress().bigInt(), address.endAddress().bigInt()];
    const base = address.subnetMask < 96 ? undefined : embedded.find((one) => first >> 32n === one >> 32n);
    if (base !== undefined)
      return { family: 4, first: first - base, last: last - base, prefix: address.subnetMask - 96 };
    return { family: 6, first, last, prefix: address.subnetMask };
  } catch {
    return undefined;
  }
}

/** A block in CIDR notation: `10.2.0.0/16`. */
export function blockText({ family, first, prefix }: AddressBlock): string {
  const address = family === 4 ? Address4.fromBigInt(first) : Address6.fromBigInt(first);
  return `${address.correctForm()}/${prefix}`;
}

/** `relation(10.2.0.0/24, 10.2.0.0/16)` is `inside`. */
export function relation(one: AddressBlock, other: AddressBlock): Relation {
  if (one.family !== other.family || one.last < other.first || other.last < one.first) return "apart";
  if (one.first === other.first && one.last === other.last) return "equal";
  if (one.first >= other.first && one.last <= other.last) return "inside";
  return one.first <= other.first && one.last >= other.last ? "contains" : "overlaps";
}

/** Private by RFC 1918 and RFC 4193. */
const privateBlocks = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"].map((text) => parseBlock(text)!);

/** True for a block of private addresses only. */
export function isPrivate(block: AddressBlock): boolean {
  return privateBlocks.some((outer) => ["equal", "inside"].includes(relation(block, outer)));
}

/** True for `0.0.0.0/0` and `::/0`, which mean the internet and not a cell. */
export function isEverywhere(block: AddressBlock): boolean {
  return block.prefix === 0;
}
