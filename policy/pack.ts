import { PolicyPack } from "@pulumi/policy";

import { policies } from "./front/crossguard";
import { knownOf } from "./front/known";
import { rules } from "./rules";

// Loaded by the engine: `pulumi preview --policy-pack policy`. Never imports @pulumi/aws, which takes seconds to load.
new PolicyPack("cells-policy", { policies: policies(rules, (stack) => knownOf(stack)) });
