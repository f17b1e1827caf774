import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";

import type { Contender } from "./measure";

const home = join(__dirname, "..");

/** Installs the packages that are compared with, at the versions of `bench/package-lock.json`, when they are missing. */
export function installPeers(): void {
  if (existsSync(join(home, "node_modules", "hashring"))) return;
  process.stderr.write("installing what is compared with (bench/package.json) …\n");
  execFileSync("npm", ["ci", "--ignore-scripts"], { cwd: home, stdio: ["ignore", "ignore", "inherit"] });
}

/* eslint-disable @typescript-eslint/no-explicit-any -- packages without types */
const load = (name: string): any => require(join(home, "node_modules", name));

/** The npm packages as placers among `count` nodes, each as its README uses it. */
export function placers(count: number): readonly (Contender & { readonly node: (key: string) => string })[] {
  const names = Array.from({ length: count }, (_, number) => `cell-${number}`);
  const HashRing = load("hashring");
  const NodeHashRing = load("node-hashring");
  const ConsistentHash = load("consistent-hash");
  const Ketama = load("ketama").HashRing;
  const Skeleton = load("skeleton-rendezvous");
  const hashring = new HashRing(names);
  const nodeHashring = new NodeHashRing(names);
  const consistent = new ConsistentHash();
  for (const name of names) consistent.add(name);
  const ketama = new Ketama(names);
  const skeleton = new Skeleton({ sites: names });
  const of = (name: string, every: number, node: (key: string) => string) => ({
    name,
    every,
    node,
    place: (key: string) => node(key)?.length ?? 0,
  });
  return [
    of("hashring", 100, (key) => hashring.get(key)),
    of("node-hashring", 4, (key) => nodeHashring.findNode(key)),
    of("consistent-hash", 4, (key) => consistent.get(key)),
    of("ketama", 100, (key) => ketama.getNode(key)),
    of("skeleton-rendezvous", 500, (key) => skeleton.findSite(key)),
  ];
}

/** Hashes of a key, mod `count`. */
export function hashes(count: number): readonly Contender[] {
  const revisited = load("murmurhash3js-revisited");
  const encoder = new TextEncoder();
  return [
    {
      name: "murmurhash3js-revisited x64.hash128",
      every: 100,
      place: (key) => parseInt((revisited.x64.hash128(encoder.encode(key)) as string).slice(-8), 16) % count,
    },
    {
      name: "node:crypto sha256",
      every: 50,
      place: (key) => createHash("sha256").update(key).digest().readUInt32BE(28) % count,
    },
  ];
}
