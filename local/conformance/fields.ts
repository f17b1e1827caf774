/**
 * The vocabulary of the tables that translate Pulumi resources to CloudFormation. A table is data: every input is
 * either given a CloudFormation property or dropped with a reason; whatever is in neither list is an error.
 */

/** A Pulumi or CloudFormation property bag. */
export type Bag = Readonly<Record<string, unknown>>;

/** What a converter may look at beside the value. */
export interface Around {
  /** All inputs of the resource. */
  readonly inputs: Bag;
  /** Region of the resource. */
  readonly region: string;
}

/** Where one input goes. */
export interface Field {
  /** CloudFormation property; dots reach into objects: `LaunchTemplateData.InstanceType`. */
  readonly to: string;
  /** Value in CloudFormation's form; undefined leaves the property out. Default: unchanged. */
  readonly via?: (value: unknown, around: Around) => unknown;
  /** Fields of a nested object, or of each object of a list. */
  readonly of?: Shape;
  /** Several inputs add to one list (`LoadBalancerAttributes`): the converted value is appended. */
  readonly append?: boolean;
  /** Points at the VPC by `Ref`, so that cfn-lint can compare CIDRs across resources. */
  readonly reference?: boolean;
}

/** An input that CloudFormation does not have, and why leaving it out loses no check. */
export interface Dropped {
  readonly drop: string;
}

/** Fields by Pulumi input. */
export type Shape = Readonly<Record<string, Field | Dropped>>;

/** A resource for the linter only: it asks a question that cfn-lint answers for another type than ours. */
export interface Witness {
  readonly type: string;
  readonly properties: Bag;
  /** CloudFormation property of the witness to Pulumi property of the resource it stands for. */
  readonly paths: Readonly<Record<string, string>>;
}

/** One resource type. */
export interface Twin {
  /** CloudFormation type, e.g. `AWS::EC2::VPC`. */
  readonly type: string;
  readonly fields: Shape;
  /** How the type takes tags; default `list` in `Tags`. `none`: the type has no tags in CloudFormation. */
  readonly tags?: "list" | "map" | "none" | ((tags: Readonly<Record<string, string>>) => Bag);
  /** Properties that Pulumi adds by itself. */
  readonly defaults?: (around: Around) => Bag;
  /** Further questions; `source` is the resource that an input refers to, if it is in the plan. */
  readonly witnesses?: (around: Around, source: (input: string) => Bag | undefined) => readonly Witness[];
}

/** A resource that CloudFormation keeps inside another one: its properties are added to the owner's. */
export interface Satellite {
  /** Pulumi token of the owner. */
  readonly of: string;
  /** Input that names the owner. */
  readonly by: string;
  readonly fields: Shape;
}

/** Inputs whose CloudFormation name is the same with a capital: `same("cidrBlock vpcId")`. */
export function same(names: string): Shape {
  return Object.fromEntries(names.split(/\s+/).map((name) => [name, { to: capital(name) }]));
}

/** Inputs with another name: `renamed({ identifier: "DBInstanceIdentifier" })`. */
export function renamed(names: Readonly<Record<string, string>>): Shape {
  return Object.fromEntries(Object.entries(names).map(([from, to]) => [from, { to }]));
}

/** The same fields inside an object of the CloudFormation resource: `within("HealthCheckConfig", …)`. */
export function within(object: string, shape: Shape): Shape {
  return Object.fromEntries(
    Object.entries(shape).map(([from, field]) => [
      from,
      "drop" in field ? field : { ...field, to: `${object}.${field.to}` },
    ]),
  );
}

/** Inputs left out, all for one reason: `dropped("only Pulumi acts on it", "skipDestroy")`. */
export function dropped(reason: string, names: string): Shape {
  return Object.fromEntries(names.split(/\s+/).map((name) => [name, { drop: reason }]));
}

/** Why an input is dropped when it only steers Pulumi's provider. */
export const pulumiOnly = "only Pulumi's provider acts on it; AWS never sees it";

function capital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

// Converters.

/** JSON text as the object that CloudFormation wants; text that is no JSON stays text and fails the schema. */
export function json(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

/** Text of a number or boolean, where CloudFormation wants text. */
export function text(value: unknown): string {
  return String(value);
}

/** Element of an attribute list, as ELB has them: `attribute("deletion_protection.enabled")`. */
export function attribute(key: string): (value: unknown) => unknown {
  return (value) => ({ Key: key, Value: String(value) });
}

/** `{name: value}` of Pulumi's `[{ name, value }]`. */
export function byName(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  return Object.fromEntries(
    (value as { name: string; value: unknown }[]).map((entry) => [entry.name, String(entry.value)]),
  );
}

/** CloudWatch's `[{ Name, Value }]` of a map. */
export function dimensions(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  return Object.entries(value).map(([Name, Value]) => ({ Name, Value: String(Value) }));
}

/** CloudFormation's `[{ Key, Value }]` of a map of tags. */
export function tagList(value: unknown): { Key: string; Value: string }[] {
  return Object.entries((value ?? {}) as Record<string, string>).map(([Key, Value]) => ({ Key, Value }));
}

/** `{ Enabled: value }`. */
export function enabled(value: unknown): unknown {
  return { Enabled: value };
}
