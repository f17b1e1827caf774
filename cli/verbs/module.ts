import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import type { Command } from "commander";
import { print } from "../print";

/** `cells module --out DIR`: the routing core and the client, for a browser, an edge worker or a service. */
export function register(program: Command): void {
  program
    .command("module")
    .description(
      "Write the routing core and the client as ES modules with types, for a browser, an edge worker or a service.",
    )
    .requiredOption("-o, --out <folder>", "folder to write to; created when it is missing")
    .option("--readable", "do not minify")
    .option("--dry-run", "write nothing, print what would be written")
    .option("--json", "print the files and their bytes as JSON")
    .addHelpText("after", "\nExample:\n  npx cells module --out web/routing\n\nHow to use it: docs/embedding.md")
    .action((options: { out: string; readable?: boolean; dryRun?: boolean; json?: boolean }) => {
      const { buildRoutingModule, clientFile, moduleFile } =
        require("../routing/module") as typeof import("../routing/module");
      const { UserError } = require("../../contract/user-error") as typeof import("../../contract/user-error");
      const writing = (write: () => void): void => {
        if (options.dryRun === true) return;
        try {
          write();
        } catch (error) {
          throw new UserError(`--out ${options.out}: ${error instanceof Error ? error.message : String(error)}`);
        }
      };
      // Before the build, which takes seconds.
      writing(() => makeFolder(options.out));
      const { code, gzipBytes, client, types } = buildRoutingModule(options.readable !== true);
      const files: Readonly<Record<string, Uint8Array | string>> = {
        [moduleFile]: code,
        [clientFile]: client,
        // Beside the module and of its name, where TypeScript looks for them.
        [moduleFile.replace(/\.mjs$/, ".d.mts")]: 'export * from "./types/index";\n',
        [clientFile.replace(/\.mjs$/, ".d.mts")]: 'export * from "./types/routing/client";\n',
        ...Object.fromEntries(Object.entries(types).map(([path, text]) => [join("types", path), text])),
      };
      writing(() => {
        for (const [path, content] of Object.entries(files)) {
          makeFolder(dirname(join(options.out, path)));
          writeFileSync(join(options.out, path), content);
        }
      });
      const summary = {
        out: options.out,
        module: moduleFile,
        bytes: code.length,
        gzipBytes,
        clientBytes: client.length,
        files: Object.keys(files).sort(),
      };
      print(
        options.json === true
          ? `${JSON.stringify(summary)}\n`
          : `${join(options.out, moduleFile)}: ${code.length} bytes (${gzipBytes} with gzip), ${clientFile}, and their types\n`,
      );
    });
}

/** One folder at a time: on a file system that takes none, as /proc, Node's recursive mkdir does not return. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path);
}
