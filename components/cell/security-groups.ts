import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { parseCidr } from "../../catalog/cidr";
import { isPrivate } from "../../catalog/ledger";
import type { CellContext } from "./context";

/** NodePort through which the cell's load balancer reaches the application on the nodes. */
export const appNodePort = 30443;

/** Who stands behind each security group of a cell. */
export type Role = "loadBalancer" | "nodes" | "postgres" | "redis" | "memcached" | "kafka" | "rabbitmq" | "endpoints";

/** Description of each group; AWS allows only `a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*` and 255 characters. */
const groups: Readonly<Record<Role, { readonly name: string; readonly description: string }>> = {
  loadBalancer: { name: "load-balancer", description: "Public entry" },
  nodes: { name: "nodes", description: "Application nodes and the cluster interfaces that reach them" },
  postgres: { name: "postgres", description: "Postgres primary and replica" },
  redis: { name: "redis", description: "Redis nodes" },
  memcached: { name: "memcached", description: "Memcached nodes" },
  kafka: { name: "kafka", description: "Kafka brokers" },
  rabbitmq: { name: "rabbitmq", description: "RabbitMQ broker" },
  endpoints: { name: "endpoints", description: "Interface endpoints of AWS services" },
};

/**
 * Ports on which each data service takes the nodes' connections: TLS ones only, where the service has them.
 * Kafka: IAM only, 9098 (https://docs.aws.amazon.com/msk/latest/developerguide/port-info.html).
 */
export const dataPorts = {
  postgres: [5432],
  redis: [6379],
  memcached: [11211],
  kafka: [9098],
  rabbitmq: [5671],
} as const satisfies Partial<Record<Role, readonly number[]>>;

const internet = "0.0.0.0/0";

/** The cell's security groups. They name each other and the cell's own block; the internet only at the front door. */
export class SecurityGroups extends pulumi.ComponentResource {
  readonly groups: Readonly<Record<Role, aws.ec2.SecurityGroup>>;
  /** The way of runners and people in a peered network to the Kubernetes API; none without private blocks. */
  readonly api: aws.ec2.SecurityGroup | undefined;

  constructor(
    private readonly ctx: CellContext,
    private readonly args: {
      readonly vpc: aws.ec2.Vpc;
      /** Blocks from which the Kubernetes API may be reached. */
      readonly apiCidrs: readonly string[];
    },
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("cells:cell:SecurityGroups", `${ctx.cell.id}-security-groups`, {}, opts);
    const { cell, names } = ctx;

    // A resource without a named group gets this one, which admits nothing.
    new aws.ec2.DefaultSecurityGroup(
      `${cell.id}-default-security-group`,
      { vpcId: args.vpc.id, ingress: [], egress: [], tags: { Name: names.of("default-locked") } },
      { parent: this },
    );

    const group = (role: Role) => this.group(groups[role].name, groups[role].description);
    this.groups = {
      loadBalancer: group("loadBalancer"),
      nodes: group("nodes"),
      postgres: group("postgres"),
      redis: group("redis"),
      memcached: group("memcached"),
      kafka: group("kafka"),
      rabbitmq: group("rabbitmq"),
      endpoints: group("endpoints"),
    };

    this.from("loadBalancer", "https", { cidrIpv4: internet }, tcp(443), "HTTPS from the internet");
    this.pass("loadBalancer", "nodes", appNodePort);
    this.among("nodes");
    // Images, AWS services and partners outside, through the cell's own NAT; plain text never leaves.
    this.to("nodes", "https", { cidrIpv4: internet }, tcp(443), "HTTPS to AWS services and the internet");
    for (const [role, ports] of Object.entries(dataPorts) as [keyof typeof dataPorts, readonly number[]][]) {
      if (role === "rabbitmq" && !cell.rabbitmq) continue;
      for (const port of ports) this.pass("nodes", role, port);
    }
    this.from("endpoints", "https", { cidrIpv4: cell.cidr }, tcp(443), "HTTPS from the cell");
    this.api = this.apiGroup();

    this.registerOutputs({});
  }

  private group(name: string, description: string): aws.ec2.SecurityGroup {
    const { cell, names } = this.ctx;
    return new aws.ec2.SecurityGroup(
      `${cell.id}-${name}-security-group`,
      {
        vpcId: this.args.vpc.id,
        name: names.of(name),
        description: `${description} of ${names.label}`,
        tags: { Name: names.of(name) },
      },
      { parent: this },
    );
  }

  /**
   * The API's interfaces in the cell are members of the nodes' group, which admits its members only.
   * https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html
   */
  private apiGroup(): aws.ec2.SecurityGroup | undefined {
    const blocks = this.args.apiCidrs.filter((text) => isPrivate(parseCidr(text)));
    if (blocks.length === 0) return undefined;
    const api = this.group("api", "Kubernetes API");
    for (const cidrIpv4 of blocks) {
      const name = `api-from-${cidrIpv4.replace(/[./]/g, "-")}`;
      new aws.vpc.SecurityGroupIngressRule(
        `${this.ctx.cell.id}-${name}`,
        {
          securityGroupId: api.id,
          cidrIpv4,
          ...tcp(443),
          description: "Kubernetes API from outside the cell",
          tags: this.tags(name),
        },
        { parent: this },
      );
    }
    return api;
  }

  /** Opens one TCP port from one group to another: an egress rule on the one, an ingress rule on the other. */
  private pass(from: Role, to: Role, port: number): void {
    const [source, target] = [groups[from].name, groups[to].name];
    const far = (role: Role) => ({ referencedSecurityGroupId: this.groups[role].id });
    this.to(from, `${target}-${port}`, far(to), tcp(port), `To ${target}`);
    this.from(to, `${source}-${port}`, far(from), tcp(port), `From ${source}`);
  }

  /** Lets the members of a group talk to each other on every port: pods, kubelets, the cluster's interfaces. */
  private among(role: Role): void {
    const self = { referencedSecurityGroupId: this.groups[role].id };
    this.from(role, "self", self, { ipProtocol: "-1" }, "From each other");
    this.to(role, "self", self, { ipProtocol: "-1" }, "To each other");
  }

  private from(role: Role, key: string, source: Peer, traffic: Traffic, description: string): void {
    const name = `${groups[role].name}-from-${key}`;
    new aws.vpc.SecurityGroupIngressRule(
      `${this.ctx.cell.id}-${name}`,
      { securityGroupId: this.groups[role].id, ...source, ...traffic, description, tags: this.tags(name) },
      { parent: this },
    );
  }

  private to(role: Role, key: string, target: Peer, traffic: Traffic, description: string): void {
    const name = `${groups[role].name}-to-${key}`;
    new aws.vpc.SecurityGroupEgressRule(
      `${this.ctx.cell.id}-${name}`,
      { securityGroupId: this.groups[role].id, ...target, ...traffic, description, tags: this.tags(name) },
      { parent: this },
    );
  }

  private tags(name: string): { Name: string } {
    return { Name: this.ctx.names.of(name) };
  }
}

type Peer = { readonly cidrIpv4: string } | { readonly referencedSecurityGroupId: pulumi.Input<string> };

interface Traffic {
  readonly ipProtocol: string;
  readonly fromPort?: number;
  readonly toPort?: number;
}

function tcp(port: number): Traffic {
  return { ipProtocol: "tcp", fromPort: port, toPort: port };
}
