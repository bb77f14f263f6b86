/**
 * The Hurwitz zeta function by Euler-Maclaurin summation, and polygamma, which is a multiple of it.
 */
import * as Lax from "effax/Lax"
import type * as NdArray from "effax/NdArray"
import { untilConverged } from "./untilConverged.ts"

type Any = NdArray.Any

const { add, bitwiseAnd: and, bitwiseNot: not, bitwiseOr: or, div, eq, exp, floor, fullLike, gt, le, lt, mul, ne } = Lax
const { neg, pow, select, sub } = Lax

/** `B(2 j) / (2 j)!` for j from 1 on. */
const bernoulli = [
  1 / 12,
  -1 / 720,
  1 / 30240,
  -1 / 1209600,
  1 / 47900160,
  -691 / 1307674368000,
  1 / 74724249600,
  -3617 / 10670622842880000,
  43867 / 5109094217170944000,
  -174611 / 802857662698291200000,
  77683 / 14101100039391805440000,
  -236364091 / 1693824136731743669452800000
]

/** Terms that are summed before the rest is taken from the asymptotic series, and the argument that it needs. */
const [terms, far] = [10, 10]

const sign = (x: Any): Any => {
  const half = mul(x, 0.5)
  return select(eq(floor(half), half), fullLike(x, 1), fullLike(x, -1))
}

/** A power of a number that may be negative, to an exponent that is a whole number then. */
const power = (q: Any, x: Any): Any => {
  const size = pow(Lax.abs(q), neg(x))
  return select(lt(q, 0), mul(size, sign(x)), size)
}

export const zeta = (x: Any, q: Any): Any => {
  const one = fullLike(x, 1)
  const isPole = and(le(q, 0), eq(floor(q), q))
  const isWhole = eq(floor(x), x)
  const isWrong = or(or(ne(x, x), ne(q, q)), or(lt(x, 1), and(lt(q, 0), or(not(isWhole), eq(q, -Infinity)))))
  const active = and(not(or(isWrong, isPole)), and(gt(x, 1), lt(q, Infinity)))
  const start = select(active, q, one)
  const values = untilConverged(active, [start, fullLike(x, 0)], 20_000, ([at, sum], n) => {
    const next = add(at!, 1)
    return {
      values: [next, add(sum!, power(at!, x))],
      goOn: or(lt(next, far), Lax.broadcast(lt(n, terms), x.shape))
    }
  })
  const [at, sum] = values as [Any, Any]
  const last = pow(at, neg(x))
  // the factorials of x over the powers of `at`, from s / at on
  let factor = div(x, at)
  let rest = add(div(at, sub(x, one)), 0.5)
  bernoulli.forEach((c, j) => {
    rest = add(rest, mul(factor, c))
    const square = mul(div(add(x, 2 * j + 1), at), div(add(x, 2 * j + 2), at))
    factor = mul(factor, square)
  })
  const value = add(sum, select(eq(last, 0), fullLike(x, 0), mul(last, rest)))
  const atPole = select(eq(sign(x), 1), fullLike(x, Infinity), fullLike(x, NaN))
  const regular = select(isPole, atPole, select(eq(q, Infinity), fullLike(x, 0), value))
  const inDomain = select(isWrong, fullLike(x, NaN), regular)
  return select(eq(x, 1), fullLike(x, Infinity), inDomain)
}

export const polygamma = (m: Any, x: Any): Any => {
  const isWrong = or(lt(m, 0), ne(floor(m), m))
  const order = add(m, 1)
  const value = mul(neg(sign(m)), mul(exp(Lax.lgamma(order)), zeta(order, x)))
  return select(isWrong, fullLike(x, NaN), select(eq(m, 0), Lax.digamma(x), value))
}
