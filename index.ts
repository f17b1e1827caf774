import { join } from "node:path";

import * as pulumi from "@pulumi/pulumi";

import { variables } from "./contract/variables";
import { CatalogError, loadCatalog } from "./catalog/load";
import { resolveCatalog } from "./catalog/resolve";
import { SettingsError, parseIdentity } from "./components/cell-router/identity";
import { composeEnvironment } from "./components/environment";
import { allowedStacks } from "./components/guard";
import { parseFront } from "./components/router-front";

// Config → catalog → cells → routers → outputs. What a stack may configure is declared in Pulumi.yaml.
const config = new pulumi.Config();
const stack = pulumi.getStack();
const file = resolveCatalog(__dirname, stack, config.get("catalog"));
const catalog = read(() => loadCatalog(file));
if (catalog.environment !== stack) {
  throw new pulumi.RunError(
    `stack ${stack} reads ${file}, which describes environment ${catalog.environment}: ` +
      "name the stack's own catalog in cells:catalog",
  );
}

/** A mistake in the catalog or the configuration is the user's: its message alone, without a stack. */
function read<T>(what: () => T): T {
  try {
    return what();
  } catch (error) {
    if (error instanceof CatalogError || error instanceof SettingsError) throw new pulumi.RunError(error.message);
    throw error;
  }
}

function generation(value: number | undefined): number {
  if (value === undefined || (Number.isInteger(value) && value > 0)) return value ?? 1;
  throw new pulumi.RunError(
    `cells:edgeSecretGeneration: ${value}: write a whole number from 1, one more than before for a new secret`,
  );
}

const identity = read(() => parseIdentity(config.getObject("identity")));
const environment = composeEnvironment(catalog, {
  appImage: config.get("appImage") || undefined,
  parentZoneId: config.get("parentZoneId") || undefined,
  apiCidrs: config.getObject<string[]>("apiCidrs"),
  profiles: config.getObject<Record<string, string>>("profiles"),
  allowedStacks: allowedStacks(join(__dirname, "policy", "register.yaml")),
  identity,
  front: read(() => parseFront(config.getObject("cloudfront"), identity)),
  edgeSecretGeneration: generation(config.getNumber("edgeSecretGeneration")),
  isClosed: process.env[variables.closed] === "true",
  alarmTopics: config.getObject<Record<string, string>>("alarmTopics"),
});

export = {
  /** One flat entry for each cell, by number: endpoints, hosts, CIDR, zone, ARNs. No secret. */
  cells: environment.cells,
  /** One flat entry for each router's region. */
  routers: environment.routers,
  /** The base table: what `pulumi stack output routingTable --json` feeds to any router. */
  routingTable: environment.routingTable,
  /** What the edge sends to the routers, as its header; a secret. */
  edgeSecret: environment.edgeSecret,
  /** Address of CloudFront in front of the routers. Absent without it: the engine warns of an undefined output. */
  ...(environment.frontEndpoint === undefined ? {} : { frontEndpoint: environment.frontEndpoint }),
  /** Revision and digest of the catalog these resources were made from. */
  catalogVersion: catalog.version,
};
