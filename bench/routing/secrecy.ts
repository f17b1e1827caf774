import type { HttpEvent } from "../../lambda/router/event";
import { twoJurisdictions } from "./fuzz";
import { median } from "./measure";
import { edgeRouter, edgeSecret } from "./request";

/** Whether time reveals the kind of a refusal: two kinds against each other, beside one kind against itself. */
export interface TimingResult {
  readonly pairs: number;
  /** Median of time over time, of a malformed tenant to a country without cells. */
  readonly ratio: number;
  /** The same for two requests of one kind: what the measurement itself varies by. */
  readonly noise: number;
  /** Nanoseconds of a wrong secret: right in no, half and all but the last of its characters. */
  readonly secretNs: readonly [number, number, number];
}

const batch = 200;

/** Times refusals in batches, in turn, so that what else the machine does hits all alike. */
export function timing(pairs: number): TimingResult {
  const handle = edgeRouter(twoJurisdictions());
  const request = (tenant: string, country: string, secret = edgeSecret): HttpEvent => ({
    rawPath: "/orders",
    headers: { "x-router-secret": secret, "x-tenant-id": tenant, "cloudfront-viewer-country": country },
  });
  const timed = (event: HttpEvent): number => {
    const began = process.hrtime.bigint();
    for (let i = 0; i < batch; i++) void handle(event);
    return Number(process.hrtime.bigint() - began) / batch;
  };
  const wrong = (right: number): HttpEvent =>
    request("t-1", "DE", edgeSecret.slice(0, right) + "!".repeat(edgeSecret.length - right));
  const events = {
    malformed: request("T_1", "DE"),
    forbidden: request("t-1", "ZZ"),
    again: request("t-2", "ZZ"),
    none: wrong(0),
    half: wrong(edgeSecret.length / 2),
    most: wrong(edgeSecret.length - 1),
  };
  const times = Object.fromEntries(Object.keys(events).map((name) => [name, [] as number[]])) as Record<
    keyof typeof events,
    number[]
  >;
  for (let pair = -50; pair < pairs; pair++) {
    for (const [name, event] of Object.entries(events)) {
      const took = timed(event);
      if (pair >= 0) times[name as keyof typeof events].push(took);
    }
  }
  const ratio = (a: readonly number[], b: readonly number[]): number => median(a.map((time, at) => time / b[at]!));
  return {
    pairs,
    ratio: ratio(times.malformed, times.forbidden),
    noise: ratio(times.again, times.forbidden),
    secretNs: [median(times.none), median(times.half), median(times.most)],
  };
}
