import { dropped, json, pulumiOnly, renamed, same, type Satellite, type Twin } from "../fields";

/** KMS and IAM. */
export const access: Readonly<Record<string, Twin>> = {
  "aws:kms/key:Key": {
    type: "AWS::KMS::Key",
    fields: {
      ...same("description enableKeyRotation keyUsage multiRegion rotationPeriodInDays"),
      ...renamed({
        bypassPolicyLockoutSafetyCheck: "BypassPolicyLockoutSafetyCheck",
        customerMasterKeySpec: "KeySpec",
        deletionWindowInDays: "PendingWindowInDays",
        isEnabled: "Enabled",
      }),
      policy: { to: "KeyPolicy", via: json },
    },
  },
  "aws:kms/alias:Alias": {
    type: "AWS::KMS::Alias",
    fields: { ...same("targetKeyId"), ...renamed({ name: "AliasName" }), ...dropped(pulumiOnly, "namePrefix") },
    tags: "none",
  },
  "aws:iam/role:Role": {
    type: "AWS::IAM::Role",
    fields: {
      ...same("description managedPolicyArns maxSessionDuration path permissionsBoundary"),
      ...renamed({ name: "RoleName" }),
      assumeRolePolicy: { to: "AssumeRolePolicyDocument", via: json },
      inlinePolicies: {
        to: "Policies",
        of: { ...renamed({ name: "PolicyName" }), policy: { to: "PolicyDocument", via: json } },
      },
      ...dropped(pulumiOnly, "forceDetachPolicies namePrefix"),
    },
  },
  "aws:iam/rolePolicy:RolePolicy": {
    type: "AWS::IAM::RolePolicy",
    fields: {
      ...renamed({ name: "PolicyName", role: "RoleName" }),
      policy: { to: "PolicyDocument", via: json },
      ...dropped(pulumiOnly, "namePrefix"),
    },
    tags: "none",
  },
  "aws:iam/policy:Policy": {
    type: "AWS::IAM::ManagedPolicy",
    fields: {
      ...same("description path"),
      ...renamed({ name: "ManagedPolicyName" }),
      policy: { to: "PolicyDocument", via: json },
      ...dropped(pulumiOnly, "namePrefix delayAfterPolicyCreationInMs"),
    },
  },
  "aws:iam/instanceProfile:InstanceProfile": {
    type: "AWS::IAM::InstanceProfile",
    fields: {
      ...same("path"),
      ...renamed({ name: "InstanceProfileName" }),
      role: { to: "Roles", via: (value) => [value] },
      ...dropped(pulumiOnly, "namePrefix"),
    },
    tags: "none",
  },
  "aws:iam/openIdConnectProvider:OpenIdConnectProvider": {
    type: "AWS::IAM::OIDCProvider",
    fields: { ...same("url"), ...renamed({ clientIdLists: "ClientIdList", thumbprintLists: "ThumbprintList" }) },
  },
};

/** What CloudFormation keeps inside a key, a role or an access entry. */
export const accessSatellites: Readonly<Record<string, Satellite>> = {
  "aws:kms/keyPolicy:KeyPolicy": {
    of: "aws:kms/key:Key",
    by: "keyId",
    fields: {
      policy: { to: "KeyPolicy", via: json },
      ...renamed({ bypassPolicyLockoutSafetyCheck: "BypassPolicyLockoutSafetyCheck" }),
    },
  },
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": {
    of: "aws:iam/role:Role",
    by: "role",
    fields: { policyArn: { to: "ManagedPolicyArns", append: true } },
  },
  "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": {
    of: "aws:eks/accessEntry:AccessEntry",
    by: "principalArn",
    fields: {
      policyArn: {
        to: "AccessPolicies",
        append: true,
        via: (PolicyArn, { inputs }) => ({ PolicyArn, AccessScope: scope(inputs["accessScope"]) }),
      },
      ...dropped("judged with policyArn, or named by the entry itself", "accessScope clusterName"),
    },
  },
};

function scope(value: unknown): unknown {
  const { type, namespaces } = (value ?? {}) as { type?: string; namespaces?: readonly string[] };
  return { Type: type, ...(namespaces === undefined ? {} : { Namespaces: namespaces }) };
}
