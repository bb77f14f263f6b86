/**
 * Rounding, neighbours and bits, on JavaScript numbers and bigints.
 */
import type * as DType from "effax/DType"

export const roundEven = (x: number): number => {
  if (!Number.isFinite(x)) return x
  const low = Math.floor(x)
  const rest = x - low
  const rounded = rest > 0.5 || rest === 0.5 && low % 2 !== 0 ? low + 1 : low
  return rounded === 0 && (x < 0 || Object.is(x, -0)) ? -0 : rounded
}

export const roundAway = (x: number): number => {
  if (!Number.isFinite(x)) return x
  const a = Math.abs(x)
  const low = Math.floor(a)
  const rounded = a - low >= 0.5 ? low + 1 : low
  return x < 0 || Object.is(x, -0) ? -rounded : rounded
}

/** JavaScript has NaN for `1 ** Infinity` and `1 ** NaN`, where IEEE 754 has 1. */
export const pow = (x: number, y: number): number => x === 1 || x === -1 && Math.abs(y) === Infinity ? 1 : x ** y

const bits = new DataView(new ArrayBuffer(8))

/** The float next to x in the direction of y, of float32 and float64. */
export const nextAfter = (x: number, y: number, dtype: DType.DType): number => {
  if (Number.isNaN(x) || Number.isNaN(y)) return NaN
  if (x === y) return y
  const single = dtype === "float32"
  if (x === 0) return Math.sign(y) * (single ? 2 ** -149 : Number.MIN_VALUE)
  const away = (y > x) === (x > 0) ? 1n : -1n
  if (single) bits.setFloat32(0, x)
  else bits.setFloat64(0, x)
  if (single) bits.setUint32(0, bits.getUint32(0) + Number(away))
  else bits.setBigUint64(0, bits.getBigUint64(0) + away)
  return single ? bits.getFloat32(0) : bits.getFloat64(0)
}

export const isInside = (count: bigint, width: bigint): boolean => count >= 0n && count < width

export const unsigned = (x: bigint, width: bigint): bigint => BigInt.asUintN(Number(width), x)

export const ones = (x: bigint): bigint => BigInt(x.toString(2).replaceAll("0", "").length)

export const leadingZeros = (x: bigint, width: bigint): bigint =>
  x === 0n ? width : width - BigInt(unsigned(x, width).toString(2).length)
