import { objectPaths, RouterVariable } from "../../contract/router";
import type { IdentitySettings } from "../../routing/identity";

/** How the router runs; the same for all. */
const settings = {
  /** Seconds between two polls of the table. */
  pollSeconds: 10,
  /** One log line for this many answers, and ten in ten seconds at most, as of refusals; metrics count everything. */
  logEvery: 1000,
} as const;

/** What differs between routers. `T` is a string, or a Pulumi output of one. */
export interface RouterValues<T> {
  readonly environment: string;
  readonly domain: string;
  readonly identity: IdentitySettings;
  /** Origins whose pages may call the router. */
  readonly corsOrigins: readonly string[];
  readonly bucket: T;
  readonly verifyingKeys: T;
  /** With a comma between two. */
  readonly edgeSecrets: T;
  readonly logKey: T;
}

/** The function's variables, as `lambda/router` reads them. Lambda encrypts them at rest; Pulumi keeps the two secrets as such. */
export function routerVariables<T>(values: RouterValues<T>): Readonly<Record<string, T | string>> {
  const { identity, corsOrigins } = values;
  return {
    [RouterVariable.bucket]: values.bucket,
    [RouterVariable.basePath]: objectPaths.base,
    [RouterVariable.overlayPath]: objectPaths.overlay,
    [RouterVariable.verifyingKeys]: values.verifyingKeys,
    [RouterVariable.pollSeconds]: String(settings.pollSeconds),
    [RouterVariable.endpointSuffix]: values.domain,
    [RouterVariable.environment]: values.environment,
    [RouterVariable.identity]: JSON.stringify(identity),
    ...(typeof identity.edge === "object" ? { [RouterVariable.edgeSecrets]: values.edgeSecrets } : {}),
    ...(corsOrigins.length === 0 ? {} : { [RouterVariable.corsOrigins]: corsOrigins.join(",") }),
    [RouterVariable.logKey]: values.logKey,
    [RouterVariable.logEvery]: String(settings.logEvery),
  };
}
