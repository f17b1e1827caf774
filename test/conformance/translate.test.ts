import { describe, expect, it } from "vitest";

import { translate } from "../../local/conformance/translate";
import { satellites, twinless, twins } from "../../local/conformance/tables";
import { HandMade } from "./planned";

describe("translation to CloudFormation", () => {
  it("renames, converts and nests, and remembers where each property came from", () => {
    const plan = new HandMade();
    plan.add("aws:msk/cluster:Cluster", "kafka", {
      clusterName: "dev-cell-1-kafka",
      numberOfBrokerNodes: 3,
      brokerNodeGroupInfo: { instanceType: "kafka.m5.large", storageInfo: { ebsStorageInfo: { volumeSize: 100 } } },
      encryptionInfo: { encryptionAtRestKmsKeyArn: "arn:key", encryptionInTransit: { clientBroker: "TLS" } },
      clientAuthentication: { unauthenticated: false, sasl: { iam: true } },
      tags: { Name: "kafka" },
    });
    const { resources, gaps } = translate(plan.resources);
    expect(gaps).toEqual([]);
    expect(resources[0]).toMatchObject({ type: "AWS::MSK::Cluster", region: "eu-west-1" });
    expect(resources[0]?.properties).toEqual({
      ClusterName: "dev-cell-1-kafka",
      NumberOfBrokerNodes: 3,
      BrokerNodeGroupInfo: { InstanceType: "kafka.m5.large", StorageInfo: { EBSStorageInfo: { VolumeSize: 100 } } },
      EncryptionInfo: {
        EncryptionAtRest: { DataVolumeKMSKeyId: "arn:key" },
        EncryptionInTransit: { ClientBroker: "TLS" },
      },
      ClientAuthentication: { Unauthenticated: { Enabled: false }, Sasl: { Iam: { Enabled: true } } },
      Tags: { cell: "cell-1", Name: "kafka" },
    });
    expect(resources[0]?.origins.get("EncryptionInfo/EncryptionAtRest/DataVolumeKMSKeyId")?.property).toBe(
      "encryptionInfo.encryptionAtRestKmsKeyArn",
    );
  });

  it("merges a bucket's satellites into the bucket", () => {
    const plan = new HandMade();
    const bucket = plan.add("aws:s3/bucket:Bucket", "table", { bucket: "dev-router-table", forceDestroy: true });
    plan.add(
      "aws:s3/bucketVersioning:BucketVersioning",
      "table-versions",
      { bucket: "made-by-mocks", versioningConfiguration: { status: "Enabled" } },
      { bucket },
    );
    const { resources, gaps } = translate(plan.resources);
    expect(gaps).toEqual([]);
    expect(resources).toHaveLength(1);
    expect(resources[0]?.properties).toMatchObject({
      BucketName: "dev-router-table",
      VersioningConfiguration: { Status: "Enabled" },
    });
    expect(resources[0]?.origins.get("VersioningConfiguration/Status")?.resource.name).toBe("table-versions");
  });

  it("refers to the VPC of the plan, so that cfn-lint can compare CIDRs", () => {
    const plan = new HandMade();
    const vpc = plan.add("aws:ec2/vpc:Vpc", "vpc", { cidrBlock: "10.1.0.0/16" });
    plan.add("aws:ec2/subnet:Subnet", "a", { vpcId: "vpc-0", cidrBlock: "10.1.0.0/24" }, { vpcId: vpc });
    expect(translate(plan.resources).resources[1]?.properties["VpcId"]).toEqual({ Ref: "R0" });
  });

  it("names a type that no table knows, and an input that no table maps", () => {
    const plan = new HandMade();
    plan.add("aws:dax/cluster:Cluster", "cache", {});
    plan.add("aws:ec2/vpc:Vpc", "vpc", { cidrBlock: "10.1.0.0/16", futureInput: 1 });
    expect(
      translate(plan.resources).gaps.map(({ resource, property, message }) => [resource.name, property, message]),
    ).toEqual([
      ["cache", undefined, expect.stringContaining("aws:dax/cluster:Cluster")],
      ["vpc", "futureInput", expect.stringContaining("neither maps nor drops")],
    ]);
  });

  it("says when the region is not known, rather than judging by another", () => {
    const plan = new HandMade();
    const [, cell] = plan.resources;
    const vpc = { ...plan.add("aws:ec2/vpc:Vpc", "vpc", { cidrBlock: "10.1.0.0/16" }), provider: "" };
    expect(translate([cell!, vpc]).gaps[0]?.message).toContain("region is unknown");
  });

  it("keeps each type in one table only", () => {
    const names = [twins, satellites, twinless].flatMap((table) => Object.keys(table));
    expect(new Set(names).size).toBe(names.length);
  });
});
