import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import type { CellContext } from "../context";
import type { Colour } from "../../../catalog/model";
import { appUser, appUserSql, scramVerifier } from "./app-user";
import { poolResources, quantity } from "./limits";
import { checksum, pgbouncerIni, poolPort, poolReplicas, userlist } from "./pgbouncer";
import { containerSecurity, labelsOf, namespace, onColour, podSecurity, secretData, selectorOf, spread } from "./pod";

const component = "postgres-pool";

/**
 * Ends PgBouncer between transactions: a pause until no node sends new clients, then SIGINT, after which it closes each
 * client at the end of its transaction and exits. On Kubernetes' SIGTERM it would wait for all clients to leave by
 * themselves, and be killed in the middle of their transactions; a second signal ends it at once, so the hook waits.
 * Source: https://www.pgbouncer.org/usage.html#signals
 */
const stop = "sleep 10; kill -INT 1; while kill -0 1; do sleep 1; done";

/** The database behind the pool. */
export interface PoolArgs {
  readonly primaryHost: pulumi.Input<string>;
  readonly replicaHost: pulumi.Input<string>;
  readonly port: number;
  readonly database: string;
  /** The database's administrator: creates the application's user, and pauses the pool. */
  readonly user: string;
  /** The administrator's. Secret. */
  readonly password: pulumi.Input<string>;
  /** Of the application's user. Secret. */
  readonly appPassword: pulumi.Input<string>;
  /** PEM of the CA that signed the database's certificate; without it the connection is encrypted but not verified. */
  readonly caBundle?: string | undefined;
  /** With its tag. */
  readonly image: pulumi.Input<string>;
  readonly liveColour: Colour;
}

/** The cell's connection pool: PgBouncer, two pods, together exactly the class's connections to the primary. */
export function connectionPool(ctx: CellContext, args: PoolArgs, opts: pulumi.CustomResourceOptions): void {
  const { cell, size } = ctx;
  const labels = labelsOf(ctx, component);
  const metadata = { name: component, namespace, labels };
  const selector = { matchLabels: selectorOf(component) };

  const ini = pulumi.all([args.primaryHost, args.replicaHost]).apply(([primaryHost, replicaHost]) =>
    pgbouncerIni({
      primaryHost,
      replicaHost,
      port: args.port,
      database: args.database,
      user: appUser,
      admin: args.user,
      poolSize: size.postgres.poolSize,
      verified: args.caBundle !== undefined,
    }),
  );
  const passwords = pulumi.all([args.appPassword, args.password]);
  const users = pulumi.secret(passwords.apply(([app, admin]) => userlist({ [appUser]: app, [args.user]: admin })));
  // The digest of a password of 238 random bits reveals nothing.
  const sql = appUserSql(args.database);
  const digest = pulumi.unsecret(
    pulumi.all([ini, users]).apply((texts) => checksum(...texts, args.caBundle ?? "", sql)),
  );
  const config = { name: "config", mountPath: "/etc/pgbouncer", readOnly: true };
  const resources = {
    requests: { cpu: quantity(`${poolResources.cpuMillis}m`), memory: quantity(`${poolResources.memoryMiB}Mi`) },
    limits: { memory: quantity(`${poolResources.memoryMiB}Mi`) },
  };

  new kubernetes.core.v1.ConfigMap(
    `${cell.id}-k8s-pool-config`,
    {
      metadata,
      data: {
        "pgbouncer.ini": ini,
        "app-user.sql": sql,
        ...(args.caBundle === undefined ? {} : { "rds-ca.pem": args.caBundle }),
      },
    },
    opts,
  );
  new kubernetes.core.v1.Secret(
    `${cell.id}-k8s-pool-users`,
    {
      metadata,
      type: "Opaque",
      data: secretData({
        "userlist.txt": users,
        PGPASSWORD: args.password,
        APP_VERIFIER: pulumi
          .output(args.appPassword)
          .apply((password) => scramVerifier(password, `${ctx.environment} ${cell.id} ${appUser}`)),
      }),
    },
    opts,
  );
  new kubernetes.apps.v1.Deployment(
    `${cell.id}-k8s-pool`,
    {
      metadata,
      spec: {
        replicas: poolReplicas,
        selector,
        // No third pod but one that leaves: the pool would be larger than it is.
        strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
        template: {
          metadata: { labels, annotations: { "cells/config": digest } },
          spec: {
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            securityContext: podSecurity(70),
            // The pause, and the longest request of the application: 45 s, its own grace period without its own pause.
            terminationGracePeriodSeconds: 60,
            topologySpreadConstraints: spread(component, true),
            affinity: onColour(args.liveColour),
            // Before each start of the pool, with the administrator's password: nothing else in a cell runs SQL.
            initContainers: [
              {
                name: "app-user",
                image: args.image,
                command: [
                  "psql",
                  "--no-psqlrc",
                  "--quiet",
                  "--set=ON_ERROR_STOP=1",
                  "--file=/etc/pgbouncer/app-user.sql",
                ],
                env: [
                  { name: "PGHOST", value: args.primaryHost },
                  { name: "PGPORT", value: String(args.port) },
                  { name: "PGDATABASE", value: args.database },
                  { name: "PGUSER", value: args.user },
                  { name: "PGCONNECT_TIMEOUT", value: "10" },
                  ...(args.caBundle === undefined
                    ? [{ name: "PGSSLMODE", value: "require" }]
                    : [
                        { name: "PGSSLMODE", value: "verify-full" },
                        { name: "PGSSLROOTCERT", value: "/etc/pgbouncer/rds-ca.pem" },
                      ]),
                  ...["PGPASSWORD", "APP_VERIFIER"].map((key) => ({
                    name: key,
                    valueFrom: { secretKeyRef: { name: component, key } },
                  })),
                ],
                securityContext: containerSecurity,
                resources,
                volumeMounts: [config],
              },
            ],
            containers: [
              {
                name: "pgbouncer",
                image: args.image,
                command: ["pgbouncer", "/etc/pgbouncer/pgbouncer.ini"],
                ports: [{ name: "postgres", containerPort: poolPort }],
                readinessProbe: { tcpSocket: { port: "postgres" }, periodSeconds: 5 },
                livenessProbe: { tcpSocket: { port: "postgres" }, periodSeconds: 10, failureThreshold: 6 },
                lifecycle: { preStop: { exec: { command: ["sh", "-c", stop] } } },
                securityContext: containerSecurity,
                resources,
                volumeMounts: [config, { name: "users", mountPath: "/etc/pgbouncer-users", readOnly: true }],
              },
            ],
            volumes: [
              { name: "config", configMap: { name: component } },
              {
                name: "users",
                secret: { secretName: component, items: [{ key: "userlist.txt", path: "userlist.txt" }] },
              },
            ],
          },
        },
      },
    },
    opts,
  );
  new kubernetes.core.v1.Service(
    `${cell.id}-k8s-pool-service`,
    {
      metadata,
      spec: { selector: selectorOf(component), ports: [{ name: "postgres", port: poolPort, targetPort: "postgres" }] },
    },
    opts,
  );
  new kubernetes.policy.v1.PodDisruptionBudget(
    `${cell.id}-k8s-pool-budget`,
    { metadata, spec: { minAvailable: 1, selector, unhealthyPodEvictionPolicy: "AlwaysAllow" } },
    opts,
  );
}
