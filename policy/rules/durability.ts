import { z } from "zod";

import { statefulTypes } from "../../catalog/stateful";
import type { Resource } from "../core/resource";
import type { OwnedContext } from "../core/context";
import { configured, violation, type Rule, type Verdict } from "../core/rule";
import { atLeast, demands, isFalse, isProduction, isSet, isTrue } from "../core/demands";

/** A full Pulumi type. */
const typeToken = z
  .string()
  .regex(/^[a-z0-9-]+:[\w./-]+:\w+$/, "write a full type, e.g. aws:efs/fileSystem:FileSystem");

const instance = "aws:rds/instance:Instance";
const aurora = "aws:rds/cluster:Cluster";
const redis = "aws:elasticache/replicationGroup:ReplicationGroup";
const table = "aws:dynamodb/table:Table";

function isReplica(resource: Resource): boolean {
  return isSet(resource, "replicateSourceDb");
}

const retention = configured(
  z.strictObject({
    leastDays: z.int().min(1).max(35).default(7).describe("Days for which backups of a database are kept."),
    productionDays: z.int().min(7).max(35).default(14).describe("The same in production."),
  }),
  {
    id: "DUR-01",
    severity: "high",
    title: "Data can be restored",
    blocks:
      "backups of less than 7 days (14 in production), Redis without snapshots, tables without point-in-time recovery",
    fix: "use the retention of the size class",
    origin: "cell-based architecture: data durability; CKV_AWS_133, AVD-AWS-0077, AVD-AWS-0050, AVD-AWS-0024",
    owned: (resource, context, { leastDays, productionDays }) => {
      const days = isProduction(context) ? Math.max(leastDays, productionDays) : leastDays;
      switch (resource.type) {
        case instance:
        case aurora:
          if (isReplica(resource)) return [];
          return demands(resource, [
            {
              path: "backupRetentionPeriod",
              holds: atLeast(days),
              message: `backups are kept for less than ${days} days`,
            },
          ]);
        case redis:
          return demands(resource, [
            { path: "snapshotRetentionLimit", holds: atLeast(1), message: "Redis takes no snapshots" },
          ]);
        case table:
          return demands(resource, [
            { path: "pointInTimeRecovery.enabled", holds: isTrue, message: "the table has no point-in-time recovery" },
          ]);
        default:
          return [];
      }
    },
  },
);

/** Types with a deletion protection of AWS's own, and its property. */
const guarded: Readonly<Record<string, string>> = {
  [instance]: "deletionProtection",
  [aurora]: "deletionProtection",
  [table]: "deletionProtectionEnabled",
  "aws:lb/loadBalancer:LoadBalancer": "enableDeletionProtection",
  "aws:docdb/cluster:Cluster": "deletionProtection",
};

const deletion: Rule = {
  id: "DUR-02",
  severity: "high",
  title: "Production data is not deleted by one call",
  blocks:
    "a production database, table or load balancer without deletion protection, and a database that is deleted without a final snapshot",
  fix: "set deletionProtection: true and skipFinalSnapshot: false; development classes are exempt",
  origin: "AWS: RDS deletion protection; CKV_AWS_293, AVD-AWS-0177",
  owned: (resource, context) => {
    const path = guarded[resource.type];
    if (path === undefined || !isProduction(context)) return [];
    const snapshot = (resource.type === instance || resource.type === aurora) && !isReplica(resource);
    return demands(resource, [
      { path, holds: isTrue, message: "it has no deletion protection" },
      ...(snapshot
        ? [
            {
              path: "skipFinalSnapshot",
              holds: isFalse,
              absent: "good" as const,
              message: "it would be deleted without a final snapshot",
            },
          ]
        : []),
    ]);
  },
};

function unprotected(resource: Resource, context: OwnedContext, types: readonly string[]): readonly Verdict[] {
  if (
    !(statefulTypes.has(resource.type) || types.includes(resource.type)) ||
    resource.protect !== false ||
    !isProduction(context)
  )
    return [];
  return [violation(resource, undefined, "Pulumi may delete or replace it, because protect is not set")];
}

const protection = configured(
  z.strictObject({
    types: z
      .array(typeToken)
      .default([])
      .describe("More types that hold data, besides databases, caches, brokers, tables, keys and file systems."),
  }),
  {
    id: "DUR-03",
    severity: "high",
    title: "Pulumi does not delete production data",
    blocks: "a stateful resource of a production cell without `protect`",
    fix: "pass protect: true; before a deliberate removal, unprotect it",
    origin: "cell-based architecture: cell removal; engine: a replacement deletes",
    owned: (resource, context, { types }) => unprotected(resource, context, types),
  },
);

/** Durability. */
export const durability: readonly Rule[] = [retention, deletion, protection];
