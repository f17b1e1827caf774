import type { CatalogChange, ChangeVerdict } from "./change";
import type { Catalog, Cell } from "../model";
import { sizes } from "../sizes";
import { compareState } from "./state";

/** A cell that may hold tenants' data: it has been opened and is not marked as empty. */
export function mayHoldTenants(cell: Cell): boolean {
  return cell.state !== "provisioning" && cell.state !== "disabled";
}

/**
 * May something that holds data go? In a production class only when the cell never had tenants or was disabled; the dev
 * class is there to be thrown away.
 */
export function destroying(cell: Cell): ChangeVerdict {
  if (cell.state === "provisioning") return "allowed";
  return sizes[cell.sizeClass].production && mayHoldTenants(cell) ? "forbidden" : "warning";
}

/** What happened to each cell, in the order of their numbers. */
export function compareCells(before: Catalog, after: Catalog): readonly CatalogChange[] {
  const byId = new Map(after.cells.map((cell) => [cell.id, cell]));
  const byNumber = new Map(after.cells.map((cell) => [cell.number, cell]));
  const matched = new Set<Cell>();
  const changes = before.cells.flatMap((old): readonly CatalogChange[] => {
    const sameId = byId.get(old.id);
    const sameNumber = byNumber.get(old.number);
    for (const cell of [sameId, sameNumber]) if (cell) matched.add(cell);
    if (sameId && sameId === sameNumber) return compareCell(old, sameId);
    if (!sameId && !sameNumber) return [removed(old, after)];
    return [...(sameId ? [renumbered(old, sameId)] : []), ...(sameNumber ? [renamed(old, sameNumber)] : [])];
  });
  const highest = Math.max(-1, ...before.cells.map((cell) => cell.number), ...before.released.map(({ cell }) => cell));
  return [...changes, ...after.cells.filter((cell) => !matched.has(cell)).map((cell) => added(cell, highest))];
}

function added(cell: Cell, highest: number): CatalogChange {
  const base = { kind: "added", cell: cell.id, to: { number: cell.number, region: cell.region, cidr: cell.cidr } };
  const message = `new cell ${cell.number} in ${cell.region} with ${cell.cidr}`;
  if (cell.number < highest) {
    return {
      ...base,
      verdict: "warning",
      message: `${message}; make sure that no cell ever had number ${cell.number}`,
    };
  }
  const open = cell.state !== "provisioning" && sizes[cell.sizeClass].production;
  return open
    ? {
        ...base,
        verdict: "warning",
        message: `${message}; it takes tenants at once: begin with provisioning or canary`,
      }
    : { ...base, verdict: "allowed", message };
}

function removed(old: Cell, after: Catalog): CatalogChange {
  const verdict = destroying(old);
  const base = {
    verdict,
    kind: "removed",
    cell: old.id,
    from: { number: old.number, region: old.region, cidr: old.cidr },
  };
  if (verdict === "forbidden") {
    const message = `a cell in state ${old.state} may hold tenants: drain it, move them, set it to disabled, and remove it then`;
    return { ...base, message };
  }
  const recorded = after.released.some(({ cell }) => cell === old.number);
  const record = recorded
    ? ""
    : `; note { cell: ${old.number}, cidr: ${old.cidr}, released: <today> } under ledger.released`;
  return { ...base, message: `the cell and its data are destroyed${record}` };
}

function renumbered(old: Cell, cell: Cell): CatalogChange {
  const message = `numbers are given once: write ${old.number} again, and give a new cell a new id`;
  return { verdict: "forbidden", kind: "renumbered", cell: old.id, from: old.number, to: cell.number, message };
}

function renamed(old: Cell, cell: Cell): CatalogChange {
  const message = `number ${old.number} belongs to ${old.id}: write that id again, or give ${cell.id} the next free number`;
  return { verdict: "forbidden", kind: "reused", cell: old.id, from: old.id, to: cell.id, message };
}

/** What cannot change without a new set of resources: the cell would be destroyed and created again, empty. */
const fixed = [
  ["cidr", "its block of addresses"],
  ["region", "its region"],
  ["availabilityZones", "its zones"],
  ["account", "its account"],
] as const satisfies readonly (readonly [keyof Cell, string])[];

function compareCell(old: Cell, cell: Cell): readonly CatalogChange[] {
  const of = (kind: string, key: keyof Cell, verdict: ChangeVerdict, message: string): readonly CatalogChange[] =>
    JSON.stringify(old[key]) === JSON.stringify(cell[key])
      ? []
      : [{ verdict, kind, cell: old.id, from: old[key], to: cell[key], message }];
  const unused = old.state === "provisioning";
  return [
    // Zones follow the region: one change, said once.
    ...fixed.flatMap(([key, what]) =>
      key === "availabilityZones" && old.region !== cell.region
        ? []
        : of(
            key,
            key,
            unused ? "warning" : "forbidden",
            unused
              ? "the cell is replaced: it was never open"
              : `${what} cannot change: write the old value; to move, add a cell with a new number, move the tenants, remove this one`,
          ),
    ),
    ...of(
      "locality",
      "locality",
      mayHoldTenants(old) ? "forbidden" : "warning",
      mayHoldTenants(old)
        ? "its tenants' data would change residency: add a cell there and move the tenants"
        : "other jurisdictions' tenants will live here; make sure that the cell is empty",
    ),
    ...compareState(old, cell),
    ...of("weight", "weight", "allowed", "changes the share of tenants whose home is this cell"),
    ...of("release", "release", "allowed", "the cell's application is updated"),
    ...of(
      "liveNodes",
      "liveNodes",
      old.bothNodes === true ? "allowed" : "warning",
      old.bothNodes === true
        ? "the application moves to the other node group, which has its nodes"
        : "the other node group has no nodes yet: write bothNodes: true first, and switch when they are ready",
    ),
    ...of("bothNodes", "bothNodes", "allowed", "the node group that is not live gets the class's nodes, or loses them"),
    ...compareSize(old, cell),
    ...(old.rabbitmq && !cell.rabbitmq
      ? of(
          "rabbitmq",
          "rabbitmq",
          destroying(old),
          "the broker and the messages in it are destroyed; drain or disable the cell first",
        )
      : of("rabbitmq", "rabbitmq", "allowed", "the cell gets a RabbitMQ broker")),
    ...of("capacity", "capacity", "allowed", "changes when the cell counts as full"),
    ...of("owner", "owner", "allowed", "every resource of the cell gets another tag owner"),
    ...of("dataClass", "dataClass", "allowed", "every resource of the cell gets another tag data-class"),
    ...of("costCenter", "costCenter", "allowed", "every resource of the cell gets another tag cost-center"),
    ...of("tier", "tier", "allowed", "changes the customer tier that the cell is kept for"),
  ];
}

/** Disks that cannot shrink: RDS and MSK refuse it. */
function compareSize(old: Cell, cell: Cell): readonly CatalogChange[] {
  if (old.sizeClass === cell.sizeClass) return [];
  const [from, to] = [sizes[old.sizeClass], sizes[cell.sizeClass]];
  const base = { kind: "size", cell: old.id, from: old.sizeClass, to: cell.sizeClass };
  const shrinks = [
    ...(to.postgres.storage < from.postgres.storage
      ? [`Postgres ${from.postgres.storage} to ${to.postgres.storage} GiB`]
      : []),
    ...(to.kafka.volume < from.kafka.volume ? [`Kafka ${from.kafka.volume} to ${to.kafka.volume} GiB`] : []),
  ];
  if (shrinks.length > 0 && old.state !== "provisioning") {
    const message = `disks cannot shrink (${shrinks.join(", ")}): add a smaller cell and move the tenants`;
    return [{ ...base, verdict: "forbidden", message }];
  }
  const message = "databases, caches, brokers and nodes are resized, one cell at a time and with short failovers";
  return [{ ...base, verdict: mayHoldTenants(old) ? "warning" : "allowed", message }];
}
