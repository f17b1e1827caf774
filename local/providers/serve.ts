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
export function serveProviders(options: {
  readonly endpoint: string;
  readonly manifests: string;
}): Promise<readonly ServedProvider[]> {
  return Promise.all([
    serveProvider(awsBackend(options.endpoint, loadDefinitions())),
    serveProvider(kubernetesBackend(options.manifests)),
    serveProvider(randomBackend()),
  ]);
}
