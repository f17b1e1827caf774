import type { Command } from "commander";
import { print } from "../print";

interface New {
  readonly domain?: string;
  readonly region: readonly string[];
  readonly locality?: string;
  readonly sizeClass: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** `cells catalog new`, `cells catalog check` and `cells catalog schema`. */
export function register(program: Command): void {
  const catalog = program
    .command("catalog")
    .description("Make a catalog, check its file, or print the schema of catalogs.");

  catalog
    .command("new")
    .description("Write a starter catalog and the stack's configuration for a new environment.")
    .argument("<name>", "name of the environment, e.g. production")
    .option("--domain <domain>", "domain of the environment; <name>.cells.example.com without it")
    .option("--region <regions>", "regions, e.g. eu-west-1,us-east-1: one cell and one router in each", list, [
      "eu-west-1",
    ])
    .option("--locality <name>", "locality of the cells; without it the jurisdiction that a region lies in")
    .option("--size-class <class>", "size of the cells: dev, small, medium or large", "dev")
    .option("--dry-run", "print the files, write nothing")
    .option("--json", "print the files' names and contents as JSON")
    .addHelpText(
      "after",
      "\nExample:\n  npx cells catalog new production --domain cells.acme.com --region eu-west-1,eu-central-1",
    )
    .action((name: string, options: New) => newCatalog(name, options));

  catalog
    .command("check")
    .description("Check the file of a catalog: list every mistake with its line and what to write instead.")
    .argument("<file>", "the catalog, e.g. catalog/dev.yaml")
    .option("--json", "print JSON")
    .addHelpText("after", "\nExample:\n  npx cells catalog check catalog/dev.yaml")
    .action((file: string, options: { json?: boolean }) => {
      const { checkCatalog, formatCheck, jsonOfCheck } =
        require("../../catalog/check") as typeof import("../../catalog/check");
      const result = checkCatalog(file);
      print(`${options.json === true ? jsonOfCheck(result) : formatCheck(result)}\n`);
      if (!result.valid) process.exitCode = 1;
    });

  catalog
    .command("schema")
    .description("Print the JSON Schema of catalogs, for editors; it is kept in docs/catalog.schema.json.")
    .option("--json", "changes nothing: the schema is JSON")
    .addHelpText("after", "\nExample:\n  npx cells catalog schema > docs/catalog.schema.json")
    .action(() => {
      const { catalogJsonSchema } = require("../../catalog/json-schema") as typeof import("../../catalog/json-schema");
      print(catalogJsonSchema());
    });
}

function newCatalog(environment: string, { domain, region, locality, sizeClass, dryRun, json }: New): void {
  const { existsSync } = require("node:fs") as typeof import("node:fs");
  const { join } = require("node:path") as typeof import("node:path");
  const { parseCatalog } = require("../../catalog/load") as typeof import("../../catalog/load");
  const { projectDirectory } = require("../../adapters/files/paths") as typeof import("../../adapters/files/paths");
  const { writeNew } = require("../../adapters/files/write") as typeof import("../../adapters/files/write");
  const { starterCatalog, starterStackFile } =
    require("../../ops/catalog/starter") as typeof import("../../ops/catalog/starter");
  const { UserError } = require("../../contract/user-error") as typeof import("../../contract/user-error");

  const [catalogFile, stackFile] = [`catalog/${environment}.yaml`, `Pulumi.${environment}.yaml`];
  const text = starterCatalog({
    environment,
    domain: domain ?? `${environment}.cells.example.com`,
    regions: region,
    sizeClass,
    ...(locality === undefined ? {} : { locality }),
  });
  const { cells } = parseCatalog(text, catalogFile);
  const files = { [catalogFile]: text, [stackFile]: starterStackFile(environment) };
  const existing = Object.keys(files).filter((file) => existsSync(join(projectDirectory, file)));
  if (existing.length > 0) {
    throw new UserError(`${existing.join(" and ")}: file exists, nothing was written; choose another name or edit it`);
  }
  if (dryRun !== true) writeNew(projectDirectory, files);
  if (json === true) print(`${JSON.stringify({ written: dryRun !== true, files }, null, 2)}\n`);
  else if (dryRun === true) {
    print(
      Object.entries(files)
        .map(([file, content]) => `# ${file}\n${content}`)
        .join("\n"),
    );
  } else {
    const places = cells.map((cell) => `${cell.id} in ${cell.region}`).join(", ");
    print(
      `${catalogFile} and ${stackFile} are written: ${places}\nnext:\n` +
        `  npx cells catalog check ${catalogFile}\n` +
        `  npx cells start --environment ${environment}   # in the local cloud\n`,
    );
  }
}

function list(text: string): readonly string[] {
  return text
    .split(",")
    .map((each) => each.trim())
    .filter((each) => each !== "");
}
