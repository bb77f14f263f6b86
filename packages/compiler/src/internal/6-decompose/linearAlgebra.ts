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
  eig: referenceOnly,
  schur: referenceOnly
} satisfies Lowerings
