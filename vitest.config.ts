import { playwright } from "@vitest/browser-playwright"
import { execFileSync } from "node:child_process"
import { readdirSync } from "node:fs"
import { defaultClientConditions, defaultServerConditions } from "vite"
import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config"
import { launch } from "./test/browser/chromium.ts"

/** The condition in every package's `exports` that leads to its TypeScript sources: no build before a test run. */
const source = "effax-source"

const project = (name: string, include: string): TestProjectInlineConfiguration => ({
  extends: true,
  test: { name, include: [include] }
})

/** What isolates a page from other origins, without which it has no shared memory and so no threads. */
const isolation = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" }

/** Suites that run inside of a page of headless Chromium. */
const pages = (name: string, headers: Record<string, string>): TestProjectInlineConfiguration => ({
  extends: true,
  server: { headers },
  test: {
    name: `browser-${name}`,
    include: [`test/browser/${name}/**/*.test.ts`],
    globalSetup: ["test/browser/setup.ts"],
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      provider: playwright({ launchOptions: launch }),
      instances: [{ browser: "chromium" }]
    }
  }
})

/** Draws the share of the table of operations that a run checks: the commit, so that it changes with every change. */
const seedOfCommit = (): string => {
  try {
    return execFileSync("git", ["rev-parse", "--short", "HEAD"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"]
    }).trim()
  } catch {
    // not a checkout: one sample
    return "0"
  }
}

export default defineConfig(({ mode }) => ({
  resolve: { conditions: [source, ...defaultClientConditions] },
  ssr: { resolve: { conditions: [source, ...defaultServerConditions], externalConditions: [source, "node"] } },
  test: {
    // A process per file: worker threads, shared memory and a blocked event loop stay the test's own business.
    pool: "forks",
    maxWorkers: 2,
    // The worker threads that a test starts inherit these. `gc()` is there for tests of finalisation.
    execArgv: ["--expose-gc", `--conditions=${source}`],
    // The compiler verifies what every stage makes, whichever backend it compiles for.
    // `npm run test:all` is mode "all", in which the table of operations is checked whole.
    env: {
      EFFAX_VERIFY: "1",
      EFFAX_SEED: process.env.EFFAX_SEED ?? seedOfCommit(),
      EFFAX_SAMPLE: mode === "all" ? "all" : ""
    },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ["default"],
    projects: [
      ...readdirSync(new URL("packages", import.meta.url))
        .map((name) => project(name, `packages/${name}/test/**/*.test.ts`)),
      project("test", "test/{*,!(browser)/**/*}.test.ts"),
      project("browser", "test/browser/*.test.ts"),
      pages("isolated", isolation),
      pages("open", {})
    ]
  }
}))
