import * as pulumi from "@pulumi/pulumi";

import type { Cell } from "../../catalog/model";
import { AppCluster, type AppClusterArgs } from "../../components/cell/app-cluster";
import { Ingress } from "../../components/cell/ingress";
import { autoScalingGroupOf, NodeGroups } from "../../components/cell/node-groups";
import { Observability } from "../../components/cell/observability";
import { Workload, type WorkloadArgs } from "../../components/cell/workload";
import type { AlarmReceiver } from "../../components/settings/alarm-receivers";
import { plan, type Plan } from "../../adapters/pulumi/plan/plan";
import { testContext } from "../harness/cell";

const keyArn = "arn:aws:kms:eu-west-1:123456789012:key/1";
const subnetIds = ["subnet-0000000a", "subnet-0000000b", "subnet-0000000c"];

/** A database's password that must be found nowhere in plain. */
export const password = "correct-horse-battery-staple";

/** The compute half of a cell, wired as the cell wires it, with invented outputs of the other half. */
export async function planCompute(
  cell: Cell,
  change: {
    readonly cluster?: Partial<AppClusterArgs>;
    readonly receivers?: readonly AlarmReceiver[];
    readonly caBundle?: string;
    readonly workload?: Pick<Partial<WorkloadArgs>, "image" | "images">;
  } = {},
): Promise<Plan<unknown>> {
  return plan(() => {
    const ctx = testContext(cell);
    const opts = { provider: ctx.provider };
    const cluster = new AppCluster(
      ctx,
      { keyArn, subnetIds, securityGroupId: "sg-0000000a", after: [], ...change.cluster },
      opts,
    );
    const nodes = new NodeGroups(
      ctx,
      {
        clusterName: cluster.clusterName,
        keyArn,
        subnetIds,
        securityGroupId: "sg-0000000a",
        after: cluster.ready,
      },
      opts,
    );
    const workload = new Workload(
      ctx,
      {
        kubernetesProvider: cluster.kubernetesProvider,
        clusterName: cluster.clusterName,
        clusterArn: cluster.cluster.arn,
        keyArn,
        account: "123456789012",
        ...change.workload,
        postgres: {
          primaryHost: "dev-cell-3-postgres-primary.x.rds.amazonaws.com",
          replicaHost: "dev-cell-3-postgres-replica.x.rds.amazonaws.com",
          port: 5432,
          database: "app",
          user: "cell_admin",
          password: pulumi.secret(password),
          caBundle: change.caBundle,
        },
        redisPrimaryHost: "master.dev-cell-3-redis.x.cache.amazonaws.com",
        redisNodeHosts: [1, 2, 3].map((node) => `dev-cell-3-redis-00${node}.dev-cell-3-redis.x.cache.amazonaws.com`),
        memcachedHost: "dev-cell-3-memcached.x.cfg.cache.amazonaws.com",
        ...(cell.rabbitmq ? { rabbitmqHost: "b-1.mq.eu-west-1.amazonaws.com" } : {}),
        kafkaBootstrapBrokers: [1, 2, 3].map((n) => `b-${n}.x.kafka.eu-west-1.amazonaws.com:9098`).join(","),
        kafkaClusterArn: "arn:aws:kafka:eu-west-1:123456789012:cluster/dev-cell-3-kafka/uuid-1",
        secretArns: ["arn:aws:secretsmanager:eu-west-1:123456789012:secret:dev-cell-3/postgres-abcdef"],
        liveColour: nodes.liveColour,
        after: nodes.ready,
      },
      opts,
    );
    const ingress = new Ingress(
      ctx,
      {
        vpcId: "vpc-00000001",
        subnetIds,
        after: [],
        securityGroupId: "sg-0000000b",
        zoneId: "Z1",
        domainName: `${ctx.names.label}.example.com`,
        certificateArn: "arn:aws:acm:eu-west-1:123456789012:certificate/1",
        nodePort: workload.nodePort,
      },
      opts,
    );
    ingress.leadTo(nodes, workload);
    new Observability(
      ctx,
      {
        keyArn,
        nodes: nodes.live,
        healthCheckId: ingress.healthCheck.id,
        receivers: change.receivers,
        watched: {
          postgresPrimary: ctx.names.of("postgres", "primary"),
          postgresReplica: ctx.names.of("postgres", "replica"),
          redis: ctx.names.of("redis"),
          memcached: ctx.names.of("memcached"),
          kafka: ctx.names.of("kafka"),
          ...(cell.rabbitmq ? { rabbitmq: ctx.names.of("rabbitmq") } : {}),
          loadBalancer: ingress.loadBalancerSuffix,
          targetGroup: ingress.targetGroupSuffix,
          liveNodes: autoScalingGroupOf(nodes.live),
        },
      },
      opts,
    );
    return ctx.cell.id;
  });
}
