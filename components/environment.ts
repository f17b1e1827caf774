import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import type { Catalog, Cell, Partition, RouterSite } from "../catalog/model";
import { CellNames } from "../catalog/names";
import type { Held } from "../catalog/changes";
import { baseRoutingTable, closedRoutingTable } from "../catalog/routing-table";
import { defaultIdentity, type IdentitySettings } from "../routing/identity";
import type { SignedKind } from "../routing/signed";
import type { RoutingTable } from "../routing/table";
import { healthCheckAlarm, healthCheckRegion } from "./cell/observability";
import { CellRouter } from "./cell-router";
import { RouterFront } from "./router-front";
import { CellStack } from "./cell-stack";
import { Edge } from "./edge";
import { outOfReach } from "./cell/images";
import { guardProgram } from "./guard";
import type { AlarmReceiver } from "./settings/alarm-receivers";
import type { FrontSettings } from "./settings/cloudfront";
import { poolImage, sampleImage, type ImageSettings } from "./settings/images";
import { cellOutput, routerOutput, type CellOutput, type RouterOutput } from "./outputs";

/** What a stack may configure (`components/settings.ts` checks it); all of it has defaults. */
export interface EnvironmentSettings {
  /**
   * Repository of the application's image, without a tag: a cell's `release` is the tag. Default: a public sample.
   * Changing it rolls out the application in every cell.
   */
  readonly appImage?: string;
  /** The pool's image, and the registries that ECR stands in for. A change rolls out what it concerns. */
  readonly images?: ImageSettings;
  /**
   * Id of an existing public Route 53 zone of the catalog's domain. Default: the edge creates the zone. Setting it
   * later deletes that zone and replaces every delegation.
   */
  readonly parentZoneId?: string;
  /**
   * CIDR blocks from which the cells' Kubernetes APIs may be reached: public ones over the internet, private ones through
   * the cells' networks. Default: none, which means private in production classes and open to credentials from anywhere
   * in `dev`. A change updates the clusters in place.
   */
  readonly apiCidrs?: readonly string[];
  /**
   * ARNs of IAM roles that administer the clusters; a cell takes those of its own partition. Default: none, only the
   * creator of a cluster does. A change adds and removes access entries, and never replaces a cluster.
   */
  readonly clusterAdmins?: readonly string[];
  /**
   * Named AWS profile by partition. Default: the default credentials. A change alters how providers sign in and no
   * resource of theirs, as long as the account stays the same.
   */
  readonly profiles?: Partial<Readonly<Record<Partition, string>>>;
  /** Names of stacks that the program may read. Default: none. */
  readonly allowedStacks?: readonly string[];
  /** Where routers take tenant and country from. Default: two headers. A change updates the routers' functions. */
  readonly identity?: IdentitySettings;
  /** Origins whose pages may call the routers. Default: none. A change updates the routers' functions. */
  readonly corsOrigins?: readonly string[] | undefined;
  /**
   * Whole number from 1; the default is 1. One more creates a new secret for the edge; routers accept it and the one
   * before it. A lower number, or one that skips a step, replaces both.
   */
  readonly edgeSecretGeneration?: number;
  /** CloudFront and a web ACL before the routers. Default: none. */
  readonly front?: FrontSettings | undefined;
  /**
   * True for an environment that has not been checked yet: its routers know the cells and serve no traffic. `cells up`
   * sets it. Default: false.
   */
  readonly isClosed?: boolean;
  /** What cells keep in this update, by cell id; see `catalog/changes.ts`. `cells up --stage next` sets it. Default: nothing. */
  readonly held?: Held;
  /**
   * ARN of an SNS topic by region, for the alarms of routers, and of the health checks of cells outside the region of
   * Route 53's metrics. Default: none, the alarms only show. A change updates the alarms in place.
   */
  readonly alarmTopics?: Partial<Readonly<Record<string, string>>>;
  /** Endpoints that every cell's alarm topic sends to. Default: none. */
  readonly alarmReceivers?: readonly AlarmReceiver[];
}

/** Public Ed25519 keys, 32 bytes each in base64, by kind and id. */
type VerifyingKeys = Readonly<Record<SignedKind, Readonly<Record<string, string>>>>;

/** The stack's outputs. */
export interface EnvironmentOutputs {
  readonly cells: readonly pulumi.Output<CellOutput>[];
  readonly routers: readonly pulumi.Output<RouterOutput>[];
  readonly routingTable: RoutingTable;
  /** Secret that the edge sends to the routers in a header. */
  readonly edgeSecret: pulumi.Output<string>;
  /** Public keys that verify tables and corrections, by kind and id: for readers besides our routers. */
  readonly verifyingKeys: pulumi.Output<VerifyingKeys>;
  /** Where clients go when CloudFront is before the routers. */
  readonly frontEndpoint?: pulumi.Output<string>;
}

/**
 * Creates every cell, the edge and the routers of a catalog, under a guard. The program and the plans of tests and checks
 * share it.
 *
 * @param made the cells to create: all, except for checks that need only some. Routers always get all cells.
 * @throws GuardError for mistakes that no policy can see, RunError for images that a cell cannot pull.
 */
export function composeEnvironment(
  catalog: Catalog,
  settings: EnvironmentSettings = {},
  made: readonly Cell[] = catalog.cells,
): EnvironmentOutputs {
  const { environment, domain } = catalog;
  checkImages(catalog.cells, settings);
  const production = new Set(catalog.cells.filter(({ size }) => size.production).map(({ id }) => id));
  const guard = guardProgram({ allowedStacks: settings.allowedStacks ?? [], isProduction: (id) => production.has(id) });
  const all = createdOnUse(
    catalog.cells,
    (cell) =>
      new CellStack(cell.id, {
        cell,
        environment,
        domain,
        appImage: settings.appImage,
        images: settings.images,
        profile: settings.profiles?.[cell.partition],
        apiCidrs: settings.apiCidrs,
        clusterAdmins: settings.clusterAdmins,
        alarmReceivers: settings.alarmReceivers,
        held: settings.held?.[cell.id],
      }),
  );
  const cells = made.map((cell) => all[catalog.cells.indexOf(cell)]!);

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
      corsOrigins: settings.corsOrigins ?? [],
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
  healthCheckAlarms(edge, made, cells, environment, settings);
  guard.check();
  return {
    cells: cells.map((cell, at) => cellOutput(made[at]!, cell)),
    routers: routers.map(({ output }) => output),
    routingTable,
    ...(front === undefined ? {} : { frontEndpoint: front.endpoint }),
    edgeSecret: edge.routerSecrets.current,
    verifyingKeys: edge.signingKeys.verifyingKeys.apply((text) => JSON.parse(text) as VerifyingKeys),
  };
}

/**
 * A list whose items are created when they are first read. A check plans only some cells at a time: another cell that
 * the program uses is then planned with them, so that the link between the two is found.
 */
export function createdOnUse<From extends object, To extends object>(
  sources: readonly From[],
  create: (source: From) => To,
): readonly To[] {
  return new Proxy<To[]>(Array<To>(sources.length).fill(undefined as unknown as To), {
    get(items, key) {
      const source = typeof key === "string" ? sources[Number(key)] : undefined;
      return source === undefined ? Reflect.get(items, key) : (items[Number(key)] ??= create(source));
    },
  });
}

/** Before the first resource: a pod without its image is noticed only when everything else has been created. */
function checkImages(cells: readonly Cell[], { appImage = sampleImage, images }: EnvironmentSettings): void {
  const names = [appImage, images?.pool ?? poolImage];
  const mistakes = cells.flatMap((cell) => names.flatMap((name) => outOfReach(cell, images?.mirrors, name) ?? []));
  if (mistakes.length > 0) throw new pulumi.RunError(mistakes.join("\n"));
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

/**
 * Route 53 reports on health checks in one region of a partition, to the account of the cell. So each account with cells
 * elsewhere has a provider there, and the edge watches their front doors with it.
 */
function healthCheckAlarms(
  edge: Edge,
  made: readonly Cell[],
  stacks: readonly CellStack[],
  environment: string,
  { alarmTopics, profiles }: EnvironmentSettings,
): void {
  const providers = new Map<string, aws.Provider>();
  for (const [at, cell] of made.entries()) {
    const { account, partition } = cell;
    const region = healthCheckRegion(partition);
    if (cell.region === region) continue;
    const name = `edge-health-${account === undefined ? "" : `${account.id}-`}${region}-aws`;
    const provider = providers.get(name) ?? routerProvider({ region, partition }, environment, profiles, name, account);
    providers.set(name, provider);
    healthCheckAlarm(
      `edge-health-check-${cell.id}`,
      { cell, names: new CellNames(environment, cell.number) },
      stacks[at]!.ingress.healthCheck.id,
      alarmTopics?.[region],
      { parent: edge, provider },
    );
  }
}

/** Routers and the edge belong to no cell: their provider has their own tags. */
function routerProvider(
  { region, partition }: RouterSite,
  environment: string,
  profiles: EnvironmentSettings["profiles"],
  name = `router-${region}-aws`,
  account?: Cell["account"],
): aws.Provider {
  const profile = profiles?.[partition];
  return new aws.Provider(name, {
    region: region as aws.Region,
    ...(profile === undefined ? {} : { profile }),
    ...(account === undefined
      ? {}
      : {
          assumeRoles: [{ roleArn: account.roleArn, sessionName: "pulumi-edge" }],
          allowedAccountIds: [account.id],
        }),
    defaultTags: { tags: { layer: "edge", environment, "managed-by": "pulumi" } },
  });
}
