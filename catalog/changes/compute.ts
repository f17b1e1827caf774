import { number, object, when } from "../constraints/words";
import { replacingInputs } from "../replacement";
import type { Inputs } from "../replacement/exceptions";
import { compareVersions, versionOf } from "../versions";
import type { ChangeRule } from "./words";

const docs = "https://docs.aws.amazon.com/eks/latest/userguide/";
const cluster = "aws:eks/cluster:Cluster";
export const nodeGroup = "aws:eks/nodeGroup:NodeGroup";

/** Nodes that a group is to have. */
export function nodesIn(inputs: Inputs | undefined): number {
  return number(object(inputs?.["scalingConfig"])["desiredSize"]) ?? 0;
}

/** EKS. */
export const computeChanges: readonly ChangeRule[] = [
  {
    id: "EKS-C1",
    type: cluster,
    rule: "A control plane goes up one minor version at a time, and never back.",
    source: `${docs}update-cluster.html`,
    check: ({ before, after }) => {
      const [from, to] = [before["version"], after["version"]];
      const [minor, wanted] = [versionOf(from)[1]!, versionOf(to)[1]!];
      return [
        ...when(compareVersions(to, from) < 0, "version", `Kubernetes ${String(from)} cannot go back to ${String(to)}`),
        ...when(
          wanted > minor + 1,
          "version",
          `write 1.${minor + 1} first: Kubernetes ${String(from)} cannot become ${String(to)} at once`,
        ),
      ];
    },
  },
  {
    id: "EKS-C2",
    type: nodeGroup,
    rule: "A node group with nodes is not replaced: its nodes end before there are others.",
    source: `${docs}update-managed-node-group.html`,
    check: ({ before, after, type }) => {
      if (nodesIn(before) === 0 || nodesIn(after) === 0) return [];
      const message = `EKS replaces the group while its nodes serve: ${otherColour}`;
      return replacingInputs(type, before, after).map((property) => ({ property, message }));
    },
  },
  {
    id: "EKS-C3",
    type: nodeGroup,
    rule: "A node group that serves gets no fewer nodes: EKS ends nodes without regard to disruption budgets then.",
    source: `${docs}managed-node-groups.html`,
    check: ({ before, after }) => {
      const [from, to] = [nodesIn(before), nodesIn(after)];
      return when(to > 0 && to < from, "scalingConfig", `EKS ends ${from - to} of its ${from} nodes: ${otherColour}`);
    },
  },
];

const otherColour =
  "change liveNodes to the other colour too, without bothNodes; then the application moves to new nodes first; where the other group has nodes, remove bothNodes in an update before";
