/** Words of a name: `dev-cell-2_postgres` is dev, cell, 2, postgres. Always in lower case. */
export function words(name: string): readonly string[] {
  return name
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
}

/** A cell, and the words that stand for it in names. */
export interface CellName {
  readonly cell: string;
  readonly words: readonly string[];
}

/**
 * Finds cells in names, by whole words: `cell-2` is neither in `cell-20` nor in `notcell-2`. The longest match wins
 * (`cell-1-eu` is not `cell-1`). `cell-<number>` and `cell<number>` always match, also for unknown numbers.
 */
export class CellWords {
  readonly #names: readonly CellName[];
  /** The names by their first word. */
  readonly #first: ReadonlyMap<string, readonly CellName[]>;

  constructor(names: readonly CellName[]) {
    this.#names = [...names].filter((name) => name.words.length > 0).sort((a, b) => b.words.length - a.words.length);
    const first = new Map<string, CellName[]>();
    for (const name of this.#names) {
      const start = name.words[0]!;
      first.set(start, [...(first.get(start) ?? []), name]);
    }
    this.#first = first;
  }

  /** Each cell once, in the order of appearance. */
  cellsIn(name: string): readonly string[] {
    const spoken = words(name);
    const found = new Set<string>();
    for (let at = 0; at < spoken.length; at += 1) {
      const hit = this.#at(spoken, at);
      if (hit === undefined) continue;
      found.add(hit.cell);
      at += hit.length - 1;
    }
    return [...found];
  }

  /** Cells in a name that lost its dashes: `devcell2kafka`. Names without a number, shorter than five letters, are too common. */
  squeezedIn(name: string): readonly string[] {
    const text = name.toLowerCase().replace(/[^a-z0-9]/g, "");
    const found = new Set<string>();
    for (const { cell, words: spoken } of this.#names) {
      const joined = spoken.join("");
      const isLong = /\d$/.test(joined) || joined.length >= 5;
      const at = isLong ? text.indexOf(joined) : -1;
      if (at >= 0 && !(/\d$/.test(joined) && /\d/.test(text[at + joined.length] ?? ""))) found.add(cell);
    }
    if (found.size === 0)
      for (const [, number] of text.matchAll(/cell(\d{1,5})(?!\d)/g)) found.add(`cell-${Number(number)}`);
    return [...found];
  }

  /** True when a name contains more than a cell's name: `redis-cell-2-0`, not `cell-2`. */
  isPartOfCell(name: string): boolean {
    const spoken = words(name);
    return spoken.some((_, at) => {
      const hit = this.#at(spoken, at);
      return hit !== undefined && hit.length < spoken.length;
    });
  }

  #at(spoken: readonly string[], at: number): { readonly cell: string; readonly length: number } | undefined {
    for (const name of this.#first.get(spoken[at]!) ?? []) {
      if (name.words.every((word, index) => spoken[at + index] === word))
        return { cell: name.cell, length: name.words.length };
    }
    const joined = /^cell(\d{1,5})$/.exec(spoken[at]!)?.[1];
    if (joined !== undefined) return { cell: `cell-${Number(joined)}`, length: 1 };
    const number = spoken[at + 1];
    if (spoken[at] === "cell" && number !== undefined && /^\d{1,5}$/.test(number)) {
      return { cell: `cell-${Number(number)}`, length: 2 };
    }
    return undefined;
  }
}

/** Finds `cell-<number>` in names, also of unknown cells. */
export const byForm = new CellWords([]);
