/**
 * What all tests in pages stand on; here they say what is missing.
 */
import { assert, it } from "@effect/vitest"
import { chromium } from "playwright"
import { launch, prepare } from "./chromium.ts"

it("a headless Chromium with WebGPU starts", async () => {
  prepare()
  const browser = await chromium.launch(launch)
  try {
    const page = await browser.newPage()
    // WebGPU is for secure contexts, which files are
    await page.goto("file:///")
    const found = await page.evaluate(async () =>
      navigator.gpu === undefined ?
        "no navigator.gpu"
        : await navigator.gpu.requestAdapter() === null ?
        "no adapter"
        : "an adapter"
    )
    assert.strictEqual(found, "an adapter")
  } finally {
    await browser.close()
  }
})
