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

/** What AWS answers, by type token: only what some other resource or an output reads. */
const shapes: Readonly<Record<string, (name: string, inputs: Inputs) => MockOutputs>> = {
  "aws:ec2/vpc:Vpc": (name) => ({
    id: `vpc-${hex(name)}`,
    outputs: { arn: arn("ec2", `vpc/vpc-${hex(name)}`), defaultSecurityGroupId: `sg-${hex(name)}` },
  }),
  "aws:ec2/subnet:Subnet": (name) => ({ id: `subnet-${hex(name)}`, outputs: {} }),
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

/** Made-up outputs in AWS's shapes; the same resource always gets the same. Extend {@link shapes} for new readers. */
export function mockOutputs(type: string, name: string, inputs: Inputs): MockOutputs {
  const shape = shapes[type];
  if (shape !== undefined) return shape(name, inputs);
  const service = type.split(":")[1]?.split("/")[0] ?? "unknown";
  const id = `${name}-${hex(`${type}${name}`, 8)}`;
  return { id, outputs: { arn: arn(service, id), name: inputs["name"] ?? name } };
}
