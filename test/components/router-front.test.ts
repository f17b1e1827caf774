import { readFileSync } from "node:fs";
import { join } from "node:path";

import { beforeAll, describe, expect, it } from "vitest";

import { parseCatalog } from "../../catalog/load";
import { readSettings } from "../../components/settings";
import { checkConformance } from "../../local/conformance/check";
import { planEnvironment } from "../../adapters/pulumi/plan/environment";
import { ensurePython } from "../../local/python";
import { judge } from "../../policy/core/judge";
import { blocks } from "../../policy/core/rule";
import { fromPlan } from "../../policy/front/plan";
import { knownOf } from "../../policy/front/known";
import { rules } from "../../policy/rules";
import { defaultIdentity, type IdentitySettings } from "../../routing/identity";
import { settingsOf } from "../lambda/fixture";
import { issuerInput } from "../lambda/keys";

const catalog = parseCatalog(readFileSync(join(__dirname, "../../catalog/dev.yaml"), "utf8"), "dev.yaml");
const identity: IdentitySettings = settingsOf({
  tenant: { claim: "tenant" },
  country: { header: "cloudfront-viewer-country" },
  edge: { header: "x-router-secret" },
  issuers: [issuerInput],
});
type Inputs = Readonly<Record<string, unknown>>;

describe("CloudFront before the routers", () => {
  let resources: Awaited<ReturnType<typeof planEnvironment>>["resources"];
  const inputsOf = (type: string): Inputs => {
    const found = resources.filter((each) => each.type === type);
    expect(found.length, type).toBe(1);
    return found[0]!.inputs;
  };

  beforeAll(async () => {
    const few = { ...catalog, cells: catalog.cells.slice(0, 1) };
    ({ resources } = await planEnvironment(few, { identity, front: {} }));
  });

  it("passes on who asks and where from, and nothing that a client makes up", () => {
    const cache = inputsOf("aws:cloudfront/cachePolicy:CachePolicy") as {
      parametersInCacheKeyAndForwardedToOrigin: Inputs;
    };
    expect(cache.parametersInCacheKeyAndForwardedToOrigin["headersConfig"]).toEqual({
      headerBehavior: "whitelist",
      headers: { items: ["Authorization", "CloudFront-Viewer-Country"] },
    });
    expect(cache).toMatchObject({ minTtl: 0, defaultTtl: 0, maxTtl: 1 });
    expect(inputsOf("aws:cloudfront/originRequestPolicy:OriginRequestPolicy")["headersConfig"]).toEqual({
      headerBehavior: "whitelist",
      headers: {
        items: [
          "x-routing-refused",
          "x-routing-correction",
          "Origin",
          "Access-Control-Request-Method",
          "Access-Control-Request-Headers",
        ],
      },
    });
  });

  it("proves itself to one router over TLS by the secret that it accepts", () => {
    const { origins, defaultCacheBehavior } = inputsOf("aws:cloudfront/distribution:Distribution") as {
      origins: { domainName: string; customHeaders: unknown; customOriginConfig: unknown }[];
      defaultCacheBehavior: Inputs;
    };
    const router = resources.find(
      ({ type, name }) => type === "aws:lambda/function:Function" && name.includes("eu-west-1"),
    );
    const { variables } = router!.inputs["environment"] as { variables: Record<string, string> };
    expect(origins).toHaveLength(1);
    expect(origins[0]).toMatchObject({
      domainName: expect.stringMatching(/^[a-z0-9]+\.execute-api\./),
      customHeaders: [{ name: "x-router-secret", value: variables["ROUTER_EDGE_SECRETS"] }],
      customOriginConfig: { originProtocolPolicy: "https-only", originSslProtocols: ["TLSv1.2"] },
    });
    expect(defaultCacheBehavior).toMatchObject({ viewerProtocolPolicy: "https-only", compress: false });
  });

  it("has a web ACL that limits each address and uses AWS's rules, in us-east-1", () => {
    const { scope, rules } = inputsOf("aws:wafv2/webAcl:WebAcl") as {
      scope: string;
      rules: { name: string; priority: number; statement: Inputs }[];
    };
    expect(scope).toBe("CLOUDFRONT");
    expect(rules.map(({ priority }) => priority)).toEqual([0, 1, 2, 3]);
    expect(rules[0]!.statement).toEqual({ rateBasedStatement: { aggregateKeyType: "IP", limit: 2000 } });
    const acl = resources.find(({ type }) => type === "aws:wafv2/webAcl:WebAcl")!;
    const provider = resources.find(({ urn }) => acl.provider.startsWith(urn))!;
    expect(provider.inputs["region"]).toBe("us-east-1");
  });

  it("keeps no answer of an error, or a client that tries again as the router asks would get the old one", () => {
    // The errors of which CloudFront ignores `no-store`.
    const kept = [500, 502, 503, 504];
    const { customErrorResponses } = inputsOf("aws:cloudfront/distribution:Distribution");
    expect(customErrorResponses).toEqual(kept.map((errorCode) => ({ errorCode, errorCachingMinTtl: 0 })));
  });

  it("only counts the rules that legitimate requests match: bodies, sizes, no user agent, a URL in the query", () => {
    const { rules } = inputsOf("aws:wafv2/webAcl:WebAcl") as { rules: { name: string; statement: Inputs }[] };
    const counted = rules.flatMap(({ statement }) => {
      const group = statement["managedRuleGroupStatement"] as
        { ruleActionOverrides: { name: string; actionToUse: object }[] } | undefined;
      return (group?.ruleActionOverrides ?? []).map(({ name, actionToUse }) => {
        expect(actionToUse, name).toEqual({ count: {} });
        return name;
      });
    });
    // Every rule of the two sets, as AWS lists them.
    const names = [
      ...["NoUserAgent_HEADER", "UserAgent_BadBots_HEADER", "SizeRestrictions_QUERYSTRING"],
      ...["SizeRestrictions_Cookie_HEADER", "SizeRestrictions_BODY", "SizeRestrictions_URIPATH"],
      ...["BODY", "COOKIE", "URIPATH", "QUERYARGUMENTS"].map((place) => `EC2MetaDataSSRF_${place}`),
      ...["QUERYARGUMENTS", "URIPATH", "BODY"].flatMap((place) => [`GenericLFI_${place}`, `GenericRFI_${place}`]),
      ...["URIPATH", "QUERYARGUMENTS"].map((place) => `RestrictedExtensions_${place}`),
      ...["COOKIE", "QUERYARGUMENTS", "BODY", "URIPATH"].map((place) => `CrossSiteScripting_${place}`),
      ...["HEADER", "BODY", "URIPATH", "QUERYSTRING"].flatMap((place) => [
        `JavaDeserializationRCE_${place}`,
        `Log4JRCE_${place}`,
      ]),
      ...["Host_localhost_HEADER", "PROPFIND_METHOD", "ExploitablePaths_URIPATH", "ReactJSRCE_BODY"],
    ];
    const legitimate = /_BODY$|^SizeRestrictions_|^NoUserAgent_|^GenericRFI_QUERYARGUMENTS$/;
    expect(counted.sort()).toEqual(names.filter((name) => legitimate.test(name)).sort());
  });

  it("is what AWS would take, and nothing that the policies object to", async () => {
    const python = await ensurePython(() => undefined);
    const found = await checkConformance({ resources, python });
    expect(found.map((finding) => [finding.resource, finding.property, finding.message])).toEqual([]);
    const judged = judge(rules, fromPlan(resources), knownOf("dev"));
    expect(judged.filter(({ verdict }) => blocks(verdict)).map(({ verdict }) => verdict.message)).toEqual([]);

    // And the linter did look.
    const acl = resources.find(({ type }) => type === "aws:wafv2/webAcl:WebAcl")!;
    const wrong = resources.map((each) =>
      each === acl ? { ...each, inputs: { ...each.inputs, scope: "GLOBAL" } } : each,
    );
    const [finding] = await checkConformance({ resources: wrong, python });
    expect(finding).toMatchObject({ resource: "router-front-acl", property: "scope" });
  }, 120_000);

  it("is not there unless it is asked for", async () => {
    const plain = await planEnvironment({ ...catalog, cells: catalog.cells.slice(0, 1) });
    expect(plain.resources.filter(({ type }) => /cloudfront|wafv2/.test(type))).toEqual([]);
    expect(plain.result).not.toHaveProperty("frontEndpoint");
    // Readers besides our routers check with what the functions have.
    const router = plain.resources.find(({ type }) => type === "aws:lambda/function:Function")!;
    const { variables } = router.inputs["environment"] as { variables: Record<string, string> };
    const keys = JSON.parse(variables["ROUTER_TABLE_KEYS"]!) as Record<string, Record<string, string>>;
    expect(plain.result.verifyingKeys).toEqual(keys);
    expect(Object.keys(keys)).toEqual(["base", "overlay", "move"]);
    expect(new Set(Object.values(keys).flatMap((each) => Object.values(each))).size).toBe(3);
  });
});

/** The setting as the program reads it, beside an identity. */
function readFront(value: unknown, given: IdentitySettings) {
  const config = {
    ...(given === defaultIdentity ? {} : { "cells:identity": JSON.stringify(given) }),
    ...(value === undefined ? {} : { "cells:cloudfront": JSON.stringify(value) }),
  };
  return readSettings("dev", config).cloudfront;
}

describe("cells:cloudfront", () => {
  it("is nothing, CloudFront's own name, or a name with its certificate", () => {
    const certificateArn = "arn:aws:acm:us-east-1:111122223333:certificate/12345678-1234-1234-1234-123456789012";
    for (const nothing of [undefined, {}]) expect(readFront(nothing, defaultIdentity)).toBeUndefined();
    expect(readFront({ enabled: true }, identity)).toEqual({});
    const named = { domain: "go.example.com", certificateArn };
    expect(readFront({ enabled: true, ...named }, identity)).toEqual(named);
  });

  it.each([
    ["tenants by header, which clients would set", { enabled: true }, defaultIdentity, "needs a tenant from a token"],
    [
      "no secret, so that clients go around it",
      { enabled: true },
      { ...identity, edge: "network" as const },
      "or clients go around the distribution",
    ],
    [
      "a country that CloudFront does not tell",
      { enabled: true },
      { ...identity, country: { header: "x-country" } },
      "needs the country from",
    ],
    [
      "a name without a certificate",
      { enabled: true, domain: "go.example.com" },
      identity,
      "domain and certificateArn go together",
    ],
    [
      "a certificate of another region",
      { enabled: true, domain: "go.example.com", certificateArn: "arn:aws:acm:eu-west-1:1:certificate/x" },
      identity,
      'cells:cloudfront.certificateArn: "arn:aws:acm:eu-west-1:1:certificate/x": write the ARN of a certificate in us-east-1',
    ],
    [
      "a misspelt member",
      { enabled: true, certificate: "x" },
      identity,
      'cells:cloudfront.certificate: "x": no such key',
    ],
    ["not true", { enabled: "yes" }, identity, 'cells:cloudfront.enabled: "yes": write true'],
  ] as const)("refuses %s", (_, value, given, message) => {
    expect(() => readFront(value, given)).toThrow(message);
  });
});
