import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { endpointsMissing } from "../../catalog/regions";
import type { CellContext } from "./context";
import type { PolicyDocument } from "./key-policy";
import { gatewayEndpointService, interfaceEndpointService } from "./partition";

/** AWS services that every cell's nodes call all the time; they are reached without leaving the VPC. */
const always = ["ecr.api", "ecr.dkr", "logs", "monitoring", "secretsmanager", "sts"];
/** What production nodes and pods also call, to start and to get credentials while the NAT gateways are down. */
const production = ["ec2", "eks-auth", "kms"];

/** Services with an interface endpoint in the cell, sorted. */
function interfaceServices({ size, cell }: CellContext): readonly string[] {
  return [...always, ...(size.production ? production : [])]
    .filter((service) => endpointsMissing[service]?.includes(cell.region) !== true)
    .sort();
}

/** VPC endpoints: S3 and DynamoDB by route, the rest by network interfaces in the application subnets. */
export class Endpoints extends pulumi.ComponentResource {
  readonly s3: aws.ec2.VpcEndpoint;
  readonly dynamodb: aws.ec2.VpcEndpoint;

  constructor(
    ctx: CellContext,
    args: {
      readonly vpc: aws.ec2.Vpc;
      /** Route tables that get the gateway endpoints' routes. */
      readonly routeTableIds: pulumi.Input<string>[];
      readonly subnetIds: pulumi.Input<string>[];
      readonly securityGroupId: pulumi.Input<string>;
    },
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("cells:cell:Endpoints", `${ctx.cell.id}-endpoints`, {}, opts);
    const { cell, names } = ctx;
    const account = args.vpc.ownerId;

    const gateway = (service: "s3" | "dynamodb", policy: (account: string) => PolicyDocument) =>
      new aws.ec2.VpcEndpoint(
        `${cell.id}-endpoint-${service}`,
        {
          vpcId: args.vpc.id,
          vpcEndpointType: "Gateway",
          serviceName: gatewayEndpointService(service, cell),
          routeTableIds: args.routeTableIds,
          policy: account.apply((id) => JSON.stringify(policy(id))),
          tags: { Name: names.of("endpoint", service) },
        },
        { parent: this },
      );
    this.s3 = gateway("s3", (id) => s3Policy(id, cell.partition, cell.region));
    this.dynamodb = gateway("dynamodb", ownAccountPolicy);

    // Each has a policy: to one without, AWS gives its own, which lets every principal do everything.
    // Source: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
    for (const service of interfaceServices(ctx)) {
      const key = service.replace(".", "-");
      new aws.ec2.VpcEndpoint(
        `${cell.id}-endpoint-${key}`,
        {
          vpcId: args.vpc.id,
          vpcEndpointType: "Interface",
          serviceName: interfaceEndpointService(service, cell),
          privateDnsEnabled: true,
          subnetIds: args.subnetIds,
          securityGroupIds: [args.securityGroupId],
          policy: account.apply((id) =>
            JSON.stringify(service === "sts" ? stsPolicy(id, cell.partition, names.of("*")) : callerPolicy(id)),
          ),
          tags: { Name: names.of("endpoint", key) },
        },
        { parent: this },
      );
    }
    this.registerOutputs({});
  }
}

/** Only callers of the cell's account; what they may do is their roles' matter. */
function callerPolicy(account: string): PolicyDocument {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "CallersOfThisAccount",
        Effect: "Allow",
        Principal: "*",
        Action: ["*"],
        Resource: "*",
        Condition: { StringEquals: { "aws:PrincipalAccount": account } },
      },
    ],
  };
}

/**
 * As {@link callerPolicy}, plus pods that have no credentials yet, and so no account to ask for: they become roles of the
 * cell, and no others. Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
 *
 * @param roles names of the cell's roles, with a wildcard.
 */
function stsPolicy(account: string, partition: string, roles: string): PolicyDocument {
  return {
    Version: "2012-10-17",
    Statement: [
      ...callerPolicy(account).Statement,
      {
        Sid: "PodsBecomeRolesOfTheCell",
        Effect: "Allow",
        Principal: "*",
        Action: ["sts:AssumeRoleWithWebIdentity"],
        Resource: `arn:${partition}:iam::${account}:role/${roles}`,
      },
    ],
  };
}

/** Only callers of the cell's account, only what the account owns: nothing can be carried out to a stranger's table. */
function ownAccountPolicy(account: string): PolicyDocument {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "OwnAccountOnly",
        Effect: "Allow",
        Principal: "*",
        Action: ["*"],
        Resource: "*",
        Condition: { StringEquals: { "aws:PrincipalAccount": account, "aws:ResourceAccount": account } },
      },
    ],
  };
}

/**
 * As {@link ownAccountPolicy}, plus what nodes must read from AWS's own buckets: image layers and OS packages.
 * Sources: https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html (layer bucket) and
 * https://docs.aws.amazon.com/linux/al2023/ug/deterministic-upgrades.html (repository buckets).
 */
function s3Policy(account: string, partition: string, region: string): PolicyDocument {
  return {
    Version: "2012-10-17",
    Statement: [
      ...ownAccountPolicy(account).Statement,
      {
        Sid: "ReadImageLayersAndPackages",
        Effect: "Allow",
        Principal: "*",
        Action: ["s3:GetObject"],
        Resource: [
          `arn:${partition}:s3:::prod-${region}-starport-layer-bucket/*`,
          `arn:${partition}:s3:::al2023-repos-${region}-*/*`,
        ],
      },
    ],
  };
}
