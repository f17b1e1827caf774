import { layers } from "./decode";
import { parseBlock } from "./block";
import { extract, wholeHost, wholeName, type Literal } from "./extract";
import { limits } from "./limits";
import { leaves } from "./walk";

/** Everything inside one text, in any encoding. */
export interface Content {
  readonly literals: readonly Literal[];
  /** Names inside a longer text (`psql -h redis-cell-2-0`). */
  readonly words: readonly string[];
  /** Ids of things in a file: `cell-2` may be any table's cell there. */
  readonly bare: readonly string[];
  /** IAM policy documents. */
  readonly documents: readonly object[];
  /** Why the text could not be read to its end; undefined when it was. */
  readonly limit?: string;
}

const cache = new Map<string, Content>();

const tags = /<[a-z][^<>]{0,2000}>/gi;

/** Markup without ids and classes of its elements: `<td id="cell-2-10">`. */
function unmarked(text: string): string {
  return text.replace(tags, (tag) => tag.replace(/\s(?:id|class|for|headers)=(?:"[^"]*"|'[^']*')/gi, ""));
}

/** Properties with a version, which may look like an address: `10.2.0.7`. Names of variables are not among them. */
export function isVersion(path: string): boolean {
  return /(?:^|\.)(?:tag|imageTag|appVersion|chartVersion|engineVersion\w*|kafkaVersion|addonVersion|targetRevision|helm\.sh\/chart|app\.kubernetes\.io\/version)$/.test(
    path,
  );
}

/** Reads a text: the text itself, and its JSON, YAML, base64, gzip and percent encodings. Cached by text. */
export function contentOf(text: string): Content {
  const known = cache.get(text);
  if (known !== undefined) return known;
  const reader = new Reader();
  reader.text(text, 0);
  const content: Content = {
    literals: reader.literals,
    words: reader.words,
    bare: reader.bare,
    documents: reader.documents,
    ...(reader.limit === undefined ? {} : { limit: reader.limit }),
  };
  if (cache.size > 50_000) cache.clear();
  if (text.length < 100_000) cache.set(text, content);
  return content;
}

function hasCells(value: object): boolean {
  const { cells } = value as { cells?: unknown };
  return Array.isArray(cells) && cells.some((one) => typeof one === "object" && one !== null && "cell_type" in one);
}

class Reader {
  readonly literals: Literal[] = [];
  readonly words: string[] = [];
  readonly bare: string[] = [];
  readonly documents: object[] = [];
  limit: string | undefined;
  #texts = 0;
  #characters = 0;

  /** @param isId true for the value of a key `id` in a file. */
  text(text: string, depth: number, isId = false): void {
    // Too short for a reference.
    if (text.length < 3 || this.limit !== undefined) return;
    this.#texts += 1;
    this.#characters += text.length;
    if (text.length > limits.characters) return this.#stop("it is too long to be read");
    if (depth > limits.depth) return this.#stop("it is wrapped too many times");
    if (this.#texts > limits.texts) return this.#stop("it holds too many texts");
    if (this.#characters > limits.opened) return this.#stop("it expands too far");
    const inside = layers(text);
    // JSON is read as a tree only: the same text raw would show an IAM document's resources as plain ARNs.
    const isTree = inside.length === 1 && inside[0]?.kind === "tree";
    if (!isTree) {
      for (const literal of extract(text)) {
        if (isId && literal.kind === "name") this.bare.push(literal.name);
        else this.literals.push(literal);
      }
      // A text that is one name is a literal already; a text with other characters, or too long for a name, has words.
      if (!wholeName.test(text) || text.includes("=")) {
        // A word that begins with a dot or a hash is a selector of CSS.
        // URLs and hosts are judged as such, also in a sentence: `cell-2.example.org` is unrelated to cell 2.
        for (const word of unmarked(text).split(/[\s="'`,;()[\]{}<>]+/)) {
          if (
            /[a-z0-9][-_][a-z0-9]/i.test(word) &&
            !/^[.#]/.test(word) &&
            !word.includes("://") &&
            !wholeHost.test(word)
          )
            this.words.push(word);
        }
      }
    }
    for (const layer of inside) {
      if (layer.kind === "limit") this.#stop(layer.reason);
      else if (layer.kind === "text") this.text(layer.text, depth + 1);
      else this.#tree(layer.value, depth + 1);
    }
  }

  #tree(value: unknown, depth: number): void {
    if (typeof value === "string") return this.text(value, depth);
    if (typeof value !== "object" || value === null) return;
    // Jupyter numbers the cells of a notebook: https://nbformat.readthedocs.io
    const isNotebook = "nbformat" in value || hasCells(value);
    for (const leaf of leaves(value)) {
      if (leaf.kind === "text") {
        if (isNotebook && /^cells\.\d+\.id$/.test(leaf.path)) continue;
        if (isVersion(leaf.path) && parseBlock(leaf.text)?.prefix === 32) continue;
        this.text(leaf.text, depth, /(?:^|\.)id$/.test(leaf.path));
      } else if (leaf.kind === "document") this.documents.push(leaf.document);
      else if (leaf.kind === "limit") this.#stop(leaf.reason);
    }
  }

  #stop(reason: string): void {
    this.limit ??= reason;
  }
}
