import type { Known } from "../fingerprints/known";
import { tag } from "../core/tags";
import { read } from "../core/value";
import { settingsOf } from "../settings/settings";
import { requiredTags } from "../../contract/tags";
import { present, tagged, type Present } from "./governance";

/**
 * The inputs of a cell's resource with the missing tags of GOV-01, from the catalog; undefined when there is nothing to
 * add. Existing tags and other inputs do not change.
 *
 * @param defaults inputs of the provider, whose default tags count as set.
 */
export function withTags(
  type: string,
  props: object,
  defaults: object | undefined,
  cell: string,
  { catalog, settings }: Known,
): Record<string, unknown> | undefined {
  const entry = catalog?.model.cells.find(({ id }) => id === cell);
  if (catalog === undefined || entry === undefined || !tagged.has(type)) return undefined;
  const own = read(props, "tags");
  if (own.state === "unknown" || (own.state === "known" && typeof own.value !== "object")) return undefined;
  const values: Readonly<Record<string, string>> = {
    cell,
    environment: catalog.model.environment,
    locality: entry.locality,
    "data-residency": entry.locality,
    "managed-by": "pulumi",
    owner: entry.owner,
    "data-class": entry.dataClass,
    "cost-center": entry.costCenter,
  };
  const resource = {
    urn: "",
    type,
    name: "",
    props,
    dependencies: [],
    propertyDependencies: {},
    ...(defaults === undefined ? {} : { provider: { urn: "", props: defaults } }),
  };
  const { required } = settingsOf(present, settings) as Present;
  const missing = [...requiredTags, ...required].filter(
    (name) => values[name] !== undefined && tag(resource, name).state === "absent",
  );
  if (missing.length === 0) return undefined;
  const tags = {
    ...(own.state === "known" ? (own.value as object) : {}),
    ...Object.fromEntries(missing.map((name) => [name, values[name]])),
  };
  return { ...props, tags };
}
