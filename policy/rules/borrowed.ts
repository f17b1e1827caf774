import type { Graph } from "../core/graph";
import type { Resource } from "../core/resource";
import { undecided, violation, type Verdict } from "../core/rule";
import { leaves } from "../literals/walk";

/** A thing that a cell names by its id and has not made: no input's source, no id of the cell's own, in no register. */
interface Borrowed {
  readonly resource: Resource;
  readonly cell: string;
  readonly path: string;
}

function borrowed(graph: Graph, types: RegExp, id: RegExp): readonly Borrowed[] {
  return graph.resources.flatMap((resource) => {
    const cell = types.test(resource.type) ? graph.cell(resource) : undefined;
    if (cell === undefined || resource.isRead === true) return [];
    return leaves(resource.props).flatMap((leaf) => {
      if (leaf.kind !== "text" || !id.test(leaf.text)) return [];
      const isComputed = (resource.propertyDependencies[leaf.path.split(".")[0]!] ?? []).length > 0;
      const isOwn = graph.prints.texts.get(leaf.text) === cell;
      const isRegistered = graph.known.register.sharing.some(({ what }) => what === leaf.text);
      return isComputed || isOwn || isRegistered ? [] : [{ resource, cell, path: leaf.path }];
    });
  });
}

/** Places where traffic is let in or out by a list. AWS's own lists of old have eight digits; newer ones look like ours. */
const gates = /^aws:(?:ec2\/(?:securityGroup|securityGroupRule|defaultSecurityGroup|route|routeTable):|vpc\/)/;

/** Prefix lists that nobody here has made: what they let in cannot be seen. */
export function unseenLists(graph: Graph): readonly Verdict[] {
  return borrowed(graph, gates, /^pl-[0-9a-f]{17}$/).map(({ resource, path }) =>
    undecided(
      resource,
      path,
      "the prefix list is not among the resources, so what it lets in cannot be seen; register it if it is AWS's",
    ),
  );
}

/** Endpoints that a route leads to, and that the cell has not made: a firewall or an appliance of another network. */
export function foreignEndpoints(graph: Graph): readonly Verdict[] {
  return borrowed(graph, /^aws:ec2\/(?:route|routeTable|defaultRouteTable):/, /^vpce-[0-9a-f]{8,17}$/).map(
    ({ resource, cell, path }) =>
      violation(resource, path, "the route leads to an endpoint that the cell has not made", {
        evidence: "id",
        owners: [cell, "nobody here"],
      }),
  );
}

/** Resolver rules, profiles and firewall groups that come from elsewhere: they answer the cell's questions for it. */
export function foreignResolvers(graph: Graph): readonly Verdict[] {
  const types = /^aws:route53\/(?:resolverRuleAssociation|resolverFirewallRuleGroupAssociation|profilesAssociation):/;
  return borrowed(graph, types, /^(?:rslvr-rr|rslvr-frg|rp)-[0-9a-z]{8,}$/).map(({ resource, cell, path }) =>
    violation(resource, path, "the cell's names are resolved by a rule that it has not made", {
      evidence: "id",
      owners: [cell, "nobody here"],
    }),
  );
}

/** `account/sg-…`: a group of another account, whatever it is. */
export function groupsOfAccounts(resource: Resource, cell: string): readonly Verdict[] {
  if (!gates.test(resource.type)) return [];
  return leaves(resource.props).flatMap((leaf) =>
    leaf.kind === "text" && /^\d{12}\/sg-[0-9a-f]{8,17}$/.test(leaf.text)
      ? [
          violation(resource, leaf.path, "a security group of another account is let in or out", {
            evidence: "id",
            owners: [cell, "another account"],
          }),
        ]
      : [],
  );
}
