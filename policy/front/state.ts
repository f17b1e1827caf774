import { isDeepStrictEqual } from "node:util";

import { z } from "zod";

import { UserError } from "../../contract/user-error";
import { Graph } from "../core/graph";
import { judgements, settled, type Judged } from "../core/judge";
import type { Resource } from "../core/resource";
import { unknownText } from "../core/value";
import type { FingerprintFile } from "../fingerprints/elsewhere";
import { fingerprintFile } from "../fingerprints/export";
import { nothingKnown, type Known } from "../fingerprints/known";
import { rules as allRules } from "../rules";
import { fromPlan, type Registered } from "./plan";

/** One resource of a deployment, with only the fields used here. See apitype.ResourceV3 in pulumi/sdk/go. */
const resourceSchema = z.looseObject({
  urn: z.string(),
  type: z.string(),
  id: z.string().optional(),
  custom: z.boolean().optional(),
  external: z.boolean().optional(),
  /** Replaced or removed, and still waiting to be deleted in the cloud. */
  delete: z.boolean().optional(),
  inputs: z.looseObject({}).nullish(),
  outputs: z.looseObject({}).nullish(),
  parent: z.string().optional(),
  provider: z.string().optional(),
  dependencies: z.array(z.string()).nullish(),
  propertyDependencies: z.record(z.string(), z.array(z.string()).nullable()).nullish(),
  protect: z.boolean().optional(),
  retainOnDelete: z.boolean().optional(),
  ignoreChanges: z.array(z.string()).nullish(),
  deletedWith: z.string().optional(),
  initErrors: z.array(z.string()).nullish(),
});

const schema = z.looseObject({
  version: z.number(),
  deployment: z.looseObject({
    resources: z.array(resourceSchema).nullish(),
    pending_operations: z.array(z.looseObject({ resource: resourceSchema, type: z.string() })).nullish(),
  }),
});

type Exported = z.output<typeof resourceSchema>;

/** What `pulumi stack export` prints, parsed. */
export type StateExport = z.output<typeof schema>;

/** A text that is not an export; the message names the wrong part. */
export class StateError extends UserError {
  override readonly name = "StateError";
}

/**
 * Reads the text of `pulumi stack export`. With `--show-secrets` secrets are judged too; without it each secret is
 * undecided.
 *
 * @param source name for messages: a path, or `-`.
 * @throws StateError when it is not an export.
 */
export function parseState(text: string, source: string): StateExport {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // The parser's own message quotes the text, which may hold secrets.
    throw new StateError(`${source} is not JSON; pass the output of pulumi stack export --show-secrets`);
  }
  const parsed = schema.safeParse(json);
  const circles = parsed.success ? ownAncestors(parsed.data) : [];
  if (parsed.success && circles.length === 0) return parsed.data;
  const lines = parsed.success
    ? circles
    : parsed.error.issues.slice(0, 5).map(({ path, message }) => `  ${path.join(".")}: ${message}`);
  throw new StateError(
    [`${source} is not an export of a stack (pulumi stack export --show-secrets):`, ...lines].join("\n"),
  );
}

/** Resources that are above themselves. */
function ownAncestors({ deployment: { resources, pending_operations: pending } }: StateExport): readonly string[] {
  const all = [...(resources ?? []), ...(pending ?? []).map(({ resource }) => resource)];
  const parents = new Map(all.map(({ urn, parent }) => [urn, parent]));
  // Each resource is followed upwards once, so that long chains cost no more than short ones.
  const rooted = new Set<string>();
  const circles: string[] = [];
  for (const { urn } of all) {
    const above = new Set<string>();
    let next: string | undefined = urn;
    while (next !== undefined && !rooted.has(next) && !above.has(next)) {
      above.add(next);
      next = parents.get(next);
    }
    if (next !== undefined && above.has(next))
      circles.push(`  parent: ${next}: this resource is its own ancestor; export the stack again`);
    for (const one of above) rooted.add(one);
  }
  return circles;
}

/**
 * Judges the state after an `up`: every rule on what the cloud returned, and on the inputs where they differ. Unlike a
 * policy of an engine it sees reads, `deletedWith` and all dependencies. Interrupted operations and encrypted secrets are
 * undecided. Traffic is allowed only if there are no findings and nothing is undecided.
 */
export function judgeState(state: StateExport, known: Known = nothingKnown, rules = allRules): readonly Judged[] {
  const answered = new Graph(fromState(state, "answered"), known);
  const asked = state.deployment.resources?.some(isDrifted) ? new Graph(fromState(state, "asked"), known) : undefined;
  const found = [...judgements(rules, answered), ...(asked === undefined ? [] : judgements(rules, asked))];
  return settled(rules, found, answered);
}

/** What identifies the stack's cells, for the policies of other stacks; without secrets. */
export function fingerprintsOfState(state: StateExport, known: Known = nothingKnown): FingerprintFile {
  const resources = fromState(state, "answered", "sealed");
  return fingerprintFile(new Graph(resources, known), resources[0]?.urn.split(":")[2] ?? "unknown", known.now);
}

/**
 * A state in the rules' form.
 *
 * @param side which value counts where inputs and outputs differ: what the cloud `answered`, or what was `asked` for.
 * @param secrets `sealed` to leave out readable secrets too.
 */
function fromState(state: StateExport, side: Side = "answered", secrets: Secrets = "open"): readonly Resource[] {
  const { resources, pending_operations: pending } = state.deployment;
  const interrupted = new Map((pending ?? []).map(({ resource, type }) => [resource.urn, { resource, type }]));
  const all = resources ?? [];
  const present = new Set(all.map(({ urn }) => urn));
  const unborn = [...interrupted.values()]
    .filter(({ resource }) => !present.has(resource.urn))
    .map(({ resource }) => resource);
  // A resource that waits for deletion has the URN of its replacement: others refer to the newer one.
  const ordered = [...all.filter((one) => one.delete === true), ...all.filter((one) => one.delete !== true), ...unborn];
  return fromPlan(ordered.map((one) => registered(one, side, secrets, interrupted.get(one.urn)?.type)));
}

type Side = "answered" | "asked";
type Secrets = "open" | "sealed";

function registered(one: Exported, side: Side, secrets: Secrets, operation: string | undefined): Registered {
  const { urn, type, parent, provider, dependencies, propertyDependencies, ignoreChanges, deletedWith } = one;
  const [inputs, outputs] = [one.inputs ?? {}, one.outputs ?? {}];
  const sealed: string[] = [];
  const bag = side === "answered" ? { ...inputs, ...outputs } : { ...outputs, ...inputs };
  const unsettled = unsettledBy(one, operation);
  return {
    urn,
    type,
    name: urn.split("::").slice(3).join("::"),
    inputs: open(identified(one, bag), { secrets, sealed }, "") as object,
    parent: parent ?? "",
    provider: provider ?? "",
    dependencies: dependencies ?? [],
    propertyDependencies: Object.fromEntries(
      Object.entries(propertyDependencies ?? {}).map(([key, urns]) => [key, urns ?? []]),
    ),
    protect: one.protect === true,
    retainOnDelete: one.retainOnDelete === true,
    ignoreChanges: ignoreChanges ?? [],
    deletedWith: deletedWith ?? "",
    isRead: one.external === true,
    asked: Object.keys(inputs),
    sealed,
    ...(unsettled === undefined ? {} : { unsettled }),
  };
}

/** Adds the cloud's id, as the output `id` in a program. */
function identified({ id, custom }: Exported, bag: object): object {
  return custom === true && id !== undefined && id !== "" && !("id" in bag) ? { ...bag, id } : bag;
}

function unsettledBy({ initErrors }: Exported, operation: string | undefined): string | undefined {
  if (operation !== undefined) return `its operation (${operation}) was interrupted, so the cloud's state is not known`;
  return (initErrors ?? []).length > 0 ? "it was created, but never became ready" : undefined;
}

/** True where the cloud returned another value than the input. */
function isDrifted({ inputs, outputs }: Exported): boolean {
  if (inputs === undefined || inputs === null || outputs === undefined || outputs === null) return false;
  return Object.entries(inputs).some(([key, value]) => key in outputs && !isDeepStrictEqual(value, outputs[key]));
}

/** How the engine writes special values; see pulumi/sdk/go/common/resource/sig. */
const signature = "4dabf18193072939515e22adb298388d";
const secret = "1b47061264138c4ac30d75fd1eb44270";
/** Deeper than any rule reads; what is below is reported as nested too deep. */
const depthLimit = 200;

/** Unwraps secrets; an encrypted one becomes an unknown, and its path is added to `sealed`. */
function open(
  value: unknown,
  how: { readonly secrets: Secrets; readonly sealed: string[] },
  path: string,
  depth = 0,
): unknown {
  if (typeof value !== "object" || value === null || depth > depthLimit) return value;
  const join = (key: string): string => (path === "" ? key : `${path}.${key}`);
  if (Array.isArray(value)) return value.map((one, index) => open(one, how, join(String(index)), depth + 1));
  const bag = value as Readonly<Record<string, unknown>>;
  if (bag[signature] === secret) {
    const plain = how.secrets === "open" ? plaintext(bag) : undefined;
    if (plain !== undefined) return open(plain.value, how, path, depth + 1);
    how.sealed.push(path);
    return unknownText;
  }
  return Object.fromEntries(Object.entries(bag).map(([key, one]) => [key, open(one, how, join(key), depth + 1)]));
}

function plaintext({ plaintext: text }: Readonly<Record<string, unknown>>): { readonly value: unknown } | undefined {
  if (typeof text !== "string") return undefined;
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}
