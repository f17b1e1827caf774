import type { Command } from "commander";

import type { Conditions, Decision, RoutingTable, Stage } from "../../routing";

interface RouteOptions {
  readonly tenant: string;
  readonly country?: string;
  readonly environment: string;
  readonly table?: string;
  readonly down?: string;
  readonly full?: string;
  readonly explain?: boolean;
  readonly json?: boolean;
}

/** `cells route`: what a router answers for one tenant, from the catalog's table or from any published one. */
export function register(program: Command): void {
  program
    .command("route")
    .description("Show which cell a tenant is sent to, and why. Exit code 1 when it is refused.")
    .requiredOption("-t, --tenant <id>", "the tenant")
    .option(
      "-c, --country <code>",
      "the tenant's country, ISO 3166-1 alpha-2; without it the default jurisdiction counts",
    )
    .option("-e, --environment <name>", "environment, as in catalog/<name>.yaml", "dev")
    .option("--table <file>", "a routing table's JSON instead of the catalog's; - reads standard input")
    .option("--down <numbers>", "cells to take as failed, e.g. 3,4")
    .option("--full <numbers>", "cells to take as full, e.g. 5")
    .option("--explain", "show each stage of the decision and every candidate")
    .option("--json", "print JSON")
    .addHelpText("after", "\nExample:\n  npm run -s cells -- route --tenant acme --country DE --explain")
    .action((options: RouteOptions) => {
      const { decide, formatVersion, makeRouter } = require("../../routing") as typeof import("../../routing");
      const table = readTable(options);
      const conditions = readConditions(options, table);
      const stages: Stage[] = [];
      const question = { tenant: options.tenant, country: options.country };
      const decision = decide(makeRouter(table), question, conditions, (stage) => stages.push(stage));
      const version = formatVersion(table.version);
      const explained = options.explain === true ? { stages, candidates: candidates(table, stages, conditions) } : {};
      process.stdout.write(
        options.json === true
          ? `${JSON.stringify({ ...summary(decision), version, ...explained }, null, 2)}\n`
          : `${describe(options, decision, version)}${options.explain === true ? explain(table, stages, conditions) : ""}`,
      );
      if (!decision.ok) process.exitCode = 1;
    });
}

function readTable({ table, environment }: RouteOptions): RoutingTable {
  if (table === undefined) {
    const { loadCatalog } = require("../../catalog/load") as typeof import("../../catalog/load");
    const { baseRoutingTable } = require("../../catalog/routing-table") as typeof import("../../catalog/routing-table");
    return baseRoutingTable(loadCatalog(`catalog/${environment}.yaml`));
  }
  const { readFileSync } = require("node:fs") as typeof import("node:fs");
  const { decodeTableText, formatMistakes } = require("../../routing") as typeof import("../../routing");
  const { UserError } = require("../../local/user-error") as typeof import("../../local/user-error");
  let text: string;
  try {
    text = readFileSync(table === "-" ? 0 : table, "utf8");
  } catch {
    throw new UserError(`--table ${table}: the file cannot be read; write the path of a routing table's JSON`);
  }
  const decoded = decodeTableText(text);
  if (!decoded.ok) throw new UserError(`${table} is no routing table:\n${formatMistakes(decoded.mistakes)}`);
  return decoded.table;
}

function readConditions({ down, full }: RouteOptions, table: RoutingTable): Conditions {
  const read = (option: string, list: string | undefined): ReadonlySet<number> => {
    const words = list === undefined ? [] : list.split(",").map((word) => word.trim());
    const unknown = words.filter((word) => !table.cells.some(({ number }) => String(number) === word));
    if (unknown.length > 0) {
      const { UserError } = require("../../local/user-error") as typeof import("../../local/user-error");
      const known = table.cells.map(({ number }) => number).join(", ");
      throw new UserError(`--${option} ${unknown.join(",")}: no such cell; write numbers out of ${known}`);
    }
    return new Set(words.map(Number));
  };
  return { down: read("down", down), full: read("full", full) };
}

function summary(decision: Decision): object {
  if (!decision.ok) return { refused: decision.reason, jurisdiction: decision.jurisdiction };
  const { cell, home, reason, jurisdiction } = decision;
  const { id, number, region, locality, endpoint } = cell;
  return { cell: id, number, region, locality, endpoint, home: home.id, reason, jurisdiction };
}

const refusals: Readonly<Record<Extract<Decision, { ok: false }>["reason"], string>> = {
  "unknown-country": "its country has no jurisdiction, and the table names no default (403)",
  "no-cell-allowed": "its jurisdiction has no cell that can be a home (403)",
  "pin-outside-residency": "it is pinned to a cell that its jurisdiction forbids (503)",
  "no-healthy-cell": "no cell of its jurisdiction can answer now (503)",
};

function describe({ tenant, country }: RouteOptions, decision: Decision, version: string): string {
  const who = `${tenant} (${country ?? "no country"})`;
  if (!decision.ok) return `${who} is refused: ${refusals[decision.reason]}; table ${version}\n`;
  const { cell, home, reason } = decision;
  const away = cell.number === home.number ? "" : `, for the time: its home is ${home.id}`;
  return `${who} goes to ${cell.id} in ${cell.region} (${cell.locality}), ${cell.endpoint}; ${reason}${away}; table ${version}\n`;
}

function explain(table: RoutingTable, stages: readonly Stage[], conditions: Conditions): string {
  const names = (cells: readonly number[]): string => (cells.length === 0 ? "none" : cells.join(", "));
  const steps = stages.map(
    ({ stage, result, cells }) => `  ${stage.padEnd(10)} ${result.padEnd(28)} cells ${names(cells)}\n`,
  );
  const rows = candidates(table, stages, conditions).map(
    ({ cell, state, weight, health }) => `  ${cell.padEnd(10)} ${state.padEnd(13)} weight ${weight}  ${health}\n`,
  );
  return `stages:\n${steps.join("")}candidates:\n${rows.join("") || "  none\n"}`;
}

function candidates(table: RoutingTable, stages: readonly Stage[], { down, full }: Conditions) {
  const allowed = new Set(stages.find(({ stage }) => stage === "residency")?.cells);
  return table.cells
    .filter(({ number }) => allowed.has(number))
    .map(({ id, number, state, weight }) => ({
      cell: id,
      number,
      state,
      weight,
      health: down?.has(number) === true ? "down" : full?.has(number) === true ? "full" : "ok",
    }));
}
