import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { buildSync } from "esbuild";

import { bundleCode } from "../../components/cell-router/bundle";
import { encodeBinary, encodeTable } from "../../routing";
import { median } from "./measure";
import { fleet } from "./ours";
import { variables } from "./request";

const root = join(__dirname, "..", "..");

/** Bytes of what is deployed, and milliseconds until it is loaded in a new process, over an empty file. */
export function sizes(rounds: number): object {
  const directory = mkdtempSync(join(tmpdir(), "cells-bench-"));
  try {
    const code = bundleCode();
    for (const [name, bytes] of Object.entries(code)) writeFileSync(join(directory, name), bytes);
    writeFileSync(join(directory, "base.bin"), encodeBinary(fleet(100)));
    writeFileSync(join(directory, "empty.js"), "");
    writeFileSync(
      join(directory, "client.js"),
      bundle(
        'import "./lambda/router/index"; import { S3Client } from "@aws-sdk/client-s3"; new S3Client({ region: "eu-west-1" });',
      ),
    );
    writeFileSync(
      join(directory, "powertools.js"),
      bundle(
        'import "./lambda/router/index"; import { Logger } from "@aws-lambda-powertools/logger"; import { Metrics } from "@aws-lambda-powertools/metrics"; new Logger({ serviceName: "router" }); new Metrics({ namespace: "CellRouter" });',
      ),
    );
    const core = bundle('export { decodeBinary, makeRouter, makeRoutes } from "./routing";');
    const times = { empty: [] as number[], index: [] as number[], client: [] as number[], powertools: [] as number[] };
    for (let round = 0; round < rounds; round++) {
      for (const name of ["empty", "index", "client", "powertools"] as const) times[name].push(loadMs(directory, name));
    }
    const over = (name: "index" | "client" | "powertools"): number => median(times[name].map((time, at) => time - times.empty[at]!));
    return {
      bundleBytes: code["index.js"].length,
      bundleGzipBytes: gzipSync(code["index.js"]).length,
      tokensBytes: code["tokens.js"].length,
      coreBytes: core.length,
      coreGzipBytes: gzipSync(core).length,
      tableOf100: { jsonBytes: encodeTable(fleet(100)).length, compiledBytes: encodeBinary(fleet(100)).length },
      coldLoadMs: over("index"),
      coldLoadWithS3ClientMs: over("client"),
      coldLoadWithPowertoolsMs: over("powertools"),
    };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function bundle(source: string): Uint8Array {
  const built = buildSync({
    stdin: { contents: source, resolveDir: root, loader: "ts" },
    bundle: true,
    write: false,
    platform: "node",
    format: "cjs",
    target: "node20",
    minify: true,
    logLevel: "silent",
  });
  return built.outputFiles[0]!.contents;
}

function loadMs(directory: string, name: string): number {
  const script = `const t = process.hrtime.bigint(); require(${JSON.stringify(join(directory, `${name}.js`))}); process.stdout.write(String(Number(process.hrtime.bigint() - t) / 1e6));`;
  return Number(
    execFileSync(process.execPath, ["-e", script], { encoding: "utf8", env: { PATH: process.env["PATH"] ?? "", ...variables } }),
  );
}
