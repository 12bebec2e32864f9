import { defineConfig } from "vitest/config";

const anywhere = "{contracts,policies,infra,services}/**";
const never = ["**/node_modules/**", "**/dist/**", "**/.local/**"];
const globalSetup = ["./infra/runtime/src/testing/cluster.ts"];

export default defineConfig({
  test: {
    reporters: ["default", "./infra/runtime/src/testing/last-line.ts"],
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: [`${anywhere}/*.test.ts`],
          exclude: [...never, "**/*.db.test.ts", "**/*.journey.test.ts"],
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: "db",
          include: [`${anywhere}/*.db.test.ts`],
          exclude: never,
          globalSetup,
          testTimeout: 30_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        // Several processes a test: one file at a time, so that they don't starve each other.
        extends: true,
        test: {
          name: "journeys",
          include: ["services/journeys/**/*.journey.test.ts"],
          exclude: never,
          globalSetup: ["./services/journeys/src/stack-setup.ts"],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          fileParallelism: false,
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
