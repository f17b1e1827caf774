import { z } from "zod";

import { cellStates } from "../contract/cells";
import { regionNames } from "./regions";
import { sizes } from "./sizes";

/**
 * Fields of the catalog file. Each says once what to write: that sentence is the error message, and the description
 * becomes the JSON Schema that editors read.
 */

export const text = (pattern: RegExp, write: string, description: string) =>
  z.string({ error: write }).regex(pattern, { error: write }).describe(description);

const number = (min: number, max: number, write: string, description: string) =>
  z.number({ error: write }).min(min, { error: write }).max(max, { error: write }).describe(description);

export const whole = (min: number, max: number, write: string, description: string) =>
  z.int({ error: write }).min(min, { error: write }).max(max, { error: write }).describe(description);

/** A list, with the sentence for when it is something else. */
export const list = <Item extends z.ZodType>(item: Item, write: string) => z.array(item, { error: write });

/** One of the regions of `catalog/regions.ts`. */
export const region = (description: string) =>
  z
    .enum(regionNames as [string, ...string[]], { error: "write the name of an AWS region, e.g. eu-west-1" })
    .describe(description);

/** Name of a locality or a jurisdiction. */
export const group = (description: string) =>
  text(/^[A-Z][A-Z0-9-]{0,31}$/, "write capitals, digits and hyphens, e.g. EU or US-EAST", description);

export const environment = text(
  /^[a-z](-?[a-z0-9])*$/,
  "write lower-case letters, digits and single hyphens, starting with a letter, e.g. dev",
  "Name of the environment: the Pulumi stack; part of physical names.",
);

export const revision = whole(
  1,
  Number.MAX_SAFE_INTEGER,
  "write a positive whole number, raised with every change",
  "Raised by a person with every change.",
);

export const domain = text(
  /^(?=.{1,240}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/,
  "write a domain of yours in lower case, without scheme or final dot, e.g. cells.example.com",
  "Parent domain: cell 3 answers at cell-3.<domain>.",
);

export const country = text(/^[A-Z]{2}$/, "write an ISO 3166-1 alpha-2 code in capitals, e.g. DE", "Country.");

/** What a jurisdiction has instead of localities when its tenants are not served. */
export const refuse = "refuse";

export const cellNumber = whole(
  0,
  99_999,
  "write a whole number from 0, used by no cell before",
  "The cell's stable number, never reused.",
);

export const cellId = text(
  /^[a-z]([a-z0-9-]{0,30}[a-z0-9])?$/,
  "write a DNS label of at most 32 lower-case letters, digits and hyphens, e.g. cell-3",
  "Stable id; cell-<number> when left out.",
);

export const availabilityZone = text(/^[a-z0-9-]+[a-z]$/, "write a zone's full name, e.g. eu-west-1a", "Zone.");

export const cidr = z
  .string({ error: "write a block of addresses, e.g. 172.20.0.0/16" })
  .describe("IPv4 block in canonical form, /16 to /21.");

export const day = text(/^\d{4}-\d{2}-\d{2}$/, "write a day as YYYY-MM-DD, e.g. 2026-01-31", "Day, UTC.").refine(
  (value) => !Number.isNaN(Date.parse(value)) && new Date(value).toISOString().startsWith(value),
  { error: "write a day that exists, as YYYY-MM-DD" },
);

export const quarantineDays = whole(
  1,
  3650,
  "write how many days a released block rests, e.g. 90",
  "Days a released block rests; 90 when left out.",
);

export const account = z
  .strictObject(
    {
      id: text(
        /^\d{12}$/,
        'write the account\'s twelve digits in quotes, e.g. "012345678901"',
        "Account: twelve digits, quoted.",
      ),
      roleArn: text(
        /^arn:(aws|aws-cn|aws-us-gov):iam::\d{12}:role\/[\w+=,.@/-]+$/,
        "write the ARN of a role, e.g. arn:aws:iam::123456789012:role/cells-deploy",
        "Role that the deployment assumes, in the same account.",
      ),
    },
    { error: "write id and roleArn" },
  )
  .describe("Account of the cell, when it is not that of the deploying credentials.");

export const liveNodes = z
  .enum(["blue", "green"], { error: "write blue or green" })
  .describe("Node group that carries the application; blue when left out.");

export const bothNodes = z
  .boolean({ error: "write true or false" })
  .describe("True while the application changes over to the other node group: both have the class's nodes.");

/** What every cell has, itself or from `defaults`. */
export const shared = {
  sizeClass: text(
    /^[a-z][a-z0-9-]{0,31}$/,
    `write a size class: ${Object.keys(sizes).join(", ")}, or a key of sizes`,
    `How big the cell is: ${Object.keys(sizes).join(", ")}, or a key of sizes.`,
  ),
  weight: number(
    0,
    100,
    "write a number from 0 to 100; 1 is normal, 0 takes no new tenants",
    "Share of new tenants inside a candidate set: 1 is normal and the default; 0 takes none.",
  ),
  tier: text(
    /^[a-z][a-z0-9-]{0,31}$/,
    "write a lower-case word, e.g. standard",
    "Customer tier the cell is kept for; standard when left out.",
  ),
  capacity: z
    .strictObject(
      {
        tenants: whole(
          1,
          1e9,
          "write how many tenants the cell may hold, e.g. 10000",
          "Tenants that may call the cell home.",
        ),
        requestsPerSecond: number(
          1,
          1e7,
          "write the load at which the cell is full, e.g. 1000",
          "Requests per second at which the cell is full.",
        ),
      },
      { error: "write tenants and requestsPerSecond" },
    )
    .describe("What the cell is planned to carry."),
  release: text(
    /^(?!latest$)[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/,
    'write the tag of one image, in quotes, e.g. "1.28.0"; latest names no release',
    "Application release: an image tag.",
  ),
  state: z
    .enum(cellStates, {
      error: `write a state: ${cellStates.join(", ")}`,
    })
    .describe("Where the cell stands in its life; only active and canary take new tenants."),
  owner: text(
    /^[A-Za-z0-9][\w.:/=+@-]{0,127}$/,
    "write a team or an address, e.g. payments or payments@example.com",
    "Who answers for the cell: the tag owner; platform when left out, which production classes may not.",
  ),
  dataClass: text(
    /^[a-z][a-z0-9-]{0,31}$/,
    "write a lower-case word, e.g. confidential",
    "How its data must be handled: the tag data-class; confidential when left out, which production classes may not.",
  ),
  costCenter: text(
    /^[A-Za-z0-9][\w.:/=+@-]{0,63}$/,
    'write who pays, in quotes where it is a number, e.g. "4711"',
    "Who pays: the tag cost-center; cells when left out, which production classes may not.",
  ),
  rabbitmq: z
    .boolean({ error: "write true or false" })
    .describe("True where the cell has RabbitMQ beside Kafka; false when left out."),
};
