import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { edgeType } from "../contract/components";
import { RouterSecrets } from "./router-secrets";
import { SigningKeys } from "./signing-keys";

/** What the edge layer reads of a cell: names to delegate, nothing else. */
export interface Delegation {
  readonly cellId: string;
  /** The cell's public zone, e.g. `cell-3.example.com`. */
  readonly domainName: string;
  readonly nameServers: pulumi.Output<string[]>;
}

export interface EdgeArgs {
  readonly environment: string;
  /** Parent domain of all cells' public zones. */
  readonly domain: string;
  /** Id of an existing public zone of that domain; absent: the edge makes it, and its registrar must delegate to it. */
  readonly parentZoneId?: string;
  readonly delegations: readonly Delegation[];
  /** See {@link RouterSecrets}. */
  readonly secretGeneration: number;
}

/**
 * The edge layer's DNS, which delegates `cell-<number>.<domain>` to each cell's own zone, and the secrets of its
 * routers. Shared by design and outside every cell: cells never write here, and a cell that goes takes only its
 * delegation along.
 */
export class Edge extends pulumi.ComponentResource {
  readonly zoneId: pulumi.Output<string>;
  readonly routerSecrets: RouterSecrets;
  readonly signingKeys: SigningKeys;

  constructor(name: string, args: EdgeArgs, opts: pulumi.ComponentResourceOptions) {
    super(edgeType, name, {}, opts);

    this.zoneId =
      args.parentZoneId === undefined
        ? new aws.route53.Zone(
            "edge-zone",
            {
              name: args.domain,
              comment: `Parent of the public zones of ${args.environment}'s cells`,
              tags: { Name: args.domain },
            },
            { parent: this },
          ).zoneId
        : pulumi.output(args.parentZoneId);

    for (const { cellId, domainName, nameServers } of args.delegations) {
      new aws.route53.Record(
        `edge-delegation-${cellId}`,
        { zoneId: this.zoneId, name: domainName, type: "NS", ttl: 300, records: nameServers },
        { parent: this },
      );
    }

    this.signingKeys = new SigningKeys("table-keys", args.environment, { parent: this });
    this.routerSecrets = new RouterSecrets("router-secrets", { generation: args.secretGeneration }, { parent: this });
    this.registerOutputs({ zoneId: this.zoneId });
  }
}
