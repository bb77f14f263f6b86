/**
 * The neighbour of a float in the direction of another number.
 */
import type { Floating } from "effax/DType"
import * as HostArray from "effax/HostArray"

/** Conversion between magnitudes and the integers with the same bits, in which neighbours differ by one. */
interface Format {
  readonly toBits: (magnitude: number) => bigint
  readonly fromBits: (bits: bigint) => number
}

const formats: { readonly [D in Floating]: Format } = {
  bfloat16: {
    toBits: (x) => BigInt(HostArray.bfloat16Bits(x)),
    fromBits: (b) => HostArray.fromBfloat16Bits(Number(b))
  },
  float16: { toBits: (x) => BigInt(HostArray.float16Bits(x)), fromBits: (b) => HostArray.fromFloat16Bits(Number(b)) },
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
