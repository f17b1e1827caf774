import type { Properties } from "../properties";

/** Kinds without a namespace, among those that a program may create. */
const clusterScoped = new Set([
  "ClusterRole",
  "ClusterRoleBinding",
  "CustomResourceDefinition",
  "IngressClass",
  "MutatingWebhookConfiguration",
  "Namespace",
  "PersistentVolume",
  "PriorityClass",
  "RuntimeClass",
  "StorageClass",
  "ValidatingAdmissionPolicy",
  "ValidatingAdmissionPolicyBinding",
  "ValidatingWebhookConfiguration",
]);

/** One thing that a Kubernetes API would refuse. */
export interface ManifestIssue {
  /** `spec.template.spec.containers[0].image`. */
  readonly path: string;
  readonly rule: string;
}

/** Properties of an object that follow from its type token. */
export interface ObjectType {
  /** As in a manifest: `v1`, `apps/v1`. */
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** `kubernetes:apps/v1:Deployment` is `apps/v1` and `Deployment`; the group `core` has no name. */
export function typeOf(token: string): ObjectType {
  const [, groupVersion = "", kind = ""] = token.split(":");
  return { apiVersion: groupVersion.replace(/^core\//, ""), kind, namespaced: !clusterScoped.has(kind) };
}

/** Inputs as a manifest: type first, nothing that Pulumi keeps for itself. */
export function manifestOf({ apiVersion, kind, namespaced }: ObjectType, inputs: Properties): Properties {
  const { metadata, ...rest } = Object.fromEntries(
    Object.entries(inputs).filter(([key]) => !key.startsWith("__") && key !== "apiVersion" && key !== "kind"),
  );
  return {
    apiVersion,
    kind,
    metadata: { ...(metadata as Properties), ...(namespaced ? { namespace: namespaceOf(inputs) } : {}) },
    ...rest,
  };
}

/** Namespace of an object's inputs, or where Kubernetes would put it. */
export function namespaceOf(inputs: Properties): string {
  return (inputs["metadata"]?.namespace as string | undefined) ?? "default";
}

/** `namespace/name`, or `name` where there is no namespace: the real provider's ids. */
export function idOf(type: ObjectType, inputs: Properties): string {
  const name = inputs["metadata"]?.name as string;
  return type.namespaced ? `${namespaceOf(inputs)}/${name}` : name;
}
