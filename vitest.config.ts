import { readdirSync } from "node:fs"
import { defaultClientConditions, defaultServerConditions } from "vite"
import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config"

/** The condition in every package's `exports` that leads to its TypeScript sources: no build before a test run. */
const source = "effax-source"

const project = (name: string, include: string): TestProjectInlineConfiguration => ({
  extends: true,
  test: { name, include: [include] }
})

export default defineConfig({
  resolve: { conditions: [source, ...defaultClientConditions] },
  ssr: { resolve: { conditions: [source, ...defaultServerConditions], externalConditions: [source, "node"] } },
  test: {
    // A process per file: worker threads, shared memory and a blocked event loop stay the test's own business.
    pool: "forks",
    maxWorkers: 2,
    // The worker threads that a test starts inherit these. `gc()` is there for tests of finalisation.
    execArgv: ["--expose-gc", `--conditions=${source}`],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ["default"],
    projects: [
      ...readdirSync(new URL("packages", import.meta.url))
        .map((name) => project(name, `packages/${name}/test/**/*.test.ts`)),
      project("test", "test/**/*.test.ts")
    ]
  }
})
