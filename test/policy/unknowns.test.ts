import { gzipSync } from "fflate";
import { describe, expect, it } from "vitest";

import { judge } from "../../policy/core/judge";
import { rules } from "../../policy/rules";
import { known } from "./corpus/stage";
import { samples } from "./samples";
import { unknown, World } from "./world";

const isolation = rules.filter(({ id }) => id.startsWith("ISO"));

function said(type: string, props: object): readonly string[] {
  const world = new World();
  world.add(type, props);
  return judge(isolation, world.resources, known()).map(({ rule, verdict }) => `${rule.id} ${verdict.kind} ${verdict.path ?? "-"}`);
}

/** Every path of a bag, inner ones too. */
function paths(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [path];
  return [...(path.length === 0 ? [] : [path]), ...Object.entries(value).flatMap(([key, part]) => paths(part, [...path, key]))];
}

function injected(props: object, path: readonly string[]): object {
  const copy = structuredClone(props) as Record<string, unknown>;
  let at = copy;
  for (const key of path.slice(0, -1)) at = at[key] as Record<string, unknown>;
  at[path.at(-1)!] = unknown;
  return copy;
}

describe("an unknown at every path of every sample", () => {
  const plain = Object.entries(samples).filter(([, { act, props }]) => act === undefined && Object.keys(props).length > 0);

  it.each(plain)("%s: is told, and hides nothing else", (_id, { type, props }) => {
    for (const path of paths(props)) {
      const verdicts = said(type, injected(props, path));
      expect(verdicts).toContain(`ISO-18 undecided ${path.join(".")}`);
    }
    // A leak beside an unknown is still a leak.
    const both = said("aws:lambda/function:Function", { a: unknown, environment: { variables: { A: unknown, B: "redis-cell-2-0.internal" } } });
    expect(both).toContain("ISO-05 violation environment.variables.B");
  });
});

describe("what cannot be read to its end", () => {
  const base64 = (bytes: Uint8Array | string): string => Buffer.from(bytes).toString("base64");
  const wrapped = (times: number, text: string): string => (times === 0 ? text : base64(wrapped(times - 1, text)));
  const deep = (levels: number): object => (levels === 0 ? {} : { a: deep(levels - 1) });

  const unreadable: readonly (readonly [name: string, text: string])[] = [
    ["a bomb", base64(gzipSync(new Uint8Array(1 << 24)))],
    ["gzip that is cut off", base64(gzipSync(Buffer.from("redis-cell-2-0.internal".repeat(50))).slice(0, 40))],
    ["more layers than anybody needs", wrapped(7, "redis-cell-2-0.internal")],
    ["more than a mebibyte", "x ".repeat(600_000)],
  ];

  it.each(unreadable)("%s is undecided", (_name, text) => {
    expect(said("aws:lambda/function:Function", { environment: { variables: { A: text } } })).toContain(
      "ISO-18 undecided environment.variables.A",
    );
  });

  it("is undecided when it is nested too deep", () => {
    expect(said("aws:lambda/function:Function", deep(500)).some((line) => line.startsWith("ISO-18 undecided a.a.a"))).toBe(true);
  });

  it("never crashes into a pass", () => {
    const hostile = JSON.parse('{"__proto__": {"polluted": true}, "constructor": {"prototype": 1}}') as object;
    const texts = ["\ud800", "\udfff-cell-2", "%E0%A4%A", "&a [*a]", "a: &a [*a, *a]\nb: *a", "{", "[".repeat(10_000), "arn:", "arn:::::", "::", "1.2.3.4/99", "\0", "http://[", "%".repeat(1000)];
    for (const text of texts) expect(() => said("aws:lambda/function:Function", { text, hostile })).not.toThrow();
    const leak = said("aws:lambda/function:Function", { texts, hostile, leak: "redis-cell-2-0.internal" });
    expect(leak).toContain("ISO-05 violation leak");
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });
});
