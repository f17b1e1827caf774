import type * as aws from "@pulumi/aws";
import type { Cell } from "../../catalog/model";
import type { HeldParts } from "../../catalog/changes";
import type { CellNames } from "../../catalog/names";
import type { SizeClass } from "../../catalog/sizes";

/** What every part of a cell is given: plain data from the catalog and the cell's own provider. */
export interface CellContext {
  readonly cell: Cell;
  readonly size: SizeClass;
  /** What the cell keeps in this update, instead of what its size class says. */
  readonly held: HeldParts;
  readonly environment: string;
  /** Parent domain of the public endpoints; the cell's own zone is `cell-<number>.<domain>`. */
  readonly domain: string;
  /** Physical names, one table for all (`catalog/names.ts`). */
  readonly names: CellNames;
  /** Named AWS profile of the cell's partition, where there is one: tools that sign in by themselves need it too. */
  readonly profile?: string;
  /** The cell's own AWS provider: its region, its account, its default tags. Never another cell's. */
  readonly provider: aws.Provider;
}
