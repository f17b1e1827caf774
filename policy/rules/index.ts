import type { Rule } from "../core/rule";
import { availability } from "./availability";
import { capacity } from "./capacity";
import { chaos } from "./chaos";
import { conduitRules } from "./conduits";
import { control } from "./control";
import { durability } from "./durability";
import { encryption } from "./encryption";
import { exposure } from "./exposure";
import { fallback } from "./fallback";
import { governance } from "./governance";
import { isolation } from "./isolation";
import { network } from "./network";
import { provenanceRules } from "./provenance";
import { references } from "./references";
import { routers } from "./routers";
import { plainSecrets } from "./secrets";
import { sizing } from "./sizing";
import { sovereignty } from "./sovereignty";
import { transfers } from "./transfers";

const families: readonly (readonly Rule[])[] = [
  isolation,
  conduitRules,
  references,
  provenanceRules,
  network,
  sovereignty,
  encryption,
  durability,
  availability,
  exposure,
  sizing,
  routers,
  control,
  governance,
  [fallback, plainSecrets, capacity, chaos, transfers],
];

const order = ["ISO", "NET", "SOV", "ENC", "DUR", "HA", "PUB", "SIZ", "RTR", "CTL", "GOV"];

/** Every rule, in the order in which they are reported: by family, then by number. */
export const rules: readonly Rule[] = families.flat().sort((a, b) => rank(a) - rank(b) || (a.id < b.id ? -1 : 1));

function rank({ id }: Rule): number {
  return order.indexOf(id.split("-")[0] ?? "");
}
