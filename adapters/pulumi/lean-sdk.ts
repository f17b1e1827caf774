import { createRequire } from "node:module";

/** What the SDK loads to turn closures into Lambda functions: npm's dependency resolver and the TypeScript compiler. */
const closures = ["@npmcli/arborist", "typescript"] as const;

/**
 * Keeps the Pulumi SDK from loading packages that neither a policy nor a plan needs before they are used: they take half
 * of its load time. Call it before the SDK is loaded. Packages that are missing or already loaded stay as they are.
 */
export function leanSdk(): void {
  for (const name of closures) {
    try {
      postpone(createRequire(createRequire(require.resolve("@pulumi/policy")).resolve("@pulumi/pulumi")).resolve(name));
    } catch {
      // An SDK with another layout loads its packages as usual.
    }
  }
}

function postpone(file: string): void {
  if (require.cache[file] !== undefined) return;
  const exports = new Proxy({} as Record<string | symbol, unknown>, {
    get: (_, key) => {
      // Marked as a module, so that a namespace import does not read its members.
      if (key === "__esModule") return true;
      if (require.cache[file] === stub) Reflect.deleteProperty(require.cache, file);
      return (require(file) as Record<string | symbol, unknown>)[key];
    },
  });
  const stub = {
    id: file,
    filename: file,
    path: file,
    loaded: true,
    exports,
    children: [],
    paths: [],
  } as unknown as NodeJS.Module;
  require.cache[file] = stub;
}
