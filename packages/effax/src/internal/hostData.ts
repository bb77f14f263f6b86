/**
 * Elements on the host: typed arrays of each dtype, and conversion from and to JavaScript values.
 */
import * as DType from "../DType.ts"
import type { TypedArray } from "../DType.ts"

type Scalar = number | bigint | boolean

const allocators: { readonly [D in DType.DType]: (elements: number) => TypedArray } = {
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
  float64: (n) => new Float64Array(n),
  complex64: (n) => new Float32Array(2 * n),
  complex128: (n) => new Float64Array(2 * n)
}

/** A zeroed typed array for that many elements. */
export const allocate = (dtype: DType.DType, elements: number): TypedArray => allocators[dtype](elements)

const single = new Float32Array(1)
const singleBits = new Uint32Array(single.buffer)

/** The nearest bfloat16, ties to even, as bits. */
export const bfloat16Bits = (value: number): number => {
  single[0] = value
  const bits = singleBits[0]!
  if (value !== value) return (bits >>> 16) | 0x40
  // the double was rounded to single first: harmless, since 24 bits are more than twice 8 and two
  return ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16) & 0xffff
}

export const fromBfloat16Bits = (bits: number): number => {
  singleBits[0] = bits << 16
  return single[0]!
}

/** The nearest float16, ties to even, as bits. */
export const float16Bits = (value: number): number => {
  if (value !== value) return 0x7e00
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0
  const magnitude = Math.abs(value)
  if (magnitude >= 65520) return sign | 0x7c00
  // the spacing of numbers near it: 2^-24 for subnormals
  const exponent = magnitude < 2 ** -14 ? -14 : Math.floor(Math.log2(magnitude))
  const fixed = magnitude < 2 ** exponent ? exponent - 1 : magnitude >= 2 ** (exponent + 1) ? exponent + 1 : exponent
  const scaled = magnitude / 2 ** (Math.max(fixed, -14) - 10)
  const floor = Math.floor(scaled)
  const rest = scaled - floor
  const rounded = rest > 0.5 || rest === 0.5 && floor % 2 === 1 ? floor + 1 : floor
  // a carry out of the mantissa falls into the exponent, as it should
  return sign | ((Math.max(fixed, -14) + 14) * 1024 + rounded)
}

export const fromFloat16Bits = (bits: number): number => {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >>> 10) & 31
  const mantissa = bits & 1023
  if (exponent === 31) return mantissa === 0 ? sign * Infinity : NaN
  return sign * (exponent === 0 ? mantissa * 2 ** -24 : (1024 + mantissa) * 2 ** (exponent - 25))
}

const toBigInt = (value: Scalar): bigint => typeof value === "bigint" ? value : BigInt(Math.trunc(Number(value)))

const writers: { readonly [D in DType.DType]: (value: Scalar) => number | bigint } = {
  bool: (v) => v ? 1 : 0,
  int8: Number,
  int16: Number,
  int32: Number,
  int64: toBigInt,
  uint8: Number,
  uint16: Number,
  uint32: Number,
  uint64: toBigInt,
  bfloat16: (v) => bfloat16Bits(Number(v)),
  float16: (v) => float16Bits(Number(v)),
  float32: Number,
  float64: Number,
  complex64: Number,
  complex128: Number
}

/** Typed elements from JavaScript values; real values become complex ones with imaginary part 0. */
export const fromNumbers = (values: ArrayLike<Scalar>, dtype: DType.DType): TypedArray => {
  const data = allocate(dtype, values.length) as { [i: number]: number | bigint } & TypedArray
  const write = writers[dtype]
  const stride = DType.isComplex(dtype) ? 2 : 1
  for (let i = 0; i < values.length; i++) data[i * stride] = write(values[i]!)
  return data
}

/** How an element reads as a JavaScript value: 64-bit integers as `bigint`, bool as `boolean`, the rest as `number`. */
export const reader = (dtype: DType.DType): (data: TypedArray, i: number) => Scalar =>
  dtype === "bool"
    ? (data, i) => data[i] !== 0
    : dtype === "bfloat16"
    ? (data, i) => fromBfloat16Bits(data[i] as number)
    : dtype === "float16"
    ? (data, i) => fromFloat16Bits(data[i] as number)
    : (data, i) => data[i]!

const natural: ReadonlyArray<readonly [new(n: number) => TypedArray, DType.DType]> = [
  [Float32Array, "float32"],
  [Float64Array, "float64"],
  [Int8Array, "int8"],
  [Int16Array, "int16"],
  [Int32Array, "int32"],
  [BigInt64Array, "int64"],
  [Uint8Array, "uint8"],
  [Uint16Array, "uint16"],
  [Uint32Array, "uint32"],
  [BigUint64Array, "uint64"]
]

/** The dtype that a typed array has by itself. */
export const dtypeOf = (data: TypedArray): DType.DType => natural.find(([Type]) => data instanceof Type)![1]

/** Whether a typed array is the kind that holds the dtype. */
export const holds = (data: TypedArray, dtype: DType.DType): boolean =>
  data.constructor === allocate(dtype, 0).constructor
