/**
 * lgamma (the logarithm of |gamma|) and digamma (its derivative).
 *
 * Below 10, the argument is taken into [1, 2] by the recurrence and a polynomial evaluated there in a form that is
 * exact at the function's zeros; from 10 on, Stirling's series; below 0, the reflection formula.
 */
import type { Float64Lanes, VectorLocal } from "./lanes.ts"
import { log64 } from "./log.ts"
import { cosKernel64, sinKernel64 } from "./trig.ts"

/** lgamma(u) / ((u - 1) (u - 2)) in u - 3/2, u in [1, 2]: 2^-54.5 and 2^-30.6. */
const lgammaCentral = {
  full: [
    0.4831289505409809,
    -0.14595989591430608,
    0.06291140107456437,
    -0.03130848750100938,
    0.016797098631275983,
    -0.009425622448635325,
    0.005446457839032507,
    -0.0032120740693623267,
    0.0019229163152297826,
    -0.0011644146797856372,
    0.0007115190309963452,
    -0.0004379918274997375,
    0.0002713140713742887,
    -0.000168928077097595,
    0.00010535324865579737,
    -6.608812865485909e-5,
    4.303407277390491e-5,
    -2.7371039768661643e-5,
    1.3173967364886797e-5,
    -8.053535403000088e-6,
    1.2149664874419724e-5,
    -7.99071042241792e-6
  ],
  single: [
    0.48312895049462923,
    -0.14595990210764667,
    0.06291141419010075,
    -0.03130799796911559,
    0.01679649798184623,
    -0.00943639549391532,
    0.005456470347416095,
    -0.003116406730839842,
    0.0018483329586505934,
    -0.0015255132983848904,
    0.0009598856924963963
  ]
}

/** x (lgamma(x) - (x - 1/2) log(x) + x - log(2 pi) / 2) in x^-2, x >= 10: 2^-64 of lgamma(10) and 2^-42. */
const stirling = {
  full: [
    0.08333333333333333,
    -0.002777777777758316,
    0.0007936507707648352,
    -0.0005952282316668499,
    0.0008398192262452632,
    -0.0017407468892253377
  ],
  single: [0.0833333333152423, -0.0027777450619926834, 0.000784870970419128]
}

/** digamma's zero in [1, 2], as the nearest float64 and the rest. */
const digammaZero = 1.4616321449683622
const digammaZeroLow = 9.549995429965697e-17

/** digamma(u) / (u - its zero) in u - 3/2, u in [1, 2]: 2^-54 and 2^-33. */
const digammaCentral = {
  full: [
    0.9510558760318328,
    -0.4236274212814606,
    0.24054248424078722,
    -0.14840492305388028,
    0.0949887244528497,
    -0.06192213327554375,
    0.04076083394339596,
    -0.026975796657582953,
    0.017907248235424136,
    -0.011908220154097822,
    0.007927023330124848,
    -0.005279936623846557,
    0.0035180886754308,
    -0.002345499933463901,
    0.0015635036087127253,
    -0.0010364315250985033,
    0.0006902811877509561,
    -0.00048603615464101605,
    0.00032588342777011844,
    -0.0001446537512583919,
    9.329088031569942e-5,
    -0.00017833533329773919,
    0.0001211761727857639
  ],
  single: [
    0.9510558760435813,
    -0.4236274185810949,
    0.2405424790533285,
    -0.14840522270746087,
    0.09498908231650159,
    -0.0619126773433183,
    0.040751832452926816,
    -0.027102694457482458,
    0.018012647550827657,
    -0.011092781437111184,
    0.007309489344479836,
    -0.00770181608255585,
    0.005231069948569635
  ]
}

/** x^2 (log(x) - 1 / (2 x) - digamma(x)) in x^-2, x >= 10: 2^-64 and 2^-47. */
const digammaTail = {
  full: [
    0.08333333333333333,
    -0.008333333333329201,
    0.003968253961577326,
    -0.004166662613954736,
    0.007574581191233909,
    -0.02091590173036651,
    0.06983104241226586
  ],
  single: [0.08333333333278016, -0.008333331551138806, 0.003967355655048248, -0.004020929795219994]
}

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
  const isLarge = l.ge(a, l.number(10))
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
    l.polynomial(v, lgammaCentral[l.precision])
  )
  const near = l.add(central, l.xor(logarithm, l.and(isSmall, l.number(-0))))
  const inverse = l.div(one, a)
  const series = l.mul(inverse, l.polynomial(l.mul(inverse, inverse), stirling[l.precision]))
  const far = l.madd(l.sub(a, l.number(0.5)), l.sub(logarithm, one), l.add(series, l.number(0.4189385332046727)))
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
  const isLarge = l.ge(a, l.number(10))
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
  const distance = l.sub(l.sub(v, l.number(digammaZero - 1.5)), l.number(digammaZeroLow))
  const near = l.madd(distance, l.polynomial(v, digammaCentral[l.precision]), l.div(numerator, denominator))
  const inverse = l.div(one, a)
  const square = l.mul(inverse, inverse)
  const series = l.madd(square, l.polynomial(square, digammaTail[l.precision]), l.mul(inverse, l.number(0.5)))
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
