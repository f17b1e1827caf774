import { expect, it } from "vitest";

import { removalNote } from "../../local/start";
import { reachOf } from "../../ops/up/reach";
import { cellStep, fleet } from "../ops/up/world";

it("a local start removes cells with tenants, and says that a real environment does not", () => {
  const catalog = fleet(2);
  const note = (...removed: readonly number[]) => {
    const steps = [cellStep(1, "update"), ...removed.map((number) => cellStep(number, "delete"))];
    return removalNote(reachOf(steps, catalog), catalog);
  };
  expect(note()).toEqual([]);
  expect(note(3, 4)).toEqual([
    "removed with all data: cell-3, cell-4; a real environment removes only cells that were drained and disabled",
  ]);
});
