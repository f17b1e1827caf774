import { findSourceMap } from "node:module";
import { fileURLToPath } from "node:url";

import * as pulumi from "@pulumi/pulumi";

/** A frame in the form of the SDK's `Resource.callsites`; empty where the position is of no use. */
interface Callsite {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
}

/**
 * Removes the most expensive invisible work from the Pulumi SDK:
 *
 * - A stack, a number and a name for every promise, to print them if that promise leaks. The number of leaks is still
 *   reported; `PULUMI_DEBUG_PROMISE_LEAKS` brings the rest back.
 * - A full stack of every resource, from which the engine gets the resource's line: here it has this project's lines only.
 * - Four debug messages for each resource, which the SDK sends to the engine one after another, each when the one
 *   before has been answered, and which the engine drops without `--debug`. `CELLS_SDK_DEBUG=1` brings them back.
 *
 * Errors keep their stacks. An SDK with other internals stays unchanged.
 */
export function quickenSdk(): void {
  if (quickened) return;
  quickened = true;
  quickenPromises();
  quickenResources();
  silenceDebug();
}

let quickened = false;

function quickenPromises(): void {
  if (process.env["PULUMI_DEBUG_PROMISE_LEAKS"]) return;
  const sdk = internal<{ debuggablePromise?: Watch }>("debuggable");
  const state = internal<{ getStore?: () => { leakCandidates?: Set<Promise<unknown>> } }>("state");
  const original = sdk?.debuggablePromise;
  if (sdk === undefined || typeof original !== "function" || typeof state?.getStore !== "function") return;
  const { getStore } = state;
  let isScheduled = false;
  sdk.debuggablePromise = (promise, context) => {
    // The first promise makes the SDK plan its search for leaks. The store is read here and not before: it takes the
    // engine's address from the environment when it is first read, and a preload runs before that is set.
    const candidates = isScheduled ? getStore().leakCandidates : undefined;
    isScheduled = true;
    if (candidates === undefined) return original(promise, context);
    candidates.add(promise);
    return promise.then(
      (value) => {
        candidates.delete(promise);
        return value;
      },
      (error: unknown) => {
        candidates.delete(promise);
        throw error;
      },
    );
  };
}

/** How the SDK watches a promise: what it returns settles as the promise does. */
type Watch = <T>(promise: Promise<T>, context: string) => Promise<T>;

function silenceDebug(): void {
  if (process.env["CELLS_SDK_DEBUG"]) return;
  const log = pulumi.log as { debug?: (message: string) => Promise<void> };
  if (typeof log.debug === "function") log.debug = () => Promise.resolve();
}

function quickenResources(): void {
  const resource = pulumi.Resource as unknown as { callsites?: () => readonly Callsite[] };
  if (typeof resource.callsites !== "function") return;
  resource.callsites = () => {
    const { stackTraceLimit, prepareStackTrace } = Error;
    try {
      // A resource sits no deeper than this in its program; below are the loaders.
      Error.stackTraceLimit = 30;
      Error.prepareStackTrace = (_error, frames) => frames;
      const frames = new Error().stack as unknown as readonly NodeJS.CallSite[];
      return frames.map(callsite);
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
      Error.prepareStackTrace = prepareStackTrace;
    }
  };
}

const known = new Map<string, Callsite>();

function callsite(frame: NodeJS.CallSite): Callsite {
  const file = frame.getFileName();
  if (typeof file !== "string" || file.startsWith("node:") || file.includes("/node_modules/")) return {};
  const [line, column] = [frame.getLineNumber() ?? 1, frame.getColumnNumber() ?? 1];
  const key = `${file}:${line}:${column}`;
  let place = known.get(key);
  if (place === undefined) known.set(key, (place = written(file, line, column)));
  return place;
}

/** The place in the source that a person wrote. */
function written(file: string, line: number, column: number): Callsite {
  const path = file.startsWith("file:") ? fileURLToPath(file) : file;
  const entry = findSourceMap(path)?.findEntry(line - 1, column - 1);
  if (entry === undefined || !("originalSource" in entry)) return { file: path, line, column };
  return { file: path, line: entry.originalLine + 1, column: entry.originalColumn + 1 };
}

/** A module of the SDK's runtime; undefined in an SDK that has none of that name. */
function internal<T>(name: string): T | undefined {
  try {
    return require(`@pulumi/pulumi/runtime/${name}`) as T;
  } catch {
    return undefined;
  }
}
