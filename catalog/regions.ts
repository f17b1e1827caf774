import type { Partition } from "./model";

/** What the catalog must know about an AWS region. */
export interface Region {
  /** `eu-west-1`. */
  readonly name: string;
  /** `Europe (Ireland)`. */
  readonly title: string;
  readonly partition: Partition;
  /** ISO 3166-1 alpha-2 of the soil it stands on. */
  readonly country: string;
  /** True where an account must enable the region first. */
  readonly optIn: boolean;
  /** Letters of the availability zones that a cell may be in; without those of {@link refusedZones}. */
  readonly zones: readonly string[];
  /**
   * Letters a cell uses when the catalog names none: three, or two where only two can be relied upon. Never changed
   * for a released region: it would rebuild the cells that rely on it.
   */
  readonly defaultZones: readonly string[];
}

type Row = readonly [title: string, country: string, zones?: string, defaultZones?: string];

/**
 * Sources: regions and titles from botocore 1.44 `endpoints.json`; zone letters from EC2 DescribeAvailabilityZones as
 * recorded in moto 5.2 and https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html
 *
 * - us-west-1 has zones a, b and c but shows an account only two of them: name your own in the catalog if not a and b.
 * - cn-north-1d exists, but EKS refuses it when short of capacity (https://github.com/eksctl-io/eksctl/issues/3916).
 */
const open: Readonly<Record<string, Row>> = {
  "ap-northeast-1": ["Asia Pacific (Tokyo)", "JP", "acd"],
  "ap-northeast-2": ["Asia Pacific (Seoul)", "KR", "abcd", "abc"],
  "ap-northeast-3": ["Asia Pacific (Osaka)", "JP"],
  "ap-south-1": ["Asia Pacific (Mumbai)", "IN"],
  "ap-southeast-1": ["Asia Pacific (Singapore)", "SG"],
  "ap-southeast-2": ["Asia Pacific (Sydney)", "AU"],
  "ca-central-1": ["Canada (Central)", "CA", "abd"],
  "eu-central-1": ["Europe (Frankfurt)", "DE"],
  "eu-north-1": ["Europe (Stockholm)", "SE"],
  "eu-west-1": ["Europe (Ireland)", "IE"],
  "eu-west-2": ["Europe (London)", "GB"],
  "eu-west-3": ["Europe (Paris)", "FR"],
  "sa-east-1": ["South America (Sao Paulo)", "BR"],
  "us-east-1": ["US East (N. Virginia)", "US", "abcdf", "abc"],
  "us-east-2": ["US East (Ohio)", "US"],
  "us-west-1": ["US West (N. California)", "US", "abc", "ab"],
  "us-west-2": ["US West (Oregon)", "US", "abcd", "abc"],
};

/** Regions to enable first: https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html */
const optIn: Readonly<Record<string, Row>> = {
  "af-south-1": ["Africa (Cape Town)", "ZA"],
  "ap-east-1": ["Asia Pacific (Hong Kong)", "HK"],
  "ap-east-2": ["Asia Pacific (Taipei)", "TW"],
  "ap-south-2": ["Asia Pacific (Hyderabad)", "IN"],
  "ap-southeast-3": ["Asia Pacific (Jakarta)", "ID"],
  "ap-southeast-4": ["Asia Pacific (Melbourne)", "AU"],
  "ap-southeast-5": ["Asia Pacific (Malaysia)", "MY"],
  "ap-southeast-6": ["Asia Pacific (New Zealand)", "NZ"],
  "ap-southeast-7": ["Asia Pacific (Thailand)", "TH"],
  "ca-west-1": ["Canada West (Calgary)", "CA"],
  "eu-central-2": ["Europe (Zurich)", "CH"],
  "eu-south-1": ["Europe (Milan)", "IT"],
  "eu-south-2": ["Europe (Spain)", "ES"],
  "il-central-1": ["Israel (Tel Aviv)", "IL"],
  "me-central-1": ["Middle East (UAE)", "AE"],
  "me-south-1": ["Middle East (Bahrain)", "BH"],
  "mx-central-1": ["Mexico (Central)", "MX"],
};

const china: Readonly<Record<string, Row>> = {
  "cn-north-1": ["China (Beijing)", "CN", "abd", "ab"],
  "cn-northwest-1": ["China (Ningxia)", "CN"],
};

const govCloud: Readonly<Record<string, Row>> = {
  "us-gov-east-1": ["AWS GovCloud (US-East)", "US"],
  "us-gov-west-1": ["AWS GovCloud (US-West)", "US"],
};

function table(rows: Readonly<Record<string, Row>>, partition: Partition, needsOptIn: boolean): Region[] {
  return Object.entries(rows).map(([name, [title, country, zones = "abc", defaultZones = zones]]) => ({
    name,
    title,
    partition,
    country,
    optIn: needsOptIn,
    zones: [...zones],
    defaultZones: [...defaultZones],
  }));
}

/**
 * Ids of zones where EKS has no control plane, with the name that most accounts have for the zone, where there is one. A
 * letter may stand for another zone in each account, so `components/cell/zones.ts` looks up the ids. MSK refuses use1-az3
 * too.
 *
 * Sources: https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html,
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-msk-cluster-brokernodegroupinfo.html
 * for the ids; EC2 DescribeAvailabilityZones as recorded in moto 5.2 for the name.
 */
export const refusedZones: Readonly<Record<string, string | undefined>> = {
  "use1-az3": "us-east-1e",
  "usw1-az2": undefined,
  "cac1-az3": undefined,
};

/** Every region a cell or router may be placed in, by name. The isolated partitions (aws-iso*) are not among them. */
export const regions: ReadonlyMap<string, Region> = new Map(
  [
    ...table(open, "aws", false),
    ...table(optIn, "aws", true),
    ...table(china, "aws-cn", false),
    ...table(govCloud, "aws-us-gov", false),
  ]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((region) => [region.name, region]),
);

/**
 * Regions without an interface endpoint of a service: it is called through the NAT there.
 *
 * - eks: https://docs.aws.amazon.com/eks/latest/userguide/vpc-interface-endpoints.html
 * - eks-auth: the same page offers it in ap-southeast-5 and does not say whether the other three have it; the AWS CDK's
 *   list of China's services does not have it. A service that is not there stops `up`, an endpoint too few does not.
 */
export const endpointsMissing: Readonly<Record<string, readonly string[]>> = {
  eks: ["ap-east-2", "ap-southeast-5", "ap-southeast-7", "mx-central-1"],
  "eks-auth": ["ap-east-2", "ap-southeast-7", "cn-north-1", "cn-northwest-1", "mx-central-1"],
};

/** Names of all regions, sorted. */
export const regionNames: readonly string[] = [...regions.keys()];

/** The region of that name; undefined when it does not exist or is not in the table above. */
export function region(name: string): Region | undefined {
  return regions.get(name);
}

/** Fewest zones a cell must span in a region: EKS and Multi-AZ data stores need two, the design wants three. */
export function zonesRequired(of: Region): number {
  return of.defaultZones.length;
}
