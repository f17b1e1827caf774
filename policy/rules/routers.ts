import { z } from "zod";

import type { Resource } from "../core/resource";
import { configured, undecided, verdict, violation, type Rule, type Verdict } from "../core/rule";
import { demands, isSet } from "../core/demands";
import { keys, property, read } from "../core/value";
import { allowing } from "../fingerprints/iam";
import { parseBlock } from "../literals/block";
import { contentOf } from "../literals/content";
import { lambda, ofRouters } from "./router-parts";
import { dynamicMap } from "./static-routing";

/** Variables that a router's function may have: its own, AWS's, and those of its libraries. */
const ownVariables = /^(?:ROUTER_|AWS_|POWERTOOLS_|NODE_OPTIONS$|LOG_LEVEL$|TZ$)/;

const thinness = z.strictObject({
  maxTimeout: z
    .int()
    .min(1)
    .max(29)
    .default(3)
    .describe("Longest timeout in seconds; API Gateway ends a request after 29."),
  maxLayers: z.int().min(0).max(2).default(1).describe("Most layers of the function."),
  maxZipKb: z.int().min(16).max(5120).default(1024).describe("Largest size of the function's zip in KiB."),
  envAllow: z
    .array(z.string().regex(/^\w{1,64}$/))
    .default([])
    .describe("More allowed variables, besides ROUTER_*, AWS_*, POWERTOOLS_*, NODE_OPTIONS, LOG_LEVEL and TZ."),
});

/** Checks the size of a zip that is stored as base64. */
function heavy(resource: Resource, most: number): readonly Verdict[] {
  const path = "contentBase64";
  const found = read(resource.props, path);
  if (found.state === "unknown") return [undecided(resource, path, "the size of the router's code is not known yet")];
  if (found.state === "absent" || typeof found.value !== "string") return [];
  return (found.value.length * 3) / 4 / 1024 > most
    ? [violation(resource, path, "the router's code is larger than the limit")]
    : [];
}

/** Variables for another purpose than routing. */
function purposes(resource: Resource, envAllow: readonly string[]): readonly Verdict[] {
  const path = "environment.variables";
  return keys(read(resource.props, path)).flatMap((name) =>
    ownVariables.test(name) || envAllow.includes(name)
      ? []
      : [
          verdict(
            "advisory",
            resource,
            `${path}.${name}`,
            "it is not one of the router's settings; perhaps the router has a second purpose",
          ),
        ],
  );
}

const thin = configured(thinness, {
  id: "RTR-01",
  severity: "high",
  title: "Routers are thin",
  blocks:
    "a router's function inside a network, with too many layers, with code above a size limit, or with a timeout of more than 3 s; unknown variables give a note",
  fix: "use no VPC and a timeout of at most 3 s: a router decides from its table in memory",
  origin: "cell-based architecture: routing layer; AWS Well-Architected REL10-BP03",
  stack: (graph, { maxTimeout, maxLayers, maxZipKb, envAllow }) => [
    ...ofRouters(graph, lambda).flatMap((resource) => [
      ...(isSet(resource, "vpcConfig")
        ? [violation(resource, "vpcConfig", "the router is attached to a network, so it could reach a data store")]
        : []),
      ...demands(resource, [
        {
          path: "timeout",
          holds: (value) => Number(value) <= maxTimeout,
          absent: "good",
          message: "a request may take longer than clients wait",
        },
        {
          path: "layers",
          holds: (value) => Array.isArray(value) && value.length <= maxLayers,
          absent: "good",
          message: "it has too many layers",
        },
      ]),
      ...purposes(resource, envAllow),
    ]),
    ...ofRouters(graph, "aws:s3/bucketObjectv2:BucketObjectv2").flatMap((resource) => heavy(resource, maxZipKb)),
  ],
});

/** Actions that a router needs: its table, the names in its bucket (or S3 hides what is missing), its log and metrics. */
const allowedActions =
  /^(?:s3:GetObject|s3:GetObjectVersion|s3:ListBucket|kms:Decrypt|logs:(?:CreateLogStream|PutLogEvents|CreateLogGroup)|cloudwatch:PutMetricData|xray:Put[A-Za-z]+|appconfig:(?:GetLatestConfiguration|StartConfigurationSession))$/;

function actions(document: object): readonly string[] {
  return allowing(document).flatMap(({ Action, NotAction }) => {
    if (NotAction !== undefined) return ["*"];
    return (Array.isArray(Action) ? (Action as unknown[]) : [Action]).filter(
      (action): action is string => typeof action === "string",
    );
  });
}

function rights(resource: Resource, more: readonly string[]): readonly Verdict[] {
  const path = "policy";
  const found = read(resource.props, path);
  if (found.state !== "known") {
    return found.state === "unknown" ? [undecided(resource, path, "the policy is not known yet")] : [];
  }
  const documents = contentOf(typeof found.value === "string" ? found.value : JSON.stringify(found.value)).documents;
  const excess = documents.flatMap(actions).find((action) => !allowedActions.test(action) && !more.includes(action));
  return excess === undefined
    ? []
    : [violation(resource, path, "the router's role allows more than reading its table and writing its log")];
}

/** AWS's own policies that only allow writing logs and traces. */
const basic = /:policy\/(?:service-role\/AWSLambdaBasicExecutionRole|AWSXRayDaemonWriteAccess)$/;

const role = configured(
  z.strictObject({
    allowActions: z
      .array(z.string().regex(/^[a-z0-9-]+:[A-Za-z]+$/, "write a whole action; wildcards are not allowed"))
      .default([])
      .describe(
        "More allowed actions, besides reading the table and writing the router's own log, metrics and traces.",
      ),
  }),
  {
    id: "RTR-02",
    severity: "critical",
    title: "Routers may read their table and nothing else",
    blocks: "permissions of a router's role other than reading its table and writing its own log and metrics",
    fix: "allow s3:GetObject on the two tables, s3:ListBucket on their bucket, and the log group's streams",
    origin: "cell anti-pattern: routers that call the control plane; AWS: static stability",
    stack: (graph, { allowActions }) => [
      ...ofRouters(graph, "aws:iam/rolePolicy:RolePolicy").flatMap((one) => rights(one, allowActions)),
      ...ofRouters(graph, "aws:iam/policy:Policy").flatMap((one) => rights(one, allowActions)),
      ...ofRouters(graph, "aws:iam/rolePolicyAttachment:RolePolicyAttachment").flatMap((resource) =>
        demands(resource, [
          {
            path: "policyArn",
            holds: (value) => basic.test(String(value)),
            message: "the router's policy allows more than writing a log",
          },
        ]),
      ),
    ],
  },
);

const url = /^[a-z][a-z0-9+.-]*:\/\//i;

/** Why an endpoint is not a cell's front door; undefined when it is one. */
export function endpointMistake(text: string, suffixes: readonly string[]): string | undefined {
  let parsed: URL;
  try {
    parsed = new URL(text);
  } catch {
    return "it is not a URL";
  }
  const { protocol, username, password, port, hostname } = parsed;
  if (protocol !== "https:") return "it is not https";
  if (username !== "" || password !== "") return "it contains credentials";
  if (port !== "") return "it names a port";
  if (parseBlock(hostname.replace(/^\[|\]$/g, "")) !== undefined) return "it is an address, not a host";
  const isUnder =
    suffixes.length === 0 || suffixes.some((suffix) => hostname === suffix || hostname.endsWith(`.${suffix}`));
  return isUnder ? undefined : "its host is not under the cells' domain";
}

const endpoints = configured(
  z.strictObject({
    suffixes: z
      .array(z.string().regex(/^[a-z0-9.-]{3,253}$/))
      .default([])
      .describe("More domains of cells' front doors, besides the catalog's."),
  }),
  {
    id: "RTR-06",
    severity: "critical",
    title: "Routers send requests only to cells' front doors",
    blocks:
      "an endpoint in a router's settings or table that is not https, is an address, contains credentials or a port, or is not under the cells' domain",
    fix: "use https://cell-<n>.<domain> for cell <n>",
    origin: "server-side request forgery; cell-based architecture: routing layer",
    stack: (graph, { suffixes }) => [
      ...ofRouters(graph, lambda).flatMap((resource) => environment([...graph.known.domains, ...suffixes], resource)),
      ...ofRouters(graph, "aws:s3/bucketObjectv2:BucketObjectv2").flatMap((resource) =>
        table([...graph.known.domains, ...suffixes], resource),
      ),
    ],
  },
);

function environment(domains: readonly string[], resource: Resource): readonly Verdict[] {
  const bag = "environment.variables";
  const variables = read(resource.props, bag);
  if (variables.state === "unknown") return [undecided(resource, bag, "the router's endpoints are not known yet")];
  if (variables.state !== "known" || typeof variables.value !== "object" || variables.value === null) return [];
  return Object.keys(variables.value).flatMap((name) => {
    const path = `environment.variables.${name}`;
    const found = property(variables.value as object, name);
    if (found.state === "unknown") return [undecided(resource, path, "the router's endpoints are not known yet")];
    if (found.state !== "known" || typeof found.value !== "string") return [];
    return found.value
      .split(/[\s,]+/)
      .flatMap((text) => mistaken(domains, resource, path, text))
      .slice(0, 1);
  });
}

/** Every `endpoint` of a routing table. */
function table(domains: readonly string[], resource: Resource): readonly Verdict[] {
  const content = read(resource.props, "content");
  if (content.state === "unknown") return [undecided(resource, "content", "the table is not known yet")];
  if (content.state !== "known" || typeof content.value !== "string") return [];
  const texts = [...content.value.matchAll(/"endpoint"\s*:\s*"([^"\\]*)"/g)].map(([, text]) => text!);
  return texts
    .flatMap((text) => mistaken(domains, resource, "content", url.test(text) ? text : `invalid ${text}`))
    .slice(0, 1);
}

function mistaken(domains: readonly string[], resource: Resource, path: string, text: string): readonly Verdict[] {
  if (!url.test(text) && !text.startsWith("invalid ")) return [];
  // S3 and other stores are not cells.
  if (/^(?:s3|arn):/i.test(text)) return [];
  const mistake = endpointMistake(text, domains);
  return mistake === undefined ? [] : [violation(resource, path, `an endpoint is not a cell's front door: ${mistake}`)];
}

/** Routers. */
export const routers: readonly Rule[] = [thin, role, dynamicMap, endpoints];
