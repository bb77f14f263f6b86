/**
 * Two copies of the package in one program: what is made by one is refused by the other, with a message that says so.
 */
import { Reference } from "@effax/reference"
import { afterAll, beforeAll, describe, expect, it } from "@effect/vitest"
import { Backend, Errors, grad, jit, Lax, NdArray, Numpy as np, Random, Tree, vmap } from "effax"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { cp, mkdtemp, readFile, realpath, rm, symlink } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { version } from "../../../src/internal/graph/copy.ts"

const root = join(import.meta.dirname, "../../../../..")

let folder: string
let other: typeof import("effax")

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "effax-copy-")))
  await cp(join(root, "packages/effax/src"), join(folder, "src"), { recursive: true })
  await cp(join(root, "packages/effax/package.json"), join(folder, "package.json"))
  await symlink(join(root, "node_modules"), join(folder, "node_modules"))
  other = await import(/* @vite-ignore */ pathToFileURL(join(folder, "src/index.ts")).href)
})

afterAll(() => rm(folder, { recursive: true, force: true }))

const run = <A, E>(effect: Effect.Effect<A, E, Backend.Backend>): Promise<A> =>
  Effect.runPromise(Effect.provide(effect, Reference.layer))

it("the version is that of package.json", async () => {
  expect(JSON.parse(await readFile(join(root, "packages/effax/package.json"), "utf8")).version).toBe(version)
})

describe("an array of another copy", () => {
  const uses: ReadonlyArray<readonly [string, (x: NdArray.Any) => unknown]> = [
    ["an operand", (x) => np.add(np.ones([2]), x)],
    ["the only operand", (x) => np.sum(x)],
    ["an operand that is not looked at before", (x) => np.sort(x)],
    ["an operand of a primitive", (x) => Lax.sin(x)],
    ["an index", (x) => np.index(np.ones([2]), [x])],
    ["part of a list", (x) => np.stack([np.ones([2]), x])],
    ["an argument of jit", (x) => jit((y: NdArray.Any) => y)(x)],
    ["an argument of grad", (x) => grad((y: NdArray.Any) => np.sum(y))(x)],
    ["an argument of vmap", (x) => vmap((y: NdArray.Any) => y)(x)],
    ["a capture", (x) => jit((y: NdArray.Any) => np.multiply(x, y))(np.ones([2]))],
    ["a result", (x) => jit(() => x)()],
    ["a key", (x) => Random.normal(x as never, [2])],
    ["part of what is evaluated", (x) => run(NdArray.evaluate({ x }))]
  ]

  it.each(uses)("is refused as %s", async (_, use) => {
    const x = other.Numpy.ones([2]) as NdArray.Any
    const error = await Promise.resolve().then(() => use(x)).then(() => undefined, (error: unknown) => error)
    const { message } = error as Error
    expect(message).toContain("an array was made by another copy of effax")
    expect(message).toContain(join(folder, "src"))
    expect(message).toContain(join(root, "packages/effax/src"))
    expect(message).toContain("npm dedupe")
  })

  it("is refused by functions of its own copy on a backend of this one", async () => {
    const x = other.Numpy.ones([2])
    for (const read of [other.NdArray.toNested(x), other.NdArray.evaluate(x), x]) {
      const error = await run(Effect.flip(read as Effect.Effect<unknown, Errors.ForeignArrayError, Backend.Backend>))
      expect(error._tag).toBe("ForeignArrayError")
      expect(error.message).toContain("an array was made by another copy of effax")
    }
    const ahead = other.jit((y: NdArray.Any) => y as never).lower(x as never) as Effect.Effect<
      unknown,
      Errors.CompileError,
      Backend.Backend
    >
    expect((await run(Effect.flip(ahead))).message).toContain("a Program was made by another copy of effax")
  })

  it("is an array to its own copy alone", () => {
    const x = other.Numpy.ones([2])
    expect([NdArray.isNdArray(x), other.NdArray.isNdArray(x)]).toEqual([false, true])
    expect(Tree.leaves([x])).toEqual([x])
  })

  it("is refused where a Layer decorates a backend of another copy", async () => {
    const layers = [
      Layer.provide(other.Checks.layerNonFinite, Reference.layer as never),
      Layer.provide(other.Profile.layer, Reference.layer as never)
    ] as unknown as ReadonlyArray<Layer.Layer<Backend.Backend>>
    for (const layer of layers) {
      const defect = await Effect.runPromise(Effect.flip(Effect.sandbox(Effect.provide(Effect.void, layer))))
      expect(String(Cause.squash(defect))).toContain("the Backend service was made by another copy of effax")
    }
  })
})
