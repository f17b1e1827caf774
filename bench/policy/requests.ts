import { writeFileSync } from "node:fs";

import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import {
  AnalyzerProviderResource,
  AnalyzerPropertyDependencies,
  AnalyzerResource,
  AnalyzerResourceOptions,
  AnalyzeStackRequest,
} from "@pulumi/pulumi/proto/analyzer_pb";

import { parseCatalog } from "../../catalog/load";
import { planEnvironment } from "../../adapters/pulumi/plan/environment";
import type { PlannedResource } from "../../adapters/pulumi/plan/plan";
import { catalogText } from "../up/catalogs";

/** What the engine would send to the pack for an environment of so many cells, and its catalog. */
export interface Written {
  readonly cells: number;
  readonly resources: number;
}

/**
 * Plans an environment and writes the request of its stack policies, in the engine's own protocol.
 *
 * @param isPreview true for a first preview, with its unknown values; false for what an `up` sees.
 * @param files where the catalog and the request go.
 */
export async function writeRequest(
  cells: number,
  isPreview: boolean,
  files: { readonly catalog: string; readonly request: string },
): Promise<Written> {
  const text = catalogText(cells);
  writeFileSync(files.catalog, text);
  const { resources } = await planEnvironment(parseCatalog(text, `${cells} cells`), {}, { preview: isPreview });
  const byUrn = new Map(resources.map((one) => [one.urn, one]));
  const request = new AnalyzeStackRequest();
  request.setResourcesList(resources.map((one) => message(one, byUrn)));
  writeFileSync(files.request, request.serializeBinary());
  return { cells, resources: resources.length };
}

function message(one: PlannedResource, byUrn: ReadonlyMap<string, PlannedResource>): AnalyzerResource {
  const made = new AnalyzerResource();
  made.setUrn(one.urn);
  made.setType(one.type);
  made.setName(one.name);
  made.setProperties(Struct.fromJavaScript(one.inputs as Record<string, JavaScriptValue>));
  made.setParent(one.parent);
  made.setDependenciesList([...one.dependencies]);
  for (const [input, urns] of Object.entries(one.propertyDependencies)) {
    // A mocked request names every plain property with an empty list; the engine's does not.
    if (urns.length === 0) continue;
    const sources = new AnalyzerPropertyDependencies();
    sources.setUrnsList([...urns]);
    made.getPropertydependenciesMap().set(input, sources);
  }
  const options = new AnalyzerResourceOptions();
  options.setProtect(one.protect);
  options.setIgnorechangesList([...one.ignoreChanges]);
  options.setParent(one.parent);
  made.setOptions(options);
  const provider = byUrn.get(one.provider.slice(0, one.provider.lastIndexOf("::")));
  if (provider !== undefined) {
    const by = new AnalyzerProviderResource();
    by.setUrn(provider.urn);
    by.setType(provider.type);
    by.setName(provider.name);
    by.setProperties(Struct.fromJavaScript(provider.inputs as Record<string, JavaScriptValue>));
    made.setProvider(by);
  }
  return made;
}
