import * as lambda from "@aws-sdk/client-lambda";

import { resource, type Cloud, type Properties, type ResourceDefinition } from "../resource";
import { shapedLike } from "../shape";
import { tagChanges } from "../tags";

function client(cloud: Cloud): lambda.LambdaClient {
  return cloud.client(lambda.LambdaClient);
}

/** What API Gateway calls to invoke a function, version or alias. */
function invokeArn(cloud: Cloud, arn: string): string {
  return `arn:${cloud.partition}:apigateway:${cloud.region}:lambda:path/2015-03-31/functions/${arn}/invocations`;
}

/** Inputs whose change is a new version of the code; the rest is configuration. */
const codeInputs = ["s3Bucket", "s3Key", "s3ObjectVersion", "sourceCodeHash", "architectures"];
const notConfiguration = new Set([...codeInputs, "tags", "reservedConcurrentExecutions", "publish"]);

function configuration(inputs: Properties): lambda.UpdateFunctionConfigurationCommandInput {
  const logging = inputs["loggingConfig"] as Properties | undefined;
  return {
    FunctionName: inputs["name"],
    Description: inputs["description"],
    Role: inputs["role"],
    Runtime: inputs["runtime"],
    Handler: inputs["handler"],
    MemorySize: inputs["memorySize"],
    Timeout: inputs["timeout"],
    Environment: { Variables: (inputs["environment"] as Properties | undefined)?.["variables"] ?? {} },
    LoggingConfig:
      logging === undefined
        ? undefined
        : {
            LogFormat: logging["logFormat"],
            LogGroup: logging["logGroup"],
            ApplicationLogLevel: logging["applicationLogLevel"],
            SystemLogLevel: logging["systemLogLevel"],
          },
  };
}

async function putConcurrency(cloud: Cloud, FunctionName: string, reserved: number | undefined): Promise<void> {
  await (reserved === undefined || reserved < 0
    ? client(cloud).send(new lambda.DeleteFunctionConcurrencyCommand({ FunctionName }))
    : client(cloud).send(
        new lambda.PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: reserved }),
      ));
}

/** Number of the newest published version; `$LATEST` when none is. */
async function newestVersion(cloud: Cloud, FunctionName: string): Promise<string> {
  let newest = 0;
  let Marker: string | undefined;
  do {
    const page = await client(cloud).send(new lambda.ListVersionsByFunctionCommand({ FunctionName, Marker }));
    for (const { Version } of page.Versions ?? []) newest = Math.max(newest, Number(Version) || 0);
    Marker = page.NextMarker;
  } while (Marker !== undefined && Marker !== "");
  return newest === 0 ? "$LATEST" : String(newest);
}

/** Id: the function's name. */
const fn = resource({
  token: "aws:lambda/function:Function",
  async create(cloud, inputs) {
    const { FunctionName, ...config } = configuration(inputs);
    await client(cloud).send(
      new lambda.CreateFunctionCommand({
        ...(config as lambda.CreateFunctionCommandInput),
        FunctionName,
        Code: { S3Bucket: inputs["s3Bucket"], S3Key: inputs["s3Key"], S3ObjectVersion: inputs["s3ObjectVersion"] },
        Architectures: inputs["architectures"],
        Publish: inputs["publish"],
        Tags: inputs["tags"],
      }),
    );
    const reserved = inputs["reservedConcurrentExecutions"] as number | undefined;
    if (reserved !== undefined) await putConcurrency(cloud, FunctionName!, reserved);
    return { id: FunctionName! };
  },
  async read(cloud, id, state) {
    const {
      Configuration: actual,
      Concurrency,
      Tags,
    } = await client(cloud).send(new lambda.GetFunctionCommand({ FunctionName: id }));
    const arn = `arn:${cloud.partition}:lambda:${cloud.region}:${cloud.accountId}:function:${id}`;
    const version = await newestVersion(cloud, id);
    return {
      name: id,
      arn,
      invokeArn: invokeArn(cloud, arn),
      qualifiedArn: `${arn}:${version}`,
      qualifiedInvokeArn: invokeArn(cloud, `${arn}:${version}`),
      version,
      codeSha256: actual?.CodeSha256,
      sourceCodeHash: actual?.CodeSha256,
      sourceCodeSize: actual?.CodeSize,
      lastModified: actual?.LastModified,
      description: actual?.Description,
      role: actual?.Role,
      runtime: actual?.Runtime,
      handler: actual?.Handler,
      memorySize: actual?.MemorySize,
      timeout: actual?.Timeout,
      architectures: actual?.Architectures,
      environment: shapedLike(state["environment"], { variables: actual?.Environment?.Variables ?? {} }),
      reservedConcurrentExecutions: Concurrency?.ReservedConcurrentExecutions,
      tags: Tags ?? {},
    };
  },
  renews: (changed, inputs) =>
    inputs["publish"] === true &&
    [...changed].some((key) => key === "publish" || codeInputs.includes(key) || !notConfiguration.has(key))
      ? ["version", "qualifiedArn", "qualifiedInvokeArn"]
      : [],
  async update(cloud, id, inputs, olds, changed) {
    const publish = inputs["publish"] === true;
    const newCode = codeInputs.some((key) => changed.has(key));
    const newConfiguration = [...changed].some((key) => !notConfiguration.has(key));
    if (newConfiguration)
      await client(cloud).send(new lambda.UpdateFunctionConfigurationCommand(configuration(inputs)));
    if (newCode) {
      await client(cloud).send(
        new lambda.UpdateFunctionCodeCommand({
          FunctionName: id,
          S3Bucket: inputs["s3Bucket"],
          S3Key: inputs["s3Key"],
          S3ObjectVersion: inputs["s3ObjectVersion"],
          Architectures: inputs["architectures"],
        }),
      );
    }
    if (publish && (newCode || newConfiguration || changed.has("publish"))) {
      await client(cloud).send(new lambda.PublishVersionCommand({ FunctionName: id }));
    }
    if (changed.has("reservedConcurrentExecutions")) {
      await putConcurrency(cloud, id, inputs["reservedConcurrentExecutions"]);
    }
    if (changed.has("tags")) {
      const { set, remove } = tagChanges(olds["tags"], inputs["tags"]);
      const Resource = olds["arn"] as string;
      if (Object.keys(set).length > 0) await client(cloud).send(new lambda.TagResourceCommand({ Resource, Tags: set }));
      if (remove.length > 0) await client(cloud).send(new lambda.UntagResourceCommand({ Resource, TagKeys: remove }));
    }
  },
  async delete(cloud, id) {
    await client(cloud).send(new lambda.DeleteFunctionCommand({ FunctionName: id }));
  },
});

/** Id: the alias's ARN. */
const alias = resource({
  token: "aws:lambda/alias:Alias",
  async create(cloud, inputs) {
    const { AliasArn } = await client(cloud).send(
      new lambda.CreateAliasCommand({
        FunctionName: inputs["functionName"],
        Name: inputs["name"],
        FunctionVersion: inputs["functionVersion"],
        Description: inputs["description"],
      }),
    );
    return { id: AliasArn ?? "" };
  },
  async read(cloud, id) {
    const [, functionName, name] = /:function:([^:]+):([^:]+)$/.exec(id) ?? [];
    const actual = await client(cloud).send(new lambda.GetAliasCommand({ FunctionName: functionName, Name: name }));
    return {
      arn: id,
      invokeArn: invokeArn(cloud, id),
      name,
      functionName,
      functionVersion: actual.FunctionVersion,
      description: actual.Description,
    };
  },
  async update(cloud, _id, inputs) {
    await client(cloud).send(
      new lambda.UpdateAliasCommand({
        FunctionName: inputs["functionName"],
        Name: inputs["name"],
        FunctionVersion: inputs["functionVersion"],
        Description: inputs["description"],
      }),
    );
  },
  async delete(cloud, id, state) {
    await client(cloud).send(
      new lambda.DeleteAliasCommand({ FunctionName: state["functionName"], Name: state["name"] }),
    );
  },
});

interface Statement {
  readonly Sid: string;
  readonly Action: string;
  readonly Principal: { readonly Service?: string; readonly AWS?: string } | string;
  readonly Condition?: { readonly ArnLike?: Record<string, string> };
}

/** Id: the statement's. Every change replaces. */
const permission = resource({
  token: "aws:lambda/permission:Permission",
  async create(cloud, inputs) {
    await client(cloud).send(
      new lambda.AddPermissionCommand({
        StatementId: inputs["statementId"],
        Action: inputs["action"],
        FunctionName: inputs["function"],
        Principal: inputs["principal"],
        Qualifier: inputs["qualifier"],
        SourceArn: inputs["sourceArn"],
        SourceAccount: inputs["sourceAccount"],
      }),
    );
    return { id: inputs["statementId"] as string };
  },
  async read(cloud, id, state) {
    const { Policy } = await client(cloud).send(
      new lambda.GetPolicyCommand({ FunctionName: state["function"], Qualifier: state["qualifier"] }),
    );
    const { Statement } = JSON.parse(Policy ?? "{}") as { Statement?: Statement[] };
    const found = Statement?.find(({ Sid }) => Sid === id);
    if (found === undefined) return undefined;
    return {
      statementId: id,
      action: found.Action,
      principal:
        typeof found.Principal === "string" ? found.Principal : (found.Principal.Service ?? found.Principal.AWS),
      sourceArn: found.Condition?.ArnLike?.["AWS:SourceArn"],
    };
  },
  async delete(cloud, id, state) {
    await client(cloud).send(
      new lambda.RemovePermissionCommand({
        FunctionName: state["function"],
        StatementId: id,
        Qualifier: state["qualifier"],
      }),
    );
  },
});

/** Lambda. */
export const definitions: ResourceDefinition[] = [fn, alias, permission];
