import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import ts from "typescript";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";

/** The reference pages that are generated from the sources: UPDATE_DOCS=1 npx vitest run test/cli. */
const root = join(__dirname, "../..");
const text = (file: string): string => readFileSync(join(root, file), "utf8");
/** Set by the gate for the program, and by the local engine for its language host: nothing that a person sets. */
const internal = new Set(["CELLS_CLOSED", "CELLS_HELD", "CELLS_NODE", "CELLS_LOADER", "CELLS_LANGUAGE_HOST"]);
const made = "<!-- Made from the sources: UPDATE_DOCS=1 npx vitest run test/cli -->";

function expectPage(file: string, page: string): void {
  if (process.env["UPDATE_DOCS"] === "1") writeFileSync(join(root, file), page);
  expect(text(file)).toBe(page);
}

it("docs/reference/configuration.md lists the keys that Pulumi.yaml declares", () => {
  interface Key {
    readonly type: string;
    readonly description: string;
    readonly default: unknown;
  }
  const { config } = parse(text("Pulumi.yaml")) as { config: Record<string, Key> };
  const rows = Object.entries(config).map(
    ([key, { type, description, default: value }]) =>
      `| \`${key}\` | ${type} | ${description.replaceAll("<", "&lt;")} | \`${JSON.stringify(value)}\` |`,
  );
  expectPage(
    "docs/reference/configuration.md",
    [
      "# Configuration of a stack",
      "",
      made,
      "",
      "`pulumi config set --stack <stack> <key> <value>` writes to `Pulumi.<stack>.yaml`; `--path` sets a part of an object.",
      "",
      "| key | type | meaning | default |",
      "|---|---|---|---|",
      ...rows,
      "",
    ].join("\n"),
  );
});

describe("docs/reference/outputs.md", () => {
  const source = ts.createSourceFile("outputs.ts", text("components/outputs.ts"), ts.ScriptTarget.ES2022, true);

  /** Name, type and comment of each field of an interface. */
  function fields(name: string): readonly string[] {
    const found = source.statements.find((each) => ts.isInterfaceDeclaration(each) && each.name.text === name);
    const members = (found as ts.InterfaceDeclaration).members.filter(ts.isPropertySignature);
    return members.map((member) => {
      const [doc] = ts.getJSDocCommentsAndTags(member);
      const comment = typeof doc?.comment === "string" ? doc.comment.replaceAll("\n", " ") : "";
      const type = (member.type?.getText(source) ?? "").replace("readonly ", "").replaceAll("|", "\\|");
      return `| \`${member.name.getText(source)}\` | \`${type}\` | ${comment} |`;
    });
  }

  it("lists the outputs that components/outputs.ts declares", () => {
    const table = ["| field | type | meaning |", "|---|---|---|"];
    expectPage(
      "docs/reference/outputs.md",
      [
        "# Outputs of a stack",
        "",
        made,
        "",
        "`pulumi stack output <name> --json --stack <stack>`; of a local environment `npx cells pulumi stack output <name> --json`.",
        "",
        "| output | shape |",
        "|---|---|",
        "| `cells` | a list by number, one entry for each cell: below |",
        "| `routers` | a list by region, one entry for each router: below |",
        "| `routingTable` | the base table, as [described](../routing-table.md) |",
        "| `edgeSecret` | what the edge sends to the routers; a secret |",
        "| `verifyingKeys` | public keys that verify tables and corrections, by kind and id, as [described](../routing-table.md#signatures) |",
        "| `frontEndpoint` | address of CloudFront; only with `cells:cloudfront` |",
        "| `catalogVersion` | revision and digest of the catalog, `<revision>-<digest>` |",
        "",
        "## A cell",
        "",
        "Secrets are named by ARN; no output holds their values.",
        "",
        ...table,
        ...fields("CellOutput"),
        "",
        "## A router",
        "",
        ...table,
        ...fields("RouterOutput"),
        "",
      ].join("\n"),
    );
  });

  it("names every output of the program", () => {
    const outputs = /export = \{([^]*?)\n\};/.exec(text("index.ts"))?.[1] ?? "";
    const names = [...outputs.matchAll(/^ {2}(\w+)|\{ (\w+):/gm)].map(([, plain, optional]) => plain ?? optional);
    const named = [...text("docs/reference/outputs.md").matchAll(/^\| `(\w+)` \| (?!`)/gm)].map(([, name]) => name);
    expect(named.sort()).toEqual(names.sort());
  });
});

it("docs/reference/variables.md names every variable that the command line and the pack read, and no other", () => {
  const files = execFileSync("git", ["ls-files", "cli", "local", "adapters", "policy", "contract"], { cwd: root })
    .toString()
    .split("\n")
    .filter((file) => file.endsWith(".ts"));
  const read = files.flatMap((file) =>
    [...text(file).matchAll(/"(CELLS_[A-Z_]+)"/g)].map(([, name]) => name).filter((name) => !internal.has(name!)),
  );
  const named = [...text("docs/reference/variables.md").matchAll(/^\| `(CELLS_\w+)`/gm)].map(([, name]) => name);
  expect(named.sort()).toEqual([...new Set(read)].sort());
});
