/**
 * The state of reductions: one or two fields per point, how a value enters them, how two sets of them become
 * one.
 *
 * Sums of float32 are kept in float32 over a short block of values, and in float64 beyond it. The position of a maximum is
 * kept with the value: the first of equals, and of NaN.
 */
import type { Combiner, Reducer } from "@effax/compiler/Plan"
import { type DType, kind } from "effax/DType"
import { f32x4, f64x2, i32x4, i64x2, v128 } from "../assembler/index.ts"
import { convert } from "./conversions.ts"
import { isWide, type LaneContext, type Lanes, type Vector } from "./lanes.ts"
import { narrow } from "./operation.ts"
import { choose, combine, literalLanes } from "./operations.ts"

/** The vectors of every field. */
export type Fields = ReadonlyArray<Lanes>
type FieldVectors = ReadonlyArray<ReadonlyArray<Vector>>

export interface Accumulator {
  /** The dtypes of what is kept over a block. */
  readonly block: ReadonlyArray<DType>
  /** The dtypes of what is kept beyond, and in memory. The result is the last of them. */
  readonly total: ReadonlyArray<DType>
  /** Whether blocks differ from totals, and have to be short. */
  readonly blocked: boolean
  /** The least value, for a field of the block or of the total that holds values. */
  readonly identity: number | bigint | boolean
  /** Adds a value of a later position, whose position is the second field. */
  readonly add: (k: LaneContext, block: Fields, value: Fields) => FieldVectors
  /** Joins two blocks, in any order of positions. */
  readonly joinBlocks: (k: LaneContext, x: Fields, y: Fields) => FieldVectors
  readonly join: (k: LaneContext, x: Fields, y: Fields) => FieldVectors
  readonly lift: (k: LaneContext, block: Fields) => FieldVectors
}

/** The dtype that values of a dtype are accumulated in. */
const computed: { readonly [D in DType]?: DType } = {
  float16: "float32",
  bfloat16: "float32",
  int8: "int32",
  int16: "int32",
  uint8: "uint32",
  uint16: "uint32"
}

export const accumulatedDtype = (dtype: DType): DType => computed[dtype] ?? dtype

const extremes: {
  readonly [D in DType]?: readonly [least: number | bigint | boolean, greatest: number | bigint | boolean]
} = {
  bool: [false, true],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint32: [0, 2 ** 32 - 1],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
  float32: [-Infinity, Infinity],
  float64: [-Infinity, Infinity]
}

const number = (dtype: DType, value: number): number | bigint | boolean =>
  dtype === "bool" ? value !== 0 : kind(dtype) === "floating" ? value : BigInt(value)

const identities: { readonly [C in Reducer]: (dtype: DType) => number | bigint | boolean } = {
  add: (dtype) => number(dtype, 0),
  mul: (dtype) => number(dtype, 1),
  max: (dtype) => extremes[dtype]![0],
  min: (dtype) => extremes[dtype]![1],
  and: (dtype) => number(dtype, -1),
  or: (dtype) => number(dtype, 0),
  argmax: (dtype) => extremes[dtype]![0],
  argmin: (dtype) => extremes[dtype]![1]
}

const plain = (combiner: Combiner, dtype: DType): Accumulator => {
  const join = (dtype: DType) => (k: LaneContext, [x]: Fields, [y]: Fields): FieldVectors => [
    combine(k, combiner, dtype, x!, y!)
  ]
  const blocked = combiner === "add" && dtype === "float32"
  const total = blocked ? "float64" : dtype
  return {
    block: [dtype],
    total: [total],
    blocked,
    identity: identities[combiner](dtype),
    add: join(dtype),
    joinBlocks: join(dtype),
    join: join(total),
    lift: (k, [block]) => [convert(k, dtype, total, block!)]
  }
}

type Compare = (x: Vector, y: Vector) => Vector

/** Unsigned order is signed order with the highest bits flipped. */
const flipSign = (x: Vector): Vector => v128.xor(x, i64x2.const(-(1n << 63n)))

/** Order and equality, as masks in lanes of the dtype's own width. */
const order: { readonly [D in DType]?: { readonly lessOrEqual: Compare; readonly equal: Compare } } = {
  bool: { lessOrEqual: (x, y) => v128.or(y, v128.not(x)), equal: i32x4.eq },
  int32: { lessOrEqual: i32x4.leS, equal: i32x4.eq },
  uint32: { lessOrEqual: i32x4.leU, equal: i32x4.eq },
  int64: { lessOrEqual: i64x2.leS, equal: i64x2.eq },
  uint64: { lessOrEqual: (x, y) => i64x2.leS(flipSign(x), flipSign(y)), equal: i64x2.eq },
  float32: { lessOrEqual: f32x4.le, equal: f32x4.eq },
  float64: { lessOrEqual: f64x2.le, equal: f64x2.eq }
}

const position = (combiner: "argmax" | "argmin", dtype: DType): Accumulator => {
  const { equal, lessOrEqual } = order[dtype]!
  const notBetter: Compare = combiner === "argmax" ? lessOrEqual : (x, y) => lessOrEqual(y, x)
  /** Takes the second value and position in the lanes of the masks. */
  const take = (k: LaneContext, masks: Lanes, narrowed: Vector, x: Fields, y: Fields): FieldVectors => [
    choose(k, masks, y[0]!, x[0]!),
    choose(k, [k.f.let(narrowed)], y[1]!, x[1]!)
  ]
  const narrowed = (k: LaneContext, masks: Lanes): Vector => isWide(dtype) ? narrow(k, masks) : masks[0]!
  const keep = (k: LaneContext, vectors: ReadonlyArray<Vector>): Lanes => vectors.map((v) => k.f.let(v))
  /** y beats x: above it, or NaN where x is not. What is not ordered is not "not better". */
  const better = (k: LaneContext, x: Lanes, y: Lanes): Lanes =>
    keep(k, x.map((part, i) => v128.andnot(equal(part, part), notBetter(y[i]!, part))))
  const join = (k: LaneContext, x: Fields, y: Fields): FieldVectors => {
    const wins = better(k, x[0]!, y[0]!)
    const loses = better(k, y[0]!, x[0]!)
    // Neither: equals, or both NaN. The earlier one then.
    const earlier = i32x4.ltS(y[1]![0]!, x[1]![0]!)
    const even = v128.not(v128.or(narrowed(k, wins), narrowed(k, loses)))
    const mask = k.f.let(v128.or(narrowed(k, wins), v128.and(even, earlier)))
    const masks = isWide(dtype)
      ? x[0]!.map((_, i) => k.f.let(i === 0 ? i64x2.extendLowI32x4S(mask) : i64x2.extendHighI32x4S(mask)))
      : [mask]
    return take(k, masks, mask, x, y)
  }
  return {
    block: [dtype, "int32"],
    total: [dtype, "int32"],
    blocked: false,
    identity: identities[combiner](dtype),
    add: (k, x, y) => {
      const wins = better(k, x[0]!, y[0]!)
      return take(k, wins, narrowed(k, wins), x, y)
    },
    joinBlocks: join,
    join,
    lift: (_, block) => block
  }
}

/** @param dtype one that values are accumulated in: see `accumulatedDtype` */
export const accumulator = (combiner: Reducer, dtype: DType): Accumulator =>
  combiner === "argmax" || combiner === "argmin" ? position(combiner, dtype) : plain(combiner, dtype)

/** The identity in all lanes of a field. */
export const identityLanes = (k: LaneContext, accumulator: Accumulator, dtype: DType, field: number): Lanes =>
  field === 0 ? literalLanes(k, dtype, accumulator.identity) : literalLanes(k, "int32", 0)
