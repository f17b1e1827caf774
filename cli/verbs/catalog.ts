import type { Command } from "commander";

/** `cells catalog check` and `cells catalog schema`. */
export function register(program: Command): void {
  const catalog = program.command("catalog").description("Check a catalog, or print the schema of catalogs.");

  catalog
    .command("check")
    .description("List every mistake in a catalog, with its line and what to write instead.")
    .argument("<file>", "the catalog, e.g. catalog/dev.yaml")
    .option("--json", "print the mistakes as JSON")
    .addHelpText("after", "\nExample:\n  npm run -s cells -- catalog check catalog/dev.yaml")
    .action((file: string, options: { json?: boolean }) => {
      const { checkCatalog, formatCheck } = require("../../catalog/check") as typeof import("../../catalog/check");
      const result = checkCatalog(file);
      process.stdout.write(`${options.json === true ? JSON.stringify(result, null, 2) : formatCheck(result)}\n`);
      if (!result.valid) process.exitCode = 1;
    });

  catalog
    .command("schema")
    .description("Print the JSON Schema of catalogs, for editors; it is kept in docs/catalog.schema.json.")
    .option("--json", "the schema is JSON with or without this")
    .addHelpText("after", "\nExample:\n  npm run -s cells -- catalog schema > docs/catalog.schema.json")
    .action(() => {
      const { catalogJsonSchema } = require("../../catalog/json-schema") as typeof import("../../catalog/json-schema");
      process.stdout.write(catalogJsonSchema());
    });
}
