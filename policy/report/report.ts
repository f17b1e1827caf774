import type { Judged } from "../core/judge";
import { blocks, type Rule } from "../core/rule";

/** A finding as reports show it: plain data, in a stable order, without any value of a property. */
export interface Reported {
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

/** A whole judgement. */
export interface Report {
  /** What was judged: a catalog's path. */
  readonly source: string;
  readonly cells: number;
  readonly resources: number;
  readonly rules: number;
  /** What must not get through. */
  readonly findings: readonly Reported[];
  readonly undecided: readonly Reported[];
  readonly notes: readonly Reported[];
}

/** The page of the rules, from the repository's root. */
const page = "docs/policies.md";

/** Sorts a judgement into a report. */
export function reportOf(found: readonly Judged[], about: Omit<Report, "findings" | "undecided" | "notes">): Report {
  const of = (accept: (kind: string) => boolean): readonly Reported[] => found.filter(({ verdict }) => accept(verdict.kind)).map(reported);
  return {
    ...about,
    findings: found.filter(({ verdict }) => blocks(verdict)).map(reported),
    undecided: of((kind) => kind === "undecided"),
    notes: of((kind) => kind === "advisory"),
  };
}

function reported({ rule, verdict }: Judged): Reported {
  const { kind, urn, path, message, evidence, owners } = verdict;
  return {
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
function nameOf(urn: string): string {
  return urn.split("::").pop() ?? urn;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}

/** For people, in a terminal. */
export function textOf(report: Report): string {
  const { source, cells, resources, rules, findings, undecided, notes } = report;
  const lines = [...findings, ...undecided, ...notes].flatMap((one) => {
    const about = [one.path, one.evidence, one.owners?.join(" -> ")].filter((part) => part !== undefined).join("; ");
    const head = `${one.rule} ${one.severity} ${one.verdict}: ${nameOf(one.urn)}${about === "" ? "" : ` (${about})`}`;
    return [head, `  ${one.message}`, ...(one.verdict === "violation" || one.verdict === "coupling" ? [`  fix: ${one.fix}`] : []), `  ${one.urn}`];
  });
  const verdict = findings.length === 0 ? "nothing to object to" : count(findings.length, "finding");
  const rest = `${undecided.length} undecided, ${count(notes.length, "note")}`;
  return [...lines, `${source}: ${verdict}; ${rest}; ${count(cells, "cell")}, ${resources} resources, ${rules} rules`].join("\n");
}

/** For tools. */
export function jsonOf(report: Report): string {
  return JSON.stringify(report, null, 2);
}

/** For a pull request's comment. */
export function markdownOf(report: Report): string {
  const { source, cells, resources, findings, undecided, notes } = report;
  const title = findings.length === 0 ? "Cells: nothing to object to" : `Cells: ${count(findings.length, "finding")}`;
  const cell = (text: string): string => text.replace(/\|/g, "\\|");
  const rows = [...findings, ...undecided].slice(0, 200).map(
    (one) =>
      `| ${one.rule} | ${one.verdict} | \`${nameOf(one.urn)}\`${one.path === undefined ? "" : ` \`${one.path}\``} | ${cell(one.message)} | ${cell(one.fix)} |`,
  );
  const table = rows.length === 0 ? [] : ["", "| rule | verdict | where | what | fix |", "|---|---|---|---|---|", ...rows];
  const about = `\`${source}\`: ${count(cells, "cell")}, ${resources} resources, ${undecided.length} undecided, ${count(notes.length, "note")}.`;
  return [`## ${title}`, "", about, ...table, "", `What each rule means: [${page}](${page}).`].join("\n");
}

const levels: Readonly<Record<string, string>> = { violation: "error", coupling: "error", undecided: "warning", advisory: "note" };

/** SARIF 2.1.0, for code scanning: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html */
export function sarifOf(report: Report, rules: readonly Rule[]): string {
  const results = [...report.findings, ...report.undecided, ...report.notes].map((one) => ({
    ruleId: one.rule,
    ruleIndex: rules.findIndex(({ id }) => id === one.rule),
    level: levels[one.verdict],
    message: { text: `${nameOf(one.urn)}${one.path === undefined ? "" : ` (${one.path})`}: ${one.message}` },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri: report.source } },
        logicalLocations: [{ fullyQualifiedName: one.urn, name: nameOf(one.urn), kind: "resource" }],
      },
    ],
    partialFingerprints: { "place/v1": [one.rule, one.urn, one.path ?? ""].join(" ") },
    properties: { verdict: one.verdict, ...(one.path === undefined ? {} : { path: one.path }), ...(one.evidence === undefined ? {} : { evidence: one.evidence }) },
  }));
  const driver = {
    name: "cells-policy",
    informationUri: page,
    rules: rules.map(({ id, title, blocks: what, fix, severity }) => ({
      id,
      shortDescription: { text: title },
      fullDescription: { text: `Blocks ${what}.` },
      help: { text: fix },
      properties: { severity },
    })),
  };
  return JSON.stringify(
    { $schema: "https://json.schemastore.org/sarif-2.1.0.json", version: "2.1.0", runs: [{ tool: { driver }, results }] },
    null,
    2,
  );
}
