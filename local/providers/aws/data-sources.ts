import { DescribeAvailabilityZonesCommand, EC2Client } from "@aws-sdk/client-ec2";

import type { Properties } from "../properties";
import type { Cloud } from "./resource";

/** Answers a data source of the AWS provider; throws for those that the local cloud does not have. */
export async function answer(cloud: Cloud, token: string, inputs: Properties): Promise<Properties> {
  if (token !== "aws:index/getAvailabilityZones:getAvailabilityZones") {
    throw new Error(
      `the local cloud does not have the data source ${token}: add it to local/providers/aws/data-sources.ts`,
    );
  }
  const excluded = new Set((inputs["excludeZoneIds"] ?? []) as string[]);
  const { AvailabilityZones } = await cloud.client(EC2Client).send(new DescribeAvailabilityZonesCommand({}));
  const zones = (AvailabilityZones ?? []).filter(({ ZoneId }) => !excluded.has(ZoneId ?? ""));
  return {
    ...inputs,
    id: cloud.region,
    region: cloud.region,
    names: zones.map(({ ZoneName }) => ZoneName).sort(),
    zoneIds: zones.map(({ ZoneId }) => ZoneId),
    groupNames: [cloud.region],
  };
}
