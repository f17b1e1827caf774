import type { PlannedResource } from "../../adapters/pulumi/plan/plan";

/** Inputs that are, or become, what AWS or Kubernetes calls a resource. */
const names = [
  "name",
  "identifier",
  "identifierPrefix",
  "namePrefix",
  "clusterId",
  "replicationGroupId",
  "clusterName",
  "nodeGroupName",
  "addonName",
  "brokerName",
  "bucket",
  "alarmName",
  "dashboardName",
  "functionName",
  "domainName",
  "cidrBlock",
  "availabilityZone",
];

/** The resource's lasting names on one line: its URN without stack and project, and what the cloud calls it. */
export function namesOf({ urn, inputs }: PlannedResource): string {
  const { name, namespace } = (inputs["metadata"] ?? {}) as { readonly name?: string; readonly namespace?: string };
  const manifest = name === undefined ? [] : [`manifest=${namespace === undefined ? "" : `${namespace}/`}${name}`];
  const own = names.flatMap((key) => (typeof inputs[key] === "string" ? [`${key}=${inputs[key]}`] : []));
  return [urn.split("::").slice(2).join("::"), ...own, ...manifest].join("  ");
}
