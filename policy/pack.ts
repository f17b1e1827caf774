import { Config } from "@pulumi/pulumi";
import { PolicyPack } from "@pulumi/policy";

import { catalogKey } from "../catalog/resolve";
import { policies } from "./front/crossguard";
import { knownOf } from "./front/known";
import { onStackConfig } from "./front/stack-config";
import { rules } from "./rules";

// Some engines give a pack the stack's configuration when they start it; all send it before the first resource.
let catalog = new Config("cells").get("catalog");
onStackConfig((config) => (catalog = config.get(catalogKey) ?? catalog));

// Loaded by the engine: `pulumi preview --policy-pack policy`. Never imports @pulumi/aws, which takes seconds to load.
new PolicyPack("cells-policy", { policies: policies(rules, (stack) => knownOf(stack, catalog)) });
