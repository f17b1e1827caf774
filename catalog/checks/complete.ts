import type { Draft } from "../draft";
import { shared } from "../fields";
import type { DraftIssue } from "../issues";
import { sizeOf } from "../sizes";

/** What a cell must have, from itself or from the defaults; the rest has a meaning when left out. */
const required = ["sizeClass", "capacity", "release", "state"] as const satisfies readonly (keyof typeof shared)[];

/** Required in production classes: what is billed or holds other people's data needs an explicit owner. */
const requiredInProduction = ["owner", "dataClass", "costCenter"] as const satisfies readonly (keyof typeof shared)[];

/**
 * Cells that lack what neither they nor the defaults give.
 *
 * @param raw the file's plain data: a value that is there but broken has its own finding.
 */
export function complete(draft: Draft, raw: unknown): readonly DraftIssue[] {
  const written = raw as { defaults?: Record<string, unknown>; cells?: unknown[] };
  const given = isRecord(written.defaults) ? written.defaults : {};
  return (draft.cells ?? []).flatMap((cell, index) => {
    const own = written.cells?.[index];
    if (cell === undefined || !isRecord(own)) return [];
    const sizeClass = cell.sizeClass ?? draft.defaults?.sizeClass;
    const isProduction = sizeOf(sizeClass ?? "", draft.sizes)?.production === true;
    return [...required, ...(isProduction ? requiredInProduction : [])]
      .filter((key) => own[key] === undefined && given[key] === undefined)
      .map((key): DraftIssue => ({
        path: ["cells", index, key],
        value: undefined,
        message: `missing; write it here or under defaults: ${shared[key].description}`,
      }));
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
