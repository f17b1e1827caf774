import { PolicyPack } from "@pulumi/policy";

import { policies } from "./front/crossguard";
import { knownOf } from "./front/known";
import { hearStackConfig } from "./front/stack-config";
import { rules } from "./rules";

let catalog: string | undefined;
hearStackConfig((config) => (catalog = config.get("cells:catalog")));

// Loaded by the engine: `pulumi preview --policy-pack policy`. Never imports @pulumi/aws, which takes seconds to load.
new PolicyPack("cells-policy", { policies: policies(rules, (stack) => knownOf(stack, catalog)) });
