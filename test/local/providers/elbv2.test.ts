import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeTargetGroupsCommand,
  ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { CreateSecurityGroupCommand, DescribeSubnetsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { RequestCertificateCommand, ACMClient } from "@aws-sdk/client-acm";
import { afterAll, beforeAll, expect, it } from "vitest";

import { definitions } from "../../../local/providers/aws/services/elbv2";
import { Made, startMoto, type Moto } from "../../harness/moto";
import { dataSubnets } from "./data-network";

let moto: Moto;
let subnets: string[];
let vpcId: string;
let groupId: string;
let certificateArn: string;

beforeAll(async () => {
  moto = await startMoto();
  subnets = await dataSubnets(moto, ["eu-west-1a", "eu-west-1b"]);
  const ec2 = moto.client(EC2Client);
  vpcId = (await ec2.send(new DescribeSubnetsCommand({ SubnetIds: subnets }))).Subnets?.[0]?.VpcId ?? "";
  const group = new CreateSecurityGroupCommand({ GroupName: "lb", Description: "lb", VpcId: vpcId });
  groupId = (await ec2.send(group)).GroupId ?? "";
  const request = new RequestCertificateCommand({ DomainName: "cell-3.example.com", ValidationMethod: "DNS" });
  certificateArn = (await moto.client(ACMClient).send(request)).CertificateArn ?? "";
});
afterAll(() => moto.stop());

const make = (token: string, inputs: Record<string, unknown>) =>
  Made.create(moto.cloud(), definitions, `aws:lb/${token}`, inputs);

it("a load balancer, its targets and listeners are created, have no drift, change in place, and are deleted", async () => {
  const balancer = await make("loadBalancer:LoadBalancer", {
    name: "dev-cell-3-app",
    loadBalancerType: "application",
    internal: false,
    ipAddressType: "ipv4",
    subnets,
    securityGroups: [groupId],
    enableDeletionProtection: true,
    dropInvalidHeaderFields: true,
    desyncMitigationMode: "defensive",
    idleTimeout: 60,
    tags: { cell: "cell-3" },
  });
  expect(balancer.outputs["arnSuffix"]).toMatch(/^app\/dev-cell-3-app\/[0-9a-f]+$/);
  expect(balancer.outputs["dnsName"]).toContain("dev-cell-3-app");
  expect(balancer.outputs["zoneId"]).toMatch(/^Z/);
  expect(await balancer.drift()).toEqual([]);
  expect(await balancer.inventions()).toEqual([]);

  const targets = await make("targetGroup:TargetGroup", {
    name: "dev-cell-3-app",
    vpcId,
    targetType: "instance",
    port: 30443,
    protocol: "HTTP",
    deregistrationDelay: 60,
    loadBalancingAlgorithmType: "least_outstanding_requests",
    healthCheck: {
      enabled: true,
      path: "/healthz",
      port: "traffic-port",
      protocol: "HTTP",
      matcher: "200",
      interval: 10,
      timeout: 5,
      healthyThreshold: 2,
      unhealthyThreshold: 2,
    },
    tags: { cell: "cell-3" },
  });
  expect(targets.outputs["arnSuffix"]).toMatch(/^targetgroup\/dev-cell-3-app\/[0-9a-f]+$/);
  expect(await targets.drift()).toEqual([]);
  expect(await targets.inventions()).toEqual([]);

  const https = await make("listener:Listener", {
    loadBalancerArn: balancer.id,
    port: 443,
    protocol: "HTTPS",
    sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
    certificateArn,
    defaultActions: [{ type: "forward", targetGroupArn: targets.id }],
    tags: { cell: "cell-3" },
  });
  const http = await make("listener:Listener", {
    loadBalancerArn: balancer.id,
    port: 80,
    protocol: "HTTP",
    defaultActions: [{ type: "redirect", redirect: { protocol: "HTTPS", port: "443", statusCode: "HTTP_301" } }],
    tags: { cell: "cell-3" },
  });
  expect(await https.drift()).toEqual([]);
  expect(await http.drift()).toEqual([]);

  await balancer.update({ enableDeletionProtection: false, idleTimeout: 120, tags: { cell: "cell-3", tier: "gold" } });
  await targets.update({
    deregistrationDelay: 30,
    healthCheck: { ...targets.outputs["healthCheck"], path: "/readyz" },
  });
  await balancer.update({ ipAddressType: "dualstack" });
  await https.update({ tags: { Name: "https" } });
  expect(await balancer.drift()).toEqual([]);
  expect(await targets.drift()).toEqual([]);
  expect(await https.drift()).toEqual([]);
  await expect(targets.update({ port: 1 })).rejects.toThrow(/port replace/);

  for (const made of [http, https, targets, balancer]) {
    await made.delete();
    expect(await made.read()).toBeUndefined();
  }
  const client = moto.client(ElasticLoadBalancingV2Client);
  expect((await client.send(new DescribeLoadBalancersCommand({}))).LoadBalancers).toEqual([]);
  expect((await client.send(new DescribeTargetGroupsCommand({}))).TargetGroups).toEqual([]);
  await expect(client.send(new DescribeListenersCommand({ ListenerArns: [https.id] }))).rejects.toThrow();
});
