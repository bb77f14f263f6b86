/**
 * Applications made of what npm publishes, as bundlers and development servers deliver them: nothing of Node's is asked
 * for, pages that are isolated compute on threads, all others on one thread, and the numbers are right in each.
 */
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import * as esbuild from "esbuild"
import { execFile } from "node:child_process"
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { promisify } from "node:util"
import { type Browser, chromium, type Page } from "playwright"
import * as vite8 from "vite"
import * as vite6 from "vite6"
import * as vite7 from "vite7"
import webpack from "webpack"
import { launch, prepare } from "./chromium.ts"
import { isolation, project, serve } from "./published.ts"

type Vite = Pick<typeof vite8, "build" | "createServer" | "createLogger">

const vites: ReadonlyArray<readonly [name: string, vite: Vite]> = [
  ["Vite 6", vite6 as unknown as Vite],
  ["Vite 7", vite7 as unknown as Vite],
  ["Vite 8", vite8]
]

const application = `
import { CpuWasm } from "@effax/wasm"
import { Backend, NdArray, Numpy as np } from "effax"
import * as Effect from "effect/Effect"

const ones = () => np.ones([1500, 1500])
const compute = Effect.gen(function*() {
  const { capabilities: { features, parallelism } } = yield* Backend.Backend
  const sum = yield* NdArray.toNumber(np.sum(np.matmul(ones(), ones())))
  return { threads: features.includes("threads") ? parallelism : 0, sum }
})
globalThis.compute = (options = {}) =>
  Effect.runPromise(Effect.provide(compute, CpuWasm.layerWith({ threads: 2, ...options })))
`

/** For Node: prints what \`compute\` gives. */
const command = `${application}
globalThis.compute().then((result) => console.log(JSON.stringify(result)))
`

const gpu = `
import { WebGpu } from "@effax/webgpu"
import { NdArray, Numpy as np } from "effax"
import * as Effect from "effect/Effect"

const program = NdArray.toNumber(np.max(np.matmul(np.ones([300, 300]), np.full([300, 300], 2))))
globalThis.compute = () => Effect.runPromise(Effect.provide(program, WebGpu.layer))
`

/** 1500 products of ones in each of 1500^2 sums. */
const isRight = (sum: number): boolean => Math.abs(sum / 1500 ** 3 - 1) < 1e-6

let scratch: string
let browser: Browser
const closing: Array<() => unknown> = []

interface Opened {
  readonly page: Page
  /** Workers that were started, and warnings that were logged. */
  readonly seen: { workers: number; warnings: Array<string> }
}

/** Opens a page of the application, and waits until it has loaded. */
const open = async (url: string): Promise<Opened> => {
  const page = await browser.newPage()
  const seen: Opened["seen"] = { workers: 0, warnings: [] }
  page.on("worker", () => seen.workers++)
  page.on("console", (message) => {
    if (message.text().includes("effax")) seen.warnings.push(message.text())
  })
  await page.goto(url)
  await page.waitForFunction("globalThis.compute !== undefined")
  return { page, seen }
}

const openFolder = async (folder: string, headers: Record<string, string>): Promise<Opened> => {
  const server = await serve(folder, headers)
  closing.push(() => server.close())
  return open(server.url)
}

const computesOnThreads = async ({ page, seen }: Opened): Promise<void> => {
  const { sum, threads } = await page.evaluate<{ sum: number; threads: number }>("compute()")
  assert.isTrue(isRight(sum), String(sum))
  assert.strictEqual(threads, 2)
  assert.strictEqual(seen.workers, 2)
  assert.deepStrictEqual(seen.warnings, [])
  await page.close()
}

/** A folder of a page whose script is the bundle \`main.js\`. */
const folderFor = async (name: string, type: "module" | "classic"): Promise<string> => {
  const folder = join(scratch, name)
  await mkdir(folder)
  const attribute = type === "module" ? ` type="module"` : ""
  await writeFile(join(folder, "index.html"), `<body><script${attribute} src="./main.js"></script></body>`)
  return folder
}

beforeAll(async () => {
  prepare()
  scratch = await project()
  const sources = { "main.js": application, "command.js": command, "gpu.js": gpu }
  for (const [name, text] of Object.entries(sources)) await writeFile(join(scratch, name), text)
  await writeFile(join(scratch, "package.json"), JSON.stringify({ name: "application", type: "module" }))
  await writeFile(join(scratch, "index.html"), `<script type="module" src="./main.js"></script>`)
  browser = await chromium.launch(launch)
}, 120_000)

afterAll(async () => {
  await browser?.close()
  for (const close of closing) await close()
  if (scratch !== undefined) await rm(scratch, { recursive: true, force: true })
})

/** Builds the page with Vite; returns the warnings. */
const buildWith = async (vite: Vite, outDir: string, input = "index.html"): Promise<Array<string>> => {
  const warnings: Array<string> = []
  const warn = (message: string) => void warnings.push(message)
  await vite.build({
    root: scratch,
    configFile: false,
    logLevel: "warn",
    customLogger: { ...vite.createLogger("warn"), warn, warnOnce: warn },
    // minifying takes most of the time of a build, and is tested with esbuild
    build: { outDir, minify: false, chunkSizeWarningLimit: 9000, rollupOptions: { input: join(scratch, input) } }
  })
  return warnings
}

describe.each(vites)("%s", (name, vite) => {
  it("builds a page without a warning, and without anything of Node's", async () => {
    const folder = join(scratch, `dist ${name}`)
    assert.deepStrictEqual(await buildWith(vite, folder), [])
    for (const asset of await readdir(join(folder, "assets"))) {
      const text = await readFile(join(folder, "assets", asset), "utf8")
      assert.notMatch(text, /(from|import)\s*\(?["'](node:|webgpu["'])/, asset)
    }
    await computesOnThreads(await openFolder(folder, isolation))
  })

  it("serves a page while it is developed", async () => {
    const server = await vite.createServer({
      root: scratch,
      configFile: false,
      logLevel: "error",
      cacheDir: join(scratch, `cache ${name}`),
      server: { port: 0, host: "localhost", headers: isolation, hmr: false, watch: null, fs: { strict: false } }
    })
    closing.push(() => server.close())
    await server.listen()
    await computesOnThreads(await open(server.resolvedUrls!.local[0]!))
  })
})

describe("esbuild", () => {
  const bundle = async (entry: string, outfile: string, options: esbuild.BuildOptions): Promise<void> => {
    const { warnings } = await esbuild.build({
      absWorkingDir: scratch,
      entryPoints: [entry],
      bundle: true,
      outfile,
      logLevel: "silent",
      ...options
    })
    assert.deepStrictEqual(warnings.map(({ text }) => text), [])
  }

  it("bundles a page as a module, and as a classic script", async () => {
    for (const [format, type] of [["esm", "module"], ["iife", "classic"]] as const) {
      const folder = await folderFor(`esbuild ${format}`, type)
      await bundle("main.js", join(folder, "main.js"), { format })
      await computesOnThreads(await openFolder(folder, isolation))
    }
  })

  it("bundles a program for Node as a module, and for CommonJS", async () => {
    for (const [format, extension] of [["esm", "mjs"], ["cjs", "cjs"]] as const) {
      const outfile = join(scratch, "node", `command.${extension}`)
      await bundle("command.js", outfile, { format, platform: "node", minify: true })
      const { stderr, stdout } = await promisify(execFile)(process.execPath, [outfile])
      const { sum, threads } = JSON.parse(stdout)
      assert.isTrue(isRight(sum), stdout)
      assert.strictEqual(threads, 2)
      assert.strictEqual(stderr, "")
    }
  })
})

it("a library that was bundled with effax is recognised as a second copy, and one that was bundled without is not", async () => {
  await writeFile(
    join(scratch, "library.js"),
    `import { Numpy as np } from "effax"\nexport const ones = () => np.ones([3])\n`
  )
  await writeFile(
    join(scratch, "two.js"),
    `import { Numpy as np } from "effax"
import { createRequire } from "node:module"
const { ones } = createRequire(import.meta.url)(process.argv[2])
try {
  console.log(np.sum(ones()).shape)
} catch (error) {
  console.log(error.message)
}
`
  )
  const options: esbuild.BuildOptions = {
    absWorkingDir: scratch,
    entryPoints: ["library.js"],
    bundle: true,
    platform: "node",
    format: "cjs"
  }
  await esbuild.build({ ...options, outfile: join(scratch, "with.cjs") })
  await esbuild.build({ ...options, outfile: join(scratch, "without.cjs"), external: ["effax"] })
  const run = async (library: string): Promise<string> => {
    const arguments_ = [join(scratch, "two.js"), join(scratch, library)]
    return (await promisify(execFile)(process.execPath, arguments_)).stdout
  }
  assert.strictEqual(await run("without.cjs"), "[]\n")
  const message = await run("with.cjs")
  assert.include(message, "an array was made by another copy of effax")
  assert.include(message, join(scratch, "with.cjs"))
  assert.include(message, join(scratch, "node_modules/effax/dist"))
})

it("webpack bundles a page", async () => {
  const folder = await folderFor("webpack", "classic")
  const stats = await new Promise<webpack.Stats>((resolve, reject) =>
    webpack({
      mode: "production",
      // most of the time of a build, and nothing that is tested here
      optimization: { minimize: false },
      performance: false,
      context: scratch,
      entry: join(scratch, "main.js"),
      output: { path: folder, filename: "main.js" }
    }, (error, stats) => error === null ? resolve(stats!) : reject(error))
  )
  assert.deepStrictEqual(stats.toJson({ all: false, errors: true, warnings: true }), { errors: [], warnings: [] })
  await computesOnThreads(await openFolder(folder, isolation))
})

describe("a page of the bundle", () => {
  let folder: string
  beforeAll(async () => {
    folder = join(scratch, "pages")
    await buildWith(vite8, folder)
    await copyFile(
      join(scratch, "node_modules/@effax/wasm/dist/internal/runtime/worker.js"),
      join(folder, "worker.js")
    )
  })

  it("computes on one thread without the headers", async () => {
    const { page, seen } = await openFolder(folder, {})
    const { sum, threads } = await page.evaluate<{ sum: number; threads: number }>("compute()")
    assert.isTrue(isRight(sum), String(sum))
    assert.strictEqual(threads, 0)
    assert.strictEqual(seen.workers, 0)
    assert.lengthOf(seen.warnings, 1)
    assert.include(seen.warnings[0], "not cross-origin isolated")
  })

  it("computes on one thread where a policy forbids workers, and says so once", async () => {
    const { page, seen } = await openFolder(folder, { ...isolation, "Content-Security-Policy": "worker-src 'none'" })
    for (const options of ["", "{ workerUrl: '/worker.js' }", "{ workerUrl: new URL('/nothing.js', location.href) }"]) {
      seen.warnings.length = 0
      const { sum } = await page.evaluate<{ sum: number }>(`compute(${options})`)
      assert.isTrue(isRight(sum), String(sum))
      const warnings = seen.warnings.filter((text) => text.includes("worker threads don't start"))
      assert.lengthOf(warnings, 1)
      assert.include(warnings[0], options === "" ? "workerUrl" : "could not be loaded from")
    }
  })

  it("computes on threads where a policy wants their script at a URL of the page's own", async () => {
    const headers = { ...isolation, "Content-Security-Policy": "worker-src 'self'" }
    const { page, seen } = await openFolder(folder, headers)
    const { sum } = await page.evaluate<{ sum: number }>("compute({ workerUrl: '/worker.js' })")
    assert.isTrue(isRight(sum), String(sum))
    assert.strictEqual(seen.workers, 2)
    assert.deepStrictEqual(seen.warnings, [])
  })

  it("computes on threads under a strict policy that allows what WebAssembly and its threads need", async () => {
    const policy = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src blob:"
    await computesOnThreads(await openFolder(folder, { ...isolation, "Content-Security-Policy": policy }))
  })

  it("computes on the GPU", async () => {
    const output = join(scratch, "gpu")
    await writeFile(join(scratch, "gpu.html"), `<script type="module" src="./gpu.js"></script>`)
    assert.deepStrictEqual(await buildWith(vite8, output, "gpu.html"), [])
    const server = await serve(output, {})
    closing.push(() => server.close())
    const { page } = await open(`${server.url}gpu.html`)
    assert.strictEqual(await page.evaluate("compute()"), 600)
  })
})
