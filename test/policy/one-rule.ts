import type { Resource } from "../../policy/core/resource";
import { nothingKnown, type Known } from "../../policy/fingerprints/known";
import { rules } from "../../policy/rules";
import { readSettings } from "../../policy/settings/settings";
import { World } from "./world";

export const rule = (id: string): (typeof rules)[number] => rules.find((one) => one.id === id)!;

/** The context, with settings of some rules. */
export function set(settings: Readonly<Record<string, unknown>>, known: Known = nothingKnown): Known {
  return { ...known, settings: readSettings(rules, "test", settings) };
}

/** What a rule says of a world, each with its resource: `violation it path`. */
export function said(id: string, act: (world: World) => void, known: Known = nothingKnown): readonly string[] {
  const world = new World();
  act(world);
  return world.judged(
    rules.find((one) => one.id === id)!,
    known,
  );
}

/** What it says of one resource of cell 1; `from` names the sources of its inputs. */
export function one(
  id: string,
  type: string,
  props: object,
  known?: Known,
  from: Readonly<Record<string, readonly Resource[]>> = {},
): readonly string[] {
  return said(id, (world) => void world.add(type, props, { from }), known);
}
