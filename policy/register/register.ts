import { z } from "zod";

import { closest } from "../../catalog/issues";
import { contentOfYaml, mistakesOf } from "../../catalog/mistakes";
import { UserError } from "../../contract/user-error";

const day = z.iso.date({ error: "write a day as YYYY-MM-DD" });
const moment = z.iso.datetime({ offset: true, error: "write a time with its zone, e.g. 2027-01-31T08:00:00Z" });
const sentence = z.string().min(10, "write a sentence");
const exact = z
  .string()
  .min(3)
  .regex(/^[^*?]*$/, "name one thing; wildcards are not allowed");
const thing = exact.regex(
  /^urn:pulumi:.+|^[a-z0-9-]+:[\w./-]+:\w+$/,
  "write a URN, or a full Pulumi type such as aws:ecr/repository:Repository",
);
/** Besides, an id or a host of what the stack did not create. */
const shared = exact.regex(
  /^urn:pulumi:.+|^[a-z0-9-]+:[\w./-]+:\w+$|^[a-z]+(?:-[a-z]+)*-[0-9a-z]{8,}$|^[a-z0-9_-]+(?:\.[a-z0-9_-]+)+$|^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$|^[0-9A-F]{32}$/,
  "write a URN, or a full Pulumi type such as aws:ecr/repository:Repository, or an id or a host",
);
const owner = z.string().min(2);

const schema = z.strictObject({
  /** Resources outside all cells that several cells may use. */
  sharing: z
    .array(
      z.strictObject({
        /** URN, a Pulumi type of the foundation, or the id or host of what the stack did not create. */
        what: shared,
        direction: z.enum(["cell-reads", "cell-writes"]),
        /** What happens to cells when it fails. */
        failure: sentence,
        reason: sentence,
        owner,
        expires: day,
      }),
    )
    .default([]),
  /** Network connections of a cell that lead to no other cell, such as an operator's VPN. */
  conduits: z
    .array(z.strictObject({ what: thing, purpose: sentence, reason: sentence, owner, expires: day }))
    .default([]),
  /** Transfers of a tenant: during the window, resources with its purpose as a tag may connect the two cells. */
  transfers: z
    .array(
      z.strictObject({
        from: exact,
        to: exact,
        tenant: exact,
        /** Value of the tag `purpose` on all resources of the transfer, including its key. */
        purpose: exact,
        notBefore: moment,
        notAfter: moment,
        reason: sentence,
        owner,
      }),
    )
    .default([]),
  /** Findings accepted for a limited time: one rule at one place. */
  exceptions: z
    .array(z.strictObject({ rule: exact, urn: exact, path: exact.optional(), reason: sentence, owner, expires: day }))
    .default([]),
  /** Stacks that a cell may read, such as the foundation's. */
  stacks: z.array(z.strictObject({ stack: exact, reason: sentence, owner, expires: day })).default([]),
});

/** What may be shared, transferred or excepted, until a day. */
export type Register = Readonly<z.output<typeof schema>>;
/** A transfer of a tenant between two cells. */
export type Transfer = Register["transfers"][number];

/** A register without entries. */
export const emptyRegister: Register = { sharing: [], conduits: [], transfers: [], exceptions: [], stacks: [] };

/** Path of the register in findings. */
export const registerPath = "policy/register.yaml";

/** A register that cannot be used; the message lists every mistake with its path. */
class RegisterError extends UserError {
  override readonly name = "RegisterError";
}

/**
 * Reads a register's YAML.
 *
 * @param rules ids that an exception may name; any when left out.
 * @throws RegisterError listing every mistake.
 */
export function parseRegister(text: string, source: string, rules?: readonly string[]): Register {
  const { value, mistakes: broken } = contentOfYaml(text);
  const parsed = schema.safeParse(value ?? {});
  const found = parsed.success
    ? [...repeated(parsed.data), ...unknownRules(parsed.data, rules)]
    : mistakesOf(parsed.error.issues, value);
  const lines = broken.length > 0 ? broken : found;
  if (parsed.success && lines.length === 0) return parsed.data;
  throw new RegisterError([`${source} cannot be used:`, ...lines.map((line) => `  ${line}`)].join("\n"));
}

/** Letters that look like one of A to Z: Greek, then Cyrillic. */
const lookalikes = "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧАВЕЅІЈКМНОРСТУХҮԌԜ";
const latin = "ABEZHIKMNOPTYXABESIJKMHOPCTYXYGW";

/** An exception of a rule that does not exist matches nothing, however much its id looks like a rule's. */
function unknownRules({ exceptions }: Register, rules: readonly string[] | undefined): readonly string[] {
  return exceptions.flatMap(({ rule }, at) => {
    if (rules === undefined || rules.includes(rule)) return [];
    const plain = [...rule.normalize("NFKC").toUpperCase()]
      .map((letter) => latin[lookalikes.indexOf(letter)] ?? letter)
      .join("");
    const like = closest(plain, rules);
    return [
      `exceptions.${at}.rule: no rule has the id ${JSON.stringify(rule)}${like === undefined ? "" : `; ${like} looks like it`}`,
    ];
  });
}

/** Each transfer needs its own purpose: two windows of one purpose would exceed the longest window. */
function repeated({ transfers }: Register): readonly string[] {
  const seen = new Set<string>();
  return transfers.flatMap(({ purpose, from, to }, at) => {
    const mistakes = seen.has(purpose)
      ? [`transfers.${at}.purpose: another transfer has it; each transfer needs its own purpose`]
      : [];
    seen.add(purpose);
    return from === to ? [...mistakes, `transfers.${at}.to: a transfer needs two cells`] : mistakes;
  });
}

const dayLength = 86_400_000;

/** When an entry ends: at the end of its last day, UTC. */
export function endOf(expires: string): number {
  return Date.parse(expires) + dayLength;
}

/** True between a transfer's two moments. */
export function isOpen({ notBefore, notAfter }: Transfer, now: Date): boolean {
  return Date.parse(notBefore) <= now.getTime() && now.getTime() < Date.parse(notAfter);
}
