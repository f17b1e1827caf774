import type { Draft } from "../draft";
import type { DraftIssue } from "../issues";
import { region } from "../regions";

/** Router regions: each once, and one at least in every partition that has cells. */
export function routers(draft: Draft): readonly DraftIssue[] {
  const names = draft.routers;
  if (names === undefined) return [];
  const twice = names.flatMap((name, index): DraftIssue[] =>
    name !== undefined && names.indexOf(name) < index
      ? [{ path: ["routers", index], value: name, message: "listed twice; keep one" }]
      : [],
  );
  // An unreadable entry may be the router that is missed: no verdict then.
  if (names.includes(undefined)) return twice;
  const reached = new Set(names.map((name) => region(name ?? "")?.partition));
  const needed = new Map((draft.cells ?? []).map((cell) => [region(cell?.region ?? "")?.partition, cell?.region]));
  const missing = [...needed].flatMap(([partition, example]): DraftIssue[] =>
    partition === undefined || reached.has(partition)
      ? []
      : [
          {
            path: ["routers"],
            value: names,
            message: `partition ${partition} has cells but no router; add a region of it, e.g. ${example}`,
          },
        ],
  );
  return [...twice, ...missing];
}
