import { compareVersions } from "../versions";
import type { ChangeRule } from "./words";
import { when } from "../constraints/words";

const docs = "https://docs.aws.amazon.com/AmazonElastiCache/latest/";

/** ElastiCache. */
export const cacheChanges: readonly ChangeRule[] = [
  {
    id: "CACHE-C1",
    type: "aws:elasticache/replicationGroup:ReplicationGroup",
    rule: "An engine version never goes back: AWS deletes the group and creates it again, empty.",
    source: `${docs}dg/VersionManagement.html`,
    check: ({ before, after }) => {
      const [from, to] = [before["engineVersion"], after["engineVersion"]];
      const bad = compareVersions(to, from) < 0;
      return when(
        bad,
        "engineVersion",
        `${String(from)} cannot go back to ${String(to)}: add a cell with it and move the tenants`,
      );
    },
  },
];
