import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { kafkaTopology, type KafkaTopology } from "../../catalog/kafka-topology";
import type { CellContext } from "./context";
import type { HostRecord } from "./private-zone";
import { brokerHosts } from "./hosts";
import { serverProperties } from "./kafka-properties";

/** What a cell's Kafka needs of the cell's other parts. */
export interface KafkaArgs {
  readonly keyArn: pulumi.Input<string>;
  /** Data subnets, one in each of the cell's availability zones. */
  readonly subnetIds: pulumi.Input<string>[];
  readonly securityGroupId: pulumi.Input<string>;
}

/** SASL/IAM over TLS: https://docs.aws.amazon.com/msk/latest/developerguide/port-info.html */
const port = 9098;

/** Brokers that AWS lists for a first connection, and that have names in the private zone. */
const namedBrokers = 3;

/**
 * The cell's Kafka: MSK in KRaft mode. Clients prove who they are with their IAM role, so there is no password to
 * keep. Every connection uses TLS.
 */
export class Kafka extends pulumi.ComponentResource {
  readonly cluster: aws.msk.Cluster;
  readonly topology: KafkaTopology;
  readonly clusterArn: pulumi.Output<string>;
  readonly clusterName: string;
  /** `host:port,…` for clients. */
  readonly bootstrapBrokers: pulumi.Output<string>;
  /** Three, by broker number. */
  readonly brokerHosts: readonly pulumi.Output<string>[];
  readonly port = port;
  /** Names for the private zone. */
  readonly records: readonly HostRecord[];

  constructor(ctx: CellContext, args: KafkaArgs, opts: pulumi.ComponentResourceOptions) {
    super("cells:cell:Kafka", `${ctx.cell.id}-kafka`, {}, opts);
    const { cell, names, size } = ctx;
    this.topology = kafkaTopology(size.kafka.brokers, args.subnetIds.length);
    this.clusterName = names.of("kafka");

    const log = new aws.cloudwatch.LogGroup(
      `${cell.id}-kafka-log`,
      { name: `/cells/${names.prefix}/kafka`, retentionInDays: size.logRetentionDays, kmsKeyId: args.keyArn },
      { parent: this },
    );
    const configuration = new aws.msk.Configuration(
      `${cell.id}-kafka-configuration`,
      {
        name: this.clusterName,
        description: `Kafka of ${names.prefix}`,
        // No list of versions: it cannot change, and would hold every upgrade up.
        serverProperties: serverProperties(this.topology),
      },
      { parent: this },
    );
    this.cluster = new aws.msk.Cluster(
      `${cell.id}-kafka`,
      {
        clusterName: this.clusterName,
        kafkaVersion: size.kafka.version,
        numberOfBrokerNodes: this.topology.brokers,
        brokerNodeGroupInfo: {
          instanceType: size.kafka.instanceType,
          clientSubnets: args.subnetIds,
          securityGroups: [args.securityGroupId],
          storageInfo: { ebsStorageInfo: { volumeSize: size.kafka.volume } },
        },
        configurationInfo: { arn: configuration.arn, revision: configuration.latestRevision },
        clientAuthentication: { sasl: { iam: true, scram: false }, unauthenticated: false },
        encryptionInfo: {
          encryptionAtRestKmsKeyArn: args.keyArn,
          encryptionInTransit: { clientBroker: "TLS", inCluster: true },
        },
        enhancedMonitoring: size.production ? "PER_BROKER" : "DEFAULT",
        loggingInfo: { brokerLogs: { cloudwatchLogs: { enabled: true, logGroup: log.name } } },
        tags: { Name: this.clusterName },
      },
      { parent: this, protect: size.production },
    );

    this.clusterArn = this.cluster.arn;
    this.bootstrapBrokers = this.cluster.bootstrapBrokersSaslIam;
    this.brokerHosts = Array.from({ length: namedBrokers }, (_, index) =>
      this.bootstrapBrokers.apply((bootstrap) => brokerHosts(bootstrap)[index] ?? ""),
    );
    this.records = this.brokerHosts.map((target, index) => ({ name: names.host("kafka", index), target }));
    this.registerOutputs({ clusterArn: this.clusterArn, bootstrapBrokers: this.bootstrapBrokers });
  }
}
