import type { SizeClass } from "../../../catalog/sizes";
import { poolReplicas } from "./pgbouncer";

/** What one PgBouncer pod asks for. */
export const poolResources = { cpuMillis: 100, memoryMiB: 128 } as const;

/** Share of the application's pods that a rollout may have beyond the wanted number. */
export const surge = 0.25;

/** Most pods of the application that a rollout keeps alive at once; Kubernetes rounds a surge up. */
export function alivePods(replicas: number): number {
  return replicas + Math.ceil(replicas * surge);
}

/**
 * Most that the namespace can ever need, and so is given: the largest application in a rollout, and the pool. A pod
 * counts until it is gone, so all pods of the old version may still be there when the new version is complete.
 */
export function quotaOf({ app }: Pick<SizeClass, "app">): Record<string, string> {
  const pods = alivePods(app.maxReplicas) + app.maxReplicas;
  const pool = 2 * poolReplicas;
  const memory = `${pods * app.memoryMiB + pool * poolResources.memoryMiB}Mi`;
  return {
    pods: String(pods + pool),
    "requests.cpu": `${pods * app.cpuMillis + pool * poolResources.cpuMillis}m`,
    "requests.memory": memory,
    "limits.memory": memory,
    // Load balancers created from inside the cluster would be unplanned entry points.
    "services.loadbalancers": "0",
    "services.nodeports": "1",
    persistentvolumeclaims: "0",
  };
}
