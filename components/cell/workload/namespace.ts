import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import type { CellContext } from "../context";
import { quotaOf } from "./limits";
import { labelsOf, namespace } from "./pod";

/** The application's namespace with its bounds: pod security, quota, defaults, and an account of its own. */
export function makeNamespace(
  ctx: CellContext,
  opts: pulumi.CustomResourceOptions,
): { readonly made: kubernetes.core.v1.Namespace; readonly serviceAccount: kubernetes.core.v1.ServiceAccount } {
  const { cell, size } = ctx;
  const labels = labelsOf(ctx, "namespace");
  const made = new kubernetes.core.v1.Namespace(
    `${cell.id}-k8s-namespace`,
    {
      metadata: {
        name: namespace,
        labels: {
          ...labels,
          "pod-security.kubernetes.io/enforce": "restricted",
          "pod-security.kubernetes.io/audit": "restricted",
          "pod-security.kubernetes.io/warn": "restricted",
        },
      },
    },
    opts,
  );
  const inside = { ...opts, dependsOn: [made] };
  new kubernetes.core.v1.ResourceQuota(
    `${cell.id}-k8s-quota`,
    { metadata: { name: "cell", namespace, labels }, spec: { hard: quotaOf(size) } },
    inside,
  );
  new kubernetes.core.v1.LimitRange(
    `${cell.id}-k8s-limits`,
    {
      metadata: { name: "cell", namespace, labels },
      spec: {
        limits: [{ type: "Container", default: { memory: "128Mi" }, defaultRequest: { cpu: "50m", memory: "128Mi" } }],
      },
    },
    inside,
  );
  const serviceAccount = new kubernetes.core.v1.ServiceAccount(
    `${cell.id}-k8s-service-account`,
    // Nothing of ours talks to the Kubernetes API: no token for a thief to find.
    { metadata: { name: "app", namespace, labels: labelsOf(ctx, "app") }, automountServiceAccountToken: false },
    inside,
  );
  return { made, serviceAccount };
}
