import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import vm from "node:vm";

import { GetFunctionCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { unzipSync } from "fflate";

import { liveAlias, RouterVariable } from "../../contract/router";
import type { HttpAnswer, HttpEvent } from "../../lambda/router/event";
import { UserError } from "../../contract/user-error";

/** Where a router runs: one function of one region of the local cloud. */
export interface RouterAddress {
  /** Of the local cloud: `http://127.0.0.1:<port>`. */
  readonly endpoint: string;
  readonly region: string;
  readonly functionName: string;
  /** Alias or version; `live` by default, as API Gateway invokes it. */
  readonly qualifier?: string;
}

/** The code that Lambda has, verified by its hash. */
export interface DeployedCode {
  readonly address: RouterAddress;
  readonly zip: Uint8Array;
  /** As Lambda reports it, in base64; the zip's own hash is equal. */
  readonly codeSha256: string;
  /** Published version behind the qualifier. */
  readonly version: string;
  /** `index.handler`. */
  readonly handler: string;
  /** The function's environment variables. */
  readonly environment: Readonly<Record<string, string>>;
  readonly bucket: string;
  readonly key: string;
}

/** Where lines of the function's log go. */
export type WriteLog = (text: string) => void;

/** One warm instance of the function: what Lambda would call. */
export type Handler = (event: HttpEvent) => Promise<HttpAnswer>;

/**
 * Fetches the zip that a function runs, from the bucket it was deployed from.
 *
 * @throws UserError when the function is not there or the zip is not the one whose hash Lambda reports.
 */
export async function fetchDeployed(address: RouterAddress): Promise<DeployedCode> {
  const { endpoint, region, functionName, qualifier = liveAlias } = address;
  const config = { endpoint, region, credentials: { accessKeyId: "local", secretAccessKey: "local" } };
  const lambda = new LambdaClient(config);
  const s3 = new S3Client({ ...config, forcePathStyle: true });
  try {
    const { Configuration, Code } = await lambda
      .send(new GetFunctionCommand({ FunctionName: functionName, Qualifier: qualifier }))
      .catch((error: unknown) => {
        throw new UserError(
          `no router ${functionName}:${qualifier} in ${region} at ${endpoint}: ${error instanceof Error ? error.name : ""}`,
        );
      });
    const environment = Configuration?.Environment?.Variables ?? {};
    const bucket = environment[RouterVariable.bucket] ?? "";
    const key = decodeURIComponent(new URL(Code?.Location ?? "s3://none/").pathname.slice(1));
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key })).catch((error: unknown) => {
      throw new UserError(
        `the code of ${functionName} (${region}) is not at s3://${bucket}/${key}: ${error instanceof Error ? error.name : ""}`,
      );
    });
    const zip = (await Body?.transformToByteArray()) ?? new Uint8Array();
    const codeSha256 = Configuration?.CodeSha256 ?? "";
    const actual = createHash("sha256").update(zip).digest("base64");
    if (actual !== codeSha256) {
      throw new UserError(
        `the zip at s3://${bucket}/${key} has SHA-256 ${actual}, but Lambda runs ${codeSha256}: run \`cells start\` again`,
      );
    }
    const version = Configuration?.Version ?? "";
    const handler = Configuration?.Handler ?? "";
    return { address, zip, codeSha256, version, handler, environment, bucket, key };
  } finally {
    lambda.destroy();
    s3.destroy();
  }
}

/**
 * Starts one instance of deployed code inside this process, as a cold Lambda instance would start: the zip's own bytes,
 * the function's environment, the local cloud as its AWS. Nothing of this process's environment reaches it.
 *
 * @param writeLog receives the lines of its log; they are dropped by default.
 * @throws UserError when it does not start.
 */
export function instantiate(
  { address, zip, handler, environment }: DeployedCode,
  writeLog: WriteLog = () => undefined,
): Handler {
  const [file = "index", exported = "handler"] = handler.split(".");
  const directory = mkdtempSync(join(tmpdir(), "cells-router-"));
  try {
    for (const [name, bytes] of Object.entries(unzipSync(zip))) {
      // Our zip has no folders; a name with folders or dots could write elsewhere.
      if (name === basename(name) && name !== "..") writeFileSync(join(directory, name), bytes);
    }
    const path = join(directory, `${file}.js`);
    const env = {
      ...environment,
      AWS_REGION: address.region,
      AWS_ENDPOINT_URL: address.endpoint,
      AWS_ACCESS_KEY_ID: "local",
      AWS_SECRET_ACCESS_KEY: "local",
      AWS_LAMBDA_FUNCTION_NAME: address.functionName,
    };
    const module = { exports: {} as Record<string, unknown> };
    // The wrapper of a CommonJS module, with its own `process`, whose environment is the function's.
    const wrapper = vm.compileFunction(
      readFileSync(path, "utf8"),
      ["exports", "require", "module", "__filename", "__dirname", "process", "console"],
      { filename: path },
    ) as (...args: unknown[]) => void;
    const stdout = { write: (text: string) => (writeLog(text), true) };
    const log = Object.assign(Object.create(console) as Console, { log: (text: string) => writeLog(`${text}\n`) });
    try {
      wrapper(module.exports, createRequire(path), module, path, directory, { ...process, env, stdout }, log);
    } catch (error) {
      throw new UserError(
        `${address.functionName} (${address.region}) does not start: ${error instanceof Error ? error.message : ""}`,
      );
    }
    return module.exports[exported] as Handler;
  } finally {
    // Read once at the start, as a router must: it needs no disk to answer.
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Fetches a router's deployed code and answers one event with it. For many events keep an instance. */
export async function invokeDeployed(
  address: RouterAddress,
  event: HttpEvent,
): Promise<HttpAnswer & { readonly codeSha256: string }> {
  const code = await fetchDeployed(address);
  return { ...(await instantiate(code)(event)), codeSha256: code.codeSha256 };
}
