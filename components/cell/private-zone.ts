import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import type { CellContext } from "./context";

/** A name in the cell's private zone and the real endpoint behind it. */
export interface HostRecord {
  /** Full host name from `CellNames.host`, e.g. `postgres-cell-3-primary.cell-3.internal`. */
  readonly name: string;
  /** Host name of the endpoint, without port. */
  readonly target: pulumi.Input<string>;
}

/** Seconds a client may keep an answer: short, because a replaced endpoint must be seen within a minute. */
const ttl = 60;

/** `cell-<number>.internal`, resolvable from the cell's own VPC and nowhere else. */
export class PrivateZone extends pulumi.ComponentResource {
  readonly zone: aws.route53.Zone;

  constructor(
    private readonly ctx: CellContext,
    args: { readonly vpcId: pulumi.Input<string> },
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("cells:cell:PrivateZone", `${ctx.cell.id}-private-zone`, {}, opts);
    this.zone = new aws.route53.Zone(
      `${ctx.cell.id}-zone`,
      {
        name: ctx.names.zone,
        comment: `Data services of ${ctx.names.prefix}`,
        vpcs: [{ vpcId: args.vpcId, vpcRegion: ctx.cell.region }],
        tags: { Name: ctx.names.zone },
      },
      { parent: this },
    );
    this.registerOutputs({ zoneId: this.zone.zoneId });
  }

  /**
   * Writes one CNAME for each record. Call it with a plain list: how many there are never depends on an output.
   * @throws when a name lies outside the cell's zone.
   */
  add(records: readonly HostRecord[]): void {
    const suffix = `.${this.ctx.names.zone}`;
    const strangers = records.filter(({ name }) => !name.endsWith(suffix)).map(({ name }) => name);
    if (strangers.length > 0) throw new Error(`not in ${this.ctx.names.zone}: ${strangers.join(", ")}`);
    for (const { name, target } of records) {
      new aws.route53.Record(
        `${this.ctx.cell.id}-host-${name.slice(0, -suffix.length)}`,
        { zoneId: this.zone.zoneId, name, type: "CNAME", ttl, records: [target] },
        { parent: this },
      );
    }
  }
}
