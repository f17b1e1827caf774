import type { CellNumber } from "../contract/numbers";
import { firstMistake } from "./check";
import type { Conditions } from "./decide";
import { localitiesKey } from "./homes";
import { applyOverlay, conditionsOf } from "./overlay";
import { pinsOf } from "./pins";
import { residencyChanges } from "./residency";
import { breachesOf, comparePins, nameOf, type Breach, type Served } from "./step";
import type { RoutingTable } from "./table";

/** Milliseconds for which the limits hold together: many small steps must not do what one may not. */
export const windowMs = 3_600_000;

/** What a router answers from, and what it needs to judge the next step. */
export interface Accepted extends Served {
  /** What it served when the window began, and when that was. */
  readonly start: { readonly served: Served; readonly at: number };
  /** Why it ignores some of the overlay's `down` marks; undefined when it follows all. */
  readonly ignores: string | undefined;
}

export type Acceptance =
  { readonly ok: true; readonly accepted: Accepted } | { readonly ok: false; readonly reason: string };

/** The state of a router with its bundled table, which is not compared with any other. */
export function begin(base: RoutingTable, now: number): Accepted {
  return starting({ base, overlay: undefined, table: base, pins: pinsOf(base.pins), conditions: {} }, now);
}

function starting(served: Served, at: number): Accepted {
  return { ...served, start: { served, at }, ignores: undefined };
}

/**
 * Whether a router takes the next pair of base and overlay. A refused pair changes nothing: the router keeps the last good
 * one. To force a base, deploy it: the bundled table is not compared.
 *
 * Limits, residency and epochs hold for the step from the last pair and for all steps since the window began. Where only
 * the overlay's new `down` marks exceed limits, the router takes the pair without these marks: health checks can neither
 * empty a candidate set nor stop other changes.
 *
 * A pair that it has already is judged like any other: constant work.
 *
 * @param now milliseconds that never go back.
 */
export function accept(held: Accepted, { base, overlay }: Pick<Served, "base" | "overlay">, now: number): Acceptance {
  const { version } = held.base;
  const isSameBase = base.version.revision === version.revision && base.version.digest === version.digest;
  const mistake = isSameBase ? undefined : mistakeIn(held.base, base);
  if (mistake !== undefined) return { ok: false, reason: mistake };
  const applied =
    overlay === undefined ? { ok: true as const, table: base, pins: pinsOf(base.pins) } : applyOverlay(base, overlay);
  if (!applied.ok) return { ok: false, reason: firstMistake(applied.mistakes) };
  const conditions = conditionsOf(overlay);
  const next = { base, overlay, table: applied.table, pins: applied.pins };
  const changes = comparePins(held.pins, next.pins);
  const start = now - held.start.at < windowMs ? held.start : { served: servedOf(held), at: now };
  const isFirst = start.served.table === held.table && start.served.conditions === held.conditions;
  const sinceStart = isFirst ? undefined : comparePins(start.served.pins, next.pins);
  // Since the start too: a pin or a cell that was away for one step must not return older or elsewhere.
  const reason =
    olderIn(held, overlay) ??
    olderPins(Math.max(changes.older, sinceStart?.older ?? 0)) ??
    unapprovedIn(held.table, next.table) ??
    unapprovedIn(start.served.table, next.table);
  if (reason !== undefined) return { ok: false, reason };
  // The base alone lacks every move since the last deployment.
  if (isSameBase && held.overlay === undefined && overlay !== undefined)
    return { ok: true, accepted: starting({ ...next, conditions }, now) };

  const last = held.overlay?.revision;
  const isRaised = last !== undefined && overlay !== undefined && overlay.revision > last;
  const allow = isRaised && overlay.allow?.from === last ? overlay.allow : undefined;
  const judge = (served: Served) => [
    ...breachesOf(held, served, changes, allow),
    ...(sinceStart === undefined ? [] : breachesOf(start.served, served, sinceStart, allow, "within an hour")),
  ];

  let served: Served = { ...next, conditions };
  let broken: readonly Breach[] = [];
  let breaches: readonly Breach[] = [];
  let ignores: string | undefined;
  for (let fewer: Conditions | undefined = conditions; fewer !== undefined;) {
    served = { ...next, conditions: fewer };
    breaches = judge(served);
    broken = breaches.filter(({ allowed }) => !allowed);
    fewer = withoutMarks(broken, held.conditions, served);
    if (fewer !== undefined) ignores ??= broken[0]!.reason;
  }
  if (broken[0] !== undefined) return { ok: false, reason: broken[0].reason };
  const isPermitted = breaches.length > 0 || residencyChanges(held.table, next.table).length > 0;
  // A permission is for one step. Without a new window, the next step would need it again.
  return { ok: true, accepted: { ...served, start: isPermitted ? { served, at: now } : start, ignores } };
}

/**
 * Without the new `down` marks in a candidate set that exceeds a limit and has some, undefined when none has. It is the set
 * with the fewest localities, the fleet after all sets; the names decide among equals, so that all readers choose alike.
 */
function withoutMarks(
  broken: readonly Breach[],
  { down: old }: Conditions,
  { table, conditions }: Served,
): Conditions | undefined {
  const { down = new Set() } = conditions;
  const locality = new Map(table.cells.map((cell) => [cell.number, cell.locality]));
  const size = ({ localities }: Breach): number => (localities === undefined ? Infinity : new Set(localities).size);
  const name = ({ localities = [] }: Breach): string => localitiesKey(localities);
  const ordered = [...broken].sort((a, b) => (size(a) === size(b) ? (name(a) < name(b) ? -1 : 1) : size(a) - size(b)));
  for (const { localities } of ordered) {
    const isIn = (number: CellNumber): boolean => localities?.includes(locality.get(number) ?? "") ?? true;
    const fewer = new Set([...down].filter((number) => old?.has(number) === true || !isIn(number)));
    if (fewer.size < down.size) return { ...conditions, down: fewer };
  }
  return undefined;
}

function servedOf({ base, overlay, table, pins, conditions }: Served): Served {
  return { base, overlay, table, pins, conditions };
}

/** Why a base may not replace another one in routers without an overlay and without a window. */
export function refusalToReplace(current: RoutingTable, next: RoutingTable): string | undefined {
  const [before, after] = [current, next].map((base) => begin(base, 0)) as [Accepted, Accepted];
  const result = accept(before, after, 0);
  return result.ok ? undefined : result.reason;
}

function mistakeIn(current: RoutingTable, next: RoutingTable): string | undefined {
  if (next.environment !== current.environment) {
    return `it is for environment ${next.environment}, this router serves ${current.environment}`;
  }
  if (next.version.revision < current.version.revision) {
    return `its revision ${next.version.revision} is older than ${current.version.revision}`;
  }
  if (next.version.revision === current.version.revision) {
    return `its revision ${current.version.revision} has other content than before`;
  }
  return undefined;
}

function olderIn(held: Served, overlay: Served["overlay"]): string | undefined {
  const [last, revision] = [held.overlay?.revision, overlay?.revision];
  return last !== undefined && (revision === undefined || revision < last)
    ? `its revision ${revision} is older than ${last}`
    : undefined;
}

function olderPins(count: number): string | undefined {
  return count > 0 ? `it has older epochs of ${count} tenants` : undefined;
}

function unapprovedIn(before: RoutingTable, after: RoutingTable): string | undefined {
  const change = residencyChanges(before, after).find(({ approved }) => !approved);
  if (change === undefined) return undefined;
  return `it opens ${change.localities.join(", ")} to tenants of ${nameOf(change.countries)}, without approval`;
}
