/**
 * Sample matrices for linear algebra: well-conditioned ones, so that results of another order of rounding are close, and
 * tolerances to go with them.
 */
import type { DType } from "effax/DType"
import type { Draw, Spec } from "./inputs.ts"
import type { Options } from "./operation.ts"

type Shape = ReadonlyArray<number>

/** Diagonal elements from 3 to 4, different ones, and others between -1 and 1. */
const dominant = (columns: number): Draw => (random, index) => {
  const [row, column] = [Math.floor(index / columns) % columns, index % columns]
  return row === column ? 3 + row + random() : 2 * random() - 1
}

/** A matrix, or a batch, whose symmetric part is positive definite and whose eigenvalues are apart. */
export const matrix = (shape: Shape, dtype: DType = "float32"): Spec => ({
  dtype,
  shape,
  draw: dominant(shape[shape.length - 1] ?? 1),
  special: false
})

/** Errors of both sides, for condition numbers of 10 or so. */
export const conditioned: Options = {
  tolerance: { float32: { rtol: 2e-5, atol: 2e-5 }, float64: { rtol: 1e-12, atol: 1e-12 } },
  derivativeTolerance: { float32: { rtol: 3e-4, atol: 3e-4 }, float64: { rtol: 1e-10, atol: 1e-10 } }
}
