/**
 * The playground as a visitor uses it: trains a network on each backend, draws a digit, and reads what the page says.
 */
import { afterAll, assert, beforeAll, it } from "@effect/vitest"
import { mkdirSync } from "node:fs"
import { join } from "node:path"
import { type Browser, chromium, type Page } from "playwright"
import { createServer, type ViteDevServer } from "vite"
import { launch, prepare } from "./chromium.ts"

const root = join(import.meta.dirname, "../..")
const pictures = join(root, "output/playground")
const patience = { timeout: 30_000 }

let server: ViteDevServer
let browser: Browser
let page: Page
const complaints: Array<string> = []

beforeAll(async () => {
  prepare()
  mkdirSync(pictures, { recursive: true })
  server = await createServer({
    configFile: join(root, "examples/playground/vite.config.ts"),
    logLevel: "error",
    // a playground that is open at the same time keeps its own
    cacheDir: join(root, "node_modules/.vite/playground-test"),
    // a file that changes during the test must not reload the page
    server: { port: 0, hmr: false, watch: null }
  })
  await server.listen()
  browser = await chromium.launch(launch)
  page = await browser.newPage({ viewport: { width: 1280, height: 1000 } })
  page.on("pageerror", (error) => complaints.push(String(error)))
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text())
  })
  await page.goto(server.resolvedUrls!.local[0]!)
})

afterAll(async () => {
  await browser?.close()
  await server?.close()
})

const text = (id: string) => page.locator(`#${id}`).innerText()
const number = async (id: string) => parseFloat((await text(id)).replace(/,/g, ""))
/** Waits for a condition in the page; fails with what the page says where something went wrong there. */
const until = (condition: string) =>
  page.waitForFunction(
    `(() => {
      const { dataset, textContent } = document.querySelector("#device")
      if (dataset.tone === "bad") throw new Error(textContent)
      return ${condition}
    })()`,
    undefined,
    patience
  )
const idle = "!document.querySelector('#train').disabled"
const choose = async (value: string) => {
  await page.locator(`label:has(input[value=${value}])`).click()
  await until(idle)
}
const valueOf = (id: string) => `parseFloat(document.querySelector('#${id}').textContent.replace(/,/g, ""))`

/** Draws a seven. */
const draw = async () => {
  const { height, width, x, y } = (await page.locator("#drawing").boundingBox())!
  const [start, ...rest] = [[0.32, 0.25], [0.5, 0.22], [0.68, 0.25], [0.6, 0.5], [0.5, 0.8]]
    .map(([right, down]) => [x + right! * width, y + down! * height] as const)
  await page.mouse.move(...start!)
  await page.mouse.down()
  for (const point of rest) await page.mouse.move(...point, { steps: 5 })
  await page.mouse.up()
}

it("trains on the CPU's threads until the loss has fallen", async () => {
  await until(idle)
  assert.match(await text("device"), /^CPU: \d+ threads?, simd/)
  await page.click("#train")
  await until(`${valueOf("loss")} < 0.5 && ${valueOf("step")} > 100`)
  await until(`${valueOf("accuracy")} > 85`)
  assert.isAbove(await number("speed"), 0)
})

it("answers while it trains", async () => {
  const before = await number("step")
  const start = performance.now()
  for (let i = 0; i < 20; i++) await page.evaluate("1 + 1")
  assert.isBelow((performance.now() - start) / 20, 200, "milliseconds for an answer of the page")
  await until(`${valueOf("step")} > ${before}`)
})

it("reads a digit that is drawn", async () => {
  await draw()
  await until("document.querySelector('#bars .best b')?.textContent === '7'")
  await until("document.querySelectorAll('#timeline .track i').length > 5")
  await page.screenshot({ path: join(pictures, "cpu.png"), fullPage: true })
  await page.click("#clear")
  await until("document.querySelector('#bars .best') === null")
})

it("takes the network to the GPU, and back", async () => {
  await choose("mlp")
  await until(`${valueOf("step")} > 100`)
  await choose("webgpu")
  assert.match(await text("device"), /^GPU: /)
  const before = await number("step")
  assert.isAbove(before, 100, "the step where the CPU stopped")
  await until(`${valueOf("step")} > ${before + 1}`)
  // it has not started again
  assert.isBelow(await number("loss"), 1)
  await draw()
  await until("document.querySelector('#bars .best b')?.textContent === '7'")
  await until("document.querySelectorAll('#timeline .track i').length > 1")
  await page.screenshot({ path: join(pictures, "gpu.png"), fullPage: true })
  await choose("wasm")
  await page.click("#train")
  assert.strictEqual(await text("train"), "Train")
  assert.isAtLeast(await number("step"), before + 1)
})

it("has nothing to complain of", () => {
  assert.deepStrictEqual(complaints, [])
})

it("goes on on the CPU where there is no GPU, and says so", async () => {
  const without = await chromium.launch({ ...launch, args: launch.args.filter((flag) => !flag.includes("webgpu")) })
  try {
    page = await without.newPage()
    await page.goto(server.resolvedUrls!.local[0]!)
    await until(idle)
    await page.click("#train")
    await until(`${valueOf("step")} > 30`)
    const before = await number("step")
    await page.locator("label:has(input[value=webgpu])").click()
    await page.locator("#device", { hasText: "no GPU could be opened" }).waitFor(patience)
    assert.isTrue(await page.locator("input[value=wasm]").isChecked())
    assert.isAtLeast(await number("step"), before)
    await page.waitForFunction(`${valueOf("step")} > ${before + 10}`, undefined, patience)
  } finally {
    await without.close()
  }
})
