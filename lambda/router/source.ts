import {
  decodeTableText,
  formatVersion,
  makeRouter,
  makeRoutes,
  refusalToReplace,
  type Routes,
  type RoutingTable,
} from "../../routing";
import type { Fetched } from "./s3";

/** One line of the structured log. Never holds a tenant. */
export type Log = (entry: Readonly<Record<string, string | number>>) => void;

export interface SourceOptions {
  /** The bundled table: what answers until a newer one has come, and for ever if none comes. */
  readonly base: RoutingTable;
  /** Gets the published table, unless it is still the one with this ETag. Rejects when it cannot. */
  readonly fetch: (etag: string | undefined) => Promise<Fetched>;
  /** Milliseconds between two polls, whatever the load and whatever the polls bring. */
  readonly pollMs: number;
  readonly endpointSuffix?: string | undefined;
  /** Milliseconds; monotonic. */
  readonly now: () => number;
  /** 0 to 1; spreads the polls of many instances by ±10 %. */
  readonly random: () => number;
  readonly log: Log;
}

/** The table that answers now. */
export interface Current {
  readonly routes: Routes;
  /** Of its table, as `formatVersion` writes it. */
  readonly version: string;
  /** `bundle` until S3 has confirmed a table once. */
  readonly source: "bundle" | "s3";
  /** Whole seconds since the table was last known to be the published one; for the bundle, since the instance began. */
  readonly age: number;
}

/** Least milliseconds between two polls, whoever hurries. */
const leastPollMs = 1000;

/** Keeps a table at hand: reading it never waits, fails or forgets. */
export class TableSource {
  private routes: Routes;
  private version: string;
  private source: Current["source"] = "bundle";
  private confirmedAt: number;
  private nextPollAt: number;
  private polledAt = -Infinity;
  private etag: string | undefined;
  private polling: Promise<void> | undefined;

  constructor(private readonly options: SourceOptions) {
    this.routes = makeRoutes(makeRouter(options.base));
    this.version = formatVersion(options.base.version);
    this.confirmedAt = options.now();
    this.nextPollAt = this.confirmedAt;
  }

  /** @param now of {@link SourceOptions.now}, where it was just read. */
  current(now: number = this.options.now()): Current {
    const age = Math.max(0, Math.floor((now - this.confirmedAt) / 1000));
    return { routes: this.routes, version: this.version, source: this.source, age };
  }

  /**
   * Starts a poll when one is due, and does not wait for it. A Lambda instance only runs while it answers, so requests
   * are the clock; the interval makes the rate independent of their number.
   */
  tick(now: number = this.options.now()): void {
    if (this.polling !== undefined || now < this.nextPollAt) return;
    this.polledAt = now;
    this.nextPollAt = now + this.options.pollMs * (0.9 + 0.2 * this.options.random());
    this.polling = this.poll().finally(() => {
      this.polling = undefined;
    });
  }

  /** Polls at the next request, unless there was one within the last second: many requests may ask for it. */
  hurry(): void {
    this.nextPollAt = Math.min(this.nextPollAt, this.polledAt + leastPollMs);
  }

  /** Resolves when no poll is running: for tests and for a shutdown. */
  async idle(): Promise<void> {
    await this.polling;
  }

  private async poll(): Promise<void> {
    try {
      const fetched = await this.options.fetch(this.etag);
      if (fetched.changed && !this.take(fetched)) return;
      this.source = "s3";
      this.confirmedAt = this.options.now();
    } catch (error) {
      this.options.log({ event: "poll-failed", reason: error instanceof Error ? error.message : "unknown" });
    }
  }

  /** Makes the fetched table the current one, or keeps the last good one and says why. */
  private take({ text, etag }: { readonly text: string; readonly etag: string }): boolean {
    const { endpointSuffix, log } = this.options;
    const decoded = decodeTableText(text, endpointSuffix === undefined ? {} : { endpointSuffix });
    const now = this.routes.router.table;
    const refusal = decoded.ok
      ? refusalToReplace(now, decoded.table)
      : `${decoded.mistakes[0]?.path} ${decoded.mistakes[0]?.message}`;
    if (!decoded.ok || refusal !== undefined) {
      log({ event: "table-refused", reason: refusal ?? "", kept: formatVersion(now.version) });
      return false;
    }
    if (
      decoded.table.version.digest !== now.version.digest ||
      decoded.table.version.revision !== now.version.revision
    ) {
      this.routes = makeRoutes(makeRouter(decoded.table));
      this.version = formatVersion(decoded.table.version);
      log({ event: "table-taken", version: formatVersion(decoded.table.version), before: formatVersion(now.version) });
    }
    this.etag = etag;
    return true;
  }
}
