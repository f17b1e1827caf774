import { join, resolve } from "node:path";

import * as pulumi from "@pulumi/pulumi";

import { CatalogError, loadCatalog } from "./catalog/load";
import { composeEnvironment } from "./components/environment";
import { allowedStacks } from "./components/guard";
import { quickenSdk } from "./components/quick-sdk";

// Pulumi loads source-map-support, which rewrites every stack and does not know tsx's maps. Node maps the frames of the
// errors that are shown by itself, because tsx switches its source maps on.
quickenSdk();
(Error as { prepareStackTrace?: unknown }).prepareStackTrace = undefined;

// Config → catalog → cells → routers → outputs. What a stack may configure is declared in Pulumi.yaml.
const config = new pulumi.Config();
const stack = pulumi.getStack();
const file = config.get("catalog") || join("catalog", `${stack}.yaml`);
const catalog = readCatalog(resolve(__dirname, file));
if (catalog.environment !== stack) {
  throw new pulumi.RunError(
    `stack ${stack} reads ${file}, which describes environment ${catalog.environment}: ` +
      "name the stack's own catalog in cells:catalog",
  );
}

/** A mistake in the catalog is the user's: its message alone, without a stack. */
function readCatalog(path: string): ReturnType<typeof loadCatalog> {
  try {
    return loadCatalog(path);
  } catch (error) {
    if (error instanceof CatalogError) throw new pulumi.RunError(error.message);
    throw error;
  }
}

const environment = composeEnvironment(catalog, {
  appImage: config.get("appImage") || undefined,
  parentZoneId: config.get("parentZoneId") || undefined,
  apiCidrs: config.getObject<string[]>("apiCidrs"),
  profiles: config.getObject<Record<string, string>>("profiles"),
  allowedStacks: allowedStacks(join(__dirname, "policy", "register.yaml")),
});

/** One flat entry a cell, by number: endpoints, hosts, CIDR, zone, ARNs. No secret. */
export const cells = environment.cells;
/** One flat entry a router region. */
export const routers = environment.routers;
/** The base table: what `pulumi stack output routingTable --json` feeds to any router. */
export const routingTable = environment.routingTable;
/** Revision and digest of the catalog these resources were made from. */
export const catalogVersion = catalog.version;
