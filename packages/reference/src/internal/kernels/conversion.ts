/**
 * Conversions between dtypes, of values and of bit patterns.
 */
import type { DType } from "effax/DType"
import type { Params } from "effax/Primitive"
import type { BitcastParams, ConvertParams } from "effax/Primitives"
import { type Domain, domain, highest, lowest } from "../domain.ts"
import { kernel, type Steps, stride } from "../kernel.ts"
import { commit, elements, room, type Scalar, size, type Value } from "../value.ts"

type Convert = (x: never) => Scalar

/** Converts to an integer dtype: rounds toward zero, clips to the range, and maps NaN to 0. */
const saturate = (to: DType): (x: number) => number => {
  const [low, high] = [Number(lowest(to)), Number(highest(to))]
  return (x) => x !== x ? 0 : Math.min(Math.max(Math.trunc(x), low), high)
}

const saturateBig = (to: DType): (x: number) => bigint => {
  const [low, high] = [BigInt(lowest(to)), BigInt(highest(to))]
  return (x) => {
    if (x !== x) return 0n
    // beyond every 64-bit integer, including infinities
    if (Math.abs(x) >= 2 ** 65) return x > 0 ? high : low
    const whole = BigInt(Math.trunc(x))
    return whole < low ? low : whole > high ? high : whole
  }
}

/**
 * Converts a 64-bit integer to a number that rounds to narrower floats as the integer itself would: bits that float64
 * can't hold are folded into its last bit (rounding to odd; Boldo and Melquiond, 2008).
 */
const toOdd = (x: bigint): number => {
  const magnitude = x < 0n ? -x : x
  if (magnitude < 2n ** 53n) return Number(x)
  let head = magnitude
  let dropped = 0n
  while (head >= 2n ** 53n) {
    if ((head & 1n) === 1n) dropped = 1n
    head >>= 1n
  }
  const scale = magnitude.toString(2).length - head.toString(2).length
  return (x < 0n ? -1 : 1) * Number(head | dropped) * 2 ** scale
}

const identity = (x: never): Scalar => x

/** Conversions between kinds of dtypes; writing to the typed array rounds and wraps. */
const conversions: { readonly [From in Domain]: { readonly [To in Domain]: (to: DType) => Convert } } = {
  float: { float: () => identity, integer: saturate, big: saturateBig, bool: () => (x: number) => Number(x !== 0) },
  integer: {
    float: () => identity,
    integer: () => identity,
    big: () => (x: number) => BigInt(x),
    bool: () => (x: number) => Number(x !== 0)
  },
  big: {
    float: (to) => to === "float64" ? (x: bigint) => Number(x) : toOdd,
    integer: () => (x: bigint) => Number(BigInt.asIntN(32, x)),
    big: () => identity,
    bool: () => (x: bigint) => Number(x !== 0n)
  },
  bool: {
    float: () => identity,
    integer: () => identity,
    big: () => (x: number) => BigInt(x),
    bool: () => identity
  }
}

function* convert(input: Value, output: Value): Steps {
  const f = conversions[domain(input.dtype)][domain(output.dtype)](output.dtype) as (x: Scalar) => Scalar
  const source = elements(input)
  const out = room(output)
  const n = size(output)
  for (let i = 0; i < n; i++) {
    out[i] = f(source[i]!)
    if (i % stride === stride - 1) yield
  }
  commit(output, out)
}

const copyBytes = ({ data: from }: Value, { data: to }: Value): void => {
  new Uint8Array(to.buffer, to.byteOffset, to.byteLength).set(
    new Uint8Array(from.buffer, from.byteOffset, from.byteLength)
  )
}

export const conversionRules = {
  convert_element_type: kernel<ConvertParams>(([input], [output]) => convert(input!, output!)),
  bitcast_convert_type: kernel<BitcastParams>(([input], [output]) => copyBytes(input!, output!)),
  stop_gradient: kernel<Params>(([input], [output]) => copyBytes(input!, output!)),
  name: kernel<Params>(([input], [output]) => copyBytes(input!, output!)),
  unvmap_any: kernel<Params>(([input], [output]) => copyBytes(input!, output!)),
  optimization_barrier: kernel<Params>((inputs, outputs) =>
    inputs.forEach((input, i) => copyBytes(input, outputs[i]!))
  ),
  reshape: kernel<Params>(([input], [output]) => copyBytes(input!, output!))
}
