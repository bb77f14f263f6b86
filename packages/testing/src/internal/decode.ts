/**
 * Conversion of typed-array elements to JavaScript numbers, independent of the library under test.
 */
import type { DType, TypedArray } from "effax/DType"

/** The value of binary16 bits (IEEE 754-2019, table 3.5). */
export const float16 = (bits: number): number => {
  const sign = bits >> 15 === 0 ? 1 : -1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

/** The value of bfloat16 bits: the upper half of a binary32. */
export const bfloat16 = (bits: number): number => new Float32Array(Uint32Array.of(bits << 16).buffer)[0]!

/** The default dtype of a typed array. */
export const dtypeOf = (data: TypedArray): DType => {
  for (const [Class, dtype] of classes) if (data instanceof Class) return dtype
  throw new TypeError(`no dtype for ${Object.prototype.toString.call(data)}`)
}

const classes = [
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
] as const

/** The forms in which callers may give elements: a typed array of the dtype's kind, or numbers in any nesting. */
export type Values = TypedArray | number | bigint | boolean | ReadonlyArray<Values>

/** The elements in order; 64-bit integers stay exact, booleans become 0 and 1. */
export const elements = (values: Values, dtype: DType): ReadonlyArray<number | bigint> => {
  if (ArrayBuffer.isView(values)) {
    const data = values as TypedArray
    if (data instanceof Uint16Array && dtype === "bfloat16") return Array.from(data, bfloat16)
    if (data instanceof Uint16Array && dtype === "float16") return Array.from(data, float16)
    return Array.from<number | bigint>(data as ArrayLike<number>)
  }
  const wide = dtype === "int64" || dtype === "uint64"
  const out: Array<number | bigint> = []
  const visit = (v: Values): void => {
    if (Array.isArray(v)) v.forEach(visit)
    else if (ArrayBuffer.isView(v)) { for (const e of elements(v as TypedArray, dtype)) visit(e) }
    else if (typeof v === "boolean") out.push(wide ? BigInt(v) : Number(v))
    else out.push(wide ? BigInt(v as number | bigint) : typeof v === "bigint" ? Number(v) : v as number)
  }
  visit(values)
  return out
}
