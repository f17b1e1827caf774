import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { liveAlias, objectPaths } from "../../contract/router";
import type { RouterSite } from "../../catalog/model";
import type { IdentitySettings } from "../../routing/identity";
import type { RouterSecrets } from "../router-secrets";
import type { SigningKeys } from "../signing-keys";
import type { RouterArtifacts } from "./artifacts";
import { bundleHandler, type RouterBundle } from "./bundle";
import type { RouterNames } from "./names";
import { routerVariables } from "./variables";

/** How the router's function runs. */
const functionSettings = {
  runtime: "nodejs22.x",
  /** MiB; CPU grows with it, and a cold start is CPU. */
  memorySize: 512,
  /** Seconds. An answer takes under a millisecond; the rest is room for a cold start. */
  timeout: 3,
  logRetentionDays: 30,
} as const;

/** The function, its role, its log group and the alias `live` that points at the newest version. */
export class RouterFunction extends pulumi.ComponentResource {
  readonly function: aws.lambda.Function;
  readonly live: aws.lambda.Alias;

  constructor(
    name: string,
    args: {
      readonly site: RouterSite;
      readonly names: RouterNames;
      readonly domain: string;
      readonly bundle: RouterBundle;
      readonly artifacts: RouterArtifacts;
      readonly reservedConcurrency: number;
      readonly environment: string;
      readonly identity: IdentitySettings;
      readonly corsOrigins: readonly string[];
      readonly secrets: RouterSecrets;
      readonly keys: SigningKeys;
    },
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("cells:router:Function", name, {}, opts);
    const child = { parent: this };
    const { names, artifacts, bundle } = args;
    const logs = new aws.cloudwatch.LogGroup(
      `${name}-logs`,
      { name: names.functionLogs, retentionInDays: functionSettings.logRetentionDays },
      child,
    );
    const { role, policy } = leastRole(name, names, artifacts, logs, child);
    this.function = new aws.lambda.Function(
      `${name}-lambda`,
      {
        name: names.prefix,
        description: "Sends every tenant to its home cell.",
        role: role.arn,
        runtime: functionSettings.runtime,
        handler: bundleHandler,
        // Graviton is not offered by Lambda in every region of the China partition.
        architectures: [args.site.partition === "aws-cn" ? "x86_64" : "arm64"],
        memorySize: functionSettings.memorySize,
        timeout: functionSettings.timeout,
        s3Bucket: artifacts.bucket,
        s3Key: artifacts.code.key,
        sourceCodeHash: bundle.sha256Base64,
        publish: true,
        reservedConcurrentExecutions: args.reservedConcurrency,
        environment: {
          variables: routerVariables<pulumi.Input<string>>({
            ...args,
            bucket: artifacts.bucket,
            verifyingKeys: args.keys.verifyingKeys,
            edgeSecrets: args.secrets.accepted.apply((accepted) => accepted.join(",")),
            logKey: args.secrets.logKey,
          }),
        },
        loggingConfig: { ...logging(args.site), logGroup: logs.name },
      },
      { ...child, dependsOn: policy },
    );
    this.live = new aws.lambda.Alias(
      `${name}-live`,
      { name: liveAlias, functionName: this.function.name, functionVersion: this.function.version },
      child,
    );
    this.registerOutputs({});
  }
}

/**
 * At INFO Lambda writes two lines for each invocation, so that logs would cost as much as the load. A level needs JSON, which
 * GovCloud does not offer: https://docs.aws.amazon.com/govcloud-us/latest/UserGuide/govcloud-lambda.html
 */
function logging({ partition }: RouterSite): { readonly logFormat: string; readonly systemLogLevel?: string } {
  return partition === "aws-us-gov" ? { logFormat: "Text" } : { logFormat: "JSON", systemLogLevel: "WARN" };
}

/** May read the two tables, list the names in their bucket, and write its own log; nothing else. */
function leastRole(
  name: string,
  names: RouterNames,
  { bucketArn }: RouterArtifacts,
  logs: aws.cloudwatch.LogGroup,
  child: pulumi.CustomResourceOptions,
): { readonly role: aws.iam.Role; readonly policy: aws.iam.RolePolicy } {
  const role = new aws.iam.Role(
    `${name}-role`,
    {
      name: names.prefix,
      assumeRolePolicy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
      }),
    },
    child,
  );
  const policy = new aws.iam.RolePolicy(
    `${name}-role-policy`,
    {
      name: "router",
      role: role.name,
      policy: pulumi.jsonStringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Action: "s3:GetObject",
            Resource: [objectPaths.base, objectPaths.overlay].map((key) => pulumi.interpolate`${bucketArn}/${key}`),
          },
          // Without it S3 answers 403 for an object that does not exist, as for one that is denied. No condition on
          // `s3:prefix`: a GET has none, so it would never hold.
          { Effect: "Allow", Action: "s3:ListBucket", Resource: bucketArn },
          {
            Effect: "Allow",
            Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
            Resource: pulumi.interpolate`${logs.arn}:*`,
          },
        ],
      }),
    },
    child,
  );
  return { role, policy };
}
