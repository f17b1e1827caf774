import { randomInt } from "node:crypto";

/** Inputs of `random:index/randomPassword:RandomPassword`, all optional but the length. */
export interface PasswordInputs {
  readonly length: number;
  readonly lower?: boolean;
  readonly upper?: boolean;
  readonly numeric?: boolean;
  readonly special?: boolean;
  readonly minLower?: number;
  readonly minUpper?: number;
  readonly minNumeric?: number;
  readonly minSpecial?: number;
  /** Characters that count as special. */
  readonly overrideSpecial?: string;
  /** A change of any of these creates a new password. */
  readonly keepers?: Readonly<Record<string, string>>;
}

/** An index from 0 to `below`, exclusive, from a cryptographic source. */
export type Draw = (below: number) => number;

const defaultSpecial = "!@#$%&*()-_=+[]{}<>:?";

/** The inputs with the official provider's defaults. */
export function withDefaults(inputs: PasswordInputs): Required<Omit<PasswordInputs, "keepers" | "overrideSpecial">> {
  return {
    length: inputs.length,
    lower: inputs.lower ?? true,
    upper: inputs.upper ?? true,
    numeric: inputs.numeric ?? true,
    special: inputs.special ?? true,
    minLower: inputs.minLower ?? 0,
    minUpper: inputs.minUpper ?? 0,
    minNumeric: inputs.minNumeric ?? 0,
    minSpecial: inputs.minSpecial ?? 0,
  };
}

/** Mistakes in the inputs, one sentence each; empty when there are none. */
export function mistakes(inputs: PasswordInputs): string[] {
  const all = withDefaults(inputs);
  const found: string[] = [];
  if (!Number.isInteger(all.length) || all.length < 1) found.push("length must be a whole number of at least 1");
  const least = all.minLower + all.minUpper + all.minNumeric + all.minSpecial;
  if (least > all.length) found.push(`length must be at least ${least}, the sum of the minimums`);
  if (!all.lower && !all.upper && !all.numeric && !all.special) {
    found.push("at least one of lower, upper, numeric and special must be true");
  }
  return found;
}

/**
 * A password of the characters that the inputs allow, with at least as many of each kind as they ask for.
 *
 * @throws Error listing the {@link mistakes}.
 */
export function password(inputs: PasswordInputs, draw: Draw = randomInt): string {
  const wrong = mistakes(inputs);
  if (wrong.length > 0) throw new Error(wrong.join("; "));
  const all = withDefaults(inputs);
  const kinds = [
    { on: all.lower, least: all.minLower, characters: "abcdefghijklmnopqrstuvwxyz" },
    { on: all.upper, least: all.minUpper, characters: "ABCDEFGHIJKLMNOPQRSTUVWXYZ" },
    { on: all.numeric, least: all.minNumeric, characters: "0123456789" },
    { on: all.special, least: all.minSpecial, characters: inputs.overrideSpecial || defaultSpecial },
  ];
  const any = kinds.flatMap(({ on, characters }) => (on ? [...characters] : []));
  const chosen = kinds.flatMap(({ least, characters }) =>
    Array.from({ length: least }, () => pick([...characters], draw)),
  );
  while (chosen.length < all.length) chosen.push(pick(any, draw));
  return shuffled(chosen, draw).join("");
}

function pick(characters: readonly string[], draw: Draw): string {
  return characters[draw(characters.length)] ?? "";
}

/** Fisher–Yates. */
function shuffled<T>(items: readonly T[], draw: Draw): T[] {
  const result = [...items];
  for (let last = result.length - 1; last > 0; last--) {
    const other = draw(last + 1);
    [result[last], result[other]] = [result[other] as T, result[last] as T];
  }
  return result;
}
