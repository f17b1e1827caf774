import { z } from "zod";

import type { Resource } from "../core/resource";
import { configured, undecided, violation, type Rule, type Verdict } from "../core/rule";
import { read } from "../core/value";
import { textsOf, type Named } from "../literals/texts";
import { leaves } from "../literals/walk";

/** Properties stored in plain text: all users who may view the resource can read them. */
const places: Readonly<Record<string, RegExp>> = {
  "aws:lambda/function:Function": /^environment\./,
  "aws:ec2/instance:Instance": /^userData/,
  "aws:ec2/launchTemplate:LaunchTemplate": /^userData/,
  "aws:ec2/launchConfiguration:LaunchConfiguration": /^userData/,
  "aws:ssm/document:Document": /^content/,
  "aws:ssm/parameter:Parameter": /^(?:value|insecureValue)$/,
  "aws:s3/bucketObjectv2:BucketObjectv2": /^content$/,
  "aws:ecs/taskDefinition:TaskDefinition": /^containerDefinitions/,
  "aws:batch/jobDefinition:JobDefinition": /^containerProperties/,
  "aws:codebuild/project:Project": /^environment\./,
  "aws:apprunner/service:Service": /^sourceConfiguration\./,
  "aws:appconfig/hostedConfigurationVersion:HostedConfigurationVersion": /^content$/,
  "kubernetes:core/v1:ConfigMap": /./,
  "kubernetes:core/v1:Pod": /./,
  "kubernetes:core/v1:Service": /./,
  "kubernetes:core/v1:ServiceAccount": /./,
  "kubernetes:apps/v1:Deployment": /./,
  "kubernetes:apps/v1:StatefulSet": /./,
  "kubernetes:apps/v1:DaemonSet": /./,
  "kubernetes:apps/v1:ReplicaSet": /./,
  "kubernetes:batch/v1:Job": /./,
  "kubernetes:batch/v1:CronJob": /./,
  "kubernetes:networking.k8s.io/v1:Ingress": /./,
  "kubernetes:helm.sh/v3:Release": /^values/,
};

/** Secrets with a form that their issuer documents. */
const forms: readonly (readonly [kind: string, form: RegExp])[] = [
  ["aws-key", /(?<![A-Z0-9])(?:AKIA|ASIA)[A-Z2-7]{16}(?![A-Z0-9])/],
  ["private-key", /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/],
  [
    "token",
    /(?<![\w-])(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{22,}|glpat-[\w-]{20}|xox[abprs]-[\w-]{10,}|sk_live_\w{16,}|rk_live_\w{16,}|AIza[\w-]{35}|npm_[A-Za-z0-9]{36})/,
  ],
  ["token", /(?<![\w-])eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{16,}/],
];

/** A password between a scheme and a host. */
const inUrl = /(?<![a-z0-9+.-])[a-z][a-z0-9+.-]{0,30}:\/\/[^\s/:@"'<>]*:([^\s/@"'<>]+)@[^\s"'<>]/gi;

/** `PASSWORD=…`, `password: …` inside a longer text. */
const assigned =
  /(?<![\w.:/-])([\w.-]{0,60}?(?:pass(?:word|wd|phrase)?|pwd|secret|token|api_?-?key|access_?-?key|private_?-?key|credentials?))["']?\s*[:=]\s*(?:"([^"\n]*)"|'([^'\n]*)'|([^\s"',;&]+))/gi;

/** Names whose value is a secret, or the location of one. */
const isPassword = /pass(?:word|wd|phrase)?$|pwd$/i;
const isSecret = /(?:secret|token|api_?-?key|access_?-?key|private_?-?key|credentials?)$/i;

/** Only a text with one of these can contain an assignment of a secret. */
const mayName = /pass|pwd|secret|token|key|credential/i;

/** A placeholder for a secret: a variable, a reference, a template. */
const placeholder =
  /^(?:\$|<|\{|\[|%|@|arn:|https?:|file:|\/|vault:|ssm:|secretsmanager:|\*+$|x+$|true$|false$|null$|none$|no$|yes$|\d{1,5}$)/i;

/** Entropy of a text in bits per character. */
function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const sign of text) counts.set(sign, (counts.get(sign) ?? 0) + 1);
  const length = [...text].length;
  return -[...counts.values()].reduce((sum, count) => sum + (count / length) * Math.log2(count / length), 0);
}

const pattern = z
  .string()
  .max(200)
  .refine((text) => {
    try {
      return new RegExp(text).source !== "";
    } catch {
      return false;
    }
  }, "write a regular expression");

const config = z.strictObject({
  entropy: z
    .number()
    .min(2)
    .max(4)
    .default(3)
    .describe("Entropy in bits per character from which a value whose name says token or key counts as a secret."),
  patterns: z.array(pattern).default([]).describe("More patterns of secrets, as regular expressions."),
});
type SecretSettings = z.output<typeof config>;

interface Seen {
  /** Kind of the secret in the text. */
  readonly kind?: string;
  readonly limit?: string;
}

/** Cells contain much the same texts, and each resource is judged twice. */
const memory = new WeakMap<SecretSettings, Map<string, Seen>>();

function seen(name: string, text: string, settings: SecretSettings): Seen {
  let known = memory.get(settings);
  if (known === undefined) memory.set(settings, (known = new Map()));
  const key = `${name}\n${text}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const { texts, limit } = textsOf(name, text);
  const kind = texts.map((one) => secretIn(one, settings)).find((found) => found !== undefined);
  const made = { ...(kind === undefined ? {} : { kind }), ...(limit === undefined ? {} : { limit }) };
  if (known.size > 50_000) known.clear();
  known.set(key, made);
  return made;
}

/** The kind of secret in a text; undefined when there is none. */
function secretIn({ name, text }: Named, { entropy: bits, patterns }: SecretSettings): string | undefined {
  for (const [kind, form] of forms) if (form.test(text)) return kind;
  if (text.includes("://"))
    for (const [, password] of text.matchAll(inUrl)) if (!placeholder.test(password!)) return "url-password";
  if (patterns.some((one) => new RegExp(one).test(text))) return "pattern";
  const given = [{ name, value: text.trim() }];
  if (mayName.test(text)) {
    for (const [, key, double, single, bare] of text.matchAll(assigned))
      given.push({ name: key!, value: double ?? single ?? bare ?? "" });
  }
  return given.some(({ name: key, value }) => isValue(key, value, bits)) ? "value" : undefined;
}

function isValue(name: string, value: string, bits: number): boolean {
  if (value.length < 4 || /\s/.test(value) || placeholder.test(value)) return false;
  const last = name.split(".").pop() ?? name;
  return isPassword.test(last) || (isSecret.test(last) && value.length >= 12 && entropy(value) >= bits);
}

/** Resources whose outputs may be secrets. */
const bearers =
  /^(?:random:|tls:|aws:(?:secretsmanager\/secretVersion|ssm\/parameter|iam\/accessKey|rds\/|elasticache\/|mq\/))/;

function shown(resource: Resource, settings: SecretSettings): readonly Verdict[] {
  const place = places[resource.type];
  if (place === undefined) return [];
  const kept = read(resource.props, "type");
  if (resource.type === "aws:ssm/parameter:Parameter" && kept.state === "known" && kept.value === "SecureString")
    return [];
  return leaves(resource.props).flatMap((leaf): readonly Verdict[] => {
    const { path } = leaf;
    // Where the whole object is unknown, its path stands for everything in it.
    if (!place.test(path) && !place.test(`${path}.`)) return [];
    if (leaf.kind === "document") return [];
    if (leaf.kind === "limit") return [undecided(resource, path, leaf.reason)];
    if (leaf.kind === "unknown") {
      const sources = resource.propertyDependencies[path.split(".")[0] ?? path] ?? [];
      const isHarmless = sources.length > 0 && sources.every(({ type }) => !bearers.test(type));
      return isHarmless ? [] : [undecided(resource, path, "its value is not known yet, and may be a secret")];
    }
    // Keys are leaves too, but not values.
    const { kind, limit } = seen(nameOf(resource, path), leaf.text, settings);
    if (kind !== undefined)
      return [violation(resource, path, "a secret is stored here in plain text", { evidence: `secret:${kind}` })];
    return limit === undefined ? [] : [undecided(resource, path, limit)];
  });
}

/** Name of a property: its key, or the `name` beside a `value`. */
function nameOf({ props }: Resource, path: string): string {
  const steps = path.split(".");
  const last = steps.pop() ?? path;
  if (last !== "value" || steps.length === 0) return last;
  const found = read(props, [...steps, "name"].join("."));
  return found.state === "known" && typeof found.value === "string" ? found.value : last;
}

/** Secrets in plain text. */
export const plainSecrets: Rule = configured(config, {
  id: "ENC-08",
  severity: "critical",
  title: "No secret is stored in plain text",
  blocks:
    "passwords, keys and tokens in a function's environment, user data, documents, task definitions, config maps, manifests and charts; a finding names the place and never contains the value",
  fix: "store it in Secrets Manager or a Kubernetes Secret, and give the program only its name",
  origin: "CKV_AWS_45, AVD-AWS-0029; AWS: security best practices of Lambda and EC2",
  resource: { types: Object.keys(places), check: shown },
});
