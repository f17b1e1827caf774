import { keyOf, type Judged } from "../core/judge";
import { sentence, type Rule } from "../core/rule";
import { settingsSchema } from "../settings/settings";

/** A violation of a rule as it is shown. */
export interface Sample {
  readonly rule: string;
  /** What was written. */
  readonly bad: string;
  /** What the rule says of it. */
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

/** When a rule decides: before Pulumi runs, in the preview only, or before each create too. */
function phases({ resource, owned, stack, catalog }: Rule): string {
  const before = resource !== undefined || owned !== undefined;
  return [
    ...(catalog === undefined ? [] : ["catalog"]),
    ...(before ? ["create"] : []),
    ...(before || stack !== undefined ? ["preview"] : []),
  ].join(", ");
}

/** What a rule may be told: a line for each setting, with its default and its bounds. */
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

/** One case of the corpus, as this pack and as Checkov judge it. */
interface Compared {
  readonly id: string;
  readonly title: string;
  /** Ids of the rules that object. */
  readonly ours: readonly string[];
  /** What Checkov says of the case and not of its twin without the leak. */
  readonly ofTheLeak: readonly string[];
  /** How much it says of both. */
  readonly ofBoth: number;
}

/** The corpus beside Checkov; see {@link policiesMarkdown}. */
export interface Comparison {
  readonly version: string;
  readonly date: string;
  readonly cases: readonly Compared[];
}

function comparison({ version, date, cases }: Comparison): readonly string[] {
  const leaks = cases.filter(({ ours }) => ours.length > 0);
  const theirs = leaks.filter(({ ofTheLeak }) => ofTheLeak.length > 0).length;
  return [
    "## Beside Checkov",
    "",
    `The corpus as plain Terraform (\`test/policy/corpus/terraform\`), judged by Checkov ${version} on ${date}, each case beside a`,
    "twin in which what is taken of the other cell is replaced by the cell's own. What it says of the case and not of the twin",
    `is about the leak: in ${theirs} of ${leaks.length} cases. That is no fault of Checkov's: it judges settings, in which it is far`,
    "broader than this pack, and knows no owner. Run both. Two cases cannot be said in Terraform (`deletedWith`, a value that",
    "escapes from an `apply`). Again: `npm run bench -- policy --checkov PATH`.",
    "",
    "| case | what | this pack | Checkov, of the leak | Checkov, of case and twin |",
    "|---|---|---|---|---:|",
    ...cases.map(
      ({ id, title, ours, ofTheLeak, ofBoth }) =>
        `| ${id} | ${cell(title)} | ${ours.join(", ") || "clean"} | ${ofTheLeak.join(", ") || "nothing"} | ${ofBoth} |`,
    ),
    "",
  ];
}

/** A rule that judges what an update does, not what is there: `cells up` has those. */
export type GateRule = Pick<Rule, "id" | "severity" | "title" | "blocks" | "fix" | "origin">;

/** The document of the rules, from their own data and what they said about the samples. */
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
    "What the policy pack (`policy/`) lets through and what it does not. This page is generated from the rules' own data:",
    "`UPDATE_DOCS=1 npx vitest run test/policy/docs.test.ts`. Each sample was judged by the rule itself.",
    "",
    "A verdict is a **violation** (a leak or a bad setting; blocked), a **coupling** (cells wait for each other; blocked),",
    "**undecided** (the value is not known yet; never the same as clean) or a **note** (told only). A rule decides in the",
    "preview, with owners and dependencies, or before each create in `up` as well; catalog rules decide before Pulumi runs.",
    "Rules of the gate decide in `cells up`, between preview and update.",
    "Settings go into `policy/config.yaml`; none switches a rule off. What is accepted for a while goes into",
    "`policy/register.yaml`.",
    "",
    "| rule | severity | what | decides |",
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
    "Not rules of the pack, which sees what would be there: these see what would be done. The register excepts nothing from them.",
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

/** The first thing that a rule said, as people see it. */
export function firstSaid(found: readonly Judged[], rule: Rule): string | undefined {
  const [one] = found.filter((judged) => judged.rule === rule).sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  return one === undefined ? undefined : sentence(rule, one.verdict);
}
