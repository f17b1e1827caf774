import type { Judged } from "../core/judge";
import { blocks, type Rule } from "../core/rule";

/** A finding in a report: plain data, in a stable order, without values of properties. */
interface Reported {
  /** Name of its source. */
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
  /** All of it; `reason` says why, if less was requested. */
  | { readonly kind: "whole"; readonly reason?: string }
  /** The cells that a change touches, sample cells that stand for the others, and what all share. */
  | { readonly kind: "change"; readonly touched: readonly string[]; readonly witnesses: readonly string[] };

/** A catalog or a state that was judged. */
export interface Source {
  /** A catalog's or a state's path. */
  readonly name: string;
  readonly kind: "catalog" | "state";
  readonly cells: number;
  /** Number of judged resources. */
  readonly resources: number;
  readonly extent: Extent;
}

/** A source and the verdicts on it. */
export interface Part {
  readonly source: Source;
  readonly found: readonly Judged[];
}

/** The result of one check. */
export interface Report {
  readonly sources: readonly Source[];
  /** Number of rules. */
  readonly rules: number;
  /** Findings that block. */
  readonly findings: readonly Reported[];
  readonly undecided: readonly Reported[];
  readonly notes: readonly Reported[];
}

/** The reference page of the rules, from the repository's root. */
const page = "docs/policies.md";

/** Makes a report of judgements, in the given order of sources. */
export function reportOf(rules: readonly Rule[], parts: readonly Part[]): Report {
  const all = parts.flatMap(({ source, found }) => found.map((one) => ({ one, shown: reported(one, source.name) })));
  const of = (accept: (verdict: Judged["verdict"]) => boolean): readonly Reported[] =>
    all.filter(({ one }) => accept(one.verdict)).map(({ shown }) => shown);
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

/** Last part of a URN: the resource's name. */
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
  const verdict = findings === 0 ? "no findings" : count(findings, "finding");
  const rest = `${here(report.undecided)} undecided, ${count(here(report.notes), "note")}`;
  return `${name}: ${verdict}; ${rest}; ${count(cells, "cell")}, ${count(resources, "resource")}, ${count(report.rules, "rule")}`;
}

/** Which part of a source was judged, or why all of it; undefined when nothing needs to be said. */
function extentOf({ cells, extent }: Source): string | undefined {
  if (extent.kind === "whole")
    return extent.reason === undefined ? undefined : `everything was judged, because ${extent.reason}`;
  const { touched, witnesses } = extent;
  const changed = touched.length === 0 ? "no cell has changed" : `changed: ${touched.join(", ")}`;
  const others = `${count(witnesses.length, "witness", "witnesses")} for the other ${count(cells - touched.length, "cell")}`;
  return `only the change was judged: ${changed}; ${others}, and what all share`;
}

/** For people: GitHub refuses comments of more than 65,536 characters. The report says how many findings are missing. */
const rowLimit = 100;

/** The report for a terminal. */
export function textOf(report: Report): string {
  const { sources, findings, undecided, notes } = report;
  const all = [...findings, ...undecided, ...notes];
  const lines = all.slice(0, rowLimit).flatMap((one) => {
    const about = [one.path, one.evidence, one.owners?.join(" -> ")].filter((part) => part !== undefined).join("; ");
    const head = `${one.rule} ${one.severity} ${one.verdict}: ${nameOf(one.urn)}${about === "" ? "" : ` (${about})`}`;
    const where = sources.length > 1 ? [`  in ${one.source}`] : [];
    return [head, `  ${one.message}`, ...(isBlocked(one) ? [`  fix: ${one.fix}`] : []), `  ${one.urn}`, ...where];
  });
  const ends = sources.flatMap((source) => {
    const extent = extentOf(source);
    return [summary(report, source), ...(extent === undefined ? [] : [`  ${extent}`])];
  });
  const left = all.length - rowLimit;
  return [...lines, ...(left > 0 ? [`and ${left} more, which --json lists`] : []), ...ends].join("\n");
}

function isBlocked({ verdict }: Reported): boolean {
  return verdict === "violation" || verdict === "coupling";
}

/** The report for tools. */
export function jsonOf(report: Report): string {
  return JSON.stringify(report, null, 2);
}

/** The report for a pull request's comment. */
export function markdownOf(report: Report): string {
  const { sources, findings, undecided } = report;
  const title = findings.length === 0 ? "Cells: no findings" : `Cells: ${count(findings.length, "finding")}`;
  const all = [...findings, ...undecided];
  const rows = all
    .slice(0, rowLimit)
    .map(
      (one) =>
        `| [${one.rule}](${page}#${one.rule.toLowerCase()}) | ${one.verdict} | ${code(nameOf(one.urn))}${one.path === undefined ? "" : ` ${code(one.path)}`} | ${cell(one.message)} | ${isBlocked(one) ? cell(one.fix) : ""} |`,
    );
  const table =
    rows.length === 0 ? [] : ["", "| rule | verdict | where | what | fix |", "|---|---|---|---|---|", ...rows];
  const left = all.length > rowLimit ? ["", `${all.length - rowLimit} more are not shown here.`] : [];
  const about = sources.map((source) => {
    const extent = extentOf(source);
    return `- ${cell(summary(report, source))}${extent === undefined ? "" : `<br>${cell(extent)}`}`;
  });
  return [`## ${title}`, "", ...about, ...table, ...left, "", `What each rule means: [${page}](${page}).`].join("\n");
}

/** Text inside a table's cell. Names come from resources, so they must not be read as markup. */
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
