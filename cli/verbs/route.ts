import { Option, type Command } from "commander";

import type { Conditions, Decision, Question, RoutingTable, Stage } from "../../routing";
import type { TableOptions } from "../routing/table";
import { note, print } from "../print";

interface RouteOptions extends TableOptions {
  readonly tenant?: string;
  readonly country?: string;
  readonly down?: string;
  readonly full?: string;
  readonly explain?: boolean;
  readonly json?: boolean;
}

/** `cells route TENANT`: what a router answers for one tenant, from the catalog's table or from any published one. */
export function register(program: Command): void {
  program
    .command("route")
    .description("Show which cell a tenant is sent to, and why. Exit code 1 when the tenant is refused.")
    .argument("[tenant]", "id of the tenant")
    // The tenant's old place.
    .addOption(new Option("-t, --tenant <id>").hideHelp())
    .option(
      "-c, --country <code>",
      "the tenant's country, ISO 3166-1 alpha-2; the catalog's default jurisdiction applies without it",
    )
    .option("-e, --environment <name>", "environment, as in catalog/<name>.yaml", "dev")
    .option("--catalog <file>", "another catalog file")
    .option("--table <file>", "a routing table as JSON instead of a catalog; - reads standard input")
    .option("--down <numbers>", "treat these cells as failed, e.g. 3,4")
    .option("--full <numbers>", "treat these cells as full, e.g. 5")
    .option("--explain", "show each stage of the decision and every candidate cell")
    .option("--json", "print JSON")
    .addHelpText("after", "\nExample:\n  npx cells route acme --country DE --explain")
    .action(async (argument: string | undefined, options: RouteOptions) => {
      const { decide, formatVersion, makeRouter } = require("../../routing") as typeof import("../../routing");
      const { readTable } = require("../routing/table") as typeof import("../routing/table");
      const tenant = tenantOf(argument ?? options.tenant);
      checkCountry(options.country);
      const { table, age } = await readTable(options);
      const conditions = readConditions(options, table);
      const stages: Stage[] = [];
      const question = { tenant, country: options.country };
      const decision = decide(makeRouter(table), question, conditions, (stage) => stages.push(stage));
      const version = formatVersion(table.version);
      const explained: Explained | undefined =
        options.explain === true
          ? {
              age,
              stages,
              candidates: candidates(table, tenant, stages, conditions),
              algorithms: homesBy(table, tenant, stages),
            }
          : undefined;
      print(
        options.json === true
          ? `${JSON.stringify({ ...summary(decision), version, ...explained }, null, 2)}\n`
          : `${describe(question, decision, version)}${explained === undefined ? "" : explain(explained)}`,
      );
      // Only routers limit ids; a table may hold others, for programs that embed the core.
      if (!/^[a-z0-9-]{1,64}$/.test(tenant)) {
        note("note: a router refuses this tenant (403): ids are 1 to 64 characters of a-z, 0-9 and -\n");
      }
      if (!decision.ok) process.exitCode = 1;
    });
}

function tenantOf(tenant: string | undefined): string {
  if (tenant !== undefined) return tenant;
  const { UserError } = require("../../contract/user-error") as typeof import("../../contract/user-error");
  throw new UserError(
    "name a tenant, e.g. npx cells route acme --country DE (npx cells route --help lists the options)",
  );
}

function checkCountry(country: string | undefined): void {
  if (country === undefined || /^[A-Z]{2}$/.test(country)) return;
  const { UserError } = require("../../contract/user-error") as typeof import("../../contract/user-error");
  const meant = /^[A-Za-z]{2}$/.test(country) ? country.toUpperCase() : "DE";
  throw new UserError(
    `--country ${country}: write two capital letters of ISO 3166-1, e.g. ${meant}; a router answers 400 to anything else`,
  );
}

function readConditions({ down, full }: RouteOptions, table: RoutingTable): Conditions {
  const read = (option: string, list: string | undefined): ReadonlySet<number> => {
    const words = list === undefined ? [] : list.split(",").map((word) => word.trim());
    const unknown = words.filter((word) => !table.cells.some(({ number }) => String(number) === word));
    if (unknown.length > 0) {
      const { UserError } = require("../../contract/user-error") as typeof import("../../contract/user-error");
      const known = table.cells.map(({ number }) => number).join(", ");
      throw new UserError(`--${option} ${unknown.join(",")}: no such cell; the cells are ${known}`);
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
  "unknown-country": "its country has no jurisdiction, and the table has no default jurisdiction (403)",
  "no-cell-allowed": "its jurisdiction has no cell that can be a home (403)",
  "pin-outside-residency": "it is pinned to a cell that its jurisdiction does not allow (503)",
  "no-healthy-cell": "no cell of its jurisdiction is healthy (503)",
};

function describe({ tenant, country }: Question, decision: Decision, version: string): string {
  const who = `${tenant} (${country ?? "no country"})`;
  if (!decision.ok) return `${who} is refused: ${refusals[decision.reason]}; table ${version}\n`;
  const { cell, home, reason } = decision;
  const away = cell.number === home.number ? "" : `, until its home ${home.id} is back`;
  return `${who} goes to ${cell.id} in ${cell.region} (${cell.locality}), ${cell.endpoint}; ${reason}${away}; table ${version}\n`;
}

/** What `--explain` shows, as JSON or as text. */
interface Explained {
  /** Seconds since the table's file was written. */
  readonly age: number;
  readonly stages: readonly Stage[];
  readonly candidates: ReturnType<typeof candidates>;
  readonly algorithms: ReturnType<typeof homesBy>;
}

function explain({ age, stages, candidates: found, algorithms: byAlgorithm }: Explained): string {
  const names = (cells: readonly number[]): string => (cells.length === 0 ? "none" : cells.join(", "));
  const steps = stages.map(
    ({ stage, result, cells }) => `  ${stage.padEnd(10)} ${result.padEnd(28)} cells ${names(cells)}\n`,
  );
  const rows = found.map(
    ({ cell, state, weight, health, score, share, rendezvous }) =>
      `  ${cell.padEnd(10)} ${state.padEnd(13)} weight ${String(weight).padEnd(5)} ${health.padEnd(5)}` +
      ` share ${share === undefined ? "-" : `${(share * 100).toFixed(2)} %`}` +
      `  rendezvous score ${rendezvous.toFixed(4)}  stand-in score ${score.toFixed(4)}\n`,
  );
  const homes = byAlgorithm.map(
    ({ algorithm, home, used }) => `  ${algorithm.padEnd(10)} ${home}${used ? ", the table's algorithm" : ""}\n`,
  );
  return (
    `the table was written ${age} s ago\nstages:\n${steps.join("")}` +
    `candidates:\n${rows.join("") || "  none\n"}home by each algorithm, pins aside:\n${homes.join("") || "  none\n"}`
  );
}

function candidates(table: RoutingTable, tenant: string, stages: readonly Stage[], { down, full }: Conditions) {
  const { ownersOf, rendezvousScore, slotCount, standInScore } =
    require("../../routing") as typeof import("../../routing");
  const allowed = allowedBy(stages);
  const cells = table.cells.filter(({ number }) => allowed.has(number));
  const localities = new Set(cells.map(({ locality }) => locality));
  const deal = table.deals?.find(
    (each) =>
      each.cells.every((number) => allowed.has(number)) && [...localities].every((l) => each.localities.includes(l)),
  );
  const owners = deal === undefined ? undefined : ownersOf(deal);
  return cells.map(({ id, number, state, weight }) => ({
    cell: id,
    number,
    state,
    weight,
    health: down?.has(number) === true ? "down" : full?.has(number) === true ? "full" : "ok",
    /** Share of the jurisdiction's slots; absent with other algorithms. */
    ...(owners === undefined ? {} : { share: owners.filter((owner) => owner === number).length / slotCount }),
    /** The highest is the home, where the algorithm is rendezvous. */
    rendezvous: rendezvousScore(tenant, { number, weight }),
    /** The highest of those that may stand in does, when the home cannot answer. */
    score: standInScore(tenant, { number, weight }),
  }));
}

function allowedBy(stages: readonly Stage[]): ReadonlySet<number> {
  return new Set(stages.find(({ stage }) => stage === "residency")?.cells);
}

/** What each algorithm would choose among the candidates, the table's own first; empty where no cell can be a home. */
function homesBy(table: RoutingTable, tenant: string, stages: readonly Stage[]) {
  const { algorithms, canBeHome, makeRouter } = require("../../routing") as typeof import("../../routing");
  const allowed = allowedBy(stages);
  const members = table.cells.filter((cell) => allowed.has(cell.number) && canBeHome(cell));
  const jurisdiction = stages.find(({ stage }) => stage === "residency")?.result;
  if (members.length === 0 || jurisdiction === undefined) return [];
  const own = makeRouter(table).candidates(jurisdiction).homes;
  const names = Object.keys(algorithms) as (keyof typeof algorithms)[];
  return names
    .sort((a, b) => Number(b === table.algorithm) - Number(a === table.algorithm))
    .map((algorithm) => {
      const used = algorithm === table.algorithm;
      const { place } = used && own !== undefined ? own : algorithms[algorithm].prepare(members);
      return { algorithm, home: table.cells.find(({ number }) => number === place(tenant))?.id ?? "none", used };
    });
}
