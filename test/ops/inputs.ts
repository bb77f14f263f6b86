/**
 * Sample inputs of operations: drawn from a small generator, independent of effax, so that the script that runs JAX gets
 * the same bytes as the tests.
 */
import type { DType, TypedArray } from "effax/DType"

/** An array on the host, row-major, in the typed array of its dtype (bfloat16 and float16 as raw bits). */
export interface Input {
  readonly dtype: DType
  readonly shape: ReadonlyArray<number>
  readonly data: TypedArray
}

type Random = () => number

/** An element, drawn; `index` is its row-major position. */
export type Draw = (random: Random, index: number, size: number) => number

/** What an input is drawn from. */
export interface Spec {
  readonly dtype: DType
  readonly shape: ReadonlyArray<number>
  readonly draw: Draw
  /** The values are a fixed list of points that matter (NaN, infinities, ties, ends of domains), not a sample. */
  readonly special: boolean
}

// --- numbers --------------------------------------------------------------------------------------------------------

/** xorshift32 (Marsaglia 2003) from a seed that is a text, hashed by FNV-1a. */
export const generator = (seed: string): Random => {
  let state = 0x811c9dc5
  for (const byte of new TextEncoder().encode(seed)) state = Math.imul(state ^ byte, 0x01000193)
  state = (state | 1) >>> 0
  const next = () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
  // texts that differ in their last letter alone start close together
  for (let i = 0; i < 8; i++) next()
  return next
}

const bfloat16Bits = (x: number): number => {
  if (Number.isNaN(x)) return 0x7fc0
  const bits = new Uint32Array(Float32Array.of(x).buffer)[0]!
  return ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16) & 0xffff
}

const float16Bits = (x: number): number => new Uint16Array(Float16Array.of(x).buffer)[0]!

type Encode = (values: ReadonlyArray<number>) => TypedArray

const encoders: { readonly [D in Exclude<DType, "complex64" | "complex128">]: Encode } = {
  bool: (values) => Uint8Array.from(values, (x) => x === 0 ? 0 : 1),
  int8: (values) => Int8Array.from(values),
  int16: (values) => Int16Array.from(values),
  int32: (values) => Int32Array.from(values),
  int64: (values) => BigInt64Array.from(values, BigInt),
  uint8: (values) => Uint8Array.from(values),
  uint16: (values) => Uint16Array.from(values),
  uint32: (values) => Uint32Array.from(values),
  uint64: (values) => BigUint64Array.from(values, BigInt),
  bfloat16: (values) => Uint16Array.from(values, bfloat16Bits),
  float16: (values) => Uint16Array.from(values, float16Bits),
  float32: (values) => Float32Array.from(values),
  float64: (values) => Float64Array.from(values)
}

/** The input that a spec stands for under a seed. Special values turn around under every odd variant. */
export const draw = (spec: Spec, seed: string, variant = 0): Input => {
  const { dtype, shape, special } = spec
  if (dtype === "complex64" || dtype === "complex128") throw new Error(`no inputs of ${dtype}`)
  const size = shape.reduce((n, length) => n * length, 1)
  const random = generator(`${seed}#${variant}`)
  const values = Array.from(
    { length: size },
    (_, i) => spec.draw(random, special && variant % 2 === 1 ? size - 1 - i : i, size)
  )
  return { dtype, shape, data: encoders[dtype](values) }
}

// --- distributions --------------------------------------------------------------------------------------------------

/** Uniform on an interval. */
export const within = (low: number, high: number): Draw => (random) => low + (high - low) * random()

/** Whole numbers of an interval, both ends included. */
export const whole = (low: number, high: number): Draw => (random) => low + Math.floor(random() * (high - low + 1))

/** Of either sign, with a magnitude between the bounds: away from a kink or a pole at 0. */
export const outside = (low: number, high: number): Draw => (random) => {
  const magnitude = low + (high - low) * random()
  return random() < 0.5 ? -magnitude : magnitude
}

/** Magnitudes of many orders, of either sign. */
export const wide = (low: number, high: number): Draw => (random) => {
  const magnitude = Math.exp(Math.log(low) + random() * (Math.log(high) - Math.log(low)))
  return random() < 0.5 ? -magnitude : magnitude
}

/** All different, at least `gap` apart, in an order that looks random: no ties, far from kinks of sorting and maxima. */
export const distinct = (gap = 0.25): Draw => {
  let order: Array<number> = []
  return (random, index, size) => {
    if (index === 0) {
      order = Array.from({ length: size }, (_, i) => i)
      for (let i = size - 1; i > 0; i--) {
        const j = Math.floor(random() * (i + 1))
        ;[order[i], order[j]] = [order[j]!, order[i]!]
      }
    }
    return (order[index]! - size / 2 + 0.25) * gap
  }
}

/** Few values, so that many are equal. */
export const ties = (values: ReadonlyArray<number>): Draw => (random) => values[Math.floor(random() * values.length)]!

// --- specs ----------------------------------------------------------------------------------------------------------

type Shape = ReadonlyArray<number>

const of = (dtype: DType, otherwise: Draw) => (shape: Shape, draw: Draw = otherwise): Spec => ({
  dtype,
  shape,
  draw,
  special: false
})

export const f32 = of("float32", within(-3, 3))
export const f64 = of("float64", within(-3, 3))
export const bf16 = of("bfloat16", within(-3, 3))
export const f16 = of("float16", within(-3, 3))
export const i8 = of("int8", whole(-100, 100))
export const i16 = of("int16", whole(-1000, 1000))
export const i32 = of("int32", whole(-100, 100))
export const i64 = of("int64", whole(-100, 100))
export const u8 = of("uint8", whole(0, 200))
export const u16 = of("uint16", whole(0, 1000))
export const u32 = of("uint32", whole(0, 100))
export const u64 = of("uint64", whole(0, 100))
export const bool = of("bool", whole(0, 1))

/** Values that are given one by one. */
export const points = (dtype: DType, values: ReadonlyArray<number>, shape: Shape = [values.length]): Spec => ({
  dtype,
  shape,
  draw: (_, index) => values[index]!,
  special: true
})

interface Extremes {
  readonly max: number
  readonly minNormal: number
}

const extremes: { readonly [D in "bfloat16" | "float16" | "float32" | "float64"]: Extremes } = {
  bfloat16: { max: (2 - 2 ** -7) * 2 ** 127, minNormal: 2 ** -126 },
  float16: { max: 65504, minNormal: 2 ** -14 },
  float32: { max: (2 - 2 ** -23) * 2 ** 127, minNormal: 2 ** -126 },
  float64: { max: Number.MAX_VALUE, minNormal: 2 ** -1022 }
}

/** NaN, infinities, both zeros, ends of the range, and plain numbers where functions often change their mind. */
export const edges = (dtype: keyof typeof extremes): ReadonlyArray<number> => {
  const { max, minNormal } = extremes[dtype]
  return [
    NaN,
    Infinity,
    -Infinity,
    0,
    -0,
    1,
    -1,
    0.5,
    -0.5,
    2,
    -2,
    1.5,
    -1.5,
    2.5,
    3,
    -3,
    10,
    -10,
    100,
    -100,
    2 ** -10,
    -(2 ** -10),
    max,
    -max,
    minNormal,
    -minNormal
  ]
}

export const special = (dtype: keyof typeof extremes): Spec => points(dtype, edges(dtype))

/** Every pair of the values that are hardest for functions of two arguments. */
export const pairs = (
  dtype: DType,
  values: ReadonlyArray<number> = [NaN, Infinity, -Infinity, 0, -0, 1, -1, 2, -0.5, 3]
): readonly [Spec, Spec] => [
  points(dtype, values.flatMap((x) => values.map(() => x))),
  points(dtype, values.flatMap(() => values))
]

export const describe = ({ dtype, shape }: { readonly dtype: DType; readonly shape: Shape }): string =>
  `${dtype}[${shape.join(",")}]`
