import type { DeployedCode } from "./deployed";

/**
 * What the trusted edge of a deployed router adds to a request to prove itself; empty when the router asks for no
 * secret. The local edge signs nobody in: it believes whatever tenant and country a request names.
 */
export function edgeHeaders({ environment }: DeployedCode): Readonly<Record<string, string>> {
  const { edge } = JSON.parse(environment["ROUTER_IDENTITY"] ?? "{}") as {
    readonly edge?: { readonly header?: string };
  };
  const [secret] = (environment["ROUTER_EDGE_SECRETS"] ?? "").split(",");
  return edge?.header === undefined || secret === undefined ? {} : { [edge.header]: secret };
}
