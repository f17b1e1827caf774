import { RouterHeader } from "../../contract/router";
import type { CountrySource, IdentitySettings, TenantSource } from "../../routing/identity";
import { edgeCheck } from "./edge-secret";
import { headerOf, type HttpEvent } from "./event";
import type { Claims, VerifyToken } from "./tokens";

/** Why a request gets no cell. Counted and logged; never sent to the client. */
export type Refusal =
  "duplicate-header" | "not-from-edge" | "no-token" | "bad-token" | "no-tenant" | "other-tenant" | "bad-country";

export type Identity =
  | { readonly ok: true; readonly tenant: string; readonly country: string | undefined }
  | { readonly ok: false; readonly status: 400 | 401 | 403; readonly why: Refusal };

/** A promise only when a token must be verified that is not in memory. */
export type ReadIdentity = (event: HttpEvent) => Identity | Promise<Identity>;

/**
 * Whether this is a valid id: `[a-z0-9-]{1,64}`. Anything else is refused, never normalised. A loop, because a regular
 * expression costs more than the rest of the reading.
 */
function isTenant(text: string): boolean {
  const { length } = text;
  if (length === 0 || length > 64) return false;
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    if (!((unit >= 0x61 && unit <= 0x7a) || (unit >= 0x30 && unit <= 0x39) || unit === 0x2d)) return false;
  }
  return true;
}

/** Two letters from A to Z. */
function isCountry(text: string): boolean {
  const isLetter = (unit: number): boolean => unit >= 0x41 && unit <= 0x5a;
  return text.length === 2 && isLetter(text.charCodeAt(0)) && isLetter(text.charCodeAt(1));
}

/** Clients may send this header too; it may only repeat the proven tenant. */
const tenantHint = RouterHeader.tenant;

const refusals: Readonly<Record<Refusal, Identity>> = {
  "duplicate-header": { ok: false, status: 400, why: "duplicate-header" },
  "not-from-edge": { ok: false, status: 403, why: "not-from-edge" },
  "no-token": { ok: false, status: 401, why: "no-token" },
  "bad-token": { ok: false, status: 401, why: "bad-token" },
  // The same as for a forbidden tenant, so that the answer reveals nothing.
  "no-tenant": { ok: false, status: 403, why: "no-tenant" },
  "other-tenant": { ok: false, status: 403, why: "other-tenant" },
  "bad-country": { ok: false, status: 400, why: "bad-country" },
};

/**
 * Reads tenant and country. A repeated security header (400) is an attempt to make two readers disagree. A tenant that no
 * edge or token proves is refused; for a missing country the table decides.
 *
 * @param secrets accepted from the edge; required when the settings name its header.
 * @param verify required when the settings read a claim.
 */
export function makeIdentityReader(
  settings: IdentitySettings,
  proofs: { readonly secrets: readonly string[]; readonly verify?: undefined },
): (event: HttpEvent) => Identity;
export function makeIdentityReader(
  settings: IdentitySettings,
  proofs: { readonly secrets: readonly string[]; readonly verify?: VerifyToken | undefined },
): ReadIdentity;
export function makeIdentityReader(
  settings: IdentitySettings,
  { secrets, verify }: { readonly secrets: readonly string[]; readonly verify?: VerifyToken | undefined },
): ReadIdentity {
  const guarded = guardedHeaders(settings);
  const proof = typeof settings.edge === "object" ? settings.edge.header : undefined;
  const isEdge = proof === undefined ? undefined : edgeCheck(secrets);
  const tenantOf = tenantReader(settings.tenant);
  const countryOf = countryReader(settings.country);
  const hasHint = !("header" in settings.tenant && settings.tenant.header === tenantHint);

  // No valid value contains a comma, so a repeated header always ends in a refusal.
  const refuse = (event: HttpEvent, why: Refusal): Identity =>
    refusals[guarded.some((name) => headerOf(event, name)?.includes(",") === true) ? "duplicate-header" : why];

  const decide = (event: HttpEvent, claims: Claims | undefined): Identity => {
    const tenant = tenantOf(event, claims);
    if (tenant === undefined || !isTenant(tenant)) return refuse(event, "no-tenant");
    const hint = hasHint ? headerOf(event, tenantHint) : undefined;
    if (hint !== undefined && hint !== tenant) return refuse(event, "other-tenant");
    const country = countryOf(event, claims);
    if (country !== undefined && !isCountry(country)) return refuse(event, "bad-country");
    return { ok: true, tenant, country };
  };

  return (event) => {
    if (isEdge?.(headerOf(event, proof!)) === false) return refuse(event, "not-from-edge");
    if (verify === undefined) return decide(event, undefined);
    const token = bearer(headerOf(event, "authorization"));
    if (token === undefined) return refuse(event, "no-token");
    const verified = verify(token);
    if (verified instanceof Promise) {
      return verified.then((claims) => (claims === undefined ? refuse(event, "bad-token") : decide(event, claims)));
    }
    return decide(event, verified);
  };
}

/** Headers that identity depends on: none may be repeated, and `vary` lists them all. */
export function guardedHeaders({ tenant, country, edge, issuers }: IdentitySettings): readonly string[] {
  const named = [tenant, country, edge].flatMap((source) =>
    typeof source === "object" && "header" in source ? [source.header] : [],
  );
  return [...new Set([...named, tenantHint, ...(issuers.length > 0 ? ["authorization"] : [])])];
}

type Read = (event: HttpEvent, claims: Claims | undefined) => string | undefined;

function tenantReader(source: TenantSource): Read {
  if ("claim" in source) return (_, claims) => claims?.tenant;
  const { header } = source;
  if (!("host" in source)) return (event) => headerOf(event, header);
  const suffix = `.${source.host}`;
  return (event) => {
    // Only the default port may follow the host.
    const host = headerOf(event, header)?.replace(/:443$/, "");
    return host?.endsWith(suffix) === true ? host.slice(0, -suffix.length) : undefined;
  };
}

function countryReader(source: CountrySource | undefined): Read {
  if (source === undefined) return () => undefined;
  if ("claim" in source) return (_, claims) => claims?.country;
  const { header } = source;
  return (event) => headerOf(event, header);
}

/** The token of `Authorization: Bearer <token>` (RFC 6750, section 2.1). */
function bearer(header: string | undefined): string | undefined {
  return header !== undefined && /^bearer /i.test(header) ? header.slice("bearer ".length) : undefined;
}
