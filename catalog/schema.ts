import { z } from "zod";

import * as field from "./fields";
import { list } from "./fields";
import { ownSizes } from "./size-fields";

/**
 * Shape of `catalog/<env>.yaml`; the fields and their sentences are in `fields.ts`, what spans several fields is
 * checked in `checks/`.
 */

const localities = z
  .record(
    field.group("Name of a residency group."),
    list(field.region("AWS region."), "write a list of regions, e.g. [eu-west-1, eu-central-1]").min(1, {
      error: "write at least one region",
    }),
    { error: "write each locality with its regions, e.g. EU: [eu-west-1]" },
  )
  .describe("Residency groups and the regions that belong to them.");

const allowedSentence = { error: `write a list of localities, e.g. [EU], or ${field.refuse}` };

const allowed = z.union(
  [z.literal(field.refuse), z.array(field.group("A key of localities.")).min(1, allowedSentence)],
  allowedSentence,
);

const approval = z
  .strictObject(
    {
      revision: field.revision.describe("Revision of this catalog that makes the change."),
      jurisdiction: field.group("Jurisdiction whose localities change, for the countries that it keeps.").optional(),
      country: field.country.describe("Country that changes its jurisdiction; ZZ for unknown ones.").optional(),
      localities: z
        .array(field.group("A key of localities."), { error: "write the localities that are new, e.g. [US]" })
        .min(1, { error: "write the localities that are new, e.g. [US]" })
        .describe("Localities that are new to their tenants."),
    },
    { error: "write revision, jurisdiction or country, and localities" },
  )
  .describe("Approval of one change of residency.");

const residency = z
  .strictObject(
    {
      jurisdictions: z
        .record(field.group("Name of a jurisdiction."), allowed, {
          error: "write each jurisdiction with its localities, e.g. EU: [EU]",
        })
        .describe("Localities that may hold each jurisdiction's tenants, or refuse."),
      countries: z
        .record(field.country, field.group("A key of jurisdictions."), {
          error: "write countries with their jurisdictions, e.g. HK: APAC",
        })
        .describe("Countries whose jurisdiction is not the built-in one.")
        .optional(),
      defaultJurisdiction: field
        .group("Jurisdiction of requests without a known country; when left out they are refused.")
        .optional(),
      approvals: list(approval, "write a list of approvals")
        .describe("Changes of residency that are approved, each for one revision of this catalog.")
        .optional(),
    },
    { error: "write jurisdictions" },
  )
  .describe("Who may live where.");

const cell = z
  .strictObject(
    {
      number: field.cellNumber,
      id: field.cellId.optional(),
      locality: field.group("Residency group of the cell: a key of localities."),
      region: field.region("AWS region of the cell."),
      availabilityZones: list(
        field.availabilityZone,
        "write a list of zones, e.g. [eu-west-1a, eu-west-1b, eu-west-1c]",
      )
        .describe("Zones of the cell: three where the region has three; the region's usual ones when left out.")
        .optional(),
      account: field.account.optional(),
      liveNodes: field.liveNodes.optional(),
      bothNodes: field.bothNodes.optional(),
      ...z.object(field.shared).partial().shape,
    },
    { error: "write a cell: number, region, locality and what differs from the defaults" },
  )
  .describe("One isolated copy of the stack.");

const defaults = z
  .strictObject(z.object(field.shared).partial().shape, { error: "write what cells share, e.g. sizeClass: dev" })
  .describe("Values of the cells that leave them out.");

const ledger = z
  .strictObject(
    {
      quarantineDays: field.quarantineDays.optional(),
      reserved: list(
        z.strictObject({ cell: field.cellNumber, cidr: field.cidr }, { error: "write cell and cidr" }),
        "write a list of cell and cidr",
      )
        .describe("Blocks chosen by hand, for cells that do not use the block of their number.")
        .optional(),
      released: list(
        z.strictObject(
          { cell: field.cellNumber, cidr: field.cidr, released: field.day },
          { error: "write cell, cidr and released" },
        ),
        "write a list of cell, cidr and released",
      )
        .describe("Cells that are gone: their numbers are never used again, their blocks rest first.")
        .optional(),
    },
    { error: "write quarantineDays, reserved and released" },
  )
  .describe("Address blocks that do not follow from cell numbers.");

/** The whole file. */
export const catalogSchema = z
  .strictObject(
    {
      environment: field.environment,
      revision: field.revision,
      domain: field.domain,
      localities,
      residency,
      routers: list(field.region("AWS region of a router."), "write a list of regions, e.g. [eu-west-1, us-east-1]")
        .min(1, { error: "write at least one region" })
        .describe("Regions that run a router."),
      sizes: ownSizes.optional(),
      defaults: defaults.optional(),
      cells: list(cell, "write a list of cells")
        .min(1, { error: "write at least one cell" })
        .describe("The cells, in any order."),
      ledger: ledger.optional(),
    },
    { error: "write a catalog: environment, revision, domain, localities, residency, routers and cells" },
  )
  .describe("The cells of one environment.");

/** The file as it is written, valid. */
export type CatalogInput = z.infer<typeof catalogSchema>;
/** One cell as it is written. */
export type CellInput = z.infer<typeof cell>;
