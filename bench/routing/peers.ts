import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

import { makeRouter, makeRoutes, type RoutingTable } from "../../routing";
import type { Contender } from "./measure";

const home = join(__dirname, "..");

/** Installs the packages that are compared with, at the versions of `bench/package-lock.json`, when they are missing. */
export function installPeers(): void {
  if (existsSync(join(home, "node_modules", "hashring"))) return;
  process.stderr.write("installing what is compared with (bench/package.json) …\n");
  execFileSync("npm", ["ci", "--ignore-scripts"], { cwd: home, stdio: ["ignore", "ignore", "inherit"] });
}

/* eslint-disable @typescript-eslint/no-explicit-any -- packages without types */
const load = createRequire(join(home, "package.json")) as (name: string) => any;

/** The npm packages as rings of nodes, each as its README uses it, and every how many-th key it is given. */
export const peers: readonly {
  readonly name: string;
  readonly every: number;
  readonly make: (nodes: string[]) => (key: string) => string;
}[] = [
  {
    name: "hashring",
    every: 100,
    make: (nodes) => {
      const ring = new (load("hashring"))(nodes);
      return (key) => ring.get(key);
    },
  },
  {
    name: "node-hashring",
    every: 4,
    make: (nodes) => {
      const ring = new (load("node-hashring"))(nodes);
      return (key) => ring.findNode(key);
    },
  },
  {
    name: "consistent-hash",
    every: 4,
    make: (nodes) => {
      const ring = new (load("consistent-hash"))();
      for (const node of nodes) ring.add(node);
      return (key) => ring.get(key);
    },
  },
  {
    name: "ketama",
    every: 100,
    make: (nodes) => {
      const ring = new (load("ketama").HashRing)(nodes);
      return (key) => ring.getNode(key);
    },
  },
  {
    name: "skeleton-rendezvous",
    every: 500,
    make: (nodes) => {
      const sites = new (load("skeleton-rendezvous"))({ sites: nodes });
      return (key) => sites.findSite(key);
    },
  },
];

export const nodeNames = (count: number): string[] => Array.from({ length: count }, (_, number) => `cell-${number}`);

/** The same as placers among `count` nodes. */
export function placers(count: number): readonly (Contender & { readonly node: (key: string) => string })[] {
  return peers.map(({ name, every, make }) => {
    const node = make(nodeNames(count));
    return { name, every, node, place: (key) => node(key)?.length ?? 0 };
  });
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

/** The same decision behind hono's router and its adapter for Lambda: no identity check, no log, no metrics. */
export function honoRouter(table: RoutingTable): (event: object) => Promise<unknown> {
  const { Hono } = load("hono");
  const { handle } = load("hono/aws-lambda");
  const routes = makeRoutes(makeRouter(table));
  const app = new Hono();
  app.get("/classify", (c: any) => {
    const decision = routes.decide({
      tenant: c.req.header("x-tenant-id"),
      country: c.req.header("cloudfront-viewer-country"),
    });
    if (!decision.ok) return c.json({ message: decision.reason }, 403);
    const { id, number, region, locality, endpoint } = decision.cell;
    return c.json({ cell: id, number, region, locality, endpoint }, 200, { "x-cell": id });
  });
  return handle(app) as (event: object) => Promise<unknown>;
}
