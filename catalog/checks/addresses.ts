import { CidrError, cellPrefixes, formatCidr, overlaps, parseCidr, type CidrBlock } from "../cidr";
import type { Draft } from "../draft";
import type { DraftIssue } from "../issues";
import { blockOf, emptyLedger, inQuarantine, quarantineEnd, ruleEnd, whyNot, type Ledger } from "../ledger";
import { region as regionOf } from "../regions";
import { sizeOf, type SizeClass } from "../sizes";

type Path = readonly (string | number)[];

/** A block and who has it. */
interface Holding {
  readonly cell: number;
  readonly block: CidrBlock;
  readonly path: Path;
}

/** The ledger, and the blocks that follow from it. */
export function addresses(draft: Draft, now: Date): readonly DraftIssue[] {
  const { ledger, findings } = readLedger(draft, now);
  const living = new Map<number, Path>();
  for (const [index, cell] of (draft.cells ?? []).entries()) {
    if (cell?.number !== undefined && !living.has(cell.number)) living.set(cell.number, ["cells", index, "number"]);
  }
  return [...findings, ...released(ledger, living), ...blocks(draft, ledger, living, now)];
}

/** The ledger without the entries that cannot be read, and what is wrong with those. */
function readLedger(draft: Draft, now: Date): { ledger: Ledger; findings: DraftIssue[] } {
  const findings: DraftIssue[] = [];
  const readable = <Entry extends { readonly cell?: number; readonly cidr?: string }>(
    kind: "reserved" | "released",
    entries: readonly (Entry | undefined)[],
  ): Required<Entry>[] => {
    const seen = new Set<number>();
    return entries.flatMap((entry, index): Required<Entry>[] => {
      if (entry?.cell === undefined || entry.cidr === undefined) return [];
      const path = ["ledger", kind, index];
      if (seen.has(entry.cell)) {
        findings.push({ path: [...path, "cell"], value: entry.cell, message: "this cell is listed twice; keep one" });
        return [];
      }
      seen.add(entry.cell);
      try {
        parseCidr(entry.cidr);
      } catch (error) {
        if (!(error instanceof CidrError)) throw error;
        findings.push({ path: [...path, "cidr"], value: entry.cidr, message: error.message });
        return [];
      }
      return [entry as Required<Entry>];
    });
  };
  const today = now.toISOString().slice(0, 10);
  const given = draft.ledger?.released ?? [];
  for (const [index, entry] of given.entries()) {
    if (entry?.released === undefined || entry.released <= today) continue;
    const message = "this day is still to come; write the day the cell was destroyed";
    findings.push({ path: ["ledger", "released", index, "released"], value: entry.released, message });
  }
  const ledger = {
    quarantineDays: draft.ledger?.quarantineDays ?? emptyLedger.quarantineDays,
    reserved: readable("reserved", draft.ledger?.reserved ?? []),
    released: readable("released", given).filter((entry) => entry.released !== undefined),
  };
  return { ledger, findings };
}

function released(ledger: Ledger, living: ReadonlyMap<number, Path>): readonly DraftIssue[] {
  return ledger.released.flatMap((entry): DraftIssue[] => {
    const path = living.get(entry.cell);
    if (path) {
      const message = `cell ${entry.cell} was destroyed on ${entry.released} and numbers are never used twice; take the next free one`;
      return [{ path, value: entry.cell, message }];
    }
    const kept = ledger.reserved.some((reserved) => reserved.cell === entry.cell);
    if (!kept) return [];
    const message = `cell ${entry.cell} is under released too; remove it from reserved`;
    return [{ path: ["ledger", "reserved"], value: entry.cell, message }];
  });
}

function blocks(draft: Draft, ledger: Ledger, living: ReadonlyMap<number, Path>, now: Date): readonly DraftIssue[] {
  const findings: DraftIssue[] = [];
  const holdings: Holding[] = [];
  const pathOf = (cell: number): Path => [
    "ledger",
    "reserved",
    (draft.ledger?.reserved ?? []).findIndex((entry) => entry?.cell === cell),
    "cidr",
  ];
  for (const entry of ledger.reserved) {
    const block = parseCidr(entry.cidr);
    const message = whyNot(entry.cell, block, ledger, now);
    if (message !== undefined) findings.push({ path: pathOf(entry.cell), value: entry.cidr, message });
    holdings.push({ cell: entry.cell, block, path: pathOf(entry.cell) });
  }
  const reserved = new Set((draft.ledger?.reserved ?? []).map((entry) => entry?.cell));
  for (const [cell, path] of living) {
    if (reserved.has(cell)) continue;
    const block = blockOf(cell, ledger);
    if (block === undefined) {
      const message = `numbers from ${ruleEnd} have no block of their own; give cell ${cell} one under ledger.reserved`;
      findings.push({ path, value: cell, message });
      continue;
    }
    holdings.push({ cell, block, path });
    const resting = ledger.released.find(
      (entry) =>
        entry.cell !== cell &&
        overlaps(parseCidr(entry.cidr), block) &&
        inQuarantine(entry, ledger.quarantineDays, now),
    );
    if (resting) {
      const end = quarantineEnd(resting, ledger.quarantineDays);
      const message = `its block ${formatCidr(block)} rests until ${end}, after cell ${resting.cell}; take another number, or reserve a block`;
      findings.push({ path, value: cell, message });
    }
  }
  return [...findings, ...cramped(draft, holdings), ...overlapping(holdings)];
}

/**
 * Longest prefix of a block whose application subnets hold the nodes of both colours.
 *
 * Pods take their addresses in blocks of 16 that are free as a whole: each node has one in use and one spare. Each
 * single address may break another such block: a node's own, nine endpoints, two interfaces of the control plane; the
 * addresses that AWS keeps break two. A subnet is an eighth of the cell's block.
 * https://docs.aws.amazon.com/eks/latest/userguide/cni-increase-ip-addresses-procedure.html
 */
function longestPrefix({ nodes }: Pick<SizeClass, "nodes">, zones: number): number {
  const inZone = Math.ceil((2 * nodes.max) / zones);
  return 28 - 3 - Math.ceil(Math.log2(3 * inZone + 9 + 2 + 2));
}

/** Blocks whose subnets cannot hold the nodes of the cell's class: AWS answers InsufficientCidrBlocks. */
function cramped(draft: Draft, holdings: readonly Holding[]): readonly DraftIssue[] {
  return (draft.cells ?? []).flatMap((cell): DraftIssue[] => {
    const sizeClass = cell?.sizeClass ?? draft.defaults?.sizeClass;
    const zones = cell?.availabilityZones?.length ?? regionOf(cell?.region ?? "")?.defaultZones.length;
    const holding = holdings.find(({ cell: number }) => number === cell?.number);
    const size = sizeOf(sizeClass ?? "", draft.sizes);
    if (size === undefined || zones === undefined || zones === 0 || holding === undefined) return [];
    const longest = longestPrefix(size, zones);
    const { block, path } = holding;
    // Smaller ones have a message of their own.
    if (block.prefix <= longest || block.prefix > cellPrefixes.smallest) return [];
    const message = `cell ${holding.cell} of class ${sizeClass} in ${zones} zones needs /${longest} or larger for its pods; reserve such a block`;
    return [{ path, value: path[0] === "ledger" ? formatCidr(block) : holding.cell, message }];
  });
}

/** Pairs that share addresses, found in one sweep over the blocks in order. */
function overlapping(holdings: readonly Holding[]): readonly DraftIssue[] {
  const findings: DraftIssue[] = [];
  let widest: Holding | undefined;
  for (const holding of [...holdings].sort((a, b) => a.block.first - b.block.first || b.block.size - a.block.size)) {
    if (widest && overlaps(widest.block, holding.block)) {
      // The reserved one is the one a person can change.
      const [theirs, own] = holding.path[0] === "ledger" ? [widest, holding] : [holding, widest];
      const message = `overlaps ${formatCidr(theirs.block)} of cell ${theirs.cell}; choose a block that no cell has`;
      findings.push({ path: own.path, value: formatCidr(own.block), message });
    }
    if (!widest || end(holding) > end(widest)) widest = holding;
  }
  return findings;
}

function end(holding: Holding): number {
  return holding.block.first + holding.block.size;
}
