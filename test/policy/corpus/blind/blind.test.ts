import { describe, expect, it } from "vitest";

import { perform } from "../perform";
import { innocent } from "./innocent";
import { leaks } from "./leaks";
import type { BlindCase } from "./write";

type Verdict = "blocked" | "undecided" | "silent";

async function verdicts(cases: readonly BlindCase[], isPreview: boolean): Promise<Record<Verdict, string[]>> {
  const found: Record<Verdict, string[]> = { blocked: [], undecided: [], silent: [] };
  for (const one of cases) {
    const { blocked, undecided } = await perform(one, isPreview);
    const verdict = blocked.length > 0 ? "blocked" : undecided.length > 0 ? "undecided" : "silent";
    found[verdict].push(`${one.id} ${one.title}`);
  }
  return found;
}

/** Share of the innocent cases that may be blocked. */
const falseAlarms = 0.02;

describe.each([
  { phase: "in a preview", isPreview: true },
  { phase: "with values known", isPreview: false },
])("$phase", ({ isPreview }) => {
  it("every leak is blocked, or at least undecided", { timeout: 120_000 }, async () => {
    const { undecided, silent } = await verdicts(leaks, isPreview);
    expect(silent).toEqual([]);
    expect(undecided.map((text) => text.slice(0, 4))).toEqual(["B036", "B057"]);
  });

  it("what resembles a leak passes", { timeout: 120_000 }, async () => {
    const { blocked, undecided } = await verdicts(innocent, isPreview);
    if (blocked.length > innocent.length * falseAlarms) expect(blocked).toEqual([]);
    expect(undecided.map((text) => text.slice(0, 4))).toEqual(["N050"]);
  });
});
