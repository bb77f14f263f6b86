/**
 * Exponential functions: x = n ln 2 + r with |r| <= ln(2) / 2, then 2^n times a polynomial in r.
 *
 * Minimax (Remez) fits of this project.
 */
import { approximation } from "./approximation.ts"

const r = Math.LN2 / 2

/**
 * (exp(r) - 1 - r) / r^2; the error is that of exp(r).
 *
 * @category approximations
 * @since 0.1.0
 */
export const expTail = {
  float32: approximation({
    on: [-r, r],
    error: 2 ** -28.2,
    coefficients: [0.49999994, 0.16666517, 0.041668106, 0.008369133, 0.0013836481]
  }),
  single: approximation({
    on: [-r, r],
    error: 2 ** -28,
    coefficients: [
      0.49999993434836765,
      0.16666520389928802,
      0.04166839001294975,
      0.00836874605228716,
      0.0013814587322229508
    ]
  }),
  full: approximation({
    on: [-r, r],
    error: 2 ** -56.5,
    coefficients: [
      0.5000000000000011,
      0.16666666666666413,
      0.04166666666652968,
      0.008333333333494739,
      0.0013888888943772663,
      0.00019841269506290436,
      2.480149293763812e-5,
      2.755758633734739e-6,
      2.7630310205230755e-7,
      2.5000168215116077e-8
    ]
  })
}

/**
 * The same, fitted for expm1(r): the error is that of expm1(r).
 *
 * @category approximations
 * @since 0.1.0
 */
export const expm1Tail = {
  float32: approximation({
    on: [-r, r],
    error: 2 ** -31,
    coefficients: [0.5, 0.16666666, 0.041666467, 0.008333644, 0.0013935054, 0.00019662968]
  }),
  single: approximation({
    on: [-r, r],
    error: 2 ** -31.8,
    coefficients: [
      0.5000000046806321,
      0.16666666632935678,
      0.041666353051523976,
      0.008333323261038993,
      0.0013941137495189677,
      0.00019883642936132466
    ]
  }),
  full: approximation({
    on: [-r, r],
    error: 2 ** -56.2,
    coefficients: [
      0.5000000000000001,
      0.1666666666666667,
      0.04166666666665224,
      0.008333333333326129,
      0.001388888889561427,
      0.00019841269874852277,
      2.4801574516819567e-5,
      2.7557255352674813e-6,
      2.7567935718319066e-7,
      2.5105239218627812e-8,
      1.7687873402333902e-9
    ]
  })
}

/**
 * (2^r - 1) / r; the error is that of 2^r.
 *
 * @category approximations
 * @since 0.1.0
 */
export const exp2Tail = {
  float32: approximation({
    on: [-0.5, 0.5],
    error: 2 ** -31,
    coefficients: [0.6931472, 0.2402265, 0.05550401, 0.009618083, 0.001334278, 0.000154539, 1.3018963e-5]
  })
}

/**
 * Float32 arguments of exp between which its results are normal numbers.
 *
 * @category approximations
 * @since 0.1.0
 */
export const expNormal32 = { smallest: -87.33654022216797, largest: 88.72283172607422 }

/**
 * The largest float32 whose hyperbolic sine and cosine are finite.
 *
 * @category approximations
 * @since 0.1.0
 */
export const largestHyperbolic32 = 89.41598510742188
