import * as pulumi from "@pulumi/pulumi";

import type { StageCell } from "./stage";

type Path = readonly string[];

/** Every path of a bag, inner ones too; an output is the end of a path. */
export function paths(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== "object" || value === null || pulumi.Output.isInstance(value)) return [path];
  return [
    ...(path.length === 0 ? [] : [path]),
    ...Object.entries(value).flatMap(([key, part]) => paths(part, [...path, key])),
  ];
}

/** The bag with something else at one path. */
export function injected(bag: object, path: Path, value: unknown): Record<string, unknown> {
  const [head, ...rest] = path;
  const copy = (Array.isArray(bag) ? [...(bag as unknown[])] : { ...bag }) as Record<string, unknown>;
  copy[head!] = rest.length === 0 ? value : injected(copy[head!] as object, rest, value);
  return copy;
}

/** What a case created, once more for each of its paths, with `unknown` there; answers name and path of each. */
export function inject(cell: StageCell, unknown: unknown): readonly { readonly name: string; readonly path: string }[] {
  const acted = [...cell.acted];
  let count = 0;
  return acted.flatMap(({ type, props, opts }) =>
    paths(props)
      .filter((path) => path.length > 0)
      .map((path) => {
        const name = `unknown-${(count += 1)}`;
        const thing = cell.make(type, name, injected(props, path, unknown), opts);
        return { name: thing.name, path: path.join(".") };
      }),
  );
}
