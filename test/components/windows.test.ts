import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { regionNames } from "../../catalog/regions";
import { windowsOf } from "../../components/cell/windows";

const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const week = 7 * 24 * 60;

/** Minutes of the week that a window covers; a daily one covers them seven times. */
function minutes(window: string): Set<number> {
  const [from, to] = window.includes("-") ? splitWindow(window) : ["", ""];
  const starts = /^[a-z]/.test(window) ? [at(from)] : days.map((day) => at(`${day}:${from}`));
  const length = /^[a-z]/.test(window) ? (at(to) - at(from) + week) % week : (clock(to) - clock(from) + 1440) % 1440;
  return new Set(starts.flatMap((start) => Array.from({ length }, (_, minute) => (start + minute) % week)));
}

function splitWindow(window: string): [string, string] {
  const [from, to] = window.split("-");
  return [from ?? "", to ?? ""];
}

function clock(time: string): number {
  const [hours, mins] = time.split(":").map(Number);
  return (hours ?? 0) * 60 + (mins ?? 0);
}

function at(time: string): number {
  return days.indexOf(time.slice(0, 3)) * 1440 + clock(time.slice(4));
}

const cells = fc.record({ number: fc.nat(5000), region: fc.constantFrom(...regionNames) });

describe("windows of a cell", () => {
  test("never overlap one another, so that AWS never works on two services of a cell at once", () => {
    fc.assert(
      fc.property(cells, (cell) => {
        const { rabbitmqMaintenance: rabbit, ...windows } = windowsOf(cell);
        const start = rabbit.dayOfWeek.slice(0, 3).toLowerCase() + ":" + rabbit.timeOfDay;
        const rabbitMinutes = new Set(Array.from({ length: 120 }, (_, minute) => (at(start) + minute) % week));
        const all = [...Object.values(windows).map(minutes), rabbitMinutes];
        const total = all.reduce((sum, each) => sum + each.size, 0);
        expect(new Set(all.flatMap((each) => [...each])).size).toBe(total);
      }),
    );
  });

  test("are at least half an hour long and well spelled, as RDS and ElastiCache ask", () => {
    fc.assert(
      fc.property(cells, (cell) => {
        const { rabbitmqMaintenance, ...windows } = windowsOf(cell);
        for (const [name, window] of Object.entries(windows)) {
          const spelling = name.endsWith("Maintenance")
            ? /^[a-z]{3}:([01]\d|2[0-3]):[0-5]\d-[a-z]{3}:([01]\d|2[0-3]):[0-5]\d$/
            : /^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/;
          expect(window).toMatch(spelling);
          expect(minutes(window).size).toBe(name.endsWith("Maintenance") ? 60 : 7 * 60);
        }
        expect(rabbitmqMaintenance.timeOfDay).toMatch(/^([01]\d|2[0-3]):00$/);
      }),
    );
  });

  test("seven neighbours of one region have seven different days", () => {
    const neighbours = [0, 1, 2, 3, 4, 5, 6].map((number) => windowsOf({ number, region: "eu-west-1" }));
    expect(new Set(neighbours.map(({ postgresMaintenance }) => postgresMaintenance.slice(0, 3))).size).toBe(7);
  });
});
