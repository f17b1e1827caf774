import { endpointsMissing } from "../regions";
import { number, when, type Constraint } from "./words";

const docs = "https://docs.aws.amazon.com/";
const vpc = "aws:ec2/vpc:Vpc";
const groupRules = [
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
];

/** VPC, load balancer and DNS. */
export const networkConstraints: readonly Constraint[] = [
  {
    id: "VPC-1",
    type: vpc,
    rule: "A VPC's block is between /16 and /28.",
    source: `${docs}vpc/latest/userguide/vpc-cidr-blocks.html`,
    check: ({ inputs }) => {
      const prefix = number(String(inputs["cidrBlock"]).split("/")[1]);
      return when(prefix === undefined || prefix < 16 || prefix > 28, "cidrBlock", "a VPC takes a block of /16 to /28");
    },
  },
  {
    id: "VPCE-1",
    type: "aws:ec2/vpcEndpoint:VpcEndpoint",
    rule: "The service of an interface endpoint is offered in its region (eks and eks-auth are not everywhere).",
    source: `${docs}eks/latest/userguide/vpc-interface-endpoints.html`,
    check: ({ inputs }) => {
      const [, region, service] = /\.amazonaws\.([a-z0-9-]+)\.(.+)$/.exec(String(inputs["serviceName"])) ?? [];
      const missing = endpointsMissing[service ?? ""]?.includes(region ?? "") === true;
      return when(missing, "serviceName", `${region} has no endpoint of ${service}: leave it out there`);
    },
  },
  {
    id: "SG-1",
    type: "aws:ec2/securityGroup:SecurityGroup",
    rule: "A security group has at most 60 rules in each direction (default quota).",
    source: `${docs}vpc/latest/userguide/amazon-vpc-limits.html`,
    check: (resource, inventory) =>
      groupRules.flatMap((type) => {
        const count = inventory.users(resource, "securityGroupId", type).length;
        const direction = type.includes("Ingress") ? "inbound" : "outbound";
        return when(count > 60, "id", `${count} ${direction} rules are more than the 60 that a group may have`);
      }),
  },
  {
    id: "ALB-1",
    type: "aws:lb/loadBalancer:LoadBalancer",
    rule: "An Application Load Balancer has subnets in at least two availability zones.",
    source: `${docs}elasticloadbalancing/latest/application/application-load-balancers.html`,
    check: (resource, inventory) => {
      const zones = inventory.zones(resource, "subnets");
      const application = (resource.inputs["loadBalancerType"] ?? "application") === "application";
      return when(
        application && zones !== undefined && zones.size < 2,
        "subnets",
        "a load balancer needs subnets in two zones",
      );
    },
  },
  {
    id: "ALB-2",
    type: "aws:lb/loadBalancer:LoadBalancer",
    rule: "A load balancer's name does not begin with internal-, and neither begins nor ends with a hyphen.",
    source: `${docs}elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html`,
    check: ({ inputs }) => {
      const name = inputs["name"];
      const bad = typeof name === "string" && /^internal-|^-|-$|[^A-Za-z0-9-]/.test(name);
      return when(bad, "name", "write letters, digits and inner hyphens, not beginning with internal-");
    },
  },
  {
    id: "R53-1",
    type: "aws:route53/zone:Zone",
    rule: "The VPC of a private zone has both DNS support and DNS hostnames.",
    source: `${docs}Route53/latest/DeveloperGuide/hosted-zone-private-considerations.html`,
    check: (resource, inventory) =>
      inventory.sources(resource, "vpcs", vpc).flatMap(({ name, inputs }) => {
        const off = inputs["enableDnsSupport"] === false || inputs["enableDnsHostnames"] !== true;
        return when(
          off,
          "vpcs",
          `names of a private zone resolve only with enableDnsSupport and enableDnsHostnames on ${name}`,
        );
      }),
  },
];
