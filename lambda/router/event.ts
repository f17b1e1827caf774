/** Events and answers of API Gateway's HTTP API, payload format 2.0: only members that the router reads and writes. */

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html */
export interface HttpEvent {
  /** Percent-decoded by the HTTP API; the router encodes it again. */
  readonly rawPath?: string;
  /** Still encoded, without the question mark. */
  readonly rawQueryString?: string;
  /** Names in lower case; several headers of one name arrive joined by commas. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** Only measured, never read. */
  readonly body?: string;
  /** Whether `body` is base64, as it is unless it is text. */
  readonly isBase64Encoded?: boolean;
  readonly requestContext?: { readonly requestId?: string; readonly http?: { readonly method?: string } };
}

export interface HttpAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A header of the request. Text only, so that no member of an object's prototype counts as one. */
export function headerOf({ headers }: HttpEvent, name: string): string | undefined {
  const value = headers?.[name];
  return typeof value === "string" ? value : undefined;
}
