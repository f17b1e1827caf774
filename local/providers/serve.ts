import { devNull, homedir } from "node:os";
import { join } from "node:path";

import { UserError } from "../../contract/user-error";
import { requireLoopback } from "./aws/cloud";
import { awsBackend } from "./aws/provider";
import { loadDefinitions } from "./aws/definitions";
import { kubernetesBackend } from "./kubernetes/provider";
import { randomBackend } from "./random/provider";
import { serveProvider, type ServedProvider } from "./server";

/**
 * Serves the aws, kubernetes and random packages for the local cloud on free loopback ports, until closed.
 *
 * @param options.endpoint where moto listens; anything but loopback is refused.
 * @param options.manifests folder that the Kubernetes provider renders into.
 */
function serveProviders(options: {
  readonly endpoint: string;
  readonly manifests: string;
}): Promise<readonly ServedProvider[]> {
  return Promise.all([
    serveProvider(awsBackend(options.endpoint, loadDefinitions())),
    serveProvider(kubernetesBackend(options.manifests)),
    serveProvider(randomBackend()),
  ]);
}

/** Providers for one engine command on the local cloud. */
export interface Providers {
  /** Variables of the engine; they override those of the local cloud. */
  readonly variables: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/**
 * The providers that `CELLS_PROVIDERS` names: ours, or with `official` Pulumi's own aws and random plugins, as installed
 * on this machine. Kubernetes is always ours: the official provider needs a cluster, and no variable makes it render
 * the manifests of the program's explicit providers to a directory.
 *
 * The official aws provider needs no skip flag: `AWS_ENDPOINT_URL` sends its validation of credentials to moto too.
 *
 * @throws UserError for any other value.
 */
export async function providersOf(options: {
  readonly endpoint: string;
  readonly manifests: string;
}): Promise<Providers> {
  const chosen = process.env["CELLS_PROVIDERS"] || "local";
  if (chosen !== "local" && chosen !== "official") {
    throw new UserError(`CELLS_PROVIDERS is ${JSON.stringify(chosen)}: write local or official`);
  }
  requireLoopback(options.endpoint);
  const served =
    chosen === "local" ? await serveProviders(options) : [await serveProvider(kubernetesBackend(options.manifests))];
  return attach(served, chosen === "official" ? officialVariables() : {});
}

/** Attaches running providers to the engine: it starts no plugin of these names. */
export function attach(served: readonly ServedProvider[], variables: Readonly<Record<string, string>> = {}): Providers {
  return {
    variables: { PULUMI_DEBUG_PROVIDERS: served.map(({ name, port }) => `${name}:${port}`).join(","), ...variables },
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
