import {
  IAMClient,
  ListInstanceProfilesCommand,
  ListOpenIDConnectProvidersCommand,
  ListPoliciesCommand,
  ListRolesCommand,
} from "@aws-sdk/client-iam";
import { afterAll, beforeAll, expect, it } from "vitest";

import { definitions as roles } from "../../../local/providers/aws/services/iam";
import { definitions as identities } from "../../../local/providers/aws/services/iam-identity";
import type { Properties } from "../../../local/providers/aws/resource";
import { dies, lives } from "../../harness/life";
import { Made, startMoto, type Moto } from "../../harness/moto";

let moto: Moto;
const definitions = [...roles, ...identities];
const make = (token: string, inputs: Properties) => Made.create(moto.cloud(), definitions, token, inputs);
const trust = (service: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
  });
const allow = (action: string) =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: action, Resource: "*" }] });
const roleOf = (name: string) =>
  make("aws:iam/role:Role", {
    name,
    description: "Works",
    assumeRolePolicy: trust("ec2.amazonaws.com"),
    tags: { cell: "cell-3" },
  });

beforeAll(async () => {
  moto = await startMoto();
}, 60_000);
afterAll(() => moto.stop());

it("a role has an inline policy and attachments of both kinds", async () => {
  const role = await roleOf("dev-cell-3-workload");
  await lives(role, { description: "Toils", assumeRolePolicy: trust("eks.amazonaws.com"), tags: { Name: "x" } });
  await lives(role, { permissionsBoundary: "arn:aws:iam::aws:policy/PowerUserAccess" });
  await lives(role, { permissionsBoundary: undefined });
  const inline = await make("aws:iam/rolePolicy:RolePolicy", {
    role: role.id,
    name: "reads",
    policy: allow("s3:Get*"),
  });
  await lives(inline, { policy: allow("s3:*") });
  const policy = await make("aws:iam/policy:Policy", {
    name: "dev-cell-3",
    policy: allow("s3:Get*"),
    tags: { a: "b" },
  });
  await lives(policy, { policy: allow("s3:List*"), tags: { c: "d" } });
  const own = await make("aws:iam/rolePolicyAttachment:RolePolicyAttachment", { role: role.id, policyArn: policy.id });
  const aws = await make("aws:iam/rolePolicyAttachment:RolePolicyAttachment", {
    role: role.id,
    policyArn: "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy",
  });
  await lives(own);
  await lives(aws);
  await dies(own, aws, policy, inline, role);
});

it("a policy can change more often than IAM keeps versions", async () => {
  const policy = await make("aws:iam/policy:Policy", { name: "dev-cell-4", policy: allow("s3:Get0") });
  for (const at of [1, 2, 3, 4, 5, 6, 7]) await policy.update({ policy: allow(`s3:Get${at}`) });
  expect(await policy.drift()).toEqual([]);
  await dies(policy);
});

it("an instance profile changes its role", async () => {
  const [first, second] = [await roleOf("first"), await roleOf("second")];
  const profile = await make("aws:iam/instanceProfile:InstanceProfile", {
    name: "dev-cell-3-nodes",
    role: first.id,
    tags: { cell: "cell-3" },
  });
  await lives(profile, { role: second.id, tags: { Name: "x" } });
  await dies(profile, first, second);
});

it("a cluster's identity provider is created, read and deleted", async () => {
  const provider = await make("aws:iam/openIdConnectProvider:OpenIdConnectProvider", {
    url: "https://oidc.eks.eu-west-1.amazonaws.com/id/ABC",
    clientIdLists: ["sts.amazonaws.com"],
    thumbprintLists: ["9e99a48a9960b14926bb7f3b02e22da2b0ab7280"],
    tags: { cell: "cell-3" },
  });
  await lives(provider, { thumbprintLists: ["06b25927c42a721631c1efd9431e648fa62e1e39"], tags: { Name: "x" } });
  await dies(provider);
});

it("nothing is left behind", async () => {
  const iam = moto.client(IAMClient);
  const [made, profiles, providers, policies] = await Promise.all([
    iam.send(new ListRolesCommand({})),
    iam.send(new ListInstanceProfilesCommand({})),
    iam.send(new ListOpenIDConnectProvidersCommand({})),
    iam.send(new ListPoliciesCommand({ Scope: "Local" })),
  ]);
  expect(made.Roles ?? []).toEqual([]);
  expect(profiles.InstanceProfiles ?? []).toEqual([]);
  expect(providers.OpenIDConnectProviderList ?? []).toEqual([]);
  expect(policies.Policies ?? []).toEqual([]);
});
