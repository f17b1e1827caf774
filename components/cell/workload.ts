import type * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type * as aws from "@pulumi/aws";

import { subnetPlan } from "../../catalog/cidr";
import { poolImage, sampleImage, type ImageSettings } from "../settings/images";
import type { CellContext } from "./context";
import type { Colour } from "../../catalog/model";
import { pulled } from "./images";
import { appNodePort, dataPorts } from "./security-groups";
import { passwordOf } from "./secrets";
import { appUser } from "./workload/app-user";
import { application } from "./workload/application";
import { metricNamespace, workloadIdentity } from "./workload/identity";
import { makeNamespace } from "./workload/namespace";
import { networkPolicies } from "./workload/network-policies";
import { poolPort } from "./workload/pgbouncer";
import { connectionPool, type PoolArgs } from "./workload/pool";

/** Port the sample listens on. */
const samplePort = 9898;

/** What the application in a cell needs of the cell's other parts. */
export interface WorkloadArgs {
  readonly kubernetesProvider: kubernetes.Provider;
  readonly clusterName: pulumi.Input<string>;
  readonly clusterArn: pulumi.Input<string>;
  readonly keyArn: pulumi.Input<string>;
  /** Twelve digits of the account whose ECR has the mirrored images. */
  readonly account: pulumi.Input<string>;
  /** Repository without tag; the tag is the cell's release. Default {@link sampleImage}. */
  readonly image?: string;
  readonly images?: ImageSettings | undefined;
  /** Port the application listens on. Default {@link samplePort}. */
  readonly port?: number;
  readonly postgres: Omit<PoolArgs, "image" | "liveColour" | "appPassword">;
  /** AWS's own names, which are in the servers' certificates: a TLS client refuses the private zone's. */
  readonly redisPrimaryHost: pulumi.Input<string>;
  readonly redisNodeHosts: readonly pulumi.Input<string>[];
  readonly memcachedHost: pulumi.Input<string>;
  readonly rabbitmqHost?: pulumi.Input<string> | undefined;
  readonly kafkaBootstrapBrokers: pulumi.Input<string>;
  readonly kafkaClusterArn: pulumi.Input<string>;
  /** The cell's secrets that the application may read: not the database administrator's. */
  readonly secretArns: readonly pulumi.Input<string>[];
  readonly liveColour: Colour;
  /** What must be there before the first pod: nodes, cluster DNS. */
  readonly after: readonly pulumi.Resource[];
}

/** The application in the cell's cluster, and what stands around it. */
export class Workload extends pulumi.ComponentResource {
  readonly role: aws.iam.Role;
  /** Port on every node that leads to the application. */
  readonly nodePort = appNodePort;

  constructor(
    private readonly ctx: CellContext,
    private readonly args: WorkloadArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("cells:cell:Workload", `${ctx.cell.id}-workload`, {}, opts);
    const port = args.port ?? samplePort;
    const dataCidrs = subnetPlan(ctx.cell.cidr, ctx.cell.availabilityZones).map(({ data }) => data);
    const within = { parent: this, provider: args.kubernetesProvider };

    const { role, ready } = workloadIdentity(ctx, { ...args, serviceAccount: "app" }, this);
    this.role = role;
    const { made, serviceAccount } = makeNamespace(ctx, { ...within, dependsOn: [...args.after] });
    const walls = networkPolicies(ctx, { dataCidrs, appPort: port }, { ...within, dependsOn: [made] });
    // Walls before what lives between them.
    const inside = { ...within, dependsOn: [made, serviceAccount, ...walls] };
    const { password: appPassword } = passwordOf(ctx, "database-user", this);
    const image = (name: string) => pulled(ctx.cell, args.account, args.images?.mirrors, name);
    connectionPool(
      ctx,
      { ...args.postgres, image: image(args.images?.pool ?? poolImage), appPassword, liveColour: args.liveColour },
      inside,
    );
    application(
      ctx,
      {
        image: image(args.image ?? sampleImage),
        port,
        nodePort: this.nodePort,
        config: this.config(port),
        secrets: this.secrets(appPassword),
        liveColour: args.liveColour,
      },
      // A pod gets credentials only when its identity is there before it starts.
      { ...inside, dependsOn: [...inside.dependsOn, ...ready] },
    );

    this.registerOutputs({ nodePort: this.nodePort });
  }

  /** What the application reads from its environment; nothing of another cell, nothing secret. */
  private config(port: number): Record<string, pulumi.Input<string>> {
    const { cell, names, environment } = this.ctx;
    const { args } = this;
    return {
      CELL: names.label,
      CELL_ID: cell.id,
      CELL_NUMBER: String(cell.number),
      ENVIRONMENT: environment,
      LOCALITY: cell.locality,
      AWS_REGION: cell.region,
      PORT: String(port),
      METRIC_NAMESPACE: metricNamespace,
      METRIC_DIMENSION_CELL: names.label,
      POSTGRES_HOST: "postgres-pool",
      POSTGRES_PORT: String(poolPort),
      POSTGRES_DATABASE: args.postgres.database,
      REDIS_HOSTS: pulumi.all([...args.redisNodeHosts]).apply((hosts) => hosts.join(",")),
      REDIS_PORT: String(dataPorts.redis[0]),
      REDIS_TLS_HOST: args.redisPrimaryHost,
      MEMCACHED_HOST: args.memcachedHost,
      MEMCACHED_PORT: String(dataPorts.memcached[0]),
      KAFKA_BROKERS: args.kafkaBootstrapBrokers,
      ...(args.rabbitmqHost === undefined
        ? {}
        : { RABBITMQ_HOST: args.rabbitmqHost, RABBITMQ_PORT: String(dataPorts.rabbitmq[0]) }),
    };
  }

  private secrets(password: pulumi.Output<string>): Record<string, pulumi.Input<string>> {
    const { database } = this.args.postgres;
    const url = (name: string) =>
      password.apply((word) => `postgres://${appUser}:${encodeURIComponent(word)}@postgres-pool:${poolPort}/${name}`);
    return { DATABASE_URL: url(database), DATABASE_READONLY_URL: url(`${database}_readonly`) };
  }
}
