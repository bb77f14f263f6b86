/**
 * lgamma (the logarithm of |gamma|) and digamma (its derivative).
 *
 * Below 10, the argument is taken into [1, 2] by the recurrence and a polynomial evaluated there in a form that is
 * exact at the function's zeros; from 10 on, Stirling's series; below 0, the reflection formula.
 */
import {
  digammaCentral,
  digammaTail,
  digammaZero,
  lgammaCentral,
  stirling,
  stirlingConstant
} from "@effax/compiler/Approximations"
import type { Float64Lanes, VectorLocal } from "./lanes.ts"
import { log64 } from "./log.ts"
import { cosKernel64, sinKernel64 } from "./trig.ts"

/** How far down the recurrence goes: from below 10 into [1, 2). */
const steps = 8

/** sin(pi x) and cos(pi x) up to a common sign. */
const sinCosPi = (l: Float64Lanes, x: VectorLocal): { readonly sin: VectorLocal; readonly cos: VectorLocal } => {
  const magic = l.number(l.magic)
  // Beyond 2^50 every half of x is an even integer, or its remainder of no interest.
  const bounded = l.min(x, l.number(2 ** 50))
  const halves = l.add(l.add(bounded, bounded), magic)
  const rest = l.mul(l.nmadd(l.sub(halves, magic), l.number(0.5), bounded), l.number(Math.PI))
  const square = l.mul(rest, rest)
  const sin = sinKernel64(l, rest, square)
  const cos = cosKernel64(l, square)
  const odd = l.intSub(l.int(0n), l.and(halves, l.int(1n)))
  return { sin: l.select(odd, cos, sin), cos: l.select(odd, l.neg(sin), cos) }
}

export const lgamma64 = (l: Float64Lanes, x: VectorLocal): VectorLocal => {
  const a = l.abs(x)
  const one = l.number(1)
  const isLarge = l.ge(a, l.number(stirling.full.on[0]))
  const isSmall = l.lt(a, one)
  // v = u - 3/2 with a = u + an integer (or u - 1 for a < 1), exactly; the product of u ... (a - 1)
  const v = l.select(isSmall, l.sub(a, l.number(0.5)), l.sub(a, l.number(1.5)))
  const product = l.select(isSmall, a, one)
  for (let i = 0; i < steps; i++) {
    const above = l.ge(v, l.number(0.5))
    l.f.set(v, l.sub(v, l.and(above, one)))
    l.f.set(product, l.select(above, l.mul(product, l.add(v, l.number(1.5))), product))
  }
  const logarithm = log64(l, l.select(isLarge, a, product))
  const central = l.mul(
    l.mul(l.add(v, l.number(0.5)), l.sub(v, l.number(0.5))),
    l.polynomial(v, lgammaCentral[l.precision].coefficients)
  )
  const near = l.add(central, l.xor(logarithm, l.and(isSmall, l.number(-0))))
  const inverse = l.div(one, a)
  const series = l.mul(inverse, l.polynomial(l.mul(inverse, inverse), stirling[l.precision].coefficients))
  const far = l.madd(l.sub(a, l.number(0.5)), l.sub(logarithm, one), l.add(series, l.number(stirlingConstant)))
  const result = l.select(isLarge, far, near)
  l.f.if(l.any(l.lt(x, l.number(0))), () => {
    // log(pi / (a |sin(pi a)|)) - lgamma(a); for tiny a, -log(a)
    const { sin } = sinCosPi(l, a)
    const tiny = l.lt(a, l.number(2 ** -60))
    const scale = l.select(tiny, one, l.mul(l.abs(sin), l.number(1 / Math.PI)))
    const reflected = l.sub(l.neg(log64(l, l.mul(a, scale))), l.select(tiny, l.number(0), result))
    // Beyond 2^52, every number is an integer.
    const pole = l.ge(a, l.number(2 ** 52))
    const negative = l.select(pole, l.number(Infinity), reflected)
    l.f.set(result, l.select(l.lt(x, l.number(0)), negative, result))
  })
  return result
}

/** NaN at zero and at the negative integers, as in XLA. */
export const digamma64 = (l: Float64Lanes, x: VectorLocal): VectorLocal => {
  const one = l.number(1)
  const zero = l.number(0)
  const isNegative = l.lt(x, zero)
  // digamma(x) = digamma(1 - x) - pi / tan(pi x)
  const a = l.select(isNegative, l.sub(one, x), x)
  const isLarge = l.ge(a, l.number(stirling.full.on[0]))
  const isSmall = l.lt(a, one)
  const v = l.select(isSmall, l.sub(a, l.number(0.5)), l.sub(a, l.number(1.5)))
  // The sum of 1/u ... 1/(a - 1) as a fraction, or -1/a for a < 1
  const numerator = l.and(isSmall, l.number(-1))
  const denominator = l.select(isSmall, a, one)
  for (let i = 0; i < steps; i++) {
    const above = l.ge(v, l.number(0.5))
    l.f.set(v, l.sub(v, l.and(above, one)))
    const u = l.add(v, l.number(1.5))
    l.f.set(numerator, l.select(above, l.madd(numerator, u, denominator), numerator))
    l.f.set(denominator, l.select(above, l.mul(denominator, u), denominator))
  }
  const distance = l.sub(l.sub(v, l.number(digammaZero.full[0] - 1.5)), l.number(digammaZero.full[1]))
  const near = l.madd(
    distance,
    l.polynomial(v, digammaCentral[l.precision].coefficients),
    l.div(numerator, denominator)
  )
  const inverse = l.div(one, a)
  const square = l.mul(inverse, inverse)
  const series = l.madd(
    square,
    l.polynomial(square, digammaTail[l.precision].coefficients),
    l.mul(inverse, l.number(0.5))
  )
  const far = l.sub(log64(l, a), series)
  const result = l.select(isLarge, far, near)
  l.f.if(l.any(l.le(x, zero)), () => {
    const { cos, sin } = sinCosPi(l, l.abs(x))
    // The sign of the tangent is that of x, which is negative here.
    const cotangent = l.mul(l.div(cos, sin), l.number(Math.PI))
    const reflected = l.add(result, cotangent)
    const pole = l.or(l.eq(sin, zero), l.eq(x, l.number(-Infinity)))
    l.f.set(result, l.select(l.le(x, zero), l.or(reflected, pole), result))
  })
  return result
}
