import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { RouterHeader } from "../contract/router";
import type { IdentitySettings } from "../routing/identity";
import type { FrontSettings } from "./settings/cloudfront";

/** Requests of one address in five minutes. */
const mostPerAddress = 2000;

/**
 * AWS's rule sets, and rules of theirs that only count, since legitimate requests match them. Bodies belong to the cell: the
 * router does not read them. Paths and queries too are the application's, and the router has limits of its own; services
 * send no user agent; a query may hold a URL, as the return address of a sign-in does.
 * https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-baseline.html
 */
const ruleSets: readonly { readonly name: string; readonly counted: readonly string[] }[] = [
  { name: "AWSManagedRulesAmazonIpReputationList", counted: [] },
  {
    name: "AWSManagedRulesKnownBadInputsRuleSet",
    counted: ["JavaDeserializationRCE_BODY", "Log4JRCE_BODY", "ReactJSRCE_BODY"],
  },
  {
    name: "AWSManagedRulesCommonRuleSet",
    counted: [
      "NoUserAgent_HEADER",
      "SizeRestrictions_QUERYSTRING",
      "SizeRestrictions_Cookie_HEADER",
      "SizeRestrictions_URIPATH",
      "GenericRFI_QUERYARGUMENTS",
      "SizeRestrictions_BODY",
      "CrossSiteScripting_BODY",
      "GenericLFI_BODY",
      "GenericRFI_BODY",
      "EC2MetaDataSSRF_BODY",
    ],
  },
];

export interface RouterFrontArgs {
  readonly environment: string;
  /** Host of the router's HTTP API. */
  readonly originHost: pulumi.Input<string>;
  readonly identity: IdentitySettings;
  /** What the router wants to see. */
  readonly secret: pulumi.Input<string>;
  readonly settings: FrontSettings;
}

/**
 * A CloudFront distribution with a web ACL before a router: what an HTTP API cannot carry itself. It passes on the token,
 * the country that CloudFront saw, path, query, body, and nothing else; it proves itself by the secret; it keeps nothing.
 *
 * Needs a provider of us-east-1, where CloudFront's web ACLs are.
 */
export class RouterFront extends pulumi.ComponentResource {
  /** `https://<host>` that clients use. */
  readonly endpoint: pulumi.Output<string>;

  constructor(name: string, args: RouterFrontArgs, opts: pulumi.ComponentResourceOptions) {
    super("cells:edge:RouterFront", name, {}, opts);
    const child = { parent: this };
    const prefix = `${args.environment}-router-front`;
    const header = typeof args.identity.edge === "object" ? args.identity.edge.header : RouterHeader.edgeSecret;
    const { domain: alias, certificateArn } = args.settings;

    const distribution = new aws.cloudfront.Distribution(
      `${name}-distribution`,
      {
        enabled: true,
        comment: prefix,
        httpVersion: "http2and3",
        isIpv6Enabled: true,
        aliases: alias === undefined ? [] : [alias],
        webAclId: webAcl(name, prefix, child).arn,
        origins: [
          {
            originId: "router",
            domainName: args.originHost,
            customHeaders: [{ name: header, value: pulumi.secret(args.secret) }],
            customOriginConfig: {
              httpPort: 80,
              httpsPort: 443,
              originProtocolPolicy: "https-only",
              originSslProtocols: ["TLSv1.2"],
            },
          },
        ],
        defaultCacheBehavior: {
          targetOriginId: "router",
          viewerProtocolPolicy: "https-only",
          allowedMethods: ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"],
          cachedMethods: ["GET", "HEAD"],
          compress: false,
          cachePolicyId: cachePolicy(name, prefix, args.identity, child).id,
          originRequestPolicyId: requestPolicy(name, prefix, child).id,
        },
        customErrorResponses: keptErrors.map((errorCode) => ({ errorCode, errorCachingMinTtl: 0 })),
        restrictions: { geoRestriction: { restrictionType: "none" } },
        viewerCertificate:
          certificateArn === undefined
            ? { cloudfrontDefaultCertificate: true }
            : {
                acmCertificateArn: certificateArn,
                minimumProtocolVersion: "TLSv1.2_2021",
                sslSupportMethod: "sni-only",
              },
      },
      child,
    );
    this.endpoint = pulumi.interpolate`https://${alias ?? distribution.domainName}`;
    this.registerOutputs({ endpoint: this.endpoint });
  }
}

/** Keys by who asks and from where. `Authorization` is passed on only by a policy that may keep: answers say no-store. */
function cachePolicy(name: string, prefix: string, { country }: IdentitySettings, child: pulumi.CustomResourceOptions) {
  const items = [
    "Authorization",
    ...(country !== undefined && "header" in country ? ["CloudFront-Viewer-Country"] : []),
  ];
  return new aws.cloudfront.CachePolicy(
    `${name}-cache`,
    {
      name: prefix,
      minTtl: 0,
      defaultTtl: 0,
      maxTtl: 1,
      parametersInCacheKeyAndForwardedToOrigin: {
        enableAcceptEncodingBrotli: false,
        enableAcceptEncodingGzip: false,
        headersConfig: { headerBehavior: "whitelist", headers: { items } },
        queryStringsConfig: { queryStringBehavior: "all" },
        cookiesConfig: { cookieBehavior: "none" },
      },
    },
    child,
  );
}

/**
 * Errors of which CloudFront keeps the answer for ten seconds by default, whatever `no-store` says: a client that repeats a
 * request after `retry-after` would get the old one.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/custom-error-pages-expiration.html
 */
const keptErrors = [500, 502, 503, 504];

const requestHeaders = [
  RouterHeader.refused,
  RouterHeader.correction,
  "Origin",
  "Access-Control-Request-Method",
  "Access-Control-Request-Headers",
];

/** What reaches the router beside that: headers of ours and of browsers' preflights. What is not named does not arrive, `X-Tenant-Id` included. */
function requestPolicy(name: string, prefix: string, child: pulumi.CustomResourceOptions) {
  return new aws.cloudfront.OriginRequestPolicy(
    `${name}-request`,
    {
      name: prefix,
      headersConfig: { headerBehavior: "whitelist", headers: { items: requestHeaders } },
      queryStringsConfig: { queryStringBehavior: "all" },
      cookiesConfig: { cookieBehavior: "none" },
    },
    child,
  );
}

function webAcl(name: string, prefix: string, child: pulumi.CustomResourceOptions): aws.wafv2.WebAcl {
  const visible = (metricName: string) => ({
    cloudwatchMetricsEnabled: true,
    sampledRequestsEnabled: false,
    metricName,
  });
  return new aws.wafv2.WebAcl(
    `${name}-acl`,
    {
      name: prefix,
      scope: "CLOUDFRONT",
      defaultAction: { allow: {} },
      visibilityConfig: visible(prefix),
      rules: [
        {
          name: "rate",
          priority: 0,
          action: { block: { customResponse: { responseCode: 429 } } },
          statement: { rateBasedStatement: { aggregateKeyType: "IP", limit: mostPerAddress } },
          visibilityConfig: visible(`${prefix}-rate`),
        },
        ...ruleSets.map(({ name: rules, counted }, at) => ({
          name: rules,
          priority: at + 1,
          overrideAction: { none: {} },
          statement: {
            managedRuleGroupStatement: {
              vendorName: "AWS",
              name: rules,
              ruleActionOverrides: counted.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
            },
          },
          visibilityConfig: visible(`${prefix}-${at + 1}`),
        })),
      ],
    },
    child,
  );
}
