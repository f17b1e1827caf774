import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

import type { Catalog, Cell, RouterSite } from "../catalog/model";
import { baseRoutingTable, closedRoutingTable } from "../catalog/routing-table";
import { sizes } from "../catalog/sizes";
import { defaultIdentity, type IdentitySettings } from "../routing/identity";
import type { RoutingTable } from "../routing/table";
import { CellRouter } from "./cell-router";
import { RouterFront, type FrontSettings } from "./router-front";
import { CellStack } from "./cell-stack";
import { Edge } from "./edge";
import { guardProgram } from "./guard";
import { cellOutput, routerOutput, type CellOutput, type RouterOutput } from "./outputs";

/** What a stack's configuration may say; all of it has defaults. */
export interface EnvironmentSettings {
  /** Repository of the application's image; a cell's `release` is the tag. */
  readonly appImage?: string;
  /** Id of an existing public zone of the catalog's domain. */
  readonly parentZoneId?: string;
  /** Blocks from which the cells' Kubernetes APIs may be reached over the internet. */
  readonly apiCidrs?: readonly string[];
  /** Named AWS profile by partition. */
  readonly profiles?: Readonly<Record<string, string>>;
  /** Stacks that may be read; none by default. */
  readonly allowedStacks?: readonly string[];
  /** Where routers learn who asks. */
  readonly identity?: IdentitySettings;
  /** One more makes a new secret for the edge; the last one is still accepted. 1 by default. */
  readonly edgeSecretGeneration?: number;
  /** CloudFront and a web ACL before the routers; none by default. */
  readonly front?: FrontSettings | undefined;
  /** True until somebody has judged what is there: routers know the cells and send nobody. `cells up` says so. */
  readonly isClosed?: boolean;
  /** SNS topic for routers' alarms, by region. */
  readonly alarmTopics?: Readonly<Record<string, string>>;
}

/** The stack's outputs. */
export interface EnvironmentOutputs {
  readonly cells: readonly pulumi.Output<CellOutput>[];
  readonly routers: readonly pulumi.Output<RouterOutput>[];
  readonly routingTable: RoutingTable;
  /** What the edge must show to the routers; secret. */
  readonly edgeSecret: pulumi.Output<string>;
  /** Where clients go when CloudFront is before the routers. */
  readonly frontEndpoint?: pulumi.Output<string>;
}

/**
 * Makes every cell, the edge and the routers of a catalog, under a guard. The program and the plans of tests and checks
 * share it.
 *
 * @param made the cells to make: all, except for checks that need to see only some. Routers know all cells anyway.
 * @throws GuardError for what no policy would see.
 */
export function composeEnvironment(
  catalog: Catalog,
  settings: EnvironmentSettings = {},
  made: readonly Cell[] = catalog.cells,
): EnvironmentOutputs {
  const { environment, domain } = catalog;
  const production = new Set(catalog.cells.filter(({ sizeClass }) => sizes[sizeClass].production).map(({ id }) => id));
  const guard = guardProgram({ allowedStacks: settings.allowedStacks ?? [], isProduction: (id) => production.has(id) });
  const cells = made.map(
    (cell) =>
      new CellStack(cell.id, {
        cell,
        environment,
        domain,
        appImage: settings.appImage,
        profile: settings.profiles?.[cell.partition],
        apiCidrs: settings.apiCidrs,
      }),
  );

  const providers = new Map(
    catalog.routers.map((site) => [site.region, routerProvider(site, environment, settings.profiles)]),
  );
  // One parent zone for all: public DNS has no partitions. It lives with the first router outside China, if any.
  const home = catalog.routers.find(({ partition }) => partition === "aws") ?? catalog.routers[0];
  const edge = new Edge(
    "edge",
    {
      environment,
      domain,
      parentZoneId: settings.parentZoneId,
      delegations: cells.map(({ delegation }) => delegation),
      secretGeneration: settings.edgeSecretGeneration ?? 1,
    },
    { provider: home === undefined ? undefined : providers.get(home.region) },
  );

  const routingTable = settings.isClosed === true ? closedRoutingTable(catalog) : baseRoutingTable(catalog);
  const routers = catalog.routers.map((site) => {
    const router = new CellRouter(`router-${site.region}`, {
      site,
      table: routingTable,
      environment,
      domain,
      provider: providers.get(site.region) as aws.Provider,
      identity: settings.identity ?? defaultIdentity,
      secrets: edge.routerSecrets,
      keys: edge.signingKeys,
      alarmTopicArn: settings.alarmTopics?.[site.region],
    });
    return { region: site.region, endpoint: router.endpoint, output: routerOutput(site, router) };
  });
  // Every router answers for every tenant, so one is enough; CloudFront is not offered to other partitions.
  const origin = routers.find(({ region }) => region === home?.region && home.partition === "aws");
  const front =
    settings.front === undefined || origin === undefined
      ? undefined
      : routerFront({ environment, edge, settings, front: settings.front, endpoint: origin.endpoint });
  guard.check();
  return {
    cells: cells.map((cell, at) => cellOutput(made[at]!, cell)),
    routers: routers.map(({ output }) => output),
    routingTable,
    ...(front === undefined ? {} : { frontEndpoint: front.endpoint }),
    edgeSecret: edge.routerSecrets.current,
  };
}

function routerFront(args: {
  readonly environment: string;
  readonly edge: Edge;
  readonly settings: EnvironmentSettings;
  readonly front: FrontSettings;
  readonly endpoint: pulumi.Output<string>;
}): RouterFront {
  const { environment, edge, settings, front, endpoint } = args;
  const provider = routerProvider(
    { region: "us-east-1", partition: "aws" },
    environment,
    settings.profiles,
    "router-front-aws",
  );
  return new RouterFront(
    "router-front",
    {
      environment,
      originHost: endpoint.apply((url) => new URL(url).host),
      identity: settings.identity ?? defaultIdentity,
      secret: edge.routerSecrets.current,
      settings: front,
    },
    { parent: edge, provider },
  );
}

/** Routers and the edge are nobody's cell: their provider carries their own tags. */
function routerProvider(
  { region, partition }: RouterSite,
  environment: string,
  profiles: EnvironmentSettings["profiles"],
  name = `router-${region}-aws`,
): aws.Provider {
  const profile = profiles?.[partition];
  return new aws.Provider(name, {
    region: region as aws.Region,
    ...(profile === undefined ? {} : { profile }),
    defaultTags: { tags: { layer: "edge", environment, "managed-by": "pulumi" } },
  });
}
