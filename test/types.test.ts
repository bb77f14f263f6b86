/**
 * What the type checker says and costs: messages of errors, types as editors show them, and a budget.
 */
import { execFile } from "node:child_process"
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, beforeAll, describe, expect, it } from "vitest"

const root = fileURLToPath(new URL("..", import.meta.url))
const fixtures = join(root, "test/types")

/** The type checker's output for some files, with the compiler options of the repository. */
const check = async (
  folder: string,
  files: { readonly files?: ReadonlyArray<string>; readonly include?: ReadonlyArray<string> },
  options: Record<string, unknown>,
  flags: ReadonlyArray<string> = []
): Promise<string> => {
  const config = join(folder, "tsconfig.json")
  const absolute = (paths: ReadonlyArray<string> = []) => paths.map((path) => join(root, path))
  await writeFile(
    config,
    JSON.stringify({
      extends: join(root, "tsconfig.json"),
      compilerOptions: { typeRoots: [join(root, "node_modules/@types")], ...options },
      files: absolute(files.files),
      include: absolute(files.include),
      exclude: []
    })
  )
  return new Promise((resolve) =>
    execFile(
      process.execPath,
      [join(root, "node_modules/typescript/bin/tsc"), "-p", config, "--pretty", "false", "--singleThreaded", ...flags],
      { maxBuffer: 64 << 20, cwd: root },
      (_, stdout, stderr) => resolve(stdout + stderr)
    )
  )
}

/** A run of the type checker takes seconds on a machine of its own. */
const timeout = 300_000

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "effax-types-"))
})
afterAll(() => rm(folder, { recursive: true }))

describe("messages and types as they are shown", () => {
  /** Errors by file and line: each is a list of lines. The advice about `exactOptionalPropertyTypes` is left out. */
  const errors = new Map<string, ReadonlyArray<string>>()
  beforeAll(async () => {
    const output = await check(folder, { include: ["test/types/messages", "test/types/display"] }, {
      noUnusedLocals: false,
      noEmit: false,
      declaration: true,
      emitDeclarationOnly: true,
      rootDir: root,
      outDir: join(folder, "out")
    })
    for (const error of output.split(/\n(?! )/)) {
      const at = error.match(/([^/]+\.ts)\((\d+),\d+\): error TS\d+: /)
      if (at === null) continue
      const text = error.slice(at.index! + at[0].length).replaceAll(
        / with 'exactOptionalPropertyTypes: true'\..*/g,
        "."
      )
      const lines = text.split("\n").map((line) => line.trim()).filter((line) => line !== "")
      errors.set(`${at[1]}:${at[2]}`, lines)
    }
  }, timeout)

  /** The error at the line of a fixture that holds a text. */
  const errorAt = async (file: string, text: string): Promise<ReadonlyArray<string>> => {
    const lines = (await readFile(join(fixtures, "messages", file), "utf8")).split("\n")
    return errors.get(`${file}:${lines.findIndex((line) => line.includes(text)) + 1}`) ?? []
  }

  it("a wrong function of generic trees has an error of two lines", async () => {
    expect(await errorAt("trees.ts", "(p) => np.negative(p)")).toEqual([
      "Argument of type 'unknown' is not assignable to parameter of type 'ArrayLike'."
    ])
    for (const text of ["return Tree.map2(params, grads, () =>", "givesTruth", "Tree.map(params, (p) => np.sum(p))"]) {
      expect(await errorAt("trees.ts", text)).toHaveLength(2)
    }
    expect(await errorAt("trees.ts", "givesTruth")).toEqual([
      "Type 'MapOf<P, NdArray<\"bool\", LeafShape>>' is not assignable to type 'P'.",
      "'P' could be instantiated with an arbitrary type which could be unrelated to 'MapOf<P, NdArray<\"bool\", LeafShape>>'."
    ])
  })

  it("a right function of generic trees has none", async () => {
    expect(await errorAt("trees.ts", "export const sgd")).toEqual([])
    expect(await errorAt("trees.ts", "np.subtract(p, np.multiply(g, 0.1))")).toEqual([])
  })

  it("a tree with other leaves names the leaf", async () => {
    expect((await errorAt("trees.ts", "sgd(masks, masks)")).at(-1)).toBe(
      "Type '\"bool\"' is not assignable to type '\"float32\"'."
    )
    expect(await errorAt("trees.ts", "rate: 0.1")).toEqual([
      "Type 'number' is not assignable to type 'NdArray<\"float32\", Shape>'."
    ])
  })

  it("shapes that don't fit are named, as they are", async () => {
    expect((await errorAt("shapes.ts", "export const assigned"))[0]).toBe(
      "Type 'NdArray<\"float32\", readonly [4]>' is not assignable to type 'NdArray<\"float32\", readonly [5]>'."
    )
    const said: ReadonlyArray<readonly [text: string, says: string]> = [
      ["np.add(m23, v4)", "\"shapes do not broadcast\": readonly [readonly [2, 3], readonly [4]]"],
      ["np.matmul(m23, m23)", "\"shapes do not contract\": readonly [readonly [2, 3], readonly [2, 3]]"],
      ["np.index(m23", "\"more indices than axes\": readonly [readonly [0, 1, 2], readonly [2, 3]]"],
      ["np.split(m23", "\"axis does not divide\": readonly [0, readonly [2, 3], 5]"],
      ["np.reshape(m23", "\"sizes differ\": readonly [readonly [2, 3], readonly [4, -1]]"],
      ["np.einsum(", "\"subscripts do not fit\": readonly [\"ij,jk->ik\", readonly [readonly [2, 3], readonly [2, 3]]]"]
    ]
    for (const [text, says] of said) expect((await errorAt("shapes.ts", text)).at(-1)).toContain(says)
    expect(await errorAt("shapes.ts", "export const generic")).toHaveLength(2)
  })

  it("a list or an object of arrays can't be run by yield*", async () => {
    expect(await errorAt("running.ts", "yield* [np")).toEqual([
      "Type 'undefined' must have a '[Symbol.iterator]()' method that returns an iterator."
    ])
    expect((await errorAt("running.ts", "yield* {"))[0]).toContain("must have a '[Symbol.iterator]()' method")
  })

  it("types are shown as dtypes and shapes", async () => {
    expect([...errors.keys()].filter((place) => place.startsWith("shown.ts"))).toEqual([])
    const text = await readFile(join(folder, "out/test/types/display/shown.d.ts"), "utf8")
    const shown = text.split("\n").slice(1).join("\n").replaceAll("NdArray.NdArray<", "NdArray<")
    await expect(shown).toMatchFileSnapshot("__snapshots__/shown-types.txt")
    // no name of a computation of shapes
    expect(shown.match(/\b(Shape|Box|Of|DType)\b/)).toBeNull()
  })
})

describe("the budget of the type checker", () => {
  const modules = "test/types/budget/modules.ts"

  const count = (output: string, what: string): number => {
    const found = output.match(new RegExp(`^${what}: +(\\d+)$`, "m"))
    if (found === null || output.includes("error TS")) throw new Error(output)
    return Number(found[1])
  }
  const costOf = async (include: ReadonlyArray<string>) => {
    const output = await check(folder, { files: [modules], include }, {}, ["--extendedDiagnostics"])
    return { types: count(output, "Types"), instantiations: count(output, "Instantiations") }
  }
  let base: { readonly types: number; readonly instantiations: number }
  beforeAll(async () => {
    base = await costOf([])
  }, timeout)

  // What was measured last, beyond the modules that are imported. Limits leave a fifth of room: more is a slower editor.
  it.each([
    { name: "the examples", include: ["examples"], types: 23_400, instantiations: 53_300 },
    { name: "a model of 60 parameters", include: ["test/types/budget/model.ts"], types: 2_400, instantiations: 12_500 }
  ])("$name", { timeout }, async ({ include, instantiations, types }) => {
    const cost = await costOf(include)
    const own = { types: cost.types - base.types, instantiations: cost.instantiations - base.instantiations }
    expect(own.types).toBeLessThan(1.2 * types)
    expect(own.instantiations).toBeLessThan(1.2 * instantiations)
    // a limit that is far away limits nothing
    expect(own.instantiations).toBeGreaterThan(0.6 * instantiations)
  })
})
