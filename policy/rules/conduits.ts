import { z } from "zod";

import type { Graph } from "../core/graph";
import type { Resource } from "../core/resource";
import type { OwnedContext } from "../core/context";
import { configured, undecided, violation, type Rule, type Verdict } from "../core/rule";
import { items, read } from "../core/value";
import { isUnder, zoneName } from "../fingerprints/fingerprints";
import { relation, type AddressBlock } from "../literals/block";
import { extract } from "../literals/extract";
import { foreignEndpoints } from "./borrowed";
import { ruleOfPlace } from "./places";

/** Types that join two networks or two accounts, with any values, by AWS service. `*`: any name. */
const conduitTypes: Readonly<Record<string, string>> = {
  directconnect: "*",
  dx: "*",
  ec2: `
    customerGateway localGatewayRouteTableVpcAssociation networkInterfacePermission peeringConnectionOptions
    trafficMirrorSession trafficMirrorTarget vpcEndpointConnectionAccepter vpcEndpointServiceAllowedPrinciple
    vpcPeeringConnection vpcPeeringConnectionAccepter vpnConnection vpnConnectionRoute vpnGateway vpnGatewayAttachment
    vpnGatewayRoutePropagation`,
  ec2clientvpn: "*",
  ec2transitgateway: "*",
  elasticsearch: "vpcEndpoint",
  globalaccelerator: "crossAccountAttachment",
  msk: "vpcConnection",
  networkfirewall: "vpcEndpointAssociation",
  networkmanager: "*",
  odb: "networkPeeringConnection",
  opensearch: "authorizeVpcEndpointAccess inboundConnectionAccepter outboundConnection vpcEndpoint",
  ram: "*",
  redshift: "dataShare dataShare* endpointAccess endpointAuthorization",
  vpc: "routeServerPropagation",
  vpclattice: "*",
};

/** `aws:<service>/<name>:` for every name of the list. */
const conduits = new RegExp(
  `^aws:(?:${Object.entries(conduitTypes)
    .map(([service, names]) => `${service}/(?:${names.trim().replaceAll("*", "\\w+").split(/\s+/).join("|")})`)
    .join("|")}):`,
);

/** Types that do so by one property. */
const byProperty: readonly {
  readonly type: RegExp;
  readonly path: string;
  readonly when?: RegExp;
  readonly message: string;
}[] = [
  { type: /^aws:ec2\/vpcEndpointService:/, path: "allowedPrincipals", message: "the endpoint service lets others in" },
  {
    type: /^aws:ec2\/vpcEndpoint:/,
    path: "serviceName",
    when: /^(?!(?:cn\.)?com\.amazonaws\.(?!vpce\.)|aws\.)/,
    message: "the endpoint leads to a service that is not AWS's",
  },
  { type: /^aws:ec2\/vpcEndpoint:/, path: "serviceNetworkArn", message: "the endpoint joins a service network" },
  {
    type: /^aws:ec2\/vpcEndpoint:/,
    path: "resourceConfigurationArn",
    message: "the endpoint leads to a shared resource",
  },
];

const byType = new Map<string, { readonly isConduit: boolean; readonly rows: typeof byProperty }>();

/** How a type joins networks; cached, because a stack has many resources of few types. */
function waysOf(type: string): { readonly isConduit: boolean; readonly rows: typeof byProperty } {
  let known = byType.get(type);
  if (known === undefined)
    byType.set(
      type,
      (known = { isConduit: conduits.test(type), rows: byProperty.filter((row) => row.type.test(type)) }),
    );
  return known;
}

function joined(resource: Resource, owner: string): readonly Verdict[] {
  const { isConduit, rows } = waysOf(resource.type);
  if (!isConduit && rows.length === 0) return [];
  const details = { evidence: "type", owners: [owner, "another network"] as const };
  if (isConduit) return [violation(resource, undefined, "it joins networks or accounts", details)];
  return rows.flatMap(({ path, when, message }): readonly Verdict[] => {
    const found = read(resource.props, path);
    const isPresent = found.state !== "absent" || resource.propertyDependencies[path] !== undefined;
    if (
      !isPresent ||
      (Array.isArray(found.state === "known" ? found.value : undefined) && items(resource.props, path).length === 0)
    )
      return [];
    if (when === undefined) return [violation(resource, path, message, details)];
    if (found.state !== "known")
      return [violation(resource, path, "the endpoint's service is computed, so it is not one of AWS's", details)];
    return when.test(String(found.value)) ? [violation(resource, path, message, details)] : [];
  });
}

const conduit: Rule = {
  id: "ISO-09",
  severity: "critical",
  title: "No network connection leads out of a cell",
  blocks:
    "peerings, transit gateways, Lattice, resource shares, VPNs, Direct Connect and private links, by type alone, because their values may be unknown",
  fix: "remove it, because cells meet only at the router; list a connection that leads to no cell under conduits in policy/register.yaml",
  origin: "cell anti-pattern: leaky cells; AWS Well-Architected: cell design",
  acceptedBy: "conduits",
  owned: (resource, { cell }) => joined(resource, cell),
  // A resource outside the cells can join two of them by literals, without a dependency.
  stack: (graph) =>
    graph.resources.flatMap((resource) => {
      const owner = graph.owner(resource);
      return owner.kind === "cell" || resource.isRead === true
        ? []
        : joined(resource, "id" in owner ? owner.id : "no owner");
    }),
};

/** Targets of a route that lead to another network, or to a machine that could forward traffic. */
const targets = [
  "vpcPeeringConnectionId",
  "transitGatewayId",
  "networkInterfaceId",
  "instanceId",
  "coreNetworkArn",
  "localGatewayId",
  "odbNetworkArn",
  "carrierGatewayId",
] as const;
const routeTypes = /^aws:ec2\/(?:route|routeTable|defaultRouteTable):/;

function present(bag: object, key: string): boolean {
  const found = read(bag, key);
  return found.state === "unknown" || (found.state === "known" && found.value !== "");
}

function routed(resource: Resource, { cell }: OwnedContext): readonly Verdict[] {
  if (!routeTypes.test(resource.type)) return [];
  const at = (bag: object, prefix: string): readonly Verdict[] => {
    const found = targets.filter(
      (target) => present(bag, target) || (prefix === "" && target in resource.propertyDependencies),
    );
    const gateway = read(bag, "gatewayId");
    const isVpn = gateway.state === "known" && String(gateway.value).startsWith("vgw-");
    return [...found, ...(isVpn ? ["gatewayId"] : [])].map((target) =>
      violation(
        resource,
        `${prefix}${target}`,
        "the route leads to another network or to a machine that passes traffic on",
        {
          evidence: "key",
          owners: [cell, "another network"],
        },
      ),
    );
  };
  const inline = items(resource.props, "routes").flatMap((route, index) => {
    if (route.state === "unknown") return [undecided(resource, `routes.${index}`, "the route is not known yet")];
    return route.state === "known" && typeof route.value === "object" && route.value !== null
      ? at(route.value, `routes.${index}.`)
      : [];
  });
  return [...at(resource.props, ""), ...inline];
}

const peerRoute: Rule = {
  id: "ISO-10",
  severity: "critical",
  title: "Routes stay inside the cell",
  blocks:
    "a route to a peering, transit gateway, interface or instance (by the key alone, because its value may be unknown), or to another cell's addresses",
  fix: "use only local routes and a default route to the cell's own NAT or internet gateway",
  origin: "cell anti-pattern: leaky cells",
  owned: (resource, context) => [...routed(resource, context), ...destinationsOf(resource, context)],
  stack: foreignEndpoints,
};

function destinationsOf(resource: Resource, { cell, scan }: OwnedContext): readonly Verdict[] {
  return scan.references.flatMap(({ path, hit, isProse }) => {
    if (isProse || ruleOfPlace(resource, path) !== "ISO-10") return [];
    return [
      violation(resource, path, `the route leads to ${hit.cell}`, { evidence: hit.evidence, owners: [cell, hit.cell] }),
    ];
  });
}

const zoneType = "aws:route53/zone:Zone";
const associations = /^aws:route53\/(?:zoneAssociation|vpcAssociationAuthorization):/;

function zone(resource: Resource, { cell, prints }: OwnedContext, patterns: readonly string[]): readonly Verdict[] {
  if (associations.test(resource.type)) {
    const message =
      "a private zone is associated with another network; the cell's own network belongs in the zone itself";
    return [violation(resource, "vpcId", message, { evidence: "type", owners: [cell, "another network"] })];
  }
  if (resource.type !== zoneType) return [];
  const networks = read(resource.props, "vpcs");
  const isPrivate = networks.state !== "absent" || resource.propertyDependencies["vpcs"] !== undefined;
  const name = read(resource.props, "name");
  const shared = items(resource.props, "vpcs").length > 1 || (resource.propertyDependencies["vpcs"]?.length ?? 0) > 1;
  const verdicts = shared
    ? [violation(resource, "vpcs", "the zone is associated with more than one network", { evidence: "count" })]
    : [];
  if (name.state === "absent") return verdicts;
  if (name.state === "unknown") return [...verdicts, undecided(resource, "name", "the zone's name is not known yet")];
  const text = zoneName(String(name.value));
  if (!isPrivate && isUnder(text, "internal"))
    verdicts.push(violation(resource, "vpcs", "an internal name is in a public zone"));
  const own = prints.cell(cell)?.zones ?? [];
  const allowed = patterns.map((pattern) => zoneName(pattern.replaceAll("{cell}", cell)));
  const isOwn =
    [...own, ...allowed].some((one) => isUnder(text, one)) ||
    prints.cellsIn(text).some((id) => prints.isSame(id, cell)) ||
    isOwnReverse(text, prints.cell(cell)?.blocks ?? []);
  // The scan reports a name of another cell, with its owner.
  if (!isOwn && prints.named(text, cell) === undefined)
    verdicts.push(violation(resource, "name", `the zone's name is not ${cell}'s`));
  return verdicts;
}

/** `1.10.in-addr.arpa`, for the cell's own block. */
function isOwnReverse(name: string, own: readonly AddressBlock[]): boolean {
  return extract(name).some(
    (literal) =>
      literal.kind === "cidr" && own.some((block) => ["equal", "inside"].includes(relation(literal.block, block))),
  );
}

/** Associations of a zone with another network: from outside the cells, or by an input computed from another cell. */
function ties(graph: Graph): readonly Verdict[] {
  const found = graph.ofType(
    zoneType,
    "aws:route53/zoneAssociation:ZoneAssociation",
    "aws:route53/vpcAssociationAuthorization:VpcAssociationAuthorization",
  );
  return found.flatMap((resource): readonly Verdict[] => {
    const cell = graph.cell(resource);
    if (cell === undefined) {
      const owner = graph.owner(resource);
      if (resource.type === zoneType || resource.isRead === true) return [];
      const owners = ["id" in owner ? owner.id : "no owner", "another network"] as const;
      return [
        violation(resource, "vpcId", "a private zone is associated with another network, from outside its cell", {
          evidence: "type",
          owners,
        }),
      ];
    }
    return Object.entries(resource.propertyDependencies).flatMap(([input, sources]) => {
      const other = sources.map((source) => graph.cell(source)).find((id) => id !== undefined && id !== cell);
      if (other === undefined) return [];
      return [
        violation(resource, input, `the zone is associated with a network of ${other}`, {
          evidence: "edge",
          owners: [cell, other],
        }),
      ];
    });
  });
}

const privateZone = configured(
  z.strictObject({
    zonePatterns: z
      .array(z.string().regex(/^[a-z0-9.{}_-]*\{cell\}[a-z0-9.{}_-]*$/, "write a name with {cell} in it"))
      .default([])
      .describe("More names that a cell's zones may have; {cell} stands for the cell's id."),
  }),
  {
    id: "NET-05",
    severity: "high",
    title: "A cell's zone belongs to that cell alone",
    blocks:
      "a private zone with several networks, an internal name in a public zone, a name that is not the cell's, and associations with other networks, also from outside the cell",
    fix: "use one private zone for each cell, cell-<number>.internal, associated with the cell's network only",
    origin: "cell-based architecture: independent infrastructure per cell",
    owned: (resource, context, { zonePatterns }) => [
      ...zone(resource, context, zonePatterns),
      ...zoneLiterals(resource, context),
    ],
    stack: ties,
  },
);

function zoneLiterals(resource: Resource, { cell, scan }: OwnedContext): readonly Verdict[] {
  return scan.references.flatMap(({ path, hit, isProse }) => {
    if (isProse || ruleOfPlace(resource, path) !== "NET-05") return [];
    return [
      violation(resource, path, `the zone refers to ${hit.cell}`, { evidence: hit.evidence, owners: [cell, hit.cell] }),
    ];
  });
}

function providerLiterals(resource: Resource, { cell, scan }: OwnedContext): readonly Verdict[] {
  if (!resource.type.startsWith("pulumi:providers:")) return [];
  return scan.references.flatMap(({ path, hit, isProse }) => {
    if (isProse) return [];
    return [
      violation(resource, path, `the provider refers to ${hit.cell}`, {
        evidence: hit.evidence,
        owners: [cell, hit.cell],
      }),
    ];
  });
}

/** Connections between networks. `providerLiterals` is a part of ISO-04. */
export const conduitRules: readonly Rule[] = [conduit, peerRoute, privateZone];
export { providerLiterals };
