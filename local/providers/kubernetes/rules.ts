import { quantity } from "../../../components/cell/workload/limits";
import { isUnknown, type Properties } from "../properties";
import type { ManifestIssue, ObjectType } from "./manifest";

/** Lower-case letters, digits, hyphens and dots: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ */
const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const label = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const labelValue = /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/;
const labelKey =
  /^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;

/** What an API server refuses though the schema allows it. */
export function semanticIssues(type: ObjectType, manifest: Properties): ManifestIssue[] {
  return [
    ...nameIssues(type, manifest),
    ...labelIssues("metadata.labels", manifest["metadata"]?.labels),
    ...workloadIssues(type, manifest["spec"]),
    ...serviceIssues(type, manifest["spec"]),
    ...quantityIssues(manifest, []),
  ];
}

function nameIssues({ kind }: ObjectType, manifest: Properties): ManifestIssue[] {
  const name = manifest["metadata"]?.name as unknown;
  const path = "metadata.name";
  if (isUnknown(name)) return [];
  if (typeof name !== "string" || name === "") return [{ path, rule: "is missing: give every object a fixed name" }];
  const [form, max, said] =
    kind === "Service" || kind === "Namespace"
      ? [label, 63, "a lower-case letter, then letters, digits and hyphens"]
      : [subdomain, 253, "lower-case letters, digits, hyphens and dots"];
  return form.test(name) && name.length <= max ? [] : [{ path, rule: `must be at most ${max} characters: ${said}` }];
}

function labelIssues(path: string, labels: unknown): ManifestIssue[] {
  return Object.entries((labels ?? {}) as Properties).flatMap(([key, value]) => {
    const issues: ManifestIssue[] = [];
    if (!labelKey.test(key)) issues.push({ path: `${path}.${key}`, rule: "is not a label name" });
    if (typeof value === "string" && !isUnknown(value) && (!labelValue.test(value) || value.length > 63)) {
      issues.push({
        path: `${path}.${key}`,
        rule: "must be at most 63 letters, digits, hyphens, underscores and dots, and begin and end with a letter or digit",
      });
    }
    return issues;
  });
}

function workloadIssues({ kind }: ObjectType, spec: Properties | undefined): ManifestIssue[] {
  if (!["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"].includes(kind) || spec === undefined) return [];
  const wanted = (spec["selector"]?.matchLabels ?? {}) as Properties;
  const given = (spec["template"]?.metadata?.labels ?? {}) as Properties;
  const issues: ManifestIssue[] = Object.entries(wanted)
    .filter(([key, value]) => given[key] !== value)
    .map(([key]) => ({ path: `spec.template.metadata.labels.${key}`, rule: "must equal spec.selector.matchLabels" }));
  const pod = (spec["template"]?.spec ?? {}) as Properties;
  const volumes = new Set(((pod["volumes"] ?? []) as Properties[]).map((volume) => volume["name"] as string));
  for (const [index, container] of ((pod["containers"] ?? []) as Properties[]).entries()) {
    const path = `spec.template.spec.containers[${index}]`;
    if (container["image"] === undefined || container["image"] === "")
      issues.push({ path: `${path}.image`, rule: "is missing" });
    for (const [at, mount] of ((container["volumeMounts"] ?? []) as Properties[]).entries()) {
      if (!volumes.has(mount["name"] as string)) {
        issues.push({ path: `${path}.volumeMounts[${at}].name`, rule: `no volume is called ${String(mount["name"])}` });
      }
    }
    const ports = new Set(((container["ports"] ?? []) as Properties[]).map((port) => port["name"] as string));
    for (const probe of ["startupProbe", "readinessProbe", "livenessProbe"]) {
      for (const how of ["httpGet", "tcpSocket"]) {
        const port = container[probe]?.[how]?.port as unknown;
        if (typeof port === "string" && !isUnknown(port) && !ports.has(port)) {
          issues.push({ path: `${path}.${probe}.${how}.port`, rule: `no port is called ${port}` });
        }
      }
    }
  }
  return issues;
}

/** Members whose values are quantities. */
const quantities = new Set(["requests", "limits", "hard", "default", "defaultRequest", "min", "max"]);

/** Not refused by the API server, but by the engine: the saved plan has another text than the server returns. */
function quantityIssues(value: unknown, keys: readonly string[]): ManifestIssue[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const path = [...keys, key];
    if (typeof inner !== "string" || isUnknown(inner)) return quantityIssues(inner, path);
    const isQuantity = quantities.has(keys.at(-1) ?? "") || key === "sizeLimit";
    if (!isQuantity || quantity(inner) === inner) return [];
    return [{ path: path.join("."), rule: `is ${quantity(inner)} to Kubernetes: write it so` }];
  });
}

function serviceIssues({ kind }: ObjectType, spec: Properties | undefined): ManifestIssue[] {
  if (kind !== "Service" || spec === undefined) return [];
  return ((spec["ports"] ?? []) as Properties[]).flatMap((port, index) => {
    const nodePort = port["nodePort"] as unknown;
    const path = `spec.ports[${index}].nodePort`;
    if (nodePort === undefined || isUnknown(nodePort)) return [];
    if (spec["type"] !== "NodePort" && spec["type"] !== "LoadBalancer") {
      return [{ path, rule: 'needs spec.type "NodePort"' }];
    }
    return typeof nodePort === "number" && nodePort >= 30000 && nodePort <= 32767
      ? []
      : [{ path, rule: "must be from 30000 to 32767" }];
  });
}
