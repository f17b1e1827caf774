import { execFileSync } from "node:child_process";
import { join } from "node:path";

import type { Shape } from "./fields";
import { satellites, twins } from "./tables";

/** Inputs that AWS fixes at creation, in Pulumi's names: always, or depending on values. */
export interface CreateOnly {
  readonly replaces?: readonly string[];
  readonly sometimes?: readonly string[];
}

/**
 * What AWS's resource schemas (cfn-lint's copy) say about each Pulumi type that has a twin there, by type.
 *
 * @param python Python of a virtual environment that has cfn-lint.
 */
export function createOnlyInputs(types: readonly string[], python: string): Readonly<Record<string, CreateOnly>> {
  const known = [...types].sort().flatMap((type) => {
    const satellite = satellites[type];
    const twin = twins[satellite?.of ?? type];
    return twin === undefined ? [] : [{ type, twin, satellite }];
  });
  const input = JSON.stringify([...new Set(known.map(({ twin }) => twin.type))]);
  const script = join(__dirname, "create-only.py");
  const output = execFileSync(python, [script], { input, encoding: "utf8" });
  const schemas = JSON.parse(output) as Readonly<Record<string, Required<CreateOnly>>>;
  return Object.fromEntries(
    known.map(({ type, twin, satellite }) => {
      const { fields } = satellite ?? twin;
      const { replaces, sometimes } = schemas[twin.type]!;
      // A satellite belongs to its owner: another owner is another satellite.
      const always = [...(satellite === undefined ? [] : [satellite.by]), ...inputsAt(fields, replaces)];
      const found = { replaces: sorted(always), sometimes: sorted(inputsAt(fields, sometimes)) };
      return [type, Object.fromEntries(Object.entries(found).filter(([, inputs]) => inputs.length > 0))];
    }),
  );
}

const sorted = (inputs: readonly string[]): string[] => [...new Set(inputs)].sort();

/** The inputs that are written to one of the properties (JSON pointers), or inside one. */
function inputsAt(fields: Shape, pointers: readonly string[]): string[] {
  const properties = pointers.map((pointer) => pointer.replace(/^\/properties\//, "").replaceAll("/", "."));
  const walk = (shape: Shape, at: string, words: string): string[] =>
    Object.entries(shape).flatMap(([input, field]) => {
      if ("drop" in field) return [];
      const property = [at, field.to].filter((part) => part !== "").join(".");
      const path = words === "" ? input : `${words}.${input}`;
      const isFixed = properties.some((fixed) => property === fixed || property.startsWith(`${fixed}.`));
      if (isFixed && field.to !== "") return [path];
      return field.of === undefined ? [] : walk(field.of, property, path);
    });
  return walk(fields, "", "");
}
