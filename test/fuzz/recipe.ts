/**
 * Recipes: random expressions as lists of steps, each of which takes earlier values. They can be built again and again,
 * whole or with some values put in from outside, which is how a failing one is made small.
 */
import * as DType from "effax/DType"
import * as NdArray from "effax/NdArray"
import type { Random } from "./random.ts"

/** The largest magnitude of a value, and how far two backends may be apart on it. */
export interface Spread {
  readonly most: number
  readonly error: number
}

/** How large an error the result may have, given the operands and the result's own magnitude. */
export type ErrorRule = (operands: ReadonlyArray<Spread>, most: number) => number

export interface Value {
  readonly index: number
  readonly array: NdArray.Any
  /**
   * Whether all backends must give the same numbers: inputs, integers, and what IEEE 754 rounds in one way. Only such
   * values may be compared, rounded to whole numbers, or used as positions.
   */
  readonly certain: boolean
  /** Multiples of `2^-bits` of at most `most`: sums of few of them are exact in any order. */
  readonly grid: Grid | undefined
  readonly make: { readonly _tag: "Input"; readonly data: DType.TypedArray } | Step
}

export interface Grid {
  readonly bits: number
  readonly most: number
}

export interface Step {
  readonly _tag: "Step"
  readonly name: string
  readonly operands: ReadonlyArray<number>
  readonly apply: (operands: ReadonlyArray<NdArray.Any>) => NdArray.Any
  /** `undefined` where the result is certain. */
  readonly error: ErrorRule | undefined
}

/** Significant bits of a floating dtype; integers wrap, so that they are exact whatever the order. */
export const precision: { readonly [D in DType.Floating]: number } = {
  bfloat16: 8,
  float16: 11,
  float32: 24,
  float64: 53
}

export const epsilon = (dtype: DType.DType): number => DType.isFloating(dtype) ? 2 ** (1 - precision[dtype]) : 0

/** The grid, if the dtype holds every point of it. */
export const fits = (grid: Grid | undefined, dtype: DType.DType): Grid | undefined =>
  grid !== undefined && DType.isFloating(dtype) && grid.most * 2 ** grid.bits <= 2 ** precision[dtype] &&
    (dtype !== "float16" || grid.most < 2 ** 15)
    ? grid
    : undefined

const boundsOf: { readonly [D in DType.Integer]: readonly [number, number] } = {
  int8: [-128, 127],
  int16: [-300, 300],
  int32: [-1000, 1000],
  int64: [-1000, 1000],
  uint8: [0, 255],
  uint16: [0, 600],
  uint32: [0, 1000],
  uint64: [0, 1000]
}

const bits16 = (x: number, dtype: "float16" | "bfloat16"): number => {
  const view = new DataView(new ArrayBuffer(4))
  if (dtype === "float16") {
    view.setFloat16(0, x)
    return view.getUint16(0)
  }
  view.setFloat32(0, x)
  return view.getUint16(0)
}

export const inputGrid: Grid = { bits: 3, most: 4 }

const allocate: { readonly [D in Exclude<DType.DType, DType.Complex>]: (size: number) => DType.TypedArray } = {
  bool: (n) => new Uint8Array(n),
  int8: (n) => new Int8Array(n),
  int16: (n) => new Int16Array(n),
  int32: (n) => new Int32Array(n),
  int64: (n) => new BigInt64Array(n),
  uint8: (n) => new Uint8Array(n),
  uint16: (n) => new Uint16Array(n),
  uint32: (n) => new Uint32Array(n),
  uint64: (n) => new BigUint64Array(n),
  bfloat16: (n) => new Uint16Array(n),
  float16: (n) => new Uint16Array(n),
  float32: (n) => new Float32Array(n),
  float64: (n) => new Float64Array(n)
}

/** Numbers that arithmetic treats apart. */
const odd: ReadonlyArray<number> = [NaN, Infinity, -Infinity, -0, 0, 1, -1, 0.5, 1e-40, 6e4, 7e4, 3e9, -3e9, 1e19, 3e38]

/** The first and last values of integers, and what is near. */
const oddInteger = (r: Random, dtype: DType.Integer): bigint => {
  const width = BigInt(8 * DType.itemSize(dtype))
  const [low, high] = DType.isSigned(dtype) ? [-(2n ** (width - 1n)), 2n ** (width - 1n) - 1n] : [0n, 2n ** width - 1n]
  const near = BigInt(r.int(0, 2))
  return r.pick([low + near, high - near, DType.isSigned(dtype) ? -near : near])
}

/**
 * Random elements: floats on {@link inputGrid}, integers of any sign with many small ones, bools; or, where they are to be
 * `extreme`, infinities, NaN and the ends of ranges among them.
 */
export const data = (
  r: Random,
  dtype: Exclude<DType.DType, DType.Complex>,
  size: number,
  extreme: boolean
): DType.TypedArray => {
  const result = allocate[dtype](size)
  const wide = result instanceof BigInt64Array || result instanceof BigUint64Array
  for (let i = 0; i < size; i++) {
    let x: number | bigint
    if (dtype === "bool") x = r.int(0, 1)
    else if (DType.isFloating(dtype)) {
      const n = extreme && r.chance(0.5) ? r.pick(odd) : r.int(-32, 32) / 8
      x = dtype === "float16" || dtype === "bfloat16" ? bits16(n, dtype) : n
    } else if (extreme && r.chance(0.5)) x = oddInteger(r, dtype)
    else {
      const [low, high] = boundsOf[dtype]
      x = r.chance(0.5) ? r.int(Math.max(low, -3), 3) : r.int(low, high)
    }
    result[i] = (wide ? BigInt(x) : Number(x)) as never
  }
  return result
}

export const input = (values: DType.TypedArray, dtype: DType.DType, shape: ReadonlyArray<number>): NdArray.Any =>
  NdArray.fromTypedArray(values, shape, dtype)

/** Which values the value at `index` is made of, in order, down to inputs and what is in `given`. */
export const ancestors = (
  recipe: ReadonlyArray<Value>,
  index: number,
  given: ReadonlyMap<number, DType.TypedArray> = new Map()
): ReadonlyArray<number> => {
  const found = new Set<number>()
  const visit = (i: number): void => {
    if (found.has(i)) return
    const { make } = recipe[i]!
    if (make._tag === "Step" && !given.has(i)) make.operands.forEach(visit)
    found.add(i)
  }
  visit(index)
  return [...found]
}

/** Fresh arrays of the values asked for; those in `given` are inputs. `leaf` makes arrays of inputs. */
export const build = (
  recipe: ReadonlyArray<Value>,
  wanted: ReadonlyArray<number>,
  given: ReadonlyMap<number, DType.TypedArray> = new Map(),
  leaf: (data: DType.TypedArray, index: number) => NdArray.Any = (values, i) =>
    input(values, recipe[i]!.array.dtype, recipe[i]!.array.shape)
): ReadonlyArray<NdArray.Any> => {
  const arrays = new Map<number, NdArray.Any>()
  for (const index of wanted.flatMap((i) => ancestors(recipe, i, given))) {
    if (arrays.has(index)) continue
    const { make } = recipe[index]!
    const put = given.get(index) ?? (make._tag === "Input" ? make.data : undefined)
    arrays.set(
      index,
      put !== undefined ? leaf(put, index) : (make as Step).apply((make as Step).operands.map((i) => arrays.get(i)!))
    )
  }
  return wanted.map((i) => arrays.get(i)!)
}
