/**
 * Bytes as the conformance file writes them: parts that follow one another, so that long texts and patterns stay short. A
 * text stands for its UTF-8 bytes.
 */
export type Bytes = string | Part | readonly Bytes[];
type Part =
  | { readonly base64: string }
  /** Bytes that `parts` of the file names. */
  | { readonly part: string }
  | { readonly repeat: Bytes; readonly times: number };

export type Parts = Readonly<Record<string, Bytes>>;

/** The bytes that are meant. */
export function expand(bytes: Bytes, parts: Parts): Buffer {
  if (typeof bytes === "string") return Buffer.from(bytes, "utf8");
  if (isList(bytes)) return Buffer.concat(bytes.map((each) => expand(each, parts)));
  if ("base64" in bytes) return Buffer.from(bytes.base64, "base64");
  if ("repeat" in bytes) {
    const once = expand(bytes.repeat, parts);
    return Buffer.alloc(once.length * bytes.times, once);
  }
  const named = parts[bytes.part];
  if (named === undefined) throw new Error(`no part ${bytes.part}`);
  return expand(named, parts);
}

function isList(bytes: Bytes): bytes is readonly Bytes[] {
  return Array.isArray(bytes);
}

/** Letters after which the texts of our slots repeat. */
const periods = [4, 8, 12, 16, 20, 40, 52, 1004, 6108];

/** A text with its repetitions written once. */
function folded(text: string): Bytes {
  const parts: Bytes[] = [];
  let literal = "";
  let at = 0;
  while (at < text.length) {
    const times = (period: number): number => {
      let end = at + period;
      while (end < text.length && text[end] === text[end - period]) end++;
      return Math.floor((end - at) / period);
    };
    const period = periods.find((each) => at + 3 * each <= text.length && times(each) > 2);
    if (period === undefined) {
      literal += text[at++]!;
      continue;
    }
    if (literal !== "") parts.push(literal);
    literal = "";
    const repeat = text.slice(at, at + period);
    parts.push({ repeat, times: times(period) });
    at += period * times(period);
  }
  if (literal !== "") parts.push(literal);
  return parts.length === 1 ? parts[0]! : parts;
}

/** Named texts, and other texts written with them. */
export class Names {
  private readonly known: { readonly name: string; readonly text: string }[] = [];
  readonly parts: Record<string, Bytes> = {};

  /** Names a text that occurs in others. Returns it. */
  name(name: string, text: string): string {
    if (this.known.some((each) => each.text === text)) return text;
    if (name in this.parts) throw new Error(`${name} is named twice`);
    this.parts[name] = this.write(text, folded);
    this.known.push({ name, text });
    return text;
  }

  /** The text, with references where a named one occurs in it; the longest first. */
  write(text: string, rest: (text: string) => Bytes = (each) => (each.length > 5000 ? folded(each) : each)): Bytes {
    let pieces: Bytes[] = [text];
    for (const { name, text: named } of [...this.known].sort((a, b) => b.text.length - a.text.length)) {
      pieces = pieces.flatMap((piece): Bytes[] =>
        typeof piece !== "string"
          ? [piece]
          : piece
              .split(named)
              .flatMap((between, at): Bytes[] => (at === 0 ? [between] : [{ part: name }, between]))
              .filter((each) => each !== ""),
      );
    }
    const written = pieces.map((piece) => (typeof piece === "string" ? rest(piece) : piece));
    return written.length === 1 ? written[0]! : written;
  }
}

/** The text with a part replaced. @throws Error when it does not have the part: the case would be another one. */
export function put(text: string, part: string, other: string): string {
  if (!text.includes(part)) throw new Error(`no ${part}`);
  return text.replace(part, () => other);
}
