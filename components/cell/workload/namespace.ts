import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import { operatorGroup } from "../app-cluster";
import type { CellContext } from "../context";
import { quotaOf } from "./limits";
import { labelsOf, namespace } from "./pod";

const rbac = "rbac.authorization.k8s.io";

/** The application's namespace with its bounds: pod security, quota, defaults, operators, and an account of its own. */
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
  const operators = { metadata: { name: "operators", namespace, labels } };
  const role = new kubernetes.rbac.v1.Role(
    `${cell.id}-k8s-operators-role`,
    {
      ...operators,
      // Nothing that creates or changes a pod, or runs a command in one: that would read the secrets of the namespace.
      rules: [
        { apiGroups: [""], resources: ["pods"], verbs: ["delete"] },
        { apiGroups: [""], resources: ["pods/eviction"], verbs: ["create"] },
        { apiGroups: ["apps"], resources: ["deployments/scale"], verbs: ["get", "patch", "update"] },
      ],
    },
    inside,
  );
  new kubernetes.rbac.v1.RoleBinding(
    `${cell.id}-k8s-operators-binding`,
    {
      ...operators,
      roleRef: { apiGroup: rbac, kind: "Role", name: role.metadata.name },
      subjects: [{ apiGroup: rbac, kind: "Group", name: operatorGroup }],
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
