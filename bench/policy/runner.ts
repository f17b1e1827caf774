import { spawn, type ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

import * as grpc from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import { AnalyzeStackRequest, type AnalyzeResponse } from "@pulumi/pulumi/proto/analyzer_pb";

import { projectDirectory } from "../../adapters/files/paths";
import { single } from "./single";

/** The pack as the engine runs it: a process that is asked over gRPC. */
export interface RunnerFigures {
  /** Seconds from the start of the process until it says where it listens. */
  readonly startSeconds: number;
  /** Memory of the pack that has just started. */
  readonly startMegabytes: number;
  /** Wall clock of every request, one after another, the stack's last. */
  readonly seconds: number;
  /** CPU of the pack's process for these. */
  readonly cpuSeconds: number;
  /** Most memory that the pack held. */
  readonly peakMegabytes: number;
  readonly told: number;
}

const ticksPerSecond = 100;

/** Starts the pack as the engine does, asks it everything, and stops it. Linux only: the figures are from /proc. */
export async function measureRunner(request: string, catalog: string): Promise<RunnerFigures> {
  const stack = AnalyzeStackRequest.deserializeBinary(readFileSync(request));
  const runner = require.resolve("@pulumi/pulumi/cmd/run-policy-pack");
  const started = performance.now();
  const child = spawn(process.execPath, [runner, "127.0.0.1:1", join(projectDirectory, "policy")], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, PULUMI_CONFIG: JSON.stringify({ "cells:catalog": catalog }) },
  });
  try {
    const port = await firstLine(child);
    const startSeconds = (performance.now() - started) / 1000;
    const startMegabytes = status(child, "VmRSS");
    const client = new AnalyzerClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), {
      "grpc.max_receive_message_length": -1,
      "grpc.max_send_message_length": -1,
    });
    const before = cpu(child);
    const begun = performance.now();
    let told = 0;
    for (const resource of stack.getResourcesList()) {
      told += await asked((answer) => void client.analyze(single(resource), answer));
    }
    told += await asked((answer) => void client.analyzeStack(stack, answer));
    const seconds = (performance.now() - begun) / 1000;
    const cpuSeconds = cpu(child) - before;
    client.close();
    return { startSeconds, startMegabytes, seconds, cpuSeconds, peakMegabytes: status(child, "VmHWM"), told };
  } finally {
    child.kill("SIGKILL");
  }
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    createInterface(child.stdout!).once("line", resolve);
    child.once("exit", (code) => reject(new Error(`the pack ended with ${code} before it listened`)));
  });
}

function asked(ask: (answer: (error: Error | null, response: AnalyzeResponse) => void) => void): Promise<number> {
  return new Promise((resolve, reject) => {
    ask((error, response) => (error === null ? resolve(response.getDiagnosticsList().length) : reject(error)));
  });
}

function status({ pid }: ChildProcess, field: "VmRSS" | "VmHWM"): number {
  const found = new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return Number(found?.[1] ?? NaN) / 1024;
}

/** User and system time, fields 14 and 15, counted behind the name in brackets. */
function cpu({ pid }: ChildProcess): number {
  const text = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}
