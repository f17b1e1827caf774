import { findSourceMap } from "node:module";
import { fileURLToPath } from "node:url";

import * as pulumi from "@pulumi/pulumi";

/** A frame as `Resource.callsites` of the SDK gives it; empty where the place says nothing. */
interface Callsite {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
}

/**
 * Makes the stacks cheap that the Pulumi SDK takes of everything it does: of every promise, to print it should that
 * promise leak, and of every resource, to tell the engine which line made it. Taking them and mapping each frame back
 * to its TypeScript line is two thirds of a plan's time. Here a promise has no stack unless
 * `PULUMI_DEBUG_PROMISE_LEAKS` asks for it, and a resource's names the lines of this project, not those of libraries.
 * All other errors keep theirs. An SDK that works otherwise one day is left as it is.
 */
export function quickStacks(): void {
  if (quickened) return;
  quickened = true;
  quickenPromises();
  quickenResources();
}

let quickened = false;

function quickenPromises(): void {
  if (process.env["PULUMI_DEBUG_PROMISE_LEAKS"]) return;
  const sdk = internal();
  const original = sdk?.debuggablePromise;
  if (sdk === undefined || typeof original !== "function") return;
  sdk.debuggablePromise = (promise, context) => {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    try {
      return original(promise, context);
    } finally {
      Error.stackTraceLimit = limit;
    }
  };
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

/** The SDK's module that wraps promises; undefined in an SDK that has none. */
function internal(): { debuggablePromise?: <T>(promise: Promise<T>, context: unknown) => Promise<T> } | undefined {
  try {
    return require("@pulumi/pulumi/runtime/debuggable") as ReturnType<typeof internal>;
  } catch {
    return undefined;
  }
}
