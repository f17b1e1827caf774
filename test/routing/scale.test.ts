import { execFileSync } from "node:child_process";
import { join } from "node:path";

import { buildSync } from "esbuild";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { algorithms, deal, decide, encodeBinary, encodeTable, makeRouter, type AlgorithmName } from "../../routing";
import { slotPlacement } from "../../routing/algorithms/slots";
import { anyCountry, anyTable, anyTenant } from "./tables";

const million = Array.from({ length: 1_000_000 }, (_, i) => `tenant-${i}`);
const even = (count: number) => Array.from({ length: count }, (_, number) => ({ number, weight: 1 }));

describe("a million keys", () => {
  const fleets = [
    ["eight equal cells", even(8)],
    ["weights 1 to 4", [1, 2, 3, 4].map((weight) => ({ number: weight, weight }))],
  ] as const;
  const within = { slots: 0.01, rendezvous: 0.03 } as const;

  describe.each(["slots", "rendezvous"] as const)("%s", (name) => {
    it.each(fleets)("keep to the weights: %s", (_, members) => {
      const { place } = algorithms[name].prepare(members);
      const counts = new Map<number, number>();
      for (const key of million) counts.set(place(key), (counts.get(place(key)) ?? 0) + 1);
      const total = members.reduce((sum, { weight }) => sum + weight, 0);
      for (const { number, weight } of members) {
        const share = counts.get(number)! / million.length / (weight / total);
        expect(Math.abs(share - 1), `cell ${number}`).toBeLessThan(within[name]);
      }
    });
  });

  // The slow one gets fewer: each of its answers looks at every cell.
  it.each([
    ["slots", 1],
    ["ring", 1],
    ["murmur3", 1],
    ["sha256", 4],
    ["rendezvous", 100],
  ] as const)("all have a home among a thousand cells: %s", (name, every) => {
    const { place } = algorithms[name].prepare(even(1000));
    let homeless = 0;
    for (let i = 0; i < million.length; i += every) {
      const home = place(million[i]!);
      if (!(Number.isInteger(home) && home >= 0 && home < 1000)) homeless++;
    }
    expect(homeless).toBe(0);
  });
});

describe("one cell more, one cell less", () => {
  const keys = million.slice(0, 200_000);

  // A ring's cell owns 150 arcs of random length, so its share itself spreads by 1 / sqrt(150); the others' keys only
  // by sampling. Four standard deviations of either.
  const noise = (name: AlgorithmName, share: number): number =>
    4 * (name === "ring" ? share / Math.sqrt(150) : Math.sqrt((share * (1 - share)) / keys.length));

  it.each(
    (["slots", "ring", "rendezvous"] as const).flatMap((name) => [5, 8, 30].map((count) => [name, count] as const)),
  )("%s, %i cells: moves only what it must", (name, count) => {
    const members = even(count);
    const gone = 2;
    const without = members.filter(({ number }) => number !== gone);
    const more = [...members, { number: count, weight: 1 }];
    // Slots have memory: each deal starts from the previous one.
    const before = deal(members);
    const placer = (of: typeof members) =>
      name === "slots" ? fromDeal(deal(of, before)) : algorithms[name].prepare(of).place;
    const [old, added, removed] = [placer(members), placer(more), placer(without)];
    const moved = { byAdding: 0, byRemoving: 0, needlessly: 0 };
    for (const key of keys) {
      const [home, next, left] = [old(key), added(key), removed(key)];
      if (next !== home) moved.byAdding++;
      if (left !== home) moved.byRemoving++;
      if ((next !== home && next !== count) || (left !== home && home !== gone)) moved.needlessly++;
    }
    expect(moved.needlessly).toBe(0);
    expect(moved.byAdding / keys.length).toBeLessThan(1.05 / (count + 1) + noise(name, 1 / (count + 1)));
    expect(moved.byRemoving / keys.length).toBeLessThan(1.05 / count + noise(name, 1 / count));
    expect(Math.min(moved.byAdding, moved.byRemoving)).toBeGreaterThan(0);
  });

  function fromDeal(owners: Int32Array): (key: string) => number {
    const numbers = [...new Set(owners)].sort((a, b) => a - b);
    const index = new Map(numbers.map((number, at) => [number, at]));
    return slotPlacement(
      Int32Array.from(numbers),
      Uint8Array.from(owners, (owner) => index.get(owner)!),
    ).place;
  }
});

it("another process decides the same, from the table's text and from its binary form at any address", () => {
  const jobs = fc
    .sample(
      fc.tuple(
        anyTable,
        fc.array(fc.record({ tenant: anyTenant(), country: anyCountry }), { minLength: 5, maxLength: 20 }),
        fc.nat({ max: 7 }),
      ),
      40,
    )
    .map(([table, questions, offset]) => ({
      table,
      questions,
      text: encodeTable(table),
      binary: Buffer.from(encodeBinary(table)).toString("base64"),
      offset,
    }));
  const core = buildSync({
    stdin: { contents: 'export * from "./routing";', resolveDir: join(__dirname, "..", ".."), loader: "ts" },
    bundle: true,
    write: false,
    platform: "neutral",
    format: "cjs",
    minify: true,
  }).outputFiles[0]!.text;
  const child = `
    const module = { exports: {} };
    ((module, exports) => { ${core} })(module, module.exports);
    const { decodeBinary, decodeTableText, decide, makeRouter } = module.exports;
    const jobs = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
    const answer = (decoded, questions) => {
      if (!decoded.ok) throw new Error(JSON.stringify(decoded.mistakes));
      const router = makeRouter(decoded.table);
      return questions.map((question) => decide(router, question));
    };
    process.stdout.write(JSON.stringify(jobs.map(({ questions, text, binary, offset }) => {
      const bytes = Buffer.from(binary, "base64");
      const moved = new Uint8Array(bytes.length + offset).subarray(offset);
      moved.set(bytes);
      return [answer(decodeTableText(text), questions), answer(decodeBinary(moved), questions)];
    })));`;
  const input = JSON.stringify(jobs.map(({ table: _, ...rest }) => rest));
  const theirs = JSON.parse(execFileSync(process.execPath, ["-e", child], { input, encoding: "utf8" })) as unknown;
  const ours = jobs.map(({ table, questions }) => {
    const answers = JSON.parse(
      JSON.stringify(questions.map((question) => decide(makeRouter(table), question))),
    ) as object[];
    return [answers, answers];
  });
  expect(theirs).toEqual(ours);
  expect(ours.flat(2).filter((answer) => (answer as { ok: boolean }).ok).length).toBeGreaterThan(50);
});
