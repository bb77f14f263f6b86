/**
 * sin and cos: x = k pi/2 + r with |r| <= pi/4, then polynomials in r.
 *
 * Minimax (Remez) fits of this project.
 */
import { approximation } from "./approximation.ts"

const r = Math.PI / 4

/**
 * (sin(r) / r - 1) / r^2 in r^2; the error is that of sin(r).
 *
 * @category approximations
 * @since 0.1.0
 */
export const sinTail = {
  float32: approximation({ on: [-r, r], error: 2 ** -27.8, coefficients: [-0.16666654, 0.008332106, -0.00019507883] }),
  single: approximation({
    on: [-r, r],
    error: 2 ** -37.4,
    coefficients: [-0.16666666640586003, 0.008333329280345194, -0.00019839304367588905, 2.718046068747275e-6]
  }),
  full: approximation({
    on: [-r, r],
    error: 2 ** -56.8,
    coefficients: [
      -0.1666666666666663,
      0.008333333333322007,
      -0.0001984126982949661,
      2.7557313587989234e-6,
      -2.5050742363458848e-8,
      1.5895907825462094e-10
    ]
  })
}

/**
 * (cos(r) - 1 + r^2 / 2) / r^4 in r^2; the error is that of cos(r).
 *
 * @category approximations
 * @since 0.1.0
 */
export const cosTail = {
  float32: approximation({ on: [-r, r], error: 2 ** -32.9, coefficients: [0.041666646, -0.0013887308, 2.4432102e-5] }),
  single: approximation({
    on: [-r, r],
    error: 2 ** -32.9,
    coefficients: [0.04166664555435299, -0.0013887309863290884, 2.4432412689940912e-5]
  }),
  full: approximation({
    on: [-r, r],
    error: 2 ** -59,
    coefficients: [
      0.041666666666666595,
      -0.0013888888888872897,
      2.4801587288748888e-5,
      -2.755731414880318e-7,
      2.087569659489002e-9,
      -1.1358311561043394e-11
    ]
  })
}
