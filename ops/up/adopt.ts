import { UpRefused } from "./refused";
import { readState } from "./state";

/** How each interrupted creation ended, as a person found: the id in the cloud, or undefined where it does not exist. */
export type Found = ReadonlyMap<string, string | undefined>;

/**
 * Reads what was found from the command line's options.
 *
 * @param found `<urn>=<id>` of resources that the cloud has.
 * @param gone URNs of those that it lacks.
 * @throws UpRefused for text of another form, and for a URN in both: a forgotten resource would be created twice.
 */
export function foundOf(found: readonly string[] = [], gone: readonly string[] = []): Found {
  const refuse = (what: string): never => {
    throw new UpRefused("interrupted", what);
  };
  const all = new Map<string, string | undefined>();
  const add = (urn: string, id: string | undefined): void => {
    if (all.has(urn)) refuse(`--found and --gone name ${urn} twice: write it once`);
    all.set(urn, id);
  };
  for (const text of found) {
    const [, urn, id] =
      /^(urn:[^=]+)=(.+)$/.exec(text) ?? refuse(`--found ${text}: write the URN, =, and the id that the cloud gave it`);
    add(urn!, id);
  }
  for (const urn of gone) {
    if (!/^urn:[^=]+$/.test(urn)) refuse(`--gone ${urn}: write the URN alone`);
    add(urn, undefined);
  }
  return all;
}

/** URNs of resources whose creation had begun when the engine was killed: their state in the cloud is unknown. */
export function creatingIn(state: string): readonly string[] {
  return readState(state)
    .pending.filter(({ type }) => type === "creating")
    .map(({ resource }) => resource.urn);
}

/**
 * What was named with --found or --gone and does not fit the state; empty when all of it does. An entry that an earlier
 * run has settled fits.
 */
export function misfits(state: string, found: Found): readonly string[] {
  const pending = new Set(creatingIn(state));
  const ids = new Map(readState(state).resources.map(({ urn, id }) => [urn, id]));
  return [...found].flatMap(([urn, id]) => {
    if (pending.has(urn)) return [];
    if (id === undefined) return ids.has(urn) ? [`--gone ${urn}: the stack has this resource`] : [];
    return ids.get(urn) === id ? [] : [`--found ${urn}=${id}: no creation of it is open, and the stack has no such id`];
  });
}

/**
 * A state in which the resources that were found have the inputs of their creation, and no creation is pending. The
 * engine must read them from the cloud before it does anything else: their outputs are missing.
 */
export function settledState(state: string, found: Found): string {
  const { whole, resources, pending } = readState(state);
  const adopted = pending.flatMap(({ type, resource }) => {
    const id = type === "creating" ? found.get(resource.urn) : undefined;
    return id === undefined ? [] : [{ ...resource, id, outputs: { ...resource.inputs } }];
  });
  const kept = pending.filter(({ type }) => type !== "creating");
  const others = new Map(adopted.map((resource) => [resource.urn, resource]));
  const before = resources.flatMap((resource) => {
    const instead = resource.delete === true ? undefined : others.get(resource.urn);
    if (instead === undefined) return [resource];
    // It replaces this one, which is to be deleted now, and takes its place before the resources that depend on it.
    others.delete(resource.urn);
    return [instead, { ...resource, delete: true }];
  });
  // The others go to the end: their parents, providers and dependencies precede them, and nothing depends on them yet.
  return JSON.stringify({
    ...whole,
    deployment: { ...whole.deployment, resources: [...before, ...others.values()], pending_operations: kept },
  });
}

/** What to do about them. The engine would create each a second time, and lose the first. */
export function unfinished(urns: readonly string[]): string {
  return [
    "the last update was killed while it created these resources; the cloud may have them or not, and another update could create them twice:",
    ...urns.map((urn) => `  ${urn}`),
    "Look for each in the cloud, by the names that the plan gives it, and run up again with what you have found:",
    "  --found '<urn>=<id>' if it exists: the stack adopts it;  --gone '<urn>' if it does not: the update creates it.",
  ].join("\n");
}
