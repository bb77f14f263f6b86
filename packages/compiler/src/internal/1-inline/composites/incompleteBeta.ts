/**
 * The regularized incomplete beta function, by its continued fraction (DLMF 8.17.22), which converges fast for x below
 * `(a + 1) / (a + b + 2)`; beyond, by `I_x(a, b) = 1 - I_(1 - x)(b, a)`.
 */
import * as Lax from "effax/Lax"
import type * as NdArray from "effax/NdArray"
import { correction, excess, large } from "./stirling.ts"
import { epsilonOf, untilConverged } from "./untilConverged.ts"

type Any = NdArray.Any

const { abs, add, bitwiseAnd: and, bitwiseNot: not, bitwiseOr: or, div, eq, exp, fullLike, ge, gt, lt, mul } = Lax
const { log, log1p, ne, neg, select, sub } = Lax

/** `log(gamma(b) / gamma(a + b))` for b from {@link large} on and a below it. */
const logRatio = (a: Any, b: Any): Any => {
  const sum = add(a, b)
  const powers = add(mul(sub(b, 0.5), log1p(div(a, b))), mul(a, sub(log(sum), 1)))
  return sub(sub(correction(b), correction(sum)), powers)
}

/** `x^a y^b / B(a, b)`, `y = 1 - x`. */
const weight = (a: Any, b: Any, x: Any, y: Any): Any => {
  const least = fullLike(a, large)
  const [bigA, bigB] = [Lax.max(a, least), Lax.max(b, least)]
  const sum = add(bigA, bigB)
  // both are far from 0: exponents measured from the maximum of the density
  const distance = sub(mul(x, bigB), mul(bigA, y))
  const exponent = add(mul(bigA, excess(div(distance, bigA))), mul(bigB, excess(neg(div(distance, bigB)))))
  const rest = sub(correction(sum), add(correction(bigA), correction(bigB)))
  const root = Lax.sqrt(div(mul(bigA, div(bigB, sum)), 2 * Math.PI))
  const peaked = mul(root, exp(sub(rest, exponent)))
  const [low, high] = [Lax.min(a, b), Lax.max(a, b)]
  const isHigh = ge(high, large)
  const ratio = select(
    isHigh,
    logRatio(low, Lax.max(high, least)),
    sub(Lax.lgamma(high), Lax.lgamma(add(low, high)))
  )
  const logarithm = sub(add(mul(log(x), a), mul(log(y), b)), add(Lax.lgamma(add(low, 1)), ratio))
  const direct = mul(low, exp(logarithm))
  return select(and(ge(a, large), ge(b, large)), peaked, direct)
}

/** The n-th numerator of the continued fraction, from the second on. */
const numerator = (n: Any, a: Any, b: Any, x: Any): Any => {
  const m = Lax.floor(mul(sub(n, 1), 0.5))
  const twice = add(a, mul(m, 2))
  const even = neg(mul(mul(div(add(a, m), twice), div(add(add(a, b), m), add(twice, 1))), x))
  const odd = div(mul(mul(m, sub(b, m)), x), mul(sub(twice, 1), twice))
  return select(eq(sub(n, mul(m, 2)), 2), even, odd)
}

/** By the modified algorithm of Lentz. */
const fraction = (a: Any, b: Any, x: Any, active: Any): Any => {
  const epsilon = epsilonOf(a)
  const tiny = fullLike(a, epsilon / 2)
  const apart = (v: Any): Any => select(lt(abs(v), tiny), tiny, v)
  const one = fullLike(a, 1)
  // the first numerator is 1, and all denominators are
  const values = untilConverged(active, [div(1, tiny), one, one], a.dtype === "float64" ? 2000 : 600, (old, n) => {
    const [c0, d0, h0] = old as [Any, Any, Any]
    const steps = Lax.broadcast(Lax.convertElementType(add(n, 1), a.dtype), a.shape)
    const k = numerator(steps, a, b, x)
    const c = apart(add(1, div(k, c0)))
    const d = div(1, apart(add(1, mul(k, d0))))
    const change = mul(c, d)
    return { values: [c, d, mul(h0, change)], goOn: ge(abs(sub(change, 1)), epsilon / 2) }
  })
  return values[2]!
}

export const incompleteBeta = (a: Any, b: Any, x: Any): Any => {
  const [zero, one] = [fullLike(a, 0), fullLike(a, 1)]
  const isNaN = or(or(ne(a, a), ne(b, b)), ne(x, x))
  const noA = or(eq(a, 0), eq(b, Infinity))
  const noB = or(eq(b, 0), eq(a, Infinity))
  const [atZero, atOne] = [eq(x, 0), eq(x, 1)]
  const outside = or(or(lt(a, 0), lt(b, 0)), or(lt(x, 0), gt(x, 1)))
  const isWrong = or(or(isNaN, outside), and(noA, noB))
  const isZero = or(atZero, and(noB, not(atOne)))
  const isOne = or(atOne, and(noA, not(atZero)))

  const y = sub(1, x)
  const isDirect = lt(x, div(add(a, 1), add(add(a, b), 2)))
  const [p, q] = [select(isDirect, a, b), select(isDirect, b, a)]
  const [u, v] = [select(isDirect, x, y), select(isDirect, y, x)]
  const active = not(or(isWrong, or(isZero, isOne)))
  const safe = (value: Any, otherwise: number): Any => select(active, value, fullLike(a, otherwise))
  const [sp, sq, su, sv] = [safe(p, 1), safe(q, 1), safe(u, 0.5), safe(v, 0.5)]
  const tail = div(mul(weight(sp, sq, su, sv), fraction(sp, sq, su, active)), sp)
  const value = select(isDirect, tail, sub(1, tail))
  return select(isWrong, fullLike(a, NaN), select(isOne, one, select(isZero, zero, value)))
}
