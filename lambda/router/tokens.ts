import { createPublicKey, type KeyObject } from "node:crypto";

import { jwtVerify } from "jose/jwt/verify";

import type { Mistake } from "../../routing";
import type { TokenIssuer } from "../../routing/identity";

/** What a verified token says of its bearer, unchecked: absent when the claim is not there or is no text. */
export interface Claims {
  readonly tenant?: string;
  readonly country?: string;
}

/** The claims of a token, at once when it was verified before; undefined when the token proves nothing. */
export type VerifyToken = (token: string) => Claims | Promise<Claims | undefined>;

/** Longest token that is looked at; API Gateway limits all headers together to 10,240 bytes. */
const longestToken = 8192;
/** Verified tokens that are remembered: with the longest, 8 MiB. */
export const mostRemembered = 1000;
/** Three parts of base64url: no other text reaches a parser. */
const compact = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;
/** Header members that bring a key along, or say where to fetch one. */
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
 * Makes the verifier of tokens from pinned keys. It fetches nothing, ever. Signature, `iss`, `aud`, `exp`, `nbf` and
 * `typ` by jose; key by exact `kid` among its issuer's, algorithm by the key and never by the token (RFC 8725).
 *
 * @param now seconds since 1970.
 * @throws Error listing every key that is none.
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
      // 1e309 is a number to JSON, and an end that never comes.
      if (!Number.isFinite(payload.exp)) return undefined;
      const claims = { ...claim("tenant", payload, tenantClaim), ...claim("country", payload, countryClaim) };
      remembered.add(token, claims, (payload.exp ?? 0) + settings.skewSeconds);
      return claims;
    } catch {
      // Not a token, or not one of ours. Why is nobody's business; nothing of it is remembered.
      return undefined;
    }
  };
  return (token) => {
    if (token.length > longestToken || !compact.test(token)) return nothing;
    return remembered.get(token, now()) ?? verify(token);
  };
}

const nothing: Promise<undefined> = Promise.resolve(undefined);

/** Header or claims before anything is proven: good for finding the key that they must be proven with, no more. */
function unprovenPart(part: string): ReadonlyMap<string, unknown> {
  return new Map(Object.entries(JSON.parse(Buffer.from(part, "base64url").toString()) as object));
}

function claim(as: "tenant" | "country", payload: object, name: string | undefined): Claims {
  const value =
    name !== undefined && Object.hasOwn(payload, name) ? (payload as Record<string, unknown>)[name] : undefined;
  return typeof value === "string" ? { [as]: value } : {};
}

/** Keys as Node has them, so that a number that is no key stops the cold start and not the first tenant. */
function pin(issuers: readonly TokenIssuer[]): ReadonlyMap<unknown, PinnedIssuer> {
  const mistakes: Mistake[] = [];
  const pinned = issuers.map((settings, at): [string, PinnedIssuer] => {
    const keys = settings.keys.flatMap(({ kid, alg, ...jwk }, index): [string, PinnedKey][] => {
      try {
        return [[kid, { alg, key: createPublicKey({ key: { ...jwk }, format: "jwk" }) }]];
      } catch {
        mistakes.push({ path: `issuers[${at}].keys[${index}]`, message: "is no key: its numbers do not fit its type" });
        return [];
      }
    });
    return [settings.issuer, { settings, keys: new Map(keys) }];
  });
  if (mistakes.length > 0) throw new Error(mistakes.map(({ path, message }) => `  ${path} ${message}`).join("\n"));
  return new Map(pinned);
}

/** Tokens that were verified, the least recently used given up first. Only what is proven gets in. */
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
