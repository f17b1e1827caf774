import { execFileSync } from "node:child_process";
import { join } from "node:path";

import fc from "fast-check";
import { expect, it } from "vitest";

import { algorithms, decide, makeRouter, sealTable, type AlgorithmName } from "../../routing";
import { anyCountry, anyTable, anyTenant, cell } from "./tables";

const anyQuestion = fc.record({
  tenant: anyTenant(),
  country: anyCountry,
  down: fc.array(fc.nat(), { maxLength: 4 }),
  full: fc.array(fc.nat(), { maxLength: 4 }),
});

it("a reader in Python, written from the documentation, decides alike", () => {
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

it("places any text among any number of cells, up to a thousand, as Python does", () => {
  const anyText = fc.oneof(
    fc.string({ unit: "binary", maxLength: 60 }),
    // Past the buffer that short ids are hashed in, and around the ends of blocks.
    fc
      .tuple(fc.string({ unit: "binary", maxLength: 3 }), fc.nat({ max: 400 }))
      .map(([unit, times]) => unit.repeat(times)),
  );
  // Python is slow on the points of large rings.
  const most: Readonly<Partial<Record<AlgorithmName, number>>> = {
    murmur3: 1000,
    sha256: 1000,
    rendezvous: 1000,
    ring: 25,
  };
  const jobs = Object.entries(most).flatMap(([name, limit]) =>
    fc
      .sample(fc.tuple(fc.integer({ min: 1, max: limit }), fc.array(anyText, { minLength: 5, maxLength: 8 })), 12)
      .map(([count, texts]) => {
        const algorithm = name as AlgorithmName;
        const cells = Array.from({ length: count }, (_, number) => cell(number));
        const content = {
          environment: "test",
          algorithm,
          cells,
          jurisdictions: { eu: { localities: ["EU"] } },
          countries: { DE: "eu" },
          pins: {},
        };
        return { algorithm, texts, table: sealTable(1, content) };
      }),
  );
  const python = execFileSync("python3", [join(__dirname, "fixtures/reader.py")], {
    input: JSON.stringify(jobs.map(({ table, texts }) => [table, texts.map((text) => [text, "DE", [], []])])),
    encoding: "utf8",
  });
  const ours = jobs.map(({ algorithm, texts, table }) => {
    const { place } = algorithms[algorithm].prepare(table.cells);
    return texts.map((text) => [place(text), place(text)]);
  });
  expect(JSON.parse(python)).toEqual(ours);
});
