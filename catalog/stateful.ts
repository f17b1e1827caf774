/**
 * Pulumi types that hold a cell's data, or the key to it: in production nothing deletes or replaces them as a side effect.
 * The program's guard and the policies share the list: they demand protection for each.
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

/**
 * Pulumi types whose deletion loses data or credentials: the gate asks for approval. Besides those above they are types
 * that need no protection in the program, because what is lost does not end the cell: names and secrets that others hold,
 * logs, stored files.
 */
export const lossTypes: ReadonlySet<string> = new Set([
  ...statefulTypes,
  "aws:backup/vault:Vault",
  "aws:cloudwatch/logGroup:LogGroup",
  "aws:ebs/volume:Volume",
  "aws:ecr/repository:Repository",
  "aws:kinesis/stream:Stream",
  "aws:memorydb/cluster:Cluster",
  "aws:neptune/cluster:Cluster",
  "aws:opensearch/domain:Domain",
  "aws:route53/zone:Zone",
  "aws:s3/bucket:Bucket",
  "aws:s3/bucketV2:BucketV2",
  "aws:secretsmanager/secret:Secret",
  "aws:sqs/queue:Queue",
  "aws:ssm/parameter:Parameter",
  "random:index/randomBytes:RandomBytes",
  "random:index/randomPassword:RandomPassword",
  "tls:index/privateKey:PrivateKey",
]);

/** Pulumi types through which tenants are served: where one is deleted before its successor is there, they notice it. */
export const serviceTypes: ReadonlySet<string> = new Set([
  "aws:apigatewayv2/api:Api",
  "aws:cloudfront/distribution:Distribution",
  "aws:eks/cluster:Cluster",
  "aws:eks/nodeGroup:NodeGroup",
  "aws:elasticache/cluster:Cluster",
  "aws:lambda/function:Function",
  "aws:lb/listener:Listener",
  "aws:lb/loadBalancer:LoadBalancer",
  "aws:lb/targetGroup:TargetGroup",
  "aws:route53/record:Record",
  "kubernetes:apps/v1:Deployment",
  "kubernetes:core/v1:Namespace",
  "kubernetes:core/v1:Service",
]);
