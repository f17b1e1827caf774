import { striped } from "../constraints/database";
import { number, when } from "../constraints/words";
import { compareVersions, versionOf } from "../versions";
import { isEdit, type Change, type ChangeRule, type Edit } from "./words";

const docs = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/";
const type = "aws:rds/instance:Instance";

/** Replicas of an instance, as they are. */
function replicasOf({ before }: Edit, all: readonly Change[]): readonly Edit[] {
  const { identifier } = before;
  if (identifier === undefined) return [];
  return all.filter(isEdit).filter((one) => one.type === type && one.before["replicateSourceDb"] === identifier);
}

/** The version that an instance runs: AWS changes it in the maintenance window, later than the update. */
function running({ before, reported }: Edit): unknown {
  return reported?.["engineVersionActual"] ?? before["engineVersion"];
}

/** RDS. */
export const databaseChanges: readonly ChangeRule[] = [
  {
    id: "RDS-C1",
    type,
    rule: "The storage of an instance never becomes smaller.",
    source: `${docs}USER_PIOPS.ModifyingExisting.html`,
    check: ({ before, after }) => {
      const [from, to] = [number(before["allocatedStorage"]), number(after["allocatedStorage"])];
      const bad = from !== undefined && to !== undefined && to < from;
      return when(bad, "allocatedStorage", `disks cannot shrink, from ${from} to ${to} GiB: ${smallerCell}`);
    },
  },
  {
    id: "RDS-C2",
    type,
    rule: "Storage grows by at least a tenth at once.",
    source: `${docs}USER_PIOPS.ModifyingExisting.html`,
    check: ({ before, after }) => {
      const [from, to] = [number(before["allocatedStorage"]), number(after["allocatedStorage"])];
      const bad = from !== undefined && to !== undefined && to > from && to * 10 < from * 11;
      const least = Math.ceil(((from ?? 0) * 11) / 10);
      return when(bad, "allocatedStorage", `${from} GiB grow to ${least} GiB or more, not to ${to}`);
    },
  },
  {
    id: "RDS-C3",
    type,
    rule: "An instance whose gp3 storage grows to 400 GiB or more states its IOPS (12,000 or more) and throughput (500 MiB/s or more): the old 3,000 are too few there.",
    source: `${docs}CHAP_Storage.html`,
    check: ({ before, after }) => {
      const [from, to] = [number(before["allocatedStorage"]), number(after["allocatedStorage"])];
      if (after["storageType"] !== "gp3" || from === undefined || to === undefined) return [];
      if (from >= striped.from || to < striped.from) return [];
      return [
        ...when((number(after["iops"]) ?? 0) < striped.iops, "iops", "write 12,000 or more"),
        ...when(
          (number(after["storageThroughput"]) ?? 0) < striped.throughput,
          "storageThroughput",
          "write 500 or more",
        ),
      ];
    },
  },
  {
    id: "RDS-C4",
    type,
    rule: "An engine version never goes back.",
    source: `${docs}USER_UpgradeDBInstance.PostgreSQL.html`,
    check: (edit) => {
      const [from, runs, to] = [edit.before["engineVersion"], running(edit), edit.after["engineVersion"]];
      if (compareVersions(to, from) < 0)
        return when(true, "engineVersion", `version ${String(from)} cannot go back to ${String(to)}: ${otherCell}`);
      // AWS upgrades what is out of support, also without automatic upgrades.
      const bad = compareVersions(to, runs) < 0;
      return when(bad, "engineVersion", `AWS has upgraded it: write ${String(runs)} or newer, not ${String(to)}`);
    },
  },
  {
    id: "RDS-C5",
    type,
    rule: "A new major version of PostgreSQL stops the database for minutes to hours, and cannot be undone: a cell keeps its major version.",
    source: `${docs}USER_UpgradeDBInstance.PostgreSQL.MajorVersion.html`,
    check: ({ before, after }) => {
      const [from, to] = [before, after].map((inputs) => versionOf(inputs["engineVersion"])[0]!) as [number, number];
      return when(to > from, "engineVersion", `a cell keeps PostgreSQL ${from}: ${otherCell}`);
    },
  },
  {
    id: "RDS-C6",
    type,
    rule: "A minor version reaches the replicas first, then their source.",
    source: `${docs}USER_UpgradeDBInstance.PostgreSQL.html`,
    check: (edit, all) => {
      const { before, after } = edit;
      const isReplica = after["replicateSourceDb"] !== undefined;
      if (isReplica || compareVersions(after["engineVersion"], before["engineVersion"]) <= 0) return [];
      return replicasOf(edit, all)
        .filter((replica) => compareVersions(running(replica), after["engineVersion"]) < 0)
        .map((replica) => ({
          property: "engineVersion",
          message: `its replica ${replica.name} still runs ${String(running(replica))}, and must have ${String(after["engineVersion"])} first`,
          hold: { postgres: String(before["engineVersion"]) },
        }));
    },
  },
];

const otherCell = "add a cell with it, move the tenants there, and remove this cell";
const smallerCell = "add a smaller cell, move the tenants there, and remove this cell";
