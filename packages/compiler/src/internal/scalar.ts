/**
 * JavaScript values as elements of a dtype, rounded as the machine rounds.
 */
import * as DType from "effax/DType"

/** A number for floats and integers up to 32 bits, a bigint for 64-bit integers, a boolean for bool. */
export type Scalar = number | bigint | boolean

const bits32 = new Uint32Array(1)
const float32 = new Float32Array(bits32.buffer)

/** To the nearest bfloat16, ties to even: the upper half of a float32. */
export const roundToBfloat16 = (x: number): number => {
  float32[0] = x
  if (Number.isNaN(x)) return x
  const b = bits32[0]!
  bits32[0] = (b + 0x7fff + ((b >>> 16) & 1)) & 0xffff0000
  return float32[0]!
}

/** To the nearest float16, ties to even. */
export const roundToFloat16 = (x: number): number => {
  const magnitude = Math.abs(x)
  // 65520 is half-way between the largest float16 and 2^16
  if (!(magnitude < 65520)) return Number.isNaN(x) ? x : x < 0 ? -Infinity : Infinity
  // Normal numbers have 10 fraction bits; below 2^-14 the spacing is 2^-24
  const exponent = magnitude < 2 ** -14 ? -14 : Math.floor(Math.log2(magnitude))
  const unit = 2 ** (exponent - 10)
  const scaled = magnitude / unit
  const low = Math.floor(scaled)
  const rest = scaled - low
  const rounded = (rest > 0.5 || (rest === 0.5 && low % 2 === 1) ? low + 1 : low) * unit
  return x < 0 || Object.is(x, -0) ? -rounded : rounded
}

const truncated = (x: number, low: number, high: number): number =>
  Number.isNaN(x) ? 0 : x <= low ? low : x >= high ? high : Math.trunc(x) + 0

/** How a number becomes an integer of a dtype: fractions saturate, whole numbers wrap. */
const wrap: { readonly [D in DType.Integer]: (x: bigint) => Scalar } = {
  int8: (x) => Number(BigInt.asIntN(8, x)),
  int16: (x) => Number(BigInt.asIntN(16, x)),
  int32: (x) => Number(BigInt.asIntN(32, x)),
  int64: (x) => BigInt.asIntN(64, x),
  uint8: (x) => Number(BigInt.asUintN(8, x)),
  uint16: (x) => Number(BigInt.asUintN(16, x)),
  uint32: (x) => Number(BigInt.asUintN(32, x)),
  uint64: (x) => BigInt.asUintN(64, x)
}

/** The least and the largest value of an integer dtype. */
export const integerRange = (dtype: DType.Integer): readonly [low: bigint, high: bigint] => {
  const width = BigInt(DType.itemSize(dtype) * 8)
  return DType.isSigned(dtype) ? [-(1n << (width - 1n)), (1n << (width - 1n)) - 1n] : [0n, (1n << width) - 1n]
}

/** Wraps whole numbers to the dtype. */
export const wrapInteger = (x: number | bigint, dtype: DType.Integer): Scalar => {
  if (dtype === "int32") return typeof x === "number" ? x | 0 : Number(BigInt.asIntN(32, x))
  if (dtype === "uint32") return typeof x === "number" ? x >>> 0 : Number(BigInt.asUintN(32, x))
  return wrap[dtype](BigInt(x))
}

/** Rounds to the dtype. */
export const roundFloat = (x: number, dtype: DType.Floating): number =>
  dtype === "float32"
    ? Math.fround(x)
    : dtype === "float64"
    ? x
    : dtype === "bfloat16"
    ? roundToBfloat16(x)
    : roundToFloat16(x)

/** JAX's conversion of one value: to integers, floats saturate (NaN is 0) and integers wrap; only zeros are false. */
export const convert = (x: Scalar, from: DType.DType, to: DType.DType): Scalar => {
  if (to === "bool") return typeof x === "boolean" ? x : Number(x) !== 0
  if (DType.isFloating(to)) return roundFloat(Number(x), to)
  if (DType.isInteger(to)) {
    if (DType.isFloating(from)) {
      const [low, high] = integerRange(to)
      const n = truncated(Number(x), Number(low), Number(high))
      if (DType.itemSize(to) < 8) return n
      const whole = BigInt(n)
      return whole > high ? high : whole
    }
    return wrapInteger(typeof x === "boolean" ? Number(x) : x, to)
  }
  return x
}

/** A literal's value as its dtype holds it. */
export const normalize = (x: Scalar, dtype: DType.DType): Scalar => {
  if (dtype === "bool") return typeof x === "boolean" ? x : Number(x) !== 0
  if (DType.isFloating(dtype)) return roundFloat(Number(x), dtype)
  if (DType.isInteger(dtype)) {
    if (typeof x === "number" && !Number.isInteger(x)) return convert(x, "float64", dtype)
    return wrapInteger(typeof x === "boolean" ? Number(x) : x, dtype)
  }
  return x
}

/** Text that tells values apart, `-0` from `0` included. */
export const keyOf = (x: Scalar, dtype: DType.DType): string => `${dtype} ${Object.is(x, -0) ? "-0" : x}`
