/** Host names that AWS does not hand out one by one, taken from those it does. Pure. */

/**
 * Host of one Redis node. With TLS, AWS names the primary `master.GROUP.HASH.REGION.cache.…` and each node
 * `GROUP-00N.GROUP.HASH.REGION.cache.…`.
 * Source: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Endpoints.html
 *
 * @param primary the group's primary endpoint.
 * @param index from 0: node 0 is `GROUP-001`.
 */
export function redisNodeHost(primary: string, groupId: string, index: number): string {
  const node = `${groupId}-${String(index + 1).padStart(3, "0")}`;
  if (!primary.startsWith("master.")) {
    throw new Error(`${primary} is not the primary endpoint of a Redis group with TLS: it begins with "master."`);
  }
  return `${node}.${primary.slice("master.".length)}`;
}

/** Hosts of a list `b-1.…:9098,b-2.…:9098`, without ports, by broker number: AWS lists them in any order. */
export function brokerHosts(bootstrap: string): string[] {
  return bootstrap
    .split(",")
    .filter((entry) => entry !== "")
    .map((entry) => entry.replace(/:\d+$/, ""))
    .sort((a, b) => brokerNumber(a) - brokerNumber(b));
}

function brokerNumber(host: string): number {
  return Number(/^b-(\d+)\./.exec(host)?.[1] ?? Number.POSITIVE_INFINITY);
}
