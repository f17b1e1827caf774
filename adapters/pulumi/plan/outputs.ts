import { createHash } from "node:crypto";

/** Outputs of one mocked resource. */
export interface MockOutputs {
  readonly id: string;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/* eslint-disable-next-line @typescript-eslint/no-explicit-any -- a property bag */
type Inputs = Record<string, any>;

/** Seventeen hex digits, the same for the same resource: what AWS puts behind `vpc-`. */
function hex(seed: string, digits = 17): string {
  return createHash("sha256").update(seed).digest("hex").slice(0, digits);
}

const account = "123456789012";

/** An EC2 resource: `sg-`, `rtb-`, … and an ARN. */
function ec2(
  prefix: string,
  kind: string,
  more: Readonly<Record<string, unknown>> = {},
): (name: string) => MockOutputs {
  return (name) => {
    const id = `${prefix}-${hex(name)}`;
    return { id, outputs: { arn: arn("ec2", `${kind}/${id}`), ...more } };
  };
}

/** What AWS answers, by type token: only what some other resource or an output reads. */
const shapes: Readonly<Record<string, (name: string, inputs: Inputs) => MockOutputs>> = {
  "aws:ec2/vpc:Vpc": (name) => ({
    id: `vpc-${hex(name)}`,
    outputs: {
      arn: arn("ec2", `vpc/vpc-${hex(name)}`),
      defaultSecurityGroupId: `sg-${hex(name)}`,
      ownerId: account,
    },
  }),
  "aws:ec2/eip:Eip": (name) => ({
    id: `eipalloc-${hex(name)}`,
    outputs: { allocationId: `eipalloc-${hex(name)}`, publicIp: "203.0.113.10" },
  }),
  "aws:ec2/flowLog:FlowLog": ec2("fl", "vpc-flow-log"),
  "aws:ec2/internetGateway:InternetGateway": ec2("igw", "internet-gateway"),
  "aws:ec2/launchTemplate:LaunchTemplate": ec2("lt", "launch-template", { latestVersion: 1, defaultVersion: 1 }),
  "aws:ec2/natGateway:NatGateway": ec2("nat", "natgateway"),
  "aws:ec2/routeTable:RouteTable": ec2("rtb", "route-table"),
  "aws:ec2/securityGroup:SecurityGroup": ec2("sg", "security-group"),
  "aws:ec2/vpcDhcpOptions:VpcDhcpOptions": ec2("dopt", "dhcp-options"),
  "aws:ec2/vpcEndpoint:VpcEndpoint": ec2("vpce", "vpc-endpoint"),
  "aws:apigatewayv2/api:Api": (name) => ({
    id: hex(name, 10),
    outputs: {
      arn: `arn:aws:apigateway:eu-west-1::/apis/${hex(name, 10)}`,
      apiEndpoint: `https://${hex(name, 10)}.execute-api.eu-west-1.amazonaws.com`,
      executionArn: arn("execute-api", hex(name, 10)),
    },
  }),
  "aws:eks/cluster:Cluster": (name, inputs) => ({
    id: String(inputs["name"]),
    outputs: {
      arn: arn("eks", `cluster/${inputs["name"]}`),
      name: inputs["name"],
      endpoint: `https://${hex(name, 32).toUpperCase()}.gr7.eu-west-1.eks.amazonaws.com`,
      certificateAuthority: { data: Buffer.from(`certificate of ${name}`).toString("base64") },
      identities: [
        { oidcs: [{ issuer: `https://oidc.eks.eu-west-1.amazonaws.com/id/${hex(name, 32).toUpperCase()}` }] },
      ],
      vpcConfig: { ...(inputs["vpcConfig"] as object), clusterSecurityGroupId: `sg-${hex(`${name}-cluster`)}` },
    },
  }),
  "aws:eks/nodeGroup:NodeGroup": (name, inputs) => ({
    id: `${inputs["clusterName"]}:${inputs["nodeGroupName"]}`,
    outputs: {
      arn: arn("eks", `nodegroup/${inputs["clusterName"]}/${inputs["nodeGroupName"]}/${hex(name, 8)}`),
      resources: [{ autoscalingGroups: [{ name: `eks-${inputs["nodeGroupName"]}-${hex(name, 8)}` }] }],
    },
  }),
  "aws:elasticache/cluster:Cluster": (name, inputs) => ({
    id: String(inputs["clusterId"]),
    outputs: {
      arn: arn("elasticache", `cluster:${inputs["clusterId"]}`),
      clusterAddress: `${inputs["clusterId"]}.${hex(name, 6)}.cfg.euw1.cache.amazonaws.com`,
      configurationEndpoint: `${inputs["clusterId"]}.${hex(name, 6)}.cfg.euw1.cache.amazonaws.com:11211`,
    },
  }),
  "aws:elasticache/replicationGroup:ReplicationGroup": (name, inputs) => ({
    id: String(inputs["replicationGroupId"]),
    outputs: {
      arn: arn("elasticache", `replicationgroup:${inputs["replicationGroupId"]}`),
      primaryEndpointAddress: `master.${inputs["replicationGroupId"]}.${hex(name, 6)}.euw1.cache.amazonaws.com`,
      readerEndpointAddress: `replica.${inputs["replicationGroupId"]}.${hex(name, 6)}.euw1.cache.amazonaws.com`,
      memberClusters: [1, 2, 3].map((n) => `${inputs["replicationGroupId"]}-00${n}`),
    },
  }),
  "aws:iam/role:Role": (name, inputs) => ({
    id: String(inputs["name"] ?? name),
    outputs: { arn: `arn:aws:iam::${account}:role/${inputs["name"] ?? name}`, name: inputs["name"] ?? name },
  }),
  "aws:kms/key:Key": (name) => {
    const id = hex(name, 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
    return { id, outputs: { arn: arn("kms", `key/${id}`), keyId: id } };
  },
  "aws:lambda/function:Function": (name, inputs) => ({
    id: String(inputs["name"] ?? name),
    outputs: {
      arn: arn("lambda", `function:${inputs["name"] ?? name}`),
      invokeArn: `arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/${arn("lambda", `function:${inputs["name"] ?? name}`)}/invocations`,
      name: inputs["name"] ?? name,
      version: "1",
    },
  }),
  "aws:lb/listener:Listener": (name) => ({
    id: arn("elasticloadbalancing", `listener/app/${name}/${hex(name, 16)}/${hex(`${name}l`, 16)}`),
    outputs: { arn: arn("elasticloadbalancing", `listener/app/${name}/${hex(name, 16)}/${hex(`${name}l`, 16)}`) },
  }),
  "aws:lb/loadBalancer:LoadBalancer": (name, inputs) => ({
    id: arn("elasticloadbalancing", `loadbalancer/app/${inputs["name"]}/${hex(name, 16)}`),
    outputs: {
      arn: arn("elasticloadbalancing", `loadbalancer/app/${inputs["name"]}/${hex(name, 16)}`),
      arnSuffix: `app/${inputs["name"]}/${hex(name, 16)}`,
      dnsName: `${inputs["name"]}-${hex(name, 10)}.eu-west-1.elb.amazonaws.com`,
      zoneId: "Z32O12XQLNTSW2",
    },
  }),
  "aws:lb/targetGroup:TargetGroup": (name, inputs) => ({
    id: arn("elasticloadbalancing", `targetgroup/${inputs["name"]}/${hex(name, 16)}`),
    outputs: {
      arn: arn("elasticloadbalancing", `targetgroup/${inputs["name"]}/${hex(name, 16)}`),
      arnSuffix: `targetgroup/${inputs["name"]}/${hex(name, 16)}`,
    },
  }),
  "aws:mq/broker:Broker": (name) => ({
    id: `b-${hex(name, 32)}`,
    outputs: {
      arn: arn("mq", `broker:b-${hex(name, 32)}`),
      instances: [
        {
          consoleUrl: `https://b-${hex(name, 32)}.mq.eu-west-1.on.aws`,
          endpoints: [`amqps://b-${hex(name, 32)}.mq.eu-west-1.on.aws:5671`],
        },
      ],
    },
  }),
  "aws:msk/cluster:Cluster": (name, inputs) => {
    const host = (broker: number, port: number): string =>
      `b-${broker}.${inputs["clusterName"]}.${hex(name, 6)}.c2.kafka.eu-west-1.amazonaws.com:${port}`;
    const hosts = (port: number): string => [1, 2, 3].map((broker) => host(broker, port)).join(",");
    return {
      id: arn("kafka", `cluster/${inputs["clusterName"]}/${hex(name, 32)}`),
      outputs: {
        arn: arn("kafka", `cluster/${inputs["clusterName"]}/${hex(name, 32)}`),
        bootstrapBrokers: hosts(9092),
        bootstrapBrokersTls: hosts(9094),
        bootstrapBrokersSaslScram: hosts(9096),
        bootstrapBrokersSaslIam: hosts(9098),
      },
    };
  },
  "aws:msk/configuration:Configuration": (name, inputs) => ({
    id: arn("kafka", `configuration/${inputs["name"]}/${hex(name, 32)}`),
    outputs: { arn: arn("kafka", `configuration/${inputs["name"]}/${hex(name, 32)}`), latestRevision: 1 },
  }),
  "aws:rds/instance:Instance": (name, inputs) => ({
    id: `db-${hex(name, 26).toUpperCase()}`,
    outputs: {
      arn: arn("rds", `db:${inputs["identifier"]}`),
      address: `${inputs["identifier"]}.${hex(name, 12)}.eu-west-1.rds.amazonaws.com`,
      endpoint: `${inputs["identifier"]}.${hex(name, 12)}.eu-west-1.rds.amazonaws.com:5432`,
      identifier: inputs["identifier"],
      port: 5432,
    },
  }),
  "aws:secretsmanager/secret:Secret": (name, inputs) => ({
    id: arn("secretsmanager", `secret:${inputs["name"]}-${hex(name, 6)}`),
    outputs: { arn: arn("secretsmanager", `secret:${inputs["name"]}-${hex(name, 6)}`), name: inputs["name"] },
  }),
  "aws:s3/bucket:Bucket": (name, inputs) => ({
    id: String(inputs["bucket"] ?? name),
    outputs: { arn: `arn:aws:s3:::${inputs["bucket"] ?? name}`, bucket: inputs["bucket"] ?? name },
  }),
  "random:index/randomId:RandomId": random,
  "random:index/randomPassword:RandomPassword": random,
  "random:index/randomString:RandomString": random,
  "aws:sns/topic:Topic": (name, inputs) => ({
    id: arn("sns", String(inputs["name"] ?? name)),
    outputs: { arn: arn("sns", String(inputs["name"] ?? name)), name: inputs["name"] ?? name },
  }),
  "aws:ec2/subnet:Subnet": (name) => ({ id: `subnet-${hex(name)}`, outputs: {} }),
  "aws:cloudwatch/logGroup:LogGroup": (name, inputs) => ({
    id: String(inputs["name"] ?? name),
    outputs: { arn: arn("logs", `log-group:${inputs["name"] ?? name}`), name: inputs["name"] ?? name },
  }),
  "aws:route53/record:Record": (name, inputs) => ({
    id: `${inputs["zoneId"]}_${inputs["name"]}_${inputs["type"]}`,
    outputs: { fqdn: String(inputs["name"] ?? name).replace(/\.$/, "") },
  }),
  "aws:acm/certificate:Certificate": (name, inputs) => ({
    id: arn("acm", `certificate/${hex(name, 32)}`),
    outputs: {
      arn: arn("acm", `certificate/${hex(name, 32)}`),
      domainValidationOptions: [
        {
          domainName: inputs["domainName"],
          resourceRecordName: `_${hex(name, 32)}.${inputs["domainName"]}.`,
          resourceRecordType: "CNAME",
          resourceRecordValue: `_${hex(name, 32)}.acm-validations.aws.`,
        },
      ],
    },
  }),
  "aws:ec2/vpcEndpointService:VpcEndpointService": (name) => {
    const id = `vpce-svc-${hex(name)}`;
    return {
      id,
      outputs: { arn: arn("ec2", `vpc-endpoint-service/${id}`), serviceName: `com.amazonaws.vpce.eu-west-1.${id}` },
    };
  },
  "pulumi:pulumi:StackReference": (name, inputs) => ({
    id: String(inputs["name"] ?? name),
    outputs: { outputs: { value: `value of ${inputs["name"] ?? name}` }, secretOutputNames: [] },
  }),
  "aws:route53/zone:Zone": (name, inputs) => ({
    id: `Z${hex(name, 20).toUpperCase()}`,
    outputs: {
      zoneId: `Z${hex(name, 20).toUpperCase()}`,
      arn: `arn:aws:route53:::hostedzone/Z${hex(name, 20).toUpperCase()}`,
      nameServers: [0, 1, 2, 3].map((n) => `ns-${n}.${inputs["name"]}`),
    },
  }),
};

function arn(service: string, resource: string): string {
  return `arn:aws:${service}:eu-west-1:${account}:${resource}`;
}

function random(name: string, inputs: Inputs): MockOutputs {
  return { id: "none", outputs: { result: hex(name, Number(inputs["length"] ?? 16)), hex: hex(name, 16) } };
}

/** Made-up outputs in AWS's shapes; the same resource always gets the same. Extend {@link shapes} for new readers. */
export function mockOutputs(type: string, name: string, inputs: Inputs): MockOutputs {
  const shape = shapes[type];
  if (shape !== undefined) return shape(name, inputs);
  const service = type.split(":")[1]?.split("/")[0] ?? "unknown";
  const id = `${name}-${hex(`${type}${name}`, 8)}`;
  return { id, outputs: { arn: arn(service, id), name: inputs["name"] ?? name } };
}
