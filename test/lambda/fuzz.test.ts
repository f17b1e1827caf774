import { expect, it } from "vitest";

import { fuzz } from "../../bench/routing/fuzz";

it("hostile requests neither crash it, nor reach a foreign cell or origin, nor learn what is inside", () => {
  const { statuses, ...found } = fuzz(20_000, 20261122);
  expect(found).toMatchObject({ requests: 20_000, crashes: 0, foreignOrigins: 0, foreignCells: 0, leaks: 0 });
  // All kinds of answers were given, so all of these checks were made.
  for (const status of [200, 307, 400, 403]) expect(statuses[status], String(status)).toBeGreaterThan(500);
  expect(
    Object.keys(statuses)
      .map(Number)
      .filter((status) => status >= 500),
  ).toEqual([]);
});
