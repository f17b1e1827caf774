import type { Arn } from "../literals/extract";
import type { CellPrint, Fingerprints } from "./fingerprints";

const compiled = new Map<string, RegExp>();

/** True when IAM's `*` and `?` match a text. */
export function matches(pattern: string, text: string): boolean {
  let expression = compiled.get(pattern);
  if (expression === undefined) {
    const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
    expression = new RegExp(`^${escaped.replace(/\*+/g, ".*").replace(/\?/g, ".")}$`, "i");
    if (compiled.size > 10_000) compiled.clear();
    compiled.set(pattern, expression);
  }
  return expression.test(text);
}

/**
 * True when a pattern contains the own cell as a whole word: `cell-1-*` does, `cell-1*` does not, because it also
 * matches `cell-10`.
 */
export function isSpokenFor(pattern: string, own: string, prints: Fingerprints): boolean {
  // A wildcard next to a word makes it another, open word.
  const cells = prints.cellsIn(pattern.replace(/[*?]+/g, "x"));
  return cells.length > 0 && cells.every((cell) => prints.isSame(cell, own));
}

/** Prefixes of a cell's name in the names of its resources. */
const before = ["", "app-", "postgres-", "redis-", "kafka-", "memcached-", "rabbitmq-", "data-", "logs-"];

/** An id that AWS generates, with a wildcard for its number: it matches every cell's resources. */
const anyId =
  /^(?:db|cluster|prx|i|vol|snap|ami|lt|sg|sgr|vpc|subnet|rtb|acl|eni|nat|igw|vpce|pl|fs|fsap|mrk|asg|rslvr-[a-z]+)-[*?]+$/;

/** Longer than any name that a wildcard can match in AWS, and more cells than one name contains. */
const [longest, most] = [256, 4];

/**
 * True when a segment of an ARN with wildcards can match the name of a cell's resource: a usual prefix, or what the
 * segment itself has before a cell's name (`acme-orders-cell-*`), then the cell's name, then the end or a dash and any
 * text. A segment too long to test quickly counts as one that can.
 */
export function canName(segment: string, { id, number, environment }: CellPrint): boolean {
  if (anyId.test(segment) || segment.length > longest) return true;
  const bases = [id, ...(number === undefined || id === `cell-${number}` ? [] : [`cell-${number}`])];
  const said = [...segment.matchAll(/cell/gi)].map(({ index }) => segment.slice(0, index));
  if (said.length > most) return true;
  const starts = [...before, ...(environment === undefined ? [] : [`${environment}-`]), ...said];
  return bases.some((base) =>
    starts.some((start) => overlap(segment, `${start}${base}`) || overlap(segment, `${start}${base}-*`)),
  );
}

/** True when some text fits both patterns. */
export function overlap(one: string, other: string): boolean {
  const [a, b] = [one.toLowerCase(), other.toLowerCase()];
  // reach[j]: some text matches both the part of `a` read so far and the first j characters of `b`.
  let reach = row(b.length + 1, (at) => at === 0 || /^\*+$/.test(b.slice(0, at)));
  for (const sign of a) {
    const next = row(b.length + 1, () => false);
    for (let at = 0; at <= b.length; at += 1) {
      const against = b[at - 1];
      const step = at > 0 && reach[at - 1]! && (sign === "?" || against === "?" || sign === against);
      const stars =
        (sign === "*" && (reach[at]! || (at > 0 && next[at - 1]!))) ||
        (against === "*" && (next[at - 1]! || reach[at]!));
      next[at] = step || stars;
    }
    if (!next.includes(true)) return false;
    reach = next;
  }
  return reach[b.length]!;
}

function row(length: number, value: (at: number) => boolean): boolean[] {
  return Array.from({ length }, (_, at) => value(at));
}

/**
 * Other cells that an ARN's partition, region and account do not rule out. If the pattern is more than `*`, they include
 * an unknown cell whose number starts with the own number (`cell-10` for `cell-1`).
 */
export function reachable(arn: Arn, own: string, prints: Fingerprints): readonly CellPrint[] {
  const mine = prints.cell(own);
  const others = prints.cells.filter((print) => {
    if (print.id === own) return false;
    const sameAccount = print.account === mine?.account && (print.partition ?? "aws") === (mine?.partition ?? "aws");
    const named =
      /^\d{12}$/.test(arn.account) && print.account !== undefined ? arn.account === print.account : sameAccount;
    return named && fits(arn.region, print.region) && fits(arn.partition, print.partition);
  });
  const isBare = /^[*?:/]*$/.test(arn.resource.replace(/^[a-z-]+[:/]/, ""));
  const number = mine?.number ?? /^cell-(\d+)$/.exec(own)?.[1];
  if (isBare || number === undefined) return others;
  const twin: CellPrint = { id: `cell-${number}0`, zones: [], blocks: [] };
  return [...others, mine?.environment === undefined ? twin : { ...twin, environment: mine.environment }];
}

function fits(pattern: string, value: string | undefined): boolean {
  return pattern === "" || value === undefined || matches(pattern, value);
}
