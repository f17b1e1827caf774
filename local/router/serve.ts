import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { fetchDeployed, instantiate, type DeployedCode, type Handler, type RouterAddress } from "./deployed";
import { edgeHeaders } from "./edge";
import { toEvent } from "./event";

export interface ServeOptions extends RouterAddress {
  /** Port on loopback; 0 takes a free one. */
  readonly port: number;
  /** Warm instances that take turns, each with its own table, as on Lambda; 2 by default. */
  readonly instances?: number;
  /** Milliseconds between checks for a newly deployed version; 5,000 by default. */
  readonly watchMs?: number;
  /** Plays the trusted edge too: adds its secret to requests that bring none. Off by default. */
  readonly edge?: boolean;
}

/** A router that answers on loopback with the code that was deployed. */
export interface ServedRouter {
  readonly url: string;
  readonly port: number;
  /** The code that answers now. */
  code(): DeployedCode;
  close(): Promise<void>;
}

/** Largest body that is read; API Gateway's limit is 10 MB. */
const largestBody = 10 * 1024 * 1024;

/**
 * Puts an HTTP server before the deployed router, in the place of API Gateway and, if asked, of the trusted edge before
 * it: every request becomes an event for the next warm instance. It switches to a new version behind the alias while it
 * serves, and keeps the last one when the local cloud is gone.
 *
 * @throws UserError when the router is not deployed; the server's error when the port is taken.
 */
export async function serveRouter(options: ServeOptions): Promise<ServedRouter> {
  const count = options.instances ?? 2;
  let code = await fetchDeployed(options);
  let instances: Handler[] = warm(code, count);
  const added = (): Readonly<Record<string, string>> => (options.edge === true ? edgeHeaders(code) : {});
  let next = 0;

  const server = createServer((request, response) => {
    const handler = instances[next++ % instances.length]!;
    answer(handler, added(), request, response).catch(() => {
      if (!response.headersSent) send(response, 500, {}, JSON.stringify({ message: "Internal Server Error" }));
      else response.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, "127.0.0.1", resolve);
  });

  let looking = false;
  const watch = setInterval(() => {
    if (looking) return;
    looking = true;
    fetchDeployed(options)
      .then((found) => {
        if (found.codeSha256 === code.codeSha256) return;
        instances = warm(found, count);
        code = found;
      })
      // Static stability: the deployed code still answers.
      .catch(() => undefined)
      .finally(() => {
        looking = false;
      });
  }, options.watchMs ?? 5000);
  watch.unref();

  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    code: () => code,
    close: () => {
      clearInterval(watch);
      return new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

function warm(code: DeployedCode, count: number): Handler[] {
  return Array.from({ length: Math.max(1, count) }, () => instantiate(code));
}

async function answer(
  handler: Handler,
  added: Readonly<Record<string, string>>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > largestBody) return send(response, 413, {}, JSON.stringify({ message: "Request Entity Too Large" }));
    chunks.push(chunk);
  }
  const event = toEvent(request, Buffer.concat(chunks));
  if (event === undefined) return send(response, 400, {}, JSON.stringify({ message: "Bad Request" }));
  const { statusCode, headers, body } = await handler({ ...event, headers: { ...added, ...event.headers } });
  send(response, statusCode, headers, body);
}

function send(response: ServerResponse, status: number, headers: Readonly<Record<string, string>>, body: string): void {
  response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(body) });
  response.end(body);
}
