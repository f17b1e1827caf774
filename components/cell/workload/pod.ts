import * as pulumi from "@pulumi/pulumi";
import type { types } from "@pulumi/kubernetes";

import type { CellContext } from "../context";
import type { Colour } from "../../../catalog/model";

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
  const common = {
    maxSkew: 1,
    labelSelector: { matchLabels: selectorOf(component) },
    // A dead node is tainted. With the default, Ignore, it counts as an empty one, and a strict constraint keeps every
    // replacement of its pods pending: https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/
    nodeTaintsPolicy: "Honor",
  };
  return [
    { ...common, topologyKey: "topology.kubernetes.io/zone", whenUnsatisfiable: "DoNotSchedule" },
    {
      ...common,
      topologyKey: "kubernetes.io/hostname",
      whenUnsatisfiable: strictHosts ? "DoNotSchedule" : "ScheduleAnyway",
    },
  ];
}

/**
 * Runs on the live colour's nodes alone. Every Deployment has it: another live colour changes the template, so the
 * Deployment's own rollout moves the pods. Not a preference: EKS may report a group's new size before its nodes are there
 * (https://github.com/eksctl-io/eksctl/issues/6396), and a rollout that ends on the nodes that leave ends with them.
 */
export function onColour(liveColour: Colour): types.input.core.v1.Affinity {
  return {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: "cells/colour", operator: "In", values: [liveColour] }] }],
      },
    },
  };
}

/**
 * Values of a Secret, as `data`: each is marked secret and in base64. Not `stringData`: Pulumi's provider turns that into
 * `data` as soon as it knows all values, and the saved plan of the preview then refuses the update.
 */
export function secretData(
  values: Readonly<Record<string, pulumi.Input<string>>>,
): Readonly<Record<string, pulumi.Output<string>>> {
  const encoded = (value: pulumi.Input<string>): pulumi.Output<string> =>
    pulumi.secret(value).apply((text) => Buffer.from(text).toString("base64"));
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, encoded(value)]));
}
