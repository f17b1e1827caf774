import { RouterHeader } from "../../contract/router";

/**
 * Where a router reads tenant and country from. The program writes these settings into the function, and the function
 * checks them again at its cold start. Pure, so that both run the same check.
 */

/** Signature algorithms that a router accepts: asymmetric ones only (RFC 8725, section 3.1). */
export const tokenAlgorithms = [
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
  "PS256",
  "PS384",
  "PS512",
  "RS256",
  "RS384",
  "RS512",
] as const;
export type TokenAlgorithm = (typeof tokenAlgorithms)[number];

/** Claims that some identity providers do not write; required unless the issuer's settings list them. */
export const optionalClaims = ["nbf", "typ"] as const;
export type OptionalClaim = (typeof optionalClaims)[number];

/** Longest key id, in characters. */
export const longestKeyId = 64;
/** Largest difference of clocks, in seconds. */
export const mostSkewSeconds = 60;

/** A public key in the form of RFC 7517, with only the members that a verifier needs. */
export interface TokenKey {
  readonly kid: string;
  /** The one algorithm that this key verifies. */
  readonly alg: TokenAlgorithm;
  readonly kty: string;
  readonly crv?: string;
  readonly x?: string;
  readonly y?: string;
  readonly n?: string;
  readonly e?: string;
}

/** An issuer of tokens, and what its tokens must contain. */
export interface TokenIssuer {
  /** `iss`, exactly. */
  readonly issuer: string;
  /** `aud`, or one of its values. */
  readonly audience: string;
  /** Its keys verify these algorithms only. */
  readonly algorithms: readonly TokenAlgorithm[];
  /** `typ` of the token's header; `at+jwt` by default (RFC 9068). */
  readonly type: string;
  /** Pinned: keys are never fetched. */
  readonly keys: readonly TokenKey[];
  /** Claims that its tokens may lack; still checked when present. */
  readonly without: readonly OptionalClaim[];
  /** Seconds that clocks may differ; 30 by default, 60 at most. */
  readonly skewSeconds: number;
}

/** The tenant: a claim of a verified token, a header, or the label before a domain in a host name. */
export type TenantSource =
  | { readonly claim: string }
  | { readonly header: string }
  /** `acme` of `acme.app.example.com`; the host is read from `header`, `host` by default. */
  | { readonly host: string; readonly header: string };

/** The tenant's country, ISO 3166-1 alpha-2. */
export type CountrySource = { readonly claim: string } | { readonly header: string };

/**
 * How the edge before the router proves itself: by a secret in a header, or because only the edge can reach the router
 * (`network`), which the router cannot check.
 */
export type EdgeProof = { readonly header: string } | "network";

export interface IdentitySettings {
  readonly tenant: TenantSource;
  /** Without it the table's default jurisdiction decides. */
  readonly country?: CountrySource;
  /** Required when a header or a host is a source. */
  readonly edge?: EdgeProof;
  /** Required when a claim is a source. */
  readonly issuers: readonly TokenIssuer[];
}

/**
 * Whether this is an origin as browsers send it: `https://app.example.com`, lower case, without a path or the default
 * port; `http` for pages of this machine only. `*` is none: it would let every page use the router.
 */
export function isOrigin(text: string): boolean {
  return /^(?:https:\/\/[a-z0-9.-]{1,253}|http:\/\/(?:localhost|127\.0\.0\.1))(?::(?!443$|80$)\d{1,5})?$/.test(text);
}

/** The default: an edge that signs users in, sets two headers and proves itself by a secret. */
export const defaultIdentity: IdentitySettings = {
  tenant: { header: RouterHeader.tenant },
  country: { header: RouterHeader.country },
  edge: { header: RouterHeader.edgeSecret },
  issuers: [],
};
