import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import type { Cell } from "../../catalog/model";
import { refusedZones } from "../../catalog/regions";
import type { CellContext } from "./context";

/** Why the cell cannot be in its zones; undefined when it can. */
export function zoneMistake(
  { id, availabilityZones }: Pick<Cell, "id" | "availabilityZones">,
  usable: readonly string[],
): string | undefined {
  const wrong = availabilityZones.filter((zone) => !usable.includes(zone));
  if (wrong.length === 0) return undefined;
  return (
    `${id}: its account does not have ${wrong.join(" and ")}, or EKS refuses the zone there: ` +
    `write availabilityZones in the catalog, from ${usable.join(", ")}`
  );
}

/**
 * Asks AWS for the zones of the cell's account, in previews too, before anything is created. The answer can refuse the
 * catalog's zones and never changes them.
 *
 * @returns resolves when the cell can be in its zones.
 */
export function zonesUsable({ cell, provider }: CellContext): pulumi.Output<void> {
  return aws
    .getAvailabilityZonesOutput({ excludeZoneIds: Object.keys(refusedZones) }, { provider })
    .apply(({ names }) => {
      const mistake = zoneMistake(cell, names);
      if (mistake !== undefined) throw new pulumi.RunError(mistake);
    });
}
