import { Config } from "@pulumi/pulumi";
import { PolicyPack } from "@pulumi/policy";

import { policies } from "./front/crossguard";
import { knownOf } from "./front/known";
import { rules } from "./rules";

// Loaded by the engine: `pulumi preview --policy-pack policy`. Never imports @pulumi/aws, which takes seconds to load.
// The engine gives the pack the stack's configuration, as it gives it to the program.
const catalog = new Config("cells").get("catalog");
new PolicyPack("cells-policy", { policies: policies(rules, (stack) => knownOf(stack, catalog)) });
