import type { Catalog } from "../../../catalog/model";
import { composeEnvironment, type EnvironmentOutputs, type EnvironmentSettings } from "../../../components/environment";
import { plan, type Plan } from "./plan";
import type { MockOutputs } from "./outputs";
import type * as pulumi from "@pulumi/pulumi";

/**
 * What `pulumi up` would register for a catalog, without engine or cloud; see {@link plan}.
 *
 * @param options.only ids of the cells to plan; all when left out.
 */
export function planEnvironment(
  catalog: Catalog,
  settings: EnvironmentSettings = {},
  options: {
    readonly preview?: boolean;
    readonly only?: readonly string[];
    readonly outputsOf?: (urn: string) => MockOutputs | undefined;
  } = {},
): Promise<Plan<pulumi.Unwrap<EnvironmentOutputs>>> {
  const { only } = options;
  const made = only === undefined ? catalog.cells : catalog.cells.filter(({ id }) => only.includes(id));
  return plan(() => composeEnvironment(catalog, settings, made), { ...options, stack: catalog.environment });
}
