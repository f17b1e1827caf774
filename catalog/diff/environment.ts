import { residencyChanges, unlistedCountry } from "../../routing/residency";
import type { RoutingTable } from "../../routing/table";
import type { Catalog } from "../model";
import { baseRoutingTable } from "../routing-table";
import type { CatalogChange } from "./change";

/** Changes that concern no single cell. */
export function compareRest(before: Catalog, after: Catalog): readonly CatalogChange[] {
  return [
    ...identity(before, after),
    ...ledger(before, after),
    ...routers(before, after),
    ...residency(before, after),
    ...residencySteps(baseRoutingTable(before), baseRoutingTable(after)),
  ];
}

function identity(before: Catalog, after: Catalog): readonly CatalogChange[] {
  const changes: CatalogChange[] = [];
  if (before.environment !== after.environment) {
    const message = "this is the catalog of another environment: every name in it differs";
    changes.push({
      verdict: "forbidden",
      kind: "environment",
      from: before.environment,
      to: after.environment,
      message,
    });
  }
  if (after.revision < before.revision) {
    const message = `routers refuse a smaller revision: write ${before.revision + 1}`;
    changes.push({ verdict: "forbidden", kind: "revision", from: before.revision, to: after.revision, message });
  }
  if (before.domain !== after.domain) {
    const message =
      "every cell gets another public zone, certificate and endpoint, every router another bucket; the old endpoints stop " +
      "answering; one update changes all cells: name them with `cells up --cells`";
    changes.push({ verdict: "warning", kind: "domain", from: before.domain, to: after.domain, message });
  }
  return changes;
}

/** Entries stay in the ledger: a number without its entry could be used twice. */
function ledger(before: Catalog, after: Catalog): readonly CatalogChange[] {
  return before.released.flatMap((entry): CatalogChange[] => {
    const kept = after.released.find(({ cell }) => cell === entry.cell);
    if (kept && kept.cidr === entry.cidr && kept.released === entry.released) return [];
    const message = `the record of cell ${entry.cell} must stay: it keeps its number and block from being used again`;
    return [{ verdict: "forbidden", kind: "record", from: entry, ...(kept ? { to: kept } : {}), message }];
  });
}

function routers(before: Catalog, after: Catalog): readonly CatalogChange[] {
  const [old, next] = [before, after].map((catalog) => new Set(catalog.routers.map(({ region }) => region))) as [
    Set<string>,
    Set<string>,
  ];
  return [
    ...[...old]
      .filter((region) => !next.has(region))
      .map((region): CatalogChange => {
        const message = `the router in ${region} is removed: point its clients to another router first`;
        return { verdict: "warning", kind: "router-removed", from: region, message };
      }),
    ...[...next]
      .filter((region) => !old.has(region))
      .map((region): CatalogChange => ({
        verdict: "allowed",
        kind: "router-added",
        to: region,
        message: `new router in ${region}`,
      })),
  ];
}

/** What routers and the gate refuse unless the catalog approves it. */
export function residencySteps(before: RoutingTable, after: RoutingTable): readonly CatalogChange[] {
  return residencyChanges(before, after).flatMap((change): CatalogChange[] => {
    const { countries, from, to, localities, approved } = change;
    const [first, ...more] = countries.filter((country) => country !== unlistedCountry);
    const whose =
      first === undefined ? "unknown countries" : more.length === 0 ? first : `${first} and ${more.length} more`;
    const base = { kind: "residency", from: from ?? null, to: localities };
    const message = `tenants of ${whose} may be served from ${localities.join(", ")}, which was not allowed before`;
    if (approved) {
      return [{ ...base, verdict: "warning", message: `${message}; it is approved: move their data with them` }];
    }
    const entries =
      from === to && to !== undefined
        ? [`jurisdiction: ${to}`]
        : countries.slice(0, mostEntries).map((country) => `country: ${country}`);
    const text = entries.map(
      (each) => `{ revision: ${after.version.revision}, ${each}, localities: [${localities.join(", ")}] }`,
    );
    const rest = from !== to && countries.length > mostEntries ? " and so on" : "";
    return [
      {
        ...base,
        verdict: "forbidden",
        message: `${message}: undo it, or approve it with ${text.join(", ")}${rest} under residency.approvals`,
      },
    ];
  });
}

/** Most entries that a message lists. */
const mostEntries = 3;

const noRewrite = "pinned tenants and stored data do not move by themselves";

function residency(before: Catalog, after: Catalog): readonly CatalogChange[] {
  const [old, next] = [before, after].map(
    ({ residency: { jurisdictions } }) => new Map(jurisdictions.map(({ name, localities }) => [name, localities])),
  ) as [Map<string, readonly string[]>, Map<string, readonly string[]>];
  const names = [...new Set([...old.keys(), ...next.keys()])].sort();
  const changes = names.flatMap((name): CatalogChange[] => {
    const [from, to] = [old.get(name), next.get(name)];
    if (from?.join() === to?.join()) return [];
    const widened = !(from ?? []).some((locality) => !to?.includes(locality));
    const message = widened
      ? `tenants of ${name} may live in more places: some get another home by hashing; ${noRewrite}`
      : `tenants of ${name} may no longer live where they may today; ${noRewrite}`;
    return [{ verdict: "warning", kind: "jurisdiction", from: from ?? null, to: to ?? null, message }];
  });
  for (const [country, from] of Object.entries(before.residency.countries)) {
    const to = after.residency.countries[country];
    if (from === to) continue;
    const message = `${country} has another jurisdiction; ${noRewrite}`;
    changes.push({ verdict: "warning", kind: "country", from, to, message });
  }
  const [from, to] = [before.residency.defaultJurisdiction ?? null, after.residency.defaultJurisdiction ?? null];
  if (from !== to) {
    const message = to === null ? "unknown countries are refused" : `unknown countries count as ${to}`;
    changes.push({ verdict: "warning", kind: "default-jurisdiction", from, to, message });
  }
  return changes;
}
