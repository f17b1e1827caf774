import { existsSync, readFileSync } from "node:fs";
import { dirname, relative, resolve, sep } from "node:path";

import pulumi from "@pulumi/eslint-plugin";
import { tsImport } from "tsx/esm/api";
import tseslint from "typescript-eslint";

/**
 * The arrows between rooms: which rooms a room may import. `contract` imports nothing; nothing but `cli`, `bench` and
 * `test` reaches `local`; nothing imports `bench` or `test`. Files beside `index.ts` are the room `.`.
 */
const rooms = {
  ".": ["contract", "catalog", "components"],
  contract: [],
  routing: ["contract"],
  catalog: ["contract", "routing"],
  components: ["contract", "catalog", "routing"],
  "lambda/router": ["contract", "routing"],
  lambda: ["contract", "catalog", "routing", "ops", "adapters"],
  policy: ["contract", "catalog"],
  ops: ["contract", "catalog", "routing"],
  adapters: ["contract", "catalog", "routing", "components", "policy", "ops"],
  local: ["contract", "catalog", "routing", "components", "lambda", "policy", "ops", "adapters"],
  cli: ["contract", "catalog", "routing", "ops", "adapters", "local"],
};

/** Packages that a room may not use: what would tie it to an engine, a cloud or a machine. */
const packages = {
  contract: /./,
  // Embedded unchanged in the Lambda, the command line and the tests.
  routing: /./,
  catalog: /^@pulumi\/|^@aws-sdk\//,
  // In the Lambda's zip: what Node has, what verifies tokens and what keeps homes.
  "lambda/router": /^(?!node:|jose\/|lru-cache$)/,
  // @pulumi/aws takes seconds to load, at each start of the engine.
  policy: /^@pulumi\/(?!policy(\/|$)|pulumi\/asset$)|^@aws-sdk\//,
  components: /^@aws-sdk\//,
  // Pure cores: what they need from outside are ports, and adapters are behind them.
  ops: /^@pulumi\/|^@aws-sdk\//,
};

const folders = new Set([...Object.keys(rooms).map((room) => room.split("/")[0]), "bench", "test"]);

/** A file's path from here, in parts. */
const partsOf = (file) => relative(import.meta.dirname, file).split(sep);

/** Imports of every kind: `import`, `export … from`, `import()`, `require()` and `import("…")` of a type. */
const arrows = {
  meta: { type: "problem", schema: [], messages: { room: "{{message}}", package: "{{message}}" } },
  create(context) {
    const room = roomOf(partsOf(context.filename));
    const allowed = rooms[room];
    const check = (node, source) => {
      if (typeof source?.value !== "string") return;
      if (!source.value.startsWith(".")) {
        if (packages[room]?.test(source.value) !== true) return;
        const message = `${room} may not use ${source.value} (docs/architecture.md)`;
        return context.report({ node, messageId: "package", data: { message } });
      }
      const target = partsOf(resolve(dirname(context.filename), source.value));
      // `../routing` is the room's index; `../index` is the program.
      const other = target.length === 1 && !folders.has(target[0]) ? "." : target[0];
      if (other === room.split("/")[0] || allowed.includes(other)) return;
      const may = allowed.length === 0 ? "itself only" : `itself, ${allowed.join(", ")}`;
      const message = `${room} may not import ${other}: it may import ${may} (docs/architecture.md)`;
      context.report({ node, messageId: "room", data: { message } });
    };
    if (allowed === undefined) return {};
    return {
      ImportDeclaration: (node) => check(node, node.source),
      ExportNamedDeclaration: (node) => check(node, node.source),
      ExportAllDeclaration: (node) => check(node, node.source),
      ImportExpression: (node) => check(node, node.source),
      TSImportType: (node) => check(node, node.source ?? node.argument?.literal),
      CallExpression: (node) => {
        const { callee } = node;
        const name = callee.type === "MemberExpression" ? callee.object.name : callee.name;
        if (name === "require") check(node, node.arguments[0]);
      },
    };
  },
};

/** Files that a file imports, types included; a file that is loaded when it is used (`require`) makes no circle. */
const importsOf = (file, text) =>
  [...text.matchAll(/^(?:import|export)\b[^;]*?from "(\.[^"]*)";/gm)].flatMap(([, path]) => {
    const base = resolve(dirname(file), path);
    return [`${base}.ts`, `${base}/index.ts`].filter(existsSync);
  });

/** The same of the file on disk; each is read once. */
const imported = new Map();
const importsOnDisk = (file) => {
  if (!imported.has(file)) imported.set(file, importsOf(file, readFileSync(file, "utf8")));
  return imported.get(file);
};

/** A file that imports itself by way of others. */
const circles = {
  meta: { type: "problem", schema: [], messages: { circle: "these files import each other: {{path}}" } },
  create(context) {
    const { filename, sourceCode } = context;
    const done = new Set();
    const pathFrom = (file) => {
      if (file === filename) return [file];
      if (done.has(file)) return undefined;
      done.add(file);
      for (const next of importsOnDisk(file)) {
        const rest = pathFrom(next);
        if (rest !== undefined) return [file, ...rest];
      }
      return undefined;
    };
    return {
      Program(node) {
        const path = importsOf(filename, sourceCode.text).map(pathFrom).find(Boolean);
        if (path === undefined) return;
        const names = [filename, ...path].map((file) => partsOf(file).join("/"));
        context.report({ node, messageId: "circle", data: { path: names.join(" → ") } });
      },
    };
  },
};

const contract = (name) => tsImport(`./contract/${name}.ts`, import.meta.url);
const [components, router, { variables }] = await Promise.all(["components", "router", "variables"].map(contract));

/** Strings that separately deployed parts agree on. */
const agreed = new Set([
  ...Object.values(components),
  ...Object.values(router.RouterVariable),
  ...Object.values(router.RouterMetric),
  ...Object.values(variables),
  ...[router.objectPaths.base, router.objectPaths.overlay, router.routerNamespace],
]);

/** A string of the contract that another room writes itself. */
const copies = {
  meta: { type: "problem", schema: [], messages: { copy: '"{{value}}" is in contract/: import it from there' } },
  create(context) {
    const room = roomOf(partsOf(context.filename));
    if (room === "contract" || rooms[room] === undefined) return {};
    return {
      Literal(node) {
        if (agreed.has(node.value)) context.report({ node, messageId: "copy", data: { value: node.value } });
      },
    };
  },
};

/** Room of a file, the narrowest that has a row; undefined for rooms that may import all (`test`, `bench`). */
function roomOf(path) {
  if (path.length === 1) return ".";
  const [first, second] = path;
  return `${first}/${second}` in rooms ? `${first}/${second}` : first;
}

export default tseslint.config(
  { ignores: ["node_modules/**", ".cells/**", "**/*.js", "**/*.mjs", "**/*.mts"] },
  ...tseslint.configs.recommended,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { "@pulumi": pulumi, rooms: { rules: { arrows, circles, copies } } },
    rules: {
      "rooms/arrows": "error",
      "rooms/circles": "error",
      "rooms/copies": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: false }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      // The CommonJS loaders (CLI verbs, provider tables) load files by name.
      "@typescript-eslint/no-require-imports": "off",
    },
  },
  {
    files: ["components/**/*.ts", "index.ts"],
    rules: { "@pulumi/no-output-in-template-literal": "error" },
  },
);
