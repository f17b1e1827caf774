import { RouterHeader } from "../../contract/router";
import type { Mistake } from "../check";
import { checkKeys } from "./check-keys";
import { join, MemberReader } from "./member-reader";
import {
  mostSkewSeconds,
  optionalClaims,
  tokenAlgorithms,
  type CountrySource,
  type EdgeProof,
  type IdentitySettings,
  type OptionalClaim,
  type TenantSource,
  type TokenAlgorithm,
  type TokenIssuer,
} from "./settings";

export type CheckedIdentity =
  | { readonly ok: true; readonly settings: IdentitySettings }
  | { readonly ok: false; readonly mistakes: readonly Mistake[] };

/** Valid names of headers and claims. */
const headerName = /^[a-z][a-z0-9-]{0,63}$/;
const headerText = "a header's name in lower case";
/**
 * Names that CloudFront refuses as a custom origin header: CreateDistribution fails.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/add-origin-custom-headers.html#add-origin-custom-headers-denylist
 */
const reservedPrefix = /^x-(?:amz|edge)-/;
const reservedNames = [
  ...["cache-control", "connection", "content-length", "cookie", "host", "max-forwards", "pragma", "range"],
  ...["if-match", "if-modified-since", "if-none-match", "if-range", "if-unmodified-since", "request-range"],
  ...["proxy-authenticate", "proxy-authorization", "proxy-connection"],
  ...["te", "trailer", "transfer-encoding", "upgrade", "via", "x-real-ip"],
];
const claimName = /^[\x21-\x7e]{1,128}$/;
const domain = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/;
const printable = /^[\x21-\x7e]{1,256}$/;

/**
 * Checks settings as a person writes them (JSON or a stack's configuration) and fills in the defaults; its result passes
 * the check again. Never throws. Lists every mistake; no message contains a value.
 */
export function checkIdentity(value: unknown): CheckedIdentity {
  const check = new MemberReader();
  const top = check.object("", value, ["tenant", "country", "edge", "issuers"], "an object with tenant");
  if (check.mistakes.some(({ path }) => path === "")) return { ok: false, mistakes: check.mistakes };
  const tenant = checkTenant(check, top["tenant"]);
  const country = top["country"] === undefined ? undefined : checkCountry(check, top["country"]);
  const edge = top["edge"] === undefined ? undefined : checkEdge(check, top["edge"]);
  const issuers = top["issuers"] === undefined ? [] : checkIssuers(check, top["issuers"]);
  checkTogether(check, tenant, country, edge, issuers, top);
  if (check.mistakes.length > 0 || tenant === undefined) return { ok: false, mistakes: check.mistakes };
  return {
    ok: true,
    settings: {
      tenant,
      ...(country === undefined ? {} : { country }),
      ...(edge === undefined ? {} : { edge }),
      issuers,
    },
  };
}

/** Every source needs a proof: headers and hosts an edge, claims an issuer. */
function checkTogether(
  check: MemberReader,
  tenant: TenantSource | undefined,
  country: CountrySource | undefined,
  edge: EdgeProof | undefined,
  issuers: readonly TokenIssuer[],
  top: Readonly<Record<string, unknown>>,
): void {
  const believed = [tenant, country].filter((source) => source !== undefined);
  if (believed.some((source) => "header" in source) && top["edge"] === undefined) {
    check.fail(
      "edge",
      `is missing: headers are accepted from an edge only; write {"header": "${RouterHeader.edgeSecret}"}, or "network" if only the edge can reach the router`,
    );
  }
  if (believed.some((source) => "claim" in source) && issuers.length === 0) {
    check.fail("issuers", "is missing: claims are accepted only from tokens of a listed issuer");
  }
  const proof = typeof edge === "object" ? edge.header : undefined;
  if (proof !== undefined && believed.some((source) => "header" in source && source.header === proof)) {
    check.fail("edge.header", "is read as tenant or country too: give the secret a header of its own");
  }
}

function checkTenant(check: MemberReader, value: unknown): TenantSource | undefined {
  const before = check.mistakes.length;
  const what = '{"claim": …}, {"header": …} or {"host": …}';
  const source = check.object("tenant", value, ["claim", "header", "host"], what);
  if (check.mistakes.length > before) return undefined;
  if (source["host"] !== undefined && source["claim"] === undefined) {
    const host = check.text("tenant.host", source["host"], domain, "a domain in lower case");
    const header =
      source["header"] === undefined ? "host" : check.text("tenant.header", source["header"], headerName, headerText);
    return { host, header };
  }
  return checkSource(check, "tenant", source, what);
}

function checkCountry(check: MemberReader, value: unknown): CountrySource | undefined {
  const before = check.mistakes.length;
  const what = '{"claim": …} or {"header": …}';
  const source = check.object("country", value, ["claim", "header"], what);
  return check.mistakes.length > before ? undefined : checkSource(check, "country", source, what);
}

function checkSource(
  check: MemberReader,
  path: string,
  source: Readonly<Record<string, unknown>>,
  what: string,
): CountrySource | undefined {
  const { claim, header } = source;
  if (Object.keys(source).length !== 1) return check.fail(path, `must be one of ${what}`);
  if (claim !== undefined) return { claim: check.text(`${path}.claim`, claim, claimName, "a claim's name") };
  return { header: check.text(`${path}.header`, header, headerName, headerText) };
}

function checkEdge(check: MemberReader, value: unknown): EdgeProof | undefined {
  if (value === "network") return "network";
  const { header } = check.object("edge", value, ["header"], '{"header": …} or "network"');
  const name = check.text("edge.header", header, headerName, headerText);
  if (reservedPrefix.test(name) || reservedNames.includes(name)) {
    check.fail("edge.header", `is a name that CloudFront cannot send: write another, e.g. ${RouterHeader.edgeSecret}`);
  }
  return { header: name };
}

function checkIssuers(check: MemberReader, value: unknown): readonly TokenIssuer[] {
  const issuers = check
    .list("issuers", value, "a list of issuers", 0)
    .map((item, index) => checkIssuer(check, `issuers[${index}]`, item));
  const names = issuers.map(({ issuer }) => issuer);
  names.forEach((name, index) => {
    if (name !== "" && names.indexOf(name) < index) check.fail(`issuers[${index}].issuer`, "occurs twice");
  });
  return issuers;
}

function checkIssuer(check: MemberReader, path: string, value: unknown): TokenIssuer {
  const known = ["issuer", "audience", "algorithms", "keys", "type", "without", "skewSeconds"];
  const given = check.object(path, value, known, "an issuer");
  const at = (name: string): string => join(path, name);
  const algorithms = words(check, at("algorithms"), given["algorithms"], tokenAlgorithms);
  const skew = given["skewSeconds"] ?? 30;
  if (typeof skew !== "number" || !Number.isInteger(skew) || skew < 0 || skew > mostSkewSeconds) {
    check.fail(at("skewSeconds"), `must be a whole number from 0 to ${mostSkewSeconds}`);
  }
  const without = words(check, at("without"), given["without"] ?? [], optionalClaims, 0);
  return {
    issuer: check.text(at("issuer"), given["issuer"], printable, "the tokens' iss"),
    audience: check.text(at("audience"), given["audience"], printable, "the tokens' aud"),
    algorithms: algorithms as readonly TokenAlgorithm[],
    type: check.text(at("type"), given["type"] ?? "at+jwt", printable, "the tokens' typ, e.g. JWT"),
    // A mistake in the list is reported once, not again for each key.
    keys: checkKeys(
      check,
      at("keys"),
      given["keys"],
      algorithms.length > 0 ? (algorithms as readonly TokenAlgorithm[]) : tokenAlgorithms,
    ),
    without: without as readonly OptionalClaim[],
    skewSeconds: skew as number,
  };
}

function words(
  check: MemberReader,
  path: string,
  value: unknown,
  allowed: readonly string[],
  least = 1,
): readonly string[] {
  const list = check.list(path, value, `a list of ${allowed.join(", ")}`, least);
  const wrong = list.findIndex((each) => !allowed.includes(each as string));
  if (wrong < 0) return list as readonly string[];
  check.fail(`${path}[${wrong}]`, `must be one of ${allowed.join(", ")}`);
  return [];
}
