import { RouterVariable } from "../../contract/router";
import type { DeployedCode } from "./deployed";

/**
 * What the trusted edge of a deployed router adds to a request to prove itself; empty when the router asks for no
 * secret. The local edge has no sign-in: it accepts any tenant and country that a request names.
 */
export function edgeHeaders({ environment }: DeployedCode): Readonly<Record<string, string>> {
  const { edge } = JSON.parse(environment[RouterVariable.identity] ?? "{}") as {
    readonly edge?: { readonly header?: string };
  };
  const [secret] = (environment[RouterVariable.edgeSecrets] ?? "").split(",");
  return edge?.header === undefined || secret === undefined ? {} : { [edge.header]: secret };
}
