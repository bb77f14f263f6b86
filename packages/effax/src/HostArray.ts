/**
 * Elements on the host: the typed arrays of each dtype, and conversion from and to JavaScript values.
 *
 * @since 0.1.0
 */
import * as DType from "./DType.ts"
import type { TypedArray } from "./DType.ts"

type Scalar = number | bigint | boolean

/** A kind of typed array. @category models @since 0.1.0 */
export interface Constructor {
  new(length: number): TypedArray
  new(buffer: ArrayBufferLike, byteOffset?: number, length?: number): TypedArray
}

/** The typed array that holds elements of each dtype; one complex number takes two of its elements. @category models @since 0.1.0 */
export const constructors: { readonly [D in DType.DType]: Constructor } = {
  bool: Uint8Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  bfloat16: Uint16Array,
  float16: Uint16Array,
  float32: Float32Array,
  float64: Float64Array,
  complex64: Float32Array,
  complex128: Float64Array
}

/** A zeroed typed array for that many elements. @category constructors @since 0.1.0 */
export const allocate = (dtype: DType.DType, elements: number): TypedArray =>
  new constructors[dtype](DType.isComplex(dtype) ? 2 * elements : elements)

// Scratch for reading the bits of a binary32; nothing outlives a call.
const single = new Float32Array(1)
const bits = new Uint32Array(single.buffer)

/** The value of bfloat16 bits: the upper half of a binary32. @category half precision @since 0.1.0 */
export const fromBfloat16Bits = (half: number): number => {
  bits[0] = half << 16
  return single[0]!
}

/**
 * A number as bfloat16 bits. It is rounded to float32 first: XLA has no other way from float64, and where it computes
 * on bfloat16 it does so in float32, so that double rounding is part of the meaning.
 *
 * @category half precision
 * @since 0.1.0
 */
export const bfloat16Bits = (x: number): number => {
  single[0] = x
  const u = bits[0]!
  if (x !== x) return ((u >>> 16) & 0x8000) | 0x7fc0
  // Half of the last place that stays, less one if that place is even: ties go to even
  return (u + 0x7fff + ((u >>> 16) & 1)) >>> 16
}

/** The value of binary16 bits (IEEE 754-2019, table 3.5). @category half precision @since 0.1.0 */
export const fromFloat16Bits = (half: number): number => {
  const sign = half & 0x8000 ? -1 : 1
  const exponent = (half >>> 10) & 0x1f
  const fraction = half & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

/** To the nearest integer, ties to even, of a nonnegative number below 2^52. */
const nearestEven = (x: number): number => (x + 2 ** 52) - 2 ** 52

/** A number as binary16 bits, by way of float32 as in {@link bfloat16Bits}. @category half precision @since 0.1.0 */
export const float16Bits = (x: number): number => {
  if (x !== x) return 0x7e00
  const sign = x < 0 || Object.is(x, -0) ? 0x8000 : 0
  const magnitude = Math.abs(Math.fround(x))
  // Half way from the largest finite number, 65504, to what would be the next
  if (magnitude >= 65520) return sign | 0x7c00
  if (magnitude < 2 ** -14) return sign | nearestEven(magnitude * 2 ** 24)
  single[0] = magnitude
  const exponent = (bits[0]! >>> 23) - 127
  // A fraction that rounds up to 1024 carries into the exponent, as it should
  return sign | (((exponent + 15) << 10) + nearestEven((magnitude / 2 ** exponent - 1) * 1024))
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

/** Typed elements from JavaScript values; real values become complex ones with imaginary part 0. @category conversion @since 0.1.0 */
export const fromNumbers = (values: ArrayLike<Scalar>, dtype: DType.DType): TypedArray => {
  const data = allocate(dtype, values.length) as { [i: number]: number | bigint } & TypedArray
  const write = writers[dtype]
  const stride = DType.isComplex(dtype) ? 2 : 1
  for (let i = 0; i < values.length; i++) data[i * stride] = write(values[i]!)
  return data
}

/**
 * How an element reads as a JavaScript value: 64-bit integers as `bigint`, bool as `boolean`, the rest as `number`.
 *
 * @category conversion
 * @since 0.1.0
 */
export const reader = (dtype: DType.DType): (data: TypedArray, i: number) => Scalar =>
  dtype === "bool"
    ? (data, i) => data[i] !== 0
    : dtype === "bfloat16"
    ? (data, i) => fromBfloat16Bits(data[i] as number)
    : dtype === "float16"
    ? (data, i) => fromFloat16Bits(data[i] as number)
    : (data, i) => data[i]!

/** Elements as `Float16Array` holds them, where the engine has it. @category models @since 0.1.0 */
export interface Float16Elements extends ArrayBufferView {
  readonly [Symbol.toStringTag]: "Float16Array"
  readonly length: number
}

/** Every kind of array that JavaScript has of numbers of one kind. @category models @since 0.1.0 */
export type AnyTypedArray = TypedArray | Uint8ClampedArray | Float16Elements

/** The dtype of each kind of typed array, by its own name, which is the same in every realm. */
const dtypes: { readonly [name: string]: DType.DType } = {
  Uint8Array: "uint8",
  Uint8ClampedArray: "uint8",
  Int8Array: "int8",
  Uint16Array: "uint16",
  Int16Array: "int16",
  Uint32Array: "uint32",
  Int32Array: "int32",
  BigUint64Array: "uint64",
  BigInt64Array: "int64",
  Float16Array: "float16",
  Float32Array: "float32",
  Float64Array: "float64"
}

const nameOf = (u: unknown): string => Object.prototype.toString.call(u).slice("[object ".length, -1)

/** Whether a value is a typed array of any kind and realm; a `DataView` has no elements and is not one. @category guards @since 0.1.0 */
export const isTypedArray = (u: unknown): u is AnyTypedArray =>
  ArrayBuffer.isView(u) && Object.hasOwn(dtypes, (u as AnyTypedArray)[Symbol.toStringTag])

/** Whether a value is memory without elements: a buffer, or a `DataView`. @category guards @since 0.1.0 */
export const isMemory = (u: unknown): boolean => /^(ArrayBuffer|SharedArrayBuffer|DataView)$/.test(nameOf(u))

const articled = (noun: string): string => `${/^[AEIOU]/.test(noun) ? "an" : "a"} ${noun}`

/** The first element of a typed array that is neither true nor false where bool is stored, 1 or 0. @category getters @since 0.1.0 */
export const notBool = (data: AnyTypedArray): number | undefined =>
  (storageOf(data) as Uint8Array).find((element) => element > 1)

/** A value in the place of a typed array, and how to make one of it, for errors. @category getters @since 0.1.0 */
export const describe = (u: unknown): string =>
  isMemory(u)
    ? `${articled(nameOf(u))}, which does not say of what kind its elements are; make a typed array of it, as in ` +
      (nameOf(u) === "DataView"
        ? "`new Float32Array(view.buffer, view.byteOffset, n)`"
        : "`new Float32Array(buffer)`")
    : u === null || typeof u !== "object"
    ? String(u)
    : u.constructor === undefined || u.constructor === Object
    ? "an object"
    : articled(u.constructor.name)

/** The dtype that a typed array has by itself. @category getters @since 0.1.0 */
export const dtypeOf = (data: AnyTypedArray): DType.DType => dtypes[data[Symbol.toStringTag]]!

/** The same elements, not copied, in the typed array that holds them here. @category conversion @since 0.1.0 */
export const storageOf = (data: AnyTypedArray): TypedArray => {
  const constructor = constructors[dtypeOf(data)]
  return data instanceof constructor
    ? data as TypedArray
    : new constructor(data.buffer as ArrayBuffer, data.byteOffset, data.length)
}

/** A copy of the elements, in memory of its own. @category conversion @since 0.1.0 */
export const copyOf = (data: AnyTypedArray): TypedArray => {
  const elements = storageOf(data)
  const copy = allocate(dtypeOf(data), elements.length)
  ;(copy as Uint8Array).set(elements as Uint8Array)
  return copy
}

/** Whether a typed array is the kind that holds the dtype. @category guards @since 0.1.0 */
export const holds = (data: AnyTypedArray, dtype: DType.DType): boolean =>
  dtypeOf(data) === dtype || dtypeOf(data) !== "float16" && storageOf(data) instanceof constructors[dtype]
