/**
 * The choices of operands and parameters that an operation of the fuzzer has.
 */
import * as DType from "effax/DType"
import type * as NdArray from "effax/NdArray"
import type { Random } from "./random.ts"
import * as recipe from "./recipe.ts"
import type { ErrorRule, Grid, Value } from "./recipe.ts"

type RealDType = Exclude<DType.DType, DType.Complex>

/** Facts about a result that its operands don't tell. */
export interface How {
  readonly grid?: Grid | undefined
  /** Whether the result may differ between backends although the operands don't. */
  readonly uncertain?: boolean
  /** By default the largest error of an operand. Rounding of the result is added always. */
  readonly error?: ErrorRule
}

/** Adds a random step to the recipe, unless it finds no operands. */
export type Operation = (c: Context) => void

const dtypes: ReadonlyArray<readonly [RealDType, number]> = [
  ["float32", 12],
  ["int32", 5],
  ["bool", 2],
  ["float64", 2],
  ["float16", 2],
  ["bfloat16", 2],
  ["uint8", 2],
  ["int8", 1],
  ["int16", 1],
  ["uint16", 1],
  ["uint32", 1],
  ["int64", 1],
  ["uint64", 1]
]

/** Lengths that vectors, unrolled loops and threads divide, and those that they don't. */
const lengths = [1, 2, 3, 4, 5, 7, 8, 9, 16, 17, 31, 33, 64, 100, 127, 257, 1000, 1009, 4096, 30011, 262_147, 1_000_003]

const widest: ErrorRule = (operands) => operands.reduce((most, { error }) => Math.max(most, error), 0)

/** Units in the last place that one operation may be off, elementary functions included. */
const ulps = 8

export class Context {
  readonly r: Random
  readonly recipe: Array<Value> = []
  /** The most elements that a value may have. */
  readonly limit: number
  /** Whether there are no 64-bit dtypes, and no NaN, infinities and the like among the inputs. */
  readonly plain: boolean

  constructor(r: Random, limit: number, plain = false) {
    this.r = r
    this.limit = limit
    this.plain = plain
  }

  #has(dtype: DType.DType): boolean {
    return !this.plain || DType.itemSize(dtype) < 8
  }

  dtype(): RealDType {
    const { r } = this
    const there = dtypes.filter(([dtype]) => this.#has(dtype))
    let left = r.int(1, there.reduce((n, [, weight]) => n + weight, 0))
    return there.find(([, weight]) => (left -= weight) <= 0)![0]
  }

  /** A random shape of at most so many elements. */
  shape(rank = this.r.pick([0, 1, 1, 2, 2, 2, 3, 3, 4]), limit = this.limit): ReadonlyArray<number> {
    const shape: Array<number> = []
    let room = limit
    for (let i = 0; i < rank; i++) {
      const fitting = lengths.filter((n) => n <= room)
      const n = this.r.chance(0.01) ? 0 : this.r.pick(fitting.length > 6 ? fitting.slice(0, -rank) : fitting)
      shape.push(n)
      room = Math.floor(room / Math.max(1, n))
    }
    return this.r.shuffle(shape)
  }

  /** A new input; `tame` ones have no NaN and the like. */
  input(dtype: RealDType, shape: ReadonlyArray<number>, tame = false): Value {
    const extreme = this.r.chance(0.1) && !tame && !this.plain
    const values = recipe.data(this.r, dtype, shape.reduce((a, b) => a * b, 1), extreme)
    return this.#push({
      array: recipe.input(values, dtype, shape),
      certain: true,
      grid: extreme ? undefined : recipe.fits(recipe.inputGrid, dtype),
      make: { _tag: "Input", data: values }
    })
  }

  #push(value: Omit<Value, "index">): Value {
    const made = { ...value, index: this.recipe.length }
    this.recipe.push(made)
    return made
  }

  /** An earlier value, more often a late one. */
  pick(suits: (value: Value) => boolean = () => true): Value | undefined {
    const suitable = this.recipe.filter(suits)
    if (suitable.length === 0) return undefined
    return this.r.chance(0.6) ? this.r.pick(suitable.slice(-3)) : this.r.pick(suitable)
  }

  /** A value that broadcasts with another one, made where none is there. */
  beside(x: Value, suits: (value: Value) => boolean = () => true, dtype?: RealDType): Value {
    const { r } = this
    if (r.chance(0.7)) {
      const found = this.pick((y) => suits(y) && this.#broadcast(x.array.shape, y.array.shape))
      if (found !== undefined) return found
    }
    const { shape } = x.array
    const own = shape.slice(r.chance(0.5) ? 0 : r.int(0, shape.length)).map((n) => r.chance(0.2) ? 1 : n)
    return this.input(dtype ?? (r.chance(0.7) ? x.array.dtype as RealDType : this.dtype()), own)
  }

  #broadcast(x: ReadonlyArray<number>, y: ReadonlyArray<number>): boolean {
    let size = 1
    for (let i = 1; i <= Math.max(x.length, y.length); i++) {
      const [a, b] = [x.at(-i) ?? 1, y.at(-i) ?? 1]
      if (i > Math.min(x.length, y.length) ? false : a !== b && a !== 1 && b !== 1) return false
      size *= a === 1 ? b : a
    }
    return size <= this.limit
  }

  step(
    name: string,
    operands: ReadonlyArray<Value>,
    apply: (operands: ReadonlyArray<NdArray.Any>) => NdArray.Any,
    how: How = {}
  ): Value | undefined {
    const array = apply(operands.map((x) => x.array))
    if (array.size > this.limit || !this.#has(array.dtype)) return undefined
    const certain = operands.every((x) => x.certain) && (how.uncertain !== true || !DType.isFloating(array.dtype))
    const { error = widest } = how
    return this.#push({
      array,
      certain,
      grid: certain ? recipe.fits(how.grid, array.dtype) : undefined,
      make: {
        _tag: "Step",
        name,
        operands: operands.map((x) => x.index),
        apply,
        error: certain
          ? undefined
          : (spreads, most) => error(spreads, most) + ulps * recipe.epsilon(array.dtype) * (most + 2 ** -20)
      }
    })
  }
}

export const isFloating = (x: Value): boolean => DType.isFloating(x.array.dtype)
export const isInteger = (x: Value): boolean => DType.isInteger(x.array.dtype)
export const isBool = (x: Value): boolean => x.array.dtype === "bool"
export const isNumeric = (x: Value): boolean => !isBool(x)
export const isCertain = (x: Value): boolean => x.certain
export const isSolid = (x: Value): boolean => x.array.size > 0
export const both = (...tests: ReadonlyArray<(x: Value) => boolean>) => (x: Value): boolean =>
  tests.every((test) => test(x))
