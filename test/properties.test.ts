/**
 * Laws that hold for every input, on every backend: products against loops, `vmap` against a loop, pooling and segments against
 * loops, resampling of constants, trees as vectors.
 */
import { afterAll, describe, expect, it } from "@effect/vitest"
import { Image, Lax, NdArray, Nn, Numpy as np, Ops, Tree, vmap } from "effax"
import type { Backend } from "effax/Backend"
import * as Effect from "effect/Effect"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Schema from "effect/Schema"
import { backends } from "./backends.ts"
import { generator } from "./ops/inputs.ts"

type X = NdArray.Any

const between = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))
const Seed = between(0, 2 ** 31 - 1)

/** Draws from a seed. */
const drawing = (seed: number) => {
  const random = generator(`properties/${seed}`)
  const below = (n: number) => Math.floor(random() * n)
  return {
    below,
    of: <A>(list: ReadonlyArray<A>): A => list[below(list.length)]!,
    /** Multiples of an eighth: sums and products of a few of them are exact in float32. */
    numbers: (n: number) => Array.from({ length: n }, () => (below(33) - 16) / 8)
  }
}

const product = (sizes: ReadonlyArray<number>) => sizes.reduce((n, size) => n * size, 1)

const arrayOf = (numbers: ReadonlyArray<number>, shape: ReadonlyArray<number>): X =>
  NdArray.fromTypedArray(Float32Array.from(numbers), shape, "float32")

const read = (x: X): Effect.Effect<ReadonlyArray<number>, unknown, Backend> =>
  Effect.map(NdArray.toTypedArray(x), (data) => Array.from(data as Float32Array))

const close = (actual: ReadonlyArray<number>, expected: ReadonlyArray<number>, tolerance = 1e-5) => {
  expect(actual.length).toBe(expected.length)
  actual.forEach((x, i) => {
    const wanted = expected[i]!
    if (x === wanted || Number.isNaN(x) && Number.isNaN(wanted)) return
    expect(Math.abs(x - wanted), `element ${i}: ${x} against ${wanted}`).toBeLessThanOrEqual(
      tolerance * (1 + Math.abs(wanted))
    )
  })
}

/** Every index of a shape, row-major. */
const indices = (sizes: ReadonlyArray<number>): ReadonlyArray<ReadonlyArray<number>> =>
  sizes.reduce<ReadonlyArray<ReadonlyArray<number>>>(
    (all, size) => all.flatMap((index) => Array.from({ length: size }, (_, i) => [...index, i])),
    [[]]
  )

const offset = (index: ReadonlyArray<number>, sizes: ReadonlyArray<number>) =>
  index.reduce((at, i, axis) => at * sizes[axis]! + i, 0)

// --- functions that keep two axes -----------------------------------------------------------------------------------

/** Functions of a matrix that give a matrix, of whatever size. */
const matrices: ReadonlyArray<readonly [name: string, f: (x: X) => X]> = [
  ["softmax of columns", (x) => Nn.softmax(x, { axis: 0 })],
  ["standardize", (x) => Nn.standardize(x, { epsilon: 0.1 })],
  ["logsumexp of rows", (x) => Nn.logsumexp(x, { axis: 1, keepdims: true })],
  ["transpose", (x) => np.transpose(x)],
  ["cumsum", (x) => np.cumsum(x, { axis: 0 })],
  ["tanh", (x) => np.tanh(x)],
  ["product with itself", (x) => np.matmul(x, np.transpose(x))],
  ["resize", (x) => Image.resize(x, [3, x.shape[1]!], "cubic")],
  [
    "segments",
    (x) => Ops.segmentSum(x, np.remainder(np.arange(x.shape[0]!, { dtype: "int32" }), 2), { numSegments: 2 }) as X
  ],
  ["roll", (x) => np.roll(x, 1, { axis: 1 })],
  ["gate", (x) => Nn.glu(np.concatenate([x, np.negative(x)], { axis: 1 }) as X)],
  ["rows and columns", (x) => np.add(np.sum(x, { axis: 0, keepdims: true }), np.max(x, { axis: 1, keepdims: true }))]
]

describe.each(backends)("$name", ({ layer, name }) => {
  const runtime = ManagedRuntime.make(layer)
  afterAll(() => runtime.dispose())
  const run = (effect: Effect.Effect<void, unknown, Backend>) => Effect.promise(() => runtime.runPromise(effect))
  const few = { arbitrary: { runs: name === "webgpu" ? 4 : 25 } } as object

  it.effect.prop("einsum is a sum of products over all labels", [Seed], ([seed]) =>
    run(Effect.gen(function*() {
      const { below, numbers, of } = drawing(seed)
      const labels = ["i", "j", "k", "l"]
      const sizes: { [label: string]: number } = Object.fromEntries(labels.map((label) => [label, 1 + below(3)]))
      const operands = Array.from({ length: 1 + below(3) }, () => Array.from({ length: below(4) }, () => of(labels)))
      const used = [...new Set(operands.flat())]
      const result = used.filter(() => below(2) === 0).toSorted(() => below(2) - 0.5)
      const shapes = operands.map((axes) => axes.map((label) => sizes[label]!))
      const data = shapes.map((shape) => numbers(product(shape)))
      const out = result.map((label) => sizes[label]!)
      const expected = new Array<number>(product(out)).fill(0)
      for (const at of indices(used.map((label) => sizes[label]!))) {
        const value = (label: string) => at[used.indexOf(label)]!
        const term = operands.reduce((p, axes, k) => p * data[k]![offset(axes.map(value), shapes[k]!)]!, 1)
        expected[offset(result.map(value), out)]! += term
      }
      const subscripts = `${operands.map((axes) => axes.join("")).join(",")}->${result.join("")}`
      const arrays = data.map((of, k) => arrayOf(of, shapes[k]!))
      const actual = (np.einsum as (subscripts: string, ...xs: ReadonlyArray<X>) => X)(subscripts, ...arrays)
      expect(actual.shape, subscripts).toEqual(out)
      close(yield* read(actual), expected)
    })), few)

  it.effect.prop("vmap of a composition is a loop", [Seed], ([seed]) =>
    run(Effect.gen(function*() {
      const { below, numbers, of } = drawing(seed)
      const steps = Array.from({ length: 1 + below(4) }, () => of(matrices))
      const f = (x: X): X => steps.reduce((y, [, step]) => step(y), x)
      const [inAxes, outAxes] = [below(3), below(3)]
      const rows = 1 + below(3)
      const columns = 1 + below(3)
      const examples = Array.from({ length: 2 }, () => arrayOf(numbers(rows * columns), [rows, columns]))
      const mapped = vmap(f, { inAxes, outAxes })(np.stack(examples, { axis: inAxes }) as X)
      const looped = np.stack(examples.map(f), { axis: outAxes }) as X
      expect(mapped.shape, steps.map(([step]) => step).join(", ")).toEqual(looped.shape)
      close(yield* read(mapped), yield* read(looped), 1e-4)
    })), few)

  it.effect.prop("pooling reduces each window", [Seed], ([seed]) =>
    run(Effect.gen(function*() {
      const { below, numbers } = drawing(seed)
      const shape = [1 + below(2), 1 + below(2), 3 + below(4), 3 + below(4)]
      const size = [1 + below(3), 1 + below(3)]
      const strides = [1 + below(3), 1 + below(3)]
      const padding = [[below(2), below(2)], [below(2), below(2)]] as const
      const data = numbers(product(shape))
      const outputs = [0, 1].map((k) =>
        Math.floor((shape[k + 2]! + padding[k]![0] + padding[k]![1] - size[k]!) / strides[k]!) + 1
      )
      const windows = indices([shape[0]!, shape[1]!, ...outputs]).map(([n, c, i, j]) =>
        indices(size).flatMap(([di, dj]) => {
          const at = [i! * strides[0]! + di! - padding[0][0], j! * strides[1]! + dj! - padding[1][0]]
          const inside = at.every((position, k) => position >= 0 && position < shape[k + 2]!)
          return inside ? [data[offset([n!, c!, ...at], shape)]!] : []
        })
      )
      const x = arrayOf(data, shape)
      const options = { strides, padding } as const
      const total = (window: ReadonlyArray<number>) => window.reduce((sum, value) => sum + value, 0)
      close(yield* read(Nn.maxPool(x, size, options)), windows.map((window) => Math.max(...window)))
      close(yield* read(Nn.minPool(x, size, options)), windows.map((window) => Math.min(...window)))
      close(yield* read(Nn.avgPool(x, size, options)), windows.map((window) => total(window) / product(size)))
      close(
        yield* read(Nn.avgPool(x, size, { ...options, countIncludePad: false })),
        windows.map((window) => total(window) / window.length)
      )
    })), few)

  it.effect.prop(
    "segments and ragged products take the rows of each group",
    [Seed],
    ([seed]) =>
      run(Effect.gen(function*() {
        const { below, numbers } = drawing(seed)
        const [rows, groups, n] = [below(6), 1 + below(4), 1 + below(3)]
        const ids = Array.from({ length: rows }, () => below(groups + 2) - 1)
        const data = numbers(rows * n)
        const expected = new Array<number>(groups * n).fill(0)
        ids.forEach((id, row) => {
          if (id < 0 || id >= groups) return
          for (let j = 0; j < n; j++) expected[id * n + j]! += data[row * n + j]!
        })
        const x = arrayOf(data, [rows, n])
        const numbersOf = NdArray.fromTypedArray(Int32Array.from(ids), [rows], "int32")
        close(yield* read(Ops.segmentSum(x, numbersOf, { numSegments: groups }) as X), expected)
        const sizes = Array.from({ length: groups }, () => below(3))
        const weights = numbers(groups * n * 2)
        const group = sizes.flatMap((size, g) => new Array<number>(size).fill(g))
        const products = indices([rows, 2]).map(([row, j]) =>
          group[row!] === undefined
            ? 0
            : Array.from({ length: n }, (_, k) => data[row! * n + k]! * weights[(group[row!]! * n + k) * 2 + j!]!)
              .reduce((sum, term) => sum + term, 0)
        )
        const counts = NdArray.fromTypedArray(Int32Array.from(sizes), [groups], "int32")
        close(yield* read(Lax.raggedDot(x, arrayOf(weights, [groups, n, 2]), counts) as X), products)
      })),
    few
  )

  it.effect.prop("a resized constant stays what it is", [Seed], ([seed]) =>
    run(Effect.gen(function*() {
      const { below, of } = drawing(seed)
      const methods = ["nearest", "linear", "cubic", "cubic-pytorch", "lanczos3", "lanczos5", "area"] as const
      const shape = [1 + below(6), 1 + below(6)]
      const wanted = [1 + below(6), 1 + below(6)]
      const resized = Image.resize(np.full(shape, 1.25), wanted, of(methods), { antialias: below(2) === 0 })
      close(yield* read(resized as X), new Array<number>(product(wanted)).fill(1.25))
    })), few)

  it.effect.prop("a tree is its vector, and back", [Seed], ([seed]) =>
    run(Effect.gen(function*() {
      const { below, numbers } = drawing(seed)
      const leaf = (): X => {
        const shape = Array.from({ length: below(3) }, () => below(4))
        const x = arrayOf(numbers(product(shape)), shape)
        return below(2) === 0 ? x : np.astype(np.round(x), "int32")
      }
      const grow = (depth: number): unknown =>
        depth === 0 || below(3) === 0
          ? leaf()
          : below(2) === 0
          ? Array.from({ length: below(3) }, () => grow(depth - 1))
          : Object.fromEntries(["b", "a", "c"].slice(below(3)).map((key) => [key, grow(depth - 1)]))
      const tree = grow(3)
      const [vector, unravel] = Tree.ravel(tree as ReadonlyArray<X>)
      const back = unravel(vector)
      expect(Tree.structureEquals(Tree.structure(back), Tree.structure(tree))).toBe(true)
      const [given, rebuilt] = [tree, back].map((of) => Tree.leaves(of) as ReadonlyArray<X>)
      expect(rebuilt!.map(({ dtype, shape }) => [dtype, shape])).toEqual(
        given!.map(({ dtype, shape }) => [dtype, shape])
      )
      close(
        (yield* Effect.forEach(rebuilt!, read)).flat(),
        (yield* Effect.forEach(given!, read)).flat(),
        0
      )
    })), few)
})
