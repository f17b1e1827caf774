import { builtInCountries, builtInJurisdictions } from "../countries";
import type { Draft } from "../draft";
import { closest, either, type DraftIssue } from "../issues";
import { refusedZones, region as regionOf, zonesRequired, type Region } from "../regions";

type DraftCell = NonNullable<NonNullable<Draft["cells"]>[number]>;

/**
 * MSK spreads its brokers over two or three subnets, in us-west-1 over two:
 * https://docs.aws.amazon.com/msk/latest/developerguide/msk-create-cluster.html
 */
function zonesAllowed({ name }: Region): number {
  return name === "us-west-1" ? 2 : 3;
}

/** Regions, zones, localities and accounts of cells. */
export function placement(draft: Draft): readonly DraftIssue[] {
  return [
    ...localities(draft),
    ...(draft.cells ?? []).flatMap((cell, index) => {
      if (cell === undefined) return [];
      const region = cell.region === undefined ? undefined : regionOf(cell.region);
      const found = [...locality(draft, cell), ...(region ? [...zones(cell, region), ...account(cell, region)] : [])];
      return found.map((finding) => ({ ...finding, path: ["cells", index, ...finding.path] }));
    }),
  ];
}

/** A locality stays in one partition; with the name of a built-in jurisdiction, also on that jurisdiction's soil. */
function localities(draft: Draft): readonly DraftIssue[] {
  return Object.entries(draft.localities ?? {}).flatMap(([name, names]) => {
    const seen = new Set<string>();
    return (names ?? []).flatMap((regionName, index): DraftIssue[] => {
      if (regionName === undefined) return [];
      const path = ["localities", name, index];
      if (seen.has(regionName)) return [{ path, value: regionName, message: "listed twice; keep one" }];
      seen.add(regionName);
      const partition = regionOf(regionName)?.partition;
      const first = names?.find((other) => other !== undefined);
      if (partition !== regionOf(first ?? "")?.partition) {
        const message = `${regionName} is in another partition than ${first}; give each partition its own locality`;
        return [{ path, value: regionName, message }];
      }
      const country = regionOf(regionName)?.country ?? "";
      const soil = builtInCountries[country];
      if (!(name in builtInJurisdictions) || soil === name || soil === undefined) return [];
      const message = `${regionName} stands in ${country} (${soil}), not in ${name}; move it to ${soil}, or give the locality another name`;
      return [{ path, value: regionName, message }];
    });
  });
}

function locality(draft: Draft, cell: DraftCell): readonly DraftIssue[] {
  const known = draft.localities;
  if (cell.locality === undefined || known === undefined) return [];
  const names = Object.keys(known);
  if (!names.includes(cell.locality)) {
    const meant = closest(cell.locality, names);
    const message = `no such locality; ${meant ? `did you mean ${meant}?` : `write ${either(names)}, or add it to localities`}`;
    return [{ path: ["locality"], value: cell.locality, message }];
  }
  const of = known[cell.locality];
  // An unreadable entry may be the region that is missed: no verdict then.
  if (cell.region === undefined || of === undefined || of.includes(cell.region) || of.includes(undefined)) return [];
  const home = names.filter((name) => known[name]?.includes(cell.region));
  const message = home.length
    ? `${cell.region} is not in locality ${cell.locality}; write ${either(home)}, or move the cell`
    : `${cell.region} is not in locality ${cell.locality}; add it to localities.${cell.locality}, or move the cell`;
  return [{ path: ["locality"], value: cell.locality, message }];
}

function zones(cell: DraftCell, region: Region): readonly DraftIssue[] {
  const named = cell.availabilityZones;
  if (named === undefined) return [];
  const all = region.zones.map((letter) => `${region.name}${letter}`);
  const findings = named.flatMap((zone, index): DraftIssue[] => {
    if (zone === undefined) return [];
    const path = ["availabilityZones", index];
    if (!all.includes(zone)) {
      const why = Object.values(refusedZones).includes(zone) ? "EKS refuses this zone" : `not a zone of ${region.name}`;
      return [{ path, value: zone, message: `${why}; write ${either(all)}` }];
    }
    return named.indexOf(zone) < index ? [{ path, value: zone, message: "listed twice; keep one" }] : [];
  });
  const [least, most] = [zonesRequired(region), zonesAllowed(region)];
  const count = new Set(named).size;
  const path = ["availabilityZones"];
  if (count < least) {
    findings.push({
      path,
      value: named,
      message: `write at least ${least} zones of ${region.name}: ${all.join(", ")}`,
    });
  } else if (count > most) {
    findings.push({ path, value: named, message: `write at most ${most} zones of ${region.name}: MSK takes no more` });
  }
  return findings;
}

function account(cell: DraftCell, region: Region): readonly DraftIssue[] {
  const { id, roleArn } = cell.account ?? {};
  if (roleArn === undefined) return [];
  const [, partition, , , owner] = roleArn.split(":");
  const findings: DraftIssue[] = [];
  const path = ["account", "roleArn"];
  if (id !== undefined && owner !== id) {
    findings.push({
      path,
      value: roleArn,
      message: `the role belongs to account ${owner}, not ${id}; write a role of ${id}`,
    });
  }
  if (partition !== region.partition) {
    const message = `${region.name} is in partition ${region.partition}; write a role that starts with arn:${region.partition}:`;
    findings.push({ path, value: roleArn, message });
  }
  return findings;
}
