/**
 * FEATURES.md is the ledger of names: made from the code, and compared with it here. After a change that is meant,
 * `npm test -- test/ledger.test.ts -u` writes it again.
 */
import { expect, it } from "@effect/vitest"
import { readFileSync } from "node:fs"
import { features, missing, stale } from "./ledger/ledger.ts"

/** Names that are neither there nor left out with a reason; the figure only gets smaller. */
const mostMissing = 160

it("FEATURES.md says what is there", async () => {
  const introduction = readFileSync(new URL("ledger/introduction.md", import.meta.url), "utf8")
  await expect(features(introduction)).toMatchFileSnapshot("../FEATURES.md")
})

it("leaves out only what is not there, by names that JAX has", () => {
  expect(stale).toEqual([])
})

it("misses no more names than before", () => {
  expect(missing.length, missing.join(" ")).toBeLessThanOrEqual(mostMissing)
})
