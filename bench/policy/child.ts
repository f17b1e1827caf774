/**
 * One measurement in a process of its own: `child.ts pack REQUEST CATALOG` has the SDK call the pack's policies for each
 * resource and for the stack, `child.ts floor …` as many policies that do nothing. Prints one line of JSON.
 */
import { readFileSync } from "node:fs";

import type { Policies } from "@pulumi/policy";
import { AnalyzeStackRequest, type AnalyzeResponse } from "@pulumi/pulumi/proto/analyzer_pb";

import { policies } from "../../policy/front/crossguard";
import { knownOfFile } from "../../policy/front/known";
import { rules } from "../../policy/rules";
import { single } from "./single";

/** What one process measured. */
export interface PackFigures {
  readonly resources: number;
  /**
   * Seconds that the thread which answers the engine was at work: every resource alone, then the stack. What a busy
   * machine adds to the wall clock is not in it, nor what V8's other threads do meanwhile.
   */
  readonly threadSeconds: number;
  /** CPU seconds of all threads. */
  readonly cpuSeconds: number;
  readonly seconds: number;
  /** The thread's seconds of the stack's policies alone. */
  readonly stackSeconds: number;
  /** Most memory that the process held, requests and SDK included. */
  readonly peakMegabytes: number;
  /** Number of reports of the policies, which shows that the measured pack did run. */
  readonly told: number;
}

type Rpc = (call: { readonly request: unknown }, callback: (error: unknown, response: AnalyzeResponse) => void) => void;

interface Server {
  makeAnalyzeRpcFun(name: string, version: string, level: string, policies: Policies): Rpc;
  makeAnalyzeStackRpcFun(name: string, version: string, level: string, policies: Policies): Rpc;
}

const nothing: Policies = [
  { name: "a", description: "a", enforcementLevel: "mandatory", validateResource: () => undefined },
  { name: "b", description: "b", enforcementLevel: "mandatory", validateStack: () => undefined },
  { name: "c", description: "c", enforcementLevel: "advisory", validateStack: () => undefined },
];

async function main(what: string, file: string, catalog: string): Promise<void> {
  const request = AnalyzeStackRequest.deserializeBinary(readFileSync(file));
  const resources = request.getResourcesList();
  const singles = resources.map(single);
  // The SDK's own functions, which its server registers; its types leave them out.
  const { makeAnalyzeRpcFun, makeAnalyzeStackRpcFun } = require("@pulumi/policy/server") as Server;
  const chosen = what === "pack" ? policies(rules, () => knownOfFile(catalog)) : nothing;
  const one = makeAnalyzeRpcFun("cells-policy", "0", "mandatory", chosen);
  const all = makeAnalyzeStackRpcFun("cells-policy", "0", "mandatory", chosen);

  let told = 0;
  const call = (rpc: Rpc, message: unknown): Promise<void> =>
    new Promise((resolve, reject) => {
      rpc({ request: message }, (error, response) => {
        if (error !== null && error !== undefined) return reject(error as Error);
        told += response.getDiagnosticsList().length;
        resolve();
      });
    });
  const started = performance.now();
  const [before, thread] = [process.cpuUsage(), threadTime()];
  for (const each of singles) await call(one, each);
  const between = threadTime();
  await call(all, request);
  const figures: PackFigures = {
    resources: resources.length,
    threadSeconds: threadTime() - thread,
    cpuSeconds: since(before),
    seconds: (performance.now() - started) / 1000,
    stackSeconds: threadTime() - between,
    peakMegabytes: process.resourceUsage().maxRSS / 1024,
    told,
  };
  process.stdout.write(`${JSON.stringify(figures)}\n`);
}

function since(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

/** Seconds of CPU of the main thread, which Linux reports in nanoseconds; elsewhere those of the process. */
function threadTime(): number {
  try {
    return Number(readFileSync("/proc/self/schedstat", "utf8").split(" ")[0]) / 1e9;
  } catch {
    return since({ user: 0, system: 0 });
  }
}

void main(process.argv[2] ?? "", process.argv[3] ?? "", process.argv[4] ?? "");
