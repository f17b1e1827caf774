import { z } from "zod";

import { requiredTags } from "../../contract/tags";
import type { Graph } from "../core/graph";
import type { Resource } from "../core/resource";
import { configured, undecided, verdict, violation, type Rule, type Verdict } from "../core/rule";
import { defaultTag, tag } from "../core/tags";
import { longestWindow, windowOf } from "../register/acceptance";
import { endOf, isOpen, registerPath } from "../register/register";

/** Types that cost money, hold data or carry traffic; other types may be untagged, because AWS takes no tags there. */
export const tagged: ReadonlySet<string> = new Set([
  "aws:cloudwatch/logGroup:LogGroup",
  "aws:ec2/subnet:Subnet",
  "aws:ec2/vpc:Vpc",
  "aws:eks/cluster:Cluster",
  "aws:eks/nodeGroup:NodeGroup",
  "aws:elasticache/cluster:Cluster",
  "aws:elasticache/replicationGroup:ReplicationGroup",
  "aws:kms/key:Key",
  "aws:lb/loadBalancer:LoadBalancer",
  "aws:mq/broker:Broker",
  "aws:msk/cluster:Cluster",
  "aws:rds/instance:Instance",
  "aws:route53/zone:Zone",
  "aws:secretsmanager/secret:Secret",
  "aws:sns/topic:Topic",
]);

function each(graph: Graph, check: (resource: Resource, cell: string) => readonly Verdict[]): readonly Verdict[] {
  return graph.resources.flatMap((resource) => {
    const cell = graph.cell(resource);
    return cell === undefined || !resource.type.startsWith("aws:") ? [] : check(resource, cell);
  });
}

const presentSettings = z.strictObject({
  required: z
    .array(z.string().regex(/^[\w.:/=+@-]{1,128}$/))
    .default([])
    .describe(`Tags besides ${requiredTags.join(", ")}, which are always required.`),
});

/** Settings of GOV-01. */
export type Present = z.output<typeof presentSettings>;

export const present = configured(presentSettings, {
  id: "GOV-01",
  severity: "medium",
  title: "Resources that cost money or hold data have owner tags",
  blocks: `a database, cache, broker, cluster, network, key or secret of a cell without the tags ${requiredTags.join(", ")}`,
  fix: "keep the default tags of the cell's provider",
  origin: "AWS: tagging best practices; cell-based architecture: cost analysis and ownership",
  stack: (graph, { required }) =>
    each(graph, (resource) => {
      if (!tagged.has(resource.type)) return [];
      return [...requiredTags, ...required].flatMap((name): readonly Verdict[] => {
        const found = tag(resource, name);
        if (found.state === "unknown") return [undecided(resource, `tags.${name}`, "the tag is not known yet")];
        return found.state === "absent" ? [violation(resource, `tags.${name}`, `the tag ${name} is missing`)] : [];
      });
    }),
});

const agreement: Rule = {
  id: "GOV-02",
  severity: "high",
  title: "The cell tag names the owner",
  blocks:
    "a cell's resource or provider with another cell's tag: costs, alarms and clean-ups would go to the wrong cell",
  fix: "let the cell's provider set the tag cell",
  origin: "cell-based architecture: clear boundaries",
  stack: (graph) => [
    ...each(graph, (resource, cell) => {
      const found = tag(resource, "cell");
      if (found.state === "unknown") return [undecided(resource, "tags.cell", "the tag is not known yet")];
      if (found.state === "absent" || found.value === cell) return [];
      return [violation(resource, "tags.cell", `the tag names another owner than ${cell}`)];
    }),
    // At the provider too, where the tag is set: its resources may take no tags. Unknown tags are reported at resources.
    ...graph.ofType("pulumi:providers:aws").flatMap((provider): readonly Verdict[] => {
      const [cell, found] = [graph.cell(provider), defaultTag(provider.props, "cell")];
      if (cell === undefined || found.state !== "known" || found.value === cell) return [];
      return [violation(provider, "defaultTags.tags.cell", `the tag names another owner than ${cell}`)];
    }),
  ],
};

const day = 86_400_000;

const expiry = configured(
  z.strictObject({
    longestDays: z.int().min(1).max(90).default(90).describe("Longest term of an entry, in days."),
    longestHours: z
      .number()
      .min(1)
      .max(longestWindow)
      .default(longestWindow)
      .describe("Longest window of a transfer, in hours."),
  }),
  {
    id: "GOV-04",
    severity: "high",
    title: "Entries of the register have an end, and are needed until then",
    blocks:
      "entries of policy/register.yaml whose last day is over, entries of more than 90 days, transfers of more than 72 hours, and entries that nothing needs; wildcards are refused",
    fix: "remove the entry, or have its owner approve it again with a new last day",
    origin: "cell anti-pattern: leaky cells by permanent exception",
    // What is wrong with the register cannot be accepted by the register.
    acceptedBy: "nothing",
    reportsUnusedEntries: true,
    stack: (graph, { longestDays, longestHours }) => {
      const { register, now } = graph.known;
      const entry = (path: string, message: string): readonly Verdict[] => [
        verdict("violation", { urn: registerPath }, path, message, { evidence: "register" }),
      ];
      const over = (expires: string): boolean => endOf(expires) <= now.getTime();
      const until = (list: string, entries: readonly { readonly expires: string }[]): readonly Verdict[] =>
        entries.flatMap(({ expires }, at) => {
          if (over(expires)) return entry(`${list}.${at}`, "its last day is over");
          return endOf(expires) > now.getTime() + (longestDays + 1) * day
            ? entry(`${list}.${at}`, "it lasts too long")
            : [];
        });
      return [
        ...until("sharing", register.sharing),
        ...until("conduits", register.conduits),
        ...until("exceptions", register.exceptions),
        ...until("stacks", register.stacks),
        ...register.transfers.flatMap((one, at): readonly Verdict[] => {
          const path = `transfers.${at}`;
          if (windowOf(one) > longestHours) return entry(path, "its window is too long");
          if (windowOf(one) <= 0) return entry(path, "its window ends before it begins");
          return !isOpen(one, now) && Date.parse(one.notAfter) <= now.getTime()
            ? entry(path, "its window is over")
            : [];
        }),
      ];
    },
  },
);

/** Tags, ownership and the register. */
export const governance: readonly Rule[] = [present, agreement, expiry];
