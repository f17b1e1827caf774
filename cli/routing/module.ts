import { join, relative } from "node:path";
import { gzipSync } from "node:zlib";

import { buildSync } from "esbuild";

/** The routing core as other runtimes take it. */
interface RoutingModule {
  /** One ES module, for any runtime of ES2022 with `TextEncoder` and `TextDecoder`. The same sources give the same bytes. */
  readonly code: Uint8Array;
  readonly gzipBytes: number;
  /** TypeScript declarations by path; `index.d.ts` lists everything that the module exports. */
  readonly types: Readonly<Record<string, string>>;
}

/** Name of the module's file. */
export const moduleFile = "cells-routing.mjs";

/** Most bytes of the module, minified; a test fails beyond. What an edge worker loads at each cold start. */
export const budget = { bytes: 43_000, gzipBytes: 16_500 } as const;

const root = join(__dirname, "..", "..");

/** Builds the module. @param minify without it, names and comments stay readable. */
export function buildRoutingModule(minify = true): RoutingModule {
  const built = buildSync({
    absWorkingDir: root,
    entryPoints: ["routing/index.ts"],
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
  const code = built.outputFiles[0]!.contents;
  return { code, gzipBytes: gzipSync(code).length, types: declarations() };
}

/** Compiled without the types of Node and the browser's DOM: the core must not need them. */
function declarations(): Readonly<Record<string, string>> {
  const ts = require("typescript") as typeof import("typescript");
  const types: Record<string, string> = {};
  const program = ts.createProgram([join(root, "routing", "index.ts")], {
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
