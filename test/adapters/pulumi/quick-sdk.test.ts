import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";

import { quickenSdk } from "../../../adapters/pulumi/quick-sdk";

class Bare extends pulumi.CustomResource {
  constructor(name: string) {
    super("bench:index:Bare", name, { size: 1 });
  }
}

interface Position {
  getUri(): string;
  getLine(): number;
}

/** Source positions that the SDK would send to the engine, by resource name. */
async function positions(program: () => void): Promise<ReadonlyMap<string, Position | undefined>> {
  await pulumi.runtime.setMocks({ newResource: ({ name }) => ({ id: name, state: {} }), call: () => ({}) });
  const monitor = pulumi.runtime.getMonitor() as unknown as {
    registerResource(
      request: { getName(): string; getSourceposition(): Position | undefined },
      callback: unknown,
    ): Promise<void>;
  };
  const register = monitor.registerResource.bind(monitor);
  const seen = new Map<string, Position | undefined>();
  monitor.registerResource = (request, callback) => {
    seen.set(request.getName(), request.getSourceposition());
    return register(request, callback);
  };
  await pulumi.runtime.runInPulumiStack(() => {
    program();
    return Promise.resolve({});
  });
  await pulumi.runtime.disconnect();
  return seen;
}

test("the SDK still sends a resource's line to the engine, and errors keep their stacks", async () => {
  function made(): void {
    new Bare("one");
  }
  const before = await positions(made);
  quickenSdk();
  let error: Error | undefined;
  const after = await positions(() => {
    made();
    error = new Error("seen by a person");
  });
  expect(after.get("one")?.getUri()).toMatch(/quick-sdk\.test\.ts$/);
  expect(after.get("one")?.getUri()).toBe(before.get("one")?.getUri());
  expect(after.get("one")?.getLine()).toBeGreaterThan(0);
  expect(error?.stack).toMatch(/quick-sdk\.test\.ts:\d+/);
});

test("a promise of the SDK takes no stack, is on the list of leaks until it settles, and fails as it did", async () => {
  quickenSdk();
  const { debuggablePromise } = require("@pulumi/pulumi/runtime/debuggable") as {
    debuggablePromise<T>(promise: Promise<T>, context: string): Promise<T>;
  };
  const { getStore } = require("@pulumi/pulumi/runtime/state") as {
    getStore(): { readonly leakCandidates: ReadonlySet<Promise<unknown>> };
  };
  // The first one is the SDK's own: it schedules the search for leaks at the end.
  await debuggablePromise(Promise.resolve(), "first");

  let settle: (value: number) => void = () => undefined;
  const promise = new Promise<number>((resolve) => (settle = resolve)) as Promise<number> & {
    _debugStackTrace?: string;
  };
  const watched = debuggablePromise(promise, "test");
  expect(promise._debugStackTrace).toBeUndefined();
  expect(getStore().leakCandidates.has(promise)).toBe(true);
  settle(7);
  expect(await watched).toBe(7);
  expect(getStore().leakCandidates.has(promise)).toBe(false);

  const failing = Promise.reject(new Error("no"));
  await expect(debuggablePromise(failing, "test")).rejects.toThrow("no");
  expect(getStore().leakCandidates.has(failing)).toBe(false);
});

test("the SDK's debug messages stay here, warnings do not", async () => {
  quickenSdk();
  const sent: string[] = [];
  const settings = require("@pulumi/pulumi/runtime/settings") as { getEngine: () => unknown };
  const original = settings.getEngine;
  settings.getEngine = () => ({
    log: (request: { getMessage(): string }, done: () => void) => {
      sent.push(request.getMessage());
      done();
    },
  });
  try {
    await pulumi.log.debug("registering");
    await pulumi.log.warn("worth telling");
  } finally {
    settings.getEngine = original;
  }
  expect(sent).toEqual(["worth telling"]);
});
