import { createRequire } from "node:module";

/** What the SDK loads to turn closures into Lambda functions: npm's dependency resolver and the TypeScript compiler. */
const closures = ["@npmcli/arborist", "typescript"] as const;

/**
 * Keeps the Pulumi SDK from loading what neither a policy nor a plan needs until somebody asks for it: half the time
 * that the SDK takes to load. Call it before the SDK is loaded. What is not found, or there already, is left alone.
 */
export function leanSdk(): void {
  for (const name of closures) {
    try {
      postpone(createRequire(createRequire(require.resolve("@pulumi/policy")).resolve("@pulumi/pulumi")).resolve(name));
    } catch {
      // Another SDK, another layout: it loads what it wants.
    }
  }
}

function postpone(file: string): void {
  if (require.cache[file] !== undefined) return;
  const exports = new Proxy({} as Record<string | symbol, unknown>, {
    get: (_, key) => {
      // Called a module, so that an import of everything takes it as it is and does not read what is in it.
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
