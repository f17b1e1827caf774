/** Limits of decoding; a text beyond them is undecided, never clean. */
export const limits = {
  /** Nested encodings. */
  depth: 4,
  /** Characters of one text, decoded or not. */
  characters: 1 << 20,
  /** Ratio of decompressed to compressed size. */
  expansion: 200,
  /** Texts from one property. */
  texts: 20_000,
  /** Characters of all of them together: packed texts in packed texts multiply. */
  opened: 8 << 20,
} as const;
