import {
  accept,
  begin,
  decodePublishedOverlay,
  decodePublishedTable,
  effectiveVersion,
  firstMistake,
  makeRouter,
  makeRoutes,
  type Accepted,
  type Conditions,
  type Overlay,
  type Pins,
  type Router,
  type Routes,
  type RoutingTable,
  type TableKind,
} from "../../routing";
import type { Fetched } from "./s3";
import type { SignatureMistake } from "./signature";

/** One line of the structured log. Never contains a tenant. */
export type Log = (entry: Readonly<Record<string, string | number>>) => void;

export interface SourceOptions {
  /** The bundled table: answers until a newer one is accepted. */
  readonly base: RoutingTable;
  /** Gets a published object, unless it is still the one with this ETag. Rejects when it cannot. */
  readonly fetch: (kind: TableKind, etag: string | undefined) => Promise<Fetched>;
  readonly signatureMistake: SignatureMistake;
  /** Prepares a table; `makeRouter` by default. */
  readonly router?: ((table: RoutingTable, pins: Pins) => Router) | undefined;
  /** Milliseconds between two polls, independent of load and of results. */
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
  /** What {@link routes} was prepared for. */
  readonly conditions: Conditions;
  /** Version of table and overlay, as `effectiveVersion` writes it. */
  readonly version: string;
  /** `bundle` until S3 has confirmed a table once. */
  readonly source: "bundle" | "s3";
  /** Whole seconds since both objects were last confirmed as the published ones; for the bundle, since the start. */
  readonly age: number;
}

/** Fewest milliseconds between two polls, also on request. */
const leastPollMs = 1000;
/** Milliseconds after which a poll is dropped: no fetch may take that long, so Lambda froze the instance during it. */
const mostPollMs = 5000;
/** Milliseconds in which no request waits for a poll after one waited without success: S3 is slow or unreachable. */
const impatientMs = 300_000;

/** An object that the router refuses. The message is for the log. */
class Refusal extends Error {}

/**
 * Keeps a table in memory: reading it never waits or fails. The base is fetched by its ETag, because it changes with
 * deployments only. The overlay is fetched, checked and applied whole at every poll, so that a poll costs the same in an
 * incident that changes all of it as on a quiet day: constant work
 * (https://aws.amazon.com/builders-library/reliability-and-constant-work/).
 */
export class TableSource {
  private held: Accepted;
  private overlayBody: Uint8Array = new Uint8Array();
  private routes: Routes;
  private version: string;
  private source: Current["source"] = "bundle";
  private confirmedAt: number;
  private nextPollAt: number;
  private polledAt = -Infinity;
  private etag: string | undefined;
  private polling: Promise<void> | undefined;
  /** When a request may wait for a poll again. */
  private patientAt = -Infinity;

  constructor(private readonly options: SourceOptions) {
    this.confirmedAt = options.now();
    this.held = begin(options.base, this.confirmedAt);
    this.routes = this.ready(this.held);
    this.version = effectiveVersion(options.base, undefined);
    this.nextPollAt = this.confirmedAt;
  }

  /** @param now of {@link SourceOptions.now}, where it was just read. */
  current(now: number = this.options.now()): Current {
    const age = Math.max(0, Math.floor((now - this.confirmedAt) / 1000));
    const { routes, version, source } = this;
    return { routes, conditions: this.held.conditions, version, source, age };
  }

  /**
   * Starts a poll when one is due, and does not wait for it. A Lambda instance only runs while it answers, so requests
   * trigger polls; the interval makes the rate independent of their number.
   */
  tick(now: number = this.options.now()): void {
    if (now < this.nextPollAt || (this.polling !== undefined && now - this.polledAt < mostPollMs)) return;
    this.polledAt = now;
    this.nextPollAt = now + this.options.pollMs * (0.9 + 0.2 * this.options.random());
    const polling = this.poll(now).finally(() => {
      if (this.polling === polling) this.polling = undefined;
    });
    this.polling = polling;
  }

  /** Polls at the next request, unless there was one within the last second: many requests may ask for it. */
  hurry(): void {
    this.nextPollAt = Math.min(this.nextPollAt, this.polledAt + leastPollMs);
  }

  /**
   * Waits at most `ms` milliseconds for the poll that is running or due. Does not wait when there is none, nor for a while
   * after a request waited without success.
   */
  async renew(ms: number): Promise<void> {
    const now = this.options.now();
    this.tick(now);
    if (this.polling === undefined || now < this.patientAt) return;
    const done = this.polling.then(() => this.source === "s3" && this.confirmedAt === this.polledAt);
    const tooLong = new Promise<false>((resolve) => setTimeout(() => resolve(false), ms).unref());
    if (!(await Promise.race([done, tooLong]))) this.patientAt = now + impatientMs;
  }

  /** Resolves when no poll is running: for tests and for a shutdown. */
  async idle(): Promise<void> {
    await this.polling;
  }

  /** @param began start of the poll: S3's answer is at least as new as that, however late it is read. */
  private async poll(began: number): Promise<void> {
    const fetched = await Promise.allSettled([
      this.options.fetch("base", this.etag),
      this.options.fetch("overlay", undefined),
    ]);
    // Dropped, and another poll has started: this one's answers may be older.
    if (began !== this.polledAt) return;
    const took = [this.attempt("base", fetched[0], (one) => this.takeBase(one, began))];
    took.push(this.attempt("overlay", fetched[1], (one) => this.takeOverlay(one, began)));
    if (!took.every(Boolean)) return;
    this.source = "s3";
    this.confirmedAt = began;
    this.patientAt = -Infinity;
  }

  private attempt(kind: TableKind, result: PromiseSettledResult<Fetched>, take: (fetched: Fetched) => void): boolean {
    const failed = (event: string, error: unknown): false => {
      const reason = error instanceof Error ? error.message : "unknown";
      this.options.log({ event, table: kind, reason, kept: this.version });
      return false;
    };
    if (result.status === "rejected") return failed("poll-failed", result.reason);
    try {
      take(result.value);
      return true;
    } catch (error) {
      // Any other error is a table that our code fails on. The instance must survive it, and the message may quote the
      // table.
      const known =
        error instanceof Refusal
          ? error
          : new Refusal(`it cannot be read: ${error instanceof Error ? error.name : "unknown"}`);
      return failed("table-refused", known);
    }
  }

  /** Makes the fetched base the one that answers. @throws Refusal, and nothing has changed. */
  private takeBase(fetched: Fetched, now: number): void {
    if (fetched.found === "same") return;
    if (fetched.found === "nothing") throw new Refusal("there is none");
    const { endpointSuffix } = this.options;
    this.trust("base", fetched);
    const decoded = decodePublishedTable(fetched.body, endpointSuffix === undefined ? {} : { endpointSuffix });
    if (!decoded.ok) throw new Refusal(firstMistake(decoded.mistakes));
    const { version } = decoded.table;
    const { base, overlay } = this.held;
    if (version.digest !== base.version.digest || version.revision !== base.version.revision) {
      this.adopt(decoded.table, overlay, now);
    }
    this.etag = fetched.etag === "" ? undefined : fetched.etag;
  }

  /** Lays the fetched overlay over the base. @throws Refusal, and nothing has changed. */
  private takeOverlay(fetched: Fetched, now: number): void {
    // It is requested without an ETag, so nothing was compared.
    if (fetched.found === "same") throw new Refusal("it was not compared with another");
    if (fetched.found === "nothing") {
      // No control plane yet; but an overlay that existed stays valid.
      if (this.held.overlay !== undefined) throw new Refusal("the object is gone");
      return;
    }
    this.trust("overlay", fetched);
    const decoded = decodePublishedOverlay(fetched.body);
    if (!decoded.ok) throw new Refusal(firstMistake(decoded.mistakes));
    const { overlay } = decoded;
    if (overlay.revision === this.held.overlay?.revision && Buffer.compare(fetched.body, this.overlayBody) !== 0) {
      throw new Refusal(`its revision ${overlay.revision} has other content than before`);
    }
    // Even when it is unchanged, so that such a poll costs as much as one that changes everything.
    this.adopt(this.held.base, overlay, now);
    this.overlayBody = fetched.body;
  }

  /** @throws Refusal when the object's signature is not valid. */
  private trust(kind: TableKind, { body, signature }: Fetched & { readonly found: "object" }): void {
    const reason = this.options.signatureMistake(kind, body, signature);
    if (reason !== undefined) throw new Refusal(reason);
  }

  /** Makes a pair the one that answers. @throws Refusal, and nothing has changed. */
  private adopt(base: RoutingTable, overlay: Overlay | undefined, now: number): void {
    const next = accept(this.held, { base, overlay }, now);
    if (!next.ok) throw new Refusal(next.reason);
    const before = this.version;
    // First, since it may throw before anything has changed.
    this.routes = this.ready(next.accepted);
    this.held = next.accepted;
    this.version = effectiveVersion(base, overlay);
    if (this.version !== before) this.options.log({ event: "table-taken", version: this.version, before });
    const { ignores } = this.held;
    if (ignores === undefined) return;
    const reason = `health marks are ignored: with them ${ignores}`;
    this.options.log({ event: "table-refused", table: "overlay", reason, kept: this.version });
  }

  private ready({ table, pins, conditions }: Accepted): Routes {
    const router = this.options.router?.(table, pins) ?? makeRouter(table, { pins });
    return makeRoutes(router, conditions);
  }
}
