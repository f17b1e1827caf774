import type { Cell } from "../../catalog/model";

/**
 * How a client reaches one cell's Kubernetes API: no secret in it, the AWS CLI signs in with whatever credentials the
 * client has. JSON, which is YAML too.
 *
 * @param certificateAuthority base64, from the cluster.
 */
export function kubeconfig(options: {
  readonly cell: Pick<Cell, "region" | "account">;
  readonly clusterName: string;
  readonly endpoint: string;
  readonly certificateAuthority: string;
  /** Named AWS profile to sign in with; absent: the client's default credentials. */
  readonly profile?: string;
}): string {
  const { cell, clusterName, endpoint, certificateAuthority, profile } = options;
  const role = cell.account?.roleArn;
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      { name: clusterName, cluster: { server: endpoint, "certificate-authority-data": certificateAuthority } },
    ],
    users: [
      {
        name: clusterName,
        user: {
          exec: {
            apiVersion: "client.authentication.k8s.io/v1beta1",
            command: "aws",
            args: [
              ...["--region", cell.region, "eks", "get-token", "--cluster-name", clusterName, "--output", "json"],
              ...(role === undefined ? [] : ["--role-arn", role]),
              // Not AWS_PROFILE: credentials in the environment, as a runner has them, come before that one.
              // https://docs.aws.amazon.com/cli/latest/topic/config-vars.html
              ...(profile === undefined ? [] : ["--profile", profile]),
            ],
            interactiveMode: "Never",
          },
        },
      },
    ],
    contexts: [{ name: clusterName, context: { cluster: clusterName, user: clusterName } }],
    "current-context": clusterName,
  });
}
