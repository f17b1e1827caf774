import { spawnSync } from "node:child_process";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

const root = join(__dirname, "../../..");

/** Runs a program in a separate process, because this one has already loaded packages. */
function run(program: string): string {
  const { stdout, stderr, status } = spawnSync(process.execPath, ["-e", program], { cwd: root, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return stdout.trim();
}

const loaded = 'Object.keys(require.cache).filter((file) => file.includes("/pacote/")).length';

describe("the SDK without its packages for closures", () => {
  it("loads npm's resolver at its first use, and not before", () => {
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

  it("loads the TypeScript compiler when a closure is read, and not before", () => {
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

  it("would otherwise load it at once", () => {
    expect(Number(run(`require("@pulumi/policy"); console.log(${loaded});`))).toBeGreaterThan(0);
  });
});
