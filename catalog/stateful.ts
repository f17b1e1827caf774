/**
 * Pulumi types that hold a cell's data, or the key to it: in production nothing deletes or replaces them as a side effect.
 * The program's guard and the policies share the list.
 */
export const statefulTypes: ReadonlySet<string> = new Set([
  "aws:rds/instance:Instance",
  "aws:rds/cluster:Cluster",
  "aws:elasticache/replicationGroup:ReplicationGroup",
  "aws:dynamodb/table:Table",
  "aws:docdb/cluster:Cluster",
  "aws:kms/key:Key",
  "aws:mq/broker:Broker",
  "aws:msk/cluster:Cluster",
  "aws:efs/fileSystem:FileSystem",
]);
