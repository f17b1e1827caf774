import { formatValue } from "../issues";
import type { CatalogDiff } from "../diff";
import type { CatalogChange } from "./change";
import { sampleSize } from "../movement";

const marks = { forbidden: "forbidden", warning: "warning  ", allowed: "ok       " } as const;

/** A diff as lines for a person: verdict, cell, kind, what changes, what it means. */
export function formatDiff(diff: CatalogDiff): string {
  if (diff.changes.length === 0) return `no change (${diff.to})`;
  const forbidden = diff.changes.filter((change) => change.verdict === "forbidden").length;
  const lines = [`${diff.from} -> ${diff.to}`, ...diff.changes.map(line)];
  if (diff.movement.length === 0) lines.push("No tenant gets another home.");
  for (const { jurisdiction, moved, refused } of diff.movement) {
    const lost = refused > 0 ? `, ${percent(refused)} are refused` : "";
    const asked = `${sampleSize} asked; pinned ones stay`;
    lines.push(`About ${percent(moved)} of the tenants of ${jurisdiction} get another home${lost} (${asked}).`);
  }
  if (forbidden > 0) lines.push(forbidden === 1 ? "1 change is forbidden." : `${forbidden} changes are forbidden.`);
  return lines.join("\n");
}

function line({ verdict, cell, kind, from, to, message }: CatalogChange): string {
  const values = [from, to].map(formatValue);
  const change = from !== undefined && to !== undefined ? ` ${values.join(" -> ")}` : "";
  return `${marks[verdict]}  ${cell === undefined ? "" : `${cell} `}${kind}${change}: ${message}`;
}

function percent(share: number): string {
  const points = share * 100;
  return `${points > 0 && points < 1 ? "under 1" : Math.round(points)} %`;
}
