import { demands, equals, isTrue } from "../core/demands";
import type { Graph } from "../core/graph";
import type { Resource } from "../core/resource";
import { undecided, violation, type Rule, type Verdict } from "../core/rule";
import { items, read } from "../core/value";

const database = "aws:rds/instance:Instance";
const redis = "aws:elasticache/replicationGroup:ReplicationGroup";
const kafka = "aws:msk/cluster:Cluster";
const cluster = "aws:eks/cluster:Cluster";
const nodes = "aws:ec2/launchTemplate:LaunchTemplate";

/**
 * A cell's data must be encrypted with the cell's own KMS key. Judged by what the property was computed from, which is
 * known before its value: only the own cell is allowed, another cell is a leak, and a literal is undecided.
 *
 * @param path property that contains the key; its first step is the input that Pulumi tracks.
 */
function ownKey(graph: Graph, resource: Resource, path: string): readonly Verdict[] {
  const cell = graph.cell(resource);
  if (cell === undefined) return [];
  const found = read(resource.props, path);
  const sources = resource.propertyDependencies[path.split(".")[0] ?? path] ?? [];
  const strangers = sources.map((source) => graph.cell(source)).filter((id) => id !== undefined && id !== cell);
  if (strangers.length > 0) return [violation(resource, path, `it uses a key of ${strangers[0]}, not of ${cell}`)];
  if (sources.some((source) => graph.cell(source) === cell && source.type.startsWith("aws:kms/"))) return [];
  if (found.state === "absent" && sources.length === 0) {
    return [
      violation(
        resource,
        path,
        `no key is named, so AWS uses the account's default key, which ${cell} shares with others`,
      ),
    ];
  }
  return [
    undecided(
      resource,
      path,
      "the key is not computed from a KMS key of this stack, so its owner cannot be determined",
    ),
  ];
}

/** The key of each resource of a type. */
function keyed(graph: Graph, types: Readonly<Record<string, string>>): readonly Verdict[] {
  return Object.entries(types).flatMap(([type, path]) => graph.ofType(type).flatMap((one) => ownKey(graph, one, path)));
}

/** True for a replica: in the same region it is encrypted like its source and has no setting of its own. */
function isReplica(resource: Resource): boolean {
  return (
    read(resource.props, "replicateSourceDb").state !== "absent" ||
    resource.propertyDependencies["replicateSourceDb"] !== undefined
  );
}

const rds: Rule = {
  id: "ENC-01",
  severity: "critical",
  title: "Databases are encrypted with their cell's key",
  blocks: "an RDS instance whose storage is not encrypted, or encrypted with a key that is not the cell's own",
  fix: "set storageEncrypted: true and kmsKeyId to the cell's key",
  origin: "AWS: RDS encryption at rest; CKV_AWS_16, AVD-AWS-0080",
  resource: {
    types: [database, "aws:rds/cluster:Cluster"],
    check: (resource) =>
      isReplica(resource)
        ? []
        : demands(resource, [
            {
              path: "storageEncrypted",
              holds: equals(true),
              message: "the database's storage is not encrypted",
            },
          ]),
  },
  stack: (graph) =>
    graph
      .ofType(database, "aws:rds/cluster:Cluster")
      .flatMap((one) => (isReplica(one) ? [] : ownKey(graph, one, "kmsKeyId"))),
};

const elasticache: Rule = {
  id: "ENC-03",
  severity: "high",
  title: "Redis is encrypted and authenticates clients",
  blocks: "a replication group without encryption at rest or in transit, or without a password or users",
  fix: "set atRestEncryptionEnabled, transitEncryptionEnabled, authToken (or userGroupIds) and kmsKeyId",
  origin: "AWS: ElastiCache data security; CKV_AWS_29, CKV_AWS_30, CKV_AWS_31",
  resource: {
    types: [redis],
    check: (resource) => [
      ...demands(resource, [
        {
          path: "atRestEncryptionEnabled",
          holds: isTrue,
          message: "the cache's data on disk are not encrypted",
        },
        {
          path: "transitEncryptionEnabled",
          holds: equals(true),
          message: "traffic between clients and cache is not encrypted",
        },
      ]),
      ...(["authToken", "userGroupIds"].every((path) => read(resource.props, path).state === "absent")
        ? [violation(resource, "authToken", "every client that can connect to the cache may use it")]
        : []),
    ],
  },
  stack: (graph) => keyed(graph, { [redis]: "kmsKeyId" }),
};

const msk: Rule = {
  id: "ENC-04",
  severity: "high",
  title: "Kafka uses TLS and authenticates clients",
  blocks: "an MSK cluster that allows plain text, from clients or between brokers, or clients without authentication",
  fix: "set clientBroker: TLS, inCluster: true, a sasl or tls method, unauthenticated: false and the cell's key",
  origin: "AWS: MSK encryption and authentication; CKV_AWS_81, AVD-AWS-0073",
  resource: {
    types: [kafka],
    check: (resource) => [
      ...demands(resource, [
        {
          path: "encryptionInfo.encryptionInTransit.clientBroker",
          holds: equals("TLS"),
          absent: "good",
          message: "brokers accept unencrypted traffic from clients",
        },
        {
          path: "encryptionInfo.encryptionInTransit.inCluster",
          holds: equals(true),
          absent: "good",
          message: "traffic between brokers is not encrypted",
        },
        {
          path: "clientAuthentication.unauthenticated",
          holds: equals(false),
          absent: "good",
          message: "unauthenticated clients are allowed",
        },
      ]),
      ...authenticated(resource),
    ],
  },
  stack: (graph) => keyed(graph, { [kafka]: "encryptionInfo.encryptionAtRestKmsKeyArn" }),
};

/** Without a method, MSK allows every client. */
function authenticated(resource: Resource): readonly Verdict[] {
  const methods = ["sasl.iam", "sasl.scram", "tls.certificateAuthorityArns"].map((method) =>
    read(resource.props, `clientAuthentication.${method}`),
  );
  if (methods.some((method) => method.state === "known" && method.value !== false)) return [];
  if (methods.some(({ state }) => state === "unknown")) {
    return [undecided(resource, "clientAuthentication", "its value is not known yet")];
  }
  return [
    violation(resource, "clientAuthentication", "no authentication method is enabled, so every client is allowed"),
  ];
}

const eks: Rule = {
  id: "ENC-05",
  severity: "high",
  title: "Kubernetes secrets and node disks are encrypted",
  blocks: "an EKS cluster without envelope encryption with the cell's key, nodes with unencrypted disks or metadata v1",
  fix: "set encryptionConfig for secrets with the cell's key; in the launch template encrypted disks and httpTokens: required",
  origin: "AWS: EKS best practices; CKV_AWS_58, AVD-AWS-0039, AVD-AWS-0028",
  resource: {
    types: [cluster, nodes],
    check: (resource) => (resource.type === cluster ? secrets(resource) : disks(resource)),
  },
  stack: (graph) => keyed(graph, { [cluster]: "encryptionConfig.provider.keyArn" }),
};

function secrets(resource: Resource): readonly Verdict[] {
  const path = "encryptionConfig.resources";
  const listed = items(resource.props, path);
  if (listed.some((item) => item.state === "known" && item.value === "secrets")) return [];
  // The whole list is unknown while a part of it is computed, usually the key's ARN.
  if (listed.some(({ state }) => state === "unknown")) return [undecided(resource, path, "its value is not known yet")];
  return [violation(resource, path, "Kubernetes secrets in etcd are not encrypted with the cell's key")];
}

function disks(resource: Resource): readonly Verdict[] {
  const count = items(resource.props, "blockDeviceMappings").length;
  const verdicts = Array.from({ length: count }, (_, index) =>
    demands(resource, [
      {
        path: `blockDeviceMappings.${index}.ebs.encrypted`,
        holds: isTrue,
        message: "a node's disk is not encrypted",
      },
    ]),
  ).flat();
  return [
    ...(count === 0 ? [violation(resource, "blockDeviceMappings", "a node's disk is not encrypted")] : verdicts),
    ...demands(resource, [
      {
        path: "metadataOptions.httpTokens",
        holds: equals("required"),
        message: "pods can read the node's credentials with one unauthenticated request (metadata v1)",
      },
    ]),
  ];
}

/** Types that store a cell's data, and the property with the key. */
const stores: Readonly<Record<string, string>> = {
  "aws:cloudwatch/logGroup:LogGroup": "kmsKeyId",
  "aws:dynamodb/table:Table": "serverSideEncryption.kmsKeyArn",
  "aws:mq/broker:Broker": "encryptionOptions.kmsKeyId",
  "aws:secretsmanager/secret:Secret": "kmsKeyId",
  "aws:sns/topic:Topic": "kmsMasterKeyId",
  "aws:sqs/queue:Queue": "kmsMasterKeyId",
};

const atRest: Rule = {
  id: "ENC-06",
  severity: "high",
  title: "Everything a cell stores is encrypted with its own key",
  blocks:
    "a cell's logs, secrets, topics, queues, tables and brokers with the account's default key or another cell's key",
  fix: "name the cell's own KMS key",
  origin: "cell-based architecture: shared nothing; AWS: KMS best practices; AVD-AWS-0096",
  stack: (graph) => keyed(graph, stores),
};

/** Encryption. */
export const encryption: readonly Rule[] = [rds, elasticache, msk, eks, atRest];
