import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import type { Cell } from "../catalog/model";
import { CellNames } from "../catalog/names";
import { sizes } from "../catalog/sizes";
import { Cache } from "./cell/cache";
import type { CellContext } from "./cell/context";
import { Encryption } from "./cell/encryption";
import { Kafka } from "./cell/kafka";
import { Network } from "./cell/network";
import { Postgres } from "./cell/postgres";
import { PrivateZone } from "./cell/private-zone";
import { PublicZone } from "./cell/public-zone";
import { Rabbitmq } from "./cell/rabbitmq";
import type { Delegation } from "./edge";

export interface CellStackArgs {
  readonly cell: Cell;
  readonly environment: string;
  /** Parent domain of the public endpoints. */
  readonly domain: string;
  /** Repository of the application's image; the cell's `release` is the tag. */
  readonly appImage: string;
  /** Named AWS profile, where the cell's partition has credentials of its own. */
  readonly profile?: string;
}

/**
 * One cell: an isolated copy of the whole stack, everything its own, nothing shared. Its resources depend on the
 * cell's own catalog entry only, so a change of one cell never touches another.
 */
export class CellStack extends pulumi.ComponentResource {
  /** The cell's id, registered as an output: policies read a resource's owner from it. */
  readonly cellId: string;
  readonly provider: aws.Provider;
  readonly network: Network;
  readonly encryption: Encryption;
  readonly postgres: Postgres;
  readonly cache: Cache;
  readonly kafka: Kafka;
  readonly rabbitmq: Rabbitmq | undefined;
  readonly privateZone: PrivateZone;
  readonly publicZone: PublicZone;

  constructor(name: string, args: CellStackArgs, opts: pulumi.ComponentResourceOptions = {}) {
    super("cells:index:CellStack", name, {}, opts);
    const { cell } = args;
    this.cellId = cell.id;
    this.provider = this.makeProvider(args);
    const ctx: CellContext = {
      cell,
      size: sizes[cell.sizeClass],
      environment: args.environment,
      domain: args.domain,
      names: new CellNames(args.environment, cell.number),
      provider: this.provider,
    };
    const own = { parent: this, provider: this.provider };

    this.encryption = new Encryption(ctx, own);
    const { keyArn } = this.encryption;
    this.network = new Network(ctx, { keyArn }, own);
    const { securityGroups, dataSubnetIds: subnetIds } = this.network;

    this.postgres = new Postgres(ctx, { keyArn, subnetIds, securityGroupId: securityGroups.postgres.id }, own);
    this.cache = new Cache(
      ctx,
      {
        keyArn,
        subnetIds,
        redisSecurityGroupId: securityGroups.redis.id,
        memcachedSecurityGroupId: securityGroups.memcached.id,
      },
      own,
    );
    this.kafka = new Kafka(ctx, { keyArn, subnetIds, securityGroupId: securityGroups.kafka.id }, own);
    this.rabbitmq = cell.rabbitmq
      ? new Rabbitmq(ctx, { keyArn, subnetIds, securityGroupId: securityGroups.rabbitmq.id }, own)
      : undefined;

    this.privateZone = new PrivateZone(ctx, { vpcId: this.network.vpc.id }, own);
    this.privateZone.add([
      ...this.postgres.records,
      ...this.cache.records,
      ...this.kafka.records,
      ...(this.rabbitmq?.records ?? []),
    ]);
    this.publicZone = new PublicZone(ctx, own);

    this.registerOutputs({ cellId: this.cellId, cidr: cell.cidr, zone: ctx.names.zone });
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
            "managed-by": "pulumi",
          },
        },
      },
      { parent: this },
    );
  }
}
