import type { SizeClass } from "../../../catalog/sizes";
import { poolReplicas } from "./pgbouncer";

/** What one PgBouncer pod asks for. */
export const poolResources = { cpuMillis: 100, memoryMiB: 128 } as const;

/** Share of the application's pods that a rollout may have beyond the wanted number. */
export const surge = 0.25;

/** Most that the namespace can ever need, and so is given: the largest application in a rollout, and the pool. */
export function quotaOf({ app }: Pick<SizeClass, "app">): Record<string, string> {
  const pods = Math.ceil(app.maxReplicas * (1 + surge));
  return {
    pods: String(pods + poolReplicas),
    "requests.cpu": `${pods * app.cpuMillis + poolReplicas * poolResources.cpuMillis}m`,
    "requests.memory": `${pods * app.memoryMiB + poolReplicas * poolResources.memoryMiB}Mi`,
    "limits.memory": `${pods * app.memoryMiB + poolReplicas * poolResources.memoryMiB}Mi`,
    // Load balancers created from inside the cluster would be unplanned entry points.
    "services.loadbalancers": "0",
    "services.nodeports": "1",
    persistentvolumeclaims: "0",
  };
}
