/** A planned resource, as far as constraints look at it. */
export interface Planned {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** URNs that each input was computed from. */
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
}

/** One requirement of AWS. */
export interface Constraint {
  /** `MSK-1`. Stable. */
  readonly id: string;
  /** Pulumi token of the resource that is judged. */
  readonly type: string;
  /** The rule in a sentence. */
  readonly rule: string;
  /** AWS's page that states it. */
  readonly source: string;
  readonly check: (resource: Planned, inventory: Inventory) => readonly Breach[];
}

/** A breach as a check returns it. */
export interface Breach {
  readonly property: string;
  readonly message: string;
  /** A warning works today. Default: error. */
  readonly level?: "error" | "warning";
}

/** A breach with its place. */
export interface ConstraintFinding extends Required<Breach> {
  readonly constraint: string;
  readonly source: string;
  readonly resource: string;
  readonly urn: string;
}

/** The plan as a whole: who refers to whom, and what day it is. */
export class Inventory {
  readonly #byUrn: ReadonlyMap<string, Planned>;

  constructor(
    readonly planned: readonly Planned[],
    readonly now: Date,
  ) {
    this.#byUrn = new Map(planned.map((one) => [one.urn, one]));
  }

  /** Resources of a type that an input was computed from. */
  sources(of: Planned, input: string, type: string): readonly Planned[] {
    const urns = of.propertyDependencies[input] ?? [];
    return urns.map((urn) => this.#byUrn.get(urn)).filter((one): one is Planned => one?.type === type);
  }

  /** Resources of a type that name this one in an input. */
  users(of: Planned, input: string, type: string): readonly Planned[] {
    return this.planned.filter((one) => one.type === type && (one.propertyDependencies[input] ?? []).includes(of.urn));
  }

  /** Availability zones of the subnets that an input names; undefined when they are not in the plan. */
  zones(of: Planned, input: string): ReadonlySet<string> | undefined {
    const subnets = this.sources(of, input, "aws:ec2/subnet:Subnet");
    return subnets.length === 0 ? undefined : new Set(subnets.map(({ inputs }) => String(inputs["availabilityZone"])));
  }
}

/** No breach, or one. */
export function when(broken: boolean, property: string, message: string, level?: "warning"): readonly Breach[] {
  return broken ? [{ property, message, ...(level === undefined ? {} : { level }) }] : [];
}

/** A whole or decimal number that is there. */
export function number(value: unknown): number | undefined {
  return typeof value === "number" ? value : typeof value === "string" && value !== "" ? Number(value) : undefined;
}

/** A nested object, or an empty one. */
export function object(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

/** A list, or an empty one. */
export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Versions that AWS supports, each until a day (UTC) or for as long as is known. */
export type Support = Readonly<Record<string, string | undefined>>;

/** A breach for a version that is unknown or has ended; a warning for its last ninety days. */
export function supported(
  table: Support,
  version: string,
  now: Date,
  property: string,
  what: string,
): readonly Breach[] {
  if (!(version in table)) {
    return when(true, property, `${what} ${version} is not offered; choose one of ${Object.keys(table).join(", ")}`);
  }
  const end = table[version];
  if (end === undefined) return [];
  const days = Math.ceil((Date.parse(end) - now.getTime()) / 86_400_000);
  if (days <= 0) return when(true, property, `${what} ${version} has been out of support since ${end}`);
  return when(days <= 90, property, `${what} ${version} goes out of support on ${end}`, "warning");
}
