import { RouterHeader } from "../../contract/router";

/**
 * Where a router learns who asks: the settings that the program writes into the function and the function checks again
 * at its cold start. Pure, as the whole room, so that both run the same check.
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

/** Claims that some identity providers do not write; asked of every token unless an issuer is said to do without. */
export const optionalClaims = ["nbf", "typ"] as const;
export type OptionalClaim = (typeof optionalClaims)[number];

/** Longest key id, in characters. */
export const longestKeyId = 64;
/** Most that clocks may differ, in seconds. */
export const mostSkewSeconds = 60;

/** A public key in the form of RFC 7517, with what a verifier needs and no more. */
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

/** Who signs tokens, and what they must say. */
export interface TokenIssuer {
  /** `iss`, to the character. */
  readonly issuer: string;
  /** `aud`, or one of them. */
  readonly audience: string;
  /** Its keys verify these and no others. */
  readonly algorithms: readonly TokenAlgorithm[];
  /** `typ` of the token's header; `at+jwt` by default (RFC 9068). */
  readonly type: string;
  /** Pinned: nothing is ever fetched. */
  readonly keys: readonly TokenKey[];
  /** What its tokens lack; checked all the same when they have it. */
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
 * How the edge before the router proves that it is the edge: by a secret in a header, or by being the only one that
 * can reach the router at all (`network`), which the router cannot check.
 */
export type EdgeProof = { readonly header: string } | "network";

export interface IdentitySettings {
  readonly tenant: TenantSource;
  /** Without it no country is known, and the table's default jurisdiction decides. */
  readonly country?: CountrySource;
  /** There whenever a header or a host is believed. */
  readonly edge?: EdgeProof;
  /** There whenever a claim is believed. */
  readonly issuers: readonly TokenIssuer[];
}

/** An edge that signs people in, sets two headers and proves itself by a secret: what a router does unless told. */
export const defaultIdentity: IdentitySettings = {
  tenant: { header: RouterHeader.tenant },
  country: { header: RouterHeader.country },
  edge: { header: RouterHeader.edgeSecret },
  issuers: [],
};
