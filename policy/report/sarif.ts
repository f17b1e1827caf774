import type { Rule } from "../core/rule";
import { nameOf, type Report } from "./report";

const levels: Readonly<Record<string, string>> = {
  violation: "error",
  coupling: "error",
  undecided: "warning",
  advisory: "note",
};

/** SARIF 2.1.0, for code scanning: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html */
export function sarifOf(report: Report, rules: readonly Rule[]): string {
  const results = [...report.findings, ...report.undecided, ...report.notes].map((one) => ({
    ruleId: one.rule,
    ruleIndex: rules.findIndex(({ id }) => id === one.rule),
    level: levels[one.verdict],
    message: { text: `${nameOf(one.urn)}${one.path === undefined ? "" : ` (${one.path})`}: ${one.message}` },
    locations: [
      {
        // GitHub requires a line; a plan has none, so the first line of its catalog stands for it.
        physicalLocation: { artifactLocation: { uri: encodeURI(one.source) }, region: { startLine: 1 } },
        logicalLocations: [{ fullyQualifiedName: one.urn, name: nameOf(one.urn), kind: "resource" }],
      },
    ],
    partialFingerprints: { "place/v1": [one.source, one.rule, one.urn, one.path ?? ""].join(" ") },
    properties: {
      verdict: one.verdict,
      ...(one.path === undefined ? {} : { path: one.path }),
      ...(one.evidence === undefined ? {} : { evidence: one.evidence }),
    },
  }));
  const driver = {
    name: "cells-policy",
    rules: rules.map(({ id, title, blocks: what, fix, severity }) => ({
      id,
      shortDescription: { text: title },
      fullDescription: { text: `Blocks ${what}.` },
      help: { text: fix },
      properties: { severity },
    })),
  };
  return JSON.stringify(
    {
      $schema: "https://json.schemastore.org/sarif-2.1.0.json",
      version: "2.1.0",
      runs: [{ tool: { driver }, results }],
    },
    null,
    2,
  );
}
