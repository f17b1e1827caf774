import { gzipSync } from "node:zlib";

import * as pulumi from "@pulumi/pulumi";

import type { ForeignCell, Layer } from "./world";

/** A case in a program that is not ours, judged with no catalog. */
interface ForeignCase {
  readonly id: string;
  readonly act: (
    one: ForeignCell,
    two: ForeignCell,
    layers: Readonly<Record<"foundation" | "edge" | "control", Layer>>,
  ) => void;
  /** `rule name path` of everything that a preview must block. */
  readonly says: readonly string[];
}

const ingress = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const lambda = "aws:lambda/function:Function";
const environment = (value: pulumi.Input<string>): object => ({ environment: { variables: { TARGET: value } } });
const statement = (resource: pulumi.Input<string>): object => ({
  Statement: [{ Effect: "Allow", Action: "sqs:*", Resource: resource }],
});
const brokers = "#cloud-config\nwrite_files:\n- path: /etc/app.env\n  content: KAFKA=kafka-cell-2-0.internal:9092\n";

export const cases: readonly ForeignCase[] = [
  {
    id: "group",
    act: (one, two) => void one.make(ingress, "group-rule", { referencedSecurityGroupId: two.group.id }),
    says: ["ISO-02 cell-1-group-rule referencedSecurityGroupId", "ISO-12 cell-1-group-rule referencedSecurityGroupId"],
  },
  {
    id: "block",
    act: (one) => void one.make(ingress, "block-rule", { securityGroupId: one.group.id, cidrIpv4: "10.2.3.0/24" }),
    says: ["ISO-12 cell-1-block-rule cidrIpv4"],
  },
  {
    id: "policy",
    act: (one, two) =>
      void one.make("aws:iam/rolePolicy:RolePolicy", "policy", {
        policy: pulumi.jsonStringify(statement(two.queue.arn)),
      }),
    says: ["ISO-02 cell-1-policy policy", "ISO-13 cell-1-policy policy"],
  },
  {
    id: "provider",
    act: (one, two) => void one.make("aws:sqs/queue:Queue", "foreign-queue", {}, { provider: two.aws }),
    says: ["ISO-04 cell-1-foreign-queue"],
  },
  {
    id: "cluster",
    act: (one, two) => void one.make("kubernetes:apps/v1:Deployment", "deployment", {}, { provider: two.kubernetes }),
    says: ["ISO-04 cell-1-deployment"],
  },
  {
    id: "boot",
    act: (one) =>
      void one.make("aws:ec2/launchTemplate:LaunchTemplate", "template", {
        userData: gzipSync(brokers).toString("base64"),
      }),
    says: ["ISO-17 cell-1-template userData"],
  },
  {
    id: "wildcard",
    act: (one) =>
      void one.make("aws:iam/rolePolicy:RolePolicy", "wildcard", {
        policy: JSON.stringify(statement("arn:aws:s3:::cell-1*")),
      }),
    says: ["ISO-13 cell-1-wildcard policy"],
  },
  {
    id: "hub",
    act: (one, two, { foundation }) => {
      const gateway = foundation.make("aws:ec2transitgateway/transitGateway:TransitGateway", "gateway", {});
      for (const cell of [one, two])
        cell.make("aws:ec2transitgateway/vpcAttachment:VpcAttachment", "attachment", {
          transitGatewayId: gateway.id,
          vpcId: cell.vpc.id,
        });
    },
    says: ["ISO-09 cell-1-attachment", "ISO-09 cell-2-attachment", "ISO-09 gateway", "ISO-11 gateway"],
  },
  {
    id: "above",
    act: (one, _two, { edge }) => void one.make(lambda, "above", environment(edge.make(lambda, "router", {}).arn)),
    says: ["ISO-03 cell-1-above environment"],
  },
  {
    id: "region",
    act: (one) => void one.make("aws:sns/topic:Topic", "abroad", { region: "us-east-1" }),
    says: ["SOV-01 cell-1-abroad region"],
  },
  {
    id: "public",
    act: (one, _two, { edge }) => {
      edge.make("aws:route53/zone:Zone", "zone", { name: "cells.example.com" });
      one.make(lambda, "public", environment("https://cell-2.cells.example.com/api"));
    },
    says: ["ISO-05 cell-1-public environment.variables.TARGET"],
  },
  {
    id: "harmless",
    act: (one, two, { foundation, edge, control }) => {
      one.make(
        lambda,
        "own",
        environment(pulumi.interpolate`${one.database.endpoint},postgres-cell-1-primary.internal,10.1.3.4`),
      );
      one.make("aws:route53/zone:Zone", "own-zone", { name: "cell-1.internal", vpcs: [{ vpcId: one.vpc.id }] });
      one.make("aws:iam/rolePolicy:RolePolicy", "own-policy", {
        role: "cell-1-app",
        policy: JSON.stringify(statement("arn:aws:s3:::cell-1-*")),
      });
      const images = foundation.make("aws:ecr/repository:Repository", "images", {});
      for (const cell of [one, two])
        cell.make("kubernetes:apps/v1:Deployment", "app", {
          spec: { template: { spec: { containers: [{ image: images.url }] } } },
        });
      edge.make(lambda, "doors", environment("https://ingress.cell-1.example.com,https://ingress.cell-2.example.com"));
      control.make("aws:cloudwatch/dashboard:Dashboard", "fleet", {
        dashboardBody: pulumi.jsonStringify([one.database.arn, two.database.arn]),
      });
    },
    says: [],
  },
];
