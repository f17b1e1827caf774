import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import type { CellContext } from "../context";
import type { Colour } from "../../../catalog/model";
import { quantity, surge } from "./limits";
import { checksum } from "./pgbouncer";
import { containerSecurity, labelsOf, namespace, onColour, podSecurity, secretData, selectorOf, spread } from "./pod";

/** Path of the health check: load balancer, Kubernetes and the synthetic check request it. */
export const healthPath = "/healthz";

const readyPath = "/readyz";
const component = "app";

/** What the application is started with. */
export interface ApplicationArgs {
  /** Repository without tag; the tag is the cell's release. */
  readonly image: pulumi.Input<string>;
  readonly port: number;
  readonly nodePort: number;
  readonly config: Readonly<Record<string, pulumi.Input<string>>>;
  readonly secrets: Readonly<Record<string, pulumi.Input<string>>>;
  readonly liveColour: Colour;
}

/** The application: configuration, pods, their door and their bounds. */
export function application(ctx: CellContext, args: ApplicationArgs, opts: pulumi.CustomResourceOptions): void {
  const { cell, size } = ctx;
  const labels = labelsOf(ctx, component);
  const metadata = { name: component, namespace, labels };
  const selector = { matchLabels: selectorOf(component) };
  const digest = pulumi.unsecret(
    pulumi.all([args.config, args.secrets]).apply((parts) => checksum(...parts.map((part) => JSON.stringify(part)))),
  );

  new kubernetes.core.v1.ConfigMap(`${cell.id}-k8s-app-config`, { metadata, data: args.config }, opts);
  new kubernetes.core.v1.Secret(
    `${cell.id}-k8s-app-secrets`,
    { metadata, type: "Opaque", data: secretData(args.secrets) },
    opts,
  );
  new kubernetes.apps.v1.Deployment(
    `${cell.id}-k8s-app`,
    {
      metadata: { ...metadata, labels: { ...labels, "app.kubernetes.io/version": cell.release } },
      spec: {
        replicas: size.app.replicas,
        selector,
        revisionHistoryLimit: 3,
        progressDeadlineSeconds: 600,
        strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: `${surge * 100}%`, maxUnavailable: 0 } },
        template: {
          metadata: { labels, annotations: { "cells/config": digest } },
          spec: podSpec(ctx, args),
        },
      },
    },
    // The autoscaler owns the number from then on.
    { ...opts, ignoreChanges: ["spec.replicas"] },
  );
  new kubernetes.core.v1.Service(
    `${cell.id}-k8s-app-service`,
    {
      metadata,
      spec: {
        type: "NodePort",
        selector: selectorOf(component),
        ports: [{ name: "http", port: 80, targetPort: "http", nodePort: args.nodePort }],
      },
    },
    opts,
  );
  new kubernetes.policy.v1.PodDisruptionBudget(
    `${cell.id}-k8s-app-budget`,
    { metadata, spec: { maxUnavailable: "25%", selector, unhealthyPodEvictionPolicy: "AlwaysAllow" } },
    opts,
  );
  new kubernetes.autoscaling.v2.HorizontalPodAutoscaler(
    `${cell.id}-k8s-app-autoscaler`,
    {
      metadata,
      spec: {
        scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: component },
        minReplicas: size.app.replicas,
        maxReplicas: size.app.maxReplicas,
        metrics: [
          { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 60 } } },
        ],
        behavior: { scaleDown: { stabilizationWindowSeconds: 300 } },
      },
    },
    opts,
  );
}

function podSpec(ctx: CellContext, args: ApplicationArgs): kubernetes.types.input.core.v1.PodSpec {
  const { cell, size } = ctx;
  const memory = quantity(`${size.app.memoryMiB}Mi`);
  return {
    serviceAccountName: component,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: podSecurity(10001),
    // Longer than the pause before the end plus the longest request.
    terminationGracePeriodSeconds: 60,
    topologySpreadConstraints: spread(component, false),
    affinity: onColour(args.liveColour),
    containers: [
      {
        name: component,
        image: pulumi.interpolate`${args.image}:${cell.release}`,
        ports: [{ name: "http", containerPort: args.port }],
        envFrom: [{ configMapRef: { name: component } }, { secretRef: { name: component } }],
        startupProbe: { httpGet: { path: healthPath, port: "http" }, periodSeconds: 2, failureThreshold: 60 },
        readinessProbe: { httpGet: { path: readyPath, port: "http" }, periodSeconds: 5, failureThreshold: 2 },
        livenessProbe: { httpGet: { path: healthPath, port: "http" }, periodSeconds: 10, failureThreshold: 6 },
        // Requests go on arriving until every node has heard that the pod is leaving.
        lifecycle: { preStop: { sleep: { seconds: 15 } } },
        securityContext: containerSecurity,
        resources: { requests: { cpu: quantity(`${size.app.cpuMillis}m`), memory }, limits: { memory } },
        volumeMounts: [{ name: "scratch", mountPath: "/tmp" }],
      },
    ],
    volumes: [{ name: "scratch", emptyDir: { sizeLimit: "64Mi" } }],
  };
}
