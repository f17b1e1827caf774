import pulumi from "@pulumi/eslint-plugin";
import tseslint from "typescript-eslint";

/**
 * The arrows between rooms: who may import whom. `routing` knows nobody; `policy` reads the catalog only; nothing of
 * the product reaches `local`, `bench` or `test`.
 */
const rooms = {
  routing: [],
  catalog: ["routing"],
  components: ["catalog", "routing"],
  "lambda/router": ["routing"],
  ops: ["catalog", "routing"],
  policy: ["catalog"],
  local: ["catalog", "routing", "components", "lambda", "policy"],
  cli: ["ops", "catalog", "routing", "local", "components"],
};
const all = ["routing", "catalog", "components", "lambda", "ops", "policy", "local", "cli", "bench", "test"];

const arrows = Object.entries(rooms).map(([room, allowed]) => {
  const own = room.split("/")[0];
  const forbidden = all.filter((other) => other !== own && !allowed.includes(other));
  return {
    files: [`${room}/**/*.ts`],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            {
              group: forbidden.flatMap((other) => [`**/../${other}/*`, `**/../${other}/**`, `../${other}`]),
              message: `${room} may import only ${allowed.length === 0 ? "itself" : allowed.join(", ")} (docs/architecture.md)`,
            },
          ],
        },
      ],
    },
  };
});

export default tseslint.config(
  { ignores: ["node_modules/**", ".cells/**", "**/*.js", "**/*.mjs"] },
  ...tseslint.configs.recommended,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { "@pulumi": pulumi },
    rules: {
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
  ...arrows,
);
