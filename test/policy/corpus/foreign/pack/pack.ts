import { PolicyPack } from "@pulumi/policy";

import { policies } from "../../../../../policy/front/crossguard";
import { corpusRules } from "../../rules";

// No catalog, no settings, no register: what the stack shows is all that is known.
new PolicyPack("cells-foreign", { policies: policies(corpusRules) });
