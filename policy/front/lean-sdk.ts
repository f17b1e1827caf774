import { createRequire } from "node:module";

/**
 * Keeps the Pulumi SDK from loading npm's dependency resolver until somebody asks for it: it serves programs that turn
 * closures into Lambda functions, takes a fifth of the pack's start, and no policy needs it. Call it before the SDK is
 * loaded. Where the resolver is not found, or there already, nothing is changed.
 */
export function leanSdk(): void {
  let file: string;
  try {
    file = createRequire(createRequire(require.resolve("@pulumi/policy")).resolve("@pulumi/pulumi")).resolve("@npmcli/arborist");
  } catch {
    return;
  }
  if (require.cache[file] !== undefined) return;
  const real = (): object => {
    delete require.cache[file];
    return require(file) as object;
  };
  // Called a module, so that the SDK's import takes it as it is and does not read what is in it.
  const exports = Object.defineProperty({ __esModule: true }, "Arborist", {
    enumerable: true,
    get: () => (real() as { readonly Arborist: unknown }).Arborist,
  });
  require.cache[file] = { id: file, filename: file, path: file, loaded: true, exports, children: [], paths: [] } as unknown as NodeJS.Module;
}
