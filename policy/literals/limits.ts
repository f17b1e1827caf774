/** Where decoding ends; beyond it a text is undecided, never clean. */
export const limits = {
  /** Encodings inside encodings. */
  depth: 4,
  /** Characters of one text, decoded or not. */
  characters: 1 << 20,
  /** Decompressed to compressed size. */
  expansion: 200,
  /** Texts out of one property. */
  texts: 20_000,
  /** Characters of all of them together: packed texts in packed texts multiply. */
  opened: 8 << 20,
} as const;
