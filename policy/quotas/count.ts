import { kafkaTopology } from "../../catalog/kafka-topology";
import type { Catalog, Cell, Partition } from "../../catalog/model";
import { routerConcurrency } from "../../contract/router";
import type { Graph } from "../core/graph";
import type { Resource } from "../core/resource";
import { read } from "../core/value";
import type { Counted, Site } from "./quotas";

/** Use of a quota at one site. */
export interface QuotaUse {
  readonly id: Counted;
  readonly site: Site;
  readonly count: number;
}

/** What one cell uses; `test/policy/quotas.test.ts` compares it with the program's plan. */
function ofCell({ size, availabilityZones, rabbitmq }: Cell): Readonly<Partial<Record<Counted, number>>> {
  const { production, network, redis, memcached, kafka } = size;
  return {
    vpcs: 1,
    "elastic-ips": network.natPerAz ? availabilityZones.length : 1,
    // S3 and DynamoDB.
    "gateway-endpoints": 2,
    "eks-clusters": 1,
    "rds-instances": 2,
    "cache-nodes": redis.nodes + memcached.nodes,
    "msk-brokers": kafkaTopology(kafka.brokers, availabilityZones.length).brokers,
    "mq-brokers": rabbitmq ? 1 : 0,
    "load-balancers": 1,
    "hosted-zones": 2,
    // Cluster, nodes, application, network plugin, flow logs and, in production, the database's monitoring.
    "iam-roles": production ? 7 : 6,
  };
}

/** The account of a cell without an account of its own. */
function defaultAccount(partition: Partition | string): string {
  return `default of ${partition}`;
}

/** What a catalog uses. */
export function usesOfCatalog({ cells, routers }: Catalog): readonly QuotaUse[] {
  const home = routers.find(({ partition }) => partition === "aws") ?? routers[0];
  return [
    ...cells.flatMap((cell) => {
      const site = { account: cell.account?.id ?? defaultAccount(cell.partition), region: cell.region };
      return Object.entries(ofCell(cell)).map(([id, count]) => ({ id: id as Counted, site, count: count ?? 0 }));
    }),
    ...routers.flatMap(({ partition, region }): readonly QuotaUse[] => {
      const site = { account: defaultAccount(partition), region };
      return [
        { id: "lambda-concurrency", site, count: routerConcurrency },
        { id: "iam-roles", site, count: 1 },
      ];
    }),
    // The parent zone of all cells.
    ...(home === undefined
      ? []
      : [
          {
            id: "hosted-zones" as const,
            site: { account: defaultAccount(home.partition), region: home.region },
            count: 1,
          },
        ]),
  ];
}

/** The quota of each counted type. */
const types: Readonly<Record<string, Counted>> = {
  "aws:ec2/vpc:Vpc": "vpcs",
  "aws:ec2/eip:Eip": "elastic-ips",
  "aws:ec2/vpcEndpoint:VpcEndpoint": "gateway-endpoints",
  "aws:eks/cluster:Cluster": "eks-clusters",
  "aws:rds/instance:Instance": "rds-instances",
  "aws:rds/clusterInstance:ClusterInstance": "rds-instances",
  "aws:elasticache/replicationGroup:ReplicationGroup": "cache-nodes",
  "aws:elasticache/cluster:Cluster": "cache-nodes",
  "aws:msk/cluster:Cluster": "msk-brokers",
  "aws:mq/broker:Broker": "mq-brokers",
  "aws:lb/loadBalancer:LoadBalancer": "load-balancers",
  "aws:lambda/function:Function": "lambda-concurrency",
  "aws:route53/zone:Zone": "hosted-zones",
  "aws:iam/role:Role": "iam-roles",
};

/** What one resource uses, or the path whose value is not known yet. */
type Counting =
  { readonly resource: Resource; readonly use: QuotaUse } | { readonly resource: Resource; readonly unknown: string };

/** What the resources of a stack use. */
export function usesOfGraph(graph: Graph): readonly Counting[] {
  return Object.entries(types).flatMap(([type, id]) =>
    graph.ofType(type).flatMap((resource): readonly Counting[] => {
      if (resource.isRead === true) return [];
      const count = amount(resource, id);
      if (typeof count === "string") return [{ resource, unknown: count }];
      const site = siteOf(graph, resource);
      if (typeof site === "string") return [{ resource, unknown: site }];
      return [{ resource, use: { id, site, count } }];
    }),
  );
}

/** How much of a quota a resource uses, or the path whose value is unknown. */
function amount(resource: Resource, id: Counted): number | string {
  switch (id) {
    case "msk-brokers":
      return numberAt(resource, "numberOfBrokerNodes", 1);
    case "lambda-concurrency": {
      const reserved = numberAt(resource, "reservedConcurrentExecutions", 0);
      // -1 reserves nothing.
      return typeof reserved === "number" ? Math.max(0, reserved) : reserved;
    }
    case "load-balancers":
      return ["network", "gateway"].includes(wordAt(resource, "loadBalancerType", "application")) ? 0 : 1;
    case "gateway-endpoints":
      return wordAt(resource, "vpcEndpointType", "Gateway") === "Gateway" ? 1 : 0;
    case "cache-nodes": {
      if (resource.type.endsWith(":Cluster")) return numberAt(resource, "numCacheNodes", 1);
      const nodes = numberAt(resource, "numCacheClusters", 0);
      const [groups, replicas] = [
        numberAt(resource, "numNodeGroups", 1),
        numberAt(resource, "replicasPerNodeGroup", 0),
      ];
      const unknown = [nodes, groups, replicas].find((one) => typeof one === "string");
      if (unknown !== undefined) return unknown;
      return Number(nodes) > 0 ? Number(nodes) : Number(groups) * (1 + Number(replicas));
    }
    default:
      return 1;
  }
}

function wordAt({ props }: Resource, path: string, absent: string): string {
  const found = read(props, path);
  return found.state === "known" ? String(found.value) : absent;
}

function numberAt({ props }: Resource, path: string, absent: number): number | string {
  const found = read(props, path);
  if (found.state === "unknown") return path;
  return found.state === "absent" || !Number.isFinite(Number(found.value)) ? absent : Number(found.value);
}

/** Account and region of a resource: its cell's, else its provider's; `region` when the region is unknown. */
function siteOf(graph: Graph, resource: Resource): Site | string {
  const cell = graph.cell(resource);
  const print = cell === undefined ? undefined : graph.prints.cell(cell);
  const own = read(resource.props, "region");
  if (own.state === "unknown") return "region";
  const provider = resource.provider === undefined ? undefined : read(resource.provider.props, "region");
  const region =
    own.state === "known"
      ? String(own.value)
      : (print?.region ?? (provider?.state === "known" ? String(provider.value) : undefined));
  if (region === undefined) return "region";
  const partition =
    print?.partition ?? (region.startsWith("cn-") ? "aws-cn" : region.startsWith("us-gov-") ? "aws-us-gov" : "aws");
  return { account: print?.account ?? defaultAccount(partition), region };
}
