import { spawn } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { CloudWatchClient, DescribeAlarmsCommand, ListDashboardsCommand } from "@aws-sdk/client-cloudwatch";
import {
  DeleteRouteTableCommand,
  DeleteSubnetCommand,
  DeleteVpcCommand,
  DeleteVpcEndpointsCommand,
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcsCommand,
  DisassociateRouteTableCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import {
  DescribeCacheClustersCommand,
  DescribeReplicationGroupsCommand,
  ElastiCacheClient,
} from "@aws-sdk/client-elasticache";
import { DescribeNodegroupCommand, EKSClient, ListNodegroupsCommand } from "@aws-sdk/client-eks";
import { GetBootstrapBrokersCommand, KafkaClient, ListClustersV2Command } from "@aws-sdk/client-kafka";
import { KMSClient, ListAliasesCommand } from "@aws-sdk/client-kms";
import { GetFunctionCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { DescribeDBInstancesCommand, RDSClient } from "@aws-sdk/client-rds";
import { ListHostedZonesCommand, ListResourceRecordSetsCommand, Route53Client } from "@aws-sdk/client-route-53";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { parseCatalog } from "../../catalog/load";
import { CellNames } from "../../catalog/names";
import { createCloud } from "../../local/providers/aws/cloud";
import { knownOfFile } from "../../policy/front/known";
import { judgeState, parseState } from "../../policy/front/state";
import { Cells, type StartedJson } from "../harness/cells";
import { inventory } from "../harness/inventory";
import { commandsOf, copyOfCheckout, pattern, plain } from "../harness/readme";

/**
 * The whole dev environment through the real engine, as the README leads a new user: its commands in their order in a
 * copy of the checkout, each with the output that the page shows. Before the last one, `npm stop`, come this file's own
 * steps: what any AWS client sees, up again, cells removed and added, drift, destroy. All are steps of one story.
 */
const readme = readFileSync(join(__dirname, "../../README.md"), "utf8");
// `npm ci` is done, and the section "On AWS" needs an account.
const commands = commandsOf(readme).filter(({ line, section }) => line !== "npm ci" && section !== "On AWS");
const catalog = parseCatalog(readFileSync(join(__dirname, "../../catalog/dev.yaml"), "utf8"), "dev.yaml");
const regions = [...new Set([...catalog.cells, ...catalog.routers].map(({ region }) => region))];

let cells: Cells;
let checkout: string;
let file: string;
let first: StartedJson;

/** Runs a command of the page on this test's own ports and folder. */
function run(line: string): Promise<{ code: number; output: string }> {
  const onOwnPorts = line.replace(/127\.0\.0\.1:45(8\d)/g, (_, at: string) => {
    return `127.0.0.1:${cells.routerPort + Number(at) - 80}`;
  });
  const child = spawn("sh", ["-c", `${onOwnPorts.replaceAll("/tmp/", `${cells.directory}/`)}`], {
    cwd: checkout,
    env: cells.variables,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.on("data", (data: Buffer) => (output += data.toString()));
  child.stderr.on("data", (data: Buffer) => (output += data.toString()));
  return new Promise((resolve) => child.once("close", (code) => resolve({ code: code ?? 130, output })));
}

/** One test for each command: it succeeds, and prints what the page shows for it. */
function follow(some: typeof commands): void {
  for (const { line, section, shown } of some) {
    it(`${section}: ${line}`, async () => {
      const { code, output } = await run(line);
      expect(code, output).toBe(0);
      if (shown !== undefined) expect(plain(`${output.trimEnd()}\n`)).toMatch(pattern(shown));
    });
  }
}

/** Replaces the catalog's text; the edit must hit exactly once. */
function edit(from: string, to: string): void {
  const text = readFileSync(file, "utf8");
  expect(text.split(from)).toHaveLength(2);
  writeFileSync(file, text.replace(from, to));
}

/** Numbers of the cells whose resources a run changed; by the id in their Pulumi names. */
function cellsTouched(started: StartedJson): number[] {
  const numbers = started.steps.flatMap(({ urn }) => {
    const name = urn.split("::").at(-1) ?? "";
    const number = /^cell-(\d+)(-|$)/.exec(name)?.[1];
    return number === undefined ? [] : [Number(number)];
  });
  return [...new Set(numbers)].sort((a, b) => a - b);
}

beforeAll(async () => {
  cells = await Cells.create();
  checkout = copyOfCheckout();
  file = join(checkout, "catalog/dev.yaml");
});

afterAll(async () => {
  await cells?.dispose();
  rmSync(checkout, { recursive: true, force: true });
});

describe("the README", () => {
  it("has at most 200 lines, commands and their output", () => {
    expect(commands.filter(({ line }) => /^(npx cells|npm)/.test(line)).length).toBeGreaterThan(10);
    expect(commands.filter(({ shown }) => shown !== undefined).length).toBeGreaterThan(4);
    expect(commands.at(-1)?.line).toMatch(/^npm stop\b/);
    expect(readme.trimEnd().split("\n").length).toBeLessThanOrEqual(200);
  });

  follow(commands.slice(0, -1));
});

describe("the dev environment", () => {
  it("changes nothing when it is started again", async () => {
    first = await cells.start(file);
    expect(first.changes).toEqual({});
    expect(first.cells.map(({ id }) => id)).toEqual(catalog.cells.map(({ id }) => id));
    expect(first.routers.map(({ region }) => region).sort()).toEqual(
      catalog.routers.map(({ region }) => region).sort(),
    );
    const localityOf = new Map(catalog.cells.map(({ id, locality }) => [id, locality]));
    expect(first.samples.map(({ country, status, cell }) => [country, status, localityOf.get(cell ?? "")])).toEqual([
      ["DE", 200, "EU"],
      ["US", 200, "US"],
      ["JP", 200, "APAC"],
      ["CN", 200, "CN"],
      ["BR", 200, "US"],
    ]);
  });

  it("had only the routing table changed by the page's new weight", async () => {
    const { stdout } = await cells.run(["pulumi", "stack", "export"]);
    const { deployment } = JSON.parse(stdout) as {
      deployment: { resources: { type: string; custom: boolean; created?: string; modified?: string }[] };
    };
    const custom = deployment.resources.filter(({ created }) => created !== undefined);
    // A version of the table is an object of its own, created by the new weight.
    const up = custom
      .filter(({ type }) => type !== "aws:s3/bucketObjectv2:BucketObjectv2")
      .map(({ created }) => created!)
      .sort()
      .at(-1)!;
    const changed = custom.filter(({ modified = "" }) => modified > up).map(({ type }) => type);
    expect([...new Set(changed)].sort()).toEqual([
      "aws:lambda/alias:Alias",
      "aws:lambda/function:Function",
      "aws:s3/bucketObjectv2:BucketObjectv2",
    ]);
  });

  it("gives every cell its own resources, as any AWS client sees them", async () => {
    for (const cell of catalog.cells) {
      const cloud = createCloud(first.endpoint, { region: cell.region });
      const names = new CellNames("dev", cell.number);
      const { prefix } = names;
      const output = first.cells.find(({ id }) => id === cell.id)!;

      const { Vpcs = [] } = await cloud
        .client(EC2Client)
        .send(new DescribeVpcsCommand({ Filters: [{ Name: "tag:cell", Values: [cell.id] }] }));
      expect(Vpcs.map(({ CidrBlock, VpcId }) => [CidrBlock, VpcId])).toEqual([[cell.cidr, output["vpcId"]]]);

      const { DBInstances = [] } = await cloud.client(RDSClient).send(new DescribeDBInstancesCommand({}));
      const [primary, replica] = ["primary", "replica"].map((role) =>
        DBInstances.find(({ DBInstanceIdentifier }) => DBInstanceIdentifier === `${prefix}-postgres-${role}`),
      );
      expect(primary?.StorageEncrypted).toBe(true);
      expect(replica?.ReadReplicaSourceDBInstanceIdentifier).toContain(`${prefix}-postgres-primary`);

      const cache = cloud.client(ElastiCacheClient);
      const { ReplicationGroups = [] } = await cache.send(new DescribeReplicationGroupsCommand({}));
      const redis = ReplicationGroups.find(({ ReplicationGroupId }) => ReplicationGroupId === `${prefix}-redis`);
      const members = redis?.NodeGroups?.[0]?.NodeGroupMembers ?? [];
      expect(members).toHaveLength(3);
      expect(redis?.TransitEncryptionEnabled).toBe(true);
      const { CacheClusters = [] } = await cache.send(new DescribeCacheClustersCommand({ ShowCacheNodeInfo: true }));
      const memcached = CacheClusters.find(
        ({ CacheClusterId }) => CacheClusterId === names.memcached(cell.size.memcached.nodeType),
      );
      expect(memcached?.Engine).toBe("memcached");

      const kafka = cloud.client(KafkaClient);
      const { ClusterInfoList = [] } = await kafka.send(new ListClustersV2Command({}));
      const msk = ClusterInfoList.find(({ ClusterName }) => ClusterName === `${prefix}-kafka`);
      expect(msk?.Provisioned?.NumberOfBrokerNodes).toBe(3);
      const { BootstrapBrokerStringSaslIam = "" } = await kafka.send(
        new GetBootstrapBrokersCommand({ ClusterArn: msk?.ClusterArn }),
      );
      expect(BootstrapBrokerStringSaslIam.split(",")).toHaveLength(3);

      const eks = cloud.client(EKSClient);
      const clusterName = output["clusterName"] as string;
      const { nodegroups = [] } = await eks.send(new ListNodegroupsCommand({ clusterName }));
      const sizesOfGroups = await Promise.all(
        nodegroups.map(async (nodegroupName) => {
          const { nodegroup } = await eks.send(new DescribeNodegroupCommand({ clusterName, nodegroupName }));
          return nodegroup?.scalingConfig?.desiredSize;
        }),
      );
      expect(sizesOfGroups.sort()).toEqual([0, cell.size.nodes.count]);

      const { Aliases = [] } = await cloud.client(KMSClient).send(new ListAliasesCommand({}));
      expect(Aliases.map(({ AliasName }) => AliasName)).toContain(`alias/${prefix}`);
      const watch = cloud.client(CloudWatchClient);
      const { MetricAlarms = [], CompositeAlarms = [] } = await watch.send(
        new DescribeAlarmsCommand({ AlarmNamePrefix: `${prefix}-`, AlarmTypes: ["MetricAlarm", "CompositeAlarm"] }),
      );
      expect(MetricAlarms.length).toBeGreaterThan(10);
      expect(CompositeAlarms.map(({ AlarmName }) => AlarmName)).toEqual([`${prefix}-unhealthy`]);
      const { DashboardEntries = [] } = await watch.send(new ListDashboardsCommand({ DashboardNamePrefix: prefix }));
      expect(DashboardEntries.map(({ DashboardName }) => DashboardName)).toContain(prefix);

      expect(await records(cell.region, `cell-${cell.number}.internal.`)).toEqual({
        [`postgres-cell-${cell.number}-primary`]: primary?.Endpoint?.Address,
        [`postgres-cell-${cell.number}-replica`]: replica?.Endpoint?.Address,
        ...Object.fromEntries(
          members.map(({ ReadEndpoint }, at) => [`redis-cell-${cell.number}-${at}`, ReadEndpoint?.Address]),
        ),
        [`memcached-cell-${cell.number}`]: memcached?.ConfigurationEndpoint?.Address,
        ...Object.fromEntries(
          BootstrapBrokerStringSaslIam.split(",")
            .sort()
            .map((broker, at) => [`kafka-cell-${cell.number}-${at}`, broker.split(":")[0]]),
        ),
        ...(cell.rabbitmq ? { [`rabbitmq-cell-${cell.number}`]: output["rabbitmqHost"] } : {}),
        [`app-cell-${cell.number}`]: output["loadBalancerHost"],
      });
    }
  });

  it("has no reference from one cell to another", async () => {
    const { stdout, code } = await cells.run(["pulumi", "stack", "export"]);
    expect(code).toBe(0);
    const { deployment } = JSON.parse(stdout) as {
      deployment: { resources: { urn: string; parent?: string; inputs?: object; outputs?: object }[] };
    };
    const parents = new Map(deployment.resources.map(({ urn, parent }) => [urn, parent]));
    const owner = (urn: string | undefined): number | undefined => {
      for (let at = urn; at !== undefined; at = parents.get(at)) {
        const number = /::cells:index:CellStack::cell-(\d+)$/.exec(at)?.[1];
        if (number !== undefined) return Number(number);
      }
      return undefined;
    };
    const owned = deployment.resources.filter(({ urn }) => owner(urn) !== undefined);
    expect(owned.length).toBeGreaterThan(8 * 100);
    const foreign = owned.flatMap(({ urn, inputs, outputs }) => {
      const own = owner(urn);
      const text = JSON.stringify({ inputs, outputs });
      const named = [...text.matchAll(/\bcell-(\d+)\b/g)].map(([, number]) => Number(number));
      const addressed = [...text.matchAll(/\b10\.(\d+)\.\d+\.\d+/g)].map(([, second]) => Number(second));
      return [...named, ...addressed].filter((number) => number !== own).map((number) => `${urn} names ${number}`);
    });
    expect(foreign).toEqual([]);
  });

  it("gives the verifier nothing to find and nothing undecided", async () => {
    const { stdout, code } = await cells.run(["pulumi", "stack", "export", "--show-secrets"]);
    expect(code).toBe(0);
    const state = parseState(stdout, "stack export");
    expect(state.deployment.resources?.length).toBeGreaterThan(8 * 100);
    // An advisory is about the catalog, which has one cell in China on purpose.
    const found = judgeState(state, knownOfFile(file)).filter(({ verdict }) => verdict.kind !== "advisory");
    expect(found.map(({ rule, verdict }) => `${rule.id} ${verdict.kind} ${verdict.urn} ${verdict.path ?? ""}`)).toEqual(
      [],
    );
  });

  it("serves exactly the bytes whose hash Lambda reports", async () => {
    const { stdout } = await cells.run(["pulumi", "stack", "output", "routers", "--json"]);
    const routers = JSON.parse(stdout) as { region: string; functionName: string; codeSha256: string }[];
    for (const { region, functionName, codeSha256 } of routers) {
      const { Configuration } = await createCloud(first.endpoint, { region })
        .client(LambdaClient)
        .send(new GetFunctionCommand({ FunctionName: functionName }));
      expect(Configuration?.CodeSha256).toBe(codeSha256);
    }
  });

  it("deletes only cell 3 when it is removed, creates only cell 8 when it is added, and changes no other", async () => {
    edit("  - { number: 3, locality: US, region: us-east-2 }\n", "");
    edit("  - { number: 7,", "  - { number: 8, locality: EU, region: eu-west-1 }\n  - { number: 7,");
    const started = await cells.start(file);
    expect(cellsTouched(started)).toEqual([3, 8]);
    const operations = (cell: number) =>
      new Set(started.steps.filter(({ urn }) => urn.includes(`::cell-${cell}`)).map(({ op }) => op));
    expect(operations(3)).toEqual(new Set(["delete"]));
    expect(operations(8)).toEqual(new Set(["create"]));
    expect((await inventory(first.endpoint, ["us-east-2"])).filter((name) => name.includes("cell-3"))).toEqual([]);
    expect(started.cells.find(({ id }) => id === "cell-8")?.["cidr"]).toBe("10.8.0.0/16");
  });

  it("detects a VPC that was deleted outside Pulumi", async () => {
    const vpcId = first.cells.find(({ id }) => id === "cell-4")?.["vpcId"] as string;
    await deleteVpc("us-west-2", vpcId);
    const { code, stdout } = await cells.run(["drift", "--json"]);
    expect(code).toBe(1);
    const drifted = JSON.parse(stdout) as readonly { readonly urn: string; readonly op: string }[];
    expect(drifted).toContainEqual({
      urn: expect.stringMatching(/::cell-4-vpc$/) as string,
      op: "delete",
      properties: [],
    });
    expect(drifted.filter(({ urn }) => !urn.includes("::cell-4-"))).toEqual([]);
  });

  it("leaves the cloud empty when it is destroyed", async () => {
    const destroyed = await cells.run([
      "pulumi",
      "destroy",
      "--yes",
      "--refresh",
      "--non-interactive",
      "--color",
      "never",
    ]);
    expect(destroyed.stdout + destroyed.stderr).not.toMatch(/error:/);
    expect(destroyed.code).toBe(0);
    expect(await inventory(first.endpoint, regions)).toEqual([]);
  });

  follow(commands.slice(-1));

  it("has ended every process that it started", async () => {
    await expect(fetch(first.endpoint)).rejects.toThrow();
    await expect(fetch(first.routers[0]!.address)).rejects.toThrow();
  });
});

/** Deletes a VPC past Pulumi, with what AWS wants gone before it. */
async function deleteVpc(region: string, vpcId: string): Promise<void> {
  const ec2 = createCloud(first.endpoint, { region }).client(EC2Client);
  const Filters = [{ Name: "vpc-id", Values: [vpcId] }];
  const { VpcEndpoints = [] } = await ec2.send(new DescribeVpcEndpointsCommand({ Filters }));
  await ec2.send(
    new DeleteVpcEndpointsCommand({ VpcEndpointIds: VpcEndpoints.map(({ VpcEndpointId = "" }) => VpcEndpointId) }),
  );
  const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({ Filters }));
  const { RouteTables = [] } = await ec2.send(new DescribeRouteTablesCommand({ Filters }));
  for (const { RouteTableId, Associations = [] } of RouteTables) {
    if (Associations.some(({ Main }) => Main)) continue;
    for (const { RouteTableAssociationId: AssociationId } of Associations) {
      await ec2.send(new DisassociateRouteTableCommand({ AssociationId }));
    }
    await ec2.send(new DeleteRouteTableCommand({ RouteTableId }));
  }
  for (const { SubnetId } of Subnets) await ec2.send(new DeleteSubnetCommand({ SubnetId }));
  await ec2.send(new DeleteVpcCommand({ VpcId: vpcId }));
}

/** Short names of a private zone's CNAMEs and where they point. */
async function records(region: string, zone: string): Promise<Record<string, string | undefined>> {
  // Route 53 is one per partition: China has its own.
  const route53 = createCloud(first.endpoint, { region }).client(Route53Client);
  const { HostedZones = [] } = await route53.send(new ListHostedZonesCommand({ MaxItems: 1000 }));
  const found = HostedZones.find(({ Name }) => Name === zone);
  expect(found?.Config?.PrivateZone).toBe(true);
  const { ResourceRecordSets = [] } = await route53.send(
    new ListResourceRecordSetsCommand({ HostedZoneId: found?.Id }),
  );
  return Object.fromEntries(
    ResourceRecordSets.filter(({ Type }) => Type === "CNAME").map(({ Name, ResourceRecords }) => [
      Name?.split(".")[0] ?? "",
      ResourceRecords?.[0]?.Value,
    ]),
  );
}
