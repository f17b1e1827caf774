import { checkChanges, effectsOf, type Change, type Effect } from "../changes";
import type { Cell } from "../model";
import { destroying } from "./cells";
import type { CatalogChange } from "./change";
import { mayHoldTenants } from "./state";

/**
 * What a change of a cell does to its resources: what AWS refuses, what it takes in two updates only, what is lost, and
 * what is changed in place. Pure.
 *
 * @param old the cell before.
 * @param changes its resources before and after, by the plans of both catalogs.
 */
export function compareResources(old: Cell, changes: readonly Change[]): readonly CatalogChange[] {
  const base = { cell: old.id };
  const breaches = checkChanges(changes);
  const refused = new Set(breaches.map(({ urn }) => urn));
  const effects = effectsOf(changes).filter(({ urn }) => !refused.has(urn));
  const lost = effects.filter(({ loses }) => loses !== undefined);
  const rest = effects.filter(({ loses }) => loses === undefined);
  return [
    ...breaches.map(({ resource, property, message, source, hold }): CatalogChange => ({
      ...base,
      verdict: hold === undefined ? "forbidden" : "warning",
      kind: hold === undefined ? "refused" : "staged",
      message: `${resource}.${property}: ${message}; see ${source}`,
    })),
    ...lost.map(({ resource, kind, inputs, loses }): CatalogChange => ({
      ...base,
      verdict: loses === "data" ? destroying(old) : mayHoldTenants(old) ? "warning" : "allowed",
      kind: loses === "data" ? "loses data" : "loses service",
      message: `${resource} is ${kind}${inputs.length === 0 ? "" : ` (${inputs.join(", ")})`}: cells up asks for approval`,
    })),
    ...(["replaced", "created", "deleted", "changed in place"] as const).flatMap((kind) => summary(base, kind, rest)),
  ];
}

/** Most resources that one line names. */
const mostNamed = 8;

function summary(base: { readonly cell: string }, kind: Effect["kind"], effects: readonly Effect[]): CatalogChange[] {
  const names = effects.filter((effect) => effect.kind === kind).map(({ resource }) => resource);
  if (names.length === 0) return [];
  const more = names.length > mostNamed ? ` and ${names.length - mostNamed} more` : "";
  return [{ ...base, verdict: "allowed", kind, message: `${names.slice(0, mostNamed).join(", ")}${more}` }];
}
