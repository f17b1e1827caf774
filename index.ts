import { join } from "node:path";

import * as pulumi from "@pulumi/pulumi";

import { UserError } from "./contract/user-error";
import { variables } from "./contract/variables";
import type { Held } from "./catalog/changes";
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
  held: JSON.parse(process.env[variables.held] ?? "{}") as Held,
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

export = {
  /** One flat entry for each cell, by number: endpoints, hosts, CIDR, zone, ARNs. No secret. */
  cells: environment.cells,
  /** One flat entry for each router's region. */
  routers: environment.routers,
  /** The base table: what `pulumi stack output routingTable --json` feeds to any router. */
  routingTable: environment.routingTable,
  /** What the edge sends to the routers, as its header; a secret. */
  edgeSecret: environment.edgeSecret,
  /** What verifies tables and corrections, by kind and id: for edge workers and other readers. No secret. */
  verifyingKeys: environment.verifyingKeys,
  /** Address of CloudFront in front of the routers. Absent without it: the engine warns of an undefined output. */
  ...(environment.frontEndpoint === undefined ? {} : { frontEndpoint: environment.frontEndpoint }),
  /** Revision and digest of the catalog behind these resources. */
  catalogVersion: catalog.version,
};
