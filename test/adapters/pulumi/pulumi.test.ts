import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { GateEngine } from "../../../ops/up/gate";
import type { LeftEngine } from "../../../ops/up/locks";
import { withPulumi, type PulumiStack } from "../../../adapters/pulumi/pulumi";

/** Replaces `pulumi`: writes the test's events into the event log, and ends with the test's exit code. */
const script = `#!/bin/sh
printf "%s" "$TEST_OUTPUT"
while [ $# -gt 0 ]; do if [ "$1" = --event-log ]; then printf "%s" "$TEST_EVENTS" > "$2"; fi; shift; done
exit "$TEST_CODE"
`;

let directory: string;
const mode = { isClosed: false, held: {} };
const path = process.env["PATH"];

function run<T>(
  body: (engine: GateEngine) => Promise<T>,
  more: Partial<PulumiStack> = {},
  left?: LeftEngine,
): Promise<T> {
  const journal = { left: () => left, begin: () => undefined, end: () => undefined };
  const about = {
    stack: "dev",
    directory,
    pack: () => "policy",
    folder: join(directory, "run"),
    journal,
    report: () => undefined,
  };
  return withPulumi({ ...about, ...more }, body);
}

function endsWith(events: string, code: number, output = ""): void {
  Object.assign(process.env, { TEST_EVENTS: events, TEST_CODE: String(code), TEST_OUTPUT: output });
}

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "cells-pulumi-"));
  writeFileSync(join(directory, "pulumi"), script, { mode: 0o755 });
  process.env["PATH"] = [directory, path ?? ""].join(delimiter);
});

afterEach(() => {
  process.env["PATH"] = path;
  for (const name of ["TEST_EVENTS", "TEST_CODE", "TEST_OUTPUT"]) delete process.env[name];
  rmSync(directory, { recursive: true, force: true });
});

describe("pulumi as the gate runs it", () => {
  const whole = '{"diagnosticEvent":{"severity":"error","message":"out of memory"}}';

  it("reads the events of an engine that was killed in the middle of a line", async () => {
    endsWith(`${whole}\n{"resourcePreEv`, 137);
    expect(await run((engine) => engine.up(mode))).toMatchObject({ code: 137, events: [JSON.parse(whole)] });
  });

  it("refuses half a line of an engine that reports success: an event is missing", async () => {
    endsWith(`${whole}\n{"resourcePreEv`, 0);
    await expect(run((engine) => engine.preview(mode))).rejects.toThrow(SyntaxError);
  });

  it("passes no variable to the engine that would give it options besides the gate's", async () => {
    const seen = join(directory, "seen.txt");
    writeFileSync(join(directory, "pulumi"), `#!/bin/sh\nenv > ${seen}\n`, { mode: 0o755 });
    const asked = { PULUMI_OPTION_CWD: "/other", PULUMI_OPTION_TARGET: "x", PULUMI_SKIP_CHECKPOINTS: "true" };
    Object.assign(process.env, asked);
    try {
      await run((engine) => engine.exportState());
    } finally {
      for (const name of Object.keys(asked)) delete process.env[name];
    }
    const names = readFileSync(seen, "utf8").match(/^PULUMI_\w+/gm);
    expect(names).toEqual(expect.arrayContaining(["PULUMI_EXPERIMENTAL"]));
    for (const name of Object.keys(asked)) expect(names).not.toContain(name);
  });

  it("takes a stack for locked by the engine's own error only, and not by what a program prints", async () => {
    const locked =
      "error: the stack is currently locked by 1 lock(s).\n  x: created by ci@build-7 (pid 4711) at noon\n";
    endsWith("", 255, locked);
    await expect(run((engine) => engine.up(mode))).rejects.toMatchObject({
      reason: "locked",
      message: expect.stringContaining("process 4711 on build-7") as string,
    });
    endsWith(`${whole}\n`, 255, locked);
    expect(await run((engine) => engine.up(mode))).toMatchObject({ code: 255, output: locked });
    endsWith("", 255, `  Diagnostics:\n    ${locked}`);
    expect(await run((engine) => engine.up(mode))).toMatchObject({ code: 255 });
  });

  it("reads named resources only from the cloud into the state", async () => {
    endsWith("", 0);
    writeFileSync(join(directory, "pulumi"), `#!/bin/sh\nprintf "%s\\n" "$@" > "${directory}/args"\n`);
    await run((engine) => engine.refresh(["urn:a", "urn:b"]));
    expect(readFileSync(join(directory, "args"), "utf8")).toMatch(/refresh\n[^]*--target\nurn:a\n--target\nurn:b\n/);
    writeFileSync(join(directory, "pulumi"), "#!/bin/sh\nexit 1\n");
    await expect(run((engine) => engine.refresh(["urn:a"]))).rejects.toMatchObject({ reason: "stages" });
  });

  it("starts nothing after an abort, and no longer waits for an engine that continues", async () => {
    endsWith("", 0);
    const signal = AbortSignal.abort();
    await expect(run((engine) => engine.preview(mode), { signal })).rejects.toMatchObject({ reason: "interrupted" });
    const alive = { pid: 1, isRunning: () => true, isTaken: () => true };
    await expect(run(() => Promise.resolve(), { signal }, alive)).rejects.toMatchObject({ reason: "interrupted" });
  });
});
