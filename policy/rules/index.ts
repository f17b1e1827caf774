import type { Rule } from "../core/rule";
import { encryption } from "./encryption";
import { governance } from "./governance";
import { isolation } from "./isolation";
import { network } from "./network";

/** Every rule, in the order in which they are reported. */
export const rules: readonly Rule[] = [...isolation, ...network, ...encryption, ...governance];
