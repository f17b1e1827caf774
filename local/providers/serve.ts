import { devNull, homedir } from "node:os";
import { join } from "node:path";

import { environmentDirectory } from "../../adapters/files/paths";
import { UserError } from "../../contract/user-error";
import { clustersVariable, signInDirectory } from "../kubernetes/clusters";
import { requireLoopback } from "./aws/cloud";
import { awsBackend } from "./aws/provider";
import { loadDefinitions } from "./aws/definitions";
import { kubernetesBackend } from "./kubernetes/provider";
import { randomBackend } from "./random/provider";
import { serveProvider, type ServedProvider } from "./server";

/** Providers for one engine command on the local cloud. */
export interface Providers {
  /** Variables of the engine; they override those of the local cloud. */
  readonly variables: Readonly<Record<string, string>>;
  /** Folders that must come first on PATH. */
  readonly path: readonly string[];
  close(): Promise<void>;
}

/**
 * The providers that `CELLS_PROVIDERS` names: ours, or with `official` Pulumi's own aws and random plugins, as installed
 * on this machine. Kubernetes is ours, which renders the manifests to a folder, or with `onKubernetes` the official
 * provider, which the engine starts for each local cluster.
 *
 * The official aws provider needs no skip flag: `AWS_ENDPOINT_URL` sends its validation of credentials to moto too.
 *
 * @throws UserError for any other value.
 */
export async function providersOf(options: {
  readonly environment: string;
  /** Where moto listens; anything but loopback is refused. */
  readonly endpoint: string;
  /** True when the environment has real clusters, see `local/kubernetes`. */
  readonly onKubernetes: boolean;
}): Promise<Providers> {
  const chosen = process.env["CELLS_PROVIDERS"] || "local";
  if (chosen !== "local" && chosen !== "official") {
    throw new UserError(`CELLS_PROVIDERS is ${JSON.stringify(chosen)}: write local or official`);
  }
  const { environment, endpoint, onKubernetes } = options;
  if (chosen === "official" && onKubernetes) {
    throw new UserError("CELLS_PROVIDERS=official runs without --kubernetes: leave one of them out");
  }
  requireLoopback(endpoint);
  const manifests = join(environmentDirectory(environment), "manifests");
  const served = await Promise.all([
    ...(chosen === "local" ? [serveProvider(awsBackend(endpoint, loadDefinitions()))] : []),
    ...(onKubernetes ? [] : [serveProvider(kubernetesBackend(manifests))]),
    ...(chosen === "local" ? [serveProvider(randomBackend())] : []),
  ]);
  const providers = attach(served, {
    ...(chosen === "official" ? officialVariables() : {}),
    ...(onKubernetes ? clustersVariable(environment) : {}),
  });
  return { ...providers, path: onKubernetes ? [signInDirectory] : [] };
}

/** Attaches running providers to the engine: it starts no plugin of these names. */
export function attach(served: readonly ServedProvider[], variables: Readonly<Record<string, string>> = {}): Providers {
  return {
    variables: { PULUMI_DEBUG_PROVIDERS: served.map(({ name, port }) => `${name}:${port}`).join(","), ...variables },
    path: [],
    close: async () => {
      await Promise.all(served.map((provider) => provider.close()));
    },
  };
}

/** Where the official plugins are, and what keeps the aws plugin away from this machine's own AWS settings. */
function officialVariables(): Record<string, string> {
  return {
    PULUMI_HOME: process.env["PULUMI_HOME"] || join(homedir(), ".pulumi"),
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_PROFILE: "",
    AWS_SESSION_TOKEN: "",
  };
}
