import { spawn } from "node:child_process";
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

import * as grpc from "@grpc/grpc-js";
import type { PolicyResource } from "@pulumi/policy";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import {
  AnalyzeRequest,
  AnalyzerResourceOptions,
  AnalyzerStackConfigureRequest,
  type AnalyzeResponse,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { loadCatalog } from "../../catalog/load";
import { planEnvironment } from "../../adapters/pulumi/plan/environment";
import type { PlannedResource } from "../../adapters/pulumi/plan/plan";
import { UserError } from "../../contract/user-error";
import { judge } from "../../policy/core/judge";
import { neutral, policies } from "../../policy/front/crossguard";
import { admitPack } from "../../adapters/policy/pack";
import { knownOf, readStackTexts } from "../../policy/front/known";
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

/** Starts a pack as the engine's language host does, in the runner that the pack's folder finds, and stops it after `use`. */
async function withPack<T>(folder: string, use: (port: string) => Promise<T>): Promise<T> {
  const runner = require.resolve("@pulumi/pulumi/cmd/run-policy-pack", { paths: [folder] });
  const child = spawn(process.execPath, [runner, "127.0.0.1:1", folder], { stdio: ["ignore", "pipe", "pipe"] });
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

/**
 * What the running pack says of a topic of cell-1 in us-east-1, each finding with the pack's version.
 *
 * @param config the stack's configuration; undefined for an engine that sends none.
 */
async function saidOfTopic(
  folder: string,
  config?: Readonly<Record<string, string>>,
): Promise<readonly (readonly [message: string, version: string])[]> {
  const cell = "urn:pulumi:dev::cells::cells:index:CellStack::cell-1";
  const topic = "urn:pulumi:dev::cells::cells:index:CellStack$aws:sns/topic:Topic::topic";
  return withPack(folder, async (port) => {
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
      return response.getDiagnosticsList().map((one) => [one.getMessage(), one.getPolicypackversion()] as const);
    };
    try {
      if (config !== undefined) {
        const request = new AnalyzerStackConfigureRequest();
        for (const [key, value] of Object.entries(config)) request.getConfigMap().set(key, value);
        await new Promise<void>((resolve, reject) => {
          client.configureStack(request, (error) => (error === null ? resolve() : reject(error)));
        });
      }
      return [...(await analyze(cell, {})), ...(await analyze(topic, { region: "us-east-1" }, cell))];
    } finally {
      client.close();
    }
  });
}

describe("the pack", () => {
  let folder: string;
  let moved: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "cells-pack-"));
    moved = join(folder, "moved.yaml");
    const dev = readFileSync(join(root, "catalog/dev.yaml"), "utf8");
    const [there, here] = ["locality: EU, region: eu-central-1", "locality: US, region: us-east-1"];
    writeFileSync(moved, dev.replace(`number: 1, ${there}`, `number: 1, ${here}`));
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  /** SOV-01: the topic is outside of cell-1's regions. */
  const outside = expect.stringMatching(/\nSOV-01: /) as string;

  it("loads as a bundle within seconds", async () => {
    const written = admitPack({ texts: { fingerprints: [] } }).write(join(folder, "quick"));
    const started = Date.now();
    const port = await withPack(written, (listening) => Promise.resolve(listening));
    expect(port).toMatch(/^\d+$/);
    // Under 1 s alone on two cores; the rest is for busy machines. With @pulumi/aws it would be 5 s and more.
    expect(Date.now() - started).toBeLessThan(10_000);
  });

  it("judges by the catalog of the stack's configuration, and not at all when the engine sends none", async () => {
    const pack = join(root, "policy");
    // The stack's own catalog would have a finding.
    expect(await saidOfTopic(pack, { "cells:catalog": moved })).toEqual([]);
    await expect(saidOfTopic(pack)).rejects.toThrow(/no configuration of the stack/);
  });

  it("judges as a bundle by the files that it was given, and reports the digest of what it ran", async () => {
    const texts = readStackTexts(moved);
    const { manifest, write } = admitPack({ texts });
    // Read once: what becomes of the file later changes nothing.
    const before = readFileSync(moved);
    writeFileSync(moved, "");
    expect(await saidOfTopic(write(join(folder, "moved")))).toEqual([]);
    writeFileSync(moved, before);

    const dev = admitPack({ texts: readStackTexts(join(root, "catalog/dev.yaml")) });
    const written = dev.write(join(folder, "dev"));
    expect(await saidOfTopic(written)).toEqual([[outside, dev.manifest.version]]);
    expect(manifest.version).not.toBe(dev.manifest.version);
    // Packages beside it are not loaded; other bytes have another version.
    const stranger = join(written, "node_modules/@grpc/grpc-js");
    mkdirSync(stranger, { recursive: true });
    writeFileSync(join(stranger, "index.js"), "process.exit(7)");
    appendFileSync(join(written, "pack.js"), "\n// altered");
    const [[, version] = []] = await saidOfTopic(written);
    expect(version).toMatch(/^0\.1\.0\+[0-9a-f]{64}\.[0-9a-f]{64}$/);
    expect(version).not.toBe(dev.manifest.version);
  });

  it("judges an exported state by the same bytes", () => {
    const { verify } = admitPack({ texts: readStackTexts(join(root, "catalog/dev.yaml")) });
    const urn = "urn:pulumi:dev::cells::aws:ec2/vpc:Vpc::vpc";
    const vpc = { urn, type: "aws:ec2/vpc:Vpc", custom: true, id: "vpc-1", inputs: { cidrBlock: "8.8.0.0/16" } };
    const state = JSON.stringify({ version: 3, deployment: { resources: [vpc] } });
    expect(verify(state).map(({ rule }) => rule)).toEqual(expect.arrayContaining(["NET-01", "ISO-01"]));
    expect(() => verify("{")).toThrow(
      new UserError("the exported state is not JSON; pass the output of pulumi stack export --show-secrets"),
    );
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
