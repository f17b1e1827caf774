import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { sizes, type SizeClassName } from "../../catalog/sizes";
import { brokerHosts } from "../../components/cell/hosts";
import { Kafka } from "../../components/cell/kafka";
import { kafkaTopology } from "../../catalog/kafka-topology";
import { serverProperties } from "../../components/cell/kafka-properties";
import { cellOf, keyArn, planPart } from "./data-cell";

const classes = Object.keys(sizes) as SizeClassName[];
const clusterType = "aws:msk/cluster:Cluster";

const kafkaOf = (sizeClass: SizeClassName, zones = 3, preview = false) =>
  planPart(
    cellOf(sizeClass, zones),
    (ctx, args, opts) => {
      const part = new Kafka(ctx, { ...args, securityGroupId: "sg-kafka" }, opts);
      return { hosts: part.brokerHosts, records: part.records, bootstrap: part.bootstrapBrokers };
    },
    preview,
  );

describe("topology", () => {
  test("brokers are a multiple of the zones, and at least as many as asked for and as copies", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.constantFrom(2, 3), (wanted, zones) => {
        const { brokers, replicationFactor, minInsyncReplicas } = kafkaTopology(wanted, zones);
        expect(brokers % zones).toBe(0);
        expect(brokers).toBeGreaterThanOrEqual(Math.max(wanted, replicationFactor));
        expect(brokers - Math.max(wanted, replicationFactor)).toBeLessThan(zones);
        // Copies are spread evenly, so a lost zone leaves enough of them to write to.
        expect(replicationFactor - Math.ceil(replicationFactor / zones)).toBeGreaterThanOrEqual(minInsyncReplicas);
        expect(replicationFactor).toBeGreaterThanOrEqual(3);
      }),
    );
    expect(kafkaTopology(3, 3)).toEqual({ brokers: 3, replicationFactor: 3, minInsyncReplicas: 2 });
    expect(kafkaTopology(3, 2)).toEqual({ brokers: 4, replicationFactor: 4, minInsyncReplicas: 2 });
    expect(() => kafkaTopology(3, 1)).toThrow("two or three availability zones, not 1");
  });

  test("the broker configuration keeps what was confirmed", () => {
    expect(serverProperties(kafkaTopology(3, 3)).split("\n")).toEqual(
      expect.arrayContaining([
        "auto.create.topics.enable=false",
        "default.replication.factor=3",
        "min.insync.replicas=2",
        "offsets.topic.replication.factor=3",
        "unclean.leader.election.enable=false",
      ]),
    );
  });
});

describe.each(classes)("%s", (sizeClass) => {
  const { production, kafka } = sizes[sizeClass];

  test.each([2, 3])("in %d zones: TLS everywhere, the cell's key, no access without a role", async (zones) => {
    const { one } = await kafkaOf(sizeClass, zones);
    const cluster = one(clusterType);
    expect(cluster.inputs).toMatchObject({
      clusterName: "dev-cell-3-kafka",
      kafkaVersion: kafka.version,
      numberOfBrokerNodes: zones === 3 ? 3 : 4,
      clientAuthentication: { sasl: { iam: true, scram: false }, unauthenticated: false },
      encryptionInfo: {
        encryptionAtRestKmsKeyArn: keyArn,
        encryptionInTransit: { clientBroker: "TLS", inCluster: true },
      },
      configurationInfo: { revision: 1 },
    });
    const { clientSubnets, securityGroups } = cluster.inputs["brokerNodeGroupInfo"];
    expect(clientSubnets).toHaveLength(zones);
    expect(securityGroups).toEqual(["sg-kafka"]);
    expect(cluster.inputs["numberOfBrokerNodes"] % clientSubnets.length).toBe(0);
    expect(cluster.protect).toBe(production);
    const log = one("aws:cloudwatch/logGroup:LogGroup").inputs;
    expect(log).toMatchObject({ name: "/cells/dev-cell-3/kafka", kmsKeyId: keyArn });
    expect(cluster.inputs["loggingInfo"].brokerLogs.cloudwatchLogs).toEqual({ enabled: true, logGroup: log["name"] });
    // It cannot change, and would hold every upgrade up.
    expect(one("aws:msk/configuration:Configuration").inputs).not.toHaveProperty("kafkaVersions");
  });

  test("has a version and an instance type that MSK offers together", () => {
    expect(kafka.version).toMatch(/^\d+\.\d+\.x\.kraft$/);
    // T3 is for Kafka 3 only.
    if (kafka.instanceType.startsWith("kafka.t3.")) expect(kafka.version).toMatch(/^3\./);
  });
});

test("three brokers have names in the private zone, by their number", async () => {
  for (const zones of [2, 3]) {
    const { result } = await kafkaOf("dev", zones);
    expect(result.records.map(({ name }) => name)).toEqual(
      [0, 1, 2].map((broker) => `kafka-cell-3-${broker}.cell-3.internal`),
    );
    expect(result.records.map(({ target }) => target)).toEqual(result.hosts);
    expect(result.hosts[2]).toMatch(/^b-3\.dev-cell-3-kafka\./);
  }
});

test("broker hosts come without port, by number, whatever their order", () => {
  expect(brokerHosts("b-10.k:9098,b-2.k:9098,b-1.k:9098")).toEqual(["b-1.k", "b-2.k", "b-10.k"]);
  expect(brokerHosts("")).toEqual([]);
});

test("a first preview, where hosts are unknown, plans the same resources", async () => {
  const [known, unknown] = [await kafkaOf("large"), await kafkaOf("large", 3, true)];
  expect(unknown.resources.map(({ urn }) => urn).sort()).toEqual(known.resources.map(({ urn }) => urn).sort());
});
