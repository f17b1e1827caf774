import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // The Pulumi runtime is global to a process, and so are a test's providers: one file, one process.
    pool: "forks",
    // Both cores: the default leaves one idle.
    maxWorkers: 2,
    isolate: true,
    globalSetup: ["test/harness/global-setup.ts"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: ["default", "./test/harness/count-reporter.ts"],
    coverage: {
      provider: "v8",
      include: ["*.ts", "{adapters,catalog,cli,components,contract,lambda,local,ops,policy,routing}/**/*.ts"],
      exclude: ["*.config.mts"],
      reporter: ["text-summary"],
    },
    projects: [
      {
        extends: true,
        test: {
          name: "fast",
          include: ["test/**/*.test.ts"],
          exclude: ["test/e2e/**", "test/kubernetes/**", "node_modules/**"],
        },
      },
      {
        extends: true,
        // On real Kubernetes, which is built from source once: a command of its own, `npm run test:kubernetes`.
        test: {
          name: "kubernetes",
          include: ["test/kubernetes/**/*.test.ts"],
          testTimeout: 900_000,
          hookTimeout: 1_800_000,
        },
      },
      {
        extends: true,
        // The real engine, after the fast tests. Each file has its own state folder and ports.
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          testTimeout: 900_000,
          hookTimeout: 900_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
