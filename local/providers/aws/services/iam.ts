import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  DeleteRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListPolicyVersionsCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  TagPolicyCommand,
  TagRoleCommand,
  UntagPolicyCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
  type Role,
} from "@aws-sdk/client-iam";

import { resource, strict, type Properties, type ResourceDefinition } from "../resource";
import { sameJson } from "../shape";
import { tagChanges, tagList, tagMap } from "../tags";

/** IAM answers documents percent-encoded (RFC 3986). */
function decoded(document: string | undefined): string | undefined {
  return document === undefined ? undefined : decodeURIComponent(document);
}

/** A document may be given as text or as an object. */
function text(document: unknown): string {
  return typeof document === "string" ? document : JSON.stringify(document);
}

function roleOutputs(role: Role): Properties {
  return {
    arn: role.Arn,
    name: role.RoleName,
    path: role.Path,
    uniqueId: role.RoleId,
    createDate: role.CreateDate?.toISOString(),
  };
}

const role = strict(
  ["name", "path", "assumeRolePolicy", "description", "maxSessionDuration", "permissionsBoundary"],
  resource({
    token: "aws:iam/role:Role",
    localOnly: ["forceDetachPolicies"],
    async create(cloud, inputs) {
      const answer = await cloud.client(IAMClient).send(
        new CreateRoleCommand({
          RoleName: inputs["name"] as string,
          Path: inputs["path"] as string | undefined,
          AssumeRolePolicyDocument: text(inputs["assumeRolePolicy"]),
          Description: inputs["description"] as string | undefined,
          MaxSessionDuration: inputs["maxSessionDuration"] as number | undefined,
          PermissionsBoundary: inputs["permissionsBoundary"] as string | undefined,
          Tags: tagList(inputs["tags"]),
        }),
      );
      const made = answer.Role;
      return { id: made?.RoleName ?? "", outputs: made === undefined ? {} : roleOutputs(made) };
    },
    async read(cloud, id, state) {
      const found = (await cloud.client(IAMClient).send(new GetRoleCommand({ RoleName: id }))).Role;
      if (found === undefined) return undefined;
      return {
        ...roleOutputs(found),
        description: found.Description ?? "",
        maxSessionDuration: found.MaxSessionDuration,
        permissionsBoundary: found.PermissionsBoundary?.PermissionsBoundaryArn,
        assumeRolePolicy: sameJson(state["assumeRolePolicy"], decoded(found.AssumeRolePolicyDocument)),
        tags: tagMap(found.Tags),
      };
    },
    async update(cloud, id, inputs, olds, changed) {
      const iam = cloud.client(IAMClient);
      if (changed.has("assumeRolePolicy")) {
        const PolicyDocument = text(inputs["assumeRolePolicy"]);
        await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: id, PolicyDocument }));
      }
      if (changed.has("description") || changed.has("maxSessionDuration")) {
        await iam.send(
          new UpdateRoleCommand({
            RoleName: id,
            Description: (inputs["description"] as string | undefined) ?? "",
            MaxSessionDuration: inputs["maxSessionDuration"] as number | undefined,
          }),
        );
      }
      if (changed.has("permissionsBoundary")) {
        const PermissionsBoundary = inputs["permissionsBoundary"] as string | undefined;
        await (PermissionsBoundary === undefined
          ? iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName: id }))
          : iam.send(new PutRolePermissionsBoundaryCommand({ RoleName: id, PermissionsBoundary })));
      }
      const { set, remove } = tagChanges(olds["tags"], inputs["tags"]);
      if (Object.keys(set).length > 0) await iam.send(new TagRoleCommand({ RoleName: id, Tags: tagList(set) }));
      if (remove.length > 0) await iam.send(new UntagRoleCommand({ RoleName: id, TagKeys: remove }));
    },
    async delete(cloud, id) {
      await cloud.client(IAMClient).send(new DeleteRoleCommand({ RoleName: id }));
    },
  }),
);

const rolePolicy = strict(
  ["role", "name", "policy"],
  resource({
    token: "aws:iam/rolePolicy:RolePolicy",
    async create(cloud, inputs) {
      const { role: RoleName, name: PolicyName } = inputs as { role: string; name: string };
      const PolicyDocument = text(inputs["policy"]);
      await cloud.client(IAMClient).send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument }));
      return { id: `${RoleName}:${PolicyName}`, outputs: {} };
    },
    async read(cloud, _id, state) {
      const { role: RoleName, name: PolicyName } = state as { role: string; name: string };
      const found = await cloud.client(IAMClient).send(new GetRolePolicyCommand({ RoleName, PolicyName }));
      return {
        role: found.RoleName,
        name: found.PolicyName,
        policy: sameJson(state["policy"], decoded(found.PolicyDocument)),
      };
    },
    async update(cloud, _id, inputs) {
      await cloud.client(IAMClient).send(
        new PutRolePolicyCommand({
          RoleName: inputs["role"] as string,
          PolicyName: inputs["name"] as string,
          PolicyDocument: text(inputs["policy"]),
        }),
      );
    },
    async delete(cloud, _id, state) {
      const { role: RoleName, name: PolicyName } = state as { role: string; name: string };
      await cloud.client(IAMClient).send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
    },
  }),
);

const policy = strict(
  ["name", "path", "policy", "description"],
  resource({
    token: "aws:iam/policy:Policy",
    async create(cloud, inputs) {
      const answer = await cloud.client(IAMClient).send(
        new CreatePolicyCommand({
          PolicyName: inputs["name"] as string,
          Path: inputs["path"] as string | undefined,
          Description: inputs["description"] as string | undefined,
          PolicyDocument: text(inputs["policy"]),
          Tags: tagList(inputs["tags"]),
        }),
      );
      const made = answer.Policy;
      return { id: made?.Arn ?? "", outputs: { arn: made?.Arn, policyId: made?.PolicyId, path: made?.Path } };
    },
    async read(cloud, id, state) {
      const iam = cloud.client(IAMClient);
      const found = (await iam.send(new GetPolicyCommand({ PolicyArn: id }))).Policy;
      if (found === undefined) return undefined;
      const VersionId = found.DefaultVersionId;
      const version = await iam.send(new GetPolicyVersionCommand({ PolicyArn: id, VersionId }));
      return {
        arn: found.Arn,
        policyId: found.PolicyId,
        name: found.PolicyName,
        path: found.Path,
        description: found.Description,
        policy: sameJson(state["policy"], decoded(version.PolicyVersion?.Document)),
        tags: tagMap(found.Tags),
      };
    },
    async update(cloud, id, inputs, olds, changed) {
      const iam = cloud.client(IAMClient);
      if (changed.has("policy")) {
        // IAM keeps five versions and refuses a sixth: unused ones are deleted first.
        const { Versions = [] } = await iam.send(new ListPolicyVersionsCommand({ PolicyArn: id }));
        for (const { VersionId } of Versions.filter(({ IsDefaultVersion }) => IsDefaultVersion !== true)) {
          await iam.send(new DeletePolicyVersionCommand({ PolicyArn: id, VersionId }));
        }
        const PolicyDocument = text(inputs["policy"]);
        await iam.send(new CreatePolicyVersionCommand({ PolicyArn: id, PolicyDocument, SetAsDefault: true }));
      }
      const { set, remove } = tagChanges(olds["tags"], inputs["tags"]);
      if (Object.keys(set).length > 0) await iam.send(new TagPolicyCommand({ PolicyArn: id, Tags: tagList(set) }));
      if (remove.length > 0) await iam.send(new UntagPolicyCommand({ PolicyArn: id, TagKeys: remove }));
    },
    async delete(cloud, id) {
      const iam = cloud.client(IAMClient);
      const { Versions = [] } = await iam.send(new ListPolicyVersionsCommand({ PolicyArn: id }));
      for (const { VersionId } of Versions.filter(({ IsDefaultVersion }) => IsDefaultVersion !== true)) {
        await iam.send(new DeletePolicyVersionCommand({ PolicyArn: id, VersionId }));
      }
      await iam.send(new DeletePolicyCommand({ PolicyArn: id }));
    },
  }),
);

const rolePolicyAttachment = strict(
  ["role", "policyArn"],
  resource({
    token: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    async create(cloud, inputs) {
      const { role: RoleName, policyArn: PolicyArn } = inputs as { role: string; policyArn: string };
      await cloud.client(IAMClient).send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
      return { id: `${RoleName}/${PolicyArn}`, outputs: {} };
    },
    async read(cloud, _id, state) {
      const { role: RoleName, policyArn } = state as { role: string; policyArn: string };
      const answer = await cloud.client(IAMClient).send(new ListAttachedRolePoliciesCommand({ RoleName }));
      const attached = answer.AttachedPolicies?.some(({ PolicyArn }) => PolicyArn === policyArn);
      return attached === true ? { role: RoleName, policyArn } : undefined;
    },
    async delete(cloud, _id, state) {
      const { role: RoleName, policyArn: PolicyArn } = state as { role: string; policyArn: string };
      await cloud.client(IAMClient).send(new DetachRolePolicyCommand({ RoleName, PolicyArn }));
    },
  }),
);

/** Roles and what they may do. */
export const definitions: ResourceDefinition[] = [role, rolePolicy, policy, rolePolicyAttachment];
