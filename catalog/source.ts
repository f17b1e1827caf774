import {
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type YAMLParseError,
} from "yaml";

import type { CatalogIssue } from "./issues";

/** A YAML text with its lines kept, so that every mistake can name the line it is on. */
export class CatalogSource {
  private readonly lines = new LineCounter();
  private readonly document: Document;
  /** Mistakes of the YAML itself. */
  readonly issues: readonly CatalogIssue[];
  /** The content as plain data; undefined when the YAML is so broken that its content means nothing. */
  readonly value: unknown;

  /** @param text YAML 1.2: `NO` is a country, not false, and `010` is ten. */
  constructor(text: string) {
    // YAML counts CR as an end of a line, and the parser does not.
    const lines = text.replace(/\r\n?/g, "\n");
    try {
      this.document = parseDocument(lines, { lineCounter: this.lines, prettyErrors: false, version: "1.2" });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.document = parseDocument("");
      this.issues = [tooDeep];
      return;
    }
    this.issues = telling(this.document.errors).map((error) => ({
      path: "",
      line: this.lines.linePos(error.pos[0]).line,
      value: undefined,
      message: yamlMessage(error.code, error.message),
    }));
    if (this.document.errors.some((error) => error.code !== "DUPLICATE_KEY")) return;
    const circle = circleIn(this.document);
    if (circle !== undefined) {
      const message = "this alias is inside what it stands for; write its content";
      this.issues = [...this.issues, { path: "", line: this.lines.linePos(circle).line, value: undefined, message }];
      return;
    }
    try {
      const value: unknown = this.document.toJS({ maxAliasCount: 100 });
      if (isDeeper(value, 100)) this.issues = [...this.issues, tooDeep];
      else this.value = value;
    } catch (error) {
      if (error instanceof RangeError) {
        this.issues = [...this.issues, tooDeep];
        return;
      }
      // Aliases are resolved here: one without an anchor, or so many that the content would grow without end.
      const message = `an alias cannot be followed; write its content: ${(error as Error).message}`;
      this.issues = [...this.issues, { path: "", line: 1, value: undefined, message }];
    }
  }

  /** Line of the deepest part of a path that exists: of its key in a map, of its item in a list. */
  lineOf(path: readonly (string | number)[]): number {
    let node: unknown = this.document.contents;
    let offset = offsetOf(node) ?? 0;
    for (const step of path) {
      if (isMap(node)) {
        const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(step));
        if (!pair) break;
        offset = offsetOf(pair.key) ?? offset;
        node = pair.value;
      } else if (isSeq(node)) {
        const item: unknown = node.items[Number(step)];
        if (item === undefined) break;
        offset = offsetOf(item) ?? offset;
        node = item;
      } else break;
    }
    return Math.max(1, this.lines.linePos(offset).line);
  }
}

const tooDeep: CatalogIssue = {
  path: "",
  line: 1,
  value: undefined,
  message: "the content is nested too deeply; write at most 100 levels",
};

/** Where an alias stands inside its own anchor. */
function circleIn(document: Document): number | undefined {
  let found: number | undefined;
  visit(document, {
    Alias: (_key, alias, path) => {
      const target = alias.resolve(document);
      if (target === undefined || !path.includes(target)) return undefined;
      found = alias.range?.[0] ?? 0;
      return visit.BREAK;
    },
  });
  return found;
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1));
}

/** The errors that the author caused: after a broken line, the parser also reports valid lines. */
function telling(errors: readonly YAMLParseError[]): readonly YAMLParseError[] {
  const clear = errors.filter(({ code }) => code === "DUPLICATE_KEY" || code === "TAB_AS_INDENT");
  const first = errors.find((error) => !clear.includes(error));
  return first === undefined || clear.some(({ code }) => code === "TAB_AS_INDENT") ? clear : [...clear, first];
}

function offsetOf(node: unknown): number | undefined {
  if (isPair(node)) return offsetOf(node.key);
  return isNode(node) ? node.range?.[0] : undefined;
}

function yamlMessage(code: string, message: string): string {
  if (code === "TAB_AS_INDENT") return "this line is indented with a tab; write spaces";
  if (code === "DUPLICATE_KEY") return "this key is written twice; keep one";
  if (code === "MULTIPLE_DOCS") return "a second document starts here; write one catalog a file";
  return `this is not YAML: ${message.split("\n")[0]}`;
}
