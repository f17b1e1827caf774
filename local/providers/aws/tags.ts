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
