import { machineOf } from "../machines";
import { list, number, object, when, type Constraint, type Planned } from "./words";

const docs = "https://docs.aws.amazon.com/AmazonRDS/latest/";
const instance = "aws:rds/instance:Instance";
const isPostgres = ({ inputs }: Planned): boolean => inputs["engine"] === "postgres";

/**
 * From so many GiB on, RDS stripes a gp3 volume of PostgreSQL over several: the fewest IOPS and MiB/s there. Below, both
 * are fixed. Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html
 */
export const striped = { from: 400, iops: 12_000, throughput: 500 } as const;

/** RDS. */
export const databaseConstraints: readonly Constraint[] = [
  {
    id: "RDS-1",
    type: instance,
    rule: "General purpose storage (gp2, gp3) of a PostgreSQL instance is 20 to 65,536 GiB.",
    source: `${docs}UserGuide/CHAP_Storage.html`,
    check: (resource) => {
      const size = number(resource.inputs["allocatedStorage"]);
      const bad = isPostgres(resource) && size !== undefined && (size < 20 || size > 65_536);
      return when(bad, "allocatedStorage", "PostgreSQL takes 20 to 65,536 GiB");
    },
  },
  {
    id: "RDS-2",
    type: instance,
    rule: "IOPS and throughput of gp3 can be chosen from 400 GiB on only.",
    source: `${docs}UserGuide/CHAP_Storage.html`,
    check: (resource) => {
      const { storageType, iops, storageThroughput, allocatedStorage } = resource.inputs;
      const chosen = iops !== undefined ? "iops" : storageThroughput !== undefined ? "storageThroughput" : undefined;
      const small = (number(allocatedStorage) ?? 0) < striped.from;
      const bad = isPostgres(resource) && storageType === "gp3" && small && chosen !== undefined;
      return when(bad, chosen ?? "iops", "below 400 GiB gp3 has 3,000 IOPS and 125 MiB/s, and takes no other number");
    },
  },
  {
    id: "RDS-3",
    type: instance,
    rule: "The ceiling of storage autoscaling is at least a tenth above the allocated storage.",
    source: `${docs}UserGuide/USER_PIOPS.Autoscaling.html`,
    check: ({ inputs }) => {
      const [now, most] = [number(inputs["allocatedStorage"]), number(inputs["maxAllocatedStorage"])];
      const bad = now !== undefined && most !== undefined && most !== 0 && most < now * 1.1;
      return when(bad, "maxAllocatedStorage", "write at least 1.1 times the allocated storage, or leave it out");
    },
  },
  {
    id: "RDS-4",
    type: instance,
    rule: "The source of a read replica keeps automatic backups (retention above 0).",
    source: `${docs}UserGuide/USER_ReadRepl.Create.html`,
    check: (resource, inventory) =>
      inventory.sources(resource, "replicateSourceDb", instance).flatMap(({ name, inputs }) => {
        const off = !((number(inputs["backupRetentionPeriod"]) ?? 0) > 0);
        return when(
          off,
          "replicateSourceDb",
          `a replica needs backups of its source: set backupRetentionPeriod of ${name} above 0`,
        );
      }),
  },
  {
    id: "RDS-5",
    type: instance,
    rule: "max_connections of PostgreSQL is 6 to 8,388,607, and should stay near memory / 9,531,392 bytes.",
    source: `${docs}UserGuide/CHAP_Limits.html#RDS_Limits.MaxConnections`,
    check: (resource, inventory) =>
      inventory
        .sources(resource, "parameterGroupName", "aws:rds/parameterGroup:ParameterGroup")
        .flatMap(({ inputs }) => {
          const rows = list(inputs["parameters"]).map(object);
          const most = number(rows.find(({ name }) => name === "max_connections")?.["value"]);
          if (most === undefined) return [];
          if (most < 6 || most > 8_388_607)
            return when(true, "parameterGroupName", "max_connections is 6 to 8,388,607");
          const gib = (machineOf(String(resource.inputs["instanceClass"]))?.memoryMiB ?? Infinity) / 1024;
          const wise = (gib * 1024 ** 3) / 9_531_392;
          const message = `max_connections of ${most} is more than twice what ${gib} GiB of memory are meant for`;
          return when(most > wise * 2, "parameterGroupName", message, "warning");
        }),
  },
  {
    id: "RDS-6",
    type: instance,
    rule: "An instance keeps its backups for 0 to 35 days.",
    source: `${docs}APIReference/API_CreateDBInstance.html`,
    check: ({ inputs }) => {
      const days = number(inputs["backupRetentionPeriod"]);
      return when(days !== undefined && (days < 0 || days > 35), "backupRetentionPeriod", "write 0 to 35 days");
    },
  },
  {
    id: "RDS-7",
    type: "aws:rds/subnetGroup:SubnetGroup",
    rule: "A DB subnet group has subnets in at least two availability zones.",
    source: `${docs}UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html`,
    check: (resource, inventory) => {
      const zones = inventory.zones(resource, "subnetIds");
      return when(zones !== undefined && zones.size < 2, "subnetIds", "a DB subnet group needs subnets in two zones");
    },
  },
  {
    id: "RDS-8",
    type: instance,
    rule: "The backup window and the maintenance window do not overlap.",
    source: `${docs}APIReference/API_CreateDBInstance.html`,
    check: ({ inputs }) => {
      const backup = windowOf(inputs["backupWindow"]);
      const maintenance = windowOf(String(inputs["maintenanceWindow"] ?? "").replace(/[a-z]{3}:/gi, ""));
      const bad =
        backup !== undefined && maintenance !== undefined && backup[0] < maintenance[1] && maintenance[0] < backup[1];
      return when(bad, "maintenanceWindow", "it overlaps the backup window: move one of the two");
    },
  },
];

/** `03:00-04:00` in minutes; windows past midnight are left to AWS. */
function windowOf(text: unknown): readonly [number, number] | undefined {
  const match = /^(\d\d):(\d\d)-(\d\d):(\d\d)$/.exec(String(text));
  if (match === null) return undefined;
  const [, a, b, c, d] = match.map(Number);
  return [(a ?? 0) * 60 + (b ?? 0), (c ?? 0) * 60 + (d ?? 0)];
}
