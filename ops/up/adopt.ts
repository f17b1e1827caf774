import { UpRefused } from "./refused";

interface Deployment {
  readonly resources?: readonly Readonly<Record<string, unknown>>[] | null;
  readonly pending_operations?: readonly Pending[] | null;
}

interface Pending {
  readonly type: string;
  readonly resource: Readonly<Record<string, unknown>> & { readonly urn: string };
}

/** What a person has found of each creation that was cut off: the id that the cloud gave it, or undefined for nothing. */
export type Found = ReadonlyMap<string, string | undefined>;

/**
 * What was found, as the command line has it.
 *
 * @param found `<urn>=<id>` of what the cloud has.
 * @param gone URNs of what it has not.
 * @throws UpRefused for what says neither, or both: what is forgotten by mistake would be made a second time.
 */
export function foundOf(found: readonly string[] = [], gone: readonly string[] = []): Found {
  const refuse = (what: string): never => {
    throw new UpRefused("interrupted", what);
  };
  const all = new Map<string, string | undefined>();
  const add = (urn: string, id: string | undefined): void => {
    if (all.has(urn)) refuse(`${urn} is found or gone twice: write what is true of it once`);
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
  const { deployment } = JSON.parse(state) as { readonly deployment?: Deployment };
  return (deployment?.pending_operations ?? [])
    .filter(({ type }) => type === "creating")
    .map(({ resource }) => resource.urn);
}

/**
 * A state in which what was found is a resource, as it was asked for, and nothing waits any more. The engine must read
 * the found ones from the cloud before it does anything else: what the cloud answered to their creation is not there.
 */
export function settledState(state: string, found: Found): string {
  const whole = JSON.parse(state) as { readonly deployment: Deployment };
  const { resources, pending_operations: pending, ...rest } = whole.deployment;
  const adopted = (pending ?? []).flatMap(({ type, resource }) => {
    const id = type === "creating" ? found.get(resource.urn) : undefined;
    return id === undefined ? [] : [{ ...resource, id, outputs: { ...(resource["inputs"] as object | undefined) } }];
  });
  const kept = (pending ?? []).filter(({ type }) => type !== "creating");
  const others = new Map(adopted.map((resource): [unknown, object] => [resource.urn, resource]));
  const before = (resources ?? []).flatMap((resource): readonly object[] => {
    const instead = resource["delete"] === true ? undefined : others.get(resource["urn"]);
    if (instead === undefined) return [resource];
    // It was to replace this one, which is now to be deleted, and takes its place before all that is made from it.
    others.delete(resource["urn"]);
    return [instead, { ...resource, delete: true }];
  });
  // Parent, provider and sources of the others came before them, and nothing was made from them yet: the end is their place.
  return JSON.stringify({
    ...whole,
    deployment: { ...rest, resources: [...before, ...others.values()], pending_operations: kept },
  });
}

/** What to do about them. The engine would make each a second time, and forget the first. */
export function unfinished(urns: readonly string[]): string {
  return [
    "the last update was killed while it created these resources; the cloud may have them or not, and another update could create them twice:",
    ...urns.map((urn) => `  ${urn}`),
    "Look for each in the cloud, by the names that the plan gives it, and run up again with what you have found:",
    "  --found '<urn>=<id>' for what is there: it becomes the stack's;  --gone '<urn>' for what is not: it is made.",
  ].join("\n");
}
