import { RouterMetric, routerNamespace, routerService } from "../../contract/router";
import { emfLine, mostValues, type Metric } from "./emf";
import type { HomeCacheStatistics } from "./home-cache";
import { logLine, tenantHasher, type Fields, type Level } from "./log";

/** How a request ended, and the metric that counts it. */
const outcomes = {
  redirected: "Redirected",
  classified: "Classified",
  proxied: "Proxied",
  health: "HealthChecks",
  preflight: "Preflights",
  malformed: "BadRequests",
  unauthenticated: "Unauthenticated",
  forbidden: "Forbidden",
  "not-found": "NotFound",
  "too-large": "TooLarge",
  unavailable: "Unavailable",
} as const;
export type Outcome = keyof typeof outcomes;

/** One answered request. */
export interface Answered {
  readonly outcome: Outcome;
  /** Result of {@link Telemetry.begin}. */
  readonly began: number;
  /** Id of the cell, if any. */
  readonly cell: string | undefined;
  /** Why the answer is this cell, or why there is none: one of a few words. */
  readonly why: string;
  /** Logged only as a keyed hash. */
  readonly tenant: string | undefined;
  readonly requestId: string | undefined;
  /** Of the table. */
  readonly version: string;
  /** Of the table, in seconds. */
  readonly age: number;
}

/** An event of the table's source. Never contains a tenant. */
type SourceEvent = Readonly<Record<string, string | number>>;

interface TelemetryOptions {
  readonly environment: string;
  readonly region: string;
  /** Secret under which tenants are hashed. */
  readonly logKey: string;
  /** One line for this many answers, and at most {@link mostAnswerLines} an interval; 0 for none. */
  readonly logEvery: number;
  readonly write: (line: string) => void;
  /** Milliseconds; monotonic. */
  readonly now: () => number;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Counts of the cache of homes since the last call; undefined without a cache. */
  readonly homes?: (() => HomeCacheStatistics | undefined) | undefined;
}

/** Milliseconds between two lines of metrics: their cost does not depend on the load. */
export const flushMs = 10_000;
/** Most lines about refused requests in one interval: an attacker must not drive the cost of logs. */
export const mostRefusalLines = 10;
/** Most lines about answered requests in one: a line takes as long as a hundred answers, so its rate is bounded. */
export const mostAnswerLines = 10;
/** One request in this many is timed: a power of two. */
const timedEvery = 32;
/** Most cells that are counted by name in one line; the rest are one sum. */
const mostCells = 100;

/**
 * Counts requests and writes a line of metrics once an interval. A request costs a few additions; the first request after
 * an interval writes the line, since an instance runs only then.
 */
export class Telemetry {
  private readonly hash: (tenant: string) => string;
  private counts = zero();
  private whys = new Map<string, number>();
  private cells = new Map<string, { count: number }>();
  private tableEvents = { failures: 0, refused: 0, taken: 0 };
  private micros: number[] = [];
  private requests = 0;
  private tokenRedirects = 0;
  private refusalLines = 0;
  private answerLines = 0;
  /** The first answer writes a line, so that an instance that answers once is counted too. */
  private flushAt = -Infinity;

  constructor(private readonly options: TelemetryOptions) {
    this.hash = tenantHasher(options.logKey);
  }

  /** When a request began. */
  begin(): number {
    return this.options.now();
  }

  end(answered: Answered): void {
    const { outcome, began, cell, why } = answered;
    this.counts[outcome]++;
    this.requests++;
    if (cell !== undefined) this.count(cell);
    if (why !== "home") this.whys.set(why, (this.whys.get(why) ?? 0) + 1);
    if ((this.requests & (timedEvery - 1)) === 1 && this.micros.length < mostValues) {
      this.micros.push(Math.round((this.options.now() - began) * 1e4) / 10);
    }
    const { logEvery } = this.options;
    if (cell !== undefined) {
      if (logEvery > 0 && this.requests % logEvery === 0 && this.answerLines < mostAnswerLines) {
        this.answerLines++;
        this.line("INFO", answered);
      }
    } else if (outcome !== "health" && outcome !== "preflight" && this.refusalLines < mostRefusalLines) {
      this.refusalLines++;
      this.line(outcome === "unavailable" ? "ERROR" : "WARN", answered);
    }
    if (began >= this.flushAt) this.flush(began, answered.age);
  }

  /** A request with a token was redirected: the client sends the token to no other host, and the cell refuses it. */
  redirectWithToken(): void {
    this.tokenRedirects++;
  }

  private count(cell: string): void {
    const known = this.cells.get(cell);
    if (known === undefined) this.cells.set(cell, { count: 1 });
    else known.count++;
  }

  /** Something happened to the table: counted, and always written down, since it happens at the rate of the polls. */
  table(entry: SourceEvent): void {
    const { event, ...fields } = entry;
    if (event === "poll-failed") this.tableEvents.failures++;
    else if (event === "table-refused") this.tableEvents.refused++;
    else if (event === "table-taken") this.tableEvents.taken++;
    this.write(event === "table-refused" ? "ERROR" : event === "poll-failed" ? "WARN" : "INFO", String(event), fields);
  }

  private line(level: Level, { outcome, cell, why, tenant, requestId, version, age }: Answered): void {
    const id = requestId !== undefined && /^[\w=+/-]{1,64}$/.test(requestId) ? requestId : undefined;
    const hash = tenant === undefined ? undefined : this.hash(tenant);
    this.write(level, outcome, { function_request_id: id, tenant_hash: hash, cell, why, version, age });
  }

  private write(level: Level, message: string, fields: Fields): void {
    this.options.write(logLine(level, message, this.options.clock(), fields));
  }

  private flush(now: number, age: number): void {
    this.flushAt = now + flushMs;
    const { environment, region, clock } = this.options;
    const homes = this.options.homes?.();
    this.options.write(
      emfLine({
        namespace: routerNamespace,
        timestamp: clock(),
        dimensions: { service: routerService, environment, region },
        metrics: this.metrics(age),
        properties: {
          whys: Object.fromEntries(this.whys),
          cells: busiest(this.cells),
          ...(homes === undefined ? {} : { homes }),
        },
      }),
    );
    if (this.tokenRedirects > 0) this.write("WARN", "redirect-drops-token", { requests: this.tokenRedirects });
    this.counts = zero();
    this.tokenRedirects = 0;
    this.whys = new Map();
    this.cells = new Map();
    this.tableEvents = { failures: 0, refused: 0, taken: 0 };
    this.micros = [];
    this.refusalLines = 0;
    this.answerLines = 0;
  }

  private metrics(age: number): readonly Metric[] {
    const { counts, tableEvents, whys } = this;
    const count = (name: string, value: number): Metric => ({ name, unit: "Count", value });
    const all = Object.values(counts).reduce((sum, value) => sum + value, 0);
    return [
      count("Requests", all),
      ...Object.entries(outcomes).map(([outcome, name]) => count(name, counts[outcome as Outcome])),
      count(RouterMetric.noHealthyCell, whys.get("no-healthy-cell") ?? 0),
      count("Failovers", whys.get("failover") ?? 0),
      count("Overflows", whys.get("overflow") ?? 0),
      { name: RouterMetric.tableAge, unit: "Seconds", value: age },
      count(RouterMetric.pollFailures, tableEvents.failures),
      count(RouterMetric.tablesRefused, tableEvents.refused),
      count("TablesTaken", tableEvents.taken),
      ...(this.micros.length === 0
        ? []
        : [{ name: "DecisionTime", unit: "Microseconds", value: this.micros } as const]),
    ];
  }
}

function zero(): Record<Outcome, number> {
  return Object.fromEntries(Object.keys(outcomes).map((outcome) => [outcome, 0])) as Record<Outcome, number>;
}

function busiest(cells: ReadonlyMap<string, { readonly count: number }>): Readonly<Record<string, number>> {
  const sorted = [...cells].map(([id, { count }]) => [id, count] as const).sort((a, b) => b[1] - a[1]);
  const others = sorted.slice(mostCells).reduce((sum, [, count]) => sum + count, 0);
  return Object.fromEntries([...sorted.slice(0, mostCells), ...(others > 0 ? [["others", others] as const] : [])]);
}
