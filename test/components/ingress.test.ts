import { beforeAll, describe, expect, it } from "vitest";

import type { PlannedResource } from "../../adapters/pulumi/plan/plan";
import { byName, ofType, testCell } from "../harness/cell";
import { planCompute } from "./workload-fixture";

let resources: readonly PlannedResource[];
beforeAll(async () => {
  resources = (await planCompute(testCell())).resources;
});

const only = (type: string) => ofType(resources, type)[0]?.inputs ?? {};

describe("the front door", () => {
  it("accepts modern TLS, and redirects plain HTTP to it", () => {
    const listeners = byName(resources, "aws:lb/listener:Listener");
    expect(listeners.get("cell-3-https")?.inputs).toMatchObject({
      port: 443,
      protocol: "HTTPS",
      sslPolicy: expect.stringMatching(/TLS13-1-2.*2021/),
      certificateArn: expect.stringContaining(":acm:"),
      defaultActions: [{ type: "forward" }],
    });
    expect(listeners.get("cell-3-http")?.inputs["defaultActions"]).toEqual([
      { type: "redirect", redirect: { protocol: "HTTPS", port: "443", statusCode: "HTTP_301" } },
    ]);
    expect(listeners.size).toBe(2);
  });

  it("drops invalid headers, and is in the cell's subnets behind the cell's group", () => {
    expect(only("aws:lb/loadBalancer:LoadBalancer")).toMatchObject({
      name: "dev-cell-3-app",
      internal: false,
      dropInvalidHeaderFields: true,
      securityGroups: ["sg-0000000b"],
    });
  });

  it("is protected from deletion in production classes only", async () => {
    const balancer = ofType(
      (await planCompute(testCell({ sizeClass: "small" }))).resources,
      "aws:lb/loadBalancer:LoadBalancer",
    )[0];
    expect([balancer?.inputs["enableDeletionProtection"], balancer?.protect]).toEqual([true, true]);
    expect(only("aws:lb/loadBalancer:LoadBalancer")["enableDeletionProtection"]).toBe(false);
  });

  it("leads to both colours' nodes, by the port that the service opens", () => {
    const group = only("aws:lb/targetGroup:TargetGroup");
    expect(group).toMatchObject({
      targetType: "instance",
      port: 30443,
      healthCheck: { path: "/healthz", port: "traffic-port" },
    });
    const attached = ofType(resources, "aws:autoscaling/attachment:Attachment").map(
      ({ inputs }) => inputs["autoscalingGroupName"] as string,
    );
    expect(attached).toHaveLength(2);
    expect(attached.filter((name) => name.includes("blue"))).toHaveLength(1);
    expect(attached.filter((name) => name.includes("green"))).toHaveLength(1);
  });

  it("has the cell's name at the apex of the cell's zone", () => {
    expect(only("aws:route53/record:Record")).toMatchObject({
      name: "cell-3.example.com",
      type: "A",
      aliases: [{ evaluateTargetHealth: true, name: expect.stringContaining("dev-cell-3-app") }],
    });
  });

  it("is checked from outside, over TLS, by its public name", () => {
    expect(only("aws:route53/healthCheck:HealthCheck")).toMatchObject({
      type: "HTTPS",
      fqdn: "cell-3.example.com",
      resourcePath: "/healthz",
      port: 443,
      enableSni: true,
    });
  });
});
