/**
 * The regularized incomplete gamma functions, their derivative by the shape, and that of gamma samples: the power series of
 * the lower function up to `x = max(1, a)`, and the continued fraction of the upper one beyond (Abramowitz and Stegun 6.5.29
 * and 6.5.31), both with derivatives of their recurrences where these are wanted.
 */
import * as Lax from "effax/Lax"
import type * as NdArray from "effax/NdArray"
import { correction, excess, large } from "./stirling.ts"
import { epsilonOf, untilConverged, type Values } from "./untilConverged.ts"

type Any = NdArray.Any

const { abs, add, bitwiseAnd: and, bitwiseNot: not, bitwiseOr: or, div, eq, exp, fullLike, ge, gt, le, lt } = Lax
const { mul, ne, neg, pow, select, sub } = Lax

const isNaN = (x: Any): Any => ne(x, x)

/** `x^a e^-x / gamma(a + 1)`. */
const weight = (a: Any, x: Any): Any => {
  const isLarge = ge(a, large)
  const big = select(isLarge, a, fullLike(a, large))
  const far = mul(big, excess(div(sub(x, big), big)))
  const stirling = div(exp(neg(add(far, correction(big)))), Lax.sqrt(mul(big, 2 * Math.PI)))
  const small = select(isLarge, fullLike(a, 1), a)
  const direct = mul(mul(pow(x, small), exp(neg(x))), exp(neg(Lax.lgamma(add(small, 1)))))
  return select(isLarge, stirling, direct)
}

/** The sum of `x^n / ((a + 1) ... (a + n))` over n from 0 on, and its derivative by a. */
const series = (a: Any, x: Any, active: Any, withDerivative: boolean): readonly [sum: Any, derivative: Any] => {
  const epsilon = epsilonOf(a)
  const [one, zero] = [fullLike(a, 1), fullLike(a, 0)]
  const values = untilConverged(active, [a, one, one, ...(withDerivative ? [zero, zero] : [])], 20_000, (old) => {
    const [r0, c0, sum0, dc0, dsum0] = old as [Any, Any, Any, Any?, Any?]
    const r = add(r0, 1)
    const ratio = div(x, r)
    const c = mul(c0, ratio)
    const sum = add(sum0, c)
    if (dc0 === undefined || dsum0 === undefined) return { values: [r, c, sum], goOn: gt(c, mul(sum, epsilon)) }
    const dc = sub(mul(dc0, ratio), div(c, r))
    const dsum = add(dsum0, dc)
    return { values: [r, c, sum, dc, dsum], goOn: gt(abs(dc), mul(abs(dsum), epsilon)) }
  })
  return [values[2]!, values[4] ?? zero]
}

/** The continued fraction of `Q(a, x) gamma(a) e^x x^-a`, and its derivative by a. */
const fraction = (a: Any, x: Any, active: Any, withDerivative: boolean): readonly [value: Any, derivative: Any] => {
  const epsilon = epsilonOf(a)
  const [one, zero] = [fullLike(a, 1), fullLike(a, 0)]
  const z0 = add(sub(x, a), 2)
  const [p0, q0] = [add(x, 1), mul(z0, x)]
  const value0 = div(p0, q0)
  // derivatives of the numerators and denominators before, of these, and of their quotient
  const slopes: Values = withDerivative ? [zero, zero, zero, neg(x), div(mul(value0, x), q0)] : []
  const init: Values = [value0, sub(1, a), z0, one, x, p0, q0, ...slopes]
  const values = untilConverged(active, init, 2000, (old, n) => {
    const [value, y0, z0, pBefore, qBefore, p0, q0] = old as [Any, Any, Any, Any, Any, Any, Any]
    const c = Lax.convertElementType(n, a.dtype)
    const steps = Lax.broadcast(c, a.shape)
    const y = add(y0, 1)
    const z = add(z0, 2)
    const yc = mul(y, steps)
    const p = sub(mul(p0, z), mul(pBefore, yc))
    const q = sub(mul(q0, z), mul(qBefore, yc))
    const isZero = eq(q, 0)
    const next = select(isZero, value, div(p, select(isZero, one, q)))
    const tooLarge = gt(abs(p), 1 / epsilon)
    const scaled = (v: Any): Any => select(tooLarge, mul(v, epsilon), v)
    const kept = [next, y, z, scaled(p0), scaled(q0), scaled(p), scaled(q)]
    if (!withDerivative) {
      return { values: kept, goOn: or(isZero, gt(abs(sub(value, next)), mul(abs(next), epsilon))) }
    }
    const [dpBefore, dqBefore, dp0, dq0, slope0] = old.slice(7) as [Any, Any, Any, Any, Any]
    const derived = (v: Any, before: Any, d: Any, dBefore: Any): Any =>
      add(sub(sub(mul(d, z), v), mul(dBefore, yc)), mul(before, steps))
    const dp = derived(p0, pBefore, dp0, dpBefore)
    const dq = derived(q0, qBefore, dq0, dqBefore)
    const slope = select(isZero, slope0, div(sub(dp, mul(next, dq)), select(isZero, one, q)))
    return {
      values: [...kept, scaled(dp0), scaled(dq0), scaled(dp), scaled(dq), slope],
      goOn: or(isZero, gt(abs(sub(slope, slope0)), epsilon))
    }
  })
  return [values[0]!, values[11] ?? zero]
}

interface Domain {
  readonly isWrong: Any
  readonly isBeyond: Any
  readonly isZero: Any
  readonly isInfinite: Any
}

const domainOf = (a: Any, x: Any): Domain => {
  const isZero = eq(x, 0)
  return {
    isZero,
    isInfinite: eq(x, Infinity),
    isBeyond: and(gt(x, 1), gt(x, a)),
    isWrong: or(or(isNaN(a), isNaN(x)), or(or(lt(x, 0), lt(a, 0)), and(eq(a, 0), isZero)))
  }
}

/** Both functions: the smaller is computed, and the larger is the rest to 1. */
const regularized = (upper: boolean) => (a: Any, x: Any): Any => {
  const { isBeyond, isInfinite, isWrong, isZero } = domainOf(a, x)
  const w = weight(a, x)
  const active = and(not(or(or(isWrong, isInfinite), or(isZero, eq(a, 0)))), gt(w, 0))
  const lower = mul(w, series(a, x, and(active, not(isBeyond)), false)[0])
  const rest = mul(mul(w, a), fraction(a, x, and(active, isBeyond), false)[0])
  const value = upper ? select(isBeyond, rest, sub(1, lower)) : select(isBeyond, sub(1, rest), lower)
  const [none, all] = upper ? [1, 0] : [0, 1]
  const atEnds = select(
    or(isInfinite, eq(a, 0)),
    fullLike(a, all),
    select(or(isZero, eq(a, Infinity)), fullLike(a, none), value)
  )
  return select(or(isWrong, and(isInfinite, eq(a, Infinity))), fullLike(a, NaN), atEnds)
}

export const igamma = regularized(false)
export const igammac = regularized(true)

/** `f` of the logarithmic derivative of the weight, the value and the slope of each expansion. */
const derivative = (
  a: Any,
  x: Any,
  active: Any,
  isBeyond: Any,
  of: (value: Any, slope: Any, beyond: boolean) => Any
): Any => {
  const [sum, dsum] = series(a, x, and(active, not(isBeyond)), true)
  const [value, dvalue] = fraction(a, x, and(active, isBeyond), true)
  const logarithm = Lax.log(x)
  return select(
    isBeyond,
    of(value, add(mul(value, sub(logarithm, Lax.digamma(a))), dvalue), true),
    of(sum, add(mul(sum, sub(logarithm, Lax.digamma(add(a, 1)))), dsum), false)
  )
}

export const igammaGradA = (a: Any, x: Any): Any => {
  const { isBeyond, isInfinite, isWrong, isZero } = domainOf(a, x)
  const w = weight(a, x)
  const active = and(not(or(or(isWrong, isInfinite), or(isZero, le(a, 0)))), gt(w, 0))
  const value = derivative(
    a,
    x,
    active,
    isBeyond,
    (_, slope, beyond) => beyond ? neg(mul(mul(w, a), slope)) : mul(w, slope)
  )
  const zero = or(isZero, isInfinite)
  return select(or(isWrong, le(a, 0)), fullLike(a, NaN), select(or(zero, eq(w, 0)), fullLike(a, 0), value))
}

/** The derivative of P by a over that by x, which is the weight times `a / x`, negated. */
export const randomGammaGrad = (a: Any, x: Any): Any => {
  const { isBeyond, isInfinite, isWrong, isZero } = domainOf(a, x)
  const active = not(or(or(isWrong, isInfinite), or(isZero, le(a, 0))))
  const value = derivative(
    a,
    x,
    active,
    isBeyond,
    (_, slope, beyond) => beyond ? mul(slope, x) : neg(div(mul(slope, x), a))
  )
  return select(or(or(isWrong, isInfinite), le(a, 0)), fullLike(a, NaN), select(isZero, fullLike(a, 0), value))
}
