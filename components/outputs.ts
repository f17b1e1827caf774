import * as pulumi from "@pulumi/pulumi";

import type { Cell, RouterSite } from "../catalog/model";
import type { CellRouter } from "./cell-router";
import type { CellStack } from "./cell-stack";

/** What a router or an operator needs to know of a cell: flat, stable, no secret. */
export interface CellOutput {
  readonly id: string;
  readonly number: number;
  readonly locality: string;
  readonly region: string;
  readonly partition: string;
  readonly state: string;
  readonly sizeClass: string;
  readonly release: string;
  readonly cidr: string;
  readonly zone: string;
  readonly vpcId: string;
  /** Origin of the public endpoint. */
  readonly endpoint: string;
  readonly postgresPrimaryHost: string;
  readonly postgresReplicaHost: string;
  readonly postgresSecretArn: string;
  readonly redisHosts: readonly string[];
  readonly redisSecretArn: string;
  readonly memcachedHost: string;
  readonly kafkaBrokers: string;
  readonly kafkaArn: string;
  readonly rabbitmqHost: string | null;
  readonly clusterName: string;
  /** Nodes of the live colour. */
  readonly nodes: number;
  readonly loadBalancerHost: string;
  /** Route 53 health check of the public endpoint. */
  readonly healthCheckId: string;
  /** Composite alarm: in alarm when the cell's users feel something. */
  readonly unhealthyAlarmArn: string;
  readonly dashboard: string;
  /** Where the cell's alarms are sent. */
  readonly alarmTopicArn: string;
  readonly keyArn: string;
}

/** What an operator needs to know of a router. */
export interface RouterOutput {
  readonly region: string;
  readonly partition: string;
  /** Address of the HTTP API. */
  readonly endpoint: string;
  readonly functionName: string;
  /** SHA-256 of the deployed zip, base64, as Lambda reports it. */
  readonly codeSha256: string;
  readonly bucket: string;
  readonly tableKey: string;
}

/** The flat output of one cell. */
export function cellOutput(cell: Cell, stack: CellStack): pulumi.Output<CellOutput> {
  const { id, number, locality, region, partition, state, sizeClass, size, release, cidr } = cell;
  return pulumi
    .output({
      id,
      number,
      locality,
      region,
      partition,
      state,
      sizeClass,
      release,
      cidr,
      zone: `cell-${number}.internal`,
      vpcId: stack.network.vpc.id,
      endpoint: `https://${stack.publicZone.domainName}`,
      postgresPrimaryHost: stack.postgres.primaryHost,
      postgresReplicaHost: stack.postgres.replicaHost,
      postgresSecretArn: stack.postgres.secretArn,
      redisHosts: [...stack.cache.redisNodeHosts],
      redisSecretArn: stack.cache.redisSecretArn,
      memcachedHost: stack.cache.memcachedHost,
      kafkaBrokers: stack.kafka.bootstrapBrokers,
      kafkaArn: stack.kafka.clusterArn,
      rabbitmqHost: stack.rabbitmq?.host ?? null,
      clusterName: stack.cluster.clusterName,
      nodes: size.nodes.count,
      loadBalancerHost: stack.ingress.loadBalancer.dnsName,
      healthCheckId: stack.ingress.healthCheck.id,
      unhealthyAlarmArn: stack.observability.unhealthyAlarm.arn,
      dashboard: stack.observability.dashboardName,
      alarmTopicArn: stack.observability.topicArn,
      keyArn: stack.encryption.keyArn,
    })
    .apply((output) => output as CellOutput);
}

/** The flat output of one router. */
export function routerOutput({ region, partition }: RouterSite, router: CellRouter): pulumi.Output<RouterOutput> {
  return pulumi
    .output({
      region,
      partition,
      endpoint: router.endpoint,
      functionName: router.functionName,
      codeSha256: router.codeSha256,
      bucket: router.bucket,
      tableKey: router.tableKey,
    })
    .apply((output) => output as RouterOutput);
}
