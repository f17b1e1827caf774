import { property } from "../core/value";

/** One value at the end of a property path; keys that could contain a name are texts too. */
type Leaf =
  | { readonly path: string; readonly kind: "text"; readonly text: string }
  /** An IAM document that is an object and not JSON text; what is unknown in it is left out, and a leaf of its own. */
  | { readonly path: string; readonly kind: "document"; readonly document: object }
  | { readonly path: string; readonly kind: "unknown" }
  | { readonly path: string; readonly kind: "limit"; readonly reason: string };

/** Internal entries of the engine and its providers beside the inputs. */
const notes: ReadonlySet<string> = new Set(["__defaults", "__meta", "__internal"]);
/** Deeper than any resource of AWS or Kubernetes; beyond it a property is undecided. */
const depthLimit = 64;
/** More than any resource holds. */
const sizeLimit = 200_000;

/**
 * Every text and every unknown of an object, key by key, so that one unknown hides nothing else. Not recursive, so that
 * a very deep object is reported and does not crash the pack.
 */
export function leaves(bag: object): readonly Leaf[] {
  const found: Leaf[] = [];
  const open: {
    readonly value: object;
    readonly path: string;
    readonly depth: number;
    /** A document's texts are read as a policy, which may deny, and not one by one. */
    readonly isInDocument?: boolean;
  }[] = [{ value: bag, path: "", depth: 0 }];
  // YAML anchors can make an object a part of itself.
  const seen = new Set<object>([bag]);
  for (let at = 0; at < open.length; at += 1) {
    const { value, path, depth, isInDocument } = open[at]!;
    if (found.length > sizeLimit) {
      found.push({ path, kind: "limit", reason: "it holds too many values" });
      break;
    }
    const isDocument = isInDocument !== true && hasStatements(value);
    if (isDocument) found.push({ path, kind: "document", document: { Statement: plain(value, "Statement") } });
    for (const key of Object.keys(value)) {
      const isRead = isInDocument === true || (isDocument && ["Version", "Id", "Statement"].includes(key));
      if (depth === 0 && notes.has(key)) continue;
      const inner = path === "" ? key : `${path}.${key}`;
      if (!isRead && !Array.isArray(value) && /[.-]/.test(key)) found.push({ path: inner, kind: "text", text: key });
      const read = property(value, key);
      if (read.state === "unknown") found.push({ path: inner, kind: "unknown" });
      else if (read.state === "known") {
        const part = read.value;
        if (typeof part === "string") {
          if (!isRead) found.push({ path: inner, kind: "text", text: part });
        } else if (typeof part !== "object" || part === null) continue;
        // The SDK's files and archives contain promises, which rules cannot wait for.
        else if (part instanceof Promise) found.push({ path: inner, kind: "limit", reason: "it is a file's content" });
        else if (depth >= depthLimit) found.push({ path: inner, kind: "limit", reason: "it is nested too deep" });
        else if (!seen.has(part)) {
          seen.add(part);
          open.push({ value: part, path: inner, depth: depth + 1, ...(isRead ? { isInDocument: true } : {}) });
        }
      }
    }
  }
  return found;
}

/** True for an IAM document: `{ Statement: [{ Effect: … }] }`. */
function hasStatements(value: object): boolean {
  if (Array.isArray(value)) return false;
  const statement = property(value, "Statement");
  if (statement.state !== "known" || typeof statement.value !== "object" || statement.value === null) return false;
  const list = statement.value;
  const first = Array.isArray(list) ? property(list, "0") : statement;
  return (
    first.state === "known" &&
    typeof first.value === "object" &&
    first.value !== null &&
    property(first.value, "Effect").state !== "absent"
  );
}

/** A copy of a property without what is unknown; deeper than any statement it is cut. */
function plain(bag: object, key: string, depth = 0): unknown {
  const found = property(bag, key);
  if (found.state !== "known") return undefined;
  const { value } = found;
  if (typeof value !== "object" || value === null) return value;
  if (depth > 8) return undefined;
  if (Array.isArray(value)) return Object.keys(value).map((index) => plain(value, index, depth + 1));
  return Object.fromEntries(Object.keys(value).map((inner) => [inner, plain(value, inner, depth + 1)]));
}
