import { cacheChanges } from "./changes/cache";
import { computeChanges, nodeGroup, nodesIn } from "./changes/compute";
import { databaseChanges } from "./changes/database";
import { messagingChanges } from "./changes/messaging";
import { nameChanges } from "./changes/names";
import { isEdit, type Change, type ChangeBreach, type ChangeRule } from "./changes/words";
import { consequences, deletesFirst, replacementTypes } from "./replacement";
import type { Inputs } from "./replacement/exceptions";
import { lossTypes, serviceTypes } from "./stateful";

export type { Change, ChangeRule, Held, HeldParts } from "./changes/words";

/** What AWS demands of a change. `docs/aws-constraints.md` has this table. */
export const changeRules: readonly ChangeRule[] = [
  ...databaseChanges,
  ...cacheChanges,
  ...messagingChanges,
  ...computeChanges,
  ...nameChanges,
];

/** A change that AWS refuses, with its place. */
export interface ChangeFinding extends ChangeBreach {
  readonly rule: string;
  readonly source: string;
  readonly resource: string;
  readonly urn: string;
}

/** Holds a change against what AWS demands of changes. Pure. */
export function checkChanges(all: readonly Change[]): readonly ChangeFinding[] {
  return all
    .filter(isEdit)
    .flatMap((edit) =>
      changeRules
        .filter(({ type }) => type === edit.type)
        .flatMap(({ id, source, check }) =>
          check(edit, all).map((breach) => ({ ...breach, rule: id, source, resource: edit.name, urn: edit.urn })),
        ),
    );
}

/** What is lost when a resource is deleted or replaced. */
export type Loss = "data" | "service";

/** What happens to one resource. */
export interface Effect {
  readonly urn: string;
  readonly resource: string;
  readonly kind: "created" | "changed in place" | "replaced" | "deleted";
  /** Inputs that differ, of a resource that stays. */
  readonly inputs: readonly string[];
  readonly loses?: Loss;
}

/** What a change does to each resource that it reaches, by the provider's rules. Pure. */
export function effectsOf(all: readonly Change[]): readonly Effect[] {
  return all.flatMap((change): readonly Effect[] => {
    const { urn, name: resource, type, before, after } = change;
    if (before === undefined) return [{ urn, resource, kind: "created", inputs: [] }];
    if (after === undefined) return [{ urn, resource, kind: "deleted", inputs: [], ...losing(change) }];
    const found = known.has(type) ? consequences(type, before, after) : differing(before, after);
    const felt = found.filter(({ provider }) => provider !== "suppressed");
    if (felt.length === 0) return [];
    const replaces = felt.filter(({ provider }) => provider === "replace");
    if (replaces.length === 0)
      return [{ urn, resource, kind: "changed in place", inputs: felt.map(({ input }) => input) }];
    const isGap = change.deletesFirst ?? deletesFirst(type, after);
    const lost = isGap || lossTypes.has(type) ? losing(change) : {};
    return [{ urn, resource, kind: "replaced", inputs: replaces.map(({ input }) => input), ...lost }];
  });
}

const known = new Set(replacementTypes);

/** Inputs that differ of a type outside AWS: its provider changes them in place. */
function differing(before: Inputs, after: Inputs) {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names
    .filter((input) => JSON.stringify(before[input]) !== JSON.stringify(after[input]))
    .map((input) => ({ input, provider: "in place" as const }));
}

function losing(change: Change): { readonly loses?: Loss } {
  const loses = lossOf(change);
  return loses === undefined ? {} : { loses };
}

/** What the end or the replacement of a resource loses; undefined when nothing that a tenant notices. */
export function lossOf({ type, before, after }: Pick<Change, "type" | "before" | "after">): Loss | undefined {
  if (lossTypes.has(type)) return "data";
  // A group without nodes serves no tenants; the application leaves one that is to have none first.
  if (type === nodeGroup && (nodesIn(before) === 0 || (after !== undefined && nodesIn(after) === 0))) return undefined;
  return serviceTypes.has(type) ? "service" : undefined;
}
