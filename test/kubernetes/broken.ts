import type { Properties } from "../../local/providers/properties";

/** A manifest of a cell with one mistake in it. */
export interface Broken {
  /** The mistake, for people; unique. */
  readonly name: string;
  /** `Deployment/app`: the manifest that is changed. */
  readonly object: string;
  readonly change: (manifest: Properties) => void;
  /**
   * What the API server of the cells' version does: refuses it, accepts it with a warning (pods are judged by Pod
   * Security when they are created), or accepts it.
   */
  readonly real: "refused" | "warned" | "accepted";
}

const deployment = "Deployment/app";
const policy = "NetworkPolicy/app";
const pod = (manifest: Properties): Properties => manifest["spec"].template.spec as Properties;
const container = (manifest: Properties): Properties => pod(manifest)["containers"][0] as Properties;
const row = (
  name: string,
  object: string,
  change: (manifest: Properties) => void,
  real: Broken["real"] = "refused",
): Broken => ({ name, object, change, real });

/** Mistakes that people make in manifests, each in an otherwise valid object of a cell. */
export const brokenManifests: readonly Broken[] = [
  row("another selector than the object has", deployment, (m) => {
    m["spec"].selector.matchLabels = { x: "y" };
    m["spec"].template.metadata.labels["x"] = "y";
  }),
  row("labels of the template that do not match the selector", deployment, (m) => {
    m["spec"].template.metadata.labels = { x: "y" };
  }),
  row("clusterIP None on a Service that has an address", "Service/postgres-pool", (m) => {
    m["spec"].clusterIP = "None";
  }),
  row("another type of a Secret", "Secret/app", (m) => {
    m["type"] = "kubernetes.io/basic-auth";
  }),
  row("a disruption budget with both bounds", "PodDisruptionBudget/app", (m) => {
    m["spec"].minAvailable = 1;
  }),
  row("an autoscaler's least above its most", "HorizontalPodAutoscaler/app", (m) => {
    m["spec"].minReplicas = m["spec"].maxReplicas + 1;
  }),
  row("a quota's quantity with GiB", "ResourceQuota/cell", (m) => {
    m["spec"].hard["requests.memory"] = "2.25GiB";
  }),
  row("a quota for a resource that does not exist", "ResourceQuota/cell", (m) => {
    m["spec"].hard["memmory"] = "1";
  }),
  row("scopes of a quota that exists", "ResourceQuota/cell", (m) => {
    m["spec"].scopes = ["BestEffort"];
  }),
  row("a default limit below the default request", "LimitRange/cell", (m) => {
    m["spec"].limits[0].defaultRequest.memory = "64Mi";
    m["spec"].limits[0].default.memory = "32Mi";
  }),
  row("a request above its limit", deployment, (m) => {
    container(m)["resources"].requests.memory = "64Gi";
  }),
  row("memory with MB", deployment, (m) => {
    container(m)["resources"].limits.memory = "256MB";
  }),
  row("a field that does not exist", deployment, (m) => {
    container(m)["imagePullPolicyy"] = "Always";
  }),
  row("a value that is none of an enumeration", deployment, (m) => {
    container(m)["imagePullPolicy"] = "Allways";
  }),
  row(
    "user 0",
    deployment,
    (m) => {
      pod(m)["securityContext"].runAsUser = 0;
    },
    "warned",
  ),
  row(
    "privilege escalation",
    deployment,
    (m) => {
      container(m)["securityContext"] = { ...container(m)["securityContext"], allowPrivilegeEscalation: true };
    },
    "warned",
  ),
  row(
    "no seccomp profile",
    deployment,
    (m) => {
      delete pod(m)["securityContext"].seccompProfile;
    },
    "warned",
  ),
  row(
    "a path of the host as a volume",
    deployment,
    (m) => {
      pod(m)["volumes"][0] = { name: "scratch", hostPath: { path: "/tmp" } };
    },
    "warned",
  ),
  row("a pause before the end longer than the grace", deployment, (m) => {
    container(m)["lifecycle"].preStop.sleep.seconds = 90;
  }),
  row("a rollout that may neither add nor remove", deployment, (m) => {
    m["spec"].strategy.rollingUpdate = { maxSurge: 0, maxUnavailable: 0 };
  }),
  row("a rollout's deadline before its pods count as ready", deployment, (m) => {
    m["spec"].minReadySeconds = m["spec"].progressDeadlineSeconds;
  }),
  row(
    "a CIDR block with host bits",
    policy,
    (m) => {
      m["spec"].ingress[0].from[0].ipBlock.cidr = "10.0.0.1/16";
    },
    "warned",
  ),
  row("a CIDR block of 33 bits", policy, (m) => {
    m["spec"].ingress[0].from[0].ipBlock.cidr = "10.0.0.0/33";
  }),
  row("a policy's port 70000", policy, (m) => {
    m["spec"].ingress[0].ports[0].port = 70_000;
  }),
  row("an exception outside its CIDR block", policy, (m) => {
    m["spec"].ingress[0].from[0].ipBlock = { cidr: "10.0.0.0/16", except: ["10.9.0.0/24"] };
  }),
  row("a port's name of 21 letters", deployment, (m) => {
    container(m)["ports"][0].name = "a-very-long-port-name";
  }),
  row("a number in a ConfigMap", "ConfigMap/app", (m) => {
    m["data"].X = 5;
  }),
  row("a blank in a ConfigMap's key", "ConfigMap/app", (m) => {
    m["data"]["A B"] = "x";
  }),
  row("a number as an annotation", deployment, (m) => {
    m["spec"].template.metadata.annotations["x"] = 5;
  }),
  row("a liveness probe that must succeed twice", deployment, (m) => {
    container(m)["livenessProbe"].successThreshold = 2;
  }),
  row("one topology constraint twice", deployment, (m) => {
    pod(m)["topologySpreadConstraints"].push(structuredClone(pod(m)["topologySpreadConstraints"][0]));
  }),
  row("one volume twice", deployment, (m) => {
    pod(m)["volumes"].push({ name: "scratch", emptyDir: {} });
  }),
  row("one container twice", deployment, (m) => {
    pod(m)["containers"].push(structuredClone(container(m)));
  }),
  row("a variable's name with =", deployment, (m) => {
    container(m)["env"] = [{ name: "A=B", value: "1" }];
  }),
  row("a reference to a ConfigMap without a name", deployment, (m) => {
    container(m)["envFrom"][0].configMapRef.name = "";
  }),
  row("a Pod Security level that does not exist", "Namespace/app", (m) => {
    m["metadata"].labels["pod-security.kubernetes.io/enforce"] = "stricter";
  }),
  row("node port 80", "Service/app", (m) => {
    m["spec"].ports[0].nodePort = 80;
  }),
  row("a target port's name of 21 letters", "Service/app", (m) => {
    m["spec"].ports[0].targetPort = "a-very-long-port-name";
  }),
  row("a label's value of 64 letters", deployment, (m) => {
    m["metadata"].labels["x"] = "a".repeat(64);
  }),
  row("a blank in a label's value of the template", deployment, (m) => {
    m["spec"].template.metadata.labels["x"] = "a b";
  }),
  row("a volume's size with MB", deployment, (m) => {
    pod(m)["volumes"][0].emptyDir.sizeLimit = "64MB";
  }),
  row('a surge of "25"', deployment, (m) => {
    m["spec"].strategy.rollingUpdate.maxSurge = "25";
  }),
  row(
    "an image with a blank before it",
    deployment,
    (m) => {
      container(m)["image"] = " a:1";
    },
    "accepted",
  ),
  row("a budget of -1 pods", "PodDisruptionBudget/app", (m) => {
    m["spec"].maxUnavailable = -1;
  }),
  row("a metric of no kind", "HorizontalPodAutoscaler/app", (m) => {
    m["spec"].metrics[0].type = "Resorce";
  }),
  row("a behaviour that waits for a day", "HorizontalPodAutoscaler/app", (m) => {
    m["spec"].behavior.scaleDown.stabilizationWindowSeconds = 86_400;
  }),
  row(
    "an image with a blank in it",
    deployment,
    (m) => {
      container(m)["image"] = "a b:1";
    },
    "accepted",
  ),
  row("one mount path twice", deployment, (m) => {
    container(m)["volumeMounts"].push({ name: "scratch", mountPath: container(m)["volumeMounts"][0].mountPath });
  }),
  row("a Recreate strategy with a rolling update", deployment, (m) => {
    m["spec"].strategy.type = "Recreate";
  }),
  row("-1 replicas", deployment, (m) => {
    m["spec"].replicas = -1;
  }),
  row("a Secret's value that is not base64", "Secret/app", (m) => {
    m["data"] = { X: "sha256:zz" };
  }),
  row(
    "an account that pulls with a Secret that does not exist",
    "ServiceAccount/app",
    (m) => {
      m["imagePullSecrets"] = [{ name: "missing" }];
    },
    "accepted",
  ),
  row(
    "another selector of a disruption budget",
    "PodDisruptionBudget/app",
    (m) => {
      m["spec"].selector.matchLabels = { x: "y" };
    },
    "accepted",
  ),
];
