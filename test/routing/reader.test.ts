import { execFileSync } from "node:child_process";
import { join } from "node:path";

import fc from "fast-check";
import { expect, it } from "vitest";

import { decide, makeRouter } from "../../routing";
import { anyCountry, anyTable, anyTenant } from "./tables";

const anyQuestion = fc.record({
  tenant: anyTenant(),
  country: anyCountry,
  down: fc.array(fc.nat(), { maxLength: 4 }),
  full: fc.array(fc.nat(), { maxLength: 4 }),
});

it("a reader in Python, written from the documentation, decides as this one does", () => {
  // One run of the interpreter for all, so tables are sampled here and not in a property.
  const jobs = fc
    .sample(fc.tuple(anyTable, fc.array(anyQuestion, { minLength: 5, maxLength: 15 })), 60)
    .map(([table, questions]) => {
      const pick = (picks: number[]): number[] => picks.map((index) => table.cells[index % table.cells.length]!.number);
      return [
        table,
        questions.map(({ tenant, country, down, full }) => [tenant, country ?? null, pick(down), pick(full)] as const),
      ] as const;
    });
  const python = execFileSync("python3", [join(__dirname, "fixtures/reader.py")], {
    input: JSON.stringify(jobs),
    encoding: "utf8",
  });
  const ours = jobs.map(([table, questions]) => {
    const router = makeRouter(table);
    return questions.map(([tenant, country, down, full]) => {
      const answer = decide(
        router,
        { tenant, country: country ?? undefined },
        { down: new Set(down), full: new Set(full) },
      );
      return answer.ok ? [answer.cell.number, answer.home.number] : answer.reason;
    });
  });
  expect(JSON.parse(python)).toEqual(ours);
  expect(ours.flat().filter((answer) => Array.isArray(answer)).length).toBeGreaterThan(50);
});
