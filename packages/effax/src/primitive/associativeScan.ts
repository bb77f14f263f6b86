/**
 * The parallel prefix scan that differentiates cumulative primitives.
 */
import type * as NdArray from "../NdArray.ts"
import { add, or } from "./elementwise.ts"
import { concatenate, full, pad, rev, sliceAxis } from "./structural.ts"

type Arrays = ReadonlyArray<NdArray.Any>

/** Interleaves the elements of two arrays; the first may have one more. */
const interleave = (even: NdArray.Any, odd: NdArray.Any, axis: number): NdArray.Any => {
  const last = even.shape[axis] === odd.shape[axis] ? 1 : 0
  const config = (low: number, high: number) =>
    even.shape.map((_, i) => i === axis ? [low, high, 1] as const : [0, 0, 0] as const)
  const zero = full(0, even.dtype, [])
  const join = even.dtype === "bool" ? or : add
  return join(pad(even, zero, config(0, last)), pad(odd, zero, config(1, 1 - last)))
}

/**
 * All prefix combinations of elements along an axis, for an associative function of tuples of arrays.
 *
 * The odd prefixes are the scan of combined neighbours, which is half as long; an even prefix is an odd one combined
 * with one more element (Blelloch, "Prefix sums and their applications", 1990). Combinations are in JAX's order,
 * because rounding and derivatives at ties depend on it.
 * derivatives at ties depend on it).
 */
export const associativeScan = (
  combine: (earlier: Arrays, later: Arrays) => Arrays,
  elements: Arrays,
  axis: number,
  reverse: boolean
): Arrays => {
  const scan = (xs: Arrays): Arrays => {
    const n = xs[0]!.shape[axis]!
    if (n < 2) return xs
    const every2nd = (from: number, to: number) => xs.map((x) => sliceAxis(x, axis, from, to, 2))
    const odd = scan(combine(every2nd(0, n - 1), every2nd(1, n)))
    const preceding = n % 2 === 0 ? odd.map((x) => sliceAxis(x, axis, 0, n / 2 - 1)) : odd
    const even = combine(preceding, every2nd(2, n))
    return xs.map((x, i) => interleave(concatenate([sliceAxis(x, axis, 0, 1), even[i]!], axis), odd[i]!, axis))
  }
  if (!reverse) return scan(elements)
  return scan(elements.map((x) => rev(x, [axis]))).map((x) => rev(x, [axis]))
}
