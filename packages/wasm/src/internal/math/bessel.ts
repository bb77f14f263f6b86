/**
 * Modified Bessel functions times exp(-|x|): a power series in x^2 near zero, the scaled form beyond.
 */
import { besselI0Large, besselI0Small, besselI1Large, besselI1Small, besselSplit } from "@effax/compiler/Approximations"
import { exp64 } from "./exp.ts"
import type { Float64Lanes, VectorLocal } from "./lanes.ts"

/** The approximations on both sides of where they meet. */
interface Pieces {
  readonly small: typeof besselI0Small
  readonly large: typeof besselI0Large
}

const order0: Pieces = { small: besselI0Small, large: besselI0Large }
const order1: Pieces = { small: besselI1Small, large: besselI1Large }

/** exp(-a) (1 + q P(q)), q = a^2 / 4, and sqrt(a)^-1 P(16 / a - 1); for a >= 0. */
const scaledBessel = (l: Float64Lanes, a: VectorLocal, { large, small }: Pieces, factor?: VectorLocal): VectorLocal => {
  const one = l.number(1)
  const near = l.min(a, l.number(besselSplit))
  const q = l.mul(l.mul(near, near), l.number(0.25))
  const series = l.madd(q, l.polynomial(q, small[l.precision].coefficients), one)
  const decay = exp64(l, l.neg(near))
  const inside = l.mul(factor === undefined ? series : l.mul(series, factor), decay)
  const far = l.max(a, l.number(besselSplit))
  const t = l.sub(l.div(l.number(2 * besselSplit), far), one)
  const outside = l.div(l.polynomial(t, large[l.precision].coefficients), l.sqrt(far))
  return l.select(l.lt(a, l.number(besselSplit)), inside, outside)
}

export const besselI0e64 = (l: Float64Lanes, x: VectorLocal): VectorLocal => {
  const a = l.abs(x)
  return l.select(l.eq(x, x), scaledBessel(l, a, order0), x)
}

export const besselI1e64 = (l: Float64Lanes, x: VectorLocal): VectorLocal => {
  const a = l.abs(x)
  const value = scaledBessel(l, a, order1, l.mul(l.min(a, l.number(besselSplit)), l.number(0.5)))
  return l.select(l.eq(x, x), l.withSign(value, x), x)
}
