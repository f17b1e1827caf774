import type { Command } from "commander";

import type { RoutingTable, TableCell } from "../../routing";
import type { Closure, Violation } from "../../routing/closure";
import type { TableOptions } from "../routing/table";
import { print } from "../print";

interface Options extends TableOptions {
  readonly k: string;
  readonly json?: boolean;
}

/** Most counter-examples that are printed. */
const mostViolations = 20;

/** `cells verify-residency`: proves that no tenant leaves its jurisdiction, whatever fails, fills up or drains. */
export function register(program: Command): void {
  program
    .command("verify-residency")
    .description(
      "Prove that no tenant leaves its jurisdiction, no matter which cells fail. Exit code 1 with a counter-example.",
    )
    .option("-k, --k <count>", "how many cells are failed, full, draining or canary at once, at most: 0 to 4", "2")
    .option("-e, --environment <name>", "environment, as in catalog/<name>.yaml", "dev")
    .option("--catalog <file>", "another catalog file")
    .option("--table <file>", "a routing table as JSON instead of a catalog; - reads standard input")
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      "\nIt tries every jurisdiction with every such set of cells, and two rules that no catalog can change: a jurisdiction" +
        "\nwith a locality of the same name, and each of its countries, stays in that locality; and the regions of that" +
        "\nlocality are on the jurisdiction's soil.\n\nExample:\n  npx cells verify-residency --k 2",
    )
    .action(async (options: Options) => {
      const { UserError } = require("../../contract/user-error") as typeof import("../../contract/user-error");
      const most = Number(options.k);
      if (!/^[0-4]$/.test(options.k)) {
        throw new UserError(`--k ${options.k}: write a whole number from 0 to 4`);
      }
      const { readTable } = require("../routing/table") as typeof import("../routing/table");
      const { verifyClosure } = require("../../routing/closure") as typeof import("../../routing/closure");
      const { table } = await readTable(options);
      const found = verifyClosure(table, { most, objection: lawOf(table), perCell: 4, mostViolations });
      print(
        options.json === true ? `${JSON.stringify({ k: most, ...found }, null, 2)}\n` : describe(table, most, found),
      );
      if (found.violations.length > 0) process.exitCode = 1;
    });
}

/** What the law has against a cell for a jurisdiction, judged by names and soil and not by what the table maps. */
function lawOf(table: RoutingTable): (jurisdiction: string, cell: TableCell) => string | undefined {
  const { builtInCountries } = require("../../catalog/countries") as typeof import("../../catalog/countries");
  const { region } = require("../../catalog/regions") as typeof import("../../catalog/regions");
  const laws = new Set(Object.values(builtInCountries));
  const localities = new Set(table.cells.map(({ locality }) => locality));
  /** By jurisdiction, countries that the table assigns to it while their own law has a locality here: one for each law. */
  const bound = new Map<string, Map<string, string>>();
  for (const [country, jurisdiction] of Object.entries(table.countries)) {
    const law = builtInCountries[country];
    if (law === undefined || !localities.has(law)) continue;
    const laws = bound.get(jurisdiction) ?? new Map<string, string>();
    bound.set(jurisdiction, laws.set(law, laws.get(law) ?? country));
  }
  return (jurisdiction, cell) => {
    if (localities.has(jurisdiction) && cell.locality !== jurisdiction) {
      return `${cell.id} is in ${cell.locality}, and ${jurisdiction} has its own locality`;
    }
    const { localities: mapped = [] } = table.jurisdictions[jurisdiction] ?? {};
    if (!mapped.includes(cell.locality))
      return `${cell.id} is in ${cell.locality}, which ${jurisdiction} does not allow`;
    for (const [law, country] of bound.get(jurisdiction) ?? []) {
      if (cell.locality !== law) {
        return `${cell.id} is in ${cell.locality}, and ${country} counts as ${jurisdiction}, though ${law} has its own locality`;
      }
    }
    const soil = region(cell.region)?.country;
    if (soil !== undefined && laws.has(cell.locality) && builtInCountries[soil] !== cell.locality) {
      return `${cell.id} is in ${cell.region}, on the soil of ${soil}, which is not ${cell.locality}`;
    }
    return undefined;
  };
}

function describe(table: RoutingTable, most: number, { states, decisions, violations }: Closure): string {
  const head =
    `${Object.keys(table.jurisdictions).length} jurisdictions, ${table.cells.length} cells, up to ${most} in trouble: ` +
    `${states} states, ${decisions} decisions, ${violations.length} violations${violations.length >= mostViolations ? " and more" : ""}\n`;
  return violations.length === 0 ? head : `${head}counter-examples:\n${violations.map(line).join("")}`;
}

function line({ jurisdiction, tenant, failed, full, draining, canary, cell, message }: Violation): string {
  const troubles = Object.entries({ failed, full, draining, canary })
    .filter(([, cells]) => cells.length > 0)
    .map(([kind, cells]) => `${kind} ${cells.join(", ")}`);
  return `  ${jurisdiction}, tenant ${tenant}, ${troubles.join("; ") || "all cells healthy"}: cell ${cell} answers; ${message}\n`;
}
