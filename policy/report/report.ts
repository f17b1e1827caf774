import type { Judged } from "../core/judge";
import { blocks, type Rule } from "../core/rule";

/** A finding as reports show it: plain data, in a stable order, without any value of a property. */
interface Reported {
  /** Name of the source that it was found in. */
  readonly source: string;
  readonly rule: string;
  readonly severity: Rule["severity"];
  readonly verdict: string;
  readonly urn: string;
  readonly path?: string;
  readonly message: string;
  readonly evidence?: string;
  readonly owners?: readonly [own: string, other: string];
  readonly fix: string;
}

/** How much of a source was judged. */
export type Extent =
  /** All of it; `reason` says why, where less was asked for. */
  | { readonly kind: "whole"; readonly reason?: string }
  /** The cells that a change touches, witnesses of the others, and what all share. */
  | { readonly kind: "change"; readonly touched: readonly string[]; readonly witnesses: readonly string[] };

/** Something that was judged. */
export interface Source {
  /** A catalog's or a state's path. */
  readonly name: string;
  readonly kind: "catalog" | "state";
  readonly cells: number;
  /** Resources that were looked at. */
  readonly resources: number;
  readonly extent: Extent;
}

/** A source with what the rules said about it. */
export interface Part {
  readonly source: Source;
  readonly found: readonly Judged[];
}

/** A whole judgement. */
export interface Report {
  readonly sources: readonly Source[];
  /** How many rules judged. */
  readonly rules: number;
  /** What must not get through. */
  readonly findings: readonly Reported[];
  readonly undecided: readonly Reported[];
  readonly notes: readonly Reported[];
}

/** The page of the rules, from the repository's root. */
const page = "docs/policies.md";

/** Sorts judgements into a report: by source in the order given, then as each was judged. */
export function reportOf(rules: readonly Rule[], parts: readonly Part[]): Report {
  const all = parts.flatMap(({ source, found }) => found.map((one) => ({ one, told: reported(one, source.name) })));
  const of = (accept: (verdict: Judged["verdict"]) => boolean): readonly Reported[] =>
    all.filter(({ one }) => accept(one.verdict)).map(({ told }) => told);
  return {
    sources: parts.map(({ source }) => source),
    rules: rules.length,
    findings: of(blocks),
    undecided: of(({ kind }) => kind === "undecided"),
    notes: of(({ kind }) => kind === "advisory"),
  };
}

function reported({ rule, verdict }: Judged, source: string): Reported {
  const { kind, urn, path, message, evidence, owners } = verdict;
  return {
    source,
    rule: rule.id,
    severity: rule.severity,
    verdict: kind,
    urn,
    ...(path === undefined ? {} : { path }),
    message,
    ...(evidence === undefined ? {} : { evidence }),
    ...(owners === undefined ? {} : { owners }),
    fix: rule.fix,
  };
}

/** Last part of a URN: what a person calls the resource. */
export function nameOf(urn: string): string {
  return urn.split("::").pop() ?? urn;
}

function count(number: number, what: string, many = `${what}s`): string {
  return `${number} ${number === 1 ? what : many}`;
}

/** `catalog/dev.yaml: 1 finding, 0 undecided, 2 notes; 8 cells, 1725 resources, 46 rules`. */
function summary(report: Report, { name, cells, resources }: Source): string {
  const here = (list: readonly Reported[]): number => list.filter(({ source }) => source === name).length;
  const findings = here(report.findings);
  const verdict = findings === 0 ? "nothing to object to" : count(findings, "finding");
  const rest = `${here(report.undecided)} undecided, ${count(here(report.notes), "note")}`;
  return `${name}: ${verdict}; ${rest}; ${count(cells, "cell")}, ${count(resources, "resource")}, ${count(report.rules, "rule")}`;
}

/** What was judged of a source when not simply all; undefined when it was. */
function extentOf({ cells, extent }: Source): string | undefined {
  if (extent.kind === "whole")
    return extent.reason === undefined ? undefined : `everything was judged: ${extent.reason}`;
  const { touched, witnesses } = extent;
  const changed = touched.length === 0 ? "no cell has changed" : `changed: ${touched.join(", ")}`;
  const others = `${count(witnesses.length, "witness", "witnesses")} for the other ${count(cells - touched.length, "cell")}`;
  return `only the change was judged; ${changed}; ${others}, and what all share`;
}

/** For people, in a terminal. */
export function textOf(report: Report): string {
  const { sources, findings, undecided, notes } = report;
  const lines = [...findings, ...undecided, ...notes].flatMap((one) => {
    const about = [one.path, one.evidence, one.owners?.join(" -> ")].filter((part) => part !== undefined).join("; ");
    const head = `${one.rule} ${one.severity} ${one.verdict}: ${nameOf(one.urn)}${about === "" ? "" : ` (${about})`}`;
    const where = sources.length > 1 ? [`  in ${one.source}`] : [];
    return [head, `  ${one.message}`, ...(isBlocked(one) ? [`  fix: ${one.fix}`] : []), `  ${one.urn}`, ...where];
  });
  const ends = sources.flatMap((source) => {
    const extent = extentOf(source);
    return [summary(report, source), ...(extent === undefined ? [] : [`  ${extent}`])];
  });
  return [...lines, ...ends].join("\n");
}

function isBlocked({ verdict }: Reported): boolean {
  return verdict === "violation" || verdict === "coupling";
}

/** For tools. */
export function jsonOf(report: Report): string {
  return JSON.stringify(report, null, 2);
}

/** A comment longer than 65,536 characters is refused by GitHub; what is left out is said. */
const rowLimit = 100;

/** For a pull request's comment. */
export function markdownOf(report: Report): string {
  const { sources, findings, undecided } = report;
  const title = findings.length === 0 ? "Cells: nothing to object to" : `Cells: ${count(findings.length, "finding")}`;
  const all = [...findings, ...undecided];
  const rows = all
    .slice(0, rowLimit)
    .map(
      (one) =>
        `| [${one.rule}](${page}#${one.rule.toLowerCase()}) | ${one.verdict} | ${code(nameOf(one.urn))}${one.path === undefined ? "" : ` ${code(one.path)}`} | ${cell(one.message)} | ${isBlocked(one) ? cell(one.fix) : ""} |`,
    );
  const table =
    rows.length === 0 ? [] : ["", "| rule | verdict | where | what | fix |", "|---|---|---|---|---|", ...rows];
  const left = all.length > rowLimit ? ["", `${all.length - rowLimit} more are left out here.`] : [];
  const about = sources.map((source) => {
    const extent = extentOf(source);
    return `- ${cell(summary(report, source))}${extent === undefined ? "" : `<br>${cell(extent)}`}`;
  });
  return [`## ${title}`, "", ...about, ...table, ...left, "", `What each rule means: [${page}](${page}).`].join("\n");
}

/** Text inside a table's cell. Names come from resources, so nothing of theirs may be taken for markup. */
function cell(text: string): string {
  return text
    .replace(/[\\|<>&@[\]`*_]/g, (sign) =>
      sign === "<" ? "&lt;" : sign === ">" ? "&gt;" : sign === "&" ? "&amp;" : `\\${sign}`,
    )
    .replace(/\s+/g, " ");
}

function code(text: string): string {
  return `\`${text.replace(/`/g, "'").replace(/\|/g, "\\|").replace(/\s+/g, " ")}\``;
}
