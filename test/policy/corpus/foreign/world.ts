import * as pulumi from "@pulumi/pulumi";

import { cellType } from "../../../../contract/components";

/** Any resource, with the outputs that cases read. */
class Any extends pulumi.CustomResource {
  declare readonly arn: pulumi.Output<string>;
  declare readonly endpoint: pulumi.Output<string>;
  declare readonly url: pulumi.Output<string>;

  constructor(type: string, name: string, props: object, opts: pulumi.CustomResourceOptions) {
    super(type, name, { arn: undefined, endpoint: undefined, url: undefined, ...props }, opts);
  }
}

class Provider extends pulumi.ProviderResource {
  constructor(kind: string, name: string, props: pulumi.Inputs) {
    // At the root, as programs often have them.
    super(kind, name, props, {});
  }
}

/** A shared layer. */
export class Layer extends pulumi.ComponentResource {
  constructor(type: string, name: string) {
    super(type, name, {}, {});
    this.registerOutputs({});
  }

  make(type: string, name: string, props: object): Any {
    return new Any(type, name, props, { parent: this });
  }
}

/** A cell of another program: only a registered output names its id, and its providers are made beside it. */
export class ForeignCell extends pulumi.ComponentResource {
  readonly aws: pulumi.ProviderResource;
  readonly kubernetes: pulumi.ProviderResource;
  readonly vpc: Any;
  readonly group: Any;
  readonly database: Any;
  readonly queue: Any;

  constructor(readonly number: number) {
    super(cellType, `cell-${number}`, {}, {});
    this.aws = new Provider("aws", `cell-${number}-aws`, { region: "eu-west-1" });
    this.vpc = this.make("aws:ec2/vpc:Vpc", "vpc", { cidrBlock: `10.${number}.0.0/16` });
    this.group = this.make("aws:ec2/securityGroup:SecurityGroup", "group", { vpcId: this.vpc.id });
    this.database = this.make("aws:rds/instance:Instance", "database", { identifier: `cell-${number}-postgres` });
    this.queue = this.make("aws:sqs/queue:Queue", "queue", { name: `cell-${number}-jobs` });
    const cluster = this.make("aws:eks/cluster:Cluster", "cluster", { name: `cell-${number}` });
    this.kubernetes = new Provider("kubernetes", `cell-${number}-k8s`, { kubeconfig: cluster.endpoint });
    this.registerOutputs({ cellId: `cell-${number}` });
  }

  make(type: string, name: string, props: object, opts: pulumi.CustomResourceOptions = {}): Any {
    const provider = type.startsWith("aws:") ? this.aws : this.kubernetes;
    return new Any(type, `cell-${this.number}-${name}`, props, { parent: this, provider, ...opts });
  }
}

export function makeCells(numbers: readonly number[]): readonly ForeignCell[] {
  return numbers.map((number) => new ForeignCell(number));
}
