/**
 * Gaussian-process regression (Rasmussen and Williams, "Gaussian processes for machine learning", 2006, algorithm 2.1). The
 * Cholesky factorisation is a loop that anyone would write, and is differentiated as it stands.
 */
import { Lax, NdArray, Numpy as np } from "effax"

/** Logarithms, so that every value is allowed. */
export interface Parameters {
  readonly amplitude: NdArray.Any
  readonly lengthscale: NdArray.Any
  readonly noise: NdArray.Any
}

export const initial: Parameters = { amplitude: np.array(0), lengthscale: np.array(0), noise: np.array(-1) }

/** The lower triangular `L` with `L L' = a`, for positive definite `a`: `[n, n]`. */
export const cholesky = (a: NdArray.Any): NdArray.Any => {
  const n = a.shape[0]!
  const rows = np.arange(n)
  return Lax.foriLoop(0, n, (j: NdArray.Any, l: NdArray.Any) => {
    const rest = np.subtract(np.take(a, j, { axis: 1 }), np.matmul(l, np.take(l, j, { axis: 0 })))
    const pivot = np.sqrt(np.take(rest, j))
    return np.at(l, [np.slice(), j]).set(np.where(np.greaterEqual(rows, j), np.divide(rest, pivot), 0))
  }, np.zerosLike(a))
}

/** The solution of `l x = b` for lower triangular `l`: `[n]` or `[n, k]`. */
export const solveLower = (l: NdArray.Any, b: NdArray.Any): NdArray.Any =>
  Lax.foriLoop(0, l.shape[0]!, (i: NdArray.Any, x: NdArray.Any) => {
    const row = np.take(l, i, { axis: 0 })
    const rest = np.subtract(np.take(b, i, { axis: 0 }), np.matmul(row, x))
    return np.at(x, i).set(np.divide(rest, np.take(row, i)))
  }, np.zerosLike(b))

const kernel = ({ amplitude, lengthscale }: Parameters, x: NdArray.Any, y: NdArray.Any): NdArray.Any => {
  const distance = np.divide(np.subtract(np.expandDims(x, 1), np.expandDims(y, 0)), np.exp(lengthscale))
  return np.multiply(np.exp(np.multiply(amplitude, 2)), np.exp(np.multiply(np.square(distance), -0.5)))
}

const factor = (parameters: Parameters, x: NdArray.Any): NdArray.Any => {
  const variance = np.add(np.exp(np.multiply(parameters.noise, 2)), 1e-5)
  return cholesky(np.add(kernel(parameters, x, x), np.multiply(np.eye(x.shape[0]!), variance)))
}

/** Minus the logarithm of the probability of observations `y` at `x`, both `[n]`. */
export const negativeLogLikelihood = (parameters: Parameters, x: NdArray.Any, y: NdArray.Any): NdArray.Any => {
  const l = factor(parameters, x)
  const white = solveLower(l, y)
  return np.add(
    np.add(np.multiply(np.sum(np.square(white)), 0.5), np.sum(np.log(np.diagonal(l)))),
    x.shape[0]! / 2 * Math.log(2 * Math.PI)
  )
}

/** Mean and standard deviation of the function at `at`, `[m]`. */
export const predict = (parameters: Parameters, x: NdArray.Any, y: NdArray.Any, at: NdArray.Any) => {
  const l = factor(parameters, x)
  const across = solveLower(l, kernel(parameters, x, at))
  const variance = np.subtract(np.exp(np.multiply(parameters.amplitude, 2)), np.sum(np.square(across), { axis: 0 }))
  return {
    mean: np.matmul(np.transpose(across), solveLower(l, y)),
    deviation: np.sqrt(np.maximum(variance, 0))
  }
}
