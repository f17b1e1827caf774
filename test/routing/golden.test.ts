import { describe, expect, it } from "vitest";

import { algorithms } from "../../routing/algorithms";
import { murmur128, murmur32 } from "../../routing/murmur3";
import { sha256Hex } from "../../routing/sha256";
import golden from "./fixtures/golden.json";

function hex128(id: string): string {
  return [...murmur128(id, new Uint32Array(4))].map((word) => word.toString(16).padStart(8, "0")).join("");
}

const seedNames = { ring: "consistent", rendezvous: "rendezvous", murmur3: "murmur3", sha256: "sha256" } as const;

describe(`golden vectors (${golden.source})`, () => {
  it("hashes every id as Python does", () => {
    for (const row of golden.rows) {
      expect(hex128(row.id), row.id).toBe(row.murmur3_x64_128);
      expect(murmur32(row.id), row.id).toBe(row.murmur3_x86_32);
      expect(sha256Hex(row.id), row.id).toBe(row.sha256);
    }
  });

  for (const count of [8, 10, 100] as const) {
    for (const name of ["ring", "rendezvous", "murmur3", "sha256"] as const) {
      it(`places every id as Python does: ${name}, ${count} cells`, () => {
        const members = Array.from({ length: count }, (_, number) => ({ number, weight: 1 }));
        const placement = algorithms[name].prepare(members);
        const wrong = golden.rows.filter(({ id, cells }) => placement.place(id) !== cells[count][seedNames[name]]);
        expect(wrong).toEqual([]);
      });
    }
  }
});
