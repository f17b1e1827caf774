import { z } from "zod";

import { brokerTypes } from "./constraints/messaging";
import { text, whole } from "./fields";
import { sizes, type SizeClassName } from "./sizes";

/** Fields of the size classes that an environment has of its own; a class in `sizes.ts` says what each means. */

const names = Object.keys(sizes) as SizeClassName[];

const flag = (description: string) => z.boolean({ error: "write true or false" }).describe(description);

const version = (pattern: RegExp, example: string, of: string) =>
  text(pattern, `write a version of ${of} in quotes, e.g. "${example}"`, `Version of ${of}, quoted.`);

const count = (min: number, max: number, of: string) =>
  whole(min, max, `write how many ${of}, ${min} to ${max}`, `How many ${of}.`);

const gib = (min: number, max: number, of: string) =>
  whole(min, max, `write the GiB of ${of}, ${min} to ${max}`, `GiB of ${of}.`);

/**
 * A machine of the families that `machines.ts` has; of caches without r6gd, which needs data tiering, and with names that
 * `CellNames` has room for.
 */
const machine = (service: "" | "db" | "cache" | "mq", example: string, of: string) => {
  const prefix = service === "" ? "" : `${service}\\.`;
  const [family, families] =
    service === "cache" ? ["[tmr]\\d[a-z]?", "t, m or r"] : ["[tcmr]\\d[a-z]*", "t, c, m or r"];
  const pattern = new RegExp(`^${prefix}${family}\\.(nano|micro|small|medium|large|\\d{0,2}xlarge)$`);
  return text(pattern, `write a machine type of the families ${families}, e.g. ${example}`, `Machine type of ${of}.`);
};

/** Keys that a class may have, all of them or some. */
const part = <Shape extends z.ZodRawShape>(shape: Shape) => {
  const keys = Object.keys(shape).join(", ");
  return z
    .strictObject(shape, { error: `write what differs: ${keys}` })
    .partial()
    .optional();
};

/** What CloudWatch takes: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const retentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

const ownSize = z
  .strictObject(
    {
      from: z
        .enum(names, { error: `write the built-in class that it starts from: ${names.join(", ")}` })
        .describe("Built-in class that has what is left out here; it also decides whether the data is protected."),
      network: part({ natPerAz: flag("One NAT gateway in each zone; false: a single one.") }),
      postgres: part({
        engineVersion: version(/^\d{2}\.\d{1,2}$/, "17.11", "PostgreSQL"),
        instanceClass: machine("db", "db.r6g.2xlarge", "the database"),
        storage: gib(20, 65_536, "the database's disk"),
        maxStorage: gib(22, 65_536, "the disk when RDS has grown it as far as it may"),
        multiAz: flag("True: a standby in another zone."),
        backupRetentionDays: count(1, 35, "days backups are kept"),
        maxConnections: count(6, 8_388_607, "connections the database takes"),
        poolSize: count(2, 10_000, "connections the cell's pools may open together"),
      }),
      redis: part({
        engineVersion: version(/^7\.\d$/, "7.1", "Redis 7"),
        nodeType: machine("cache", "cache.r6g.xlarge", "Redis"),
        nodes: count(2, 6, "nodes of Redis"),
        snapshotRetentionDays: count(1, 35, "days snapshots are kept"),
      }),
      memcached: part({
        engineVersion: version(/^1\.6\.\d{1,2}$/, "1.6.22", "memcached 1.6"),
        nodeType: machine("cache", "cache.r6g.large", "memcached"),
        nodes: count(1, 40, "nodes of memcached"),
      }),
      kafka: part({
        version: version(/^\d\.\d{1,2}\.x\.kraft$/, "4.0.x.kraft", "Kafka in KRaft mode"),
        instanceType: text(
          brokerTypes,
          "write a broker type of MSK, e.g. kafka.m7g.large",
          "Machine type of a broker.",
        ),
        brokers: count(3, 30, "brokers"),
        volume: gib(1, 16_384, "a broker's disk"),
      }),
      rabbitmq: part({
        engineVersion: version(/^\d\.\d{1,2}$/, "4.2", "RabbitMQ"),
        instanceType: machine("mq", "mq.m7g.large", "RabbitMQ"),
        clustered: flag("True: three brokers in three zones; false: one."),
      }),
      nodes: part({
        kubernetesVersion: version(/^1\.\d{2}$/, "1.36", "Kubernetes"),
        instanceType: machine("", "m7g.xlarge", "the application's nodes"),
        count: count(1, 450, "nodes the live group has"),
        max: count(1, 450, "nodes the live group may have"),
        volume: gib(20, 16_384, "a node's disk"),
      }),
      app: part({
        replicas: count(1, 5000, "pods the application has at least"),
        maxReplicas: count(1, 5000, "pods the application has at most"),
        cpuMillis: count(1, 192_000, "thousandths of a CPU a pod sets aside"),
        memoryMiB: count(4, 1_572_864, "MiB a pod may have"),
      }),
      logRetentionDays: z
        .literal(retentions, { error: `write for how many days logs are kept: ${retentions.join(", ")}` })
        .describe("Days that logs are kept.")
        .optional(),
    },
    { error: "write from, and what differs from that class" },
  )
  .describe("A size class: a built-in one, and what differs from it.");

/** Size classes of the environment. */
export const ownSizes = z
  .record(
    text(
      new RegExp(`^(?!(${names.join("|")})$)[a-z][a-z0-9-]{0,31}$`),
      "write a lower-case word that is not the name of a built-in class, e.g. medium-db",
      "Name of a size class of the environment.",
    ),
    ownSize,
    {
      error: "write each size class with from and what differs, e.g. medium-db: { from: medium, nodes: { count: 8 } }",
    },
  )
  .describe("Size classes that the environment has beside the built-in ones.");
