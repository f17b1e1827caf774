import { makeRouter, makeRoutes, Pins, type Decision, type Pin } from "../../routing";
import type { Contender } from "./measure";
import { fleet } from "./ours";

/**
 * Decisions of a router with `count` pins, of tenants that are not pinned and of those that are, beside a router without
 * pins, and with a `Map` of ids in front of it.
 */
export function deciders(count: number): readonly Contender[] {
  const table = fleet(100);
  const entries = Array.from({ length: count }, (_, i): [string, Pin] => [`tenant-${i}`, { cell: i % 100, epoch: 1 }]);
  const plain = makeRoutes(makeRouter(table)).within("eu");
  const pinned = makeRoutes(makeRouter(table, { pins: Pins.pack("bench-key-of-22-letters", entries) })).within("eu");
  const map = new Map(entries.map(([tenant, { cell }]) => [tenant, cell]));
  const cellOf = (decision: Decision): number => (decision.ok ? decision.cell.number : -1);
  // In an order that no cache foresees, each time as a new string.
  let turn = 0;
  const next = (): string => `tenant-${(turn = (turn + 7919) % count)}`;
  return [
    { name: "without pins", place: (key) => cellOf(plain(key)) },
    { name: "not pinned, by a Map of ids", place: (key) => map.get(key) ?? cellOf(plain(key)) },
    { name: "not pinned, by hash", place: (key) => cellOf(pinned(key)) },
    { name: "pinned, by a Map of ids", place: () => map.get(next())! },
    { name: "pinned, by hash", place: () => cellOf(pinned(next())) },
  ];
}
