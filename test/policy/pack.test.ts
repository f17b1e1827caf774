import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

import * as grpc from "@grpc/grpc-js";
import type { PolicyResource } from "@pulumi/policy";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import { AnalyzeRequest, AnalyzerResourceOptions, type AnalyzeResponse } from "@pulumi/pulumi/proto/analyzer_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { describe, expect, it } from "vitest";

import { loadCatalog } from "../../catalog/load";
import { planEnvironment } from "../../adapters/pulumi/plan/environment";
import type { PlannedResource } from "../../adapters/pulumi/plan/plan";
import { judge } from "../../policy/core/judge";
import { neutral, policies } from "../../policy/front/crossguard";
import { knownOf } from "../../policy/front/known";
import { fromPlan } from "../../policy/front/plan";
import { rules } from "../../policy/rules";

const root = join(__dirname, "../..");

function said(resources: readonly PlannedResource[]): readonly string[] {
  const found = judge(rules, fromPlan(resources), knownOf("dev")).filter(({ verdict }) => verdict.kind !== "advisory");
  return found.map(({ rule, verdict }) => {
    const name = verdict.urn.split("::").pop() ?? "";
    return `${rule.id} ${verdict.kind} ${name}${verdict.path === undefined ? "" : ` ${verdict.path}`}`;
  });
}

/** Starts the pack in the SDK's own runner, as the engine does, and stops it after `use`. */
async function withPack<T>(environment: NodeJS.ProcessEnv, use: (port: string) => Promise<T>): Promise<T> {
  const runner = require.resolve("@pulumi/pulumi/cmd/run-policy-pack");
  const child = spawn(process.execPath, [runner, "127.0.0.1:1", join(root, "policy")], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...environment },
  });
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (errors += chunk));
  try {
    const port = await new Promise<string>((resolve, reject) => {
      createInterface(child.stdout).once("line", resolve);
      child.once("exit", (code) => reject(new Error(`the runner ended with ${code}: ${errors}`)));
    });
    return await use(port);
  } finally {
    child.kill("SIGKILL");
  }
}

/** What the running pack says of a topic of cell-1 in us-east-1. */
async function saidOfTopic(environment: NodeJS.ProcessEnv): Promise<readonly string[]> {
  const cell = "urn:pulumi:dev::cells::cells:index:CellStack::cell-1";
  const topic = "urn:pulumi:dev::cells::cells:index:CellStack$aws:sns/topic:Topic::topic";
  return withPack(environment, async (port) => {
    const client = new AnalyzerClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
    const analyze = async (urn: string, props: Readonly<Record<string, string>>, parent?: string) => {
      const options = new AnalyzerResourceOptions();
      if (parent !== undefined) options.setParent(parent);
      const request = new AnalyzeRequest();
      request.setUrn(urn);
      request.setType(urn.split("::")[2]!.split("$").pop()!);
      request.setName(urn.split("::")[3]!);
      request.setProperties(Struct.fromJavaScript(props));
      request.setOptions(options);
      const response = await new Promise<AnalyzeResponse>((resolve, reject) => {
        client.analyze(request, (error, answer) => (error === null ? resolve(answer) : reject(error)));
      });
      return response.getDiagnosticsList().map((one) => one.getMessage());
    };
    try {
      return [...(await analyze(cell, {})), ...(await analyze(topic, { region: "us-east-1" }, cell))];
    } finally {
      client.close();
    }
  });
}

describe("the pack", () => {
  it("loads in the SDK's own runner within seconds", async () => {
    const started = Date.now();
    const port = await withPack({}, (listening) => Promise.resolve(listening));
    expect(port).toMatch(/^\d+$/);
    // About 1 s alone on two cores; the rest is for busy machines. With @pulumi/aws it would be 5 s and more.
    expect(Date.now() - started).toBeLessThan(10_000);
  });

  it("judges by the catalog of the stack's configuration, and by no environment variable", async () => {
    const folder = mkdtempSync(join(tmpdir(), "cells-pack-"));
    try {
      const moved = join(folder, "moved.yaml");
      const dev = readFileSync(join(root, "catalog/dev.yaml"), "utf8");
      writeFileSync(
        moved,
        dev.replace("number: 1, locality: EU, region: eu-central-1", "number: 1, locality: US, region: us-east-1"),
      );
      const of = (catalog: string): NodeJS.ProcessEnv => ({
        PULUMI_CONFIG: JSON.stringify({ "cells:catalog": catalog }),
      });
      const outside = [expect.stringMatching(/\nSOV-01: /)];
      expect(await saidOfTopic(of("catalog/dev.yaml"))).toEqual(outside);
      expect(await saidOfTopic(of(moved))).toEqual([]);
      expect(await saidOfTopic({ ...of("catalog/dev.yaml"), CELLS_CATALOG: moved })).toEqual(outside);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("finds nothing wrong with the dev environment, and each leak that is planted in it", async () => {
    const { resources } = await planEnvironment(loadCatalog(join(root, "catalog/dev.yaml")));
    expect(said(resources)).toEqual([]);

    const planted = (type: string, cell: string, change: (resource: PlannedResource) => object): readonly string[] => {
      const at = resources.findIndex((one) => one.type === type && one.name.startsWith(cell));
      const changed = { ...resources[at]!, ...change(resources[at]!) };
      return said(resources.map((one, index) => (index === at ? changed : one)));
    };
    const vpc = (cell: string): PlannedResource =>
      resources.find((one) => one.type === "aws:ec2/vpc:Vpc" && one.name.startsWith(cell))!;
    const database = "aws:rds/instance:Instance";
    const overlap = planted("aws:ec2/vpc:Vpc", "cell-2", ({ inputs }) => ({
      inputs: { ...inputs, cidrBlock: vpc("cell-1").inputs["cidrBlock"] as string },
    }));
    expect(overlap.map((line) => line.split(" ")[0])).toEqual(["NET-02"]);
    expect(
      planted(database, "cell-3", ({ inputs }) => ({ inputs: { ...inputs, storageEncrypted: false } })),
    ).toHaveLength(1);
    expect(
      planted(database, "cell-3", ({ inputs }) => ({ inputs: { ...inputs, tags: { cell: "cell-4" } } })),
    ).toHaveLength(1);
    const leak = planted("aws:ec2/subnet:Subnet", "cell-5", ({ propertyDependencies }) => ({
      propertyDependencies: { ...propertyDependencies, vpcId: [vpc("cell-6").urn] },
    }));
    expect(leak).toEqual([expect.stringMatching(/^ISO-02 violation cell-5\S* vpcId$/)]);
  });

  it("reports to CrossGuard what is wrong, and separately what is undecided", async () => {
    const opts = {
      protect: false,
      ignoreChanges: [],
      aliases: [],
      additionalSecretOutputs: [],
    } as unknown as PolicyResource["opts"];
    const given = {
      type: "aws:ec2/vpc:Vpc",
      name: "vpc",
      urn: "urn:pulumi:dev::cells::aws:ec2/vpc:Vpc::vpc",
      props: { cidrBlock: "8.8.0.0/16" },
      opts,
      dependencies: [],
      propertyDependencies: {},
    } as unknown as PolicyResource;
    const heard: string[] = [];
    const args = { resources: [given], getConfig: () => ({}), stackTags: new Map(), ...given };
    for (const policy of policies(rules)) {
      const run = ("validateStack" in policy ? policy.validateStack : policy.validateResource) as (
        a: unknown,
        r: unknown,
      ) => void;
      await Promise.resolve(run(args, (message: string) => heard.push(`${policy.name} ${message.slice(0, 6)}`)));
    }
    expect(heard).toEqual(["cells-resource NET-01", "cells-stack ISO-01"]);
    expect(neutral([given])[0]?.urn).toBe(given.urn);
  });
});
