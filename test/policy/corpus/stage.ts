import * as pulumi from "@pulumi/pulumi";

import { plan } from "../../../local/plan/plan";
import { judge } from "../../../policy/core/judge";
import { blocksOf, type CellPrint } from "../../../policy/fingerprints/fingerprints";
import type { Known } from "../../../policy/fingerprints/known";
import { fromPlan } from "../../../policy/front/plan";
import { emptyRegister, type Register } from "../../../policy/register/register";
import { rules } from "../../../policy/rules";

/** Numbers of the corpus's cells: 1 acts, 2 is leaked to, 10 and 20 tell words from substrings. */
export const numbers = [1, 2, 10, 20] as const;

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
  constructor(type: string, name: string, props: Record<string, unknown>, opts: pulumi.CustomResourceOptions) {
    const outputs = Object.fromEntries(["arn", "address", "value", "serviceName", "issuer", "cidrBlock"].map((key) => [key, undefined]));
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

/** One cell: its network, zone, database, cluster, topic and providers. */
export class StageCell {
  readonly component: pulumi.ComponentResource;
  readonly provider: pulumi.ProviderResource;
  readonly kubernetes: pulumi.ProviderResource;
  readonly vpc: Thing;
  readonly database: Thing;
  readonly cluster: Thing;
  readonly topic: Thing;

  constructor(readonly number: number) {
    const id = `cell-${number}`;
    this.component = new Component("cells:index:CellStack", id, { cellId: id });
    this.provider = new Provider("aws", `${id}-aws`, { region: "eu-west-1" }, { parent: this.component });
    this.vpc = this.make("aws:ec2/vpc:Vpc", "vpc", { cidrBlock: `10.${number}.0.0/16` });
    this.database = this.make("aws:rds/instance:Instance", "database", { identifier: `dev-${id}-postgres-primary` });
    this.cluster = this.make("aws:eks/cluster:Cluster", "cluster", { name: `dev-${id}-app` });
    this.topic = this.make("aws:sns/topic:Topic", "topic", { name: `dev-${id}-alarms` });
    this.kubernetes = new Provider("kubernetes", `${id}-k8s`, { kubeconfig: this.cluster.out("arn") }, { parent: this.component });
  }

  make(type: string, name: string, props: Record<string, unknown>, opts: pulumi.CustomResourceOptions = {}): Thing {
    return new Thing(type, `cell-${this.number}-${name}`, props, { parent: this.component, ...opts });
  }
}

/** What a case acts on. */
export class Stage {
  readonly cells = new Map<number, StageCell>(numbers.map((number) => [number, new StageCell(number)]));
  readonly foundation = new Component("cells:index:Foundation", "foundation");
  readonly router = new Component("cells:index:CellRouter", "router-eu-west-1");
  readonly control = new Component("cells:index:ControlPlane", "control");

  constructor(readonly isPreview: boolean) {}

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
  readonly notes?: readonly string[];
  readonly register?: Partial<Register>;
}

/** Families that the corpus is about; settings such as backups have cases of their own. */
const family = /^(?:ISO|NET|SOV|GOV-04)/;

/** Runs a case as a real program under mocks, and answers what the rules say. */
export async function perform(
  { act, register }: Pick<Case, "act" | "register">,
  isPreview: boolean,
): Promise<{ readonly blocked: readonly string[]; readonly notes: readonly string[]; readonly undecided: readonly string[] }> {
  const { resources, reads } = await plan(
    () => {
      const stage = new Stage(isPreview);
      act(stage.cell(1), stage.cell(2), stage);
      return true;
    },
    { preview: isPreview },
  );
  const chosen = rules.filter(({ id }) => family.test(id));
  const found = judge(chosen, fromPlan(resources, reads), known(register));
  const kinds = (...wanted: readonly string[]): readonly string[] =>
    found
      .filter(({ verdict }) => wanted.includes(verdict.kind))
      .map(({ rule, verdict }) => {
        const name = verdict.urn.split("::").pop()!;
        return `${rule.id}${verdict.kind === "coupling" ? " COUPLING" : ""} ${name}${verdict.path === undefined ? "" : ` ${verdict.path}`}`;
      });
  return { blocked: kinds("violation", "coupling"), notes: kinds("advisory"), undecided: kinds("undecided") };
}
