import { join, relative } from "node:path";
import { gzipSync } from "node:zlib";

import { buildSync } from "esbuild";

/** The routing core as other runtimes take it. */
interface RoutingModule {
  /** One ES module, for any runtime of ES2022 with `TextEncoder` and `TextDecoder`. The same sources give the same bytes. */
  readonly code: Uint8Array;
  readonly gzipBytes: number;
  /** The client of routers and cells, an ES module of its own that also needs `fetch`. */
  readonly client: Uint8Array;
  /** TypeScript declarations by path; `index.d.ts` lists everything that the module exports. */
  readonly types: Readonly<Record<string, string>>;
}

/** Name of the module's file. */
export const moduleFile = "cells-routing.mjs";

/** Name of the client's file. */
export const clientFile = "cells-client.mjs";

/** Most bytes of the module, minified; a test fails beyond. What an edge worker loads at each cold start. */
export const budget = { bytes: 48_000, gzipBytes: 18_500 } as const;

const root = join(__dirname, "..", "..");

/** Builds both modules. @param minify without it, names and comments stay readable. */
export function buildRoutingModule(minify = true): RoutingModule {
  const code = bundle("routing/index.ts", minify);
  const client = bundle("routing/client.ts", minify);
  return { code, gzipBytes: gzipSync(code).length, client, types: declarations() };
}

function bundle(entry: string, minify: boolean): Uint8Array {
  const built = buildSync({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    write: false,
    platform: "neutral",
    format: "esm",
    target: "es2022",
    minify,
    legalComments: "none",
    logLevel: "silent",
    // The checkout's own settings must not change the bytes.
    tsconfigRaw: { compilerOptions: { target: "ES2022" } },
  });
  return built.outputFiles[0]!.contents;
}

/** Compiled without the types of Node and the browser's DOM: the core must not need them. */
function declarations(): Readonly<Record<string, string>> {
  const ts = require("typescript") as typeof import("typescript");
  const types: Record<string, string> = {};
  const entries = ["index.ts", "client.ts"].map((name) => join(root, "routing", name));
  const program = ts.createProgram(entries, {
    target: ts.ScriptTarget.ES2022,
    lib: ["lib.es2023.d.ts", "lib.webworker.d.ts"],
    module: ts.ModuleKind.Preserve,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    types: [],
    strict: true,
    noUncheckedIndexedAccess: true,
    declaration: true,
    emitDeclarationOnly: true,
    outDir: "/types",
    rootDir: root,
  });
  const { diagnostics } = program.emit(undefined, (path, text) => {
    types[relative("/types", path)] = text;
  });
  const index = join("routing", "index.d.ts");
  // The core's list of exports stands at the top, with the paths that it has from there.
  types["index.d.ts"] = (types[index] ?? "")
    .replaceAll('from "./', 'from "./routing/')
    .replaceAll('from "../', 'from "./');
  delete types[index];
  const mistakes = [...ts.getPreEmitDiagnostics(program), ...diagnostics];
  if (mistakes.length > 0) {
    const texts = mistakes.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
    throw new Error(`the routing core does not compile by itself:\n${texts.join("\n")}`);
  }
  return types;
}
