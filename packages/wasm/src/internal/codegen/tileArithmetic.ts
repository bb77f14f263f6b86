/**
 * The numbers in a register tile: how wide a lane is, how elements come into vectors and
 * back, how products are accumulated. One entry for each dtype that sums are held in.
 */
import { f32x4, f64x2, i32x4, i64x2, type Local, type Statement, v128, type Value } from "../assembler/index.ts"

/** The dtypes of products and sums. */
export type SumDType = "float32" | "float64" | "int32" | "uint32" | "int64" | "uint64"

export interface TileArithmetic {
  readonly dtype: SumDType
  /** Bytes of one lane. */
  readonly bytes: 4 | 8
  /** Lanes of one vector. */
  readonly lanes: 4 | 2
  /** Whether a product and a sum are one instruction, which needs no register of its own in between. */
  readonly fused: boolean
  /** The element at an address, in every lane. */
  readonly splat: (address: Value<"i32">, offset: number) => Value<"v128">
  readonly add: (a: Value<"v128">, b: Value<"v128">) => Value<"v128">
  /** `sum + a * b`. */
  readonly multiplyAdd: (sum: Value<"v128">, a: Value<"v128">, b: Value<"v128">) => Value<"v128">
}

const splat32 = (address: Value<"i32">, offset: number): Value<"v128"> => v128.load32Splat(address, { offset })
const splat64 = (address: Value<"i32">, offset: number): Value<"v128"> => v128.load64Splat(address, { offset })

const int32 = {
  bytes: 4,
  lanes: 4,
  fused: false,
  splat: splat32,
  add: i32x4.add,
  multiplyAdd: (sum: Value<"v128">, a: Value<"v128">, b: Value<"v128">) => i32x4.add(sum, i32x4.mul(a, b))
} as const

const int64 = {
  bytes: 8,
  lanes: 2,
  fused: false,
  splat: splat64,
  add: i64x2.add,
  multiplyAdd: (sum: Value<"v128">, a: Value<"v128">, b: Value<"v128">) => i64x2.add(sum, i64x2.mul(a, b))
} as const

const arithmetics: { readonly [D in SumDType]: (relaxed: boolean) => TileArithmetic } = {
  float32: (relaxed) => ({
    dtype: "float32",
    bytes: 4,
    lanes: 4,
    fused: relaxed,
    splat: splat32,
    add: f32x4.add,
    multiplyAdd: relaxed
      ? (sum, a, b) => f32x4.relaxedMadd(a, b, sum)
      : (sum, a, b) => f32x4.add(sum, f32x4.mul(a, b))
  }),
  float64: (relaxed) => ({
    dtype: "float64",
    bytes: 8,
    lanes: 2,
    fused: relaxed,
    splat: splat64,
    add: f64x2.add,
    multiplyAdd: relaxed
      ? (sum, a, b) => f64x2.relaxedMadd(a, b, sum)
      : (sum, a, b) => f64x2.add(sum, f64x2.mul(a, b))
  }),
  int32: () => ({ dtype: "int32", ...int32 }),
  uint32: () => ({ dtype: "uint32", ...int32 }),
  int64: () => ({ dtype: "int64", ...int64 }),
  uint64: () => ({ dtype: "uint64", ...int64 })
}

/** `relaxed`: whether the engine has relaxed SIMD. */
export const tileArithmetic = (dtype: SumDType, relaxed: boolean): TileArithmetic => arithmetics[dtype](relaxed)

/** Whether sums can be held in a dtype. */
export const isSumDType = (dtype: string): dtype is SumDType => Object.hasOwn(arithmetics, dtype)

/** The first `count` lanes from memory, without a byte beyond them; zero in the others. */
export const loadLanes = (
  { bytes, lanes }: TileArithmetic,
  address: Value<"i32">,
  offset: number,
  count: number
): Value<"v128"> => {
  if (count >= lanes) return v128.load(address, { offset, align: bytes })
  if (bytes === 8 || count === 2) return v128.load64Zero(address, { offset, align: bytes })
  if (count === 1) return v128.load32Zero(address, { offset })
  return v128.load32Lane(address, v128.load64Zero(address, { offset, align: bytes }), 2, { offset: offset + 8 })
}

/** Stores the first `count` lanes, and nothing beyond them. */
export const storeLanes = (
  { bytes, lanes }: TileArithmetic,
  address: Value<"i32">,
  offset: number,
  vector: Local<"v128">,
  count: number
): ReadonlyArray<Statement> => {
  if (count >= lanes) return [v128.store(address, vector, { offset, align: bytes })]
  if (bytes === 8 || count === 2) return [v128.store64Lane(address, vector, 0, { offset, align: bytes })]
  if (count === 1) return [v128.store32Lane(address, vector, 0, { offset })]
  return [
    v128.store64Lane(address, vector, 0, { offset, align: bytes }),
    v128.store32Lane(address, vector, 2, { offset: offset + 8 })
  ]
}
