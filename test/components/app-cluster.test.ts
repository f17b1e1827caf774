import fc from "fast-check";
import { parse } from "yaml";
import { beforeAll, describe, expect, it } from "vitest";

import { blockAt, formatCidr, overlaps, parseCidr } from "../../catalog/cidr";
import { sizes } from "../../catalog/sizes";
import { serviceCidr, standardSupport } from "../../components/cell/app-cluster";
import { kubeconfig } from "../../components/cell/kubeconfig";
import { amiType, scaling } from "../../components/cell/node-groups";
import type { PlannedResource } from "../../adapters/pulumi/plan/plan";
import { byName, chineseCell, ofType, testCell } from "../harness/cell";
import { planCompute } from "./workload-fixture";

type Resources = readonly PlannedResource[];
let dev: Resources;
let large: Resources;

beforeAll(async () => {
  dev = (await planCompute(testCell())).resources;
  large = (await planCompute(testCell({ sizeClass: "large" }))).resources;
});

const one = (resources: Resources, type: string): PlannedResource => {
  const found = ofType(resources, type);
  expect(found, type).toHaveLength(1);
  return found[0] as PlannedResource;
};
const cluster = (resources: Resources) => one(resources, "aws:eks/cluster:Cluster");
const groups = (resources: Resources) => byName(resources, "aws:eks/nodeGroup:NodeGroup");

describe("the control plane", () => {
  it("encrypts secrets with the cell's key, logs everything, and takes its users from AWS", () => {
    const { inputs } = cluster(dev);
    expect(inputs).toMatchObject({
      name: "dev-cell-3-app",
      version: sizes.dev.nodes.kubernetesVersion,
      encryptionConfig: { resources: ["secrets"], provider: { keyArn: expect.stringMatching(/^arn:aws:kms:/) } },
      enabledClusterLogTypes: ["api", "audit", "authenticator", "controllerManager", "scheduler"],
      accessConfig: { authenticationMode: "API" },
      kubernetesNetworkConfig: { serviceIpv4Cidr: "172.20.0.0/16" },
      bootstrapSelfManagedAddons: false,
    });
  });

  it("has its log group first, with key and end", () => {
    const logs = ofType(dev, "aws:cloudwatch/logGroup:LogGroup").find(({ name }) => name === "cell-3-cluster-log");
    expect(logs?.inputs).toMatchObject({ name: "/aws/eks/dev-cell-3-app/cluster", retentionInDays: 30 });
    expect(logs?.inputs["kmsKeyId"]).toBeDefined();
    expect(cluster(dev).dependencies).toContain(logs?.urn);
  });

  it("is reached from the internet by class and by list only", async () => {
    const access = async (sizeClass: "dev" | "large", apiCidrs: string[]) =>
      cluster((await planCompute(testCell({ sizeClass }), { cluster: { apiCidrs } })).resources).inputs["vpcConfig"];
    expect(await access("dev", [])).toMatchObject({ endpointPublicAccess: true, publicAccessCidrs: ["0.0.0.0/0"] });
    expect(await access("large", [])).toMatchObject({ endpointPrivateAccess: true, endpointPublicAccess: false });
    expect(await access("large", ["192.0.2.0/24"])).toMatchObject({ publicAccessCidrs: ["192.0.2.0/24"] });
    // EKS refuses a public API for private addresses: these come through the cell's network.
    const both = await access("large", ["192.0.2.0/24", "10.200.0.0/16"]);
    expect(both).toMatchObject({ publicAccessCidrs: ["192.0.2.0/24"] });
    for (const sizeClass of ["dev", "large"] as const) {
      expect(await access(sizeClass, ["10.200.0.0/16", "100.64.0.0/24"])).toMatchObject({
        endpointPublicAccess: false,
      });
    }
  });

  it("is protected in production classes", () => {
    expect(cluster(large).protect).toBe(true);
    expect(cluster(large).inputs["deletionProtection"]).toBe(true);
    expect(cluster(dev).protect).toBe(false);
  });

  it("service addresses never overlap the cell's block, wherever the ledger takes it from", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("10", "172", "192.168", "100"),
        fc.nat(255),
        fc.nat(255),
        fc.integer({ min: 16, max: 21 }),
        (range, second, third, prefix) => {
          const start = range === "192.168" ? range : `${range}.${range === "172" ? 16 + (second % 16) : second}`;
          const block = blockAt(
            parseCidr(`${start}.${prefix === 16 ? 0 : third & (256 - 2 ** (24 - prefix))}.0/${prefix}`).first,
            prefix,
          );
          return !overlaps(parseCidr(serviceCidr(formatCidr(block))), block);
        },
      ),
    );
    expect(serviceCidr("10.3.0.0/16")).toBe("172.20.0.0/16");
    expect(serviceCidr("172.20.16.0/20")).toBe("10.100.0.0/16");
  });

  it("every class runs a version in standard support", () => {
    for (const { nodes } of Object.values(sizes))
      expect(Object.keys(standardSupport)).toContain(nodes.kubernetesVersion);
  });

  it("is administered by its creator, or by the roles that are listed, before anything is written to it", async () => {
    const roles = ["arn:aws:iam::123456789012:role/ci/deploy", "arn:aws:iam::111122223333:role/deploy"];
    const { resources } = await planCompute(testCell(), { cluster: { admins: roles } });
    const bootstrap = "bootstrapClusterCreatorAdminPermissions";
    expect(cluster(dev).inputs["accessConfig"][bootstrap]).toBe(true);
    // EKS has no second entry for one role, so that a listed creator may not get its own.
    expect(cluster(resources).inputs["accessConfig"][bootstrap]).toBe(false);
    for (const { ignoreChanges } of [cluster(dev), cluster(resources)]) {
      expect(ignoreChanges).toEqual([`accessConfig.${bootstrap}`]);
    }
    const admins = ofType(resources, "aws:eks/accessPolicyAssociation:AccessPolicyAssociation").filter(({ inputs }) =>
      (inputs["policyArn"] as string).endsWith("/AmazonEKSClusterAdminPolicy"),
    );
    expect(admins.map(({ inputs }) => inputs["principalArn"]).sort()).toEqual([...roles].sort());
    for (const { inputs } of admins) expect(inputs["accessScope"]).toEqual({ type: "cluster" });
    const provider = one(resources, "pulumi:providers:kubernetes");
    for (const { urn } of admins) expect(provider.dependencies).toContain(urn);
  });

  it("operators have a role of the cell's own, with rights in the application's namespace", () => {
    const entries = ofType(dev, "aws:eks/accessEntry:AccessEntry");
    expect(entries.map(({ inputs }) => [inputs["principalArn"], inputs["kubernetesGroups"]])).toEqual([
      ["arn:aws:iam::123456789012:role/dev-cell-3-operator", ["cells-operators"]],
    ]);
    const scopes = ofType(dev, "aws:eks/accessPolicyAssociation:AccessPolicyAssociation").map(({ inputs }) => [
      (inputs["policyArn"] as string).split("/").at(-1),
      inputs["accessScope"].type,
    ]);
    // Of AWS's policies for operators, only this one reads no secret and runs no command in a pod.
    expect(scopes).toEqual([["AmazonEKSViewPolicy", "cluster"]]);
    const { inputs: binding } = one(dev, "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding");
    expect(binding).toMatchObject({
      metadata: { namespace: "app" },
      roleRef: { kind: "Role", name: "operators" },
      subjects: [{ kind: "Group", name: "cells-operators" }],
    });
    // A pod that an operator creates, changes or enters would show its secrets.
    const { inputs: role } = one(dev, "kubernetes:rbac.authorization.k8s.io/v1:Role");
    expect(role["rules"]).toEqual([
      { apiGroups: [""], resources: ["pods"], verbs: ["delete"] },
      { apiGroups: [""], resources: ["pods/eviction"], verbs: ["create"] },
      { apiGroups: ["apps"], resources: ["deployments/scale"], verbs: ["get", "patch", "update"] },
    ]);
  });
});

describe("add-ons", () => {
  const names = (resources: Resources) =>
    ofType(resources, "aws:eks/addon:Addon")
      .map(({ inputs }) => inputs["addonName"] as string)
      .sort();

  it("are those that the cell uses, network policy switched on", () => {
    expect(names(dev)).toEqual(["coredns", "eks-pod-identity-agent", "kube-proxy", "metrics-server", "vpc-cni"]);
    const cni = byName(dev, "aws:eks/addon:Addon").get("cell-3-vpc-cni");
    expect(JSON.parse(cni?.inputs["configurationValues"] as string)).toMatchObject({ enableNetworkPolicy: "true" });
    expect(cni?.inputs["podIdentityAssociations"]).toEqual([
      { roleArn: "arn:aws:iam::123456789012:role/dev-cell-3-cni", serviceAccount: "aws-node" },
    ]);
  });

  it("that need nodes wait for them; nodes wait for those they need", () => {
    const coredns = byName(dev, "aws:eks/addon:Addon").get("cell-3-coredns");
    const blue = groups(dev).get("cell-3-blue");
    expect(coredns?.dependencies).toContain(blue?.urn);
    expect(JSON.parse(coredns?.inputs["configurationValues"] as string)).toMatchObject({
      affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: expect.anything() as unknown } },
    });
    expect(blue?.dependencies).toContain(byName(dev, "aws:eks/addon:Addon").get("cell-3-vpc-cni")?.urn);
  });

  it("and whatever else takes a role of the cell on, wait for all rights of the role", () => {
    const roles = new Map(ofType(dev, "aws:iam/role:Role").map(({ urn }) => [urn, [] as string[]]));
    for (const { urn, propertyDependencies } of ofType(dev, "aws:iam/rolePolicyAttachment:RolePolicyAttachment")) {
      for (const role of propertyDependencies["role"] ?? []) roles.get(role)?.push(urn);
    }
    const takers = dev.filter(({ type }) => /^aws:eks\/(cluster|nodeGroup|addon):/.test(type));
    let found = 0;
    for (const { name, propertyDependencies, dependencies } of takers) {
      const used = [propertyDependencies["roleArn"], propertyDependencies["nodeRoleArn"]];
      const associated = propertyDependencies["podIdentityAssociations"];
      for (const role of [...used, associated].flatMap((urns) => urns ?? [])) {
        for (const right of roles.get(role) ?? []) {
          found += 1;
          expect(dependencies, name).toContain(right);
        }
      }
    }
    // Of the cluster, the network plugin, and two of each node group.
    expect(found).toBe(6);
  });

  it("leave out in China what AWS offers in commercial regions only", async () => {
    const { resources } = await planCompute(chineseCell());
    expect(names(resources)).not.toContain("metrics-server");
    const policies = ofType(resources, "aws:iam/rolePolicyAttachment:RolePolicyAttachment");
    expect(policies.length).toBeGreaterThan(3);
    for (const { inputs } of policies) expect(inputs["policyArn"]).toMatch(/^arn:aws-cn:iam::aws:policy\//);
    const nodeRole = byName(resources, "aws:iam/role:Role").get("cell-7-nodes-role");
    expect(nodeRole?.inputs["assumeRolePolicy"]).toContain("ec2.amazonaws.com.cn");
  });
});

describe("nodes", () => {
  it.each(["dev", "small", "medium", "large"] as const)(
    "class %s: the live colour has the nodes, the other none",
    async (name) => {
      const { resources } = await planCompute(testCell({ sizeClass: name }));
      const { count, max, instanceType } = sizes[name].nodes;
      const [blue, green] = [groups(resources).get("cell-3-blue"), groups(resources).get("cell-3-green")];
      expect(blue?.inputs["scalingConfig"]).toEqual({ minSize: count, desiredSize: count, maxSize: max });
      expect(green?.inputs["scalingConfig"]).toEqual({ minSize: 0, desiredSize: 0, maxSize: 1 });
      expect(blue?.inputs).toMatchObject({ instanceTypes: [instanceType], amiType: "AL2023_ARM_64_STANDARD" });
    },
  );

  it("change over by three catalogs: both, then the other live, then the other alone", async () => {
    const sizesOf = async (cell: Parameters<typeof testCell>[0]) => {
      const { resources } = await planCompute(testCell(cell));
      return ["blue", "green"].map(
        (colour) => groups(resources).get(`cell-3-${colour}`)?.inputs["scalingConfig"].desiredSize as number,
      );
    };
    expect(await sizesOf({})).toEqual([2, 0]);
    expect(await sizesOf({ bothNodes: true })).toEqual([2, 2]);
    expect(await sizesOf({ bothNodes: true, liveNodes: "green" })).toEqual([2, 2]);
    expect(await sizesOf({ liveNodes: "green" })).toEqual([0, 2]);
  });

  it("keep their credentials from pods, and their disks under the cell's key", () => {
    const { inputs } = one(dev, "aws:ec2/launchTemplate:LaunchTemplate");
    expect(inputs["metadataOptions"]).toMatchObject({ httpTokens: "required", httpPutResponseHopLimit: 1 });
    expect(inputs["blockDeviceMappings"]).toEqual([
      {
        deviceName: "/dev/xvda",
        ebs: expect.objectContaining({
          volumeType: "gp3",
          encrypted: "true",
          kmsKeyId: expect.stringContaining(":kms:"),
        }),
      },
    ]);
    expect(inputs["vpcSecurityGroupIds"]).toEqual(["sg-0000000a"]);
    for (const { tags } of inputs["tagSpecifications"] as { tags: Record<string, string> }[]) {
      expect(tags).toMatchObject({ cell: "cell-3", environment: "dev" });
    }
  });

  it.each([
    ["t4g.medium", "AL2023_ARM_64_STANDARD"],
    ["m6g.2xlarge", "AL2023_ARM_64_STANDARD"],
    ["c7gn.large", "AL2023_ARM_64_STANDARD"],
    ["im4gn.large", "AL2023_ARM_64_STANDARD"],
    ["m5.large", "AL2023_x86_64_STANDARD"],
    ["g4dn.xlarge", "AL2023_x86_64_STANDARD"],
    ["r7i.large", "AL2023_x86_64_STANDARD"],
  ])("%s boots %s", (instance, ami) => expect(amiType(instance)).toBe(ami));

  it("scaling is one that EKS takes: min ≤ desired ≤ max, max at least one", () => {
    for (const full of [true, false]) {
      const { minSize, desiredSize, maxSize } = scaling({ count: 10, max: 20 }, full);
      expect(minSize).toBeLessThanOrEqual(desiredSize);
      expect(desiredSize).toBeLessThanOrEqual(maxSize);
      expect(maxSize).toBeGreaterThanOrEqual(1);
    }
  });
});

describe("the way into the cluster", () => {
  it("names the cell's cluster, region and role, and holds no secret", () => {
    const text = kubeconfig({
      cell: { region: "eu-west-1", account: { id: "123456789012", roleArn: "arn:aws:iam::123456789012:role/deploy" } },
      clusterName: "dev-cell-3-app",
      endpoint: "https://abc.eks.amazonaws.com",
      certificateAuthority: "Zm9v",
    });
    const config = parse(text) as Record<string, never>;
    expect(config["clusters"]).toMatchObject([{ name: "dev-cell-3-app" }]);
    expect(text).toContain('"--role-arn","arn:aws:iam::123456789012:role/deploy"');
    expect(text).not.toMatch(/token"\s*:|password/);
  });

  it("signs in with the profile of its partition, whatever credentials the environment holds", () => {
    const text = kubeconfig({
      cell: { region: "us-gov-west-1" },
      clusterName: "dev-cell-3-app",
      endpoint: "https://abc.eks.amazonaws.com",
      certificateAuthority: "Zm9v",
      profile: "gov",
    });
    expect(text).toContain('"--profile","gov"');
    expect(text).not.toContain("AWS_PROFILE");
  });

  it("is a provider of the cell's own, and everything in Kubernetes uses it", () => {
    const provider = one(dev, "pulumi:providers:kubernetes");
    expect(provider.name).toBe("cell-3-kubernetes");
    expect(provider.inputs["clusterIdentifier"]).toBe(
      JSON.parse(provider.inputs["kubeconfig"] as string).clusters[0].cluster.server,
    );
    const objects = dev.filter(({ type }) => type.startsWith("kubernetes:"));
    expect(objects.length).toBeGreaterThan(15);
    for (const { provider: used, name } of objects) expect(used, name).toContain(provider.urn);
  });

  it("everything in AWS uses the cell's provider, and has the cell in its name", () => {
    const things = dev.filter(({ type }) => type.startsWith("aws:"));
    for (const { name, provider } of things) {
      expect(name).toMatch(/^cell-3-/);
      expect(provider, name).toContain("cell-3-aws");
    }
  });
});
