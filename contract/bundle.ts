/**
 * How code is built that is deployed or whose bytes are pinned: the same sources give the same bytes on every machine.
 * Options of esbuild.
 */
export const reproducible = {
  bundle: true,
  write: false,
  platform: "node",
  format: "cjs",
  target: "node20",
  minify: true,
  sourcemap: false,
  legalComments: "none",
  charset: "utf8",
  logLevel: "silent",
  // Settings of the local checkout must not change the bytes.
  tsconfigRaw: { compilerOptions: { target: "ES2022" } },
} as const;
