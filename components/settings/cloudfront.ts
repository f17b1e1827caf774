import { z } from "zod";

import { RouterHeader } from "../../contract/router";
import type { Mistake } from "../../routing";
import type { IdentitySettings } from "../../routing/identity";

/**
 * `cells:cloudfront`: a distribution with a web ACL before one router. Both members, or neither for CloudFront's own
 * name. Changing them updates the distribution in place.
 */
export interface FrontSettings {
  /** Name that clients use, in lower case. You create its DNS record. */
  readonly domain?: string;
  /** Certificate for it, in us-east-1: CloudFront takes no other. */
  readonly certificateArn?: string;
}

const domain = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/;
const certificate = /^arn:aws:acm:us-east-1:\d{12}:certificate\/[0-9a-f-]{36}$/;

const text = (fits: RegExp, error: string) => z.string({ error }).regex(fits, { error }).optional();

/** Shape of `cells:cloudfront`. */
export const cloudfront = z
  .strictObject(
    {
      enabled: z.literal(true, { error: "write true, or leave cells:cloudfront out" }),
      domain: text(domain, "write a domain in lower case, e.g. go.example.com"),
      certificateArn: text(certificate, "write the ARN of a certificate in us-east-1"),
    },
    { error: "write enabled: true, with domain and certificateArn for a name of yours" },
  )
  .refine(({ domain: name, certificateArn }) => (name === undefined) === (certificateArn === undefined), {
    path: ["domain"],
    error: "domain and certificateArn go together: write both or neither",
  })
  .transform(({ domain: name, certificateArn }): FrontSettings =>
    name === undefined || certificateArn === undefined ? {} : { domain: name, certificateArn },
  );

/**
 * What `cells:identity` lacks for a distribution. A distribution authenticates no client: what it does not pass on
 * cannot be trusted, and what it passes on is the client's own claim.
 */
export function frontMistakes(identity: IdentitySettings): readonly Mistake[] {
  const mistakes: string[] = [];
  if (!("claim" in identity.tenant)) mistakes.push("needs a tenant from a token: write tenant: {claim: …}");
  if (
    identity.country !== undefined &&
    "header" in identity.country &&
    identity.country.header !== RouterHeader.country
  ) {
    mistakes.push(`needs the country from a token or from ${RouterHeader.country}`);
  }
  if (typeof identity.edge !== "object") {
    mistakes.push(`needs edge: {header: "${RouterHeader.edgeSecret}"}, or clients go around the distribution`);
  }
  return mistakes.map((message) => ({ path: "", message: `cells:cloudfront ${message}` }));
}
