import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { buildSync } from "esbuild";

import { bundleCode } from "../../components/cell-router/bundle";
import { encodeBinary, encodeTable } from "../../routing";
import { asDeployed } from "./built";
import { median } from "./measure";
import { fleet } from "./ours";
import { variables } from "./request";

/** What is loaded in new processes; all but the first three have the router in them. */
const others = {
  empty: "",
  // What signatures need of Node itself, and any router that checks some must load.
  crypto: 'require("node:crypto").createHash("sha256").update("").digest(); require("node:fs");',
  dynamodb:
    'import "./lambda/router/index"; import { DynamoDBClient } from "@aws-sdk/client-dynamodb"; new DynamoDBClient({ region: "eu-west-1" });',
  s3: 'import "./lambda/router/index"; import { S3Client } from "@aws-sdk/client-s3"; new S3Client({ region: "eu-west-1" });',
  powertools:
    'import "./lambda/router/index"; import { Logger } from "@aws-lambda-powertools/logger"; import { Metrics } from "@aws-lambda-powertools/metrics"; new Logger({ serviceName: "router" }); new Metrics({ namespace: "CellRouter" });',
} as const;

/** Bytes of what is deployed, and milliseconds until it is loaded in a new process, over an empty file. */
export function sizes(rounds: number): object {
  const directory = mkdtempSync(join(tmpdir(), "cells-bench-"));
  try {
    const code = bundleCode();
    for (const [name, bytes] of Object.entries(code)) writeFileSync(join(directory, name), bytes);
    writeFileSync(join(directory, "base.bin"), encodeBinary(fleet(100)));
    for (const [name, source] of Object.entries(others)) writeFileSync(join(directory, `${name}.js`), bundle(source));
    writeFileSync(join(directory, "load.js"), loader);
    const core = bundle('export { decodeBinary, makeRouter, makeRoutes } from "./routing";');
    const names = [...(Object.keys(others) as (keyof typeof others)[]), "index"] as const;
    const times = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<
      (typeof names)[number],
      number[]
    >;
    for (let round = 0; round < rounds; round++) for (const name of names) times[name].push(loadMs(directory, name));
    const over = (name: (typeof names)[number], floor: (typeof names)[number] = "empty"): number =>
      median(times[name].map((time, at) => time - times[floor][at]!));
    return {
      bundleBytes: code["index.js"].length,
      bundleGzipBytes: gzipSync(code["index.js"]).length,
      tokensBytes: code["tokens.js"].length,
      homesBytes: code["home-cache.js"].length,
      coreBytes: core.length,
      coreGzipBytes: gzipSync(core).length,
      tableOf100: { jsonBytes: encodeTable(fleet(100)).length, compiledBytes: encodeBinary(fleet(100)).length },
      coldLoadMs: over("index"),
      coldLoadOverCryptoMs: over("index", "crypto"),
      coldLoadOfCryptoMs: over("crypto"),
      coldLoadWithDynamoDbClientMs: over("dynamodb"),
      coldLoadWithS3ClientMs: over("s3"),
      coldLoadWithPowertoolsMs: over("powertools"),
    };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function bundle(source: string): Uint8Array {
  const { absWorkingDir: resolveDir } = asDeployed;
  const nodePaths = [join(__dirname, "..", "node_modules")];
  return buildSync({ ...asDeployed, nodePaths, stdin: { contents: source, resolveDir, loader: "ts" } }).outputFiles[0]!
    .contents;
}

/** Milliseconds that a new process takes for the file, which it finds as Lambda's runtime does: from another file. */
function loadMs(directory: string, name: string): number {
  const env = { PATH: process.env["PATH"] ?? "", NODE_NO_WARNINGS: "1", ...variables };
  return Number(
    execFileSync(process.execPath, [join(directory, "load.js"), `./${name}.js`], { encoding: "utf8", env }),
  );
}

const loader = `
const start = process.hrtime.bigint();
require(process.argv[2]);
process.stdout.write(String(Number(process.hrtime.bigint() - start) / 1e6));
`;
