import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  EC2Client,
  ModifySecurityGroupRulesCommand,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
  type IpPermission,
  type SecurityGroup,
} from "@aws-sdk/client-ec2";

import { ec2Arn, retag, tagsOf } from "../ec2";
import { resource, strict, type Cloud, type Properties, type ResourceDefinition } from "../resource";
import { tagMap } from "../tags";

async function describe(cloud: Cloud, id: string): Promise<SecurityGroup | undefined> {
  const answer = await cloud.client(EC2Client).send(new DescribeSecurityGroupsCommand({ GroupIds: [id] }));
  return answer.SecurityGroups?.[0];
}

/** What AWS gives every new group, and the official provider takes away at once: all traffic out. */
const allOut: IpPermission[] = [{ IpProtocol: "-1", IpRanges: [{ CidrIp: "0.0.0.0/0" }] }];

const securityGroup = strict(
  ["vpcId", "name", "description"],
  resource({
    token: "aws:ec2/securityGroup:SecurityGroup",
    localOnly: ["revokeRulesOnDelete"],
    async create(cloud, inputs) {
      const ec2 = cloud.client(EC2Client);
      const { GroupId: id = "" } = await ec2.send(
        new CreateSecurityGroupCommand({
          GroupName: inputs["name"] as string,
          Description: (inputs["description"] as string | undefined) ?? "Managed by Pulumi",
          VpcId: inputs["vpcId"] as string,
          TagSpecifications: tagsOf("security-group", inputs),
        }),
      );
      await ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId: id, IpPermissions: allOut }));
      return { id, outputs: { arn: ec2Arn(cloud, "security-group", id), ownerId: cloud.accountId } };
    },
    async read(cloud, id) {
      const found = await describe(cloud, id);
      if (found === undefined) return undefined;
      return {
        arn: ec2Arn(cloud, "security-group", id),
        ownerId: cloud.accountId,
        vpcId: found.VpcId,
        name: found.GroupName,
        description: found.Description,
        tags: tagMap(found.Tags),
      };
    },
    update: retag,
    async delete(cloud, id) {
      await cloud.client(EC2Client).send(new DeleteSecurityGroupCommand({ GroupId: id }));
    },
  }),
);

/** Takes every rule of the group away: the locked state, in two calls at most. */
async function lock(cloud: Cloud, group: SecurityGroup): Promise<void> {
  const ec2 = cloud.client(EC2Client);
  const GroupId = group.GroupId;
  if (group.IpPermissions?.length) {
    await ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions: group.IpPermissions }));
  }
  if (group.IpPermissionsEgress?.length) {
    await ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId, IpPermissions: group.IpPermissionsEgress }));
  }
}

function requireLocked(inputs: Properties): void {
  if (inputs["ingress"]?.length > 0 || inputs["egress"]?.length > 0) {
    throw new Error("the local cloud's default security group is locked only: leave ingress and egress empty");
  }
}

const defaultSecurityGroup = strict(
  ["vpcId", "ingress", "egress"],
  resource({
    token: "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
    async create(cloud, inputs) {
      requireLocked(inputs);
      const Filters = [
        { Name: "vpc-id", Values: [inputs["vpcId"] as string] },
        { Name: "group-name", Values: ["default"] },
      ];
      const answer = await cloud.client(EC2Client).send(new DescribeSecurityGroupsCommand({ Filters }));
      const group = answer.SecurityGroups?.[0];
      if (group?.GroupId === undefined) throw new Error(`VPC ${inputs["vpcId"]} has no default security group`);
      await lock(cloud, group);
      await retag(cloud, group.GroupId, inputs, {});
      return {
        id: group.GroupId,
        outputs: { arn: ec2Arn(cloud, "security-group", group.GroupId), ownerId: cloud.accountId, name: "default" },
      };
    },
    async read(cloud, id) {
      const found = await describe(cloud, id);
      if (found === undefined) return undefined;
      // Any rule is drift; how it looks does not matter, because an update takes it away.
      const rules = (permissions: IpPermission[] | undefined) => (permissions ?? []).map((rule) => ({ ...rule }));
      return {
        vpcId: found.VpcId,
        name: found.GroupName,
        ingress: rules(found.IpPermissions),
        egress: rules(found.IpPermissionsEgress),
        tags: tagMap(found.Tags),
      };
    },
    async update(cloud, id, inputs, olds) {
      requireLocked(inputs);
      const found = await describe(cloud, id);
      if (found !== undefined) await lock(cloud, found);
      await retag(cloud, id, inputs, olds);
    },
    // It lives and dies with its VPC.
    delete: () => Promise.resolve(),
  }),
);

const ruleInputs = [
  "securityGroupId",
  "ipProtocol",
  "fromPort",
  "toPort",
  "cidrIpv4",
  "cidrIpv6",
  "referencedSecurityGroupId",
  "description",
];

function permission(inputs: Properties): IpPermission {
  const Description = inputs["description"] as string | undefined;
  const group = inputs["referencedSecurityGroupId"] as string | undefined;
  const ipv4 = inputs["cidrIpv4"] as string | undefined;
  const ipv6 = inputs["cidrIpv6"] as string | undefined;
  return {
    IpProtocol: inputs["ipProtocol"] as string,
    FromPort: inputs["fromPort"] as number | undefined,
    ToPort: inputs["toPort"] as number | undefined,
    ...(group === undefined ? {} : { UserIdGroupPairs: [{ GroupId: group, Description }] }),
    ...(ipv4 === undefined ? {} : { IpRanges: [{ CidrIp: ipv4, Description }] }),
    ...(ipv6 === undefined ? {} : { Ipv6Ranges: [{ CidrIpv6: ipv6, Description }] }),
  };
}

function ruleOutputs(cloud: Cloud, id: string): Properties {
  return { securityGroupRuleId: id, arn: ec2Arn(cloud, "security-group-rule", id) };
}

/** Ingress and egress rules differ only in the calls that create and delete them. */
function rule(direction: "Ingress" | "Egress"): ResourceDefinition {
  return strict(
    ruleInputs,
    resource({
      token: `aws:vpc/securityGroup${direction}Rule:SecurityGroup${direction}Rule`,
      async create(cloud, inputs) {
        const ec2 = cloud.client(EC2Client);
        const request = {
          GroupId: inputs["securityGroupId"] as string,
          IpPermissions: [permission(inputs)],
          TagSpecifications: tagsOf("security-group-rule", inputs),
        };
        const answer =
          direction === "Ingress"
            ? await ec2.send(new AuthorizeSecurityGroupIngressCommand(request))
            : await ec2.send(new AuthorizeSecurityGroupEgressCommand(request));
        const id = answer.SecurityGroupRules?.[0]?.SecurityGroupRuleId ?? "";
        return { id, outputs: ruleOutputs(cloud, id) };
      },
      async read(cloud, id) {
        const answer = await cloud
          .client(EC2Client)
          .send(new DescribeSecurityGroupRulesCommand({ SecurityGroupRuleIds: [id] }));
        const found = answer.SecurityGroupRules?.[0];
        if (found === undefined) return undefined;
        const ported = found.IpProtocol !== "-1";
        return {
          ...ruleOutputs(cloud, id),
          securityGroupId: found.GroupId,
          ipProtocol: found.IpProtocol,
          fromPort: ported ? found.FromPort : undefined,
          toPort: ported ? found.ToPort : undefined,
          cidrIpv4: found.CidrIpv4,
          cidrIpv6: found.CidrIpv6,
          referencedSecurityGroupId: found.ReferencedGroupInfo?.GroupId,
          description: found.Description,
          tags: tagMap(found.Tags),
        };
      },
      async update(cloud, id, inputs, olds, changed) {
        if ([...changed].some((key) => key !== "tags")) {
          await cloud.client(EC2Client).send(
            new ModifySecurityGroupRulesCommand({
              GroupId: inputs["securityGroupId"] as string,
              SecurityGroupRules: [
                {
                  SecurityGroupRuleId: id,
                  SecurityGroupRule: {
                    IpProtocol: inputs["ipProtocol"] as string,
                    FromPort: inputs["fromPort"] as number | undefined,
                    ToPort: inputs["toPort"] as number | undefined,
                    CidrIpv4: inputs["cidrIpv4"] as string | undefined,
                    CidrIpv6: inputs["cidrIpv6"] as string | undefined,
                    ReferencedGroupId: inputs["referencedSecurityGroupId"] as string | undefined,
                    Description: inputs["description"] as string | undefined,
                  },
                },
              ],
            }),
          );
        }
        await retag(cloud, id, inputs, olds);
      },
      async delete(cloud, id, state) {
        const ec2 = cloud.client(EC2Client);
        const request = { GroupId: state["securityGroupId"] as string, SecurityGroupRuleIds: [id] };
        if (direction === "Ingress") await ec2.send(new RevokeSecurityGroupIngressCommand(request));
        else await ec2.send(new RevokeSecurityGroupEgressCommand(request));
      },
    }),
  );
}

/** Security groups and their rules. */
export const definitions: ResourceDefinition[] = [securityGroup, defaultSecurityGroup, rule("Ingress"), rule("Egress")];
