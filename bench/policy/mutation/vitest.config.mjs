import { BaseSequencer } from "vitest/node";
import { appendFileSync } from "node:fs";
const slow = ["rules.test", "secrets", "fingerprints","unknowns","admit","variants","guard","fuzz","check","pack","quotas","report","change"];
const rank = (f) => slow.findIndex((s) => f.moduleId.includes("/" + s));
class S extends BaseSequencer {
  sort(files) { return Promise.resolve([...files].sort((a,b)=>rank(a)-rank(b))); }
}
export default { test: { isolate: false, fileParallelism: false, testTimeout: 60000,
  include: ["test/policy/**/*.test.ts","test/ops/up/*.test.ts"], exclude: ["**/node_modules/**", "**/lean-sdk*", "**/change.test*", "**/pack.test*", "**/guard*","**/check.test*","**/quotas.test.ts","**/report.test*"], sequence: { sequencer: S } } };
