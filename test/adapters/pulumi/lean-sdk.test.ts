import { spawnSync } from "node:child_process";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

const root = join(__dirname, "../../..");

/** Runs a program in a process of its own, because this one has loaded what it has loaded. */
function run(program: string): string {
  const { stdout, stderr, status } = spawnSync(process.execPath, ["-e", program], { cwd: root, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return stdout.trim();
}

const loaded = 'Object.keys(require.cache).filter((file) => file.includes("/pacote/")).length';

describe("the SDK without what it needs for closures", () => {
  it("loads npm's resolver as soon as somebody asks for it, and not before", () => {
    const said = run(`
      require("tsx/cjs");
      require("./adapters/pulumi/lean-sdk").leanSdk();
      require("@pulumi/policy");
      const before = ${loaded};
      const file = Object.keys(require.cache).find((one) => one.includes("@npmcli/arborist"));
      const { Arborist } = require(file);
      console.log(before, typeof Arborist, new Arborist({ path: "." }).path === process.cwd(), ${loaded} > 0);
    `);
    expect(said).toBe("0 function true true");
  });

  it("loads the TypeScript compiler as soon as a closure is read, and not before", () => {
    const said = run(`
      require("tsx/cjs");
      require("./adapters/pulumi/lean-sdk").leanSdk();
      const pulumi = require("@pulumi/pulumi");
      const compiler = () => require.cache[require.resolve("typescript")].exports;
      const before = Object.keys(compiler()).length;
      pulumi.runtime.serializeFunction(() => 42).then(({ text }) => {
        console.log(before, text.includes("=> 42"), require("typescript").version.length > 0);
      });
    `);
    expect(said).toBe("0 true true");
  });

  it("would load it otherwise, so that there is something to gain", () => {
    expect(Number(run(`require("@pulumi/policy"); console.log(${loaded});`))).toBeGreaterThan(0);
  });
});
