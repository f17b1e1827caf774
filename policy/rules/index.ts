import type { Rule } from "../core/rule";
import { availability } from "./availability";
import { conduitRules } from "./conduits";
import { durability } from "./durability";
import { encryption } from "./encryption";
import { exposure } from "./exposure";
import { governance } from "./governance";
import { isolation } from "./isolation";
import { network } from "./network";
import { provenanceRules } from "./provenance";
import { references } from "./references";
import { routers } from "./routers";
import { sovereignty } from "./sovereignty";

const families: readonly (readonly Rule[])[] = [
  isolation, conduitRules, references, provenanceRules, network, sovereignty, encryption, durability, availability,
  exposure, routers, governance,
];

const order = ["ISO", "NET", "SOV", "ENC", "DUR", "HA", "PUB", "SIZ", "RTR", "CTL", "GOV"];

/** Every rule, in the order in which they are reported: by family, then by number. */
export const rules: readonly Rule[] = families.flat().sort((a, b) => rank(a) - rank(b) || (a.id < b.id ? -1 : 1));

function rank({ id }: Rule): number {
  return order.indexOf(id.split("-")[0] ?? "");
}
