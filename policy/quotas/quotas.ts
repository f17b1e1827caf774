import { readFileSync } from "node:fs";

import { parse } from "yaml";
import { z } from "zod";

import { UserError } from "../../contract/user-error";

/** What is counted (`policy/quotas/count.ts` says how). */
export const counted = [
  "vpcs",
  "elastic-ips",
  "eks-clusters",
  "rds-instances",
  "cache-nodes",
  "msk-brokers",
  "mq-brokers",
  "load-balancers",
  "lambda-concurrency",
  "hosted-zones",
  "iam-roles",
] as const;
export type Counted = (typeof counted)[number];

const day = z.iso.date({ error: "write a day as YYYY-MM-DD" });
const number = z.int().min(0);

const schema = z.strictObject({
  /** Day on which somebody last held the defaults against AWS's documents. */
  checked: day,
  quotas: z.partialRecord(
    z.enum(counted),
    z.strictObject({
      name: z.string().min(3),
      per: z.enum(["region", "account"]),
      default: z.int().min(1),
      /** What every account has of it anyway. */
      outside: number.default(0),
      source: z.url(),
    }),
  ),
  granted: z
    .array(
      z.strictObject({
        quota: z.enum(counted),
        /** Left out: the account of the deploying credentials. */
        account: z
          .string()
          .regex(/^\d{12}$/, "write twelve digits")
          .optional(),
        region: z.string().min(9).optional(),
        value: z.int().min(1),
        /** What other stacks have of it there; the quota's own number when left out. */
        outside: number.optional(),
        owner: z.string().min(2),
        granted: day,
      }),
    )
    .default([]),
});

/** AWS's default quotas, and what accounts have been granted beyond them. */
export type Quotas = Readonly<z.output<typeof schema>>;

/** No quota is known: nothing is counted. */
export const noQuotas: Quotas = { checked: "1970-01-01", quotas: {}, granted: [] };

/** Path by which findings name the quotas. */
export const quotasPath = "policy/quotas.yaml";

/** A file of quotas that cannot be used: every mistake, each with its path. */
class QuotasError extends UserError {
  override readonly name = "QuotasError";
}

/**
 * Reads the YAML of quotas.
 *
 * @throws QuotasError listing every mistake.
 */
export function parseQuotas(text: string, source: string): Quotas {
  let content: unknown;
  try {
    content = parse(text);
  } catch {
    throw new QuotasError(`${source} cannot be used:\n  it is no YAML`);
  }
  const parsed = schema.safeParse(content);
  const mistakes = parsed.success
    ? misplaced(parsed.data)
    : parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  if (parsed.success && mistakes.length === 0) return parsed.data;
  throw new QuotasError([`${source} cannot be used:`, ...mistakes.map((line) => `  ${line}`)].join("\n"));
}

/** Reads a file of quotas; without the file nothing can be counted, so it must be there. */
export function loadQuotas(file: string): Quotas {
  return parseQuotas(readFileSync(file, "utf8"), file);
}

/** A region belongs to quotas of regions, and to no others; each grant stands once. */
function misplaced({ quotas, granted }: Quotas): readonly string[] {
  const seen = new Set<string>();
  return granted.flatMap(({ quota, account, region }, at) => {
    const per = quotas[quota]?.per;
    const key = [quota, account, region].join(" ");
    const isTwice = seen.has(key);
    seen.add(key);
    if (per === undefined) return [`granted.${at}.quota: it is not under quotas`];
    if (isTwice) return [`granted.${at}: granted twice`];
    if (per === "region" && region === undefined) return [`granted.${at}.region: name the region`];
    return per === "account" && region !== undefined
      ? [`granted.${at}.region: leave it out, the quota is the account's`]
      : [];
  });
}

/** An account and, for most quotas, a region in it. */
export interface Site {
  /** Twelve digits, or `default of <partition>`: the account of the deploying credentials. */
  readonly account: string;
  readonly region: string;
}

/** What may be had of something at a site, and what is there without us. */
export function quotaAt(
  quotas: Quotas,
  id: Counted,
  { account, region }: Site,
): { readonly limit: number; readonly outside: number } | undefined {
  const quota = quotas.quotas[id];
  if (quota === undefined) return undefined;
  const own = quotas.granted.find(
    (one) =>
      one.quota === id &&
      (one.account ?? "default") === account.split(" ")[0] &&
      (quota.per === "account" || one.region === region),
  );
  return { limit: own?.value ?? quota.default, outside: own?.outside ?? quota.outside };
}
