import { renamed, same, within, type Shape, type Twin } from "../fields";

/** `headers: {items: […]}` is a list in CloudFormation. */
const items = (to: string): Shape => ({
  headers: { to, via: (value) => (value as { readonly items?: unknown } | undefined)?.items },
});

const visibility: Shape = renamed({
  cloudwatchMetricsEnabled: "CloudWatchMetricsEnabled",
  metricName: "MetricName",
  sampledRequestsEnabled: "SampledRequestsEnabled",
});

const forwarded: Shape = {
  headersConfig: { to: "HeadersConfig", of: { ...same("headerBehavior"), ...items("Headers") } },
  queryStringsConfig: { to: "QueryStringsConfig", of: same("queryStringBehavior") },
  cookiesConfig: { to: "CookiesConfig", of: same("cookieBehavior") },
};

const origin: Shape = {
  ...same("connectionAttempts connectionTimeout domainName originPath"),
  ...renamed({ originId: "Id" }),
  customHeaders: { to: "OriginCustomHeaders", of: renamed({ name: "HeaderName", value: "HeaderValue" }) },
  customOriginConfig: {
    to: "CustomOriginConfig",
    of: {
      ...same("originProtocolPolicy originReadTimeout originKeepaliveTimeout"),
      ...renamed({ httpPort: "HTTPPort", httpsPort: "HTTPSPort", originSslProtocols: "OriginSSLProtocols" }),
    },
  },
};

/** CloudFront and its web ACL. */
export const front: Readonly<Record<string, Twin>> = {
  "aws:cloudfront/distribution:Distribution": {
    type: "AWS::CloudFront::Distribution",
    fields: within("DistributionConfig", {
      ...same("aliases comment defaultRootObject enabled httpVersion priceClass staging"),
      ...renamed({ isIpv6Enabled: "IPV6Enabled", webAclId: "WebACLId" }),
      origins: { to: "Origins", of: origin },
      defaultCacheBehavior: {
        to: "DefaultCacheBehavior",
        of: same(
          "allowedMethods cachedMethods cachePolicyId compress originRequestPolicyId responseHeadersPolicyId targetOriginId viewerProtocolPolicy",
        ),
      },
      customErrorResponses: {
        to: "CustomErrorResponses",
        of: {
          ...same("errorCode responseCode responsePagePath"),
          ...renamed({ errorCachingMinTtl: "ErrorCachingMinTTL" }),
        },
      },
      restrictions: {
        to: "Restrictions",
        of: { geoRestriction: { to: "GeoRestriction", of: same("locations restrictionType") } },
      },
      viewerCertificate: {
        to: "ViewerCertificate",
        of: {
          ...same("acmCertificateArn iamCertificateId minimumProtocolVersion sslSupportMethod"),
          ...renamed({ cloudfrontDefaultCertificate: "CloudFrontDefaultCertificate" }),
        },
      },
    }),
  },
  "aws:cloudfront/cachePolicy:CachePolicy": {
    type: "AWS::CloudFront::CachePolicy",
    fields: within("CachePolicyConfig", {
      ...same("comment name"),
      ...renamed({ defaultTtl: "DefaultTTL", maxTtl: "MaxTTL", minTtl: "MinTTL" }),
      parametersInCacheKeyAndForwardedToOrigin: {
        to: "ParametersInCacheKeyAndForwardedToOrigin",
        of: { ...forwarded, ...same("enableAcceptEncodingBrotli enableAcceptEncodingGzip") },
      },
    }),
    tags: "none",
  },
  "aws:cloudfront/originRequestPolicy:OriginRequestPolicy": {
    type: "AWS::CloudFront::OriginRequestPolicy",
    fields: within("OriginRequestPolicyConfig", { ...same("comment name"), ...forwarded }),
    tags: "none",
  },
  "aws:wafv2/webAcl:WebAcl": {
    type: "AWS::WAFv2::WebACL",
    fields: {
      ...same("description name scope"),
      defaultAction: { to: "DefaultAction", of: same("allow block") },
      visibilityConfig: { to: "VisibilityConfig", of: visibility },
      rules: {
        to: "Rules",
        of: {
          ...same("name priority"),
          action: {
            to: "Action",
            of: {
              ...same("allow count"),
              block: { to: "Block", of: { customResponse: { to: "CustomResponse", of: same("responseCode") } } },
            },
          },
          overrideAction: { to: "OverrideAction", of: same("count none") },
          visibilityConfig: { to: "VisibilityConfig", of: visibility },
          statement: {
            to: "Statement",
            of: {
              rateBasedStatement: { to: "RateBasedStatement", of: same("aggregateKeyType evaluationWindowSec limit") },
              managedRuleGroupStatement: {
                to: "ManagedRuleGroupStatement",
                of: {
                  ...same("name vendorName version"),
                  ruleActionOverrides: {
                    to: "RuleActionOverrides",
                    of: { ...same("name"), actionToUse: { to: "ActionToUse", of: same("allow block count") } },
                  },
                },
              },
            },
          },
        },
      },
    },
  },
};
