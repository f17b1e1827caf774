import { createHash } from "node:crypto";

import { lossOf } from "../../catalog/changes";
import { nameOf, type Step } from "./events";

/** A resource that a plan would delete, for good or in the course of a replacement, and that holds data or serves tenants. */
export interface Loss {
  readonly urn: string;
  readonly op: "replace" | "delete";
}

/**
 * Every such resource that a plan deletes or replaces, each once, sorted by URN. What serves counts where tenants are
 * served, and where its successor comes after it.
 *
 * @param serves whether tenants are served by the cell of a URN, or for a shared resource by any.
 */
export function lossesOf(steps: readonly Step[], serves: (urn: string) => boolean = () => true): readonly Loss[] {
  const losses = new Map<string, Loss>();
  const succeeded = new Set<string>();
  for (const { op, urn, type, old, new: next } of steps) {
    const lost = lossOf({ type, before: old?.inputs, after: next?.inputs });
    // A replacement has up to three steps, in this order: create-replacement, replace, delete-replaced.
    if (op === "create-replacement") succeeded.add(urn);
    if (lost === undefined || (lost === "service" && (succeeded.has(urn) || !serves(urn)))) continue;
    if (/replace/.test(op)) losses.set(urn, { urn, op: "replace" });
    else if ((op === "delete" || op === "discard") && !losses.has(urn)) losses.set(urn, { urn, op: "delete" });
  }
  return [...losses.values()].sort((a, b) => (a.urn < b.urn ? -1 : 1));
}

/** Stands for exactly these losses: approving it approves nothing that a later plan adds. */
export function tokenOf(losses: readonly Loss[]): string {
  const text = losses.map(({ op, urn }) => `${op} ${urn}`).join("\n");
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}

/** Why a plan's losses are not approved (DUR-04); undefined when there are none, or each is approved. */
export function unapproved(losses: readonly Loss[], approvals: readonly string[]): string | undefined {
  const token = tokenOf(losses);
  if (approvals.includes(token)) return undefined;
  const open = losses.filter(({ urn }) => !approvals.includes(urn));
  if (open.length === 0) return undefined;
  return [
    `the plan loses data, credentials or service: it would ${open.map(({ op, urn }) => `${op} ${nameOf(urn)}`).join(", ")}.`,
    ...open.map(({ op, urn }) => `  ${op} ${urn}`),
    `Keep them, or approve each with --approve '<urn>', or all losses of this plan with --approve ${token}`,
  ].join("\n");
}
