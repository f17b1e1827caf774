import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const known = new Map<string, boolean>();
const sdk = dirname(require.resolve("@pulumi/aws/package.json"));

/**
 * Whether a type takes tags, read from the official SDK: types with tags have a `tagsAll` output. `aws:ec2/vpc:Vpc`
 * is defined in `ec2/vpc.js`.
 */
export function takesTags(token: string): boolean {
  let answer = known.get(token);
  if (answer === undefined) {
    const file = join(sdk, `${token.split(":")[1] ?? ""}.js`);
    answer = existsSync(file) && readFileSync(file, "utf8").includes('"tagsAll"');
    known.set(token, answer);
  }
  return answer;
}

/** Pulumi's `{k: v}` as the `[{Key, Value}]` of most AWS APIs. */
export function tagList(tags: Readonly<Record<string, string>> = {}): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** AWS's `[{Key, Value}]` as Pulumi's `{k: v}`, without AWS's own tags (`aws:…`), which are never an input. */
export function tagMap(
  tags: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] = [],
): Record<string, string> {
  const own = tags.filter(({ Key }) => Key?.startsWith("aws:") === false);
  return Object.fromEntries(own.map(({ Key, Value }) => [Key ?? "", Value ?? ""]));
}

/** Tags to set and keys to remove to get from one set to another. */
export function tagChanges(
  olds: Readonly<Record<string, string>> = {},
  news: Readonly<Record<string, string>> = {},
): { readonly set: Record<string, string>; readonly remove: string[] } {
  return {
    set: Object.fromEntries(Object.entries(news).filter(([key, value]) => olds[key] !== value)),
    remove: Object.keys(olds).filter((key) => !(key in news)),
  };
}
