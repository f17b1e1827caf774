/**
 * One measurement in a process of its own: `plan-child.ts cells COUNT` plans an environment of COUNT cells with mocks,
 * `plan-child.ts sdk COUNT` registers COUNT bare resources with the SDK as it comes and its own mocks, `bare COUNT` with
 * the SDK as we quicken it. Prints one line of JSON.
 */
import type { PlanFigures } from "./plan";

async function main(what: string, count: number): Promise<void> {
  const loading = mark();
  const body = what === "cells" ? await cells(count) : await bare(count, what === "bare");
  const loaded = loading();
  const planning = mark();
  const resources = await body();
  const planned = planning();
  const figures: PlanFigures = {
    resources,
    loadSeconds: loaded.cpu,
    seconds: planned.wall,
    cpuSeconds: planned.cpu,
    peakMegabytes: process.resourceUsage().maxRSS / 1024,
  };
  process.stdout.write(`${JSON.stringify(figures)}\n`);
}

async function cells(count: number): Promise<() => Promise<number>> {
  const { planEnvironment } = await import("../../adapters/pulumi/plan/environment");
  const { catalogOf } = await import("./catalogs");
  const catalog = catalogOf(count);
  return async () => (await planEnvironment(catalog)).resources.length;
}

/** What the SDK costs every program: no recording, no components, a few plain inputs. */
async function bare(count: number, quick: boolean): Promise<() => Promise<number>> {
  const pulumi = await import("@pulumi/pulumi");
  const { quickenSdk } = await import("../../adapters/pulumi/quick-sdk");
  const { registerBare } = await import("./floor/bare");
  return async () => {
    if (quick) quickenSdk();
    await pulumi.runtime.setMocks({
      newResource: ({ name, inputs }) => ({ id: name, state: inputs as Record<string, unknown> }),
      call: () => ({}),
    });
    await pulumi.runtime.runInPulumiStack(() => {
      registerBare(count);
      return Promise.resolve({});
    });
    await pulumi.runtime.disconnect();
    return count;
  };
}

/** Seconds of wall clock and of this process's CPU since the call. */
function mark(): () => { wall: number; cpu: number } {
  const started = performance.now();
  const before = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(before);
    return { wall: (performance.now() - started) / 1000, cpu: (user + system) / 1e6 };
  };
}

void main(process.argv[2] ?? "", Number(process.argv[3]));
