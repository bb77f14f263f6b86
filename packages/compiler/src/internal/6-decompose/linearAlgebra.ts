/**
 * Linear algebra.
 */
import { LoweringError } from "../loweringError.ts"
import type { Lowering, Lowerings } from "./lowering.ts"

/** Operations that the reference backend computes, and no kernel yet. */
const referenceOnly: Lowering = ({ origin }) => {
  throw new LoweringError(
    origin,
    undefined,
    "unsupported, because no kernel computes it yet; the reference backend does"
  )
}

export const linearAlgebra = {
  triangular_solve: referenceOnly,
  cholesky: referenceOnly,
  lu: referenceOnly,
  lu_pivots_to_permutation: referenceOnly,
  geqrf: referenceOnly,
  householder_product: referenceOnly,
  eigh: referenceOnly,
  svd: referenceOnly,
  eig: referenceOnly,
  hessenberg: referenceOnly,
  schur: referenceOnly,
  tridiagonal: referenceOnly,
  tridiagonal_solve: referenceOnly
} satisfies Lowerings
