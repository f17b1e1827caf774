import { join } from "node:path";

import * as pulumi from "@pulumi/pulumi";

import { UserError } from "./contract/user-error";
import { variables } from "./contract/variables";
import { loadCatalog } from "./catalog/load";
import { resolveCatalog } from "./catalog/resolve";
import { composeEnvironment } from "./components/environment";
import { allowedStacks } from "./components/guard";
import { readSettings } from "./components/settings";

// Config → catalog → cells → routers → outputs. Pulumi.yaml declares what a stack may configure.
const stack = pulumi.getStack();
const { settings, catalog, stacks } = readFiles();
const { catalog: _file, cloudfront, ...rest } = settings;
const environment = composeEnvironment(catalog, {
  ...rest,
  front: cloudfront,
  allowedStacks: stacks,
  isClosed: process.env[variables.closed] === "true",
});

/** A mistake in the configuration, the catalog or the register is the user's: its message is shown alone, without a stack. */
function readFiles() {
  try {
    const settings = readSettings(stack, pulumi.runtime.allConfig());
    const file = resolveCatalog(__dirname, stack, settings.catalog);
    const catalog = loadCatalog(file);
    const stacks = allowedStacks(join(__dirname, "policy", "register.yaml"));
    if (catalog.environment === stack) return { settings, catalog, stacks };
    throw new UserError(
      `stack ${stack} reads ${file}, which describes environment ${catalog.environment}: ` +
        "name the stack's own catalog in cells:catalog",
    );
  } catch (error) {
    throw error instanceof UserError ? new pulumi.RunError(error.message) : error;
  }
}

/** One flat entry a cell, by number: endpoints, hosts, CIDR, zone, ARNs. No secret. */
export const cells = environment.cells;
/** One flat entry a router region. */
export const routers = environment.routers;
/** The base table: what `pulumi stack output routingTable --json` feeds to any router. */
export const routingTable = environment.routingTable;
/** Secret that the edge sends to the routers in a header. */
export const edgeSecret = environment.edgeSecret;
/** Address of CloudFront before the routers, where `cells:cloudfront` asks for it. */
export const frontEndpoint = environment.frontEndpoint;
/** Revision and digest of the catalog these resources were made from. */
export const catalogVersion = catalog.version;
