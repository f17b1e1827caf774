import { describe, expect, it } from "vitest";

import { cases } from "./cases";
import { perform } from "./perform";

describe.each(cases)("$id: $title", (one) => {
  it("says exactly what it must in a preview", async () => {
    const { blocked, notes } = await perform(one, true);
    expect([...blocked].sort()).toEqual([...one.says].sort());
    if (one.notes !== undefined) expect(notes).toEqual(one.notes);
  });

  it("says the same when values are known", async () => {
    const { blocked } = await perform(one, false);
    expect([...blocked].sort()).toEqual([...(one.saysInUp ?? one.says)].sort());
  });
});
