/**
 * Metrics as a log line in CloudWatch's embedded metric format. Powertools writes the same (a test compares them) with
 * 16 KiB of code; see docs/decisions/0010-identity-and-guard.md.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */

export interface Metric {
  readonly name: string;
  readonly unit: "Count" | "Seconds" | "Microseconds";
  /** One value, or the samples of the interval: at most {@link mostValues}. */
  readonly value: number | readonly number[];
}

/** Most values that CloudWatch accepts for one metric in one line. */
export const mostValues = 100;

/** The line, without a line break. */
export function emfLine(line: {
  readonly namespace: string;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly metrics: readonly Metric[];
  /** Members that are only in the log: CloudWatch charges no metric for them. */
  readonly properties?: Readonly<Record<string, unknown>>;
}): string {
  const { namespace, timestamp, dimensions, metrics, properties = {} } = line;
  const Metrics = metrics.map(({ name, unit }) => ({ Name: name, Unit: unit }));
  const directive = { Namespace: namespace, Dimensions: [Object.keys(dimensions)], Metrics };
  return JSON.stringify({
    ...properties,
    _aws: { Timestamp: timestamp, CloudWatchMetrics: [directive] },
    ...dimensions,
    ...Object.fromEntries(metrics.map(({ name, value }) => [name, value])),
  });
}
