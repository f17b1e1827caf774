import type { Command } from "commander";

import type { RoutingTable, TableCell } from "../../routing";
import type { Remap } from "../../routing/remap";
import type { TableOptions } from "../routing/table";
import { print } from "../print";

interface Options extends TableOptions {
  readonly add: readonly string[];
  readonly remove: readonly string[];
  readonly weigh: readonly string[];
  readonly algorithm?: string;
  readonly samples: string;
  readonly write?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, ...value.split(",")];

/** `cells remap`: which tenants get another home when cells are added, removed or weighted. Only `--write` changes a file. */
export function register(program: Command): void {
  program
    .command("remap")
    .description("Show which tenants would move if cells were added, removed or weighted differently.")
    .option("--add <locality:weight>", "add a cell with the next free number, e.g. EU or EU:2; repeatable", collect, [])
    .option("--remove <numbers>", "remove cells, e.g. 3,4", collect, [])
    .option("--weigh <number:weight>", "give a cell another weight, e.g. 3:0.5", collect, [])
    .option("-a, --algorithm <name>", "compute with another algorithm, e.g. consistent or rendezvous")
    .option("-s, --samples <count>", "number of sample ids when none come on standard input", "10000")
    .option("-e, --environment <name>", "environment, as in catalog/<name>.yaml", "dev")
    .option("--catalog <file>", "another catalog file")
    .option("--table <file>", "a routing table as JSON instead of a catalog; - reads standard input")
    .option("--write", "store the catalog's slots beside it (<catalog>.deals.json): the next change starts from them")
    .option("--dry-run", "with --write: print the file's name, write nothing")
    .option("--json", "print JSON with every move")
    .addHelpText(
      "after",
      "\nIds are read from standard input, as a JSON array or one per line. With slots the shares are exact." +
        "\n\nExample:\n  npx cells remap --add EU --remove 3 < tenants.txt",
    )
    .action(async (options: Options) => {
      const { catalogFile, idsFromInput, readTable } = require("../routing/table") as typeof import("../routing/table");
      const { UserError } = require("../../contract/user-error") as typeof import("../../contract/user-error");
      const { table: published } = await readTable(options);
      if (options.write === true) {
        if (
          options.table !== undefined ||
          options.algorithm !== undefined ||
          options.add.length + options.remove.length + options.weigh.length > 0
        ) {
          throw new UserError(
            "--write stores the catalog as it is: change the catalog first, then run cells remap --write alone",
          );
        }
        const { dealsFile, writeDeals } = require("../../catalog/deals") as typeof import("../../catalog/deals");
        const isDry = options.dryRun === true;
        const file = isDry ? dealsFile(catalogFile(options)) : writeDeals(catalogFile(options), published.deals ?? []);
        const done = isDry ? `dry run: would write ${file}` : `${file} is written: commit it`;
        print(`${options.json === true ? JSON.stringify({ file }) : done}\n`);
        return;
      }
      const { sealTable } = require("../../routing") as typeof import("../../routing");
      const { remap } = require("../../routing/remap") as typeof import("../../routing/remap");
      const before = options.algorithm === undefined ? published : asIf(published, options.algorithm);
      const cells = changed(before, options);
      if (typeof cells === "string") throw new UserError(cells);
      const count = Number(options.samples);
      if (!Number.isInteger(count) || count < 1 || count > 10_000_000) {
        throw new UserError(`--samples ${options.samples}: write a whole number from 1 to 10000000`);
      }
      const ids = (await idsFromInput(options)) ?? Array.from({ length: count }, (_, index) => `sample-${index}`);
      const kept = new Set(cells.map(({ number }) => number));
      const pins = Object.fromEntries(Object.entries(before.pins).filter(([, { cell }]) => kept.has(cell)));
      const after = sealTable(before.version.revision + 1, { ...before, cells, pins }, before.deals);
      const found = remap(before, after, ids);
      const stranded = Object.keys(before.pins).length - Object.keys(pins).length;
      print(
        options.json === true
          ? `${JSON.stringify({ stranded, jurisdictions: found }, null, 2)}\n`
          : describe(found, stranded),
      );
    });
}

/** The same cells and tenants under another algorithm. */
function asIf(table: RoutingTable, name: string): RoutingTable {
  const { algorithmNamed } = require("../routing/algorithms") as typeof import("../routing/algorithms");
  const { sealTable } = require("../../routing") as typeof import("../../routing");
  return sealTable(table.version.revision, { ...table, algorithm: algorithmNamed(name) });
}

/** The cells after the change, or the mistake in it. */
function changed({ cells }: RoutingTable, { add, remove, weigh }: Options): readonly TableCell[] | string {
  if (add.length + remove.length + weigh.length === 0) return "name a change: --add EU, --remove 3 or --weigh 3:2";
  const known = cells.map(({ number }) => String(number));
  const gone = remove.map((each) => numberOf(each, cells));
  const stranger = [...gone, ...weigh.map((each) => numberOf(each.split(":")[0]!, cells))].find(
    (number) => !known.includes(number),
  );
  if (stranger !== undefined) return `${stranger}: no such cell; the cells are ${known.join(", ")}`;
  const weights = new Map<string, number>();
  for (const each of weigh) {
    const [name, weight] = each.split(":");
    const number = numberOf(name!, cells);
    if (!isWeight(weight)) return `--weigh ${each}: write a number and a weight from 0 to 100, e.g. 3:0.5`;
    weights.set(number, Number(weight));
  }
  const result = cells
    .filter(({ number }) => !gone.includes(String(number)))
    .map((cell) => ({ ...cell, weight: weights.get(String(cell.number)) ?? cell.weight }));
  let next = Math.max(...cells.map(({ number }) => number)) + 1;
  for (const each of add) {
    const [locality, weight = "1"] = each.split(":");
    const like = cells.find((cell) => cell.locality === locality);
    if (like === undefined || !isWeight(weight)) {
      const localities = [...new Set(cells.map((cell) => cell.locality))].join(", ");
      return `--add ${each}: write a locality out of ${localities}, and a weight if it is not 1, e.g. ${cells[0]!.locality}:2`;
    }
    const endpoint = `https://cell-${next}.${new URL(like.endpoint).hostname.split(".").slice(1).join(".")}`;
    result.push({ ...like, number: next, id: `cell-${next}`, state: "active", weight: Number(weight), endpoint });
    next++;
  }
  return result.length === 0 ? "no cell would be left" : result;
}

/** A cell by number or by id. */
function numberOf(name: string, cells: readonly TableCell[]): string {
  return String(cells.find(({ id }) => id === name.trim())?.number ?? name.trim());
}

function isWeight(text: string | undefined): boolean {
  return text !== undefined && text.trim() !== "" && Number(text) >= 0 && Number(text) <= 100;
}

function describe(found: readonly Remap[], stranded: number): string {
  const percent = (share: number): string => `${(share * 100).toFixed(2)} %`;
  const lines = found
    .filter(({ moves, share }) => moves.length > 0 || share > 0)
    .map(({ jurisdiction, tenants, moves, pinned, share, cells }) => {
      const flows = Object.entries(cells).map(([number, { in: come, out: go }]) => `cell ${number} +${come} -${go}`);
      const pins = pinned === 0 ? "" : `, ${pinned} pinned stay`;
      const homeless = moves.filter(({ to }) => to === undefined).length;
      const refused = homeless === 0 ? "" : `, ${homeless} would be refused: no cell is left for them`;
      return `  ${jurisdiction.padEnd(14)} ${percent(share).padStart(8)}  ${moves.length} of ${tenants} ids${pins}${refused}; ${flows.join(", ")}\n`;
    });
  const lost = stranded === 0 ? "" : `${stranded} tenants are pinned to cells that would be removed: move them first\n`;
  return `${lines.length === 0 ? "no tenant moves\n" : `tenants that move, by jurisdiction:\n${lines.join("")}`}${lost}`;
}
