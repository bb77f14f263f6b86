import { expect, it } from "@effect/vitest"
import { readFile } from "node:fs/promises"
import { generate, target } from "../../../../scripts/worker-text.ts"

it("the text that threads are started from is that of worker.ts: if not, run `npm run worker`", async () => {
  expect(await readFile(target, "utf8")).toBe(await generate())
})
