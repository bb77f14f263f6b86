/**
 * lgamma (the logarithm of |gamma|) and digamma (its derivative): polynomials that have the functions' zeros as factors,
 * and corrections of Stirling's series from 10 on.
 *
 * Minimax (Remez) fits of this project.
 */
import { approximation } from "./approximation.ts"

/**
 * lgamma(u) / ((u - 1) (u - 2)) in u - 3/2; the interval is that of u, and the error that of lgamma(u).
 *
 * @category approximations
 * @since 0.1.0
 */
export const lgammaCentral = {
  single: approximation({
    on: [1, 2],
    error: 2 ** -30.6,
    coefficients: [
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
  }),
  full: approximation({
    on: [1, 2],
    error: 2 ** -54.5,
    coefficients: [
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
    ]
  })
}

/**
 * lgamma(1 + d) / d; the error is that of lgamma(1 + d).
 *
 * @category approximations
 * @since 0.1.0
 */
export const lgammaNearOne = {
  float32: approximation({
    on: [-0.5, 0.5],
    error: 2 ** -26.2,
    coefficients: [
      -0.5772157,
      0.822467,
      -0.40068516,
      0.27058125,
      -0.20741466,
      0.16955735,
      -0.1433691,
      0.12523788,
      -0.11878755,
      0.104678795,
      -0.050396945,
      0.052911527,
      -0.17789707,
      0.15697196
    ]
  })
}

/**
 * lgamma(2 + d) / d; the error is that of lgamma(2 + d).
 *
 * @category approximations
 * @since 0.1.0
 */
export const lgammaNearTwo = {
  float32: approximation({
    on: [-0.5, 1],
    error: 2 ** -25,
    coefficients: [
      0.42278433,
      0.32246703,
      -0.067352295,
      0.02058101,
      -0.0073857647,
      0.0028883275,
      -0.0011898209,
      0.00051770057,
      -0.00023864974,
      9.582304e-5,
      -2.0516405e-5
    ]
  })
}

/**
 * x (lgamma(x) - (x - 1/2) log(x) + x - log(2 pi) / 2) in x^-2; the error is relative to lgamma(x).
 *
 * @category approximations
 * @since 0.1.0
 */
export const stirling = {
  single: approximation({
    on: [10, Infinity],
    error: 2 ** -42,
    coefficients: [0.0833333333152423, -0.0027777450619926834, 0.000784870970419128]
  }),
  full: approximation({
    on: [10, Infinity],
    error: 2 ** -64,
    coefficients: [
      0.08333333333333333,
      -0.002777777777758316,
      0.0007936507707648352,
      -0.0005952282316668499,
      0.0008398192262452632,
      -0.0017407468892253377
    ]
  })
}

/**
 * (log(2 pi) - 1) / 2, which Stirling's series is written with.
 *
 * @category approximations
 * @since 0.1.0
 */
export const stirlingConstant = 0.4189385332046727

/**
 * digamma's zero in [1, 2], as the nearest number and the rest.
 *
 * @category approximations
 * @since 0.1.0
 */
export const digammaZero = {
  float32: [1.4616321325302124, 1.2438149938918909e-8],
  full: [1.4616321449683622, 9.549995429965697e-17]
} as const

/**
 * digamma(2 + d) / (2 + d - its zero); the error is that of digamma(2 + d).
 *
 * @category approximations
 * @since 0.1.0
 */
export const digammaNearTwo = {
  float32: approximation({
    on: [-1, 1],
    error: 2 ** -25.4,
    coefficients: [
      0.7853075,
      -0.26073897,
      0.10899997,
      -0.04954999,
      0.02344626,
      -0.011349409,
      0.0055609155,
      -0.0026891888,
      0.0013238824,
      -0.0007918276,
      0.000407989,
      -2.8752922e-5,
      4.575799e-6,
      -0.000118742704,
      6.211573e-5
    ]
  })
}

/**
 * digamma(u) / (u - its zero) in u - 3/2; the interval is that of u, and the error that of digamma(u).
 *
 * @category approximations
 * @since 0.1.0
 */
export const digammaCentral = {
  single: approximation({
    on: [1, 2],
    error: 2 ** -33,
    coefficients: [
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
  }),
  full: approximation({
    on: [1, 2],
    error: 2 ** -54,
    coefficients: [
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
    ]
  })
}

/**
 * x^2 (log(x) - 1 / (2 x) - digamma(x)) in x^-2; the error is relative to digamma(x).
 *
 * @category approximations
 * @since 0.1.0
 */
export const digammaTail = {
  single: approximation({
    on: [10, Infinity],
    error: 2 ** -47,
    coefficients: [0.08333333333278016, -0.008333331551138806, 0.003967355655048248, -0.004020929795219994]
  }),
  full: approximation({
    on: [10, Infinity],
    error: 2 ** -64,
    coefficients: [
      0.08333333333333333,
      -0.008333333333329201,
      0.003968253961577326,
      -0.004166662613954736,
      0.007574581191233909,
      -0.02091590173036651,
      0.06983104241226586
    ]
  })
}
