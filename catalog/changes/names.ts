import { when } from "../constraints/words";
import { replacingInputs } from "../replacement";
import type { ChangeRule } from "./words";

const docs = "https://docs.aws.amazon.com/";

/** What the program replaces by creating the successor first, with the input that names it. */
const named = [
  [
    "CACHE-C2",
    "aws:elasticache/cluster:Cluster",
    "clusterId",
    "AmazonElastiCache/latest/APIReference/API_CreateCacheCluster.html",
  ],
  [
    "CACHE-C3",
    "aws:elasticache/parameterGroup:ParameterGroup",
    "name",
    "AmazonElastiCache/latest/APIReference/API_CreateCacheParameterGroup.html",
  ],
  [
    "RDS-C7",
    "aws:rds/parameterGroup:ParameterGroup",
    "name",
    "AmazonRDS/latest/APIReference/API_CreateDBParameterGroup.html",
  ],
] as const;

/** Names that a successor needs. */
export const nameChanges: readonly ChangeRule[] = named.map(([id, type, name, page]) => ({
  id,
  type,
  rule: "What is replaced gets another name: its successor is created while the old one is there.",
  source: `${docs}${page}`,
  check: ({ before, after }) => {
    const inputs = replacingInputs(type, before, after);
    return when(
      inputs.length > 0 && before[name] === after[name],
      name,
      `${inputs.join(", ")} can change only with another name, as ${String(after[name])} exists: undo it, or change catalog/names.ts too`,
    );
  },
}));
