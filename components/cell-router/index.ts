import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { routerType } from "../../contract/components";
import { objectPaths, routerConcurrency } from "../../contract/router";
import type { RouterSite } from "../../catalog/model";
import type { RoutingTable } from "../../routing";
import type { IdentitySettings } from "../../routing/identity";
import type { RouterSecrets } from "../router-secrets";
import type { SigningKeys } from "../signing-keys";
import { routerAlarms } from "./alarms";
import { RouterApi, type ApiLimits } from "./api";
import { RouterArtifacts } from "./artifacts";
import { buildRouterBundle } from "./bundle";
import { RouterFunction } from "./function";
import { RouterNames } from "./names";

/** Arguments of one router. */
export interface CellRouterArgs {
  /** Region and partition. Another region makes another router. */
  readonly site: RouterSite;
  /** Plain data from the catalog (`catalog/routing-table.ts`), sealed. */
  readonly table: RoutingTable;
  /** Name of the environment, the start of every physical name. Another name replaces the router. */
  readonly environment: string;
  /**
   * Parent domain of the cells' endpoints: the router redirects to hosts under it
   * and to no others. Another domain replaces the bucket, whose name ends in a hash of it.
   */
  readonly domain: string;
  /** Provider of the router's region. */
  readonly provider: aws.Provider;
  /**
   * Function instances kept for, and allowed to, this router; 200 by default. The account's limit less this must stay
   * at 100 or more (https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html).
   */
  readonly reservedConcurrency?: number;
  /**
   * Limits for all clients together. Lambda lets ten requests a second into each reserved instance, and throttles the
   * rest (https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html). Default: ten a second and five at once
   * for each. Updated in place.
   */
  readonly limits?: ApiLimits;
  /** Where tenant and country come from; checked. */
  readonly identity: IdentitySettings;
  /** Origins whose pages may call the router. */
  readonly corsOrigins: readonly string[];
  /** What the edge and the routers share. */
  readonly secrets: RouterSecrets;
  /** Sign the published table; their public halves are pinned in the function. */
  readonly keys: SigningKeys;
  /** SNS topic of this region that alarms are sent to; without it they only show. */
  readonly alarmTopicArn?: string | undefined;
}

/**
 * The router of one region: it answers every request with the tenant's home cell. Shared by all cells by design, and
 * none of them depends on it. A new routing table changes the table's objects, the function's code and its alias.
 */
export class CellRouter extends pulumi.ComponentResource {
  /** Address of the HTTP API, without a slash at the end. */
  readonly endpoint: pulumi.Output<string>;
  readonly functionName: pulumi.Output<string>;
  /** SHA-256 of the deployed zip in base64, as Lambda reports it. */
  readonly codeSha256: pulumi.Output<string>;
  /** Key of the base table that the router polls. */
  readonly tableKey: pulumi.Output<string>;
  readonly bucket: pulumi.Output<string>;

  constructor(name: string, args: CellRouterArgs, opts: pulumi.ComponentResourceOptions = {}) {
    super(routerType, name, {}, { ...opts, providers: [args.provider] });
    const child = { parent: this };
    const names = new RouterNames(args.environment, args.site.region, args.domain);
    const bundle = buildRouterBundle(args.table, args.domain);
    const reserved = args.reservedConcurrency ?? routerConcurrency;

    const artifacts = new RouterArtifacts(
      `${name}-artifacts`,
      { bucketName: names.bucket, table: args.table, bundle, keys: args.keys },
      child,
    );
    const router = new RouterFunction(
      `${name}-function`,
      { ...args, names, bundle, artifacts, reservedConcurrency: reserved },
      child,
    );
    const api = new RouterApi(
      `${name}-api`,
      { names, router, limits: args.limits ?? { rate: 10 * reserved, burst: 5 * reserved } },
      child,
    );
    routerAlarms(name, { names, environment: args.environment, apiId: api.id, topicArn: args.alarmTopicArn }, child);

    this.endpoint = api.endpoint;
    this.functionName = router.function.name;
    this.codeSha256 = router.function.sourceCodeHash.apply((hash) => hash ?? "");
    this.tableKey = pulumi.output(objectPaths.base);
    this.bucket = artifacts.bucket;
    this.registerOutputs({
      endpoint: this.endpoint,
      functionName: this.functionName,
      codeSha256: this.codeSha256,
      tableKey: this.tableKey,
      bucket: this.bucket,
    });
  }
}
