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

/** One resource of a deployment; only what is read here. See apitype.ResourceV3 in pulumi/sdk/go. */
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

/** A text that is no export; the message says which part of it. */
export class StateError extends UserError {
  override readonly name = "StateError";
}

/**
 * Reads the text of `pulumi stack export`. With `--show-secrets` secrets are judged too; without, each is undecided.
 *
 * @param source what messages call it: a path, or `-`.
 * @throws StateError when it is not an export.
 */
export function parseState(text: string, source: string): StateExport {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // The parser's own message quotes the text, which may hold secrets.
    throw new StateError(`${source} is not JSON: give it the output of pulumi stack export --show-secrets`);
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.slice(0, 5).map(({ path, message }) => `  ${path.join(".")}: ${message}`);
  throw new StateError(
    [`${source} is not an export of a stack (pulumi stack export --show-secrets):`, ...lines].join("\n"),
  );
}

/**
 * Judges what is there after an `up`, as the state records it: every rule on what the cloud answered, and on what was
 * asked of it where that differs; reads, `deletedWith` and all dependencies are seen, unlike in any policy of an
 * engine. Interrupted operations and secrets that are not readable are undecided. Nothing undecided and nothing found
 * is what lets traffic in.
 */
export function judgeState(state: StateExport, known: Known = nothingKnown, rules = allRules): readonly Judged[] {
  const answered = new Graph(fromState(state, "answered"), known);
  const asked = state.deployment.resources?.some(isDrifted) ? new Graph(fromState(state, "asked"), known) : undefined;
  const found = [...judgements(rules, answered), ...(asked === undefined ? [] : judgements(rules, asked))];
  return settled(rules, found, answered);
}

/** What the stack's cells can be told by, for the policies of other stacks; secrets stay closed. */
export function fingerprintsOfState(state: StateExport, known: Known = nothingKnown): FingerprintFile {
  const resources = fromState(state, "answered", "sealed");
  return fingerprintFile(new Graph(resources, known), resources[0]?.urn.split(":")[2] ?? "unknown", known.now);
}

/**
 * A state in the rules' words.
 *
 * @param side whose word counts where inputs and outputs differ: what the cloud `answered`, or what was `asked` of it.
 * @param secrets `sealed` to leave readable secrets closed too.
 */
function fromState(state: StateExport, side: Side = "answered", secrets: Secrets = "open"): readonly Resource[] {
  const { resources, pending_operations: pending } = state.deployment;
  const interrupted = new Map((pending ?? []).map(({ resource, type }) => [resource.urn, { resource, type }]));
  const all = resources ?? [];
  const present = new Set(all.map(({ urn }) => urn));
  const unborn = [...interrupted.values()]
    .filter(({ resource }) => !present.has(resource.urn))
    .map(({ resource }) => resource);
  // What waits for its deletion has the URN of what replaced it: the newer one is whom others mean.
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

/** The cloud's id is a resource's own name, as an output `id` is in a program. */
function identified({ id, custom }: Exported, bag: object): object {
  return custom === true && id !== undefined && id !== "" && !("id" in bag) ? { ...bag, id } : bag;
}

function unsettledBy({ initErrors }: Exported, operation: string | undefined): string | undefined {
  if (operation !== undefined)
    return `its operation (${operation}) was interrupted, so nobody knows what the cloud has`;
  return (initErrors ?? []).length > 0 ? "it was made, but never became ready" : undefined;
}

/** True where the cloud answered something else than it was asked for. */
function isDrifted({ inputs, outputs }: Exported): boolean {
  if (inputs === undefined || inputs === null || outputs === undefined || outputs === null) return false;
  return Object.entries(inputs).some(([key, value]) => key in outputs && !isDeepStrictEqual(value, outputs[key]));
}

/** How the engine writes special values; see pulumi/sdk/go/common/resource/sig. */
const signature = "4dabf18193072939515e22adb298388d";
const secret = "1b47061264138c4ac30d75fd1eb44270";
/** Deeper than any rule looks; what is below is told as nested too deep. */
const depthLimit = 200;

/** Takes secrets out of their wrapping; an encrypted one becomes an unknown, and its path is noted. */
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
