import { keyOf, type Judged } from "../core/judge";
import { sentence, type Rule } from "../core/rule";
import { settingsSchema } from "../settings/settings";

/** An example of a rule's violation. */
export interface Sample {
  readonly rule: string;
  /** The bad input. */
  readonly bad: string;
  /** The rule's finding. */
  readonly said: string;
}

const families: Readonly<Record<string, string>> = {
  ISO: "Isolation",
  NET: "Addresses and names",
  SOV: "Sovereignty",
  ENC: "Encryption",
  DUR: "Durability",
  HA: "Availability",
  PUB: "Exposure",
  SIZ: "Sizes",
  RTR: "Routers",
  CTL: "Control",
  GOV: "Governance",
};

function cell(text: string): string {
  return text.replace(/\|/g, "\\|").replace(/\n/g, " ");
}

/** When a rule judges: before Pulumi runs, in the preview only, or also before each create. */
function phases({ resource, owned, stack, catalog }: Rule): string {
  const before = resource !== undefined || owned !== undefined;
  return [
    ...(catalog === undefined ? [] : ["catalog"]),
    ...(before ? ["create"] : []),
    ...(before || stack !== undefined ? ["preview"] : []),
  ].join(", ");
}

/** A line for each setting of a rule, with its default and bounds. */
function settings({ id, config }: Rule): readonly string[] {
  const schema = (config === undefined ? {} : settingsSchema([{ id, config }])[id]) as {
    readonly properties?: Readonly<Record<string, Shown>>;
  };
  const rows = Object.entries(schema.properties ?? {}).map(
    ([name, { description, default: usual, minimum, maximum }]) => {
      const bounds = [
        minimum === undefined ? [] : [`at least ${minimum}`],
        maximum === undefined ? [] : [`at most ${maximum}`],
      ].flat();
      return `  - \`${name}\` (${[`default \`${JSON.stringify(usual)}\``, ...bounds].join(", ")}): ${description ?? ""}`;
    },
  );
  return rows.length === 0 ? [] : ["- Settings:", ...rows];
}

interface Shown {
  readonly description?: string;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** One case of the corpus, judged by this pack and by Checkov. */
interface Compared {
  readonly id: string;
  readonly title: string;
  /** Ids of the rules that object. */
  readonly ours: readonly string[];
  /** Checkov's findings on the case that it does not report on its twin without the leak. */
  readonly ofTheLeak: readonly string[];
  /** Number of Checkov's findings on both. */
  readonly ofBoth: number;
}

/** The corpus compared with Checkov; see {@link policiesMarkdown}. */
export interface Comparison {
  readonly version: string;
  readonly date: string;
  readonly cases: readonly Compared[];
}

function comparison({ version, date, cases }: Comparison): readonly string[] {
  const leaks = cases.filter(({ ours }) => ours.length > 0);
  const theirs = leaks.filter(({ ofTheLeak }) => ofTheLeak.length > 0).length;
  return [
    "## Comparison with Checkov",
    "",
    `Checkov ${version} judged the corpus as plain Terraform (\`test/policy/corpus/terraform\`) on ${date}. Each case has a twin`,
    "in which the other cell's resource is replaced by the cell's own. A finding on the case and not on the twin is about the",
    `leak: Checkov has one in ${theirs} of ${leaks.length} cases. It checks settings, far more of them than this pack, and has no`,
    "notion of an owner. Use both. Two cases cannot be written in Terraform (`deletedWith`, a value that escapes from an",
    "`apply`). To repeat the comparison: `npm run bench -- policy --checkov PATH`.",
    "",
    "| case | what | this pack | Checkov, on the leak | Checkov, on case and twin |",
    "|---|---|---|---|---:|",
    ...cases.map(
      ({ id, title, ours, ofTheLeak, ofBoth }) =>
        `| ${id} | ${cell(title)} | ${ours.join(", ") || "clean"} | ${ofTheLeak.join(", ") || "nothing"} | ${ofBoth} |`,
    ),
    "",
  ];
}

/** A rule of `cells up`, which judges what an update does and not its result. */
export type GateRule = Pick<Rule, "id" | "severity" | "title" | "blocks" | "fix" | "origin">;

/** The reference page of the rules, from their own data and their findings on the samples. */
export function policiesMarkdown(
  rules: readonly Rule[],
  gate: readonly GateRule[],
  samples: ReadonlyMap<string, Sample>,
  beside: Comparison,
): string {
  const sections = Object.entries(families).flatMap(([family, title]) => {
    const own = rules.filter(({ id }) => id.startsWith(`${family}-`));
    if (own.length === 0) return [];
    return [`## ${title}`, "", ...own.flatMap((rule) => section(rule, samples.get(rule.id)))];
  });
  return [
    "# Policies",
    "",
    "What the policy pack (`policy/`) refuses. This page is generated from the rules' own data:",
    "`UPDATE_DOCS=1 npx vitest run test/policy/docs.test.ts`. The rule itself judged each sample.",
    "",
    "A verdict is a **violation** (a leak or a bad setting; blocked), a **coupling** (cells wait for each other; blocked),",
    "**undecided** (the value is not known yet; it does not count as clean) or a **note** (reported, not blocked). A rule judges",
    "in the preview, with owners and dependencies, or also before each create in `up`; catalog rules judge before Pulumi runs.",
    "Rules of the gate judge in `cells up`, between preview and update.",
    "Settings are in `policy/config.yaml`; none switches a rule off. Findings accepted for a limited time are in",
    "`policy/register.yaml`.",
    "",
    "| rule | severity | what | when |",
    "|---|---|---|---|",
    ...rules.map(
      (rule) =>
        `| [${rule.id}](#${rule.id.toLowerCase()}) | ${rule.severity} | ${cell(rule.title)} | ${phases(rule)} |`,
    ),
    ...gate.map(
      (rule) => `| [${rule.id}](#${rule.id.toLowerCase()}) | ${rule.severity} | ${cell(rule.title)} | gate |`,
    ),
    "",
    ...sections,
    "## The gate",
    "",
    "These are not rules of the pack: they judge what an update does, not its result. The register cannot except them.",
    "",
    ...gate.flatMap((rule) => section(rule)),
    ...comparison(beside),
  ].join("\n");
}

function section(rule: Rule | GateRule, sample?: Sample): readonly string[] {
  return [
    `### ${rule.id}`,
    "",
    `**${rule.title}** (${rule.severity})`,
    "",
    `- Blocks ${rule.blocks}.`,
    `- Instead: ${rule.fix}.`,
    `- From: ${rule.origin}.`,
    ...("config" in rule ? settings(rule) : []),
    ...(sample === undefined ? [] : ["", "```text", sample.bad, `→ ${sample.said}`, "```"]),
    "",
  ];
}

/** The first finding of a rule, as the pack shows it. */
export function firstSaid(found: readonly Judged[], rule: Rule): string | undefined {
  const [one] = found.filter((judged) => judged.rule === rule).sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  return one === undefined ? undefined : sentence(rule, one.verdict);
}
