import type { types } from "@pulumi/kubernetes";

import type { CellContext } from "../context";

/** The one namespace of a cell's application. */
export const namespace = "app";

/** Labels of a cell's Kubernetes objects, so that a query can select one cell. */
export function labelsOf({ cell, names }: CellContext, component: string): Record<string, string> {
  return {
    "app.kubernetes.io/name": component,
    "app.kubernetes.io/part-of": names.label,
    "app.kubernetes.io/managed-by": "pulumi",
    "cells/cell": names.label,
    "cells/number": String(cell.number),
  };
}

/** Labels that a Deployment, its Service and its policies select by: they never change, or the Deployment is replaced. */
export function selectorOf(component: string): Record<string, string> {
  return { "app.kubernetes.io/name": component };
}

/** What the Pod Security Standard "restricted" asks of a pod. */
export function podSecurity(user: number): types.input.core.v1.PodSecurityContext {
  return {
    runAsNonRoot: true,
    runAsUser: user,
    runAsGroup: user,
    fsGroup: user,
    seccompProfile: { type: "RuntimeDefault" },
  };
}

/** What it requires of a container, and a read-only file system. */
export const containerSecurity: types.input.core.v1.SecurityContext = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  privileged: false,
  capabilities: { drop: ["ALL"] },
};

/**
 * Spread over zones strictly, so that losing one leaves the rest; over hosts as far as there are any.
 *
 * @param strictHosts true where two pods on one host are worse than one pod waiting.
 */
export function spread(component: string, strictHosts: boolean): types.input.core.v1.TopologySpreadConstraint[] {
  const labelSelector = { matchLabels: selectorOf(component) };
  return [
    { topologyKey: "topology.kubernetes.io/zone", maxSkew: 1, whenUnsatisfiable: "DoNotSchedule", labelSelector },
    {
      topologyKey: "kubernetes.io/hostname",
      maxSkew: 1,
      whenUnsatisfiable: strictHosts ? "DoNotSchedule" : "ScheduleAnyway",
      labelSelector,
    },
  ];
}
