import { describe, expect, it } from "vitest";

import { diffCatalogs } from "../../catalog/diff";
import type { CatalogChange } from "../../catalog/diff/change";
import { formatDiff } from "../../catalog/diff/text";
import { catalog, type Edit } from "./fixture";

const raised: Edit = ["revision: 1\n", "revision: 2\n"];
const production: Edit = ["sizeClass: dev", "sizeClass: small"];
const cell8 = "  - { number: 8, locality: EU, region: eu-west-1 }\n";
const cell3 = "  - { number: 3, locality: US, region: us-east-2 }\n";
const last =
  "  - { number: 7, locality: CN, region: cn-north-1, availabilityZones: [cn-north-1a, cn-north-1b, cn-north-1d] }\n";
const inCell3 = (more: string): Edit => [cell3, cell3.replace(" }", `, ${more} }`)];
const ownSize = (more: string): Edit => ["\ndefaults:", `\nsizes: { own: { from: dev${more} } }\ndefaults:`];
const account = (id: string, role: string): string =>
  `account: { id: '${id}', roleArn: 'arn:aws:iam::${id}:role/${role}' }`;
const ledger = (text: string): Edit => [last, `${last}ledger: ${text}\n`];

interface Case {
  readonly name: string;
  /** Edits of both catalogs, before the change. */
  readonly both?: readonly Edit[];
  readonly before?: readonly Edit[];
  readonly after?: readonly Edit[];
  readonly verdict: CatalogChange["verdict"];
  readonly kind: string;
  readonly cell?: string;
  readonly says: RegExp;
}

const cases: readonly Case[] = [
  {
    name: "a new cell",
    after: [[last, `${last}${cell8.replace(" }", ", state: provisioning }")}`]],
    verdict: "allowed",
    kind: "added",
    cell: "cell-8",
    says: /10\.8\.0\.0\/16$/,
  },
  {
    name: "a new cell below the highest number",
    before: [[cell3, ""]],
    after: [inCell3("state: provisioning")],
    verdict: "warning",
    kind: "added",
    cell: "cell-3",
    says: /no cell ever had number 3$/,
  },
  {
    name: "a new cell that is open at once beside cells with tenants",
    after: [[last, `${last}${cell8}`]],
    verdict: "warning",
    kind: "added",
    cell: "cell-8",
    says: /creates it as provisioning only/,
  },
  {
    name: "a new cell that is open at once in an environment without tenants",
    both: [["state: active", "state: provisioning"]],
    after: [[last, `${last}${cell8.replace(" }", ", state: active }")}`]],
    verdict: "allowed",
    kind: "added",
    cell: "cell-8",
    says: /10\.8\.0\.0\/16$/,
  },
  ...(["active", "canary", "draining", "quarantined"] as const).map((state): Case => ({
    name: `a removed dev cell in state ${state}`,
    before: [inCell3(`state: ${state}`)],
    after: [[cell3, ""]],
    verdict: "forbidden",
    kind: "removed",
    cell: "cell-3",
    says: /drain it, move them, set it to disabled/,
  })),
  {
    name: "a removed dev cell that was disabled",
    before: [inCell3("state: disabled")],
    after: [[cell3, ""]],
    verdict: "warning",
    kind: "removed",
    cell: "cell-3",
    says: /destroyed; note \{ cell: 3, cidr: 10\.3\.0\.0\/16/,
  },
  {
    name: "a removed dev cell on the record",
    before: [inCell3("state: disabled")],
    after: [[cell3, ""], ledger("{ released: [{ cell: 3, cidr: 10.3.0.0/16, released: 2026-05-01 }] }")],
    verdict: "warning",
    kind: "removed",
    cell: "cell-3",
    says: /destroyed$/,
  },
  {
    name: "a removed production cell",
    both: [production],
    after: [[cell3, ""]],
    verdict: "forbidden",
    kind: "removed",
    cell: "cell-3",
    says: /drain it, move them, set it to disabled/,
  },
  {
    name: "a removed production cell that drains",
    both: [production],
    before: [inCell3("state: draining")],
    after: [[cell3, ""]],
    verdict: "forbidden",
    kind: "removed",
    cell: "cell-3",
    says: /may hold tenants/,
  },
  {
    name: "a removed production cell that was disabled",
    both: [production],
    before: [inCell3("state: disabled")],
    after: [[cell3, ""]],
    verdict: "warning",
    kind: "removed",
    cell: "cell-3",
    says: /destroyed; they are protected: end the protection first/,
  },
  {
    name: "a removed production cell that was never open",
    both: [production],
    before: [inCell3("state: provisioning")],
    after: [[cell3, ""]],
    verdict: "warning",
    kind: "removed",
    cell: "cell-3",
    says: /destroyed; they are protected: end the protection first/,
  },
  {
    name: "a drained cell",
    after: [inCell3("state: draining")],
    verdict: "allowed",
    kind: "drained",
    cell: "cell-3",
    says: /takes no new ones/,
  },
  {
    name: "a cell disabled without draining",
    after: [inCell3("state: disabled")],
    verdict: "warning",
    kind: "disabled",
    cell: "cell-3",
    says: /not drained first/,
  },
  {
    name: "a quarantined cell",
    after: [inCell3("state: quarantined")],
    verdict: "warning",
    kind: "quarantined",
    cell: "cell-3",
    says: /served by other cells/,
  },
  {
    name: "an opened cell",
    before: [inCell3("state: provisioning")],
    verdict: "allowed",
    kind: "opened",
    cell: "cell-3",
    says: /takes tenants/,
  },
  {
    name: "a quarantined cell that was never open",
    before: [inCell3("state: provisioning")],
    after: [inCell3("state: quarantined")],
    verdict: "allowed",
    kind: "quarantined",
    cell: "cell-3",
    says: /never open/,
  },
  {
    name: "a cell back to provisioning",
    after: [inCell3("state: provisioning")],
    verdict: "forbidden",
    kind: "state",
    cell: "cell-3",
    says: /lose their home/,
  },
  {
    name: "another weight",
    after: [inCell3("weight: 2")],
    verdict: "allowed",
    kind: "weight",
    cell: "cell-3",
    says: /share/,
  },
  {
    name: "another release",
    after: [inCell3('release: "1.29.0"')],
    verdict: "allowed",
    kind: "release",
    cell: "cell-3",
    says: /updated/,
  },
  {
    name: "nodes of both colours",
    after: [inCell3("bothNodes: true")],
    verdict: "allowed",
    kind: "bothNodes",
    cell: "cell-3",
    says: /class's nodes/,
  },
  {
    name: "the other colour, which has nodes",
    before: [inCell3("bothNodes: true")],
    after: [inCell3("bothNodes: true, liveNodes: green")],
    verdict: "allowed",
    kind: "liveNodes",
    cell: "cell-3",
    says: /has its nodes/,
  },
  {
    name: "the other colour, while the first one keeps its nodes",
    after: [inCell3("bothNodes: true, liveNodes: green")],
    verdict: "allowed",
    kind: "liveNodes",
    cell: "cell-3",
    says: /once that has its nodes$/,
  },
  {
    name: "the other colour, while the first one loses its nodes",
    after: [inCell3("liveNodes: green")],
    verdict: "allowed",
    kind: "liveNodes",
    cell: "cell-3",
    says: /then the first one is emptied$/,
  },
  {
    name: "another capacity",
    after: [inCell3("capacity: { tenants: 5, requestsPerSecond: 5 }")],
    verdict: "allowed",
    kind: "capacity",
    cell: "cell-3",
    says: /full/,
  },
  {
    name: "another tier",
    after: [inCell3("tier: gold")],
    verdict: "allowed",
    kind: "tier",
    cell: "cell-3",
    says: /kept for; every resource of the cell gets another tag tier/,
  },
  {
    name: "a larger class",
    after: [inCell3("sizeClass: large")],
    verdict: "warning",
    kind: "size",
    cell: "cell-3",
    says: /^another class \(production, .*maintenance windows.*Kafka's brokers change one after another in the update/,
  },
  {
    name: "a production class for a dev cell, whose Kubernetes API the internet reaches",
    after: [inCell3("sizeClass: small")],
    verdict: "warning",
    kind: "size",
    cell: "cell-3",
    says: /without public blocks in cells:apiCidrs it closes its Kubernetes API to the internet/,
  },
  {
    name: "a class of the environment that has changed",
    both: [inCell3("sizeClass: own")],
    before: [ownSize("")],
    after: [ownSize(", postgres: { storage: 50 }, nodes: { count: 3 }")],
    verdict: "warning",
    kind: "size",
    cell: "cell-3",
    says: /^class own has changed \(postgres, nodes\); its data stores .*maintenance windows.*; another instance type/,
  },
  {
    name: "a class of the environment with more pods",
    both: [inCell3("sizeClass: own")],
    before: [ownSize("")],
    after: [ownSize(", app: { maxReplicas: 8 }")],
    verdict: "allowed",
    kind: "size",
    cell: "cell-3",
    says: /^class own has changed \(app\)$/,
  },
  {
    name: "another name for the same class",
    both: [ownSize("")],
    after: [inCell3("sizeClass: own")],
    verdict: "allowed",
    kind: "size",
    cell: "cell-3",
    says: /^another class \(with the same content\)$/,
  },
  {
    name: "a new RabbitMQ broker",
    after: [inCell3("rabbitmq: true")],
    verdict: "allowed",
    kind: "rabbitmq",
    cell: "cell-3",
    says: /gets a RabbitMQ/,
  },
  {
    name: "a production RabbitMQ broker taken away",
    both: [production],
    before: [inCell3("rabbitmq: true")],
    verdict: "forbidden",
    kind: "rabbitmq",
    cell: "cell-3",
    says: /destroyed; they are protected.*; set the cell to disabled first/,
  },
  {
    name: "a dev cell's RabbitMQ broker taken away",
    before: [inCell3("rabbitmq: true")],
    verdict: "warning",
    kind: "rabbitmq",
    cell: "cell-3",
    says: /destroyed; set the cell to disabled first$/,
  },
  {
    name: "a disabled dev cell's RabbitMQ broker taken away",
    before: [inCell3("state: disabled, rabbitmq: true")],
    after: [inCell3("state: disabled")],
    verdict: "warning",
    kind: "rabbitmq",
    cell: "cell-3",
    says: /destroyed$/,
  },
  {
    name: "another block",
    after: [ledger("{ reserved: [{ cell: 3, cidr: 172.20.0.0/16 }] }")],
    verdict: "forbidden",
    kind: "cidr",
    cell: "cell-3",
    says: /block of addresses cannot change/,
  },
  ...(["provisioning", "disabled"] as const).flatMap((state) => {
    const both = [inCell3(`state: ${state}`)];
    const there = `region: us-east-2, state: ${state} }`;
    const says =
      /cannot change: write the old value; to change it, remove this cell, note \{ cell: 3, cidr: 10\.3\.0\.0\/16, .*number$/;
    const verdict = "forbidden";
    return [
      {
        name: `another block of a cell in state ${state}`,
        both,
        after: [ledger("{ reserved: [{ cell: 3, cidr: 172.20.0.0/16 }] }")],
        verdict,
        kind: "cidr",
        cell: "cell-3",
        says,
      },
      {
        name: `another region of a cell in state ${state}`,
        both,
        after: [[there, there.replace("us-east-2", "us-west-2")]],
        verdict,
        kind: "region",
        cell: "cell-3",
        says,
      },
      {
        name: `other zones of a cell in state ${state}`,
        both: [[cell3, `  - { number: 3, locality: US, region: us-west-2, state: ${state} }\n`]],
        after: [[`state: ${state} }`, `state: ${state}, availabilityZones: [us-west-2a, us-west-2b, us-west-2d] }`]],
        verdict,
        kind: "availabilityZones",
        cell: "cell-3",
        says,
      },
    ] satisfies Case[];
  }),
  {
    name: "another region",
    after: [[cell3, cell3.replace("us-east-2", "us-west-2")]],
    verdict: "forbidden",
    kind: "region",
    cell: "cell-3",
    says: /region cannot change: .*move the tenants/,
  },
  {
    name: "other zones",
    after: [["region: us-west-2 }", "region: us-west-2, availabilityZones: [us-west-2a, us-west-2b, us-west-2d] }"]],
    verdict: "forbidden",
    kind: "availabilityZones",
    cell: "cell-4",
    says: /zones cannot change/,
  },
  {
    name: "an account where there was none",
    after: [inCell3(account("123456789012", "x"))],
    verdict: "forbidden",
    kind: "account",
    cell: "cell-3",
    says: /account cannot change/,
  },
  {
    name: "another account",
    before: [inCell3(account("123456789012", "x"))],
    after: [inCell3(account("210987654321", "x"))],
    verdict: "forbidden",
    kind: "account",
    cell: "cell-3",
    says: /account cannot change/,
  },
  {
    name: "no account any more",
    before: [inCell3(account("123456789012", "x"))],
    verdict: "forbidden",
    kind: "account",
    cell: "cell-3",
    says: /account cannot change/,
  },
  {
    name: "another role of the same account",
    before: [inCell3(account("123456789012", "x"))],
    after: [inCell3(account("123456789012", "y"))],
    verdict: "warning",
    kind: "role",
    cell: "cell-3",
    says: /another role of its account deploys the cell; .*cells:clusterAdmins/,
  },
  {
    name: "another locality",
    both: [["  CN: [cn-north-1]", "  CN: [cn-north-1]\n  EAST: [us-east-2]"]],
    after: [[cell3, cell3.replace("US", "EAST")]],
    verdict: "forbidden",
    kind: "locality",
    cell: "cell-3",
    says: /residency/,
  },
  {
    name: "another locality of a disabled cell",
    both: [["  CN: [cn-north-1]", "  CN: [cn-north-1]\n  EAST: [us-east-2]"]],
    before: [inCell3("state: disabled")],
    after: [[cell3, cell3.replace("US", "EAST").replace(" }", ", state: disabled }")]],
    verdict: "warning",
    kind: "locality",
    cell: "cell-3",
    says: /empty/,
  },
  {
    name: "another number for an id",
    before: [inCell3("id: blue")],
    after: [[cell3, "  - { number: 9, id: blue, locality: US, region: us-east-2 }\n"]],
    verdict: "forbidden",
    kind: "renumbered",
    cell: "blue",
    says: /write 3 again/,
  },
  {
    name: "another id for a number",
    after: [inCell3("id: blue")],
    verdict: "forbidden",
    kind: "reused",
    cell: "cell-3",
    says: /number 3 belongs to cell-3/,
  },
  {
    name: "a forgotten record",
    before: [ledger("{ released: [{ cell: 9, cidr: 10.9.0.0/16, released: 2020-01-01 }] }")],
    verdict: "forbidden",
    kind: "record",
    says: /record of cell 9 must stay/,
  },
  {
    name: "a changed record",
    both: [],
    before: [ledger("{ released: [{ cell: 9, cidr: 10.9.0.0/16, released: 2026-01-01 }] }")],
    after: [ledger("{ released: [{ cell: 9, cidr: 10.9.0.0/16, released: 2020-01-01 }] }")],
    verdict: "forbidden",
    kind: "record",
    says: /must stay/,
  },
  {
    name: "another environment",
    after: [["environment: dev", "environment: test"]],
    verdict: "forbidden",
    kind: "environment",
    says: /another environment/,
  },
  {
    name: "another domain",
    after: [["domain: dev.cells", "domain: new.cells"]],
    verdict: "warning",
    kind: "domain",
    says: /endpoint.*every router another bucket.*--cells`$/,
  },
  {
    name: "a router more",
    after: [["routers: [", "routers: [us-west-2, "]],
    verdict: "allowed",
    kind: "router-added",
    says: /us-west-2/,
  },
  {
    name: "a router less",
    after: [["us-east-1, ap-southeast-1, cn", "us-east-1, cn"]],
    verdict: "warning",
    kind: "router-removed",
    says: /ap-southeast-1/,
  },
  {
    name: "a wider jurisdiction",
    after: [["    CA: [US]", "    CA: [US, EU]"]],
    verdict: "forbidden",
    kind: "residency",
    says: /CA may be served from EU, .* \{ revision: 2, jurisdiction: CA, localities: \[EU\] \} under residency.approvals/,
  },
  {
    name: "an approved wider jurisdiction",
    after: [
      ["    CA: [US]", "    CA: [US, EU]"],
      ["routers: [", "  approvals: [{ revision: 2, jurisdiction: CA, localities: [EU] }]\nrouters: ["],
    ],
    verdict: "warning",
    kind: "residency",
    says: /it is approved/,
  },
  {
    name: "a wider jurisdiction that was approved for an earlier revision",
    both: [["routers: [", "  approvals: [{ revision: 1, jurisdiction: CA, localities: [EU] }]\nrouters: ["]],
    after: [["    CA: [US]", "    CA: [US, EU]"]],
    verdict: "forbidden",
    kind: "residency",
    says: /CA may be served from EU/,
  },
  {
    name: "a jurisdiction that moves",
    after: [["    EU: [EU]", "    EU: [US]"]],
    verdict: "forbidden",
    kind: "residency",
    says: /tenants of AT and 44 more may be served from US, .*jurisdiction: EU/,
  },
  {
    name: "a jurisdiction that is served no longer",
    after: [["    CA: [US]", "    CA: refuse"]],
    verdict: "warning",
    kind: "jurisdiction",
    says: /CA may no longer live/,
  },
  {
    name: "a country that moves",
    after: [["routers: [", "  countries: { HK: US }\nrouters: ["]],
    verdict: "forbidden",
    kind: "residency",
    says: /HK may be served from US, .*country: HK/,
  },
  {
    name: "a country that moves to a jurisdiction of the same localities",
    after: [["routers: [", "  countries: { GB: EU }\nrouters: ["]],
    verdict: "warning",
    kind: "country",
    says: /GB has another jurisdiction/,
  },
  {
    name: "a default jurisdiction",
    after: [["routers: [", "  defaultJurisdiction: EU\nrouters: ["]],
    verdict: "forbidden",
    kind: "residency",
    says: /unknown countries may be served from EU, .*country: ZZ/,
  },
  {
    name: "an approved default jurisdiction",
    after: [
      [
        "routers: [",
        "  defaultJurisdiction: EU\n  approvals: [{ revision: 2, country: ZZ, localities: [EU] }]\nrouters: [",
      ],
    ],
    verdict: "warning",
    kind: "default-jurisdiction",
    says: /count as EU/,
  },
];

describe("what a change means", () => {
  it.each(cases)("$name", ({ both = [], before = [], after = [], verdict, kind, cell, says }) => {
    // Later edits may rest on the text of earlier ones.
    const diff = diffCatalogs(catalog(...both, ...before), catalog(...both, ...after, raised));
    const found = diff.changes.filter((change) => change.kind === kind && change.cell === cell);
    expect(found, JSON.stringify(diff.changes, null, 1)).toHaveLength(1);
    expect(found[0]).toMatchObject({ verdict });
    expect(found[0]?.message).toMatch(says);
    expect(diff.allowed).toBe(verdict !== "forbidden");
  });

  it("finds no change between equal catalogs", () => {
    const diff = diffCatalogs(catalog(), catalog());
    expect(diff).toMatchObject({ changes: [], movement: [], allowed: true });
    expect(formatDiff(diff)).toMatch(/^no change \(1-/);
  });

  it("a raised revision alone is no change of the cells", () => {
    expect(diffCatalogs(catalog(), catalog(raised)).changes).toEqual([]);
  });

  it("changed content needs a raised revision", () => {
    const diff = diffCatalogs(catalog(), catalog(inCell3("weight: 2")));
    expect(diff.changes[0]).toMatchObject({
      verdict: "warning",
      kind: "revision",
      message: expect.stringContaining("raise revision to 2") as string,
    });
    expect(diff.allowed).toBe(true);
  });

  it("a revision never goes back", () => {
    const diff = diffCatalogs(catalog(raised), catalog());
    expect(diff.changes).toMatchObject([{ verdict: "forbidden", kind: "revision" }]);
  });

  it("puts the forbidden first", () => {
    const diff = diffCatalogs(
      catalog(),
      catalog(raised, inCell3("weight: 2, state: provisioning"), [
        "region: us-west-2 }",
        "region: us-west-2, state: disabled }",
      ]),
    );
    expect(diff.changes.map(({ verdict }) => verdict)).toEqual(["forbidden", "warning", "allowed"]);
  });
});

describe("how many tenants move", () => {
  const moved = (...edits: Edit[]) =>
    Object.fromEntries(
      diffCatalogs(catalog(), catalog(raised, ...edits)).movement.map((each) => [each.jurisdiction, each.moved]),
    );

  it("a release moves none", () => {
    expect(moved(inCell3('release: "1.29.0"'))).toEqual({});
  });

  it("removing a cell moves its own tenants and no others, inside its locality only", () => {
    const shares = moved([cell3, ""]);
    expect(Object.keys(shares).sort()).toEqual(["CA", "LATAM", "US"]);
    for (const share of Object.values(shares)) expect(Math.abs(share - 1 / 3)).toBeLessThan(0.08);
  });

  it("a refused jurisdiction loses all its homes", () => {
    const diff = diffCatalogs(catalog(), catalog(raised, ["    CA: [US]", "    CA: refuse"]));
    expect(diff.movement).toEqual([{ jurisdiction: "CA", moved: 1, refused: 1 }]);
    expect(formatDiff(diff)).toContain("About 100 % of the tenants of CA get another home, 100 % are refused");
  });
});

it("a diff reads as lines for a person", () => {
  const text = formatDiff(diffCatalogs(catalog(), catalog(raised, inCell3("weight: 2, tier: gold"))));
  expect(text).toMatch(/^1-[0-9a-f]{12} -> 2-[0-9a-f]{12}\n/);
  expect(text).toContain("ok         cell-3 weight 1 -> 2: changes the share");
  expect(text).toMatch(/About \d+ % of the tenants of US get another home \(2000 asked; pinned ones stay\)\./);
});
