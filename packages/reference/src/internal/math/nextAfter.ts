/**
 * The neighbour of a float in the direction of another.
 */
import type { Floating } from "effax/DType"
import { decodeBfloat16, decodeFloat16, encodeBfloat16, encodeFloat16 } from "../halfFloat.ts"

/** A magnitude as the integer that its bits are, in which neighbours differ by one, and back. */
interface Format {
  readonly toBits: (magnitude: number) => bigint
  readonly fromBits: (bits: bigint) => number
}

const formats: { readonly [D in Floating]: Format } = {
  bfloat16: { toBits: (x) => BigInt(encodeBfloat16(x)), fromBits: (b) => decodeBfloat16(Number(b)) },
  float16: { toBits: (x) => BigInt(encodeFloat16(x)), fromBits: (b) => decodeFloat16(Number(b)) },
  float32: {
    toBits: (x) => BigInt(new Uint32Array(Float32Array.of(x).buffer)[0]!),
    fromBits: (b) => new Float32Array(Uint32Array.of(Number(b)).buffer)[0]!
  },
  float64: {
    toBits: (x) => new BigUint64Array(Float64Array.of(x).buffer)[0]!,
    fromBits: (b) => new Float64Array(BigUint64Array.of(b).buffer)[0]!
  }
}

export const nextAfter = (dtype: Floating): (x: number, y: number) => number => {
  const { fromBits, toBits } = formats[dtype]
  return (x, y) => {
    if (x !== x || y !== y) return NaN
    if (x === y) return y
    if (x === 0) return y > 0 ? fromBits(1n) : -fromBits(1n)
    const magnitude = fromBits(toBits(Math.abs(x)) + (y > x === x > 0 ? 1n : -1n))
    return x > 0 ? magnitude : -magnitude
  }
}
