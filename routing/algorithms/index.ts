import type { Algorithm } from "../algorithm";
import type { AlgorithmName } from "../table";
import { murmur3, sha256 } from "./modulo";
import { rendezvous } from "./rendezvous";
import { ring } from "./ring";
import { slots } from "./slots";

/** Every algorithm by its name in the table. */
export const algorithms: Readonly<Record<AlgorithmName, Algorithm>> = { slots, ring, rendezvous, murmur3, sha256 };
