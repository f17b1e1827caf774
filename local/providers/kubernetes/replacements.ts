import { equal, type Properties } from "../properties";
import type { ObjectType } from "./manifest";

/** Settings of a `kubernetes.Provider` with which it changes data in place; by default it replaces the object. */
export interface Mutable {
  readonly configMaps: boolean;
  readonly secrets: boolean;
}

const data = ["binaryData", "data", "stringData"];

const volumeSources =
  "awsElasticBlockStore azureDisk azureFile cephfs cinder csi fc flexVolume flocker gcePersistentDisk glusterfs hostPath " +
  "iscsi local nfs photonPersistentDisk portworxVolume quobyte rbd scaleIO storageos vsphereVolume";

/**
 * Fields whose change replaces an object, by API version and kind; for every kind, name and namespace do. The program
 * creates no Pod, which has the longest list and is left out.
 * Source: https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/provider/diff.go
 */
const fields: Readonly<Record<string, readonly string[]>> = {
  "apps/v1/DaemonSet": ["spec.selector"],
  "apps/v1/Deployment": ["spec.selector"],
  "apps/v1/StatefulSet": [
    "spec.podManagementPolicy",
    "spec.revisionHistoryLimit",
    "spec.selector",
    "spec.serviceName",
    "spec.volumeClaimTemplates",
  ],
  "batch/v1/Job": ["spec.completions", "spec.parallelism", "spec.selector", "spec.template"],
  "rbac.authorization.k8s.io/v1/ClusterRoleBinding": ["roleRef"],
  "rbac.authorization.k8s.io/v1/RoleBinding": ["roleRef"],
  "storage.k8s.io/v1/StorageClass": ["parameters", "provisioner"],
  "v1/PersistentVolume": volumeSources.split(" ").map((source) => `spec.${source}`),
  "v1/PersistentVolumeClaim": ["spec.accessModes", "spec.selector", "spec.storageClassName", "spec.volumeName"],
  "v1/ResourceQuota": ["spec.scopes"],
  "v1/Secret": ["type"],
  "v1/Service": ["spec.clusterIP"],
};

/** Top-level inputs that make Pulumi's Kubernetes provider replace an object. */
export function replacing(
  { apiVersion, kind }: ObjectType,
  mutable: Mutable,
  oldInputs: Properties,
  inputs: Properties,
): readonly string[] {
  const key = `${apiVersion}/${kind}`;
  const inPlace = { "v1/ConfigMap": mutable.configMaps, "v1/Secret": mutable.secrets }[key] ?? true;
  const paths = [
    "metadata.name",
    "metadata.namespace",
    ...(fields[key] ?? []),
    ...(inPlace && inputs["immutable"] !== true ? [] : data),
  ].map((path) => path.split("."));
  const changed = paths.filter((path) => !equal(at(oldInputs, path), at(inputs, path)));
  return [...new Set(changed.map(([top = ""]) => top))];
}

function at(value: Properties, path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, key) => (inner as Properties | undefined)?.[key], value);
}
