import type { Graph } from "../core/graph";
import type { Resource } from "../core/resource";
import { undecided, violation, type Verdict } from "../core/rule";
import { leaves } from "../literals/walk";

/** A resource that a cell names by its id and does not own: not computed, not the cell's own, not registered. */
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

/** Where lists allow traffic. AWS's own older lists have ids of eight digits; newer ids look like a user's. */
const gates = /^aws:(?:ec2\/(?:securityGroup|securityGroupRule|defaultSecurityGroup|route|routeTable):|vpc\/)/;

/** Prefix lists from outside the stack: their addresses cannot be checked. */
export function unseenLists(graph: Graph): readonly Verdict[] {
  return borrowed(graph, gates, /^pl-[0-9a-f]{17}$/).map(({ resource, path }) =>
    undecided(
      resource,
      path,
      "the prefix list is not among the resources, so its addresses cannot be checked; register it if it is AWS's",
    ),
  );
}

/** Targets of routes that are endpoints from outside the cell: a firewall or an appliance of another network. */
export function foreignEndpoints(graph: Graph): readonly Verdict[] {
  return borrowed(graph, /^aws:ec2\/(?:route|routeTable|defaultRouteTable):/, /^vpce-[0-9a-f]{8,17}$/).map(
    ({ resource, cell, path }) =>
      violation(resource, path, "the route leads to an endpoint from outside the cell", {
        evidence: "id",
        owners: [cell, "an unknown owner"],
      }),
  );
}

/** Resolver rules, profiles and firewall groups from outside the cell, which resolve its names. */
export function foreignResolvers(graph: Graph): readonly Verdict[] {
  const types = /^aws:route53\/(?:resolverRuleAssociation|resolverFirewallRuleGroupAssociation|profilesAssociation):/;
  return borrowed(graph, types, /^(?:rslvr-rr|rslvr-frg|rp)-[0-9a-z]{8,}$/).map(({ resource, cell, path }) =>
    violation(resource, path, "the cell's names are resolved by a rule from outside the cell", {
      evidence: "id",
      owners: [cell, "an unknown owner"],
    }),
  );
}

/** `account/sg-…`: a security group of another account. */
export function groupsOfAccounts(resource: Resource, cell: string): readonly Verdict[] {
  if (!gates.test(resource.type)) return [];
  return leaves(resource.props).flatMap((leaf) =>
    leaf.kind === "text" && /^\d{12}\/sg-[0-9a-f]{8,17}$/.test(leaf.text)
      ? [
          violation(resource, leaf.path, "traffic from or to another account's security group is allowed", {
            evidence: "id",
            owners: [cell, "another account"],
          }),
        ]
      : [],
  );
}
