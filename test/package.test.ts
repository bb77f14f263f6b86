/**
 * What npm would publish is what a user gets: every package is built and packed in a copy of the tree, the tarballs are
 * installed into an empty project, and that project imports them from plain JavaScript and type-checks against them.
 * Nothing here needs a network, and the tree's own `dist` folders are neither read nor written.
 */
import { afterAll, beforeAll, describe, expect, it } from "@effect/vitest"
import { execFile } from "node:child_process"
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"

interface Manifest {
  readonly name: string
  readonly version: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly description: string
  readonly keywords: ReadonlyArray<string>
  readonly homepage: string
  readonly repository: { readonly type: string; readonly url: string; readonly directory: string }
  readonly license: string
  readonly sideEffects: boolean
  readonly engines: { readonly node: string }
  readonly exports: Readonly<Record<string, unknown>>
}

const root = fileURLToPath(new URL("..", import.meta.url))
const tsc = join(root, "node_modules/typescript/bin/tsc")

// npm hands its own settings of the outer `npm test` down as npm_*: the inner npm must not take them for its own.
const env = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_OPTIONS$|INIT_CWD$)/.test(name))
)

const run = async (cwd: string, command: string, args: ReadonlyArray<string>): Promise<string> => {
  try {
    return (await promisify(execFile)(command, args, { cwd, env, maxBuffer: 64 << 20 })).stdout
  } catch (error) {
    const { stderr, stdout } = error as { readonly stdout: string; readonly stderr: string }
    throw new Error(`${command} ${args.join(" ")}\n${stdout}${stderr}`, { cause: error })
  }
}

/** Links every entry of the tree's `node_modules` except our own packages, which `own` puts in their place. */
const linkNodeModules = async (target: string, own: ReadonlyMap<string, string>): Promise<void> => {
  await mkdir(join(target, "@effax"), { recursive: true })
  for (const name of await readdir(join(root, "node_modules"))) {
    if (name === "effax" || name === "@effax" || name.startsWith(".")) continue
    await symlink(join(root, "node_modules", name), join(target, name))
  }
  for (const [name, folder] of own) await symlink(folder, join(target, name))
}

const folders = await readdir(join(root, "packages"))
const manifests: ReadonlyArray<Manifest> = await Promise.all(
  folders.map(async (folder) => JSON.parse(await readFile(join(root, "packages", folder, "package.json"), "utf8")))
)
const names = manifests.map((manifest) => manifest.name)

/** Everything that a program may import, but for manifests and the script of threads. */
const specifiers = manifests.flatMap(({ exports, name }) =>
  Object.keys(exports).filter((path) => /^\.(\/[A-Z]\w*)?$/.test(path)).map((path) => name + path.slice(1))
)

describe("published packages", () => {
  let scratch: string
  let project: string
  let packed: ReadonlyArray<{ readonly name: string; readonly files: ReadonlyArray<{ readonly path: string }> }>

  beforeAll(async () => {
    scratch = await realpath(await mkdtemp(join(tmpdir(), "effax-package-")))

    const workspace = join(scratch, "workspace")
    const own = new Map(folders.map((folder, i) => [names[i], join(workspace, "packages", folder)]))
    for (const [i, folder] of folders.entries()) {
      await cp(join(root, "packages", folder), own.get(names[i])!, {
        recursive: true,
        filter: (path) => !/[\\/]packages[\\/][^\\/]+[\\/](node_modules|dist|test)$/.test(path)
      })
    }
    for (const file of ["tsconfig.base.json", "tsconfig.build.json"]) await cp(join(root, file), join(workspace, file))
    await linkNodeModules(join(workspace, "node_modules"), own)
    await run(workspace, process.execPath, [tsc, "-b", "tsconfig.build.json"])

    const tarballs = join(scratch, "tarballs")
    await mkdir(tarballs)
    const targets = folders.map((folder) => `./packages/${folder}`)
    const report = await run(workspace, "npm", ["pack", "--json", "--pack-destination", tarballs, ...targets])
    packed = JSON.parse(report)

    project = join(scratch, "project")
    await mkdir(project)
    await writeFile(join(project, "package.json"), JSON.stringify({ name: "consumer", private: true, type: "module" }))
    const files = (await readdir(tarballs)).map((file) => join(tarballs, file))
    // Peers other than our own come from the tree, by link: installing them would need a registry.
    await run(project, "npm", ["install", "--offline", "--legacy-peer-deps", "--no-audit", "--no-fund", ...files])
    const peers = new Set(manifests.flatMap((manifest) => Object.keys(manifest.peerDependencies ?? {})))
    for (const peer of [...peers, "@types/node"]) {
      if (names.includes(peer)) continue
      await mkdir(join(project, "node_modules", peer, ".."), { recursive: true })
      await symlink(join(root, "node_modules", peer), join(project, "node_modules", peer))
    }
  }, 120_000)

  afterAll(async () => {
    if (scratch !== undefined) await rm(scratch, { recursive: true, force: true })
  })

  it("hold their JavaScript, declarations, maps, sources and licence, and nothing else", () => {
    expect(packed.map((entry) => entry.name).toSorted()).toEqual(names.toSorted())
    for (const { files, name } of packed) {
      const paths = files.map((file) => file.path)
      expect(paths, name).toEqual(expect.arrayContaining(["LICENSE", "README.md", "package.json", "src/index.ts"]))
      const sources = paths.flatMap((path) => /^src\/(.*)\.ts$/.exec(path)?.[1] ?? [])
      const expected = sources.flatMap((source) =>
        [".js", ".js.map", ".d.ts", ".d.ts.map"].map((extension) => `dist/${source}${extension}`)
      )
      expect(paths.filter((path) => path.startsWith("dist/")).toSorted(), name).toEqual(expected.toSorted())
      expect(paths.filter((path) => !/^(dist|src)\//.test(path)).toSorted(), name).toEqual([
        "LICENSE",
        "README.md",
        "package.json"
      ])
    }
  })

  it("are one version, and ask for one another in it", () => {
    const versions = new Set(manifests.map((manifest) => manifest.version))
    expect(versions.size).toBe(1)
    const [version] = versions
    for (const { dependencies, name, peerDependencies } of manifests) {
      for (const other of names) {
        expect([undefined, version], `${name} depends on ${other}`).toContain(dependencies?.[other])
        expect([undefined, `^${version}`], `${name} has the peer ${other}`).toContain(peerDependencies?.[other])
      }
    }
  })

  it("say what they are, where they come from and which Node they run on", () => {
    const repositories = new Set(manifests.map(({ repository: { type, url } }) => `${type} ${url}`))
    expect(repositories.size).toBe(1)
    for (const [i, manifest] of manifests.entries()) {
      const { description, engines, homepage, keywords, license, name, repository, sideEffects } = manifest
      expect(description.length, name).toBeGreaterThan(20)
      expect(keywords, name).toContain(name === "effax" ? "jax" : "effax")
      expect(repository.directory, name).toBe(`packages/${folders[i]}`)
      expect(homepage, name).toContain(`/packages/${folders[i]}#readme`)
      expect({ license, sideEffects }, name).toEqual({ license: "MIT", sideEffects: false })
      // 20.16 is the first to have `process.getBuiltinModule`; vitest wants more
      expect(engines.node, name).toBe(name === "@effax/testing" ? ">=22.12.0" : ">=20.16.0")
    }
  })

  it("import from plain JavaScript, with the names that the sources export", async () => {
    await writeFile(
      join(project, "consumer.js"),
      `const exported = {}
for (const name of ${JSON.stringify(names)}) {
  const module = await import(name)
  exported[name] = { at: import.meta.resolve(name), keys: Object.keys(module) }
}
const worker = import.meta.resolve("@effax/wasm/worker")
console.log(JSON.stringify({ exported, worker }))
`
    )
    const output = JSON.parse(await run(project, process.execPath, ["consumer.js"]))
    for (const name of names) {
      expect(output.exported[name].at).toBe(
        new URL(`file://${project}/node_modules/${name}/dist/index.js`).href
      )
      // A source tree's index and the published one export the same names.
      const source = await import(name)
      expect(output.exported[name].keys.toSorted(), name).toEqual(Object.keys(source).toSorted())
    }
    // what a page serves as the script of its threads imports nothing
    expect(await readFile(fileURLToPath(output.worker), "utf8")).not.toMatch(/^import\b/m)
  })

  it("have no other modules than those that their manifests list", async () => {
    const files = packed.flatMap(({ files, name }) =>
      files.flatMap(({ path }) => /^(?:dist|src)\/(.*)\.(?:js|ts)$/.exec(path)?.[1] ?? []).map((path) =>
        `${name}/${path}`
      )
    )
    const deep = [...new Set(files)].filter((path) => !specifiers.includes(path))
    expect(deep).toEqual(expect.arrayContaining([
      "effax/internal/graph/node",
      "effax/lax/scan",
      "effax/numpy/creation",
      "effax/primitive/elementwise",
      "@effax/reference/internal/kernels",
      "@effax/wasm/internal/runtime/worker"
    ]))
    await writeFile(
      join(project, "deep.js"),
      `import { createRequire } from "node:module"
const require = createRequire(import.meta.url)
const codeOf = (resolve) => {
  try {
    return resolve()
  } catch (error) {
    return error.code
  }
}
const found = {}
for (const path of ${JSON.stringify([...deep, "effax/dist/index.js", "effax/src/index.ts"])}) {
  found[path] = [codeOf(() => import.meta.resolve(path)), codeOf(() => require.resolve(path))]
}
console.log(JSON.stringify(found))
`
    )
    const refused = "ERR_PACKAGE_PATH_NOT_EXPORTED"
    for (const condition of [[], ["--conditions=effax-source"]]) {
      const found: Record<string, ReadonlyArray<string>> = JSON.parse(
        await run(project, process.execPath, [...condition, "deep.js"])
      )
      expect(Object.keys(found).length).toBe(deep.length + 2)
      expect(Object.entries(found).filter(([, codes]) => codes.some((code) => code !== refused))).toEqual([])
    }
  })

  it("give each module that they list, imported and required, and its source under a condition", async () => {
    await writeFile(
      join(project, "modules.js"),
      `import { createRequire } from "node:module"
import { existsSync } from "node:fs"
import { fileURLToPath } from "node:url"
const require = createRequire(import.meta.url)
const found = {}
for (const name of ${JSON.stringify(specifiers)}) {
  const at = fileURLToPath(import.meta.resolve(name))
  const isSource = at.endsWith(".ts")
  found[name] = {
    at,
    exists: existsSync(at),
    isSame: require.resolve(name) === at && (isSource || require(name) === await import(name))
  }
}
console.log(JSON.stringify(found))
`
    )
    for (const [folder, condition] of [["dist", []], ["src", ["--conditions=effax-source"]]] as const) {
      const found = JSON.parse(await run(project, process.execPath, [...condition, "modules.js"]))
      for (const name of specifiers) {
        const own = names.find((each) => name === each || name.startsWith(`${each}/`))!
        const module = name.slice(own.length + 1) || "index"
        expect(found[name], name).toEqual({
          at: join(project, "node_modules", own, folder, `${module}.${folder === "dist" ? "js" : "ts"}`),
          exists: true,
          isSame: true
        })
      }
    }
  })

  it("compute, on the pool of threads too", async () => {
    await writeFile(
      join(project, "compute.js"),
      `import { CpuWasm } from "@effax/wasm"
import { Reference } from "@effax/reference"
import { grad, jit, NdArray, Numpy as np, Random } from "effax"
import { Effect } from "effect"

const program = Effect.gen(function*() {
  const a = yield* Random.normal(Random.key(0), [384, 384])
  const loss = jit((x) => np.mean(np.square(np.tanh(np.matmul(x, x)))))
  const values = []
  // threads start while the first runs compute: later ones are theirs
  for (let i = 0; i < 8; i++) {
    values.push(yield* NdArray.toScalar(loss(a)))
    yield* Effect.sleep("30 millis")
  }
  const small = yield* NdArray.toNested(grad((x) => np.sum(np.sin(x)))(np.zeros([3])))
  return { values, small }
})
const [wasm, reference] = await Promise.all([
  Effect.runPromise(Effect.provide(program, CpuWasm.layer)),
  Effect.runPromise(Effect.provide(NdArray.toNested(grad((x) => np.sum(np.sin(x)))(np.zeros([3]))), Reference.layer))
])
console.log(JSON.stringify({ wasm, reference }))
`
    )
    const { reference, wasm } = JSON.parse(await run(project, process.execPath, ["compute.js"]))
    expect(new Set(wasm.values).size).toBe(1)
    expect(wasm.values[0]).toBeGreaterThan(0.9)
    expect(wasm.small).toEqual([1, 1, 1])
    expect(reference).toEqual([1, 1, 1])
  })

  it("are required by CommonJS, as the same modules that are imported", async () => {
    await writeFile(
      join(project, "required.cjs"),
      `const { CpuWasm } = require("@effax/wasm")
const { NdArray, Numpy: np } = require("effax")
const Effect = require("effect/Effect")
import("effax").then(async (imported) => {
  const sum = np.sum(imported.Numpy.ones([1000]))
  console.log(await Effect.runPromise(Effect.provide(NdArray.toNumber(sum), CpuWasm.layer)))
})
`
    )
    expect(await run(project, process.execPath, ["required.cjs"])).toBe("1000\n")
  })

  it("tell the line that made a NaN", async () => {
    const file = join(project, "nan.js")
    await writeFile(
      file,
      `import { CpuWasm } from "@effax/wasm"
import { Checks, grad, NdArray, Numpy as np } from "effax"
import { Effect, Layer } from "effect"

const norm = (x) =>
  np.sqrt(np.sum(np.square(x)))
const told = (gradient) =>
  Effect.runPromise(
    Effect.provide(Effect.map(Effect.flip(gradient), (error) => error.message), Layer.provide(Checks.layerNonFinite, CpuWasm.layer))
  )
const slope = () => NdArray.toNested(grad(norm)(np.zeros([2])))
console.log(JSON.stringify([await told(Effect.suspend(slope)), await told(slope())]))
`
    )
    for (const options of [[], ["--enable-source-maps"]]) {
      const [inside, before] = JSON.parse(await run(project, process.execPath, [...options, "nan.js"]))
      expect(inside).toContain(`\n  at ${file}:6:21 (norm)\n`)
      expect(before).toContain("this was described before the Layer of the check was built")
      expect(before).toContain("Effect.suspend")
    }
  })

  it("type-check in a strict project that also checks their declarations", async () => {
    const compilerOptions = {
      module: "NodeNext",
      target: "ES2024",
      lib: ["ESNext", "DOM"],
      types: ["node"],
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
      skipLibCheck: false
    }
    await writeFile(
      join(project, "tsconfig.json"),
      JSON.stringify({ compilerOptions, files: ["consumer.ts", "consumer.cts"] })
    )
    const imports = specifiers.map((name, i) => `import * as m${i} from ${JSON.stringify(name)}`)
    await writeFile(
      join(project, "consumer.cts"),
      `import effax = require("effax")
import Numpy = require("effax/Numpy")
export const x: effax.NdArray.NdArray<"float32", readonly [2]> = Numpy.zeros([2])
`
    )
    await writeFile(
      join(project, "consumer.ts"),
      `${imports.join("\n")}
type IsAny<T> = 0 extends 1 & T ? true : false
${specifiers.map((_, i) => `const any${i}: IsAny<typeof m${i}> = false`).join("\n")}
export const all = [${specifiers.map((_, i) => `m${i}, any${i}`).join(", ")}]
`
    )
    await run(project, process.execPath, [tsc, "-p", "tsconfig.json"])
  })
})
