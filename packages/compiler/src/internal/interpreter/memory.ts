/**
 * Elements in bytes.
 */
import * as DType from "effax/DType"
import { roundToBfloat16, roundToFloat16, type Scalar } from "../scalar.ts"

interface Accessor {
  readonly get: (view: DataView, at: number) => Scalar
  readonly set: (view: DataView, at: number, x: Scalar) => void
}

const float = new DataView(new ArrayBuffer(4))

/** The bits of a float16 whose value is exactly x (IEEE 754 binary16). */
const float16Bits = (x: number): number => {
  if (Number.isNaN(x)) return 0x7e00
  const sign = x < 0 || Object.is(x, -0) ? 0x8000 : 0
  const a = Math.abs(x)
  if (a === Infinity) return sign | 0x7c00
  // below 2^-14 there is no hidden bit: the unit is 2^-24
  if (a < 2 ** -14) return sign | a * 2 ** 24
  const exponent = Math.floor(Math.log2(a))
  return sign | (exponent + 15) << 10 | (a / 2 ** exponent - 1) * 1024
}

const float16Value = (bits: number): number => {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = bits >> 10 & 0x1f
  const fraction = bits & 0x3ff
  return exponent === 0x1f
    ? (fraction === 0 ? sign * Infinity : NaN)
    : exponent === 0
    ? sign * fraction * 2 ** -24
    : sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

const bfloat16Value = (bits: number): number => {
  float.setUint32(0, bits << 16)
  return float.getFloat32(0)
}

const bfloat16Bits = (x: number): number => {
  float.setFloat32(0, x)
  return float.getUint32(0) >>> 16
}

type Stored = Exclude<DType.DType, DType.Complex>

const accessors: { readonly [D in Stored]: Accessor } = {
  bool: { get: (v, at) => v.getUint8(at) !== 0, set: (v, at, x) => v.setUint8(at, x ? 1 : 0) },
  int8: { get: (v, at) => v.getInt8(at), set: (v, at, x) => v.setInt8(at, x as number) },
  int16: { get: (v, at) => v.getInt16(at, true), set: (v, at, x) => v.setInt16(at, x as number, true) },
  int32: { get: (v, at) => v.getInt32(at, true), set: (v, at, x) => v.setInt32(at, x as number, true) },
  int64: { get: (v, at) => v.getBigInt64(at, true), set: (v, at, x) => v.setBigInt64(at, x as bigint, true) },
  uint8: { get: (v, at) => v.getUint8(at), set: (v, at, x) => v.setUint8(at, x as number) },
  uint16: { get: (v, at) => v.getUint16(at, true), set: (v, at, x) => v.setUint16(at, x as number, true) },
  uint32: { get: (v, at) => v.getUint32(at, true), set: (v, at, x) => v.setUint32(at, x as number, true) },
  uint64: { get: (v, at) => v.getBigUint64(at, true), set: (v, at, x) => v.setBigUint64(at, x as bigint, true) },
  bfloat16: {
    get: (v, at) => bfloat16Value(v.getUint16(at, true)),
    set: (v, at, x) => v.setUint16(at, bfloat16Bits(roundToBfloat16(x as number)), true)
  },
  float16: {
    get: (v, at) => float16Value(v.getUint16(at, true)),
    set: (v, at, x) => v.setUint16(at, float16Bits(roundToFloat16(x as number)), true)
  },
  float32: { get: (v, at) => v.getFloat32(at, true), set: (v, at, x) => v.setFloat32(at, x as number, true) },
  float64: { get: (v, at) => v.getFloat64(at, true), set: (v, at, x) => v.setFloat64(at, x as number, true) }
}

const accessor = (dtype: DType.DType): Accessor => {
  if (DType.isComplex(dtype)) throw new Error(`Plans have no ${dtype}: complex numbers are pairs`)
  return accessors[dtype]
}

/** The element at an index. */
export const get = (view: DataView, dtype: DType.DType, index: number): Scalar =>
  accessor(dtype).get(view, index * DType.itemSize(dtype))

export const set = (view: DataView, dtype: DType.DType, index: number, value: Scalar): void =>
  accessor(dtype).set(view, index * DType.itemSize(dtype), value)

/** The value that has the same bits in another dtype of the same size. */
export const bitcast = (x: Scalar, from: DType.DType, to: DType.DType): Scalar => {
  const view = new DataView(new ArrayBuffer(8))
  set(view, from, 0, x)
  return get(view, to, 0)
}
