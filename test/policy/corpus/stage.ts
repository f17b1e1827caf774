import * as pulumi from "@pulumi/pulumi";

import { blocksOf, type CellPrint } from "../../../policy/fingerprints/fingerprints";
import type { Known } from "../../../policy/fingerprints/known";
import { emptyRegister, type Register } from "../../../policy/register/register";

/** Numbers of the corpus's cells: 1 acts, 2 is leaked to, 10 and 20 tell words from substrings. */
const numbers = [1, 2, 10, 20] as const;

/** What the catalog would say of a cell of the corpus. */
export function printOf(number: number): CellPrint {
  return {
    id: `cell-${number}`,
    number,
    environment: "dev",
    zones: [`cell-${number}.internal`, `cell-${number}.dev.cells.example.com`],
    blocks: blocksOf([`10.${number}.0.0/16`]),
    region: "eu-west-1",
    partition: "aws",
    allowedRegions: new Set(["eu-west-1", "eu-central-1"]),
    production: false,
  };
}

export const known = (register: Partial<Register> = {}): Known => ({
  cells: numbers.map(printOf),
  domains: ["dev.cells.example.com"],
  register: { ...emptyRegister, ...register },
  now: new Date("2026-06-01"),
});

type Outputs = Record<string, pulumi.Output<string>>;

/** Any resource; the outputs that a case reads are declared, so that a preview makes them unknown. */
export class Thing extends pulumi.CustomResource {
  constructor(
    type: string,
    readonly name: string,
    props: Record<string, unknown>,
    opts: pulumi.CustomResourceOptions,
  ) {
    const outputs = Object.fromEntries(
      ["arn", "address", "value", "serviceName", "issuer", "cidrBlock"].map((key) => [key, undefined]),
    );
    super(type, name, { ...outputs, ...props }, opts);
  }

  out(key: string): pulumi.Output<string> {
    return (this as unknown as Outputs)[key]!;
  }
}

/** A provider, which only a ProviderResource may be. */
class Provider extends pulumi.ProviderResource {
  constructor(kind: string, name: string, props: Record<string, unknown>, opts: pulumi.ResourceOptions) {
    super(kind, name, props, opts);
  }
}

class Component extends pulumi.ComponentResource {
  constructor(type: string, name: string, outputs: object = {}) {
    super(type, name, {}, {});
    this.registerOutputs(outputs);
  }
}

/** What `make` was asked for. */
export interface Made {
  readonly type: string;
  readonly props: Readonly<Record<string, unknown>>;
  readonly opts: pulumi.CustomResourceOptions;
}

/** One cell: its network, zone, database, cluster, topic and providers. */
export class StageCell {
  readonly component: pulumi.ComponentResource;
  readonly provider: pulumi.ProviderResource;
  readonly kubernetes: pulumi.ProviderResource;
  readonly vpc: Thing;
  readonly database: Thing;
  readonly cluster: Thing;
  readonly topic: Thing;
  private readonly made: Made[] = [];
  readonly #own: number;

  /** @param prefix before every Pulumi name, so that one stack can hold the stages of many cases. */
  constructor(
    readonly number: number,
    private readonly prefix = "",
  ) {
    const id = `cell-${number}`;
    this.component = new Component("cells:index:CellStack", `${prefix}${id}`, { cellId: id });
    this.provider = new Provider("aws", `${prefix}${id}-aws`, { region: "eu-west-1" }, { parent: this.component });
    this.vpc = this.make("aws:ec2/vpc:Vpc", "vpc", { cidrBlock: `10.${number}.0.0/16` });
    this.database = this.make("aws:rds/instance:Instance", "database", { identifier: `dev-${id}-postgres-primary` });
    this.cluster = this.make("aws:eks/cluster:Cluster", "cluster", { name: `dev-${id}-app` });
    this.topic = this.make("aws:sns/topic:Topic", "topic", { name: `dev-${id}-alarms` });
    this.kubernetes = new Provider(
      "kubernetes",
      `${prefix}${id}-k8s`,
      { kubeconfig: this.cluster.out("arn") },
      { parent: this.component },
    );
    this.#own = this.made.length;
  }

  /** What a case has created in the cell, besides what every cell has. */
  get acted(): readonly Made[] {
    return this.made.slice(this.#own);
  }

  make(type: string, name: string, props: Record<string, unknown>, opts: pulumi.CustomResourceOptions = {}): Thing {
    this.made.push({ type, props, opts });
    return new Thing(type, `${this.prefix}cell-${this.number}-${name}`, props, { parent: this.component, ...opts });
  }
}

/** What a case acts on. */
export class Stage {
  readonly cells: ReadonlyMap<number, StageCell>;
  readonly foundation: pulumi.ComponentResource;
  readonly router: pulumi.ComponentResource;
  readonly control: pulumi.ComponentResource;

  constructor(
    readonly isPreview: boolean,
    prefix = "",
  ) {
    this.cells = new Map(numbers.map((number) => [number, new StageCell(number, prefix)]));
    this.foundation = new Component("cells:index:Foundation", `${prefix}foundation`);
    this.router = new Component("cells:index:CellRouter", `${prefix}router-eu-west-1`);
    this.control = new Component("cells:index:ControlPlane", `${prefix}control`);
  }

  cell(number: number): StageCell {
    return this.cells.get(number)!;
  }
}

/** A case of the corpus. */
export interface Case {
  readonly id: string;
  readonly title: string;
  readonly act: (one: StageCell, two: StageCell, stage: Stage) => void;
  /** `rule name path` of everything that must be blocked, in a preview. */
  readonly says: readonly string[];
  /** The same when values are known, where it is more. */
  readonly saysInUp?: readonly string[];
  /** The same of the state after `up`, where the cloud's ids say more still. */
  readonly saysAfter?: readonly string[];
  /** What stops the resource's creation in `up`; nothing when only the whole stack can tell. */
  readonly stops?: readonly string[];
  readonly notes?: readonly string[];
  readonly register?: Partial<Register>;
}
