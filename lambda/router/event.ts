/** What API Gateway's HTTP API sends and takes, payload format 2.0: only what the router reads and writes. */

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html */
export interface HttpEvent {
  /** Percent-decoded by the HTTP API, so it is encoded again before it leaves. */
  readonly rawPath?: string;
  /** Still encoded, without the question mark. */
  readonly rawQueryString?: string;
  /** Names in lower case; several headers of one name arrive joined by commas. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** Never read, only measured. */
  readonly body?: string;
  /** Whether `body` is base64, as of everything that is no text. */
  readonly isBase64Encoded?: boolean;
  readonly requestContext?: { readonly requestId?: string };
}

export interface HttpAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A header of the request: text only, so nothing that an object's prototype has is ever one. */
export function headerOf({ headers }: HttpEvent, name: string): string | undefined {
  const value = headers?.[name];
  return typeof value === "string" ? value : undefined;
}
