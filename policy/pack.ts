import { PolicyPack } from "@pulumi/policy";

import { catalogKey } from "../catalog/resolve";
import { policies } from "./front/crossguard";
import { knownOf } from "./front/known";
import { onStackConfig } from "./front/stack-config";
import { rules } from "./rules";

// All engines send it before the first resource. Without it the pack would judge by a catalog that may be another one.
let config: ReadonlyMap<string, string> | undefined;
onStackConfig((given) => (config = given));

// The pack from its sources: `pulumi preview --policy-pack policy`. The gate runs the bundle (policy/bundle) instead.
// Never imports @pulumi/aws, which takes seconds to load.
new PolicyPack("cells-policy", {
  policies: policies(rules, (stack) => {
    if (config === undefined)
      throw new Error(
        "the engine has sent no configuration of the stack, so the pack cannot find the stack's catalog: use Pulumi 3.230 or newer, and the packages of package-lock.json",
      );
    return knownOf(stack, config.get(catalogKey));
  }),
});
