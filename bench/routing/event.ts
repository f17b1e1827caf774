import { edgeSecret } from "./request";

/**
 * What a Lambda gets of an HTTP API behind CloudFront, payload format 2.0, with the members and the usual headers of a
 * real one: what parsing costs depends on all of it, read or not.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function eventText(tenant: string): string {
  return JSON.stringify({
    version: "2.0",
    routeKey: "$default",
    rawPath: "/classify",
    rawQueryString: "",
    headers: {
      accept: "application/json",
      "accept-encoding": "gzip, deflate, br",
      "accept-language": "en-GB,en;q=0.9",
      "cloudfront-viewer-country": "DE",
      "content-length": "0",
      host: "a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com",
      "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
      via: "2.0 0123456789abcdef.cloudfront.net (CloudFront)",
      "x-amz-cf-id": "6cc0ae5fKQ3fTg3wPJy0aYGcZ0E7nZbV6q2dZ1oM0hTn3L8sZ4R5tA==",
      "x-amzn-trace-id": "Root=1-67891234-0123456789abcdef01234567",
      "x-router-secret": edgeSecret,
      "x-forwarded-for": "192.0.2.1, 198.51.100.7",
      "x-forwarded-port": "443",
      "x-forwarded-proto": "https",
      "x-tenant-id": tenant,
    },
    requestContext: {
      accountId: "123456789012",
      apiId: "a1b2c3d4e5",
      domainName: "a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com",
      domainPrefix: "a1b2c3d4e5",
      http: {
        method: "GET",
        path: "/classify",
        protocol: "HTTP/1.1",
        sourceIp: "198.51.100.7",
        userAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
      },
      requestId: "JKJaXmPLvHcESHA=",
      routeKey: "$default",
      stage: "$default",
      time: "23/Nov/2026:10:00:00 +0000",
      timeEpoch: 1795428000000,
    },
    isBase64Encoded: false,
  });
}
