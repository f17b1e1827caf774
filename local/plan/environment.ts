import type { Catalog } from "../../catalog/model";
import { composeEnvironment, type EnvironmentOutputs, type EnvironmentSettings } from "../../components/environment";
import { plan, type Plan } from "./plan";
import type * as pulumi from "@pulumi/pulumi";

/** What `pulumi up` would register for a catalog, without engine or cloud; see {@link plan}. */
export function planEnvironment(
  catalog: Catalog,
  settings: EnvironmentSettings = {},
  options: { readonly preview?: boolean } = {},
): Promise<Plan<pulumi.Unwrap<EnvironmentOutputs>>> {
  return plan(() => composeEnvironment(catalog, settings), { ...options, stack: catalog.environment });
}
