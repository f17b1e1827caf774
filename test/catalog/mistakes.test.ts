import { describe, expect, it } from "vitest";

import { jsonOfCheck, type CheckResult } from "../../catalog/check";
import { parseCatalog } from "../../catalog/load";
import { devText, edited, errorOf, issuesOf, lineOf, type Edit } from "./fixture";

interface Case {
  readonly name: string;
  readonly edits: readonly Edit[];
  readonly path: string;
  readonly value?: unknown;
  /** What the message must say. */
  readonly says: RegExp;
  /** Text on the line that the mistake must name; the first edit's new text when left out. */
  readonly on?: string;
  /** Further mistakes that come with this one. */
  readonly others?: number;
}

const cell3 = "{ number: 3, locality: US, region: us-east-2 }";
const cell7 =
  "{ number: 7, locality: CN, region: cn-north-1, availabilityZones: [cn-north-1a, cn-north-1b, cn-north-1d] }";
const inCell3 = (more: string): Edit => [cell3, `{ number: 3, locality: US, region: us-east-2, ${more} }`];
const withLedger = (ledger: string): Edit => [cell7, `${cell7}\nledger:\n  ${ledger}`];
const withSize = (name: string, text: string): Edit => ["\ndefaults:", `\nsizes:\n  ${name}: ${text}\ndefaults:`];
const account = (id: string, arn: string): Edit => inCell3(`account: { id: ${id}, roleArn: "${arn}" }`);

const cases: readonly Case[] = [
  {
    name: "a duplicate number",
    edits: [[cell3, "{ number: 2, locality: US, region: us-east-2 }"]],
    path: "cells[3].number",
    value: 2,
    says: /cells\[2\] has this number/,
  },
  {
    name: "a duplicate id",
    edits: [inCell3("id: blue"), ["{ number: 4,", "{ number: 4, id: blue,"]],
    path: "cells[4].id",
    value: "blue",
    says: /cells\[3\] has this id/,
    on: "number: 4",
  },
  {
    name: "an id that names another number",
    edits: [inCell3("id: cell-33")],
    path: "cells[3].id",
    value: "cell-33",
    says: /write cell-3 or leave it out/,
  },
  {
    name: "an id that is no DNS label",
    edits: [inCell3("id: Cell_3")],
    path: "cells[3].id",
    value: "Cell_3",
    says: /DNS label/,
  },
  {
    name: "a negative number",
    edits: [["{ number: 3,", "{ number: -3,"]],
    path: "cells[3].number",
    value: -3,
    says: /whole number from 0/,
  },
  {
    name: "a missing number",
    edits: [["{ number: 3,", "{"]],
    path: "cells[3].number",
    says: /^missing; write a whole number/,
    on: "us-east-2 }",
  },
  {
    name: "an unknown region",
    edits: [["region: us-east-2 }", "region: us-east-9 }"]],
    path: "cells[3].region",
    value: "us-east-9",
    says: /did you mean us-east-\d/,
  },
  {
    name: "a region that is out of the catalog's reach",
    edits: [["region: us-east-2 }", "region: us-iso-east-1 }"]],
    path: "cells[3].region",
    value: "us-iso-east-1",
    says: /AWS region/,
  },
  {
    name: "a zone of another region",
    edits: [inCell3("availabilityZones: [us-east-2a, us-east-2b, us-east-1c]")],
    path: "cells[3].availabilityZones[2]",
    value: "us-east-1c",
    says: /not a zone of us-east-2; write us-east-2a, us-east-2b or us-east-2c/,
  },
  {
    name: "a zone that the region lacks",
    edits: [
      [
        "region: ap-northeast-1 }",
        "region: ap-northeast-1, availabilityZones: [ap-northeast-1a, ap-northeast-1b, ap-northeast-1c] }",
      ],
    ],
    path: "cells[6].availabilityZones[1]",
    value: "ap-northeast-1b",
    says: /ap-northeast-1a, ap-northeast-1c or ap-northeast-1d/,
  },
  {
    name: "a zone without EKS",
    edits: [["region: us-east-1 }", "region: us-east-1, availabilityZones: [us-east-1a, us-east-1b, us-east-1e] }"]],
    path: "cells[2].availabilityZones[2]",
    value: "us-east-1e",
    says: /EKS refuses this zone; write us-east-1a, us-east-1b, us-east-1c, us-east-1d or us-east-1f$/,
  },
  {
    name: "too few zones",
    edits: [inCell3("availabilityZones: [us-east-2a, us-east-2b]")],
    path: "cells[3].availabilityZones",
    value: ["us-east-2a", "us-east-2b"],
    says: /at least 3 zones/,
  },
  {
    name: "too many zones",
    edits: [
      [
        "region: us-west-2 }",
        "region: us-west-2, availabilityZones: [us-west-2a, us-west-2b, us-west-2c, us-west-2d] }",
      ],
    ],
    path: "cells[4].availabilityZones",
    value: ["us-west-2a", "us-west-2b", "us-west-2c", "us-west-2d"],
    says: /at most 3 zones/,
  },
  {
    name: "three zones where MSK takes two",
    edits: [
      ["region: us-west-2 }", "region: us-west-1, availabilityZones: [us-west-1a, us-west-1b, us-west-1c] }"],
      ["US: [us-east-1, us-east-2, us-west-2]", "US: [us-east-1, us-east-2, us-west-1]"],
    ],
    path: "cells[4].availabilityZones",
    value: ["us-west-1a", "us-west-1b", "us-west-1c"],
    says: /at most 2 zones of us-west-1/,
  },
  {
    name: "a zone listed twice",
    edits: [inCell3("availabilityZones: [us-east-2a, us-east-2b, us-east-2c, us-east-2a]")],
    path: "cells[3].availabilityZones[3]",
    value: "us-east-2a",
    says: /listed twice/,
  },
  {
    name: "an undefined locality",
    edits: [["{ number: 3, locality: US", "{ number: 3, locality: UK"]],
    path: "cells[3].locality",
    value: "UK",
    says: /no such locality; did you mean US/,
  },
  {
    name: "a region outside the cell's locality",
    edits: [["{ number: 3, locality: US", "{ number: 3, locality: EU"]],
    path: "cells[3].locality",
    value: "EU",
    says: /us-east-2 is not in locality EU; write US/,
  },
  {
    name: "a region on foreign soil in a locality",
    edits: [["EU: [eu-west-1, eu-central-1]", "EU: [eu-west-1, eu-central-1, eu-west-2]"]],
    path: "localities.EU[2]",
    value: "eu-west-2",
    says: /stands in GB \(UK\), not in EU/,
  },
  {
    name: "two partitions in a locality",
    edits: [["APAC: [ap-southeast-1, ap-northeast-1]", "APAC: [ap-southeast-1, ap-northeast-1, cn-northwest-1]"]],
    path: "localities.APAC[2]",
    value: "cn-northwest-1",
    says: /another partition/,
  },
  {
    name: "a jurisdiction without cells",
    edits: [[`  - ${cell7}\n`, ""]],
    path: "residency.jurisdictions.CN",
    value: ["CN"],
    says: /no cell is in CN; add one, allow another locality, or write refuse/,
    on: "    CN: [CN]",
  },
  {
    name: "a jurisdiction with an undefined locality",
    edits: [["CA: [US]", "CA: [CANADA]"]],
    path: "residency.jurisdictions.CA[0]",
    value: "CANADA",
    says: /no such locality/,
  },
  {
    name: "a jurisdiction without localities",
    edits: [["CA: [US]", "CA: []"]],
    path: "residency.jurisdictions.CA",
    value: [],
    says: /list of localities, e.g. \[EU\], or refuse/,
  },
  {
    name: "a country's jurisdiction left out",
    edits: [["    CH: [EU]\n", ""]],
    path: "residency.jurisdictions",
    says: /CH is missing \(CH\); write CH with its localities, or CH: refuse/,
    on: "  jurisdictions:",
  },
  {
    name: "a jurisdiction that no country has",
    edits: [["CA: [US]", "CA: [US]\n    MARS: [US]"]],
    path: "residency.jurisdictions.MARS",
    value: "MARS",
    says: /no country has this jurisdiction/,
    on: "MARS",
  },
  {
    name: "a country that does not exist",
    edits: [["routers: [", "  countries: { UK: EU }\nrouters: ["]],
    path: "residency.countries.UK",
    value: "UK",
    says: /the United Kingdom is GB/,
    on: "UK: EU }",
  },
  {
    name: "a country with an unknown jurisdiction",
    edits: [["routers: [", "  countries: { HK: APACC }\nrouters: ["]],
    path: "residency.countries.HK",
    value: "APACC",
    says: /did you mean APAC/,
    on: "HK:",
  },
  {
    name: "a country in small letters",
    edits: [["routers: [", "  countries: { hk: APAC }\nrouters: ["]],
    path: "residency.countries.hk",
    value: "hk",
    says: /in capitals, e.g. DE/,
    on: "hk:",
  },
  {
    name: "an unknown default jurisdiction",
    edits: [["routers: [", "  defaultJurisdiction: WORLD\nrouters: ["]],
    path: "residency.defaultJurisdiction",
    value: "WORLD",
    says: /no such jurisdiction/,
    on: "WORLD",
  },
  {
    name: "an approval of a later revision",
    edits: [["routers: [", "  approvals: [{ revision: 2, country: HK, localities: [US] }]\nrouters: ["]],
    path: "residency.approvals[0].revision",
    value: 2,
    says: /at most 1/,
    on: "approvals:",
  },
  {
    name: "an approval of everything",
    edits: [["routers: [", "  approvals: [{ revision: 1, localities: [US] }]\nrouters: ["]],
    path: "residency.approvals[0]",
    value: undefined,
    says: /either a jurisdiction or a country/,
    on: "approvals:",
  },
  {
    name: "an approval of an unknown jurisdiction",
    edits: [["routers: [", "  approvals: [{ revision: 1, jurisdiction: MARS, localities: [US] }]\nrouters: ["]],
    path: "residency.approvals[0].jurisdiction",
    value: "MARS",
    says: /no such jurisdiction/,
    on: "approvals:",
  },
  {
    name: "an approval of an unknown country",
    edits: [["routers: [", "  approvals: [{ revision: 1, country: UK, localities: [US] }]\nrouters: ["]],
    path: "residency.approvals[0].country",
    value: "UK",
    says: /not an assigned ISO 3166-1 alpha-2 code; ZZ/,
    on: "approvals:",
  },
  {
    name: "an approval of an unknown locality",
    edits: [["routers: [", "  approvals: [{ revision: 1, country: HK, localities: [USA] }]\nrouters: ["]],
    path: "residency.approvals[0].localities[0]",
    value: "USA",
    says: /no such locality/,
    on: "approvals:",
  },
  {
    name: "a default jurisdiction that is refused",
    edits: [["routers: [", "  defaultJurisdiction: RU\nrouters: ["]],
    path: "residency.defaultJurisdiction",
    value: "RU",
    says: /leave the default out/,
    on: "defaultJurisdiction: RU",
  },
  {
    name: "an unknown key",
    edits: [inCell3("weigth: 2")],
    path: "cells[3].weigth",
    value: 2,
    says: /no such key; did you mean weight/,
  },
  {
    name: "an unknown key that resembles none",
    edits: [["domain: dev", "colour: red\ndomain: dev"]],
    path: "colour",
    value: "red",
    says: /no such key; write one of environment, revision/,
    on: "colour",
  },
  { name: "a negative weight", edits: [inCell3("weight: -1")], path: "cells[3].weight", value: -1, says: /0 to 100/ },
  {
    name: "a weight in words",
    edits: [inCell3("weight: heavy")],
    path: "cells[3].weight",
    value: "heavy",
    says: /0 to 100/,
  },
  {
    name: "an unknown size class",
    edits: [inCell3("sizeClass: larg")],
    path: "cells[3].sizeClass",
    value: "larg",
    says: /did you mean large/,
  },
  {
    name: "an unknown state",
    edits: [["state: active", "state: activ"]],
    path: "defaults.state",
    value: "activ",
    says: /did you mean active/,
  },
  {
    name: "a release that YAML reads as a number",
    edits: [['release: "6.9.2"', "release: 1.10"]],
    path: "defaults.release",
    value: 1.1,
    says: /reads this as a number; put it in quotes/,
  },
  {
    name: "a release that names none",
    edits: [['release: "6.9.2"', "release: latest"]],
    path: "defaults.release",
    value: "latest",
    says: /latest names no release/,
  },
  {
    name: "a class that neither the program nor the environment has",
    edits: [withSize("medium-db", "{ from: medium }"), inCell3("sizeClass: medium-bd")],
    path: "cells[3].sizeClass",
    value: "medium-bd",
    says: /no such size class; did you mean medium-db/,
    on: "medium-bd",
  },
  {
    name: "a class that has the name of an inherited member",
    edits: [["sizeClass: dev", "sizeClass: constructor"]],
    path: "defaults.sizeClass",
    value: "constructor",
    says: /write dev, small, medium or large, or add it to sizes/,
  },
  {
    name: "a class of the environment with the name of a built-in one",
    edits: [withSize("large", "{ from: medium }")],
    path: "sizes.large",
    value: "large",
    says: /not the name of a built-in class/,
    on: "large:",
  },
  {
    name: "a class that starts from another one of the environment",
    edits: [withSize("medium-db", "{ from: other }")],
    path: "sizes.medium-db.from",
    value: "other",
    says: /write the built-in class that it starts from: dev, small, medium, large/,
    on: "medium-db:",
  },
  {
    name: "a production class of the environment without the team that owns the cell",
    edits: [withSize("medium-db", "{ from: medium }"), ["  owner: platform\n", ""], inCell3("sizeClass: medium-db")],
    path: "cells[3].owner",
    says: /missing; write it here or under defaults/,
    on: "sizeClass: medium-db",
  },
  {
    name: "a class that decides about production itself",
    edits: [withSize("medium-db", "{ from: medium, production: false }")],
    path: "sizes.medium-db.production",
    value: false,
    says: /no such key; write one of from, network, postgres/,
    on: "medium-db:",
  },
  {
    name: "an unknown key of a part of a class",
    edits: [withSize("medium-db", "{ from: medium, postgres: { storge: 500 } }")],
    path: "sizes.medium-db.postgres.storge",
    value: 500,
    says: /did you mean storage/,
    on: "medium-db:",
  },
  {
    name: "a version that YAML reads as a number",
    edits: [withSize("medium-db", "{ from: medium, postgres: { engineVersion: 17.11 } }")],
    path: "sizes.medium-db.postgres.engineVersion",
    value: 17.11,
    says: /put it in quotes \(write a version of PostgreSQL/,
    on: "medium-db:",
  },
  {
    name: "a disk smaller than RDS takes",
    edits: [withSize("medium-db", "{ from: medium, postgres: { storage: 10 } }")],
    path: "sizes.medium-db.postgres.storage",
    value: 10,
    says: /GiB of the database's disk, 20 to 65536/,
    on: "medium-db:",
  },
  ...(
    [
      ["postgres", "instanceClass", "db.z9.large", /families t, c, m or r, e.g. db\.r6g\.2xlarge/],
      ["redis", "nodeType", "cache.z9.large", /families t, m or r, e.g. cache\.r6g\.xlarge/],
      ["redis", "nodeType", "cache.r6gd.xlarge", /families t, m or r/],
      ["memcached", "nodeType", "r6g.large", /families t, m or r, e.g. cache\.r6g\.large/],
      ["kafka", "instanceType", "kafka.m5.3xlarge", /a broker type of MSK, e.g. kafka\.m7g\.large/],
      ["rabbitmq", "instanceType", "mq.m7g.huge", /families t, c, m or r, e.g. mq\.m7g\.large/],
      ["nodes", "instanceType", "db.m6g.large", /families t, c, m or r, e.g. m7g\.xlarge/],
    ] as const
  ).map(([part, key, value, says]) => ({
    name: `a machine type that ${part} does not take: ${value}`,
    edits: [withSize("medium-db", `{ from: medium, ${part}: { ${key}: ${value} } }`)],
    path: `sizes.medium-db.${part}.${key}`,
    value,
    says,
    on: "medium-db:",
  })),
  {
    name: "more pods at least than at most, which is the built-in class's",
    edits: [withSize("medium-db", "{ from: medium, app: { replicas: 40 } }")],
    path: "sizes.medium-db.app",
    value: { replicas: 40 },
    says: /at least 40 pods are more than at most 32/,
    on: "medium-db:",
  },
  {
    name: "a number of days that CloudWatch does not take",
    edits: [withSize("medium-db", "{ from: medium, logRetentionDays: 8 }")],
    path: "sizes.medium-db.logRetentionDays",
    value: 8,
    says: /for how many days logs are kept: 1, 3, 5, 7, 14, 30/,
    on: "medium-db:",
  },
  {
    name: "a block too small for the nodes of a class of the environment",
    edits: [
      withSize("medium-db", "{ from: medium, nodes: { max: 40 } }"),
      [cell3, "{ number: 300, locality: US, region: us-east-2, sizeClass: medium-db }"],
    ],
    path: "cells[3].number",
    value: 300,
    says: /cell 300 of class medium-db in 3 zones needs \/18 or larger/,
    on: "number: 300",
  },
  {
    name: "a capacity of nothing",
    edits: [inCell3("capacity: { tenants: 0, requestsPerSecond: 5 }")],
    path: "cells[3].capacity.tenants",
    value: 0,
    says: /how many tenants/,
  },
  {
    name: "a name too long for a load balancer",
    edits: [["environment: dev", "environment: production-of-the-moon"]],
    path: "environment",
    value: "production-of-the-moon",
    says: /load balancer name production-of-the-moon-cell-7-app would be longer than 32; write at most 21/,
  },
  {
    name: "a name too long for RDS",
    edits: [["environment: dev", `environment: ${"a".repeat(60)}`]],
    path: "environment",
    value: "a".repeat(60),
    says: /would be longer than/,
  },
  {
    name: "an environment that is no label",
    edits: [["environment: dev", "environment: Dev_1"]],
    path: "environment",
    value: "Dev_1",
    says: /lower-case letters, digits and single hyphens/,
  },
  {
    name: "a domain with a scheme",
    edits: [["domain: dev.cells.example.com", "domain: https://cells.example.com"]],
    path: "domain",
    value: "https://cells.example.com",
    says: /without scheme/,
  },
  {
    name: "a domain that is an address",
    edits: [["domain: dev.cells.example.com", "domain: 10.0.0.1"]],
    path: "domain",
    value: "10.0.0.1",
    says: /domain of yours/,
  },
  {
    name: "a domain too long for a certificate",
    edits: [["domain: dev.cells.example.com", `domain: ${"a".repeat(60)}.example.com`]],
    path: "domain",
    value: `${"a".repeat(60)}.example.com`,
    says: /no certificate takes .*; write at most 57 characters/,
  },
  {
    name: "a revision of zero",
    edits: [["revision: 1\n", "revision: 0\n"]],
    path: "revision",
    value: 0,
    says: /positive whole number/,
  },
  {
    name: "a revision with a fraction",
    edits: [["revision: 1\n", "revision: 1.5\n"]],
    path: "revision",
    value: 1.5,
    says: /positive whole number/,
  },
  {
    name: "a revision in words",
    edits: [["revision: 1\n", "revision: first\n"]],
    path: "revision",
    value: "first",
    says: /positive whole number/,
  },
  {
    name: "an unknown router region",
    edits: [["us-east-1, ap-southeast-1, cn-north-1]", "us-east-1, ap-southeast-11, cn-north-1]"]],
    path: "routers[2]",
    value: "ap-southeast-11",
    says: /did you mean ap-southeast-1/,
  },
  {
    name: "a router listed twice",
    edits: [["routers: [eu-west-1, us-east-1,", "routers: [eu-west-1, us-east-1, us-east-1,"]],
    path: "routers[2]",
    value: "us-east-1",
    says: /listed twice/,
  },
  {
    name: "a partition with cells but no router",
    edits: [["ap-southeast-1, cn-north-1]", "ap-southeast-1]"]],
    path: "routers",
    value: ["eu-west-1", "us-east-1", "ap-southeast-1"],
    says: /partition aws-cn has cells but no router; add .* cn-north-1/,
  },
  {
    name: "no router at all",
    edits: [["routers: [eu-west-1, us-east-1, ap-southeast-1, cn-north-1]", "routers: []"]],
    path: "routers",
    value: [],
    says: /at least one region/,
    others: 2,
  },
  {
    name: "an account without its zeros",
    edits: [account("012345678901", "arn:aws:iam::012345678901:role/deploy")],
    path: "cells[3].account.id",
    value: 12345678901,
    says: /put it in quotes/,
  },
  {
    name: "an account of eleven digits",
    edits: [account('"12345678901"', "arn:aws:iam::123456789012:role/deploy")],
    path: "cells[3].account.id",
    value: "12345678901",
    says: /twelve digits/,
  },
  {
    name: "a role of another account",
    edits: [account('"123456789012"', "arn:aws:iam::999999999999:role/deploy")],
    path: "cells[3].account.roleArn",
    value: "arn:aws:iam::999999999999:role/deploy",
    says: /belongs to account 999999999999, not 123456789012/,
  },
  {
    name: "a role of another partition",
    edits: [account('"123456789012"', "arn:aws-cn:iam::123456789012:role/deploy")],
    path: "cells[3].account.roleArn",
    value: "arn:aws-cn:iam::123456789012:role/deploy",
    says: /partition aws; write a role that starts with arn:aws:/,
  },
  {
    name: "a role that is a user",
    edits: [account('"123456789012"', "arn:aws:iam::123456789012:user/me")],
    path: "cells[3].account.roleArn",
    value: "arn:aws:iam::123456789012:user/me",
    says: /ARN of a role/,
  },
  {
    name: "overlapping blocks",
    edits: [withLedger("reserved: [{ cell: 6, cidr: 172.20.0.0/16 }, { cell: 7, cidr: 172.20.16.0/20 }]")],
    path: "ledger.reserved[1].cidr",
    value: "172.20.16.0/20",
    says: /overlaps 172.20.0.0\/16 of cell 6/,
    on: "reserved:",
  },
  {
    name: "the block of another cell",
    edits: [withLedger("reserved: [{ cell: 7, cidr: 10.3.0.0/16 }]")],
    path: "ledger.reserved[0].cidr",
    value: "10.3.0.0/16",
    says: /belongs by rule to cell 3/,
    on: "reserved:",
    others: 1,
  },
  {
    name: "a block that belongs to a cell to come",
    edits: [withLedger("reserved: [{ cell: 7, cidr: 10.99.0.0/16 }]")],
    path: "ledger.reserved[0].cidr",
    value: "10.99.0.0/16",
    says: /belongs by rule to cell 99/,
    on: "reserved:",
  },
  {
    name: "host bits",
    edits: [withLedger("reserved: [{ cell: 7, cidr: 172.20.1.0/16 }]")],
    path: "ledger.reserved[0].cidr",
    value: "172.20.1.0/16",
    says: /host bits; write 172.20.0.0\/16/,
    on: "reserved:",
  },
  {
    name: "an octal address",
    edits: [withLedger("reserved: [{ cell: 7, cidr: 172.020.0.0/16 }]")],
    path: "ledger.reserved[0].cidr",
    value: "172.020.0.0/16",
    says: /without leading zeros/,
    on: "reserved:",
  },
  {
    name: "a block without prefix",
    edits: [withLedger("reserved: [{ cell: 7, cidr: 172.20.0.0 }]")],
    path: "ledger.reserved[0].cidr",
    value: "172.20.0.0",
    says: /an address and a prefix length/,
    on: "reserved:",
  },
  {
    name: "a block too large for a VPC",
    edits: [withLedger("reserved: [{ cell: 7, cidr: 172.20.0.0/14 }]")],
    path: "ledger.reserved[0].cidr",
    value: "172.20.0.0/14",
    says: /\/16 to \/21/,
    on: "reserved:",
  },
  {
    name: "a block too small for subnets",
    edits: [withLedger("reserved: [{ cell: 7, cidr: 172.20.0.0/22 }]")],
    path: "ledger.reserved[0].cidr",
    value: "172.20.0.0/22",
    says: /\/16 to \/21/,
    on: "reserved:",
  },
  {
    name: "a block too small for the pods of its class",
    edits: [withLedger("reserved: [{ cell: 7, cidr: 172.20.0.0/21 }]")],
    path: "ledger.reserved[0].cidr",
    value: "172.20.0.0/21",
    says: /cell 7 of class dev in 3 zones needs \/20 or larger/,
    on: "reserved:",
  },
  {
    name: "a number whose block by rule is too small for the class",
    edits: [[cell3, "{ number: 300, locality: US, region: us-east-2, sizeClass: large }"]],
    path: "cells[3].number",
    value: 300,
    says: /cell 300 of class large in 3 zones needs \/19 or larger/,
  },
  {
    name: "a public block",
    edits: [withLedger("reserved: [{ cell: 7, cidr: 8.8.0.0/16 }]")],
    path: "ledger.reserved[0].cidr",
    value: "8.8.0.0/16",
    says: /private block/,
    on: "reserved:",
  },
  {
    name: "Docker's block",
    edits: [withLedger("reserved: [{ cell: 7, cidr: 172.17.0.0/16 }]")],
    path: "ledger.reserved[0].cidr",
    value: "172.17.0.0/16",
    says: /keep clear of 172.17.0.0\/16/,
    on: "reserved:",
  },
  {
    name: "two blocks for a cell",
    edits: [withLedger("reserved: [{ cell: 7, cidr: 172.20.0.0/16 }, { cell: 7, cidr: 172.21.0.0/16 }]")],
    path: "ledger.reserved[1].cell",
    value: 7,
    says: /listed twice/,
    on: "reserved:",
  },
  {
    name: "a released block in quarantine",
    edits: [
      withLedger(
        "{ reserved: [{ cell: 7, cidr: 172.20.0.0/16 }], released: [{ cell: 9, cidr: 172.20.0.0/18, released: 2026-05-20 }] }",
      ),
    ],
    path: "ledger.reserved[0].cidr",
    value: "172.20.0.0/16",
    says: /cell 9 gave 172.20.0.0\/18 back on 2026-05-20, it rests until 2026-08-18/,
    on: "reserved:",
  },
  {
    name: "a number that was used",
    edits: [withLedger("released: [{ cell: 3, cidr: 10.3.0.0/16, released: 2020-01-01 }]")],
    path: "cells[3].number",
    value: 3,
    says: /destroyed on 2020-01-01 and numbers are never used twice/,
    on: cell3,
  },
  {
    name: "a release day to come",
    edits: [withLedger("released: [{ cell: 9, cidr: 10.9.0.0/16, released: 2026-06-02 }]")],
    path: "ledger.released[0].released",
    value: "2026-06-02",
    says: /still to come/,
    on: "released:",
  },
  {
    name: "a release day that does not exist",
    edits: [withLedger("released: [{ cell: 9, cidr: 10.9.0.0/16, released: 2026-02-30 }]")],
    path: "ledger.released[0].released",
    value: "2026-02-30",
    says: /day that exists/,
    on: "released:",
  },
  {
    name: "a number without a block",
    edits: [
      [
        cell7,
        "{ number: 1280, locality: CN, region: cn-north-1, availabilityZones: [cn-north-1a, cn-north-1b, cn-north-1d] }",
      ],
    ],
    path: "cells[7].number",
    value: 1280,
    says: /numbers from 1280 have no block/,
  },
  {
    name: "what neither cell nor defaults give",
    edits: [
      ["  state: active\n", ""],
      ["{ number: 0,", "{ number: 0, state: active,"],
    ],
    path: "cells[1].state",
    says: /missing; write it here or under defaults/,
    on: "{ number: 1,",
    others: 6,
  },
  {
    name: "a key written twice",
    edits: [["revision: 1\n", "revision: 1\nrevision: 2\n"]],
    path: "",
    says: /written twice/,
    on: "revision: 2",
  },
  {
    name: "an alias without an anchor",
    edits: [["domain: dev.cells.example.com", "domain: *parent"]],
    path: "",
    says: /alias cannot be followed/,
    on: "#",
  },
  {
    name: "a tab",
    edits: [["  sizeClass: dev", "\tsizeClass: dev"]],
    path: "",
    says: /tab; write spaces/,
    on: "\tsizeClass",
  },
  { name: "YAML that is none", edits: [["cells:\n", "cells: [}\n"]], path: "", says: /not YAML/ },
];

describe("a catalog with one mistake", () => {
  it.each(cases)("$name", ({ edits, path, value, says, on, others = 0 }) => {
    const text = edited(...edits);
    const issues = issuesOf(text);
    const line = lineOf(text, on ?? (edits[0] as Edit)[1]);
    const found = issues.filter((issue) => issue.path === path && says.test(issue.message));
    expect(found, JSON.stringify(issues, null, 1)).toHaveLength(1);
    expect(found[0]).toMatchObject({ path, ...(value === undefined ? {} : { value }) });
    expect(found[0]?.line).toBe(line);
    expect(issues.length - 1, JSON.stringify(issues, null, 1)).toBeLessThanOrEqual(others);
  });

  it("covers more than twenty kinds", () => {
    expect(new Set(cases.map(({ says }) => says.source)).size).toBeGreaterThan(45);
  });
});

describe("a catalog with many mistakes", () => {
  const chosen = [
    "a negative weight",
    "an environment that is no label",
    "a revision of zero",
    "a router listed twice",
    "two blocks for a cell",
    "a country with an unknown jurisdiction",
    "a disk smaller than RDS takes",
  ];
  const several = chosen.map((name) => cases.find((each) => each.name === name) as Case);
  const text = edited(...several.flatMap(({ edits }) => edits));

  it("lists them all at once, by line", () => {
    const issues = issuesOf(text);
    expect(issues.map(({ path }) => path).sort()).toEqual(several.map(({ path }) => path).sort());
    expect(issues.map(({ line }) => line)).toEqual(issues.map(({ line }) => line).sort((a, b) => a - b));
  });

  it("is one message for a person: a line each, with file, line, path, value and what to write; no stack", () => {
    const { message } = errorOf(text);
    const lines = message.split("\n");
    expect(lines[0]).toBe("test.yaml has 7 mistakes:");
    expect(lines).toHaveLength(8);
    expect(message).toContain(
      `test.yaml:${lineOf(text, "weight: -1")}: cells[3].weight: -1: write a number from 0 to 100`,
    );
    expect(message).not.toMatch(/^\s+at /m);
  });

  it("shows no more than fifty, and the number of the others", () => {
    const cells = Array.from({ length: 5000 }, (_, number) => `  - { number: ${number}, weight: -1 }`);
    const { message, issues } = errorOf(devText.replace(/^cells:[^]*/m, `cells:\n${cells.join("\n")}\n`));
    expect(issues.length).toBeGreaterThan(10_000);
    expect(message.split("\n")).toHaveLength(52);
    expect(message).toContain(`and ${issues.length - 50} more; npx cells catalog check test.yaml --json lists all`);
  });

  it("shows a number that JSON has no word for as YAML does", () => {
    const { message, issues } = errorOf(edited(["revision: 1\n", "revision: .nan\n"], inCell3("weight: -.inf")));
    expect(message).toMatch(/revision: \.nan: write a positive whole number[^]*cells\[3\]\.weight: -\.inf: write/);
    const shown = jsonOfCheck({ source: "test.yaml", valid: false, issues });
    expect((JSON.parse(shown) as CheckResult).issues.map(({ value }) => value)).toEqual([".nan", "-.inf"]);
  });

  it("reports mistakes of shape and of meaning together", () => {
    const both = edited([cell3, "{ number: 2, locality: UX, region: us-east-2, weight: -1, weigth: 1 }"]);
    expect(
      issuesOf(both)
        .map(({ path }) => path)
        .sort(),
    ).toEqual(["cells[3].locality", "cells[3].number", "cells[3].weight", "cells[3].weigth"]);
  });
});

describe("a file that is no catalog", () => {
  it.each([
    ["empty", "", /file is empty/],
    ["only comments", "# nothing\n", /file is empty/],
    ["a list", "[1, 2]", /write a catalog/],
    ["a word", "hello", /write a catalog/],
    ["an alias inside itself", "environment: &a\n  x: *a\n", /alias is inside what it stands for; write its content/],
    ["a list inside itself", "cells: &a [[*a]]\n", /alias is inside what it stands for/],
    ["a thousand levels", `${"[".repeat(1000)}${"]".repeat(1000)}`, /nested too deeply/],
    ["a hundred thousand levels", "[".repeat(100_000), /nested too deeply|not YAML/],
    ["two documents", `${devText}\n---\na: 1\n`, /one catalog a file/],
    [
      "an alias bomb",
      `a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]`,
      /alias/,
    ],
  ])("%s", (_name, text, says) => {
    const issues = issuesOf(text);
    expect(
      issues.some(({ message }) => says.test(message)),
      JSON.stringify(issues),
    ).toBe(true);
  });
});

it("a catalog whose lines end with CR is read as any other", () => {
  for (const end of ["\r", "\r\n"])
    expect(parseCatalog(devText.replaceAll("\n", end), "cr.yaml")).toEqual(parseCatalog(devText, "dev.yaml"));
});
