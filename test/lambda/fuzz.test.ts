import { expect, it } from "vitest";

import { fuzz } from "../../bench/routing/fuzz";

it("hostile requests cause no crash, reach no foreign cell or origin, and learn no internals", async () => {
  const { statuses, ...found } = await fuzz(20_000, 20261122);
  expect(found).toMatchObject({
    requests: 20_000,
    crashes: 0,
    misjudged: 0,
    foreignOrigins: 0,
    foreignCells: 0,
    leaks: 0,
  });
  // All kinds of answers were given, so all of these checks were made.
  for (const status of [200, 307, 400, 401, 403]) expect(statuses[status], String(status)).toBeGreaterThan(200);
  const others = Object.keys(statuses).filter((status) => Number(status) >= 500);
  expect(others).toEqual([]);
});
