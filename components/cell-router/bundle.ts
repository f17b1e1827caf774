import { createHash } from "node:crypto";
import { basename, join } from "node:path";

import { buildSync } from "esbuild";
import { zipSync } from "fflate";

import { reproducible } from "../../contract/bundle";
import { bundledTable } from "../../contract/router";
import { decodeTable, encodeBinary, encodeTable, formatMistakes, type RoutingTable } from "../../routing";

/** What is deployed: the same code and table give the same bytes on every machine. */
export interface RouterBundle {
  /** The zip. */
  readonly bytes: Uint8Array;
  /** SHA-256 of the zip in hexadecimal: its name in S3. */
  readonly sha256Hex: string;
  /** The same in base64: what Lambda reports as CodeSha256. */
  readonly sha256Base64: string;
}

/** Handler of the zip, as Lambda wants it named. */
export const bundleHandler = "index.handler";

const root = join(__dirname, "..", "..");
/**
 * DOS time of every entry: the earliest there is. Built from local parts because zip times have no zone and fflate
 * writes the local ones.
 */
const entryTime = (): Date => new Date(1980, 0, 1);
/** Regular file, readable by all: Lambda runs the code as another user than it unpacks it. */
const entryAttributes = 0o100644 << 16;
let code: RouterCode | undefined;

/**
 * The router's zip: `index.js`, `tokens.js` and `home-cache.js`, minified and without paths, and the compiled table.
 *
 * @throws Error listing every mistake of a table that the deployed router would refuse.
 */
export function buildRouterBundle(table: RoutingTable, endpointSuffix: string): RouterBundle {
  // Every region's router gets the same zip.
  let suffixes = bundles.get(table);
  if (suffixes === undefined) bundles.set(table, (suffixes = new Map()));
  let bundle = suffixes.get(endpointSuffix);
  if (bundle === undefined) suffixes.set(endpointSuffix, (bundle = build(table, endpointSuffix)));
  return bundle;
}

const bundles = new WeakMap<RoutingTable, Map<string, RouterBundle>>();

function build(table: RoutingTable, endpointSuffix: string): RouterBundle {
  const decoded = decodeTable(JSON.parse(encodeTable(table)), { endpointSuffix });
  if (!decoded.ok) {
    throw new Error(`the routing table would be refused by the router:\n${formatMistakes(decoded.mistakes)}`);
  }
  code ??= bundleCode();
  // Slots repeat so much that level 9 takes twelve times as long as 6 and saves nothing.
  const options = { mtime: entryTime(), os: 3, attrs: entryAttributes, level: 6 } as const;
  const bytes = zipSync({
    "index.js": [code["index.js"], options],
    "tokens.js": [code["tokens.js"], options],
    "home-cache.js": [code["home-cache.js"], options],
    [bundledTable]: [encodeBinary(table), options],
  });
  const digest = createHash("sha256").update(bytes).digest();
  return { bytes, sha256Hex: digest.toString("hex"), sha256Base64: digest.toString("base64") };
}

/** The code's files, minified. What only some routers need is a file of its own: the others do not load its library. */
export type RouterCode = Readonly<Record<"index.js" | "tokens.js" | "home-cache.js", Uint8Array>>;

/** The Lambda's code as CommonJS; the same for every table, so built once in a process. */
export function bundleCode(): RouterCode {
  const built = buildSync({
    ...reproducible,
    absWorkingDir: root,
    entryPoints: {
      index: "lambda/router/index.ts",
      tokens: "lambda/router/tokens.ts",
      "home-cache": "lambda/router/home-cache.ts",
    },
    // As `index.ts` asks for them at run time, beside itself.
    external: ["./tokens", "./home-cache"],
    outdir: "out",
  });
  const file = (name: string): Uint8Array => {
    const found = built.outputFiles.find(({ path }) => basename(path) === name);
    if (found === undefined) throw new Error(`esbuild wrote no ${name} of lambda/router`);
    return found.contents;
  };
  return { "index.js": file("index.js"), "tokens.js": file("tokens.js"), "home-cache.js": file("home-cache.js") };
}
