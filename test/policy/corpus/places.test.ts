import { describe, expect, it } from "vitest";

import { judge } from "../../../policy/core/judge";
import { fromPlan, type Registered } from "../../../policy/front/plan";
import { families } from "./families";
import { corpusRules } from "./rules";
import { known } from "./stage";
import { carriers } from "./variants";

const types = [
  ...families.map(({ type }) => type),
  ...carriers.map(({ type }) => type),
  "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation",
  "aws:ec2transitgateway/route:Route",
  "aws:ec2/vpnConnectionRoute:VpnConnectionRoute",
  "aws:route53/zone:Zone",
  "aws:route53/zoneAssociation:ZoneAssociation",
  "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace",
  "aws:route53/profilesAssociation:ProfilesAssociation",
  "aws:route53/resolverRule:ResolverRule",
  "aws:rds/cluster:Cluster",
  "aws:kms/grant:Grant",
  "pulumi:providers:aws",
  "pulumi:providers:kubernetes",
  "random:index/randomId:RandomId",
  "command:local:Command",
  "aws:made/up:Up",
];

/** Names of inputs that places speak of, and one that none does. */
const inputs = [
  "userData",
  "cidrBlock",
  "routeTableId",
  "records",
  "name",
  "domainName",
  "replicateSourceDb",
  "rules",
  "topic",
  "destinationArn",
  "sourceArn",
  "policy",
  "role",
  "principal",
  "data",
  "content",
  "s3Bucket",
  "deadLetterConfig",
  "eventPattern",
  "configurationValues",
  "snapshotIdentifier",
  "whatever",
];

/** A place that names a rule which then says nothing would swallow a leak. */
describe("the places of rules", () => {
  it.each([...new Set(types)])("%s: each input has an owner", (type) => {
    const stack = "urn:pulumi:dev::cells::cells:index:CellStack::cell-1";
    const plain = { provider: "", dependencies: [], propertyDependencies: {} };
    const silent = inputs.filter((input) => {
      const resources: readonly Registered[] = [
        { urn: stack, type: "cells:index:CellStack", name: "cell-1", inputs: {}, parent: "", ...plain },
        {
          urn: `urn:pulumi:dev::cells::${type}::it`,
          type,
          name: "it",
          inputs: { [input]: "dev-cell-2-postgres" },
          parent: stack,
          ...plain,
        },
      ];
      const found = judge(corpusRules, fromPlan(resources), known());
      return !found.some(({ verdict }) => verdict.kind === "violation" && verdict.path === input);
    });
    expect(silent).toEqual([]);
  });
});
