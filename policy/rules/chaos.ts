import { z } from "zod";

import type { Graph } from "../core/graph";
import type { Resource } from "../core/resource";
import { configured, undecided, violation, type Rule, type Verdict } from "../core/rule";
import { items, read } from "../core/value";
import { parseArn } from "../literals/extract";

const template = "aws:fis/experimentTemplate:ExperimentTemplate";

/** Actions without a duration: https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html */
const momentary: ReadonlySet<string> = new Set([
  "aws:ec2:reboot-instances",
  "aws:ec2:terminate-instances",
  "aws:ecs:stop-task",
  "aws:eks:terminate-nodegroup-instances",
  "aws:elasticache:replicationgroup-interrupt-az-power",
  "aws:rds:failover-db-cluster",
  "aws:rds:reboot-db-instances",
]);

/** Parameters that end an action. */
const ends: ReadonlySet<string> = new Set(["duration", "startInstancesAfterDuration", "completeIfInstancesTerminated"]);

/** Minutes of an ISO 8601 duration of days, hours, minutes and seconds; undefined for another text. */
export function minutesOf(text: string): number | undefined {
  const [all, days, hours, minutes, seconds] = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(text) ?? [];
  if (all === undefined || /^PT?$/.test(text)) return undefined;
  return Number(days ?? 0) * 1440 + Number(hours ?? 0) * 60 + Number(minutes ?? 0) + Number(seconds ?? 0) / 60;
}

function stopped(resource: Resource): readonly Verdict[] {
  const path = "stopConditions";
  const list = items(resource.props, path);
  if (list.length === 0) return [violation(resource, path, "no alarm stops the experiment")];
  return list.flatMap((_, index): readonly Verdict[] => {
    const at = `${path}.${index}.source`;
    const found = read(resource.props, at);
    if (found.state === "unknown") return [undecided(resource, at, "the stop condition is not known yet")];
    return found.state === "known" && found.value !== "none"
      ? []
      : [violation(resource, at, "no alarm stops the experiment")];
  });
}

function bounded(resource: Resource, most: number): readonly Verdict[] {
  return items(resource.props, "actions").flatMap((action, index): readonly Verdict[] => {
    const path = `actions.${index}`;
    if (action.state === "unknown") return [undecided(resource, path, "the action is not known yet")];
    const id = read(resource.props, `${path}.actionId`);
    if (id.state === "known" && momentary.has(String(id.value))) return [];
    const durations = items(resource.props, `${path}.parameters`).flatMap((_, at) => {
      const key = read(resource.props, `${path}.parameters.${at}.key`);
      if (key.state === "known" && !ends.has(String(key.value))) return [];
      return [read(resource.props, `${path}.parameters.${at}.value`)];
    });
    const at = `${path}.parameters`;
    if (durations.some(({ state }) => state === "unknown"))
      return [undecided(resource, at, "how long the action takes is not known yet")];
    const minutes = durations.map((found) => (found.state === "known" ? minutesOf(String(found.value)) : undefined));
    if (minutes.length === 0 || minutes.includes(undefined))
      return [violation(resource, at, "nothing ends the action")];
    return minutes.some((one) => one! > most) ? [violation(resource, at, "the action takes longer than allowed")] : [];
  });
}

/** The cells of a target; `open` when it is not limited to cells, `unknown` while not known. */
function targeted(graph: Graph, resource: Resource, path: string): ReadonlySet<string> | "open" | "unknown" {
  const arns = items(resource.props, `${path}.resourceArns`);
  const tags = items(resource.props, `${path}.resourceTags`);
  if (arns.some(({ state }) => state === "unknown")) return "unknown";
  const cells = new Set<string>();
  for (const arn of arns) {
    const text = arn.state === "known" ? String(arn.value) : "";
    const named = graph.prints.texts.get(text) ?? graph.prints.cellsIn(parseArn(text)?.resource ?? text)[0];
    if (named === undefined) return "open";
    cells.add(named);
  }
  for (const [index] of tags.entries()) {
    const [key, value] = [
      read(resource.props, `${path}.resourceTags.${index}.key`),
      read(resource.props, `${path}.resourceTags.${index}.value`),
    ];
    if (key.state === "unknown" || value.state === "unknown") return "unknown";
    if (key.state === "known" && key.value === "cell" && value.state === "known") cells.add(String(value.value));
  }
  return cells.size === 0 ? "open" : cells;
}

function aimed(graph: Graph, resource: Resource): readonly Verdict[] {
  const own = graph.cell(resource);
  const all = new Set<string>();
  const path = "targets";
  const verdicts = items(resource.props, path).flatMap((target, index): readonly Verdict[] => {
    const at = `${path}.${index}`;
    const found = target.state === "unknown" ? "unknown" : targeted(graph, resource, at);
    if (found === "unknown") return [undecided(resource, at, "the target of the experiment is not known yet")];
    if (found === "open")
      return [
        violation(resource, at, "it may affect every cell, because nothing limits it to one", { evidence: "target" }),
      ];
    const foreign = [...found].find((cell) => own !== undefined && !graph.prints.isSame(cell, own));
    if (foreign !== undefined)
      return [violation(resource, at, `it affects ${foreign}`, { evidence: "target", owners: [own!, foreign] })];
    for (const cell of found) all.add(cell);
    return [];
  });
  return all.size > 1
    ? [...verdicts, violation(resource, path, "it affects several cells at once", { evidence: "target" })]
    : verdicts;
}

/** The experiment's role must be the cell's own, which can reach only that cell. */
function roled(graph: Graph, resource: Resource): readonly Verdict[] {
  const own = graph.cell(resource);
  const role = (resource.propertyDependencies["roleArn"] ?? []).find(({ type }) => type === "aws:iam/role:Role");
  if (own === undefined) return [];
  const path = "roleArn";
  if (role !== undefined) {
    const other = graph.cell(role);
    return other === own
      ? []
      : [
          violation(resource, path, "its role is not the cell's own, so it can reach other cells", {
            evidence: "edge",
            owners: [own, other ?? "no cell"],
          }),
        ];
  }
  const found = read(resource.props, path);
  if (found.state === "absent") return [violation(resource, path, "it has no role")];
  if (found.state === "unknown") return [undecided(resource, path, "the owner of its role is not known yet")];
  const named = graph.prints.cellsIn(parseArn(String(found.value))?.resource ?? "");
  return named.some((cell) => graph.prints.isSame(cell, own))
    ? []
    : [violation(resource, path, "the name of its role does not contain the cell's", { evidence: "literal:arn" })];
}

/** Experiments. */
export const chaos: Rule = configured(
  z.strictObject({
    maxMinutes: z.int().min(1).max(60).default(15).describe("Longest duration of one action in minutes."),
  }),
  {
    id: "CTL-06",
    severity: "critical",
    title: "Experiments are limited to one cell and end automatically",
    blocks:
      "an AWS FIS experiment without an alarm that stops it, with targets outside one cell, with a role that is not the cell's own, or with an action that does not end in time",
    fix: "name a CloudWatch alarm in stopConditions, limit each target by the tag cell, give each action a duration",
    origin: "cell-based architecture: chaos engineering; AWS Well-Architected REL12",
    resource: {
      types: [template],
      check: (resource, { maxMinutes }) => [...stopped(resource), ...bounded(resource, maxMinutes)],
    },
    stack: (graph) =>
      graph.ofType(template).flatMap((resource) => [...aimed(graph, resource), ...roled(graph, resource)]),
  },
);
