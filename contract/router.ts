/**
 * What the program and the deployed router must agree on: the program sets these variables, writes these objects and
 * watches these metrics; the router reads, polls and counts by the same names. The values are in deployed functions,
 * buckets and alarms, so they stay as they are.
 *
 * Enums, because esbuild writes their values into the router's bundle where they are used, and no object of names.
 */

/** Variables of the router's function. */
export enum RouterVariable {
  environment = "ROUTER_ENVIRONMENT",
  /** Bucket of both tables. */
  bucket = "ROUTER_TABLE_BUCKET",
  /** Path of the base table in the bucket. */
  basePath = "ROUTER_TABLE_KEY",
  /** Path of the overlay in the bucket. */
  overlayPath = "ROUTER_OVERLAY_KEY",
  /** Public keys that verify tables and corrections, as JSON: `{"base": {id: key}, "overlay": {id: key}, "move": {id: key}}`. */
  verifyingKeys = "ROUTER_TABLE_KEYS",
  /** Seconds between two polls. */
  pollSeconds = "ROUTER_POLL_SECONDS",
  /** Domain that every cell's endpoint must lie under. */
  endpointSuffix = "ROUTER_ENDPOINT_SUFFIX",
  /** Where tenant and country come from, as JSON. */
  identity = "ROUTER_IDENTITY",
  /** Secrets that the edge may show, separated by commas. */
  edgeSecrets = "ROUTER_EDGE_SECRETS",
  /** Key of the hash that stands for a tenant in the log. */
  logKey = "ROUTER_LOG_KEY",
  /** One answer in this many is logged. */
  logEvery = "ROUTER_LOG_EVERY",
  /** Origins whose pages may call the router, separated by commas. */
  corsOrigins = "ROUTER_CORS_ORIGINS",
}

/** Paths of objects in the router's bucket. The router may read the two stable ones; the others are history. */
export const objectPaths = {
  /** What `pulumi up` wrote last. */
  base: "tables/base.json",
  /** What the control plane changes between two `pulumi up`s. */
  overlay: "tables/overlay.json",
  /** One version of the base table, never overwritten. */
  version: (version: string): string => `tables/base-${version}.json`,
  /** The zip of one build of the router. @param sha256Hex of the zip. */
  code: (sha256Hex: string): string => `code/router-${sha256Hex.slice(0, 16)}.zip`,
} as const;

/** Metadata of both tables' objects that holds the signature: S3 stores, replaces and returns it with the object. */
export const signatureMetadata = "signature";

/** The compiled base table, a file of the router's zip beside its code. */
export const bundledTable = "base.bin";

/** Function instances that a router reserves by default; the quota rules count them too. */
export const routerConcurrency = 200;

/** Alias of the function that API Gateway invokes. */
export const liveAlias = "live";

/** Headers that clients, edge, router and cells exchange. */
export enum RouterHeader {
  /** The tenant, as an edge names it by default. */
  tenant = "x-tenant-id",
  /** The tenant's country, as CloudFront names it. */
  country = "cloudfront-viewer-country",
  /** The edge's secret by default. */
  edgeSecret = "x-router-secret",
  /** Version of the table that an answer follows from. */
  version = "x-routing-version",
  /** Epoch of the tenant's home in a router's answer; a client passes it on to the cell. */
  epoch = "x-routing-epoch",
  /** Id of the home that the cell stands in for; a client passes it on to the cell. */
  standIn = "x-routing-stand-in",
  /** Version of the table that led to a 421: a client repeats it to the router. */
  refused = "x-routing-refused",
  /** Where the tenant has moved, signed; from a cell's 421, and repeated to the router. */
  correction = "x-routing-correction",
  /** `misdirected` or `wait`: a cell refused the request before it did anything. */
  arrival = "x-routing-arrival",
  /** What is wrong with how the client uses the router. */
  warning = "x-routing-warning",
}

/** Namespace of the router's own metrics. */
export const routerNamespace = "CellRouter";
/** Their dimension `service`, and the member of that name in the router's log lines. */
export const routerService = "router";

/** The router's metrics that alarms watch. */
export enum RouterMetric {
  /** Refusals because no cell that may serve the tenant is healthy. Count. */
  noHealthyCell = "NoHealthyCell",
  /** Objects that could not be fetched. Count. */
  pollFailures = "TablePollFailures",
  /** Tables that were fetched and refused. Count. */
  tablesRefused = "TablesRefused",
  /** Time since the table was last confirmed. Seconds. */
  tableAge = "TableAge",
}
