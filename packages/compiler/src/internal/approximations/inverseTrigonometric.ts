/**
 * asin and atan.
 *
 * Minimax (Remez) fits of this project.
 */
import { approximation } from "./approximation.ts"

/**
 * (asin(x) / x - 1) / x^2 in x^2; the error is that of asin(x).
 *
 * @category approximations
 * @since 0.1.0
 */
export const asinTail = {
  float32: approximation({
    on: [-0.5, 0.5],
    error: 2 ** -27.5,
    coefficients: [0.16666754, 0.074952476, 0.045477264, 0.024142751, 0.042233136]
  }),
  single: approximation({
    on: [-0.5, 0.5],
    error: 2 ** -31.7,
    coefficients: [
      0.16666659989611984,
      0.07500504252663732,
      0.04451694532056499,
      0.03180778368155496,
      0.014438403058743686,
      0.037516687050508306
    ]
  }),
  full: approximation({
    on: [-0.5, 0.5],
    error: 2 ** -55.6,
    coefficients: [
      0.16666666666665408,
      0.07500000000336919,
      0.044642856828393924,
      0.03038195913467073,
      0.022371758098400345,
      0.01735970411690058,
      0.01388524129915503,
      0.012169176051727236,
      0.006528119995408257,
      0.019527889827395374,
      -0.016223691365851417,
      0.03191190145344858
    ]
  })
}

const eighth = Math.SQRT2 - 1

/**
 * (atan(x) / x - 1) / x^2 in x^2; the error is that of atan(x). Doubles reduce arguments to tan(pi/8).
 *
 * @category approximations
 * @since 0.1.0
 */
export const atanTail = {
  float32: approximation({
    on: [-1, 1],
    error: 2 ** -28.5,
    coefficients: [
      -0.333333,
      0.1999853,
      -0.14264014,
      0.109508604,
      -0.08399202,
      0.057878688,
      -0.031093264,
      0.010866078,
      -0.0017820902
    ]
  }),
  single: approximation({
    on: [-eighth, eighth],
    error: 2 ** -35.3,
    coefficients: [
      -0.33333332498281243,
      0.19999903824306223,
      -0.14282005198512096,
      0.11044658141951233,
      -0.08476072901465938,
      0.047436240403988646
    ]
  }),
  full: approximation({
    on: [-eighth, eighth],
    error: 2 ** -58.5,
    coefficients: [
      -0.33333333333333326,
      0.19999999999997645,
      -0.14285714285385434,
      0.11111111088035931,
      -0.09090908140013239,
      0.07692282668824467,
      -0.0666622559369583,
      0.05877011842958285,
      -0.05218348700832054,
      0.04503354018859078,
      -0.03347056697130837,
      0.015191816143829572
    ]
  })
}
