import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import type { CellContext } from "./context";
import type { Colour } from "../../catalog/model";
import { autoScalingGroupOf, otherColour, type NodeGroups } from "./node-groups";
import { healthPath } from "./workload/application";

/** What a cell's public entry needs of the cell's other parts. */
export interface IngressArgs {
  readonly vpcId: pulumi.Input<string>;
  /** Public subnets, in at least two availability zones. */
  readonly subnetIds: pulumi.Input<string>[];
  /** What must exist before the load balancer: AWS refuses an internet-facing one in a VPC without an internet gateway. */
  readonly after: readonly pulumi.Resource[];
  readonly securityGroupId: pulumi.Input<string>;
  /** The cell's public zone and its name, `cell-3.example.com`. */
  readonly zoneId: pulumi.Input<string>;
  readonly domainName: string;
  /** An issued certificate of {@link domainName}. */
  readonly certificateArn: pulumi.Input<string>;
  readonly nodePort: number;
  /** Bucket in the cell's region whose policy admits the load balancer's logs; none: no access logs. */
  readonly accessLogBucket?: pulumi.Input<string>;
}

/** TLS 1.2 and 1.3 with forward secrecy, in every partition: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html */
const tlsPolicy = "ELBSecurityPolicy-TLS13-1-2-2021-06";

/** The cell's front door: one load balancer, TLS only, and the name that leads to it. */
export class Ingress extends pulumi.ComponentResource {
  readonly loadBalancer: aws.lb.LoadBalancer;
  readonly targetGroup: aws.lb.TargetGroup;
  /** Dimensions of the load balancer's metrics. */
  readonly loadBalancerSuffix: pulumi.Output<string>;
  readonly targetGroupSuffix: pulumi.Output<string>;
  /** Asks the cell's public endpoint from outside, every 30 seconds from several places. */
  readonly healthCheck: aws.route53.HealthCheck;
  /** `https://cell-3.example.com`. */
  readonly url: string;

  constructor(
    private readonly ctx: CellContext,
    private readonly args: IngressArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("cells:cell:Ingress", `${ctx.cell.id}-ingress`, {}, opts);
    this.url = `https://${args.domainName}`;

    this.loadBalancer = this.makeLoadBalancer();
    this.targetGroup = this.makeTargetGroup();
    this.loadBalancerSuffix = this.loadBalancer.arnSuffix;
    this.targetGroupSuffix = this.targetGroup.arnSuffix;
    this.listeners();
    this.record();
    this.healthCheck = this.makeHealthCheck();

    this.registerOutputs({ url: this.url, healthCheckId: this.healthCheck.id });
  }

  private makeLoadBalancer(): aws.lb.LoadBalancer {
    const { cell, names, size } = this.ctx;
    const { accessLogBucket, securityGroupId, subnetIds } = this.args;
    return new aws.lb.LoadBalancer(
      `${cell.id}-load-balancer`,
      {
        name: names.of("app"),
        loadBalancerType: "application",
        internal: false,
        ipAddressType: "ipv4",
        subnets: subnetIds,
        securityGroups: [securityGroupId],
        enableDeletionProtection: size.production,
        dropInvalidHeaderFields: true,
        desyncMitigationMode: "defensive",
        idleTimeout: 60,
        ...(accessLogBucket === undefined
          ? {}
          : { accessLogs: { bucket: accessLogBucket, prefix: names.prefix, enabled: true } }),
        tags: { Name: names.of("app") },
      },
      { parent: this, protect: size.production, dependsOn: [...this.args.after] },
    );
  }

  private makeTargetGroup(): aws.lb.TargetGroup {
    const { cell, names } = this.ctx;
    return new aws.lb.TargetGroup(
      `${cell.id}-target-group`,
      {
        name: names.of("app"),
        vpcId: this.args.vpcId,
        targetType: "instance",
        port: this.args.nodePort,
        protocol: "HTTP",
        // Seconds; a pod that leaves answers for 15 more, a node drains in 60.
        deregistrationDelay: 60,
        loadBalancingAlgorithmType: "least_outstanding_requests",
        healthCheck: {
          enabled: true,
          path: healthPath,
          port: "traffic-port",
          protocol: "HTTP",
          matcher: "200",
          interval: 10,
          timeout: 5,
          healthyThreshold: 2,
          unhealthyThreshold: 2,
        },
        tags: { Name: names.of("app") },
      },
      { parent: this },
    );
  }

  private listeners(): void {
    const { cell, names } = this.ctx;
    const loadBalancerArn = this.loadBalancer.arn;
    new aws.lb.Listener(
      `${cell.id}-https`,
      {
        loadBalancerArn,
        port: 443,
        protocol: "HTTPS",
        sslPolicy: tlsPolicy,
        certificateArn: this.args.certificateArn,
        defaultActions: [{ type: "forward", targetGroupArn: this.targetGroup.arn }],
        tags: { Name: names.of("https") },
      },
      { parent: this },
    );
    new aws.lb.Listener(
      `${cell.id}-http`,
      {
        loadBalancerArn,
        port: 80,
        protocol: "HTTP",
        defaultActions: [{ type: "redirect", redirect: { protocol: "HTTPS", port: "443", statusCode: "HTTP_301" } }],
        tags: { Name: names.of("http") },
      },
      { parent: this },
    );
    new aws.vpc.SecurityGroupIngressRule(
      `${cell.id}-load-balancer-from-http`,
      {
        securityGroupId: this.args.securityGroupId,
        cidrIpv4: "0.0.0.0/0",
        ipProtocol: "tcp",
        fromPort: 80,
        toPort: 80,
        description: "HTTP from the internet, to be sent to HTTPS",
        tags: { Name: names.of("load-balancer-from-http") },
      },
      { parent: this },
    );
  }

  /**
   * Leads to the live nodes, and only then creates the other group: when the colours change, EKS empties or replaces the
   * group that was live only after the application runs on the other one and has its way in.
   */
  leadTo(nodes: NodeGroups, application: pulumi.Resource): void {
    const other = otherColour(nodes.liveColour);
    const targets = this.attach(nodes.liveColour, nodes.live);
    this.attach(other, nodes.makeOther([application, targets]));
  }

  /** Makes every node of a group a target, now and after each update. */
  private attach(colour: Colour, group: aws.eks.NodeGroup): aws.autoscaling.Attachment {
    return new aws.autoscaling.Attachment(
      `${this.ctx.cell.id}-${colour}-targets`,
      { autoscalingGroupName: autoScalingGroupOf(group), lbTargetGroupArn: this.targetGroup.arn },
      { parent: this },
    );
  }

  private record(): void {
    const { dnsName, zoneId } = this.loadBalancer;
    new aws.route53.Record(
      `${this.ctx.cell.id}-public-record`,
      {
        zoneId: this.args.zoneId,
        name: this.args.domainName,
        type: "A",
        aliases: [{ name: dnsName, zoneId, evaluateTargetHealth: true }],
      },
      { parent: this },
    );
  }

  private makeHealthCheck(): aws.route53.HealthCheck {
    const { cell, names } = this.ctx;
    return new aws.route53.HealthCheck(
      `${cell.id}-health-check`,
      {
        type: "HTTPS",
        fqdn: this.args.domainName,
        port: 443,
        resourcePath: healthPath,
        enableSni: true,
        requestInterval: 30,
        failureThreshold: 3,
        tags: { Name: names.prefix },
      },
      { parent: this },
    );
  }
}
