/**
 * Logarithms: x = 2^k m with m about 1, then a polynomial for log(m).
 *
 * Minimax (Remez) fits of this project.
 */
import { approximation } from "./approximation.ts"

/**
 * (log(1 + f) - f + f^2 / 2) / f^3; the error is that of log(1 + f).
 *
 * @category approximations
 * @since 0.1.0
 */
export const log1pTail = {
  float32: approximation({
    on: [-1 / 3, 1 / 3],
    error: 2 ** -26.1,
    coefficients: [0.33333215, -0.24999788, 0.20010473, -0.16680998, 0.14004551, -0.12176068, 0.13991836, -0.12910388]
  })
}

/** The largest s = f / (2 + f) of m = 1 + f in [sqrt(1/2), sqrt(2)]: (sqrt(2) - 1) / (sqrt(2) + 1). */
const s = 3 - 2 * Math.SQRT2

/**
 * (log((1 + s) / (1 - s)) / s - 2) / s^2 in s^2; the error is that of the logarithm.
 *
 * @category approximations
 * @since 0.1.0
 */
export const artanhTail = {
  single: approximation({
    on: [-s, s],
    error: 2 ** -37.5,
    coefficients: [0.6666666563717834, 0.40000337244231876, 0.2853716819384082, 0.23584985224434316]
  }),
  full: approximation({
    on: [-s, s],
    error: 2 ** -59,
    coefficients: [
      0.6666666666666735,
      0.3999999999940743,
      0.28571428744154015,
      0.22222198377293875,
      0.1818357522210036,
      0.1531375440134045,
      0.14799079066599957
    ]
  })
}

/**
 * ((log((1 + s) / (1 - s)) / s - 2) / s^2 - 2/3) / s^2 in s^2, for logarithms of more than double precision.
 *
 * @category approximations
 * @since 0.1.0
 */
export const artanhTailExtended = {
  extended: approximation({
    on: [-s, s],
    error: 2 ** -66.4,
    coefficients: [
      0.4,
      0.28571428571428575,
      0.2222222222222127,
      0.18181818182031692,
      0.15384615355823242,
      0.13333335814697914,
      0.1176456599843511,
      0.10531446768466711,
      0.09406168887224531,
      0.10212504867255685
    ]
  })
}

/**
 * (log((1 + s) / (1 - s)) / s - 2) / s^2 in s^2: the series of 2 artanh(s) / s.
 *
 * @category approximations
 * @since 0.1.0
 */
export const artanhSeries = {
  single: approximation({
    on: [-0.2, 0.2],
    error: 2 ** -41.2,
    coefficients: [2 / 3, 2 / 5, 2 / 7, 2 / 9, 2 / 11, 2 / 13, 2 / 15]
  })
}
