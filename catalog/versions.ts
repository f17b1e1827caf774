/** The numbers of a version: `1.35` is [1, 35]; a word is not a number. */
export function versionOf(version: unknown): readonly number[] {
  return String(version).split(".").map(Number);
}

/** -1, 0 or 1 by the numbers of two versions; a part that one of them lacks, or that is a word, does not count. */
export function compareVersions(one: unknown, other: unknown): number {
  const right = versionOf(other);
  const steps = versionOf(one).map((part, at) => Math.sign(part - (right[at] ?? NaN)));
  return steps.find((step) => step !== 0 && !Number.isNaN(step)) ?? 0;
}
