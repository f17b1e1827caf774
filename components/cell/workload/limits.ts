import type { SizeClass } from "../../../catalog/sizes";
import { poolReplicas } from "./pgbouncer";

/**
 * A quantity as an API server returns it: `4096Mi` is `4Gi`, `1000m` is `1`. Written otherwise, Pulumi's provider finds
 * another value than the one in the saved plan, and the update stops.
 * Source: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */
export function quantity(text: string): string {
  const [, number = "", unit = ""] = /^(\d+)([a-zA-Z]*)$/.exec(text) ?? [];
  const [units, step] = unit.endsWith("i")
    ? [["Ki", "Mi", "Gi", "Ti", "Pi"], 1024]
    : [["m", "", "k", "M", "G", "T"], 1000];
  let at = units.indexOf(unit);
  if (number === "" || at < 0) return text;
  let value = Number(number);
  if (value === 0) return "0";
  for (; value % step === 0 && at + 1 < units.length; at++) value /= step;
  return `${value}${units[at]}`;
}

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
  const memory = quantity(`${pods * app.memoryMiB + pool * poolResources.memoryMiB}Mi`);
  return {
    pods: String(pods + pool),
    "requests.cpu": quantity(`${pods * app.cpuMillis + pool * poolResources.cpuMillis}m`),
    "requests.memory": memory,
    "limits.memory": memory,
    // Load balancers created from inside the cluster would be unplanned entry points.
    "services.loadbalancers": "0",
    "services.nodeports": "1",
    persistentvolumeclaims: "0",
  };
}
