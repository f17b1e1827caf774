import { fork, type ChildProcess } from "node:child_process";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";

import type { Catalog } from "../../../catalog/model";
import type { EnvironmentSettings } from "../../../components/environment";
import { UserError } from "../../../contract/user-error";
import type { PlannedRead, Registered } from "../../../policy/front/plan";

/** What rules read of a plan: plain data. */
export interface PlannedResources {
  readonly resources: readonly Registered[];
  readonly reads: readonly PlannedRead[];
}

/** What a worker is sent: first the catalog, then the cells of each batch. */
export type Task =
  { readonly catalog: Catalog; readonly settings: EnvironmentSettings } | { readonly only: readonly string[] };

/** What a worker returns for a batch. */
export type Answer = { readonly part: PlannedResources } | { readonly refusal: string };

/** Plans the cells of a batch, and with them everything that no cell owns. */
export type PlanBatch = (only: readonly string[]) => Promise<PlannedResources>;

/**
 * Most cells of a batch. The SDK takes some 30 MB for a cell while it plans, beside 150 MB for itself; a smaller batch
 * spends more on what no cell owns.
 */
const batchSize = 6;

/** Each takes a core, and up to 400 MB. */
const mostWorkers = 4;

/**
 * Plans a fleet in processes of their own, batch by batch, so that the SDK's memory is bounded by the batch.
 *
 * @param only ids of the cells to plan; all when left out.
 * @throws UserError for what the program itself refuses.
 */
export async function planFleet(
  catalog: Catalog,
  settings: EnvironmentSettings = {},
  only: readonly string[] = catalog.cells.map(({ id }) => id),
): Promise<PlannedResources> {
  const count = Math.min(mostWorkers, availableParallelism(), Math.max(1, Math.ceil(only.length / batchSize)));
  const workers = Array.from({ length: count }, () => new Worker(catalog, settings));
  try {
    return await planInBatches(
      only,
      batchSize,
      workers.map((worker) => (batch) => worker.plan(batch)),
    );
  } finally {
    for (const worker of workers) worker.stop();
  }
}

/**
 * Divides cells into batches, gives each to the next planner that is free, and puts the parts together. Where resources
 * outside the cells differ from batch to batch, they depend on cells, so one planner plans everything at once.
 */
export async function planInBatches(
  only: readonly string[],
  size: number,
  planners: readonly PlanBatch[],
): Promise<PlannedResources> {
  const batches = Array.from({ length: Math.max(1, Math.ceil(only.length / size)) }, (_, at) =>
    only.slice(at * size, (at + 1) * size),
  );
  const intern = interner();
  const parts: PlannedResources[] = [];
  let next = 0;
  await Promise.all(
    planners.map(async (plan) => {
      for (let at = next++; at < batches.length; at = next++) parts[at] = intern(await plan(batches[at]!));
    }),
  );
  return sorted(united(parts) ?? (await planners[0]!(only)));
}

/** The parts as one plan; undefined where two parts have a different resource under one URN. */
function united(parts: readonly PlannedResources[]): PlannedResources | undefined {
  const resources = once(parts.map((part) => part.resources));
  const reads = once(parts.map((part) => part.reads));
  return resources === undefined || reads === undefined ? undefined : { resources, reads };
}

function once<T extends { readonly urn: string }>(lists: readonly (readonly T[])[]): readonly T[] | undefined {
  const kept: T[] = [];
  const earlier = new Map<string, T>();
  for (const list of lists) {
    const own = list.filter(({ urn }) => !earlier.has(urn));
    const isSame = list.every((one) => !earlier.has(one.urn) || isDeepStrictEqual(earlier.get(one.urn), one));
    if (!isSame) return undefined;
    kept.push(...own);
    for (const one of own) earlier.set(one.urn, one);
  }
  return kept;
}

/** The order in which a program registers depends on its promises, and so on the batches. */
function sorted({ resources, reads }: PlannedResources): PlannedResources {
  const byUrn = (a: { urn: string }, b: { urn: string }): number => (a.urn < b.urn ? -1 : a.urn > b.urn ? 1 : 0);
  return { resources: [...resources].sort(byUrn), reads: [...reads].sort(byUrn) };
}

/** Keeps one copy of each text: most texts of a fleet are URNs and policies that appear many times. */
function interner(): <T>(value: T) => T {
  const known = new Map<string, string>();
  const intern = (value: unknown): unknown => {
    if (typeof value === "string") {
      const kept = known.get(value);
      if (kept === undefined) known.set(value, value);
      return kept ?? value;
    }
    if (typeof value !== "object" || value === null) return value;
    const bag = value as Record<string, unknown>;
    for (const key of Object.keys(bag)) bag[key] = intern(bag[key]);
    return bag;
  };
  return <T>(value: T) => intern(value) as T;
}

/** A process that plans one batch at a time. */
class Worker {
  readonly #child: ChildProcess;
  #errors = "";

  constructor(catalog: Catalog, settings: EnvironmentSettings) {
    this.#child = fork(join(__dirname, "batch-worker.ts"), {
      execArgv: ["--expose-gc", "--require", require.resolve("tsx/cjs")],
      serialization: "advanced",
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    this.#child.stderr!.on("data", (data: Buffer) => (this.#errors += data.toString("utf8")));
    this.#send({ catalog, settings });
  }

  plan(only: readonly string[]): Promise<PlannedResources> {
    return new Promise((resolve, reject) => {
      const ended = (): void => reject(new Error(`a process that plans cells has ended:\n${this.#errors}`));
      this.#child.once("close", ended);
      this.#child.once("message", (answer: Answer) => {
        this.#child.off("close", ended);
        if ("refusal" in answer) reject(new UserError(answer.refusal));
        else resolve(answer.part);
      });
      this.#send({ only });
    });
  }

  stop(): void {
    this.#child.kill();
  }

  #send(task: Task): void {
    // A process that has ended cannot be sent anything; `plan` reports that it has.
    this.#child.send(task, () => undefined);
  }
}
