/** What API Gateway's HTTP API sends and takes, payload format 2.0: only what the router reads and writes. */

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html */
export interface HttpEvent {
  /** Percent-decoded by the HTTP API, so it is encoded again before it leaves. */
  readonly rawPath?: string;
  /** Still encoded, without the question mark. */
  readonly rawQueryString?: string;
  /** Names in lower case; several headers of one name arrive joined by commas. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

export interface HttpAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Where the tenant and its country come from: headers that a trusted edge sets and strips from clients. */
export interface IdentityHeaders {
  /** Lower case. */
  readonly tenant: string;
  /** Lower case. */
  readonly country: string;
  /** What a tenant id looks like; anything else is refused, never normalised. */
  readonly tenantPattern: RegExp;
}

export type Identity =
  | { readonly ok: true; readonly tenant: string; readonly country: string | undefined }
  | { readonly ok: false; readonly status: 400 | 403 };

/** Ids that the control plane issues: short, lower-case ASCII. */
export const defaultTenantPattern = /^[a-z0-9-]{1,64}$/;

/**
 * Reads who asks. A repeated header (400) is an attempt to make two readers disagree; a missing or malformed tenant is
 * 403, as a forbidden one is, so that the answers tell nothing. A missing country is left to the table to judge.
 */
export function readIdentity(event: HttpEvent, headers: IdentityHeaders): Identity {
  const tenant = header(event, headers.tenant);
  const country = header(event, headers.country);
  if (tenant?.includes(",") === true || country?.includes(",") === true) return { ok: false, status: 400 };
  if (tenant === undefined || !headers.tenantPattern.test(tenant)) return { ok: false, status: 403 };
  if (country !== undefined && !/^[A-Z]{2}$/.test(country)) return { ok: false, status: 400 };
  return { ok: true, tenant, country };
}

function header({ headers }: HttpEvent, name: string): string | undefined {
  return headers !== undefined && Object.hasOwn(headers, name) ? headers[name] : undefined;
}
