/**
 * Conversion of JavaScript numbers to typed-array elements, independent of the library under test.
 */
import type { DType, TypedArray } from "effax/DType"

type Values = ReadonlyArray<number | bigint>

const numbers = (values: Values): ReadonlyArray<number> => values.map(Number)
const bigints = (values: Values): ReadonlyArray<bigint> => values.map(BigInt)

/** The bfloat16 bits of a number that bfloat16 can represent: its binary32 bits, shortened. */
const bfloat16 = (x: number): number => new Uint32Array(Float32Array.of(x).buffer)[0]! >>> 16

const float16 = (x: number): number => {
  if (x !== x) return 0x7e00
  const sign = x < 0 || Object.is(x, -0) ? 0x8000 : 0
  const magnitude = Math.abs(x)
  if (magnitude === Infinity) return sign | 0x7c00
  const exponent = Math.max(Math.floor(Math.log2(magnitude)), -15)
  return exponent < -14
    ? sign | (magnitude * 2 ** 24)
    : sign | (((exponent + 15) << 10) + (magnitude / 2 ** exponent - 1) * 1024)
}

const encoders: { readonly [D in DType]: (values: Values) => TypedArray } = {
  bool: (v) => Uint8Array.from(numbers(v)),
  int8: (v) => Int8Array.from(numbers(v)),
  int16: (v) => Int16Array.from(numbers(v)),
  int32: (v) => Int32Array.from(numbers(v)),
  int64: (v) => BigInt64Array.from(bigints(v)),
  uint8: (v) => Uint8Array.from(numbers(v)),
  uint16: (v) => Uint16Array.from(numbers(v)),
  uint32: (v) => Uint32Array.from(numbers(v)),
  uint64: (v) => BigUint64Array.from(bigints(v)),
  bfloat16: (v) => Uint16Array.from(numbers(v), bfloat16),
  float16: (v) => Uint16Array.from(numbers(v), float16),
  float32: (v) => Float32Array.from(numbers(v)),
  float64: (v) => Float64Array.from(numbers(v)),
  complex64: (v) => Float32Array.from(numbers(v)),
  complex128: (v) => Float64Array.from(numbers(v))
}

/** Numbers that a dtype represents exactly, in its typed array. */
export const bits = (values: Values, dtype: DType): TypedArray => encoders[dtype](values)
