import type { CellNumber } from "../../contract/numbers";
import type { Member } from "../algorithm";
import { canBeHome, localitiesKey } from "../homes";
import type { Deal, RoutingTableContent } from "../table";
import { deal } from "./deal";
import { ownersOf, packDeal } from "./pack";

/**
 * The deals of a table: one for each set of localities that a jurisdiction allows and that has a cell that can be a home.
 * They start from `before`, the previous table's deals; a set without one is dealt from nothing.
 */
export function dealAll(
  { cells, jurisdictions }: Pick<RoutingTableContent, "cells" | "jurisdictions">,
  before: readonly Deal[] = [],
): readonly Deal[] {
  const last = new Map(before.map((each) => [localitiesKey(each.localities), each]));
  const keys = new Set(Object.values(jurisdictions).map(({ localities }) => localitiesKey(localities)));
  return [...keys].sort().flatMap((key): Deal[] => {
    const localities = key.split(",");
    const members = cells.filter((cell) => localities.includes(cell.locality) && canBeHome(cell));
    if (members.length === 0) return [];
    const previous = last.get(key);
    if (previous === undefined) return [fromNothing(localities, members)];
    return [packDeal(localities, numbersOf(members), deal(members, ownersOf(previous)))];
  });
}

/** The last deals from nothing, by their input: comparing tables needs the same ones many times. */
const remembered = new Map<string, Deal>();
const mostRemembered = 64;

function fromNothing(localities: readonly string[], members: readonly Member[]): Deal {
  const key = `${localities.join(",")}|${members.map(({ number, weight }) => `${number}:${weight}`).join(",")}`;
  const known = remembered.get(key);
  if (known !== undefined) return known;
  const made = packDeal(localities, numbersOf(members), deal(members));
  if (remembered.size >= mostRemembered) remembered.clear();
  remembered.set(key, made);
  return made;
}

function numbersOf(members: readonly Member[]): readonly CellNumber[] {
  return members.map(({ number }) => number);
}
