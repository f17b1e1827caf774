import { z } from "zod";

import { UserError } from "../contract/user-error";
import { CidrError, parseCidr } from "../catalog/cidr";
import { closest, formatPath, formatValue } from "../catalog/issues";
import type { Partition } from "../catalog/model";
import { regionNames } from "../catalog/regions";
import { defaultIdentity, isOrigin, type IdentitySettings } from "../routing/identity";
import { alarmReceivers } from "./settings/alarm-receivers";
import { cloudfront, frontMistakes } from "./settings/cloudfront";
import { images } from "./settings/images";
import { readRequestIdentity, sizeMistake } from "./settings/request-identity";

/** A stack's configuration that cannot be used. `message` lists every mistake, one a line. */
export class StackSettingsError extends UserError {
  override readonly name = "StackSettingsError";
}

const namespace = "cells:";
const partitions: readonly [Partition, ...Partition[]] = ["aws", "aws-cn", "aws-us-gov"];

const block = z.string({ error: "write a block of addresses, e.g. 203.0.113.0/24" }).superRefine((text, context) => {
  try {
    parseCidr(text);
  } catch (error) {
    if (!(error instanceof CidrError)) throw error;
    context.addIssue({ code: "custom", message: error.message });
  }
});

const clusterAdmin = z
  .string({ error: "write the ARN of an IAM role" })
  .regex(
    /^arn:aws(-cn|-us-gov)?:iam::\d{12}:role\/([\w+=,.@-]+\/)*[\w+=,.@-]{1,64}$/,
    "write the ARN of an IAM role, e.g. arn:aws:iam::111122223333:role/deploy",
  );

const topics = z
  .partialRecord(
    z.enum(regionNames as [string, ...string[]]),
    z
      .string({ error: "write the ARN of an SNS topic" })
      .regex(/^arn:aws(-cn|-us-gov)?:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/, "write the ARN of an SNS topic"),
    { error: "write each region with its topic, e.g. {eu-west-1: arn:aws:sns:eu-west-1:111122223333:on-call}" },
  )
  .superRefine((byRegion, context) => {
    for (const [region, arn] of Object.entries(byRegion)) {
      const found = arn?.split(":")[3];
      if (found === undefined || found === region) continue;
      const message = `this topic is in ${found}, and alarms reach topics of their own region only: write one of ${region}`;
      context.addIssue({ code: "custom", path: [region], message });
    }
  });

const identity = z.unknown().transform((value, context): IdentitySettings => {
  const { settings, mistakes } = readRequestIdentity(value);
  for (const { path, message } of mistakes) {
    context.addIssue({ code: "custom", path: path === "" ? [] : [path], message });
  }
  return settings;
});

/** Empty values mean the same as absent ones: they are the defaults that Pulumi.yaml declares. */
const unlessEmpty = <Type extends z.ZodType>(schema: Type) =>
  z.preprocess((value) => (isEmpty(value) ? undefined : value), schema.optional());

/** Every setting of a stack, in the order of Pulumi.yaml, which describes them. */
const schema = z.strictObject({
  catalog: z.string().optional(),
  appImage: unlessEmpty(
    z.string().regex(/^([^\s@]+\/)?[^\s:@/]+$/, {
      error: "write the repository alone: the tag is each cell's release in the catalog",
    }),
  ),
  images: unlessEmpty(images),
  parentZoneId: unlessEmpty(
    z.string().regex(/^(\/hostedzone\/)?[A-Z0-9]{1,32}$/, "write the id of a public zone, e.g. Z0123456789ABC"),
  ),
  apiCidrs: unlessEmpty(
    z.array(
      block.refine(
        (text) => !text.endsWith("/0"),
        "this is every address: write the blocks of your runners and people",
      ),
      { error: "write a list of blocks, e.g. [203.0.113.0/24]" },
    ),
  ),
  clusterAdmins: unlessEmpty(
    z
      .array(clusterAdmin, { error: "write a list of ARNs, e.g. [arn:aws:iam::111122223333:role/deploy]" })
      .refine((arns) => new Set(arns).size === arns.length, "a role is listed twice; keep one"),
  ),
  profiles: unlessEmpty(
    z.partialRecord(
      z.enum(partitions),
      z.string({ error: "write the name of an AWS profile" }).min(1, "write the name of an AWS profile"),
      { error: 'write each partition with its profile, e.g. {"aws-cn":"china"}' },
    ),
  ),
  identity: identity.default(defaultIdentity),
  corsOrigins: unlessEmpty(
    z
      .array(
        z.string({ error: "write an origin, e.g. https://app.example.com" }).refine(isOrigin, {
          error: "write an origin in lower case, without a path, e.g. https://app.example.com; * is none",
        }),
        { error: "write a list of origins, e.g. [https://app.example.com]" },
      )
      .max(10, "write at most 10 origins"),
  ),
  edgeSecretGeneration: z
    .int({ error: "write a whole number from 1, one more than before for a new secret" })
    .min(1, "write a whole number from 1, one more than before for a new secret")
    .optional(),
  cloudfront: unlessEmpty(cloudfront),
  alarmTopics: unlessEmpty(topics),
  alarmReceivers: unlessEmpty(alarmReceivers),
});

/** The settings of a stack, valid. */
export type StackSettings = z.output<typeof schema>;

/** Settings whose value is the text itself; the others are JSON. */
const texts: ReadonlySet<string> = new Set(["catalog", "appImage", "parentZoneId"]);

/** Settings whose values a message does not repeat: they may hold keys. */
const discreet: ReadonlySet<string> = new Set(["identity", "alarmReceivers"]);

/**
 * Reads the settings of a stack.
 *
 * @param config the stack's whole configuration as text, by full key; keys of other namespaces are left alone.
 * @throws StackSettingsError with every mistake at once.
 */
export function readSettings(stack: string, config: Readonly<Record<string, string>>): StackSettings {
  const mistakes: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [key, text] of Object.entries(config)) {
    if (!key.startsWith(namespace)) continue;
    const name = key.slice(namespace.length);
    try {
      values[name] = texts.has(name) || !(name in schema.shape) ? text : (JSON.parse(text) as unknown);
    } catch {
      mistakes.push(`  ${key}: write JSON, or set it with pulumi config set --path`);
    }
  }
  const parsed = schema.safeParse(values);
  if (!parsed.success) mistakes.push(...parsed.error.issues.flatMap((issue) => explain(issue, values)));
  const asked = readRequestIdentity(values["identity"]);
  const size = parsed.success ? sizeMistake(parsed.data.identity, parsed.data.corsOrigins ?? []) : undefined;
  if (size !== undefined) mistakes.push(`  ${namespace}identity.${size.path}: ${size.message}`);
  if (!isEmpty(values["cloudfront"]) && asked.mistakes.length === 0) {
    mistakes.push(...frontMistakes(asked.settings).map(({ message }) => `  ${namespace}identity: ${message}`));
  }
  if (!parsed.success || mistakes.length > 0) {
    const count = mistakes.length === 1 ? "1 mistake" : `${mistakes.length} mistakes`;
    throw new StackSettingsError([`the configuration of stack ${stack} has ${count}:`, ...mistakes].join("\n"));
  }
  return parsed.data;
}

function explain(issue: z.core.$ZodIssue, values: unknown): readonly string[] {
  const path = issue.path as (string | number)[];
  const line = (at: readonly (string | number)[], message: string): string => {
    const value = at.reduce<unknown>((found, step) => (found as Record<string, unknown> | undefined)?.[step], values);
    const shown = discreet.has(String(at[0])) ? "" : formatValue(value);
    return `  ${[`${namespace}${formatPath(at)}`, shown, message].filter((part) => part !== "").join(": ")}`;
  };
  if (issue.code !== "unrecognized_keys") {
    return [line(path, issue.code === "invalid_key" ? (issue.issues[0]?.message ?? issue.message) : issue.message)];
  }
  const known = path.length === 0 ? Object.keys(schema.shape) : (members[String(path[0])] ?? []);
  return issue.keys.map((key) => {
    const meant = closest(key, known);
    const shown = `${known.slice(0, 10).join(", ")}${known.length > 10 ? ", …" : ""}`;
    return line(
      [...path, key],
      `no such key; ${meant === undefined ? `write one of ${shown}` : `did you mean ${meant}?`}`,
    );
  });
}

/** Keys inside the settings that are objects, for messages. */
const members: Readonly<Record<string, readonly string[]>> = {
  images: ["pool", "mirrors"],
  profiles: partitions,
  cloudfront: ["enabled", "domain", "certificateArn"],
  alarmTopics: regionNames,
  alarmReceivers: ["name", "protocol", "endpoint"],
};

function isEmpty(value: unknown): boolean {
  return (
    value === undefined ||
    value === "" ||
    (typeof value === "object" && value !== null && Object.keys(value).length === 0)
  );
}
