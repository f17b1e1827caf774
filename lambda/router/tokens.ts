import { createPublicKey, type KeyObject } from "node:crypto";

import { jwtVerify } from "jose/jwt/verify";

import type { Mistake } from "../../routing";
import type { TokenIssuer } from "../../routing/identity";

/** Claims of a verified token, unchecked; absent when the claim is missing or not text. */
export interface Claims {
  readonly tenant?: string;
  readonly country?: string;
}

/** The claims of a token, without a promise when it is in memory; undefined when the token is not valid. */
export type VerifyToken = (token: string) => Claims | Promise<Claims | undefined>;

/** Longest token that is read; API Gateway limits all headers together to 10,240 bytes. */
const longestToken = 8192;
/** Most verified tokens in memory: 8 MiB with the longest. */
export const mostRemembered = 1000;
/** Three parts of base64url. Other text never reaches a parser. */
const compact = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;
/** Header members that contain a key, or an address of one. */
const foreignKeys = ["jku", "jwk", "x5c", "x5u"];

interface PinnedKey {
  readonly alg: string;
  readonly key: KeyObject;
}
interface PinnedIssuer {
  readonly settings: TokenIssuer;
  readonly keys: ReadonlyMap<unknown, PinnedKey>;
}

/**
 * Makes the verifier of tokens with pinned keys. It never fetches anything. Signature, `iss`, `aud`, `exp`, `nbf` and
 * `typ` by jose; key by exact `kid` among its issuer's, algorithm by the key and never by the token (RFC 8725).
 *
 * @param now seconds since 1970.
 * @throws Error listing every key that is not valid.
 */
export function makeTokenVerifier(options: {
  readonly issuers: readonly TokenIssuer[];
  readonly tenantClaim: string | undefined;
  readonly countryClaim: string | undefined;
  readonly now: () => number;
}): VerifyToken {
  const { tenantClaim, countryClaim, now } = options;
  const issuers = pin(options.issuers);
  const remembered = new Remembered(mostRemembered);

  const verify = async (token: string): Promise<Claims | undefined> => {
    try {
      const [header, unproven] = token.split(".", 2).map(unprovenPart);
      if (foreignKeys.some((name) => header!.has(name))) return undefined;
      const issuer = issuers.get(unproven!.get("iss"));
      const pinned = issuer?.keys.get(header!.get("kid"));
      if (issuer === undefined || pinned === undefined) return undefined;
      const { settings } = issuer;
      const { payload } = await jwtVerify(token, pinned.key, {
        algorithms: [pinned.alg],
        issuer: settings.issuer,
        audience: settings.audience,
        ...(settings.without.includes("typ") && !header!.has("typ") ? {} : { typ: settings.type }),
        requiredClaims: settings.without.includes("nbf") ? ["exp"] : ["exp", "nbf"],
        clockTolerance: settings.skewSeconds,
        currentDate: new Date(now() * 1000),
      });
      // JSON reads 1e309 as infinity: a token that never expires.
      if (!Number.isFinite(payload.exp)) return undefined;
      const claims = { ...claim("tenant", payload, tenantClaim), ...claim("country", payload, countryClaim) };
      remembered.add(token, claims, (payload.exp ?? 0) + settings.skewSeconds);
      return claims;
    } catch {
      // Not a token, or not one of ours. The reason is not reported, and refusals are not kept in memory.
      return undefined;
    }
  };
  return (token) => {
    if (token.length > longestToken || !compact.test(token)) return nothing;
    return remembered.get(token, now()) ?? verify(token);
  };
}

const nothing: Promise<undefined> = Promise.resolve(undefined);

/** Header or claims before verification: used only to find the key that verifies them. */
function unprovenPart(part: string): ReadonlyMap<string, unknown> {
  return new Map(Object.entries(JSON.parse(Buffer.from(part, "base64url").toString()) as object));
}

function claim(as: "tenant" | "country", payload: object, name: string | undefined): Claims {
  const value =
    name !== undefined && Object.hasOwn(payload, name) ? (payload as Record<string, unknown>)[name] : undefined;
  return typeof value === "string" ? { [as]: value } : {};
}

/** Node's key objects, made here so that an invalid key fails the cold start and not the first request. */
function pin(issuers: readonly TokenIssuer[]): ReadonlyMap<unknown, PinnedIssuer> {
  const mistakes: Mistake[] = [];
  const pinned = issuers.map((settings, at): [string, PinnedIssuer] => {
    const keys = settings.keys.flatMap(({ kid, alg, ...jwk }, index): [string, PinnedKey][] => {
      try {
        return [[kid, { alg, key: createPublicKey({ key: { ...jwk }, format: "jwk" }) }]];
      } catch {
        mistakes.push({
          path: `issuers[${at}].keys[${index}]`,
          message: "is not a valid key: its numbers do not fit its type",
        });
        return [];
      }
    });
    return [settings.issuer, { settings, keys: new Map(keys) }];
  });
  if (mistakes.length > 0) throw new Error(mistakes.map(({ path, message }) => `  ${path} ${message}`).join("\n"));
  return new Map(pinned);
}

/** Verified tokens, the least recently used dropped first. */
class Remembered {
  private readonly entries = new Map<string, { readonly claims: Claims; readonly until: number }>();

  constructor(private readonly most: number) {}

  get(token: string, now: number): Claims | undefined {
    const entry = this.entries.get(token);
    if (entry === undefined) return undefined;
    this.entries.delete(token);
    if (now >= entry.until) return undefined;
    this.entries.set(token, entry);
    return entry.claims;
  }

  add(token: string, claims: Claims, until: number): void {
    this.entries.set(token, { claims, until });
    if (this.entries.size > this.most) this.entries.delete(this.entries.keys().next().value!);
  }
}
