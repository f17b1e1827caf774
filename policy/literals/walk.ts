import { property } from "../core/value";

/** One value at the end of a property path; keys that could contain a name are texts too. */
type Leaf =
  | { readonly path: string; readonly kind: "text"; readonly text: string }
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
  const open: { readonly value: object; readonly path: string; readonly depth: number }[] = [
    { value: bag, path: "", depth: 0 },
  ];
  // YAML anchors can make an object a part of itself.
  const seen = new Set<object>([bag]);
  for (let at = 0; at < open.length; at += 1) {
    const { value, path, depth } = open[at]!;
    if (found.length > sizeLimit) {
      found.push({ path, kind: "limit", reason: "it holds too many values" });
      break;
    }
    for (const key of Object.keys(value)) {
      if (depth === 0 && notes.has(key)) continue;
      const inner = path === "" ? key : `${path}.${key}`;
      if (!Array.isArray(value) && /[.-]/.test(key)) found.push({ path: inner, kind: "text", text: key });
      const read = property(value, key);
      if (read.state === "unknown") found.push({ path: inner, kind: "unknown" });
      else if (read.state === "known") {
        const part = read.value;
        if (typeof part === "string") found.push({ path: inner, kind: "text", text: part });
        else if (typeof part !== "object" || part === null) continue;
        // The SDK's files and archives contain promises, which rules cannot wait for.
        else if (part instanceof Promise) found.push({ path: inner, kind: "limit", reason: "it is a file's content" });
        else if (depth >= depthLimit) found.push({ path: inner, kind: "limit", reason: "it is nested too deep" });
        else if (!seen.has(part)) {
          seen.add(part);
          open.push({ value: part, path: inner, depth: depth + 1 });
        }
      }
    }
  }
  return found;
}
