import { Agent } from "node:http";

import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";

import type { Properties } from "../properties";
import type { ClientConfig, Cloud } from "./resource";

// The SDK warns at every start that Node 20 ends; package.json already declares the Node range.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";

/** moto's default account; a provider with `assumeRoles` works in the account of its role. */
const defaultAccount = "123456789012";

/** Sockets are shared by all providers: the local cloud is one process. */
const agent = new Agent({ keepAlive: true, maxSockets: 32 });

/** Throws unless the endpoint is this machine's loopback. */
export function requireLoopback(endpoint: string): void {
  const { hostname } = new URL(endpoint);
  const loopback = hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
  if (!loopback) {
    throw new Error(
      `the local cloud's providers refuse ${hostname}: they are for a loopback endpoint only. ` +
        "For a real account run pulumi without `cells start`, with the official providers.",
    );
  }
}

/** Clients for the region and account that one `aws.Provider` names. */
export function createCloud(endpoint: string, config: Properties): Cloud {
  requireLoopback(endpoint);
  const region = config["region"] as string | undefined;
  if (region === undefined || region === "") {
    throw new Error("the aws provider has no region: every cell and router names its own");
  }
  const assumed = (config["assumeRoles"] as { roleArn?: string }[] | undefined)?.[0]?.roleArn;
  const base: ClientConfig = {
    region,
    endpoint,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 1,
    requestHandler: { httpAgent: agent, requestTimeout: 120_000 },
  };
  const clientConfig: ClientConfig =
    assumed === undefined
      ? base
      : { ...base, credentials: assumeRole(base, assumed) as unknown as ClientConfig["credentials"] };
  const clients = new Map<unknown, unknown>();
  return {
    region,
    partition: region.startsWith("cn-") ? "aws-cn" : region.startsWith("us-gov-") ? "aws-us-gov" : "aws",
    accountId: assumed?.split(":")[4] ?? defaultAccount,
    client<C>(type: new (clientConfig: ClientConfig) => C): C {
      const existing = clients.get(type);
      if (existing !== undefined) return existing as C;
      const made = new type(clientConfig);
      clients.set(type, made);
      return made;
    },
  };
}

/** Credentials of a role in another account, asked for once. */
function assumeRole(base: ClientConfig, roleArn: string): () => Promise<ClientConfig["credentials"]> {
  let pending: Promise<ClientConfig["credentials"]> | undefined;
  return () =>
    (pending ??= new STSClient(base)
      .send(new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: "cells-local" }))
      .then(({ Credentials }) => ({
        accessKeyId: Credentials?.AccessKeyId ?? "",
        secretAccessKey: Credentials?.SecretAccessKey ?? "",
        sessionToken: Credentials?.SessionToken ?? "",
      })));
}
