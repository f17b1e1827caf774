import Table from "cli-table3";
import pc from "picocolors";

import { RouterHeader } from "../contract/router";
import type { CellOutput, RouterOutput } from "../components/outputs";
import { describe, type Started } from "./start";

/** A tenant asked through a deployed router. */
interface Sample {
  readonly tenant: string;
  readonly country: string;
  /** Region of the router that was asked. */
  readonly router: string;
  readonly status: number;
  /** The cell that the router named; absent when it refused. */
  readonly cell?: string;
  readonly region?: string;
}

/** Five tenants from five jurisdictions, each asked at the router nearest to it. */
const tenants = [
  { tenant: "acme", country: "DE", near: "eu-" },
  { tenant: "globex", country: "US", near: "us-" },
  { tenant: "initech", country: "JP", near: "ap-" },
  { tenant: "umbrella", country: "CN", near: "cn-" },
  { tenant: "hooli", country: "BR", near: "us-" },
] as const;

/** Most changed resources that are listed. */
const mostListed = 12;

/**
 * What `start` shows a person. Of a new environment: the cells, five tenants sent through the routers, how long each
 * step took. Of one that was there: what changed. Then what to type next.
 */
export async function summarise(started: Started): Promise<string> {
  const cells = started.outputs["cells"] as readonly CellOutput[] | undefined;
  if (cells === undefined || Object.keys(started.routers).length === 0) {
    return [`dry run: ${describe(started.changes)}; nothing was changed`, ...started.steps.map(stepText)].join("\n");
  }
  const { environment } = started.catalog;
  if (Object.keys(started.changes).length === 0) {
    const headline = pc.bold(`${environment} was up already, nothing changed: ${cells.length} cells`);
    return ["", headline, ...nextOf(environment, cells)].join("\n");
  }
  const headline = pc.bold(`${environment} is up: ${cells.length} cells (${describe(started.changes)})`);
  if (!started.steps.some(({ op, urn }) => op === "create" && urn.includes("::pulumi:pulumi:Stack::"))) {
    const more = started.steps.length - mostListed;
    const listed = started.steps.slice(0, mostListed).map(stepText);
    return ["", headline, ...listed, ...(more > 0 ? [`  and ${more} more`] : []), ...nextOf(environment, cells)].join(
      "\n",
    );
  }
  const samples = await route(started.routers);
  return [
    "",
    headline,
    cellTable(cells),
    sampleTable(samples),
    ...(started.outputs["routers"] as readonly RouterOutput[]).map(
      ({ region }) => `router ${region}: ${started.routers[region] ?? ""}`,
    ),
    `local cloud: ${started.cloud.endpoint}  (any AWS client, any credentials)`,
    `took: ${started.timings.map(({ title, seconds }) => `${title} ${seconds.toFixed(1)} s`).join(", ")}`,
    ...nextOf(environment, cells),
  ].join("\n");
}

/** A changed resource, and what of it. */
function stepText({ op, urn, properties }: Started["steps"][number]): string {
  const what = properties.length > 0 ? ` (${properties.join(", ")})` : "";
  return `  ${op} ${urn.split("::").at(-1) ?? ""}${what}`;
}

/** Three lines to type next. */
function nextOf(environment: string, cells: readonly CellOutput[]): readonly string[] {
  const option = environment === "dev" ? "" : ` --environment ${environment}`;
  return [
    "next:",
    `  npx cells route acme --country DE --explain${option}`,
    `  npx cells aws${option} rds describe-db-instances --region ${cells[0]?.region ?? "eu-west-1"}`,
    environment === "dev" ? "  npm stop" : `  npx cells stop${option}`,
  ];
}

/** The same as data. */
export async function toJson(started: Started): Promise<object> {
  return {
    environment: started.catalog.environment,
    endpoint: started.cloud.endpoint,
    changes: started.changes,
    steps: started.steps,
    cells: started.outputs["cells"] ?? [],
    routers: Object.entries(started.routers).map(([region, address]) => ({ region, address })),
    samples: Object.keys(started.routers).length > 0 ? await route(started.routers) : [],
    timings: started.timings,
  };
}

function cellTable(cells: readonly CellOutput[]): string {
  const table = new Table({ head: ["cell", "region", "CIDR", "zone", "database", "brokers", "nodes"], style: plain });
  for (const cell of cells) {
    table.push([
      cell.id,
      cell.region,
      cell.cidr,
      cell.zone,
      `${cell.postgresPrimaryHost.split(".")[0] ?? ""} + replica`,
      cell.kafkaBrokers.split(",").length,
      cell.nodes,
    ]);
  }
  return table.toString();
}

function sampleTable(samples: readonly Sample[]): string {
  const table = new Table({ head: ["tenant", "country", "asked at", "answer", "home"], style: plain });
  for (const { tenant, country, router, status, cell, region } of samples) {
    table.push([tenant, country, router, status, cell === undefined ? "refused" : `${cell} in ${region ?? "?"}`]);
  }
  return table.toString();
}

const plain = { head: [], border: [], compact: true };

/** Asks the running routers, which run the deployed bytes. */
function route(routers: Readonly<Record<string, string>>): Promise<readonly Sample[]> {
  return Promise.all(
    tenants.map(async ({ tenant, country, near }) => {
      const router = Object.keys(routers).find((region) => region.startsWith(near)) ?? Object.keys(routers)[0] ?? "";
      const response = await fetch(`${routers[router] ?? ""}/classify`, {
        headers: { [RouterHeader.tenant]: tenant, [RouterHeader.country]: country },
      });
      const body = (await response.json()) as { cell?: string; region?: string };
      return { tenant, country, router, status: response.status, cell: body.cell, region: body.region };
    }),
  );
}
