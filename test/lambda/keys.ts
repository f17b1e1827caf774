import { generateKeyPairSync, type KeyObject } from "node:crypto";

import { SignJWT } from "jose";

import { settingsOf } from "./fixture";

/** Issuer, audience and start time of these tests. */
const issuer = "https://login.example.org/";
const audience = "cells";
/** The clock of `setup`, in seconds, when it begins. */
export const began = Date.UTC(2026, 10, 22) / 1000;

const pair = (curve: string) => generateKeyPairSync("ec", { namedCurve: curve });
export const ours = pair("P-256");
export const others = pair("P-256");
export const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });

/** A public key as an issuer publishes it. */
export function published(key: KeyObject, kid: string, more: object = {}): object {
  return { ...key.export({ format: "jwk" }), kid, use: "sig", ...more };
}

/** One issuer as a person writes it. */
export const issuerInput = {
  issuer,
  audience,
  algorithms: ["ES256", "RS256"],
  keys: [published(ours.publicKey, "ec-1"), published(rsa.publicKey, "rsa-1", { alg: "RS256" })],
};

/** Tenant and country by claims, keys pinned. */
export const tokenIdentity = settingsOf({
  tenant: { claim: "tenant" },
  country: { claim: "country" },
  issuers: [issuerInput],
});

export const goodClaims = {
  iss: issuer,
  aud: audience,
  exp: began + 600,
  nbf: began - 5,
  tenant: "acme",
  country: "CN",
};
export const goodHeader = { alg: "ES256", kid: "ec-1", typ: "at+jwt" };

/** A token; `undefined` members are left out. */
export function sign(
  claims: object = {},
  header: object = {},
  key: KeyObject | Uint8Array = ours.privateKey,
): Promise<string> {
  return new SignJWT({ ...goodClaims, ...claims }).setProtectedHeader({ ...goodHeader, ...header }).sign(key);
}

/** A token that no library would sign. */
export function forge(header: object, claims: object, signature = ""): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part(header)}.${part(claims)}.${signature}`;
}

export const withToken = (token: string, rawPath = "/classify", more: Readonly<Record<string, string>> = {}) => ({
  rawPath,
  rawQueryString: "",
  headers: { authorization: `Bearer ${token}`, ...more },
});
