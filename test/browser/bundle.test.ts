/**
 * What npm publishes, in an application that Vite bundles: the worker threads' file is found, nothing of Node's is asked
 * for, and both backends compute, with shared memory and without.
 */
import { afterAll, assert, beforeAll, it } from "@effect/vitest"
import { execFile } from "node:child_process"
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import { type Browser, chromium, type Page } from "playwright"
import { build, createLogger, preview, type PreviewServer } from "vite"
import { launch, prepare } from "./chromium.ts"

const root = join(import.meta.dirname, "../..")
const packages = { effax: "effax", "@effax/compiler": "compiler", "@effax/wasm": "wasm", "@effax/webgpu": "webgpu" }

const application = `
import { CpuWasm } from "@effax/wasm"
import { WebGpu } from "@effax/webgpu"
import { Backend, jit, NdArray, Numpy as np } from "effax"
import * as Effect from "effect/Effect"

const product = jit((x) => np.max(np.matmul(x, np.add(x, 1))))
const compute = Effect.gen(function*() {
  const { capabilities: { features, parallelism }, name } = yield* Backend.Backend
  // the second time, threads that were starting are there
  for (let i = 0; i < 2; i++) yield* NdArray.toNumber(product(np.ones([300, 300])))
  yield* Effect.sleep("300 millis")
  const small = yield* NdArray.toNumber(product(np.ones([128, 128])))
  const large = yield* NdArray.toNumber(product(np.ones([300, 300])))
  return { name, threads: features.includes("threads") ? parallelism : 0, small, large }
})
globalThis.compute = {
  wasm: (threads) => Effect.runPromise(Effect.provide(compute, CpuWasm.layerWith({ threads }))),
  webgpu: () => Effect.runPromise(Effect.provide(compute, WebGpu.layer))
}
`

let scratch: string
let browser: Browser
const servers: Array<PreviewServer> = []
const warnings: Array<string> = []

/** A page of the application, as a server with these headers sends it. */
const open = async (headers: Record<string, string>): Promise<Page> => {
  const server = await preview({
    root: scratch,
    configFile: false,
    logLevel: "error",
    preview: { port: 0, headers }
  })
  servers.push(server)
  const page = await browser.newPage()
  await page.goto(server.resolvedUrls!.local[0]!)
  await page.waitForFunction("globalThis.compute !== undefined")
  return page
}

beforeAll(async () => {
  prepare()
  scratch = await realpath(await mkdtemp(join(tmpdir(), "effax-bundle-")))
  await mkdir(join(scratch, "node_modules/@effax"), { recursive: true })
  for (const name of await readdir(join(root, "node_modules"))) {
    if (name === "effax" || name === "@effax" || name.startsWith(".")) continue
    await symlink(join(root, "node_modules", name), join(scratch, "node_modules", name))
  }
  await cp(join(root, "tsconfig.base.json"), join(scratch, "tsconfig.base.json"))
  for (const [name, folder] of Object.entries(packages)) {
    await cp(join(root, "packages", folder), join(scratch, "packages", folder), {
      recursive: true,
      filter: (path) => !/[\\/]packages[\\/][^\\/]+[\\/](node_modules|dist|test)$/.test(path)
    })
    await symlink(join(scratch, "packages", folder), join(scratch, "node_modules", name))
  }
  const tsc = join(root, "node_modules/typescript/bin/tsc")
  await promisify(execFile)(process.execPath, [
    tsc,
    "-b",
    "packages/wasm/tsconfig.build.json",
    "packages/webgpu/tsconfig.build.json"
  ], {
    cwd: scratch
  }).catch(({ stdout }) => {
    throw new Error(`the packages don't compile:\n${stdout}`)
  })

  await writeFile(join(scratch, "index.html"), `<script type="module" src="./main.js"></script>`)
  await writeFile(join(scratch, "main.js"), application)
  const logger = createLogger("warn")
  await build({
    root: scratch,
    configFile: false,
    logLevel: "warn",
    customLogger: {
      ...logger,
      warn: (message) => warnings.push(message),
      warnOnce: (message) => warnings.push(message)
    },
    build: { target: "esnext", chunkSizeWarningLimit: 4000 },
    worker: { format: "es" }
  })
  browser = await chromium.launch(launch)
}, 120_000)

afterAll(async () => {
  await browser?.close()
  for (const server of servers) await server.close()
  if (scratch !== undefined) await rm(scratch, { recursive: true, force: true })
})

it("is bundled without a warning, and without anything of Node's", async () => {
  assert.deepStrictEqual(warnings, [])
  const assets = await readdir(join(scratch, "dist/assets"))
  assert.lengthOf(assets.filter((name) => /^worker-.*\.js$/.test(name)), 1)
  for (const name of assets) {
    const text = await readFile(join(scratch, "dist/assets", name), "utf8")
    assert.notMatch(text, /(from|import)\s*\(?["'](node:|webgpu["'])/, name)
  }
})

const expected = { small: 2 * 128, large: 2 * 300 }

it("computes on threads in an isolated page, and on the GPU", async () => {
  const page = await open({
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp"
  })
  let workers = 0
  page.on("worker", () => workers++)
  assert.deepStrictEqual(await page.evaluate("compute.wasm(2)"), { name: "cpu-wasm", threads: 2, ...expected })
  assert.strictEqual(workers, 2)
  assert.deepStrictEqual(await page.evaluate("compute.webgpu()"), { name: "webgpu", threads: 0, ...expected })
})

it("computes on one thread in a page without the headers", async () => {
  const page = await open({})
  assert.deepStrictEqual(await page.evaluate("compute.wasm(2)"), { name: "cpu-wasm", threads: 0, ...expected })
  assert.lengthOf(page.workers(), 0)
})
