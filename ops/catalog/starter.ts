import { builtInCountries, builtInJurisdictions } from "../../catalog/countries";
import { refuse } from "../../catalog/fields";
import { region as regionNamed } from "../../catalog/regions";

/** Input of a starter catalog. */
export interface Starter {
  readonly environment: string;
  readonly domain: string;
  /** One cell and one router in each. */
  readonly regions: readonly string[];
  /** Locality of all cells; the jurisdiction that each region lies in when left out. */
  readonly locality?: string;
  readonly sizeClass: string;
}

/**
 * Text of a catalog to start from: valid, commented, and closed. It serves the jurisdictions that its
 * regions lie in and refuses all others, because serving them from here is a decision.
 */
export function starterCatalog({ environment, domain, regions, locality, sizeClass }: Starter): string {
  const localityOf = (name: string): string => locality ?? lawOf(name) ?? "LOCAL";
  const localities = grouped(regions.map((name) => [localityOf(name), name]));
  const laws = grouped(
    regions.flatMap((name) => (lawOf(name) === undefined ? [] : [[lawOf(name)!, localityOf(name)]])),
  );
  const list = (items: ReadonlySet<string> | readonly string[]): string => `[${[...items].join(", ")}]`;
  const [first = "EU"] = localities.keys();
  return `# yaml-language-server: $schema=../docs/catalog.schema.json
#
# The cells of the environment ${environment}. A cell's number is given once and never reused: to add a cell, take the
# next number; to remove one, drain and disable it, then delete its line and note it under ledger.released. Raise
# \`revision\` with every change.
# \`npx cells catalog check\` lists every mistake, \`npx cells diff\` shows what a change means.

environment: ${environment}
revision: 1
# Your domain: cell 0 answers at cell-0.${domain}.
domain: ${domain}

# Localities: groups of regions that hold the data of the same tenants.
localities:
${[...localities].map(([name, members]) => `  ${name}: ${list(members)}`).join("\n")}

# Which localities may hold the tenants of each jurisdiction; catalog/countries.ts lists the countries of each.
# \`${refuse}\`: its tenants are not served. To serve them, write localities instead, e.g. UK: [${first}].
residency:
  jurisdictions:
${Object.keys(builtInJurisdictions)
  .map((name) => `    ${name}: ${laws.has(name) ? list(laws.get(name)!) : refuse}`)
  .join("\n")}

# Regions that run a router.
routers: ${list(new Set(regions))}

defaults:
  # dev: small, without deletion protection. small, medium, large: for production; catalog/sizes.ts has the sizes.
  sizeClass: ${sizeClass}
  # Tags on every resource of a cell.
  owner: platform
  dataClass: confidential
  costCenter: cells
  capacity: { tenants: 1000, requestsPerSecond: 500 }
  # Tag of the application's image; its repository is cells:appImage in Pulumi.${environment}.yaml.
  release: "6.9.2"
  state: active

cells:
${regions.map((name, number) => `  - { number: ${number}, locality: ${localityOf(name)}, region: ${name} }`).join("\n")}
`;
}

/** Text of the stack file for it. */
export function starterStackFile(environment: string): string {
  return `config:
  cells:catalog: catalog/${environment}.yaml
  # Repository of your application's image; a public sample without it.
  # cells:appImage: 111122223333.dkr.ecr.eu-west-1.amazonaws.com/app
  # Id of the public Route 53 zone of the catalog's domain; without it the program creates the zone.
  # cells:parentZoneId: Z0123456789ABC
  # All keys: docs/reference/configuration.md
`;
}

/** Jurisdiction of the country that a region stands in; undefined for a region that is not one of AWS's. */
function lawOf(name: string): string | undefined {
  const country = regionNamed(name)?.country;
  return country === undefined ? undefined : builtInCountries[country];
}

function grouped(pairs: readonly (readonly string[])[]): ReadonlyMap<string, ReadonlySet<string>> {
  const groups = new Map<string, Set<string>>();
  for (const [key = "", value = ""] of pairs) groups.set(key, (groups.get(key) ?? new Set()).add(value));
  return groups;
}
