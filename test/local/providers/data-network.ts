import { CreateSubnetCommand, CreateVpcCommand, EC2Client } from "@aws-sdk/client-ec2";

import type { Moto } from "../../harness/moto";

/** Subnets for data services in their own VPC of the local cloud, one in each zone. */
export async function dataSubnets(moto: Moto, zones: readonly string[], region = "eu-west-1"): Promise<string[]> {
  const ec2 = moto.client(EC2Client, region);
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: "10.0.0.0/16" }));
  const subnets: string[] = [];
  for (const [at, AvailabilityZone] of zones.entries()) {
    const { Subnet } = await ec2.send(
      new CreateSubnetCommand({ VpcId: Vpc?.VpcId, CidrBlock: `10.0.${at}.0/24`, AvailabilityZone }),
    );
    subnets.push(Subnet?.SubnetId ?? "");
  }
  return subnets;
}
