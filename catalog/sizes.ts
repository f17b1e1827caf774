/** Name of a built-in size class. */
export type SizeClassName = "dev" | "small" | "medium" | "large";

/** A size class: everything about a cell that depends on how big it is. Pure data. */
export interface SizeClass {
  /** Production classes protect their data: deletion protection, Multi-AZ, long backups, `protect` in Pulumi. */
  readonly production: boolean;
  readonly network: {
    /** One NAT gateway per availability zone; false: a single one. */
    readonly natPerAz: boolean;
  };
  readonly postgres: {
    readonly engineVersion: string;
    readonly instanceClass: string;
    /** GiB. */
    readonly storage: number;
    /** GiB, ceiling of storage autoscaling. */
    readonly maxStorage: number;
    readonly multiAz: boolean;
    readonly backupRetentionDays: number;
    readonly maxConnections: number;
    /** Server connections that the cell's pools may open together. */
    readonly poolSize: number;
  };
  readonly redis: {
    readonly engineVersion: string;
    readonly nodeType: string;
    readonly nodes: number;
    readonly snapshotRetentionDays: number;
  };
  readonly memcached: {
    readonly engineVersion: string;
    readonly nodeType: string;
    readonly nodes: number;
  };
  readonly kafka: {
    readonly version: string;
    readonly instanceType: string;
    readonly brokers: number;
    /** GiB a broker. */
    readonly volume: number;
  };
  readonly rabbitmq: {
    readonly engineVersion: string;
    readonly instanceType: string;
    readonly clustered: boolean;
  };
  readonly nodes: {
    readonly kubernetesVersion: string;
    readonly instanceType: string;
    /** Nodes of the live colour; the other colour holds none until an update. */
    readonly count: number;
    readonly max: number;
    /** GiB of root volume. */
    readonly volume: number;
  };
  /** Plan of the application in Kubernetes. */
  readonly app: {
    readonly replicas: number;
    /** With a rollout's surge they fit on `nodes.count` nodes: nothing adds nodes, and a rollout would never end. */
    readonly maxReplicas: number;
    /** What a node sets aside for a pod; there is no limit, a pod may use idle CPU. */
    readonly cpuMillis: number;
    readonly memoryMiB: number;
  };
  readonly logRetentionDays: number;
}

/**
 * The built-in classes. `large` has 64 GiB of cache, ten application nodes, 500 connections, pool of 100.
 * Instance families are those that every region of `catalog/regions.ts` offers, China included.
 */
export const sizes: Readonly<Record<SizeClassName, SizeClass>> = {
  dev: {
    production: false,
    network: { natPerAz: false },
    postgres: {
      engineVersion: "17.10",
      instanceClass: "db.t4g.medium",
      storage: 20,
      maxStorage: 100,
      multiAz: false,
      backupRetentionDays: 7,
      maxConnections: 500,
      poolSize: 100,
    },
    redis: { engineVersion: "7.1", nodeType: "cache.t4g.micro", nodes: 3, snapshotRetentionDays: 1 },
    memcached: { engineVersion: "1.6.22", nodeType: "cache.t4g.small", nodes: 1 },
    kafka: { version: "3.9.x.kraft", instanceType: "kafka.t3.small", brokers: 3, volume: 20 },
    rabbitmq: { engineVersion: "4.2", instanceType: "mq.m7g.medium", clustered: false },
    nodes: { kubernetesVersion: "1.35", instanceType: "t4g.medium", count: 2, max: 4, volume: 30 },
    app: { replicas: 3, maxReplicas: 6, cpuMillis: 250, memoryMiB: 256 },
    logRetentionDays: 30,
  },
  small: {
    production: true,
    network: { natPerAz: true },
    postgres: {
      engineVersion: "17.10",
      instanceClass: "db.m6g.large",
      storage: 100,
      maxStorage: 500,
      multiAz: true,
      backupRetentionDays: 14,
      maxConnections: 500,
      poolSize: 100,
    },
    redis: { engineVersion: "7.1", nodeType: "cache.m6g.large", nodes: 3, snapshotRetentionDays: 7 },
    memcached: { engineVersion: "1.6.22", nodeType: "cache.m6g.large", nodes: 1 },
    // More than 100 GiB, below which MSK does not grow a disk: so a cell of class dev can become one of this.
    kafka: { version: "3.9.x.kraft", instanceType: "kafka.m5.large", brokers: 3, volume: 128 },
    rabbitmq: { engineVersion: "4.2", instanceType: "mq.m7g.large", clustered: true },
    nodes: { kubernetesVersion: "1.35", instanceType: "m6g.large", count: 3, max: 8, volume: 50 },
    app: { replicas: 6, maxReplicas: 10, cpuMillis: 250, memoryMiB: 512 },
    logRetentionDays: 90,
  },
  medium: {
    production: true,
    network: { natPerAz: true },
    postgres: {
      engineVersion: "17.10",
      instanceClass: "db.r6g.xlarge",
      storage: 250,
      maxStorage: 1000,
      multiAz: true,
      backupRetentionDays: 14,
      maxConnections: 500,
      poolSize: 100,
    },
    redis: { engineVersion: "7.1", nodeType: "cache.r6g.large", nodes: 3, snapshotRetentionDays: 7 },
    memcached: { engineVersion: "1.6.22", nodeType: "cache.r6g.large", nodes: 1 },
    kafka: { version: "3.9.x.kraft", instanceType: "kafka.m5.large", brokers: 3, volume: 250 },
    rabbitmq: { engineVersion: "4.2", instanceType: "mq.m7g.large", clustered: true },
    nodes: { kubernetesVersion: "1.35", instanceType: "m6g.xlarge", count: 6, max: 12, volume: 80 },
    app: { replicas: 12, maxReplicas: 32, cpuMillis: 500, memoryMiB: 1024 },
    logRetentionDays: 90,
  },
  large: {
    production: true,
    network: { natPerAz: true },
    postgres: {
      engineVersion: "17.10",
      instanceClass: "db.r6g.2xlarge",
      storage: 500,
      maxStorage: 2000,
      multiAz: true,
      backupRetentionDays: 35,
      maxConnections: 500,
      poolSize: 100,
    },
    redis: { engineVersion: "7.1", nodeType: "cache.r6g.xlarge", nodes: 3, snapshotRetentionDays: 7 },
    memcached: { engineVersion: "1.6.22", nodeType: "cache.r6g.large", nodes: 4 },
    kafka: { version: "3.9.x.kraft", instanceType: "kafka.m5.2xlarge", brokers: 3, volume: 1000 },
    rabbitmq: { engineVersion: "4.2", instanceType: "mq.m7g.xlarge", clustered: true },
    nodes: { kubernetesVersion: "1.35", instanceType: "m6g.2xlarge", count: 10, max: 20, volume: 100 },
    app: { replicas: 20, maxReplicas: 48, cpuMillis: 1000, memoryMiB: 2048 },
    logRetentionDays: 365,
  },
};

/** A class of an environment: the built-in class that it starts from, and what differs from it. */
export interface OwnSize extends Changes<Omit<SizeClass, "production">> {
  readonly from?: SizeClassName;
}

type Changes<T> = { readonly [Key in keyof T]?: T[Key] extends object ? Partial<T[Key]> : T[Key] };

/** Classes of an environment by name, as its catalog has them. */
export type OwnSizes = Readonly<Record<string, OwnSize | undefined>>;

/** The class of a name, built in or of the environment; undefined when there is none. */
export function sizeOf(name: string, own: OwnSizes = {}): SizeClass | undefined {
  if (Object.hasOwn(sizes, name)) return sizes[name as SizeClassName];
  const { from, ...changes } = (Object.hasOwn(own, name) ? own[name] : undefined) ?? {};
  return from === undefined ? undefined : merged(sizes[from], changes);
}

function merged<T extends object>(base: T, changes: object): T {
  const entries = Object.entries(base).map(([key, value]: [string, unknown]) => {
    const change = (changes as Readonly<Record<string, unknown>>)[key];
    if (change === undefined) return [key, value] as const;
    return [key, typeof value === "object" ? merged(value!, change as object) : change] as const;
  });
  return Object.fromEntries(entries) as T;
}
