import type { CatalogChange, ChangeVerdict } from "./change";
import type { Catalog, Cell, CellAccount } from "../model";
import type { SizeClass } from "../sizes";
import { compareState, mayHoldTenants } from "./state";

/** May something that holds data go? While it may be tenants' data, only in the dev class, which is not protected. */
export function destroying(cell: Cell): ChangeVerdict {
  return cell.size.production && mayHoldTenants(cell) ? "forbidden" : "warning";
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
  const isServing = before.cells.some(({ state }) => state !== "provisioning");
  const fresh = after.cells.filter((cell) => !matched.has(cell));
  return [...changes, ...fresh.map((cell) => added(cell, highest, isServing))];
}

function added(cell: Cell, highest: number, isServing: boolean): CatalogChange {
  const base = { kind: "added", cell: cell.id, to: { number: cell.number, region: cell.region, cidr: cell.cidr } };
  const message = `new cell ${cell.number} in ${cell.region} with ${cell.cidr}`;
  const notes = [
    ...(cell.number < highest ? [`make sure that no cell ever had number ${cell.number}`] : []),
    ...(isServing && cell.state !== "provisioning"
      ? ["`cells up` creates it as provisioning only: write that state, and open the cell in the next update"]
      : []),
  ];
  return { ...base, verdict: notes.length > 0 ? "warning" : "allowed", message: [message, ...notes].join("; ") };
}

function removed(old: Cell, after: Catalog): CatalogChange {
  const base = { kind: "removed", cell: old.id, from: { number: old.number, region: old.region, cidr: old.cidr } };
  if (mayHoldTenants(old)) {
    const message = `a cell in state ${old.state} may hold tenants: drain it, move them, set it to disabled, and remove it then`;
    return { ...base, verdict: "forbidden", message };
  }
  const isNoted = after.released.some(({ cell }) => cell === old.number);
  const note = isNoted ? "" : `; note ${released(old)} under ledger.released`;
  return { ...base, verdict: "warning", message: `the cell and its data are destroyed${protection(old)}${note}` };
}

/** The ledger's entry of a cell that is removed. */
function released({ number, cidr }: Cell): string {
  return `{ cell: ${number}, cidr: ${cidr}, released: <today> }`;
}

/** What stops the deletion of a cell's data in any state. */
function protection({ size }: Cell): string {
  return size.production ? "; they are protected: end the protection first (docs/real-aws.md)" : "";
}

function renumbered(old: Cell, cell: Cell): CatalogChange {
  const message = `numbers are given once: write ${old.number} again, and give a new cell a new id`;
  return { verdict: "forbidden", kind: "renumbered", cell: old.id, from: old.number, to: cell.number, message };
}

function renamed(old: Cell, cell: Cell): CatalogChange {
  const message = `number ${old.number} belongs to ${old.id}: write that id again, or give ${cell.id} the next free number`;
  return { verdict: "forbidden", kind: "reused", cell: old.id, from: old.id, to: cell.id, message };
}

/**
 * What cannot change, in any state: an update would stop half way, with parts of the cell in the old network and parts in
 * the new one, because AWS does not delete what is in use.
 */
const fixed = [
  ["cidr", "its block of addresses"],
  ["region", "its region"],
  ["availabilityZones", "its zones"],
  ["account", "its account"],
] as const satisfies readonly (readonly [keyof Cell, string])[];

/** How to have a cell that differs in what cannot change. */
function another(old: Cell): string {
  return mayHoldTenants(old)
    ? "add a cell with a new number, move the tenants, disable this one and remove it"
    : `remove this cell, note ${released(old)} under ledger.released, run \`cells up\`, then add a cell with a new number`;
}

function compareCell(old: Cell, cell: Cell): readonly CatalogChange[] {
  const of = (kind: string, key: keyof Cell, verdict: ChangeVerdict, message: string): readonly CatalogChange[] =>
    JSON.stringify(old[key]) === JSON.stringify(cell[key])
      ? []
      : [{ verdict, kind, cell: old.id, from: old[key], to: cell[key], message }];
  const [from, to] = [old.account, cell.account];
  const isSameAccount = from !== undefined && from.id === to?.id;
  return [
    // Zones follow the region: one change, said once.
    ...fixed.flatMap(([key, what]) =>
      (key === "availabilityZones" && old.region !== cell.region) || (key === "account" && isSameAccount)
        ? []
        : of(key, key, "forbidden", `${what} cannot change: write the old value; to change it, ${another(old)}`),
    ),
    ...(isSameAccount ? compareRole(old.id, from, to) : []),
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
      "allowed",
      cell.bothNodes === true
        ? "the application moves to the other node group, once that has its nodes"
        : "the application moves to the other node group, once that has its nodes; then the first one is emptied",
    ),
    ...of("bothNodes", "bothNodes", "allowed", "the node group that is not live gets the class's nodes, or loses them"),
    ...compareSize(old, cell),
    ...(old.rabbitmq && !cell.rabbitmq
      ? of(
          "rabbitmq",
          "rabbitmq",
          destroying(old),
          mayHoldTenants(old)
            ? `the broker and the messages in it are destroyed${protection(old)}; set the cell to disabled first`
            : `the broker and the messages in it are destroyed${protection(old)}`,
        )
      : of("rabbitmq", "rabbitmq", "allowed", "the cell gets a RabbitMQ broker")),
    ...of("capacity", "capacity", "allowed", "changes when the cell counts as full"),
    ...of("owner", "owner", "allowed", "every resource of the cell gets another tag owner"),
    ...of("dataClass", "dataClass", "allowed", "every resource of the cell gets another tag data-class"),
    ...of("costCenter", "costCenter", "allowed", "every resource of the cell gets another tag cost-center"),
    ...of(
      "tier",
      "tier",
      "allowed",
      "changes the customer tier that the cell is kept for; every resource of the cell gets another tag tier",
    ),
  ];
}

/** A role is only how Pulumi gets into the account. */
function compareRole(
  cell: string,
  { roleArn: from }: CellAccount,
  { roleArn: to }: CellAccount,
): readonly CatalogChange[] {
  if (from === to) return [];
  const message =
    "another role of its account deploys the cell; a cluster without cells:clusterAdmins admits only the old one: set them and run `cells up` first (docs/real-aws.md)";
  return [{ verdict: "warning", kind: "role", cell, from, to, message }];
}

const inWindows = "its data stores change in their maintenance windows, with short failovers";

/** What a change of a part of the size class means for tenants. */
const sizeEffects: { readonly [Part in keyof SizeClass]?: string } = {
  production:
    "without public blocks in cells:apiCidrs it closes its Kubernetes API to the internet, and continues only from where it is reached privately (docs/real-aws.md)",
  postgres: inWindows,
  redis: inWindows,
  memcached: inWindows,
  rabbitmq: inWindows,
  kafka: "Kafka's brokers change one after another in the update",
  nodes: "another instance type or Kubernetes version replaces its nodes",
};

/** What becomes of each resource follows from the plans of both catalogs; see `resources.ts`. */
function compareSize(old: Cell, cell: Cell): readonly CatalogChange[] {
  const isSameName = old.sizeClass === cell.sizeClass;
  const parts = (Object.keys(cell.size) as (keyof SizeClass)[]).filter(
    (part) =>
      (part !== "rabbitmq" || cell.rabbitmq) && JSON.stringify(old.size[part]) !== JSON.stringify(cell.size[part]),
  );
  // What a region offers follows from the region: one change, said once.
  if (isSameName && (parts.length === 0 || old.region !== cell.region)) return [];
  const effects = [
    ...new Set(
      parts.flatMap((part) => (part === "production" && !cell.size.production ? [] : (sizeEffects[part] ?? []))),
    ),
  ];
  const what = isSameName ? `class ${cell.sizeClass} has changed` : "another class";
  const message = [`${what} (${parts.join(", ") || "with the same content"})`, ...effects].join("; ");
  const verdict = mayHoldTenants(old) && effects.length > 0 ? "warning" : "allowed";
  const names = isSameName ? {} : { from: old.sizeClass, to: cell.sizeClass };
  return [{ verdict, kind: "size", cell: old.id, ...names, message }];
}
