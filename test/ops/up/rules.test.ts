import { describe, expect, it } from "vitest";

import { UpRefused } from "../../../ops/up/refused";
import { gateRules, type Reason } from "../../../ops/up/rules";

describe("rules of the gate", () => {
  it("have distinct ids and refusals", () => {
    const reasons = gateRules.flatMap(({ reasons }) => reasons);
    expect(new Set(reasons).size).toBe(reasons.length);
    expect(new Set(gateRules.map(({ id }) => id)).size).toBe(gateRules.length);
  });

  it.each<[Reason, string]>([
    ["data-loss", "DUR-04: it"],
    ["wave", "SIZ-07: it"],
    ["residency", "RTR-09: it"],
    ["pack-settings", "GOV-05: it"],
    ["not-proven", "GOV-05: it"],
    // No rule: something failed, or the verifier names its own rules.
    ["no-engine", "it"],
    ["preview-failed", "it"],
    ["up-failed", "it"],
    ["not-clean", "it"],
  ])("begin the message of %s", (reason, message) => {
    expect(new UpRefused(reason, "it")).toMatchObject({ reason, message });
  });
});
