import { z } from "zod";

import { contentOfYaml, mistakesOf } from "../../catalog/mistakes";
import { UserError } from "../../contract/user-error";

/** What is counted; `policy/quotas/count.ts` counts it. */
export const counted = [
  "vpcs",
  "elastic-ips",
  "gateway-endpoints",
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
  /** Day of the last comparison of the defaults with AWS's documentation. */
  checked: day,
  quotas: z.partialRecord(
    z.enum(counted),
    z.strictObject({
      name: z.string().min(3),
      per: z.enum(["region", "account"]),
      default: z.int().min(1),
      /** What every account already uses. */
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
        /** What other stacks use there; the quota's `outside` when left out. */
        outside: number.optional(),
        owner: z.string().min(2),
        granted: day,
      }),
    )
    .default([]),
});

/** AWS's default quotas, and the values granted to accounts. */
export type Quotas = Readonly<z.output<typeof schema>>;

/** No quotas: nothing is counted. */
export const noQuotas: Quotas = { checked: "1970-01-01", quotas: {}, granted: [] };

/** Path of the quotas in findings. */
export const quotasPath = "policy/quotas.yaml";

/** A quotas file that cannot be used; the message lists every mistake with its path. */
class QuotasError extends UserError {
  override readonly name = "QuotasError";
}

/**
 * Reads the YAML of quotas.
 *
 * @throws QuotasError listing every mistake.
 */
export function parseQuotas(text: string, source: string): Quotas {
  const { value, mistakes: broken } = contentOfYaml(text);
  const parsed = schema.safeParse(value);
  const found = parsed.success ? misplaced(parsed.data) : mistakesOf(parsed.error.issues, value);
  const mistakes = broken.length > 0 ? broken : found;
  if (parsed.success && mistakes.length === 0) return parsed.data;
  throw new QuotasError([`${source} cannot be used:`, ...mistakes.map((line) => `  ${line}`)].join("\n"));
}

/** Grants of unknown quotas, duplicate grants, and grants whose region is missing or does not belong there. */
function misplaced({ quotas, granted }: Quotas): readonly string[] {
  const seen = new Set<string>();
  return granted.flatMap(({ quota, account, region }, at) => {
    const per = quotas[quota]?.per;
    const key = [quota, account, region].join(" ");
    const isTwice = seen.has(key);
    seen.add(key);
    if (per === undefined) return [`granted.${at}.quota: it is not under quotas`];
    if (isTwice) return [`granted.${at}: this quota is granted twice`];
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

/** The limit of a quota at a site, and what is used there outside this program. */
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
