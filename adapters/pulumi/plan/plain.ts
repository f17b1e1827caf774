import * as pulumi from "@pulumi/pulumi";

import type { Catalog } from "../../../catalog/model";
import type { EnvironmentSettings } from "../../../components/environment";
import { UserError } from "../../../contract/user-error";
import type { PlannedResources } from "./batches";
import { planEnvironment } from "./environment";

/**
 * A plan as plain data, with what rules read of it.
 *
 * @throws UserError for what the program itself refuses.
 */
export async function planPlainly(
  catalog: Catalog,
  settings: EnvironmentSettings,
  only?: readonly string[],
): Promise<PlannedResources> {
  try {
    const { resources, reads } = await planEnvironment(catalog, settings, only === undefined ? {} : { only });
    return {
      resources: resources.map((one) => ({
        urn: one.urn,
        type: one.type,
        name: one.name,
        inputs: one.inputs,
        parent: one.parent,
        provider: one.provider,
        dependencies: one.dependencies,
        // A mocked request names every plain property with an empty list.
        propertyDependencies: Object.fromEntries(
          Object.entries(one.propertyDependencies).filter(([, urns]) => urns.length > 0),
        ),
        protect: one.protect,
        retainOnDelete: one.retainOnDelete,
        ignoreChanges: one.ignoreChanges,
        deleteBeforeReplace: one.deleteBeforeReplace,
        deletedWith: one.deletedWith,
      })),
      reads: reads.map(({ urn, type, name, inputs, parent }) => ({ urn, type, name, inputs, parent })),
    };
  } catch (error) {
    throw pulumi.RunError.isInstance(error) ? new UserError((error as Error).message) : error;
  }
}
