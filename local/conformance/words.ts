/** Shorter words for cfn-lint's messages: it lists every allowed value, which for instance classes is hundreds. */

const listed = /^(.*?) is not one of \[(.*)\](.*)$/s;

/** Cuts a list of allowed values down to the few nearest to what was written. */
export function shorten(message: string): string {
  const match = listed.exec(message);
  if (match === null) return message;
  const [, head = "", list = "", tail = ""] = match;
  const values = [...list.matchAll(/'([^']*)'/g)].map(([, value]) => value ?? "");
  if (values.length <= 8) return message;
  const written = head.replace(/^'|'$/g, "");
  const nearest = values
    .map((value) => ({ value, distance: distance(written, value) }))
    .sort((one, other) => one.distance - other.distance || (one.value < other.value ? -1 : 1))
    .slice(0, 5)
    .map(({ value }) => `'${value}'`);
  return `${head} is not one of the ${values.length} values AWS takes${tail}; nearest: ${nearest.join(", ")}`;
}

/** Levenshtein's edit distance. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const swap = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1);
      next.push(Math.min((next[j - 1] ?? 0) + 1, (row[j] ?? 0) + 1, swap));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
