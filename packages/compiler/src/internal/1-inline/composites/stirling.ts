/**
 * Products of powers and gamma functions without the cancellation of their logarithms.
 */
import * as Lax from "effax/Lax"
import type * as NdArray from "effax/NdArray"
import { stirling } from "../../approximations/gamma.ts"
import { polynomial } from "./untilConverged.ts"

/** Where Stirling's series begins. */
export const large = 10

/** `log(gamma(a))` less `(a - 1/2) log(a) - a + log(2 pi) / 2`, for a from {@link large} on. */
export const correction = (a: NdArray.Any): NdArray.Any => {
  const inverse = Lax.div(1, a)
  return Lax.mul(inverse, polynomial(Lax.mul(inverse, inverse), stirling.full.coefficients))
}

/** Coefficients of `(atanh(s) - s) / s^3` in s^2: enough of them for s^2 up to 1/9. */
const inverseOdds = Array.from({ length: 16 }, (_, k) => 1 / (2 * k + 3))

/**
 * `u - log(1 + u)`. Near 0 by `log(1 + u) = 2 atanh(s)`, `s = u / (2 + u)`: then `u - 2 s = u s`, and nothing cancels.
 */
export const excess = (u: NdArray.Any): NdArray.Any => {
  const near = Lax.lt(Lax.abs(u), 0.5)
  const v = Lax.select(near, u, Lax.fullLike(u, 0))
  const s = Lax.div(v, Lax.add(v, 2))
  const square = Lax.mul(s, s)
  const series = Lax.mul(s, Lax.sub(v, Lax.mul(Lax.mul(square, 2), polynomial(square, inverseOdds))))
  return Lax.select(near, series, Lax.sub(u, Lax.log1p(u)))
}
