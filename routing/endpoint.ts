/** A host name in lower case: labels of letters, digits and hyphens, the last not all digits, so never an IPv4 address. */
const hostPattern = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * Why `endpoint` may not be a cell's origin; undefined when it may. Only `https://<host name>` passes: no port, path,
 * user, IP address or upper case, so that a forged table cannot point the router at internal addresses.
 *
 * @param suffix parent domain of the host, if given.
 */
export function endpointMistake(endpoint: string, suffix?: string): string | undefined {
  const host = endpoint.startsWith("https://") ? endpoint.slice("https://".length) : undefined;
  if (host === undefined || host.length > 253 || !hostPattern.test(host)) {
    return "must be https:// and a lower-case host name, with nothing after it";
  }
  if (suffix !== undefined && !host.endsWith(`.${suffix}`)) return `must be a host under ${suffix}`;
  return undefined;
}
