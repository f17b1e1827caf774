import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import type { HeldParts } from "../catalog/changes";
import { cellType } from "../contract/components";
import type { Cell } from "../catalog/model";
import { CellNames } from "../catalog/names";
import { AppCluster } from "./cell/app-cluster";
import { Cache } from "./cell/cache";
import type { CellContext } from "./cell/context";
import { Encryption } from "./cell/encryption";
import { Ingress } from "./cell/ingress";
import { Kafka } from "./cell/kafka";
import { Network } from "./cell/network";
import { autoScalingGroupOf, NodeGroups } from "./cell/node-groups";
import { Observability } from "./cell/observability";
import { Postgres } from "./cell/postgres";
import { PrivateZone } from "./cell/private-zone";
import { PublicZone } from "./cell/public-zone";
import { Rabbitmq } from "./cell/rabbitmq";
import { rdsRoots } from "./cell/rds-roots";
import { Workload } from "./cell/workload";
import type { Delegation } from "./edge";
import { isReachable, type AlarmReceiver } from "./settings/alarm-receivers";
import type { ImageSettings } from "./settings/images";

/** Arguments of one cell. */
export interface CellStackArgs {
  /**
   * The cell's entry in the catalog. `cells diff` says what a change of it does; id, number, region, zones, block and
   * account cannot change.
   */
  readonly cell: Cell;
  /** Name of the environment, the start of every physical name. Another name makes another cell. */
  readonly environment: string;
  /**
   * Parent domain of the public endpoints, without a final dot: the cell answers at `cell-<number>.<domain>`. Changing
   * it replaces the cell's public zone and certificate.
   */
  readonly domain: string;
  /**
   * Repository of the application's image, without a tag: the cell's `release` is the tag. Default: a public sample.
   * A change rolls out the application.
   */
  readonly appImage?: string;
  /** The pool's image, and the registries that the cell's ECR stands in for. */
  readonly images?: ImageSettings;
  /** Named AWS profile of the cell's partition. Default: the default credentials. */
  readonly profile?: string;
  /** CIDR blocks from which the Kubernetes API may be reached; see {@link AppClusterArgs}. */
  readonly apiCidrs?: readonly string[];
  /** ARNs of IAM roles that administer the cluster. Default: only its creator. One of another partition is left out. */
  readonly clusterAdmins?: readonly string[];
  /**
   * Endpoints that the cell's alarm topic sends to. Default: none, the topic has no subscription. One of another
   * partition than the cell's is left out.
   */
  readonly alarmReceivers?: readonly AlarmReceiver[];
  /** What the cell keeps in this update, instead of what its size class says. Default: nothing. */
  readonly held?: HeldParts | undefined;
}

/**
 * One cell: an isolated copy of the whole stack, everything its own, nothing shared. Its resources depend on the
 * cell's own catalog entry only, so a change of one cell never touches another.
 */
export class CellStack extends pulumi.ComponentResource {
  /** The cell's id, registered as an output: policies find a resource's owner by it. */
  readonly cellId: string;
  readonly provider: aws.Provider;
  readonly network: Network;
  readonly encryption: Encryption;
  readonly postgres: Postgres;
  readonly cache: Cache;
  readonly kafka: Kafka;
  readonly rabbitmq: Rabbitmq | undefined;
  readonly cluster: AppCluster;
  readonly nodes: NodeGroups;
  readonly ingress: Ingress;
  readonly observability: Observability;
  readonly privateZone: PrivateZone;
  readonly publicZone: PublicZone;

  constructor(name: string, args: CellStackArgs, opts: pulumi.ComponentResourceOptions = {}) {
    // Policies of single resources see inputs only, and need the owner of each.
    super(cellType, name, { cellId: args.cell.id }, opts);
    const { cell } = args;
    this.cellId = cell.id;
    this.provider = this.makeProvider(args);
    const ctx: CellContext = {
      cell,
      size: cell.size,
      held: args.held ?? {},
      environment: args.environment,
      domain: args.domain,
      names: new CellNames(args.environment, cell.number),
      profile: args.profile,
      provider: this.provider,
    };
    const own = { parent: this, provider: this.provider };

    this.encryption = new Encryption(ctx, own);
    const { keyArn } = this.encryption;
    this.network = new Network(ctx, { keyArn, apiCidrs: args.apiCidrs }, own);
    const { dataSubnetIds, appSubnetIds, publicSubnetIds, securityGroups } = this.network;
    this.publicZone = new PublicZone(ctx, own);

    // Data stores.
    const data = { keyArn, subnetIds: dataSubnetIds };
    this.postgres = new Postgres(ctx, { ...data, securityGroupId: securityGroups.postgres.id }, own);
    this.cache = new Cache(
      ctx,
      {
        ...data,
        redisSecurityGroupId: securityGroups.redis.id,
        memcachedSecurityGroupId: securityGroups.memcached.id,
      },
      own,
    );
    this.kafka = new Kafka(ctx, { ...data, securityGroupId: securityGroups.kafka.id }, own);
    this.rabbitmq = cell.rabbitmq
      ? new Rabbitmq(ctx, { ...data, securityGroupId: securityGroups.rabbitmq.id }, own)
      : undefined;

    // Application nodes, what runs on them, and the way in.
    const compute = { keyArn, subnetIds: appSubnetIds, securityGroupId: securityGroups.nodes.id };
    this.cluster = new AppCluster(
      ctx,
      {
        ...compute,
        after: [this.network.securityRules],
        apiSecurityGroupId: this.network.apiSecurityGroup?.id,
        apiCidrs: args.apiCidrs,
        admins: adminsOf(cell, args.clusterAdmins ?? []),
      },
      own,
    );
    this.nodes = new NodeGroups(
      ctx,
      {
        ...compute,
        clusterName: this.cluster.clusterName,
        after: [this.network.routeTables, ...this.cluster.ready],
      },
      own,
    );
    const workload = this.makeWorkload(ctx, args, own);
    this.ingress = new Ingress(
      ctx,
      {
        vpcId: this.network.vpc.id,
        subnetIds: publicSubnetIds,
        after: [this.network.routeTables],
        securityGroupId: securityGroups.loadBalancer.id,
        zoneId: this.publicZone.zone.zoneId,
        domainName: this.publicZone.domainName,
        certificateArn: this.publicZone.certificateArn,
        nodePort: workload.nodePort,
      },
      own,
    );
    this.ingress.leadTo(this.nodes, workload);

    this.privateZone = new PrivateZone(ctx, { vpcId: this.network.vpc.id }, own);
    this.privateZone.add([
      ...this.postgres.records,
      ...this.cache.records,
      ...this.kafka.records,
      ...(this.rabbitmq?.records ?? []),
      { name: ctx.names.host("app"), target: this.ingress.loadBalancer.dnsName },
    ]);
    this.observability = this.watch(ctx, args.alarmReceivers ?? [], own);

    this.registerOutputs({ cellId: this.cellId, cidr: cell.cidr, zone: ctx.names.zone });
  }

  /** The application and its connection pool; it may reach the cell's own data stores and nothing else. */
  private makeWorkload(ctx: CellContext, args: CellStackArgs, own: pulumi.ComponentResourceOptions): Workload {
    const { postgres, cache, kafka, rabbitmq, cluster, nodes } = this;
    return new Workload(
      ctx,
      {
        kubernetesProvider: cluster.kubernetesProvider,
        clusterName: cluster.clusterName,
        clusterArn: cluster.cluster.arn,
        keyArn: this.encryption.keyArn,
        account: this.encryption.accountId,
        image: args.appImage,
        images: args.images,
        postgres: {
          primaryHost: postgres.primaryHost,
          replicaHost: postgres.replicaHost,
          port: postgres.port,
          database: postgres.databaseName,
          user: postgres.user,
          password: postgres.password,
          caBundle: rdsRoots(ctx.cell.region),
        },
        redisPrimaryHost: cache.redisPrimaryHost,
        redisNodeHosts: cache.redisNodeHosts,
        memcachedHost: cache.memcachedHost,
        rabbitmqHost: rabbitmq?.host,
        kafkaBootstrapBrokers: kafka.bootstrapBrokers,
        kafkaClusterArn: kafka.clusterArn,
        secretArns: [cache.redisSecretArn, ...(rabbitmq === undefined ? [] : [rabbitmq.secretArn])],
        liveColour: nodes.liveColour,
        after: nodes.ready,
      },
      own,
    );
  }

  /** Alarms, dashboard and the composite alarm that says whether the cell is healthy. */
  private watch(
    ctx: CellContext,
    receivers: readonly AlarmReceiver[],
    own: pulumi.ComponentResourceOptions,
  ): Observability {
    const { postgres, cache, kafka, rabbitmq, ingress, nodes } = this;
    return new Observability(
      ctx,
      {
        keyArn: this.encryption.keyArn,
        nodes: nodes.live,
        healthCheckId: ingress.healthCheck.id,
        receivers: receivers.filter((receiver) => isReachable(receiver, ctx.cell.partition)),
        watched: {
          postgresPrimary: postgres.primaryIdentifier,
          postgresReplica: postgres.replicaIdentifier,
          redis: cache.redisId,
          memcached: cache.memcachedId,
          kafka: kafka.clusterName,
          rabbitmq: rabbitmq?.brokerName,
          loadBalancer: ingress.loadBalancerSuffix,
          targetGroup: ingress.targetGroupSuffix,
          liveNodes: autoScalingGroupOf(nodes.live),
        },
      },
      own,
    );
  }

  /** What the edge layer may know. */
  get delegation(): Delegation {
    const { domainName, nameServers } = this.publicZone;
    return { cellId: this.cellId, domainName, nameServers };
  }

  /** The cell's own provider: its region, its account, its tags on everything. */
  private makeProvider({ cell, environment, profile }: CellStackArgs): aws.Provider {
    return new aws.Provider(
      `${cell.id}-aws`,
      {
        region: cell.region as aws.Region,
        ...(profile === undefined ? {} : { profile }),
        ...(cell.account === undefined
          ? {}
          : {
              assumeRoles: [{ roleArn: cell.account.roleArn, sessionName: `pulumi-${cell.id}` }],
              allowedAccountIds: [cell.account.id],
            }),
        defaultTags: {
          tags: {
            cell: cell.id,
            environment,
            locality: cell.locality,
            "data-residency": cell.locality,
            tier: cell.tier,
            owner: cell.owner,
            "data-class": cell.dataClass,
            "cost-center": cell.costCenter,
            "managed-by": "pulumi",
          },
        },
      },
      { parent: this },
    );
  }
}

/** Roles that administer a cell's cluster: those of its partition, with the one that its own account is deployed by. */
function adminsOf(cell: Cell, roles: readonly string[]): readonly string[] {
  const own = roles.filter((arn) => arn.startsWith(`arn:${cell.partition}:`));
  return own.length === 0 || cell.account === undefined ? own : [...new Set([cell.account.roleArn, ...own])];
}
