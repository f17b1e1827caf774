import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { Resource } from "../../policy/core/resource";
import { contentOf } from "../../policy/literals/content";
import { textsOf } from "../../policy/literals/texts";
import { rules } from "../../policy/rules";
import { known } from "./corpus/stage";
import { unknown, World } from "./world";

/** Kinds of leaks that no text names alone, and what well-known charts and modules contain instead. */
type Act = (world: World) => void;

const judged = rules.filter(({ id }) => /^(?:ISO|NET|SOV)/.test(id));
const lambda = "aws:lambda/function:Function";
const rolePolicy = "aws:iam/rolePolicy:RolePolicy";
const queuePolicy = "aws:sqs/queuePolicy:QueuePolicy";
const configMap = "kubernetes:core/v1:ConfigMap";
const deployment = "kubernetes:apps/v1:Deployment";

const policy = (...statements: readonly object[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements.map((one) => ({ Effect: "Allow", ...one })) });
const add =
  (type: string, props: object): Act =>
  (world) =>
    void world.add(type, props);
const both =
  (type: string, props: object): Act =>
  (world) => {
    for (const cell of [1, 2]) world.add(type, props, { cell, name: `it-${cell}` });
  };
const variables = (given: object): object => ({ environment: { variables: given } });
const eventRule = "aws:cloudwatch/eventRule:EventRule";
const events = (id: readonly unknown[]): Act =>
  add(eventRule, { eventPattern: JSON.stringify({ source: ["aws.rds"], detail: { id } }) });
const may = (...statements: readonly object[]): Act => add(rolePolicy, { policy: policy(...statements) });
const when = (Condition: object): Act => may({ Action: "s3:GetObject", Resource: "*", Condition });

/** A resource of the foundation. */
function held(
  world: World,
  type: string,
  name: string,
  props: object,
  from: Resource["propertyDependencies"] = {},
): Resource {
  const parent =
    world.resources.find((one) => one.type === "cells:index:Foundation") ??
    world.put({ type: "cells:index:Foundation", name: "foundation" });
  return world.put({ type, name, props, parent, propertyDependencies: from });
}
const secretOfTwo = policy({
  Action: "secretsmanager:GetSecretValue",
  Resource: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:dev-cell-2-db-AbCdEf",
});

function worst(act: Act): string {
  const world = new World();
  act(world);
  const said = world.judgedBy(judged, known());
  if (said.some((line) => / (?:violation|coupling) /.test(line))) return "leak";
  return said.some((line) => line.includes(" undecided ")) ? "undecided" : "clean";
}

const leaks: Readonly<Record<string, Act>> = {
  "a foundation's resolver rule to the other's addresses, associated by a cell": (world) => {
    const rule = held(world, "aws:route53/resolverRule:ResolverRule", "rule", { targetIps: [{ ip: "10.2.0.53" }] });
    world.add("aws:route53/resolverRuleAssociation:ResolverRuleAssociation", {}, { from: { resolverRuleId: [rule] } });
  },
  "a foundation's policy that reads the other's secret, attached by a cell": (world) => {
    const reader = held(world, "aws:iam/policy:Policy", "reader", { policy: secretOfTwo });
    world.add("aws:iam/rolePolicyAttachment:RolePolicyAttachment", {}, { from: { policyArn: [reader] } });
  },
  "the same policy, attached by its name alone": (world) => {
    held(world, "aws:iam/policy:Policy", "reader", { name: "shared-reader", policy: secretOfTwo });
    world.add("aws:iam/rolePolicyAttachment:RolePolicyAttachment", {
      policyArn: "arn:aws:iam::123456789012:policy/shared-reader",
    });
  },
  "a foundation's subscription from one cell's topic to another cell's queue": (world) =>
    void held(world, "aws:sns/topicSubscription:TopicSubscription", "subscription", {
      topic: "arn:aws:sns:eu-west-1:123456789012:dev-cell-1-alarms",
      endpoint: "arn:aws:sqs:eu-west-1:123456789012:dev-cell-2-jobs",
    }),
  "a foundation's function that reads the other's database, called by a cell": (world) => {
    held(world, lambda, "shared", { name: "shared-fn", ...variables({ DB: "postgres-cell-2-primary.internal" }) });
    world.add(lambda, variables({ NEXT: "arn:aws:lambda:eu-west-1:123456789012:function:shared-fn" }));
  },
  "a foundation's role with a policy of its own, assumed by a cell": (world) => {
    const role = held(world, "aws:iam/role:Role", "runner", { name: "shared-runner" });
    held(world, rolePolicy, "reads", { policy: secretOfTwo }, { role: [role] });
    world.add(rolePolicy, {
      policy: policy({ Action: "sts:AssumeRole", Resource: "arn:aws:iam::123456789012:role/shared-runner" }),
    });
  },
  "a foundation's role that trusts a cell and reads the other's secret": (world) => {
    const role = held(world, "aws:iam/role:Role", "runner", {
      assumeRolePolicy: policy({
        Principal: { AWS: "arn:aws:iam::123456789012:role/dev-cell-1-app" },
        Action: "sts:AssumeRole",
      }),
    });
    held(world, rolePolicy, "reads", { policy: secretOfTwo }, { role: [role] });
  },
  "a foundation's mapping of a cell's queue to a function that calls the other": (world) => {
    const target = held(world, lambda, "shared", variables({ URL: "https://app.cell-2.internal/hook" }));
    held(
      world,
      "aws:lambda/eventSourceMapping:EventSourceMapping",
      "mapping",
      { eventSourceArn: "arn:aws:sqs:eu-west-1:123456789012:dev-cell-1-jobs" },
      { functionName: [target] },
    );
  },
  "a foundation's security group whose rule lets the other in": (world) => {
    const group = held(world, "aws:ec2/securityGroup:SecurityGroup", "group", {});
    held(
      world,
      "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
      "rule",
      { cidrIpv4: "10.2.0.0/16" },
      { securityGroupId: [group] },
    );
    world.add(lambda, {}, { from: { vpcConfig: [group] } });
  },
  "a foundation's queue that two cells name": (world) => {
    held(world, "aws:sqs/queue:Queue", "queue", { name: "shared-jobs" });
    both(lambda, variables({ JOBS: "https://sqs.eu-west-1.amazonaws.com/123456789012/shared-jobs" }))(world);
  },
  "all resources, held by the caller's tag": when({ StringEquals: { "aws:PrincipalTag/cell": "cell-1" } }),
  "all resources, held by the account that cells share": when({
    StringEquals: { "aws:ResourceAccount": "123456789012" },
  }),
  "all resources, held by the organisation": when({ StringEquals: { "aws:ResourceOrgID": "o-abcdef1234" } }),
  "all resources, held by the caller's network": when({
    StringEquals: { "aws:SourceVpc": "vpc-0123456789abcdef0" },
  }),
  "all resources with a tag that no cell owns": when({
    StringEquals: { "aws:ResourceTag/team": "${aws:PrincipalTag/team}" },
  }),
  "a queue that takes messages of every topic": add(queuePolicy, {
    policy: policy({
      Principal: { Service: "sns.amazonaws.com" },
      Action: "sqs:SendMessage",
      Condition: { ArnLike: { "aws:SourceArn": "arn:aws:sns:eu-west-1:123456789012:*" } },
    }),
  }),
  "a queue for the whole organisation": add(queuePolicy, {
    policy: policy({
      Principal: "*",
      Action: "sqs:SendMessage",
      Condition: { StringEquals: { "aws:PrincipalOrgID": "o-abcdef1234" } },
    }),
  }),
  "a policy given as an object": add(rolePolicy, {
    policy: { Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: "*" }] },
  }),
  "a policy given as an object, inside a list": add("aws:iam/role:Role", {
    inlinePolicies: [
      { policy: { Statement: { Effect: "Allow", Action: "s3:*", Resource: ["arn:aws:s3:::dev-cell-2-data"] } } },
    ],
  }),
  "a cache's host that both cells name": both(lambda, variables({ REDIS_HOST: "store.example.net" })),
  "a cache's URL that both cells name": both(lambda, variables({ SESSIONS: "rediss://store.example.net/0" })),
  "an address of a store outside all cells that both name": both(lambda, variables({ DB_HOST: "10.200.0.7" })),
  "a store that both cells name in a file": both(configMap, {
    data: { "app.yaml": "store:\n  addr: redis.shared.example:6379\n" },
  }),
  "the default network, adopted by both cells": both("aws:ec2/defaultVpc:DefaultVpc", {}),
  ...Object.fromEntries(
    [
      { key: "InstanceIds", values: ["*"] },
      { key: "tag:Role", values: ["web"] },
      { key: "resource-groups:Name", values: ["web"] },
      { key: "tag:cell", values: ["cell-1", "*"] },
    ].map((target) => [
      `a command on ${target.key} = ${target.values.join()}`,
      add("aws:ssm/association:Association", { targets: [target] }),
    ]),
  ),
  "a backup of everything": add("aws:backup/selection:Selection", { resources: ["*"] }),
  "a backup by a tag": add("aws:backup/selection:Selection", {
    selectionTags: [{ type: "STRINGEQUALS", key: "backup", value: "true" }],
  }),
  "snapshots by a tag": add("aws:dlm/lifecyclePolicy:LifecyclePolicy", {
    policyDetails: { targetTags: { Snapshot: "true" } },
  }),
  "a release to machines with a tag": add("aws:codedeploy/deploymentGroup:DeploymentGroup", {
    ec2TagFilters: [{ key: "app", type: "KEY_AND_VALUE", value: "web" }],
  }),
  "a group of resources by a tag": add("aws:resourcegroups/group:Group", {
    resourceQuery: { query: JSON.stringify({ TagFilters: [{ Key: "app", Values: ["web"] }] }) },
  }),
  "a function that all may call": add("aws:lambda/permission:Permission", { principal: "*" }),
  "a function that every topic may call": add("aws:lambda/permission:Permission", {
    principal: "sns.amazonaws.com",
    sourceArn: "arn:aws:sns:eu-west-1:123456789012:*",
  }),
  "an image for the organisation": add("aws:ec2/amiLaunchPermission:AmiLaunchPermission", {
    organizationArn: "arn:aws:organizations::123456789012:organization/o-abcdef1234",
  }),
  "a service exported to other clusters": add("kubernetes:multicluster.x-k8s.io/v1alpha1:ServiceExport", {}),
  "a service imported from other clusters": add("kubernetes:apiextensions.k8s.io:CustomResource", {
    apiVersion: "multicluster.x-k8s.io/v1alpha1",
    kind: "ServiceImport",
  }),
  "a service of all clusters of a mesh": add("kubernetes:core/v1:Service", {
    metadata: { annotations: { "service.cilium.io/global": "true" } },
  }),
  "a broker's host, which has the cluster's name without dashes": add(
    lambda,
    variables({ BROKERS: "b-1.devcell2kafka.abc123.c2.kafka.eu-west-1.amazonaws.com:9098" }),
  ),
  "a host in base64, as a segment of a URL's path": add(
    lambda,
    variables({ URL: `https://own.example.com/r/${Buffer.from("postgres.cell-2.internal").toString("base64")}` }),
  ),
  "a host in full-width letters, which resolvers read as plain ones": add(
    lambda,
    variables({ TARGET: "ｐｇ．ｃｅｌｌ－２．ｉｎｔｅｒｎａｌ" }),
  ),
  "a version of the foundation's function, which has the other's host": (world) => {
    held(world, lambda, "proxy", { name: "dev-proxy", ...variables({ TARGET: "postgres.cell-2.internal" }) });
    may({ Action: "lambda:InvokeFunction", Resource: "arn:aws:lambda:eu-west-1:123456789012:function:dev-proxy:live" })(
      world,
    );
  },
  "an index of the foundation's table, which two cells read": (world) => {
    held(world, "aws:dynamodb/table:Table", "table", { name: "dev-orders" });
    both(rolePolicy, {
      policy: policy({
        Action: "dynamodb:Query",
        Resource: "arn:aws:dynamodb:eu-west-1:123456789012:table/dev-orders/index/*",
      }),
    })(world);
  },
  "what an account has once in all regions, set by two cells": both(
    "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock",
    { blockPublicAcls: false },
  ),
};

const open: Readonly<Record<string, Act>> = {
  "a security group that the stack did not create": add(lambda, {
    vpcConfig: { securityGroupIds: ["sg-0123456789abcdef0"] },
  }),
  "the same beside a computed one": (world) => {
    const group = world.add("aws:ec2/securityGroup:SecurityGroup", {}, { name: "group" });
    const props = { vpcConfig: { securityGroupIds: [unknown, "sg-0123456789abcdef0"] } };
    world.add(lambda, props, { from: { vpcConfig: [group] } });
  },
  "the same beside one whose id is known": (world) => {
    const group = world.add("aws:ec2/securityGroup:SecurityGroup", { id: "sg-0aaaabbbbccccdddd" }, { name: "group" });
    const props = { vpcConfig: { securityGroupIds: ["sg-0aaaabbbbccccdddd", "sg-0123456789abcdef0"] } };
    world.add(lambda, props, { from: { vpcConfig: [group] } });
  },
  "a store of AWS that the stack did not create": add(
    lambda,
    variables({ STORE: "shared.abc123.0001.euw1.cache.amazonaws.com:6379" }),
  ),
  "a key that the stack did not create": may({
    Action: "kms:Decrypt",
    Resource: "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
  }),
  "the default network, adopted by one cell of an account": add("aws:ec2/defaultVpc:DefaultVpc", {}),
  ...Object.fromEntries(
    [
      "aws:apigateway/account:Account",
      "aws:guardduty/detector:Detector",
      "aws:iam/accountPasswordPolicy:AccountPasswordPolicy",
      "aws:ssm/serviceSetting:ServiceSetting",
      "aws:xray/encryptionConfig:EncryptionConfig",
    ].map((type) => [`what an account has once: ${type}`, add(type, {})]),
  ),
  "events of every database": add("aws:rds/eventSubscription:EventSubscription", { sourceType: "db-instance" }),
  "calls to the whole account's API": add("aws:cloudtrail/trail:Trail", { s3BucketName: "dev-cell-1-trail" }),
  "metrics of the whole account": add("aws:cloudwatch/metricStream:MetricStream", { outputFormat: "json" }),
  "an archive of the account's own bus": add("aws:cloudwatch/eventArchive:EventArchive", {
    eventSourceArn: "arn:aws:events:eu-west-1:123456789012:event-bus/default",
  }),
  "events of the account's own bus, by its ARN": add(eventRule, {
    eventBusName: "arn:aws:events:eu-west-1:123456789012:event-bus/default",
    eventPattern: JSON.stringify({ source: ["aws.rds"] }),
  }),
  "events by a prefix that cell-10's names have too": events([{ prefix: "dev-cell-1" }]),
  "events of everything but the own database": events([{ "anything-but": "dev-cell-1-postgres" }]),
  "events of the own database, or of any that has a name": events(["dev-cell-1-postgres", { exists: true }]),
  "events of the own database, or of others by another field": add(eventRule, {
    eventPattern: JSON.stringify({ $or: [{ detail: { id: ["dev-cell-1-postgres"] } }, { source: ["aws.rds"] }] }),
  }),
  "objects of every bucket, as events": add(eventRule, {
    eventPattern: JSON.stringify({ source: ["aws.s3"] }),
  }),
  "a load balancer controller's rules, which name no resource": may({
    Action: ["ec2:AuthorizeSecurityGroupIngress", "elasticloadbalancing:ModifyRule"],
    Resource: "*",
  }),
  "zones of the whole account": may({
    Action: "route53:ChangeResourceRecordSets",
    Resource: "arn:aws:route53:::hostedzone/*",
  }),
  "an id that may be any table's cell": add(configMap, { data: { "table.json": JSON.stringify([{ id: "cell-2" }]) } }),
};

const alike: Readonly<Record<string, Act>> = {
  "access by attributes": when({ StringEquals: { "aws:ResourceTag/cell": "${aws:PrincipalTag/cell}" } }),
  "services without permissions for single resources": may({
    Action: ["textract:*", "pricing:*", "xray:PutTraceSegments", "ce:GetCostAndUsage", "comprehend:DetectSentiment"],
    Resource: "*",
  }),
  "actions that take no resource": may({
    Action: ["ec2:DescribeRegions", "s3:ListAllMyBuckets", "dynamodb:ListTables", "kms:ListAliases", "sqs:ListQueues"],
    Resource: "*",
  }),
  "a node autoscaler, held to its cluster's tag": may(
    { Action: ["ssm:GetParameter"], Resource: "arn:aws:ssm:eu-west-1::parameter/aws/service/*" },
    {
      Action: ["ec2:TerminateInstances"],
      Resource: "arn:aws:ec2:eu-west-1:*:instance/*",
      Condition: { StringEquals: { "aws:ResourceTag/kubernetes.io/cluster/dev-cell-1-app": "owned" } },
    },
  ),
  "models, which are AWS's": may({ Action: "bedrock:InvokeModel", Resource: "arn:aws:bedrock:*::foundation-model/*" }),
  "a queue for interruptions of machines": add(queuePolicy, {
    policy: policy({ Principal: { Service: "events.amazonaws.com" }, Action: "sqs:SendMessage", Resource: "*" }),
  }),
  "events of the own database, by its id": add("aws:rds/eventSubscription:EventSubscription", {
    sourceType: "db-instance",
    sourceIds: ["dev-cell-1-postgres"],
  }),
  "events of the own databases": events([
    "dev-cell-1-postgres",
    { prefix: "dev-cell-1-" },
    { wildcard: "dev-cell-1-*" },
  ]),
  "interruptions of machines, as events": add(eventRule, {
    eventPattern: JSON.stringify({ source: ["aws.ec2"] }),
  }),
  "a key's own policy": add("aws:kms/keyPolicy:KeyPolicy", {
    policy: policy({ Principal: { AWS: "arn:aws:iam::123456789012:root" }, Action: "kms:*", Resource: "*" }),
  }),
  "a task's trust": add("aws:iam/role:Role", {
    assumeRolePolicy: policy({
      Principal: { Service: "ecs-tasks.amazonaws.com" },
      Action: "sts:AssumeRole",
      Condition: { ArnLike: { "aws:SourceArn": "arn:aws:ecs:eu-west-1:123456789012:*" } },
    }),
  }),
  "a file system behind its mount targets": add("aws:efs/fileSystemPolicy:FileSystemPolicy", {
    policy: policy({
      Principal: { AWS: "*" },
      Action: "elasticfilesystem:ClientMount",
      Condition: { Bool: { "elasticfilesystem:AccessedViaMountTarget": "true" } },
    }),
  }),
  "an image's tag that looks like an address": add(deployment, {
    spec: { template: { spec: { containers: [{ image: "quay.io/acme/app:10.2.0.7" }] } } },
  }),
  "a version that looks like an address": add(deployment, {
    metadata: { labels: { "app.kubernetes.io/version": "10.2.0.7", "helm.sh/chart": "app-10.2.0.7" } },
  }),
  "a notebook's cells": add(configMap, {
    data: { "a.ipynb": JSON.stringify({ cells: [{ cell_type: "code", id: "cell-2" }] }) },
  }),
  "a word of an application": add(configMap, {
    data: { "help.txt": "The cell-2 is the second one.", "style.css": ".cell-2 {}\n.cell-2-wide { width: 2px }" },
  }),
  "a pod's hash": add(deployment, { metadata: { annotations: { "checksum/config": "1f8be15c225b4d46" } } }),
  "names that end in a hash": add(configMap, { data: { one: "web-fs-5d4f8c9b7d", two: "pl-63a5400a" } }),
  "what both cells call outside, which is no store": both(
    lambda,
    variables({
      PAY: "https://api.stripe.com/v1",
      MAIL_HOST: "email-smtp.eu-west-1.amazonaws.com",
      SITE: "datadoghq.com",
    }),
  ),
  "stores inside the cluster": both(
    lambda,
    variables({ REDIS_HOST: "redis.default.svc.cluster.local", DB_HOST: "localhost", CACHE: "redis-master" }),
  ),
  "images of stores": both(deployment, {
    spec: { template: { spec: { containers: [{ image: "docker.io/bitnami/redis:7.2.4" }] } } },
  }),
  "a broker of the own cluster": add(
    lambda,
    variables({ BROKERS: "b-1.devcell1kafka.abc123.c2.kafka.eu-west-1.amazonaws.com:9098" }),
  ),
  "a backup by the cell's tag": add("aws:backup/selection:Selection", {
    selectionTags: [{ type: "STRINGEQUALS", key: "cell", value: "cell-1" }],
  }),
  "a command on the cell's machines": add("aws:ssm/association:Association", {
    targets: [
      { key: "tag:cell", values: ["cell-1"] },
      { key: "tag:Role", values: ["web"] },
    ],
  }),
  "a foundation's images, which both cells may read": (world) => {
    const images = held(world, "aws:ecr/repository:Repository", "images", { name: "shared-app" });
    const users = ["arn:aws:iam::123456789012:role/dev-cell-1-node", "arn:aws:iam::123456789012:role/dev-cell-2-node"];
    const access = policy({ Principal: { AWS: users }, Action: "ecr:BatchGetImage" });
    held(world, "aws:ecr/repositoryPolicy:RepositoryPolicy", "access", { policy: access }, { repository: [images] });
    for (const cell of [1, 2]) world.add(deployment, {}, { cell, name: `app-${cell}`, from: { spec: [images] } });
  },
  // AWS creates it with the cluster; a state has it among the inputs' members.
  "the security group of a cluster": add("aws:eks/cluster:Cluster", {
    vpcConfig: { clusterSecurityGroupId: "sg-0123456789abcdef0" },
  }),
  "a group that was computed, once its id is known": (world) => {
    const group = world.add("aws:ec2/securityGroup:SecurityGroup", { id: "sg-0123456789abcdef0" }, { name: "group" });
    const props = { vpcConfig: { securityGroupIds: ["sg-0123456789abcdef0"] } };
    world.add(lambda, props, { from: { vpcConfig: [group] } });
  },
};

const table = (acts: Readonly<Record<string, Act>>): readonly (readonly [string, Act])[] => Object.entries(acts);

describe("kinds of leaks", () => {
  it.each(table(leaks))("%s: a leak", (_, act) => expect(worst(act)).toBe("leak"));
  it.each(table(open))("%s: undecided", (_, act) => expect(worst(act)).toBe("undecided"));
  it.each(table(alike))("%s: clean", (_, act) => expect(worst(act)).toBe("clean"));

  it("end at what the register lists by its id or host, until its last day", () => {
    const entry = (what: string, expires: string): object => ({
      what,
      direction: "cell-reads",
      failure: "new functions wait",
      reason: "reviewed by the platform team",
      owner: "platform",
      expires,
    });
    const said = (what: string, expires: string): readonly string[] => {
      const world = new World();
      world.add(lambda, { vpcConfig: { securityGroupIds: ["sg-0123456789abcdef0"] } });
      return world.judgedBy(judged, known({ sharing: [entry(what, expires) as never] }));
    };
    expect(said("sg-0123456789abcdef0", "2026-12-31")).toEqual([]);
    expect(said("sg-0123456789abcdef0", "2026-05-01")).toHaveLength(1);
    expect(said("sg-0123456789abcdef1", "2026-12-31")).toHaveLength(1);
  });

  it("may be an account that is another cell's, in any property of an account", () => {
    const world = new World();
    world.add("aws:s3/accessPoint:AccessPoint", { bucket: "records", bucketAccountId: "222222222222" });
    const cells = known().cells.map((one) => ({ ...one, account: `${one.number}`.repeat(12).slice(0, 12) }));
    expect(world.judgedBy(judged, { ...known(), cells })).toEqual(["ISO-05 violation bucketAccountId"]);
  });

  it("over many shared things and cells are found in time that grows as the stack does", () => {
    const time = (count: number): number => {
      const world = new World();
      const things = Array.from({ length: count }, (_, at) =>
        held(world, "aws:ssm/parameter:Parameter", `shared-${at}`, { name: `/shared/${at}`, value: `value-${at}` }),
      );
      for (const [at, thing] of things.entries())
        world.add(lambda, variables({ A: `/shared/${at}` }), { name: `f-${at}`, from: { environment: [thing] } });
      const start = performance.now();
      world.judgedBy(judged, known());
      return performance.now() - start;
    };
    time(100);
    // Eight times the resources; a square would be sixty-four times the time.
    expect(time(1600)).toBeLessThan(24 * Math.max(time(200), 5));
  });
});

describe("a random id", () => {
  /** Numbers of a fixed seed. */
  function numbers(seed: number): () => number {
    let state = seed;
    return () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state >>> 24;
    };
  }
  const limitOf = (text: string): string | undefined => contentOf(text).limit ?? textsOf("id", text).limit;

  it("of any usual length is never taken for something packed", () => {
    const next = numbers(7);
    const lengths = [8, 10, 12, 16, 20, 24, 32, 48];
    const found: string[] = [];
    for (let at = 0; at < 200_000; at += 1) {
      const bytes = Buffer.from(Array.from({ length: lengths[at % lengths.length]! }, next));
      const text = bytes.toString((["hex", "base64", "base64url"] as const)[at % 3]);
      if (textsOf("id", text).limit !== undefined) found.push(text);
    }
    expect(found).toEqual([]);
  }, 120_000);

  it("may begin as gzip or zlib does", () => {
    const starts = ["1f8b", "1f8be15c", "7801", "785e", "789c", "78da", "425a6839", "504b0304"];
    fc.assert(
      fc.property(fc.constantFrom(...starts), fc.uint8Array({ minLength: 4, maxLength: 24 }), (start, rest) => {
        const bytes = Buffer.concat([Buffer.from(start, "hex"), Buffer.from(rest)]).subarray(0, 28);
        expect(limitOf(bytes.toString("hex"))).toBeUndefined();
      }),
      { seed: 11, numRuns: 2000 },
    );
  });
});
