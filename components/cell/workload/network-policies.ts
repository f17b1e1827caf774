import * as kubernetes from "@pulumi/kubernetes";
import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import type { CellContext } from "../context";
import { dataPorts } from "../security-groups";
import { poolPort } from "./pgbouncer";
import { labelsOf, namespace, selectorOf } from "./pod";

type Spec = types.input.networking.v1.NetworkPolicySpec;

/** Where pods fetch the credentials of their role: https://docs.aws.amazon.com/eks/latest/userguide/pod-id-how-it-works.html */
const podIdentityAgent = "169.254.170.23/32";

function tcp(...ports: readonly number[]): types.input.networking.v1.NetworkPolicyPort[] {
  return ports.map((port) => ({ protocol: "TCP", port }));
}

/**
 * Traffic allowed in the cell's namespace, by policy name; all other traffic is denied. Pure.
 *
 * @param dataCidrs the cell's own data subnets.
 */
export function policySpecs(
  cell: CellContext["cell"],
  dataCidrs: readonly string[],
  appPort: number,
): Readonly<Record<string, Spec>> {
  const data = dataCidrs.map((cidr) => ({ ipBlock: { cidr } }));
  const app = { matchLabels: selectorOf("app") };
  const pool = { matchLabels: selectorOf("postgres-pool") };
  const appData = [
    ...dataPorts.redis,
    ...dataPorts.memcached,
    ...dataPorts.kafka,
    ...(cell.rabbitmq ? dataPorts.rabbitmq : []),
  ];
  return {
    "default-deny": { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
    dns: {
      podSelector: {},
      policyTypes: ["Egress"],
      egress: [
        {
          to: [
            {
              namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
              podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
            },
          ],
          ports: [{ protocol: "UDP", port: 53 }, ...tcp(53)],
        },
      ],
    },
    app: {
      podSelector: app,
      policyTypes: ["Ingress", "Egress"],
      // A NodePort's traffic comes from the node that took it; the nodes' security group admits the load balancer only.
      ingress: [{ from: [{ ipBlock: { cidr: cell.cidr } }], ports: tcp(appPort) }],
      egress: [
        { to: [{ podSelector: pool }], ports: tcp(poolPort) },
        { to: data, ports: tcp(...appData) },
        // AWS services, by the cell's own interface endpoints.
        { to: [{ ipBlock: { cidr: cell.cidr } }], ports: tcp(443) },
        { to: [{ ipBlock: { cidr: podIdentityAgent } }], ports: tcp(80) },
      ],
    },
    "postgres-pool": {
      podSelector: pool,
      policyTypes: ["Ingress", "Egress"],
      ingress: [{ from: [{ podSelector: app }], ports: tcp(poolPort) }],
      egress: [{ to: data, ports: tcp(...dataPorts.postgres) }],
    },
  };
}

/** Makes them. */
export function networkPolicies(
  ctx: CellContext,
  args: { readonly dataCidrs: readonly string[]; readonly appPort: number },
  opts: pulumi.CustomResourceOptions,
): readonly pulumi.Resource[] {
  return Object.entries(policySpecs(ctx.cell, args.dataCidrs, args.appPort)).map(
    ([name, spec]) =>
      new kubernetes.networking.v1.NetworkPolicy(
        `${ctx.cell.id}-k8s-policy-${name}`,
        { metadata: { name, namespace, labels: labelsOf(ctx, "network-policy") }, spec },
        opts,
      ),
  );
}
