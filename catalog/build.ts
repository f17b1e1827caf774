import { canonicalJson } from "../routing/seal";
import type { ResidencyApproval } from "../routing/table";
import { sha256Hex } from "../routing/sha256";
import { formatCidr } from "./cidr";
import { builtInCountries } from "./countries";
import { blockOf, emptyLedger, type Ledger } from "./ledger";
import type { Catalog, Cell, Residency } from "./model";
import { sizeIn } from "./regional-sizes";
import { region as regionOf, type Region } from "./regions";
import type { CatalogInput, CellInput } from "./schema";
import { sizeOf } from "./sizes";

/** Makes the catalog of a file that has no mistakes: defaults, zones and blocks filled in, everything sorted. */
export function build(input: CatalogInput): Catalog {
  const ledger: Ledger = {
    quarantineDays: input.ledger?.quarantineDays ?? emptyLedger.quarantineDays,
    reserved: input.ledger?.reserved ?? [],
    released: input.ledger?.released ?? [],
  };
  const content: Omit<Catalog, "version"> = {
    environment: input.environment,
    revision: input.revision,
    domain: input.domain,
    cells: input.cells.map((cell) => buildCell(cell, input, ledger)).sort((a, b) => a.number - b.number),
    ...(Object.keys(input.sizes ?? {}).length === 0 ? {} : { sizes: input.sizes }),
    routers: [...input.routers].sort().map((name) => ({ region: name, partition: known(name).partition })),
    residency: buildResidency(input.residency),
    released: [...ledger.released].sort((a, b) => a.cell - b.cell),
  };
  // A release with other built-in classes gives no catalog another version.
  const written = { ...content, cells: content.cells.map(({ size: _size, ...cell }) => cell) };
  return { ...content, version: `${input.revision}-${sha256Hex(canonicalJson(written)).slice(0, 12)}` };
}

function buildCell(input: CellInput, { defaults = {}, sizes }: CatalogInput, ledger: Ledger): Cell {
  const region = known(input.region);
  const block = blockOf(input.number, ledger);
  const { sizeClass = defaults.sizeClass, capacity = defaults.capacity } = input;
  const { release = defaults.release, state = defaults.state } = input;
  const size = sizeOf(sizeClass ?? "", sizes);
  if (!block || !sizeClass || !size || !capacity || !release || !state)
    throw new Error(`cell ${input.number} was not checked`);
  return {
    id: input.id ?? `cell-${input.number}`,
    number: input.number,
    locality: input.locality,
    region: region.name,
    availabilityZones: [
      ...(input.availabilityZones ?? region.defaultZones.map((letter) => `${region.name}${letter}`)),
    ].sort(),
    partition: region.partition,
    sizeClass,
    size: sizeIn(region.name, size),
    weight: input.weight ?? defaults.weight ?? 1,
    tier: input.tier ?? defaults.tier ?? "standard",
    capacity,
    owner: input.owner ?? defaults.owner ?? "platform",
    dataClass: input.dataClass ?? defaults.dataClass ?? "confidential",
    costCenter: input.costCenter ?? defaults.costCenter ?? "cells",
    release,
    state,
    cidr: formatCidr(block),
    rabbitmq: input.rabbitmq ?? defaults.rabbitmq ?? false,
    // Only what differs from the usual, so that saying the usual changes neither version nor diff.
    ...(input.liveNodes === "green" ? { liveNodes: "green" } : {}),
    ...(input.bothNodes === true ? { bothNodes: true } : {}),
    ...(input.account ? { account: input.account } : {}),
  };
}

function buildResidency(input: CatalogInput["residency"]): Residency {
  const byName = (a: readonly [string, unknown], b: readonly [string, unknown]) => (a[0] < b[0] ? -1 : 1);
  return {
    jurisdictions: Object.entries(input.jurisdictions)
      .sort(byName)
      .map(([name, localities]) => ({
        name,
        localities: typeof localities === "string" ? [] : [...localities].sort(),
      })),
    countries: Object.fromEntries(Object.entries({ ...builtInCountries, ...input.countries }).sort(byName)),
    ...(input.defaultJurisdiction === undefined ? {} : { defaultJurisdiction: input.defaultJurisdiction }),
    ...(input.approvals === undefined || input.approvals.length === 0
      ? {}
      : { approvals: input.approvals.map(buildApproval) }),
  };
}

function buildApproval(input: NonNullable<CatalogInput["residency"]["approvals"]>[number]): ResidencyApproval {
  const { revision, jurisdiction, country, localities } = input;
  return {
    revision,
    ...(jurisdiction === undefined ? {} : { jurisdiction }),
    ...(country === undefined ? {} : { country }),
    localities: [...localities].sort(),
  };
}

function known(name: string): Region {
  const region = regionOf(name);
  if (!region) throw new Error(`region ${name} was not checked`);
  return region;
}
