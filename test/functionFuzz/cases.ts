/**
 * Random cases: a function with its inputs, and which of its results are read, whole or in part, alone or together.
 */
import * as DType from "effax/DType"
import * as NdArray from "effax/NdArray"
import * as np from "effax/Numpy"
import { jit } from "effax/Transform"
import { make, type Random } from "../fuzz/random.ts"
import { exact, type Limits } from "./builder.ts"
import { grow } from "./generate.ts"
import { apply, type DTypes, type Fn, sizeOf, typeOf, type Value, type X, type Xs } from "./tree.ts"

/** Some of what can be read of a function's results: numbers in its catalogue. */
export interface Reading {
  readonly name: string
  readonly which: ReadonlyArray<number>
}

export interface Case {
  readonly fn: Fn
  readonly dtypes: DTypes
  /** One number for each element, which every float dtype has. */
  readonly inputs: ReadonlyArray<ReadonlyArray<number>>
  readonly jitted: boolean
  readonly readings: ReadonlyArray<Reading>
}

export interface Size extends Limits {
  /** Elements of the first input at least. */
  readonly least: number
  readonly steps: number
  readonly dtypes: ReadonlyArray<DTypes>
  /** How many ways of reading the results are tried. */
  readonly readings: number
}

/** Lengths that vectors, tiles and threads divide, and those that they don't. */
const lengths = [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 15, 16, 17, 24, 33, 40, 64, 65, 100, 129, 1000, 4099]

const shapeOf = (r: Random, limit: number): ReadonlyArray<number> => {
  const rank = r.pick([1, 2, 2, 3, 3, 4, 4, 4, 5])
  const shape: Array<number> = []
  let room = limit
  for (let i = 0; i < rank; i++) {
    const fitting = lengths.filter((n) => n <= (i === 0 ? room : Math.max(9, Math.sqrt(room))) && n <= room)
    const n = r.pick(r.chance(0.5) ? fitting.slice(0, 8) : fitting)
    shape.push(n)
    room = Math.floor(room / n)
  }
  return r.shuffle(shape)
}

/** The whole, some, one, and parts: what is wanted decides what is fused with what. */
const readingsOf = (r: Random, count: number): ReadonlyArray<Reading> => {
  const all = Array.from({ length: count }, (_, i) => i)
  const [one, some] = [r.pick(all), all.filter(() => r.chance(0.5))]
  return [
    { name: "all", which: all },
    { name: `only ${one}`, which: [one] },
    ...some.length < 2 || some.length === count ? [] : [{ name: `some: ${some.join()}`, which: some }],
    { name: "slices", which: all.map((i) => count + i) },
    { name: "all, slices and sums", which: [...all, ...all.map((i) => count + i), ...all.map((i) => 2 * count + i)] }
  ]
}

/** Everything that can be read: every result, a part of it, and a sum of it. */
export const catalogue = (results: Xs): Xs => {
  const parts = results.map((x, i) => {
    const slices = x.shape.map((n, d) => (i + d) % 2 === 0 ? np.slice(n >> 1, n) : np.slice(0, Math.max(1, n >> 1)))
    return np.index(x, slices)
  })
  const sums = results.map((x) => {
    const y = DType.isFloating(x.dtype) ? np.sin(x) : x
    return x.ndim === 0 ? y : np.sum(y, { axis: x.ndim - 1 })
  })
  return [...results, ...parts, ...sums]
}

export const generateCase = (seed: number, size: Size): Case => {
  const r = make(seed)
  let first = shapeOf(r, size.elements / 2)
  for (let tries = 0; tries < 50 && sizeOf(first) < size.least; tries++) first = shapeOf(r, size.elements / 2)
  const shapes = [
    first,
    ...Array.from(
      { length: r.int(1, 2) },
      () => r.chance(0.5) ? first.map((n) => r.chance(0.3) ? 1 : n) : shapeOf(r, size.elements / 2)
    )
  ]
  const parameters: ReadonlyArray<Value> = [
    ...shapes.map((shape) => exact({ kind: "float" as const, shape })),
    ...r.chance(0.5) ? [exact({ kind: "int" as const, shape: r.pick([[], [3], first]) })] : []
  ]
  const b = grow(r, size, parameters, r.int(2, size.steps))
  const taken = new Set(b.steps.flatMap((s) => s.operands))
  const made = b.steps.map((_, i) => parameters.length + i)
  const ends = made.filter((i) => !taken.has(i) || r.chance(0.15))
  const results = ends.length === 0 ? [0] : ends.slice(-6)
  const fn = b.finish(results)
  return {
    fn,
    dtypes: r.pick(size.dtypes),
    inputs: parameters.map(({ kind, shape }) =>
      Array.from({ length: sizeOf(shape) }, () => kind === "int" ? r.int(0, 5) : r.int(-64, 64) / 32)
    ),
    jitted: r.chance(0.5),
    readings: r.shuffle(readingsOf(r, results.reduce((n, i) => n + (typeOf(fn, i).kind === "complex" ? 2 : 1), 0)))
      .slice(0, size.readings)
  }
}

/** How inputs may be changed, to see what difference that makes. */
export type Change = (x: number, i: number) => number

const host = (values: ReadonlyArray<number>, dtype: DType.DType, shape: ReadonlyArray<number>): X => {
  const data = dtype === "float64"
    ? Float64Array.from(values)
    : DType.isFloating(dtype)
    ? Float32Array.from(values)
    : Int32Array.from(values)
  const x = NdArray.fromTypedArray(data, shape)
  return x.dtype === dtype ? x : np.astype(x, dtype)
}

/** The results, over fresh inputs; complex ones as two. */
export const resultsOf = (c: Case, dtypes: DTypes, change: Change = (x) => x): Xs => {
  const args = c.fn.parameters.map(({ kind, shape }, k) =>
    host(kind === "float" ? c.inputs[k]!.map(change) : c.inputs[k]!, dtypes[kind], shape)
  )
  const f = (...xs: Xs) => apply(c.fn, xs, dtypes)
  const results = c.jitted ? jit(f)(...args) : f(...args)
  return results.flatMap((x) => DType.isComplex(x.dtype) ? [np.real(x), np.imag(x)] : [x])
}
