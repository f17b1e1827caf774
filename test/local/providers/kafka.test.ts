import {
  DescribeConfigurationRevisionCommand,
  KafkaClient,
  ListClustersCommand,
  ListConfigurationsCommand,
  ListNodesCommand,
} from "@aws-sdk/client-kafka";
import { afterAll, beforeAll, expect, test } from "vitest";

import { brokerHosts } from "../../../components/cell/hosts";
import { kafkaTopology } from "../../../catalog/kafka-topology";
import { serverProperties } from "../../../components/cell/kafka-properties";
import { definitions } from "../../../local/providers/aws/services/kafka";
import { Made, startMoto, type Moto } from "../../harness/moto";
import { dataSubnets } from "./data-network";

let moto: Moto;
let clientSubnets: string[];

beforeAll(async () => {
  moto = await startMoto();
  clientSubnets = await dataSubnets(moto, ["eu-west-1a", "eu-west-1b", "eu-west-1c"]);
});
afterAll(() => moto.stop());

const make = (token: string, inputs: Record<string, unknown>) =>
  Made.create(moto.cloud(), definitions, `aws:msk/${token}`, inputs);

function clusterInputs(arn: unknown) {
  return {
    clusterName: "dev-cell-0-kafka",
    kafkaVersion: "3.9.x.kraft",
    numberOfBrokerNodes: 3,
    brokerNodeGroupInfo: {
      instanceType: "kafka.t3.small",
      clientSubnets,
      securityGroups: ["sg-12345678"],
      storageInfo: { ebsStorageInfo: { volumeSize: 20 } },
    },
    configurationInfo: { arn, revision: 1 },
    clientAuthentication: { sasl: { iam: true, scram: false }, unauthenticated: false },
    encryptionInfo: {
      encryptionAtRestKmsKeyArn: "arn:aws:kms:eu-west-1:123456789012:key/k",
      encryptionInTransit: { clientBroker: "TLS", inCluster: true },
    },
    enhancedMonitoring: "PER_BROKER",
    loggingInfo: { brokerLogs: { cloudwatchLogs: { enabled: true, logGroup: "/cells/dev-cell-0/kafka" } } },
    tags: { cell: "cell-0" },
  };
}

test("configuration and cluster live from creation to deletion, without drift and without leftovers", async () => {
  const client = moto.client(KafkaClient);
  const properties = serverProperties(kafkaTopology(3, 3));
  const configuration = await make("configuration:Configuration", {
    name: "dev-cell-0-kafka",
    description: "Kafka",
    serverProperties: properties,
  });
  const cluster = await make("cluster:Cluster", clusterInputs(configuration.outputs["arn"]));
  for (const made of [configuration, cluster]) expect(await made.drift()).toEqual([]);

  const hosts = brokerHosts(cluster.outputs["bootstrapBrokersSaslIam"] as string);
  expect(hosts).toHaveLength(3);
  expect(hosts[0]).toMatch(/^b-1\.dev-cell-0-kafka\.[0-9a-f]{6}\.c2\.kafka\.eu-west-1\.amazonaws\.com$/);
  expect(cluster.outputs["bootstrapBrokers"], "nothing without TLS").toBe("");
  expect(cluster.outputs["bootstrapBrokersTls"], "no unauthenticated clients").toBe("");
  const { NodeInfoList } = await client.send(new ListNodesCommand({ ClusterArn: cluster.id }));
  expect(NodeInfoList?.flatMap(({ BrokerNodeInfo }) => BrokerNodeInfo?.Endpoints)).toEqual(hosts);

  await configuration.update({ serverProperties: `${properties}log.retention.hours=24\n` });
  expect(configuration.outputs["latestRevision"]).toBe(2);
  const { ServerProperties } = await client.send(
    new DescribeConfigurationRevisionCommand({ Arn: configuration.id, Revision: 1 }),
  );
  expect(new TextDecoder().decode(ServerProperties), "a revision never changes").toBe(properties);
  await cluster.update({
    configurationInfo: { arn: configuration.id, revision: 2 },
    numberOfBrokerNodes: 6,
    brokerNodeGroupInfo: {
      instanceType: "kafka.m5.large",
      clientSubnets,
      securityGroups: ["sg-12345678"],
      storageInfo: { ebsStorageInfo: { volumeSize: 40 } },
    },
    enhancedMonitoring: "DEFAULT",
    tags: { cell: "cell-0", more: "yes" },
  });
  expect(await cluster.drift()).toEqual([]);

  await expect(configuration.delete(), "in use").rejects.toThrow("in use");
  for (const made of [cluster, configuration]) {
    await made.delete();
    expect(await made.read()).toBeUndefined();
  }
  expect((await client.send(new ListClustersCommand({}))).ClusterInfoList).toEqual([]);
  expect((await client.send(new ListConfigurationsCommand({}))).Configurations).toEqual([]);
});

test("refuses what MSK refuses: brokers that don't divide by the zones, an unknown revision", async () => {
  const configuration = await make("configuration:Configuration", { name: "refused", serverProperties: "a=b\n" });
  const inputs = clusterInputs(configuration.id);
  await expect(make("cluster:Cluster", { ...inputs, numberOfBrokerNodes: 4 })).rejects.toThrow("multiple");
  await expect(
    make("cluster:Cluster", { ...inputs, configurationInfo: { arn: configuration.id, revision: 9 } }),
  ).rejects.toThrow("do not exist");
  await configuration.delete();
});
