import type { PlannedResource } from "../../adapters/pulumi/plan/plan";
import { tagList, type Around, type Bag, type Field, type Shape, type Witness } from "./fields";
import { satellites, twinless, twins } from "./tables";

/** One resource as CloudFormation would have it. */
export interface Translated {
  /** Name inside the template; unique in a translation. */
  readonly logicalId: string;
  /** CloudFormation type. */
  readonly type: string;
  readonly properties: Record<string, unknown>;
  readonly region: string;
  /** The resource that has these properties. */
  readonly resource: PlannedResource;
  /** Created to ask one question only: findings in properties without an origin do not count. */
  readonly witness: boolean;
  /** CloudFormation path (`Tags/0/Key`) to where it came from. */
  readonly origins: ReadonlyMap<string, Origin>;
}

/** An input, and the resource that has it (a satellite's differs from the translated one). */
export interface Origin {
  readonly resource: PlannedResource;
  /** Pulumi's words: `loggingInfo.brokerLogs.s3`. */
  readonly property: string;
}

/** A type or property that the tables lack; always our mistake, never AWS's opinion. */
export interface Gap {
  readonly resource: PlannedResource;
  readonly property?: string;
  readonly message: string;
}

/** A plan in CloudFormation's terms. */
export interface Translation {
  readonly resources: readonly Translated[];
  readonly gaps: readonly Gap[];
}

/**
 * Translates every AWS resource of a plan by the tables. Pure. A type or an input that no table names becomes a gap, so
 * that each one left unjudged has a stated reason.
 */
export function translate(plan: readonly PlannedResource[]): Translation {
  const byUrn = new Map(plan.map((resource) => [resource.urn, resource]));
  const providers = new Map(
    plan.filter(({ type }) => type === "pulumi:providers:aws").map((p) => [p.urn, settings(p)]),
  );
  const gaps: Gap[] = [];
  const done = new Map<string, Draft>();
  const drafts: Draft[] = [];
  const aws = plan.filter(({ type, custom }) => custom && type.startsWith("aws:"));

  for (const resource of aws) {
    const twin = twins[resource.type];
    if (twin === undefined) {
      if (twinless[resource.type] === undefined && satellites[resource.type] === undefined) {
        gaps.push({ resource, message: `no table in local/conformance/tables has ${resource.type}: add its twin` });
      }
      continue;
    }
    const provider = providers.get(resource.provider.slice(0, resource.provider.lastIndexOf("::")));
    const region = (resource.inputs["region"] as string | undefined) ?? provider?.region;
    if (region === undefined) {
      gaps.push({ resource, message: "its region is unknown: give it an aws.Provider with a region" });
      continue;
    }
    const draft = new Draft(`R${drafts.length}`, twin.type, region, resource, gaps);
    const around = { inputs: resource.inputs, region };
    Object.assign(draft.properties, twin.defaults?.(around) ?? {});
    draft.fill(twin.fields, resource, around, (input) => reference(resource, input, done));
    draft.tag(twin.tags ?? "list", {
      ...provider?.tags,
      ...(resource.inputs["tags"] as Record<string, string> | undefined),
    });
    drafts.push(draft);
    done.set(resource.urn, draft);
    const source = (input: string): Bag | undefined => byUrn.get(dependency(resource, input) ?? "")?.inputs;
    for (const witness of twin.witnesses?.(around, source) ?? []) {
      drafts.push(Draft.of(witness, `R${drafts.length}`, region, resource, gaps));
    }
  }

  for (const resource of aws) {
    const satellite = satellites[resource.type];
    if (satellite === undefined) continue;
    const owner = drafts.find(
      (draft) => draft.resource.type === satellite.of && owns(draft.resource, resource, satellite.by),
    );
    if (owner === undefined) {
      // A managed policy on another plan's role: this plan has no resource to add it to.
      gaps.push({ resource, property: satellite.by, message: `names no ${satellite.of} of this plan` });
      continue;
    }
    const fields: Shape = { ...satellite.fields, [satellite.by]: { drop: "names the owner" } };
    owner.fill(fields, resource, { inputs: resource.inputs, region: owner.region }, () => undefined);
  }
  return { resources: drafts, gaps };
}

/** A translation in the making. */
class Draft implements Translated {
  readonly properties: Record<string, unknown> = {};
  readonly origins = new Map<string, Origin>();

  constructor(
    readonly logicalId: string,
    readonly type: string,
    readonly region: string,
    readonly resource: PlannedResource,
    private readonly gaps: Gap[],
    readonly witness = false,
  ) {}

  static of(witness: Witness, logicalId: string, region: string, resource: PlannedResource, gaps: Gap[]): Draft {
    const draft = new Draft(logicalId, witness.type, region, resource, gaps, true);
    Object.assign(draft.properties, witness.properties);
    for (const [path, property] of Object.entries(witness.paths)) {
      draft.origins.set(path.replace(/\./g, "/"), { resource, property });
    }
    return draft;
  }

  fill(fields: Shape, resource: PlannedResource, around: Around, ref: (input: string) => unknown): void {
    const known: Shape = { ...fields, region: { drop: "the template's region" }, tags: { drop: "see tag()" } };
    this.#object(known, around.inputs, this.properties, "", "", { resource, around, ref });
  }

  tag(
    form: "list" | "map" | "none" | ((tags: Readonly<Record<string, string>>) => Bag),
    tags: Record<string, string>,
  ): void {
    if (form === "none" || Object.keys(tags).length === 0) return;
    this.origins.set("Tags", { resource: this.resource, property: "tags" });
    const bag = form === "map" ? { Tags: tags } : form === "list" ? { Tags: tagList(tags) } : form(tags);
    Object.assign(this.properties, bag);
  }

  #object(fields: Shape, from: Bag, into: Record<string, unknown>, path: string, words: string, job: Job): void {
    for (const [input, given] of Object.entries(from)) {
      if (given === undefined || given === null) continue;
      const property = words === "" ? input : `${words}.${input}`;
      const field = fields[input];
      if (field === undefined) {
        const message = `the table of ${job.resource.type} neither maps nor drops it`;
        this.gaps.push({ resource: job.resource, property, message });
      } else if ("to" in field) {
        this.#field(field, input, given, into, path, property, job);
      }
    }
  }

  #field(
    field: Field,
    input: string,
    given: unknown,
    root: Record<string, unknown>,
    at: string,
    words: string,
    job: Job,
  ): void {
    const value = field.via === undefined ? given : field.via(given, job.around);
    if (value === undefined) return;
    const { into, key, path } = descend(root, at, field.to);
    const origin = { resource: job.resource, property: words };
    if (field.of !== undefined && key === "") {
      this.#object(field.of, value as Bag, into, at, words, job);
      return;
    }
    this.origins.set(path, origin);
    if (field.append === true) {
      const list = (into[key] ??= []) as unknown[];
      this.origins.set(`${path}/${list.length}`, origin);
      list.push(value);
    } else if (field.reference === true) {
      into[key] = job.ref(input) ?? value;
    } else if (field.of === undefined) {
      into[key] = value;
    } else if (Array.isArray(value)) {
      const shape = field.of;
      into[key] = value.map((item, index) => {
        const item_ = {};
        const itemWords = Array.isArray(given) ? `${words}[${index}]` : words;
        this.#object(shape, item as Bag, item_, `${path}/${index}`, itemWords, job);
        return item_;
      });
    } else {
      const object = (into[key] ??= {}) as Record<string, unknown>;
      this.#object(field.of, value as Bag, object, path, words, job);
    }
  }
}

interface Job {
  readonly resource: PlannedResource;
  readonly around: Around;
  readonly ref: (input: string) => unknown;
}

/** Walks a dotted target, making the objects on the way. */
function descend(
  root: Record<string, unknown>,
  at: string,
  to: string,
): { into: Record<string, unknown>; key: string; path: string } {
  const steps = to.split(".");
  const key = steps.pop() ?? "";
  let into = root;
  for (const step of steps) into = (into[step] ??= {}) as Record<string, unknown>;
  const path = [...(at === "" ? [] : [at]), ...steps, key].filter((step) => step !== "").join("/");
  return { into, key, path };
}

function dependency(resource: PlannedResource, input: string): string | undefined {
  const urns = resource.propertyDependencies[input] ?? [];
  return urns.length === 1 ? urns[0] : undefined;
}

/** `Ref` to a VPC of this plan. */
function reference(resource: PlannedResource, input: string, done: ReadonlyMap<string, Draft>): unknown {
  const target = done.get(dependency(resource, input) ?? "");
  return target?.type === "AWS::EC2::VPC" ? { Ref: target.logicalId } : undefined;
}

/** By dependency, or by naming the same thing (`principalArn` of an access entry and of its policy). */
function owns(owner: PlannedResource, satellite: PlannedResource, by: string): boolean {
  if ((satellite.propertyDependencies[by] ?? []).includes(owner.urn)) return true;
  const name = satellite.inputs[by] as unknown;
  if (name === undefined || owner.inputs[by] !== name) return false;
  return satellite.inputs["clusterName"] === owner.inputs["clusterName"];
}

/** Region and default tags of a provider; the SDK sends them as text. */
function settings(provider: PlannedResource): { region?: string; tags: Record<string, string> } {
  const defaults = parsed(provider.inputs["defaultTags"]) as { tags?: Record<string, string> } | undefined;
  const region = provider.inputs["region"] as string | undefined;
  return { ...(region === undefined ? {} : { region }), tags: defaults?.tags ?? {} };
}

function parsed(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return undefined;
  }
}
