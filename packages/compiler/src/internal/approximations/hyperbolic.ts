/**
 * sinh, tanh and asinh near zero, where their formulas with exponentials and logarithms would cancel.
 *
 * Minimax (Remez) fits of this project.
 */
import { approximation } from "./approximation.ts"

/**
 * (sinh(x) / x - 1) / x^2 in x^2; the error is that of sinh(x).
 *
 * @category approximations
 * @since 0.1.0
 */
export const sinhTail = {
  float32: approximation({
    on: [-1, 1],
    error: 2 ** -31.6,
    coefficients: [0.16666667, 0.0083333105, 0.00019842896, 2.7822132e-6]
  })
}

/**
 * (tanh(x) / x - 1) / x^2 in x^2; the error is that of tanh(x).
 *
 * @category approximations
 * @since 0.1.0
 */
export const tanhTail = {
  float32: approximation({
    on: [-0.6, 0.6],
    error: 2 ** -28.4,
    coefficients: [-0.333333, 0.13331936, -0.053784717, 0.020798625, -0.005897966]
  })
}

/**
 * (asinh(x) / x - 1) / x^2 in x^2; the error is that of asinh(x).
 *
 * @category approximations
 * @since 0.1.0
 */
export const asinhTail = {
  float32: approximation({
    on: [-0.5, 0.5],
    error: 2 ** -29.8,
    coefficients: [-0.16666666, 0.07499889, -0.04461325, 0.030012952, -0.019979984, 0.00916771]
  })
}
