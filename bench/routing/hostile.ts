import { generateKeyPairSync, type KeyObject } from "node:crypto";

import { SignJWT } from "jose";

import type { HttpEvent } from "../../lambda/router/event";
import { checkIdentity, type IdentitySettings } from "../../routing/identity";
import { edgeSecret } from "./request";

/** A request and its true sender; no sender when it must be refused. */
export interface Hostile {
  readonly event: HttpEvent;
  readonly true?: { readonly tenant: string; readonly country: string };
}

/** A whole number from 0 to `below`, exclusive. */
export type Random = (below: number) => number;

/** Xorshift: the same requests for the same seed. */
export function seeded(seed: number): Random {
  let state = seed >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const pieces = [
  "/",
  "\\",
  "//evil.org",
  "@evil.org",
  "https://evil.org",
  "%2f",
  "%5c",
  "%0d%0a",
  "..",
  "\r\nset-cookie: a=b",
  "\0",
  "?",
  "#",
  "é",
  "\ud800",
  "ａcme",
  "\u202e",
  "__proto__",
  "constructor",
  "{".repeat(50),
  "[".repeat(2000),
  "cell-1",
  "a".repeat(300),
  "a".repeat(10_000),
  "DE",
  "US",
  ",",
  " ",
  "%",
  ":8080",
  "169.254.169.254",
  "[::1]",
  "$(id)",
  "' or 1=1--",
  "acme",
  "ACME",
  "t-1",
  "t-1,t-2",
];
const otherHeaders = [
  "x-cell",
  "x-original-url",
  "x-rewrite-url",
  "x-http-method-override",
  "x-forwarded-host",
  "x-routing-refused",
  "x-routing-correction",
  "host",
  "__proto__",
  "authorization",
];

function mess(random: Random): string {
  return Array.from({ length: random(4) }, () => pieces[random(pieces.length)]!).join("");
}

function pathOf(random: Random): string {
  const kind = random(6);
  if (kind === 0) return "/classify";
  if (kind === 1) return "/route";
  return kind === 2 ? `/route/${mess(random)}` : mess(random);
}

function around(random: Random, headers: Record<string, string>): HttpEvent {
  const name = otherHeaders[random(otherHeaders.length)]!;
  // As JSON.parse makes it: an own member, whatever its name.
  if (!(name in headers)) Object.defineProperty(headers, name, { value: mess(random), enumerable: true });
  const rawPath = pathOf(random);
  return { rawPath, rawQueryString: random(2) === 0 ? "cell=cell-1&x=%20" : mess(random), headers, body: mess(random) };
}

/** Secrets that are not the one: each nearly. */
const wrongSecrets = [
  "",
  edgeSecret.slice(1),
  `${edgeSecret}a`,
  `${edgeSecret},${edgeSecret}`,
  edgeSecret.toLowerCase(),
  String.fromCharCode(edgeSecret.charCodeAt(0) + 256) + edgeSecret.slice(1),
  ` ${edgeSecret.slice(1)}`,
];

/** Requests to a router behind an edge: half of them truly from the edge. */
export function edgeRequest(random: Random): Hostile {
  const goodTenant = random(3) > 0;
  const tenant = goodTenant ? `t-${random(1e9)}` : mess(random);
  const goodCountry = random(3) > 0;
  const country = goodCountry ? ["DE", "US"][random(2)]! : mess(random);
  const fromEdge = random(2) === 0;
  const headers: Record<string, string> = { "x-tenant-id": tenant, "cloudfront-viewer-country": country };
  headers["x-router-secret"] = fromEdge ? edgeSecret : wrongSecrets[random(wrongSecrets.length)]!;
  const event = around(random, headers);
  const isTenant = goodTenant || /^[a-z0-9-]{1,64}$/.test(tenant);
  const isCountry = country === "DE" || country === "US";
  return fromEdge && isTenant && isCountry ? { event, true: { tenant, country } } : { event };
}

const issuer = "https://login.example.org/";
const audience = "cells";

/** Tokens by an issuer of ours, and what an attacker makes of them. */
export class Tokens {
  readonly settings: IdentitySettings;
  private readonly valid: { readonly token: string; readonly tenant: string; readonly country: string }[] = [];
  private readonly forged: string[] = [];

  private constructor(
    jwk: object,
    readonly nowSeconds: number,
  ) {
    const checked = checkIdentity({
      tenant: { claim: "tenant" },
      country: { claim: "country" },
      issuers: [{ issuer, audience, algorithms: ["ES256"], keys: [{ ...jwk, kid: "k1" }] }],
    });
    if (!checked.ok) throw new Error(JSON.stringify(checked.mistakes));
    this.settings = checked.settings;
  }

  /** Signs `count` good tokens, and one of each bad kind: expired, of others, for others, without what they need. */
  static async make(count: number): Promise<Tokens> {
    const ours = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const theirs = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const nowSeconds = 1_800_000_000;
    const made = new Tokens(ours.publicKey.export({ format: "jwk" }), nowSeconds);
    const sign = (
      claims: object,
      header: object = {},
      key: KeyObject | Uint8Array = ours.privateKey,
    ): Promise<string> =>
      new SignJWT({
        iss: issuer,
        aud: audience,
        exp: nowSeconds + 3600,
        nbf: nowSeconds - 10,
        tenant: "t-victim",
        country: "DE",
        ...claims,
      })
        .setProtectedHeader({ alg: "ES256", kid: "k1", typ: "at+jwt", ...header })
        .sign(key);
    for (let i = 0; i < count; i++) {
      const tenant = `t-${i}`;
      const country = i % 2 === 0 ? "DE" : "US";
      made.valid.push({ token: await sign({ tenant, country }), tenant, country });
    }
    const text = Buffer.from(ours.publicKey.export({ format: "pem", type: "spki" }));
    const bad: (readonly [object, object?, (KeyObject | Uint8Array)?])[] = [
      [{ exp: nowSeconds - 120 }],
      [{ exp: undefined }],
      [{ nbf: nowSeconds + 120 }],
      [{ nbf: undefined }],
      [{ iss: "https://evil.org/" }],
      [{ aud: "others" }],
      [{ tenant: undefined }],
      [{ tenant: ["t-victim"] }],
      [{ tenant: 7 }],
      [{ tenant: "T-Victim" }],
      [{ tenant: "ｔ-victim" }],
      [{ tenant: "a".repeat(4000) }],
      [{ country: "deu" }],
      [{}, { typ: "JWT" }],
      [{}, { kid: "k2" }],
      [{}, { kid: "../k1" }],
      [{}, { kid: "k".repeat(5000) }],
      [{}, { jku: "https://evil.org/jwks.json" }],
      [{}, {}, theirs.privateKey],
      [{}, { jwk: theirs.publicKey.export({ format: "jwk" }) }, theirs.privateKey],
      [{}, { alg: "HS256" }, text],
    ];
    for (const [claims, header, key] of bad) made.forged.push(await sign(claims, header, key));
    return made;
  }

  /** Requests to a router that reads tokens. */
  request(random: Random): Hostile {
    const kind = random(6);
    const good = this.valid[random(this.valid.length)]!;
    const token =
      kind === 0
        ? good.token
        : kind === 1
          ? this.forged[random(this.forged.length)]!
          : this.mutant(random, good.token, kind);
    const headers: Record<string, string> = { authorization: `Bearer ${token}` };
    if (random(4) === 0) headers["x-tenant-id"] = random(2) === 0 ? good.tenant : mess(random);
    const hint = headers["x-tenant-id"];
    const event = around(random, headers);
    const isTrue = token === good.token && (hint === undefined || hint === good.tenant);
    return isTrue ? { event, true: { tenant: good.tenant, country: good.country } } : { event };
  }

  private mutant(random: Random, token: string, kind: number): string {
    const [header = "", payload = "", signature = ""] = token.split(".");
    const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
    if (kind === 2)
      return `${encode({ alg: ["none", "None", "HS256", "RS256"][random(4)], kid: "k1" })}.${payload}.${random(2) === 0 ? "" : signature}`;
    if (kind === 3)
      return `${header}.${encode({ iss: issuer, aud: audience, exp: 4e9, nbf: 0, tenant: mess(random), country: "DE" })}.${signature}`;
    if (kind === 4) return mess(random);
    const at = random(token.length);
    const changed = token[at] === "A" ? "B" : "A";
    // Bits of the last character that carry nothing would leave the token as it was.
    return at === token.length - 1 || token[at] === "."
      ? `${token}A`
      : token.slice(0, at) + changed + token.slice(at + 1);
  }
}
