import { cellType } from "../../contract/components";
import { checkConstraints, type ConstraintFinding } from "../../catalog/constraints";
import type { PlannedResource } from "../../adapters/pulumi/plan/plan";
import { lintTemplates, type RawFinding, type Template } from "./linter";
import { templateRules } from "./rules";
import { translate, type Gap, type Translated } from "./translate";
import { twins } from "./tables";
import { shorten } from "./words";

/** Something that AWS would refuse, or soon will, in our wording. */
export interface Finding {
  /** Pulumi name of the resource. */
  readonly resource: string;
  readonly urn: string;
  readonly type: string;
  /** Pulumi's property: `brokerNodeGroupInfo.instanceType`. Absent when the whole resource is meant. */
  readonly property?: string;
  /** What was written; absent when it is secret or an object. */
  readonly value?: string;
  /** Id of the cell that owns the resource; absent for the routers and the control plane. */
  readonly cell?: string;
  readonly region?: string;
  /** Line of the catalog that describes the cell: `catalog/dev.yaml:14`. */
  readonly location?: string;
  readonly message: string;
  /** Rule of cfn-lint (`E3025`), our own constraint (`MSK-1`), or `table` when our tables have a gap. */
  readonly rule: string;
  /** A warning works today: a version that AWS will soon end. */
  readonly level: "error" | "warning";
}

/** "'X' is a required property": the one rule that quotes names and never values. */
const namesOnly = "E3003";

/** What to check, with what. */
export interface ConformanceOptions {
  /** A plan: every resource of it, components and providers too (they give cell and region). */
  readonly resources: readonly PlannedResource[];
  /** Python that has cfn-lint. */
  readonly python: string;
  /** Directory of kept answers. */
  readonly cacheDir?: string;
  /** Line of the catalog for a cell id. */
  readonly locate?: (cell: string) => string | undefined;
  /** Decides which versions are still supported. Default: now. */
  readonly now?: Date;
}

/**
 * Judges a plan by AWS's own resource schemas (cfn-lint) and by the constraints that those lack: mistakes that the SDK's
 * types and moto let through. Sorted by region and resource.
 *
 * @throws Error when cfn-lint cannot be run.
 */
export async function checkConformance(options: ConformanceOptions): Promise<readonly Finding[]> {
  const { resources, gaps } = translate(options.resources);
  const groups = byRegion(resources);
  const raw = await lintTemplates(groups.map(toTemplate), { ...options, ignore: Object.keys(templateRules).sort() });
  const cells = new Cells(options.resources, options.locate);
  const findings = [
    ...gaps.map((gap) => fromGap(gap, cells)),
    ...raw.flatMap((finding) => fromLinter(finding, groups[finding.template] ?? [], cells)),
    ...checkConstraints(options.resources, options.now ?? new Date()).map((found) =>
      fromConstraint(found, options, cells),
    ),
  ];
  return unique(findings).sort((one, other) => (key(one) < key(other) ? -1 : 1));
}

/** One line for a person: where, what, why. */
export function describe(finding: Finding): string {
  const where = [finding.cell, finding.region, finding.location].filter((part) => part !== undefined).join(", ");
  const what = finding.property === undefined ? finding.resource : `${finding.resource}.${finding.property}`;
  return `${what}${where === "" ? "" : ` (${where})`}: ${finding.message} [${finding.rule}]`;
}

function byRegion(resources: readonly Translated[]): readonly Translated[][] {
  const groups = new Map<string, Translated[]>();
  for (const resource of resources) {
    const group = groups.get(resource.region);
    if (group === undefined) groups.set(resource.region, [resource]);
    else group.push(resource);
  }
  return [...groups.values()];
}

function toTemplate(group: readonly Translated[]): Template {
  const entries = group.map(
    ({ logicalId, type, properties }) => [logicalId, { Type: type, Properties: properties }] as const,
  );
  return { region: group[0]?.region ?? "", template: { Resources: Object.fromEntries(entries) } };
}

function fromGap({ resource, property, message }: Gap, cells: Cells): Finding {
  return { ...subject(resource, property), ...cells.of(resource), message, rule: "table", level: "error" };
}

function fromConstraint(found: ConstraintFinding, { resources }: ConformanceOptions, cells: Cells): Finding {
  const resource = resources.find(({ urn }) => urn === found.urn) as PlannedResource;
  const { property, message, source, constraint, level } = found;
  return {
    ...subject(resource, property),
    ...cells.of(resource),
    message: `${message}; see ${source}`,
    rule: constraint,
    level,
  };
}

function fromLinter(raw: RawFinding, group: readonly Translated[], cells: Cells): Finding[] {
  const [, logicalId, , ...path] = raw.path;
  const translated = group.find((candidate) => candidate.logicalId === logicalId);
  if (translated === undefined) throw new Error(`cfn-lint reports on the template itself: ${raw.rule} ${raw.message}`);
  const origin = originOf(translated, path);
  // A witness asks one question; other findings in it do not concern the real resource.
  if (origin === undefined && translated.witness) return [];
  const owner = origin?.resource ?? translated.resource;
  const property = origin?.property ?? missing(translated, raw.message);
  const secret = property !== undefined && owner.secretInputs.includes(property.split(/[.[]/)[0] ?? "");
  return [
    {
      ...subject(owner, property),
      ...(secret ? {} : shown(valueAt(owner.inputs, property))),
      ...cells.of(owner),
      region: translated.region,
      message:
        secret && raw.rule !== namesOnly
          ? "its value, which is secret, is not one that AWS takes"
          : shorten(raw.message),
      rule: raw.rule,
      level: raw.level,
    },
  ];
}

/** The nearest path that an input wrote. */
function originOf(
  translated: Translated,
  path: readonly (string | number)[],
): ReturnType<Translated["origins"]["get"]> {
  for (let length = path.length; length > 0; length -= 1) {
    const origin = translated.origins.get(path.slice(0, length).join("/"));
    if (origin !== undefined) return origin;
  }
  return undefined;
}

/** Pulumi's name of a property that cfn-lint misses. */
function missing(translated: Translated, message: string): string | undefined {
  const wanted = /^'(\w+)' is a required property/.exec(message)?.[1];
  const fields = Object.entries(twins[translated.resource.type]?.fields ?? {});
  return fields.find(([, field]) => "to" in field && field.to === wanted)?.[0];
}

function subject(
  resource: PlannedResource,
  property: string | undefined,
): Pick<Finding, "resource" | "urn" | "type" | "property"> {
  const { name, urn, type } = resource;
  return { resource: name, urn, type, ...(property === undefined ? {} : { property }) };
}

function valueAt(inputs: unknown, property: string | undefined): unknown {
  const steps = property?.match(/[^.[\]]+/g) ?? [];
  return steps.reduce<unknown>((value, step) => (value as Record<string, unknown> | undefined)?.[step], inputs);
}

function shown(value: unknown): { value?: string } {
  return ["string", "number", "boolean"].includes(typeof value) ? { value: String(value) } : {};
}

/** Which cell owns a resource: the nearest `CellStack` above it. */
class Cells {
  readonly #byUrn: ReadonlyMap<string, PlannedResource>;

  constructor(
    plan: readonly PlannedResource[],
    private readonly locate: ((cell: string) => string | undefined) | undefined,
  ) {
    this.#byUrn = new Map(plan.map((resource) => [resource.urn, resource]));
  }

  of(resource: PlannedResource): { cell?: string; location?: string } {
    for (let at: PlannedResource | undefined = resource; at !== undefined; at = this.#byUrn.get(at.parent)) {
      if (at.type !== cellType) continue;
      const location = this.locate?.(at.name);
      return { cell: at.name, ...(location === undefined ? {} : { location }) };
    }
    return {};
  }
}

function key({ region, urn, property, rule }: Finding): string {
  return [region ?? "", urn, property ?? "", rule].join("|");
}

/** A witness and the resource itself may have the same finding. */
function unique(findings: readonly Finding[]): Finding[] {
  return [...new Map(findings.map((finding) => [`${key(finding)}|${finding.message}`, finding])).values()];
}
