import type { Draft } from "../draft";
import { closest, either, type DraftIssue } from "../issues";
import { sizeOf, sizes } from "../sizes";

/** Size classes of the environment, and the cells that name a class. */
export function sizeClasses(draft: Draft): readonly DraftIssue[] {
  return [...unknown(draft), ...replicas(draft)];
}

/** Cells of a class that neither the program nor the environment has. */
function unknown(draft: Draft): readonly DraftIssue[] {
  // Broken as a whole, it may have the class that is missing.
  if ("sizes" in draft && draft.sizes === undefined) return [];
  const names = [...Object.keys(sizes), ...Object.keys(draft.sizes ?? {})];
  const places = [
    { path: ["defaults"], of: draft.defaults },
    ...(draft.cells ?? []).map((of, index) => ({ path: ["cells", index], of })),
  ];
  return places.flatMap(({ path, of }): readonly DraftIssue[] => {
    const value = of?.sizeClass;
    if (value === undefined || names.includes(value)) return [];
    const meant = closest(value, names);
    const message = `no such size class; ${meant ? `did you mean ${meant}?` : `write ${either(names)}, or add it to sizes`}`;
    return [{ path: [...path, "sizeClass"], value, message }];
  });
}

/** Kubernetes refuses an autoscaler whose least is above its most. */
function replicas({ sizes: own = {} }: Draft): readonly DraftIssue[] {
  return Object.entries(own).flatMap(([name, written]): readonly DraftIssue[] => {
    const app = sizeOf(name, own)?.app;
    const isBroken = Object.values(written?.app ?? {}).some((value) => value === undefined);
    if (app === undefined || isBroken || app.replicas <= app.maxReplicas) return [];
    const message = `at least ${app.replicas} pods are more than at most ${app.maxReplicas}; write replicas and maxReplicas that fit`;
    return [{ path: ["sizes", name, "app"], value: written?.app, message }];
  });
}
