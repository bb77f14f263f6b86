/**
 * Bessel functions, spherical harmonics, and Bernoulli numbers.
 */
import { ArgumentError } from "../../Errors.ts"
import { describe } from "../../internal/arguments/describe.ts"
import { checkInteger, checkOptions, type Known } from "../../internal/arguments/options.ts"
import type * as NdArray from "../../NdArray.ts"
import { stack } from "../../numpy/joining.ts"
import { fromValues } from "../../numpy/literals.ts"
import { type ArrayLike, asArray, broadcast, promoteInexact } from "../../numpy/operands.ts"
import type { ToInexact } from "../../numpy/signatures.ts"
import * as complex from "../../primitive/complex.ts"
import { broadcastTo } from "../../primitive/define.ts"
import * as P from "../../primitive/elementwise.ts"
import { type Any, ofOne, refuseComplex } from "./define.ts"

const unscaled = (x: Any, scaled: Any): Any => P.mul(P.exp(P.abs(x)), scaled)

/** The modified Bessel function of order 0. @category Bessel functions @since 0.1.0 */
export const i0: ToInexact = /* @__PURE__ */ ofOne("i0", (x) => unscaled(x!, P.besselI0e(x!)))
/** {@link i0} times `e^-|x|`. @category Bessel functions @since 0.1.0 */
export const i0e: ToInexact = /* @__PURE__ */ ofOne("i0e", (x) => P.besselI0e(x!))
/** The modified Bessel function of order 1. @category Bessel functions @since 0.1.0 */
export const i1: ToInexact = /* @__PURE__ */ ofOne("i1", (x) => unscaled(x!, P.besselI1e(x!)))
/** {@link i1} times `e^-|x|`. @category Bessel functions @since 0.1.0 */
export const i1e: ToInexact = /* @__PURE__ */ ofOne("i1e", (x) => P.besselI1e(x!))

/** Options of {@link besselJn}. @category models @since 0.1.0 */
export interface BesselJnOptions {
  /** The highest order. */
  readonly v: number
  /** The number of steps of the recurrence; it has to be larger than the order and the arguments. 50 by default. */
  readonly nIter?: number | undefined
}

const knownOfBesselJn: Known<BesselJnOptions> = { v: true, nIter: true }

/**
 * The Bessel functions of the first kind of orders 0 to `v`, along a first axis.
 *
 * **Details**
 *
 * By Miller's recurrence, from order `nIter` downwards; arguments should be smaller than it. NaN at 0, and where its
 * numbers leave the range of the dtype, as in JAX: in float32, arguments near 1 want `nIter: 20`.
 *
 * @example
 * ```ts
 * import { Numpy as np, Scipy } from "effax"
 *
 * Scipy.special.besselJn(np.array([1, 5]), { v: 0, nIter: 20 }) // => [[0.7651977, -0.17759677]]
 * ```
 *
 * @category Bessel functions
 * @since 0.1.0
 */
export const besselJn = (z: ArrayLike, options: BesselJnOptions): NdArray.Any => {
  const { nIter = 50, v } = checkOptions("besselJn", options, knownOfBesselJn)
  checkInteger("besselJn", "v", v, 0)
  checkInteger("besselJn", "nIter", nIter, v)
  const [x] = promoteInexact("besselJn", [z])
  refuseComplex("besselJn", x!.dtype)
  const zero = P.mul(x!, 0)
  let [above, here, sum]: [Any, Any, Any] = [zero, P.add(zero, 1e-16), zero]
  const found: Array<Any> = []
  for (let k = nIter; k >= 0; k--) {
    const below = P.sub(P.div(P.mul(here, 2 * (k + 1)), x!), above)
    if (k % 2 === 0) sum = P.add(sum, P.mul(below, 2))
    if (k <= v) found.unshift(below)
    above = here
    here = below
  }
  const total = P.sub(sum, found[0]!)
  return stack(found.map((value) => P.div(value, total)), { axis: 0 })
}

/** Options of {@link sphHarmY}. @category models @since 0.1.0 */
export interface SphHarmYOptions {
  /** The highest degree among `n`, which the computation has to know. */
  readonly nMax: number
}

const knownOfSphHarmY: Known<SphHarmYOptions> = { nMax: true }

/**
 * Spherical harmonics of degree `n` and order `m`, at the polar angle `theta` and the azimuth `phi`.
 *
 * **Details**
 *
 * Operands broadcast. The associated Legendre functions come from their recurrence by degree, normalised so that nothing
 * overflows. JAX reads `n_max` off `n` where it can; here the option `nMax` says it.
 *
 * @example
 * ```ts
 * import { Numpy as np, Scipy } from "effax"
 *
 * np.real(Scipy.special.sphHarmY(np.array([1n]), np.array([0n]), 0, 0, { nMax: 1 })) // => [0.4886025]
 * ```
 *
 * @category Bessel functions
 * @since 0.1.0
 */
export const sphHarmY = (
  n: ArrayLike,
  m: ArrayLike,
  theta: ArrayLike,
  phi: ArrayLike,
  options: SphHarmYOptions
): NdArray.Any => {
  const { nMax } = checkOptions("sphHarmY", options, knownOfSphHarmY)
  checkInteger("sphHarmY", "nMax", nMax, 0)
  const [polar, azimuth] = promoteInexact("sphHarmY", [theta, phi])
  refuseComplex("sphHarmY", polar!.dtype)
  const integers = [n, m].map((x) => P.convert(asArray("sphHarmY", x), polar!.dtype))
  const nodes = broadcast("sphHarmY", [...integers, polar!, azimuth!] as never)
  const shape = nodes.find((x) => x.shape.length > 0)?.shape ?? []
  const [degree, order, t, p] = nodes.map((x) => broadcastTo(x, shape)) as [Any, Any, Any, Any]
  const [x, s] = [P.cos(t), P.sin(t)]
  const root = P.abs(s)
  const size = P.abs(order)
  let value: Any = P.mul(x, 0)
  let diagonal: Any = P.add(P.mul(x, 0), Math.sqrt(0.25 / Math.PI))
  for (let k = 0; k <= nMax; k++) {
    if (k > 0) diagonal = P.mul(P.mul(diagonal, root), -Math.sqrt(1 + 0.5 / k))
    const isOrder = P.eq(size, k)
    let [before, here]: [Any, Any] = [P.mul(x, 0), diagonal]
    for (let l = k; l <= nMax; l++) {
      if (l > k) {
        const a = Math.sqrt((4 * l * l - 1) / (l * l - k * k))
        const b = Math.sqrt((2 * l + 1) * ((l - 1) ** 2 - k * k) / ((2 * l - 3) * (l * l - k * k)))
        const next: Any = l === k + 1
          ? P.mul(P.mul(x, here), a)
          : P.sub(P.mul(P.mul(x, here), a), P.mul(before, b))
        before = here
        here = next
      }
      value = P.select(P.and(isOrder, P.eq(degree, l)), here, value)
    }
  }
  const angle = P.mul(size, p)
  const half = P.mul(size, 0.5)
  const isEven = P.eq(P.floor(half), half)
  const re = P.mul(value, P.cos(angle))
  const im = P.mul(value, P.sin(angle))
  const sign = P.select(P.or(P.ge(order, 0), isEven), P.add(P.mul(x, 0), 1), -1)
  return complex.complex(P.mul(re, sign), P.mul(P.select(P.lt(order, 0), P.neg(im), im), sign))
}

/**
 * The Bernoulli numbers B0 to Bn.
 *
 * @example
 * ```ts
 * import { Scipy } from "effax"
 *
 * Scipy.special.bernoulli(4) // => [1, -0.5, 0.16666667, 0, -0.033333335]
 * ```
 *
 * @category combinatorics
 * @since 0.1.0
 */
export const bernoulli = (n: number): NdArray.NdArray<"float32", readonly [number]> => {
  if (!Number.isSafeInteger(n) || n < 0) {
    throw new ArgumentError({
      operation: "bernoulli",
      message: `bernoulli: n must be a whole number from 0 on, got ${describe(n)}`
    })
  }
  const numbers = [1, -0.5]
  // B(m) = (-1)^(m / 2 + 1) 2 m! / (2 pi)^m zeta(m) (Abramowitz and Stegun 23.2.16)
  let factor = 2
  for (let m = 2; m <= n; m++) {
    factor *= m / (2 * Math.PI) * (m === 2 ? 1 / (2 * Math.PI) : 1)
    if (m % 2 !== 0) numbers.push(0)
    else numbers.push((m % 4 === 0 ? -1 : 1) * factor * zetaOf(m))
  }
  return fromValues("bernoulli", numbers.slice(0, n + 1)) as never
}

/** The Riemann zeta function at an even number. */
const zetaOf = (m: number): number => {
  if (m === 2) return Math.PI ** 2 / 6
  let sum = 0
  for (let k = 60; k > 0; k--) sum += k ** -m
  return sum
}
