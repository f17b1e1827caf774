import { statefulTypes } from "../../catalog/stateful";
import type { Resource } from "../core/resource";
import { violation, type OwnedContext, type Rule, type Verdict } from "../core/rule";
import { atLeast, demands, isFalse, isProduction, isSet, isTrue } from "../core/setting";

const instance = "aws:rds/instance:Instance";
const aurora = "aws:rds/cluster:Cluster";
const redis = "aws:elasticache/replicationGroup:ReplicationGroup";
const table = "aws:dynamodb/table:Table";

/** Days a production database can be turned back. */
const productionDays = 14;
const leastDays = 7;

function isReplica(resource: Resource): boolean {
  return isSet(resource, "replicateSourceDb");
}

const retention: Rule = {
  id: "DUR-01",
  severity: "high",
  title: "Data can be turned back",
  blocks: `backups of less than ${leastDays} days (${productionDays} in production), Redis without snapshots, tables without point-in-time recovery`,
  fix: "take the retention from the size class",
  origin: "pattern: data durability; CKV_AWS_133, AVD-AWS-0077, AVD-AWS-0050, AVD-AWS-0024",
  owned: (resource, context) => {
    const days = isProduction(context) ? productionDays : leastDays;
    switch (resource.type) {
      case instance:
      case aurora:
        if (isReplica(resource)) return [];
        return demands(resource, [
          { path: "backupRetentionPeriod", holds: atLeast(days), message: `backups are kept for less than ${days} days` },
        ]);
      case redis:
        return demands(resource, [{ path: "snapshotRetentionLimit", holds: atLeast(1), message: "Redis takes no snapshots" }]);
      case table:
        return demands(resource, [
          { path: "pointInTimeRecovery.enabled", holds: isTrue, message: "the table cannot be turned back" },
        ]);
      default:
        return [];
    }
  },
};

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
  blocks: "a production database, table or load balancer without deletion protection, a database that goes without a final snapshot",
  fix: "set deletionProtection: true and skipFinalSnapshot: false; dev classes are exempt",
  origin: "AWS: RDS deletion protection; CKV_AWS_293, AVD-AWS-0177",
  owned: (resource, context) => {
    const path = guarded[resource.type];
    if (path === undefined || !isProduction(context)) return [];
    const snapshot = (resource.type === instance || resource.type === aurora) && !isReplica(resource);
    return demands(resource, [
      { path, holds: isTrue, message: "nothing keeps it from being deleted" },
      ...(snapshot
        ? [{ path: "skipFinalSnapshot", holds: isFalse, absent: "good" as const, message: "it would go without a last snapshot" }]
        : []),
    ]);
  },
};

function unprotected(resource: Resource, context: OwnedContext): readonly Verdict[] {
  if (!statefulTypes.has(resource.type) || resource.protect !== false || !isProduction(context)) return [];
  return [violation(resource, undefined, "Pulumi may delete or replace it: protect is not set")];
}

const protection: Rule = {
  id: "DUR-03",
  severity: "high",
  title: "Pulumi does not delete production data",
  blocks: "a stateful resource of a production cell without `protect`",
  fix: "pass protect: true; a deliberate removal unprotects it first",
  origin: "pattern: cell removal; engine: a replacement deletes",
  owned: unprotected,
};

/** Durability. */
export const durability: readonly Rule[] = [retention, deletion, protection];

