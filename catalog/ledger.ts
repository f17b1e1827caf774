import { cellPrefixes, contains, formatCidr, overlaps, parseCidr, part, type CidrBlock } from "./cidr";

/**
 * Who owns which block of addresses. A block follows from the cell's number by rule, so that no list position and no
 * history is needed; what the rule cannot say (a block chosen by hand, a block given back) is written in the catalog.
 */

/** A block chosen by hand for one cell, instead of the rule's. */
export interface ReservedBlock {
  /** Number of the cell. */
  readonly cell: number;
  /** Canonical CIDR. */
  readonly cidr: string;
}

/** A cell that is gone. Its number is never used again; its block rests before another cell may have it. */
export interface ReleasedBlock extends ReservedBlock {
  /** Day the cell was destroyed, `YYYY-MM-DD`, UTC. */
  readonly released: string;
}

/** The ledger section of a catalog. */
export interface Ledger {
  /** Days that a released block rests: longer than backups, logs and peers that still name its addresses. */
  readonly quarantineDays: number;
  readonly reserved: readonly ReservedBlock[];
  readonly released: readonly ReleasedBlock[];
}

/** What a catalog without a ledger section has. */
export const emptyLedger: Ledger = { quarantineDays: 90, reserved: [], released: [] };

/** Numbers 0 to 255 get 10.<number>.0.0/16. */
const firstPool = parseCidr("10.0.0.0/8");
/** Numbers 256 to 1279 get a /20 each of the shared address space, which a VPC may use (RFC 6598). */
const secondPool = parseCidr("100.64.0.0/10");
const secondPrefix = 20;

/** First number that the rule has no block for: cells from here on need a reserved block. */
export const ruleEnd = 2 ** 8 + 2 ** (secondPrefix - secondPool.prefix);

/** Ranges a cell's block may come from: RFC 1918 and RFC 6598. */
const privateRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"].map(parseCidr);

/** True for a block of addresses that no route of the internet leads to. */
export function isPrivate(block: CidrBlock): boolean {
  return privateRanges.some((range) => contains(range, block));
}

/** Docker's bridge and some AWS services: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html */
const dockerBridge = parseCidr("172.17.0.0/16");

/** The block that follows from a number; undefined from {@link ruleEnd} on. */
export function ruleBlock(number: number): CidrBlock | undefined {
  if (!Number.isInteger(number) || number < 0 || number >= ruleEnd) return undefined;
  if (number < 256) return part(firstPool, 8, number);
  return part(secondPool, secondPrefix - secondPool.prefix, number - 256);
}

/** Numbers whose rule blocks share an address with a block: none, one, or a whole run of them. */
export function ruleOwners(block: CidrBlock): readonly number[] {
  const owners: number[] = [];
  for (const [pool, prefix, offset] of [
    [firstPool, 16, 0],
    [secondPool, secondPrefix, 256],
  ] as const) {
    if (!overlaps(pool, block)) continue;
    const size = 2 ** (32 - prefix);
    const from = Math.max(pool.first, block.first);
    const to = Math.min(pool.first + pool.size, block.first + block.size) - 1;
    const last = Math.floor((to - pool.first) / size);
    for (let index = Math.floor((from - pool.first) / size); index <= last; index++) owners.push(offset + index);
  }
  return owners;
}

/** The block of a cell: the one reserved for it, else the rule's. Undefined when there is neither. */
export function blockOf(number: number, ledger: Ledger): CidrBlock | undefined {
  const reserved = ledger.reserved.find((entry) => entry.cell === number);
  return reserved ? parseCidr(reserved.cidr) : ruleBlock(number);
}

/** Day on which a released block may be used again, `YYYY-MM-DD`. */
export function quarantineEnd(entry: ReleasedBlock, quarantineDays: number): string {
  return new Date(Date.parse(`${entry.released}T00:00:00Z`) + quarantineDays * 86_400_000).toISOString().slice(0, 10);
}

/** True while a released block may not be used again. */
export function inQuarantine(entry: ReleasedBlock, quarantineDays: number, now: Date): boolean {
  return now.toISOString().slice(0, 10) < quarantineEnd(entry, quarantineDays);
}

/**
 * Why a block cannot be reserved for a cell, whatever other cells hold; undefined when it can.
 * Overlaps between the blocks of living cells are the caller's to check: this looks at rule and history.
 */
export function whyNot(number: number, block: CidrBlock, ledger: Ledger, now: Date): string | undefined {
  const text = formatCidr(block);
  if (block.prefix < cellPrefixes.largest || block.prefix > cellPrefixes.smallest) {
    const range = `/${cellPrefixes.largest} to /${cellPrefixes.smallest}`;
    return `write a block of ${range}: larger is no VPC, smaller has no room for its subnets`;
  }
  if (!isPrivate(block)) {
    return `write a private block: inside ${privateRanges.map(formatCidr).join(", ")}`;
  }
  if (overlaps(dockerBridge, block))
    return `keep clear of ${formatCidr(dockerBridge)}: containers and AWS services use it`;
  const resting = ledger.released.find(
    (entry) => overlaps(parseCidr(entry.cidr), block) && inQuarantine(entry, ledger.quarantineDays, now),
  );
  if (resting) {
    const end = quarantineEnd(resting, ledger.quarantineDays);
    const given = `cell ${resting.cell} gave ${resting.cidr} back on ${resting.released}`;
    return `choose another block: ${given}, it rests until ${end}`;
  }
  const rested = (owner: number) => ledger.released.some((entry) => entry.cell === owner);
  const owner = ruleOwners(block).find((candidate) => candidate !== number && !rested(candidate));
  if (owner === undefined) return undefined;
  const pools = `${formatCidr(firstPool)} and ${formatCidr(secondPool)}`;
  return `choose a block outside ${pools}: ${text} belongs by rule to cell ${owner}`;
}

/** The smallest number that no cell has or ever had. */
export function nextNumber(used: Iterable<number>, ledger: Ledger): number {
  return Math.max(-1, ...used, ...ledger.released.map((entry) => entry.cell)) + 1;
}
