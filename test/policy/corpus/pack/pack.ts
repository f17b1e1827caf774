import { PolicyPack } from "@pulumi/policy";

import { policies } from "../../../../policy/front/crossguard";
import { corpusRules } from "../rules";
import { known } from "../stage";

// The same policies as policy/pack.ts; what is known is the corpus's, not a catalog's.
new PolicyPack("cells-corpus", { policies: policies(corpusRules, () => known()) });
