import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";

import type { HttpEvent } from "../../lambda/router/event";

/** An HTTP API's event (payload format 2.0) with all that API Gateway puts in. */
export interface FullHttpEvent extends HttpEvent {
  readonly version: "2.0";
  readonly routeKey: "$default";
  readonly rawPath: string;
  readonly rawQueryString: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly requestContext: {
    readonly http: { readonly method: string; readonly path: string; readonly sourceIp: string };
    readonly requestId: string;
    readonly stage: "$default";
    readonly timeEpoch: number;
  };
  readonly body?: string;
  readonly isBase64Encoded: boolean;
}

/**
 * The event that API Gateway makes from a request: the path decoded, header names in lower case, headers of one name joined by
 * commas. Undefined for a path that cannot be decoded: API Gateway refuses it itself.
 */
export function toEvent(request: IncomingMessage, body: Buffer): FullHttpEvent | undefined {
  const target = request.url ?? "/";
  const question = target.indexOf("?");
  const path = decodePath(question < 0 ? target : target.slice(0, question));
  if (path === undefined) return undefined;
  const headers: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [name, values] of Object.entries(request.headersDistinct)) headers[name] = (values ?? []).join(",");
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: path,
    rawQueryString: question < 0 ? "" : target.slice(question + 1),
    headers,
    requestContext: {
      http: { method: request.method ?? "GET", path, sourceIp: request.socket.remoteAddress ?? "" },
      requestId: randomUUID(),
      stage: "$default",
      timeEpoch: Date.now(),
    },
    ...(body.length === 0 ? {} : { body: body.toString("base64") }),
    isBase64Encoded: body.length > 0,
  };
}

function decodePath(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}
