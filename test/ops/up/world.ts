import type { Catalog } from "../../../catalog/model";
import type { EngineEvent, Step } from "../../../ops/up/events";
import type { PackManifest } from "../../../ops/up/proof";
import { testCell } from "../../harness/cell";

/** A pack with one policy of each kind. */
export const manifest: PackManifest = {
  name: "tiny",
  version: "1.0.0",
  policies: [
    { name: "one", kind: "resource", level: "mandatory" },
    { name: "whole", kind: "stack", level: "mandatory" },
    { name: "open", kind: "stack", level: "advisory" },
  ],
  rules: ["T-01"],
  hash: "a".repeat(64),
};

/** Version of {@link fleet}, whatever its cells are; the small program exports the same. */
const catalogVersion = "3-x";

const prefix = "urn:pulumi:dev::cells::";
const stackUrn = `${prefix}pulumi:pulumi:Stack::cells-dev`;

/** URN of a cell. */
export function cellUrn(number: number): string {
  return `${prefix}cells:index:CellStack::cell-${number}`;
}

/** A step on a cell itself. */
export function cellStep(number: number, op: string): Step {
  return step(op, cellUrn(number), "cells:index:CellStack", stackUrn);
}

/** A step on a resource below a cell, or below any other parent. */
export function childStep(op: string, type: string, name: string, parent: string): Step {
  return step(op, `${prefix}cells:index:CellStack$${type}::${name}`, type, parent);
}

function step(op: string, urn: string, type: string, parent: string): Step {
  return op === "delete"
    ? { op, urn, type, old: { type, parent }, new: null }
    : { op, urn, type, old: null, new: { type, parent } };
}

/** The events of a preview in which every policy judged everything. */
export function judged(steps: readonly Step[]): readonly EngineEvent[] {
  const pack = { policyPackName: manifest.name, policyPackVersion: manifest.version };
  return [
    { policyAnalyzeSummaryEvent: { ...pack, resourceUrn: stackUrn, passed: ["one"] } },
    ...steps.flatMap((metadata) => [
      { policyAnalyzeSummaryEvent: { ...pack, resourceUrn: metadata.urn, passed: ["one"] } },
      { resourcePreEvent: { metadata } },
    ]),
    { policyAnalyzeStackSummaryEvent: { ...pack, passed: ["whole"], failed: ["open"] } },
    stackOutputs({ catalogVersion }),
  ];
}

/** The event of a preview that has the stack's outputs. */
export function stackOutputs(outputs: Readonly<Record<string, unknown>>): EngineEvent {
  const type = "pulumi:pulumi:Stack";
  const metadata = { op: "same", urn: `${prefix}${type}::cells-dev`, type, old: null, new: { type, outputs } };
  return { resOutputsEvent: { metadata } };
}

/** A fleet of the given number of cells, of weight 1 by default. */
export function fleet(count: number, weights: Readonly<Record<number, number>> = {}): Catalog {
  const cells = Array.from({ length: count }, (_, at) => testCell({ number: at + 1, weight: weights[at + 1] ?? 1 }));
  return {
    environment: "dev",
    revision: 3,
    version: catalogVersion,
    domain: "example.com",
    cells,
    routers: [],
    residency: { jurisdictions: [], countries: {} },
    released: [],
  };
}

/** An exported state with these cells and the routers' table. */
export function state(made: readonly number[], table?: object, more: readonly object[] = []): string {
  const cells = made.map((number) => ({ urn: cellUrn(number), type: "cells:index:CellStack", parent: stackUrn }));
  const stack = {
    urn: stackUrn,
    type: "pulumi:pulumi:Stack",
    outputs: table === undefined ? {} : { routingTable: table },
  };
  return JSON.stringify({ deployment: { resources: [stack, ...cells, ...more] } });
}

/** A table with these cells in these states. */
export const told = (...cells: readonly (readonly [number: number, state: string])[]): object => ({
  cells: cells.map(([number, one]) => ({ id: `cell-${number}`, state: one })),
});
