import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import type { Command } from "commander";
import { print } from "../print";

/** `cells module --out DIR`: the routing core for a browser, an edge worker or a service. */
export function register(program: Command): void {
  program
    .command("module")
    .description("Write the routing core as one ES module with types, for a browser, an edge worker or a service.")
    .requiredOption("-o, --out <folder>", "folder to write to; created when it is missing")
    .option("--readable", "do not minify")
    .option("--dry-run", "write nothing, print what would be written")
    .option("--json", "print the files and their bytes as JSON")
    .addHelpText("after", "\nExample:\n  npx cells module --out web/routing\n\nHow to use it: docs/embedding.md")
    .action((options: { out: string; readable?: boolean; dryRun?: boolean; json?: boolean }) => {
      const { buildRoutingModule, moduleFile } = require("../routing/module") as typeof import("../routing/module");
      const { UserError } = require("../../contract/user-error") as typeof import("../../contract/user-error");
      const { code, gzipBytes, types } = buildRoutingModule(options.readable !== true);
      const files: Readonly<Record<string, Uint8Array | string>> = {
        [moduleFile]: code,
        // Beside the module and of its name, where TypeScript looks for them.
        [moduleFile.replace(/\.mjs$/, ".d.mts")]: 'export * from "./types/index";\n',
        ...Object.fromEntries(Object.entries(types).map(([path, text]) => [join("types", path), text])),
      };
      try {
        for (const [path, content] of options.dryRun === true ? [] : Object.entries(files)) {
          makeFolder(dirname(join(options.out, path)));
          writeFileSync(join(options.out, path), content);
        }
      } catch (error) {
        throw new UserError(`--out ${options.out}: ${error instanceof Error ? error.message : String(error)}`);
      }
      const summary = {
        out: options.out,
        module: moduleFile,
        bytes: code.length,
        gzipBytes,
        files: Object.keys(files).sort(),
      };
      print(
        options.json === true
          ? `${JSON.stringify(summary)}\n`
          : `${join(options.out, moduleFile)}: ${code.length} bytes (${gzipBytes} with gzip), and its types\n`,
      );
    });
}

/** One folder at a time: on a file system that takes none, as /proc, Node's recursive mkdir does not return. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path);
}
