import { request } from "node:https";

/** How to reach the API server of one local cluster, as its administrator. */
export interface ClusterAccess {
  /** `https://127.0.0.1:<port>`. */
  readonly endpoint: string;
  /** Certificate authority, base64 of PEM: what EKS returns too. */
  readonly certificateAuthority: string;
  readonly token: string;
}

/** An answer that is not a success; `status` is the HTTP status. */
export class KubernetesError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** Reads and writes objects of one cluster by the paths of the Kubernetes API. */
export class KubernetesClient {
  constructor(
    private readonly access: ClusterAccess,
    /** Receives what the API server warns of in an answer that is a success. */
    private readonly onWarning: (text: string) => void = () => undefined,
  ) {}

  get<T = unknown>(path: string): Promise<T> {
    return this.call("GET", path);
  }

  post<T = unknown>(path: string, body: unknown): Promise<T> {
    return this.call("POST", path, body);
  }

  /** A merge patch: members that are given are set, `null` removes one. */
  patch<T = unknown>(path: string, body: unknown): Promise<T> {
    return this.call("PATCH", path, body, "application/merge-patch+json");
  }

  /** Server-side apply, as the official provider writes. */
  apply<T = unknown>(path: string, body: unknown): Promise<T> {
    return this.call("PATCH", path, body, "application/apply-patch+yaml");
  }

  delete<T = unknown>(path: string, body?: unknown): Promise<T> {
    return this.call("DELETE", path, body);
  }

  private call<T>(method: string, path: string, body?: unknown, type = "application/json"): Promise<T> {
    const { endpoint, certificateAuthority, token } = this.access;
    const text = body === undefined ? undefined : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const sent = request(
        new URL(path, endpoint),
        {
          method,
          ca: Buffer.from(certificateAuthority, "base64"),
          headers: { authorization: `Bearer ${token}`, ...(text === undefined ? {} : { "content-type": type }) },
          timeout: 30_000,
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.once("error", reject);
          response.once("end", () => {
            const answer = Buffer.concat(chunks).toString("utf8");
            const status = response.statusCode ?? 0;
            const { warning } = response.headers;
            if (typeof warning === "string") this.onWarning(warning);
            if (status < 300) resolve((answer.startsWith("{") ? JSON.parse(answer) : answer) as T);
            else reject(new KubernetesError(status, messageOf(answer)));
          });
        },
      );
      sent.once("timeout", () => sent.destroy(new Error(`${method} ${path}: no answer in 30 s`)));
      sent.once("error", reject);
      sent.end(text);
    });
  }
}

/** The message of a `Status` object. */
function messageOf(answer: string): string {
  try {
    return (JSON.parse(answer) as { message?: string }).message ?? answer;
  } catch {
    return answer;
  }
}
